"""The site's Markdown as plain Markdown: boxes as quotes or `details`, roles and links as what they stand for."""
import re
from posixpath import join, normpath

from language import _
from pages.chapters import a_formula

BLOCK = re.compile(r"^(:{3,}|`{3,})\{([\w-]+)\} *(.*)\n((?::\w+:.*\n)*)(?s:(.*?))^\1 *$", re.MULTILINE)
ANCHOR = re.compile(r"^\([\w-]+\)=\n", re.MULTILINE)
MEANING = re.compile(r"^(\S.*)\n: +", re.MULTILINE)
ROLE = re.compile(r"\{([\w:]+)\}`([^`]*)`")
LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?!\w+:)([^)#]*)(#[^)]*)?\)")


class Names:
    """What a label stands for, from the environment of a build: {eq}, {cite:p}, exercises, pages."""

    def __init__(self, env, page, baseurl):
        self.page, self.baseurl = page, baseurl
        self.chapters, self.equations = env.chapters, env.get_domain("math").equations
        self.exercises = env.toc_fignumbers.get(page, {}).get("exercise", {})
        self.entries = env.get_domain("cite").bibdata.data.entries

    def exercise(self, label):
        number = ".".join(map(str, self.exercises.get(label, ())))
        return f"{_('Exercise')} {number}".strip()

    def term(self, text):
        return text.partition("<")[0].strip()

    def eq(self, label):
        return a_formula() if label in self.chapters.missing else f"({self.equations[label][1]})"

    def math(self, text):
        return f"${text}$"

    def authors(self, key):
        people, fields = self.entries[key].persons, self.entries[key].fields
        names = [" ".join(one.prelast_names + one.last_names)
                 for one in people.get("author") or people.get("editor") or ()]
        names = names or [fields.get("key") or fields["title"]]
        return f"{names[0]} et al." if len(names) > 2 else _(" and ").join(names)

    def year(self, key, form):
        return form.format(self.entries[key].fields["year"]) if "year" in self.entries[key].fields else ""

    def cite_p(self, keys):
        return f"({'; '.join(self.authors(key) + self.year(key, ', {}') for key in keys.split(','))})"

    def cite_t(self, key):
        return self.authors(key) + self.year(key, " ({})")

    def role(self, match):
        return getattr(self, match[1].replace(":", "_"))(match[2])

    def link(self, match):
        text, path, anchor = match.groups(default="")
        page = re.sub(r"\.\w+$", "", normpath(join(self.page, "..", path))) if path else self.page
        text = self.chapters.words(text, page)
        left_out = page in self.chapters.titles
        return f"[{text}]({join(self.baseurl, page)}.html{anchor})" if self.baseurl and not left_out else text


class Reader:
    """Reads a notebook's texts in their order: a solution may go over several cells, and `solution` says so."""

    def __init__(self, names):
        self.names, self.solution = names, ""

    def plain(self, source, solutions=True):
        """One cell's text, as any front end shows it."""
        parts, end = [], 0
        for match in BLOCK.finditer(source):
            parts += [self.closed(source[end:match.start()], solutions), self.block(match)]
            end = match.end()
        text = "\n\n".join([*parts, self.closed(source[end:], solutions)])
        text = MEANING.sub(r"- \1: ", ANCHOR.sub("", text))
        text = LINK.sub(self.names.link, ROLE.sub(self.names.role, text))
        return re.sub(r"\n{3,}", "\n\n", text).strip()

    def block(self, match):
        _, name, title, options, body = match.groups()
        options = dict(re.findall(r":(\w+): *(.*)", options))
        return getattr(self, f"a_{name.replace('-', '_')}")(title.strip(), options, body.strip())

    def closed(self, text, solutions):
        """A part of a text: closed in a solution, or left out."""
        if not self.solution or not text.strip():
            return text
        return details(self.solution, text.strip()) if solutions else ""

    def a_admonition(self, title, options, body):
        return details(title, body) if "dropdown" in options.get("class", "") else box(title, body)

    def a_hint(self, title, options, body):
        return details(_("Hint"), body)

    def a_exercise(self, title, options, body):
        return box(f"{self.names.exercise(options['label'])} ({title})", body)

    def a_solution_start(self, title, options, body):
        self.solution = _("Solution to {exercise}").format(exercise=self.names.exercise(title))
        return ""

    def a_solution_end(self, title, options, body):
        self.solution = ""
        return ""

    def a_aside_start(self, title, options, body):
        return "**{}**".format(_("A step aside: {title}").format(title=title))

    def a_aside_end(self, title, options, body):
        return "*{}*".format(_("Here the step aside ends."))

    def a_container(self, title, options, body):
        return body

    def a_index(self, title, options, body):
        return ""

    a_tableofcontents = a_index


def box(title, body):
    return "\n".join(f"> {line}".rstrip() for line in f"**{title}**\n\n{body}".split("\n"))


def details(title, body):
    return f"<details><summary><b>{title}</b></summary>\n\n{body}\n\n</details>"

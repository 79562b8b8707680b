"""The page *Practice*, boxes of it in chapters, and a line at each chapter's end that leads to its level.

    ```{practice}
    ```

    ```{practice-box} chain
    ```

The first stands for all levels, the second for a box of one, closed until it is asked for. What they show is in
_static/practice/ (files.py); the page's script (page.mjs) loads a level when somebody opens it.
"""
import json
import shutil
from html import escape
from pathlib import Path
from zlib import crc32

from docutils import nodes
from language import _
from shell.node import bundle
from sphinx.util.docutils import SphinxDirective
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node

HERE = Path(__file__).parent
PAGE = "book/practice"


def write_assets(app):
    if app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    bundle("Practice", HERE / "bundle.mjs", static)
    shutil.copyfile(HERE / "practice.css", static / "practice.css")


def folder(app):
    return Path(app.outdir, "_static", "practice")


def levels(app):
    """[{id, title, chapter, about, tasks, …}] of the chapters that the book has, in their order."""
    every = json.loads(folder(app).joinpath("levels.json").read_text(encoding="utf-8"))
    numbers = app.env.chapters.numbers
    return [level | {"number": numbers[level["chapter"]]} for level in every if level["chapter"] in numbers]


class practice(nodes.General, nodes.Element):
    """All levels, or a box of the one named `level`."""


class Practice(SphinxDirective):
    def run(self):
        return [practice()]


class PracticeBox(SphinxDirective):
    required_arguments = 1

    def run(self):
        return [practice(level=self.arguments[0], line=self.lineno)]


def fill(app, doctree, docname):
    for node in list(doctree.findall(practice)):
        chosen = [level for level in levels(app) if node.get("level", level["id"]) == level["id"]]
        data = [{"id": level["id"], "title": level["title"], "chapter": level["chapter"],
                 "chapterTitle": app.env.titles[level["chapter"]].astext()} for level in chosen]
        page = app.builder.get_relative_uri(docname, PAGE)
        inside = one(chosen, page) if "level" in node else every(app, chosen, docname, page)
        kind = "practice-box" if "level" in node else "practice"
        text = escape(json.dumps(data, ensure_ascii=False, separators=(",", ":")))
        about = f'data-version="{version(app)}" data-page="{page}" data-practice="{text}"'
        html = f'<div class="{kind}" {about}>{inside}</div>' if chosen else ""
        node.replace_self(nodes.raw("", html, format="html"))


def version(app):
    """Of all tasks: a page and the tasks made for it arrive together."""
    return f"{crc32(b''.join(path.read_bytes() for path in sorted(folder(app).glob('*.json')))):08x}"


def every(app, chosen, docname, page):
    first = next((level["chapter"] for level in chosen), docname)
    rows = "".join(row(app, level, docname, page) for level in chosen)
    address, name = app.builder.get_relative_uri(docname, first), escape(app.env.titles[first].astext())
    link = f'<a href="{address}#exercises">{name}</a>'
    no_scripts = _("Practice reads and checks what you type by a script, and this browser runs none. The "
                   "exercises at the end of each chapter have their solutions with them: those of “{link}”, for "
                   "one.")
    nothing_due = _("What you found hard comes back here after 1, 3, 7 and 21 days.")
    return (f'<noscript><p>{no_scripts.format(link=link)}</p></noscript>'
            f'<p class="practice-due" data-none="{nothing_due}">{nothing_due}</p>'
            f'<ol class="practice-levels" role="list">{rows}</ol>')


def row(app, level, docname, page):
    chapter = app.builder.get_relative_uri(docname, level["chapter"])
    again = _("To read again:")
    name, count = _("chapter {number}").format(number=level["number"]), _("{all} tasks").format(all=level["tasks"])
    return (f'<li data-level="{level["id"]}" data-tasks="{level["tasks"]}"><a href="{page}?level={level["id"]}">'
            f'{escape(level["title"])}</a> <span class="practice-about">{escape(level["about"])} {again} '
            f'<a href="{chapter}">{name}</a>.</span> '
            f'<span class="practice-done">{count}</span></li>')


def one(chosen, page):
    here = _("Practise here:")
    return "".join(f'<p><a href="{page}?level={level["id"]}">{here} {escape(level["title"])}</a> '
                   f'<span class="practice-about">{escape(level["about"])}</span></p>' for level in chosen)


def lead_on(app, doctree):
    """A line after a chapter's exercises, to its levels or to the last one before it."""
    exercises = list(doctree.findall(lambda node: isinstance(node, (exercise_node, exercise_enumerable_node))))
    number, all_levels = app.env.chapters.numbers.get(app.env.docname, 0), levels(app)
    before = [level for level in all_levels if level["number"] <= number]
    beyond = all(level["number"] < number for level in all_levels)
    if PAGE not in app.env.found_docs or not exercises or not before or beyond:
        return
    last = max(level["number"] for level in before)
    own = [level for level in before if level["number"] == last]
    page = app.builder.get_relative_uri(app.env.docname, PAGE)
    links = " · ".join(f'<a href="{page}?level={level["id"]}">{escape(level["title"])}</a>' for level in own)
    section = next(node for node in walk_up(exercises[-1]) if isinstance(node, nodes.section))
    line = f'<p class="practise">{_("Practise line by line:")} {links}</p>'
    section += nodes.raw("", line, format="html")


def walk_up(node):
    while node is not None:
        yield node
        node = node.parent


def add_assets(app, pagename, templatename, context, doctree):
    body = context.get("body", "")
    if 'class="practice' in body:
        app.add_css_file("practice.css", priority=960)  # for this page alone (_ext/shell/styles.py)
        script = "practice.js" if 'class="practice"' in body else "practice-box.js"
        app.add_js_file(script, loading_method="defer")


def setup(app):
    app.add_directive("practice", Practice)
    app.add_directive("practice-box", PracticeBox)
    app.add_node(practice)
    app.connect("builder-inited", write_assets)
    app.connect("doctree-read", lead_on, priority=450)  # after the fields have found their solutions
    app.connect("doctree-resolved", fill)
    app.connect("html-page-context", add_assets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

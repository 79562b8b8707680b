"""One stylesheet for what every page needs, without the rules that no page of the book can use.

The theme, its helpers, KaTeX and the book bring a dozen stylesheets, and a browser shows nothing before it has all
of them. A rule stays when each class in its selector stands somewhere in the site's pages or scripts; a variable,
when something asks for it.
"""
import posixpath
import re
from pathlib import Path
from zlib import crc32

from shell.icons import THEME

NAME = "site.css"
FIRST = ["basic.css", "styles/pydata-sphinx-theme.css"]  # which the theme links before all others
OWN = 950  # the priority of a stylesheet that one page alone asks for
GIVEN = r"(--[\w-]+):(?:\"[^\"]*\"|'[^']*'|\([^)]*\)|[^;}\"'(])*"
VARIABLE = re.compile(rf"(?:;|(?<=\{{)){GIVEN}(?=\}})|(?<=[{{;]){GIVEN};")
STRING = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|url\([^)\"']*\)")


def gather(app, pagename, templatename, context, doctree):
    """Link the one stylesheet in place of those that every page asks for."""
    files = context["css_files"]
    shared = sorted((file for file in files if file.priority < OWN), key=lambda file: file.priority)
    app.shared_styles = FIRST + [str(file.filename).removeprefix("_static/") for file in shared]
    files[:] = [file for file in files if file.priority >= OWN]
    app.add_css_file(NAME)


def used_words(site):
    """Everything in the pages and the scripts that could be the name of a class."""
    words = set()
    for path in [*site.rglob("*.html"), *site.rglob("*.js")]:
        words.update(re.findall(r"[\w-]+", path.read_text(encoding="utf-8", errors="ignore")))
    return words


def own_styles(site):
    """The stylesheets that single pages have besides the one of all."""
    pages = (page.read_text(encoding="utf-8") for page in site.rglob("*.html"))
    links = {link for page in pages if NAME in page for link in re.findall(r"_static/([\w./-]+[.]css)", page)}
    links.discard(NAME)
    return "\n".join((site / "_static" / link).read_text(encoding="utf-8") for link in sorted(links))


def asked(css):
    return set(re.findall(r"var\((--[\w-]+)", css))


def spared(css, names):
    """The stylesheet without variables for which neither it nor any of the names asks."""
    known, before = set(), None
    while before != known:
        before, known = known, asked(css) | names
        css = VARIABLE.sub(lambda one, known=known: one[0] if (one[1] or one[2]) in known else "", css)
    return css


def joined(static, names):
    """The stylesheets one after the other, with the addresses in them as seen from the folder of all."""
    texts = (source(static, name).read_text(encoding="utf-8") for name in names)
    return "\n".join(moved(text, posixpath.dirname(name)) for text, name in zip(texts, names, strict=True))


def source(static, name):
    """The theme's own file where it has one: what lies in the site may be an earlier build's."""
    return next(path for path in (THEME / name, static / name) if path.exists())


def moved(css, folder):
    return re.sub(r"url\((?!data:|#)(['\"]?)([^)'\"]+)\1\)",
                  lambda url: f"url({posixpath.normpath(posixpath.join(folder, url[2]))})", css)


def pruned(css, words):
    """The stylesheet without comments, spare space, and the rules for classes that are not among the words."""
    strings = []

    def put_aside(text):
        strings.append(text[0])
        return f"\0{len(strings) - 1}\0"

    css = STRING.sub(put_aside, re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    css = re.sub(r" ?([{};>]) ?|([:,]) |(?<![\w.])0(?=\.\d)", r"\1\2", re.sub(r"\s+", " ", rules(css, words)))
    return re.sub("\0(\\d+)\0", lambda number: strings[int(number[1])], css.replace(";}", "}"))


def rules(css, words):
    out = []
    for head, body in blocks(css):
        if re.match(r"\s*@(media|supports)", head):
            inside = rules(body[1:-1], words)
            out.append(f"{head}{{{inside}}}" if inside else "")
        elif head.lstrip().startswith("@"):
            out.append(head + body)
        elif selectors := [one for one in re.split(r",(?![^(]*\))", head) if usable(one, words)]:
            out.append(",".join(selectors) + body)
    return "".join(out)


def blocks(css):
    """(selector or at-rule, its block with braces), one after the other; at-rules without a block come along."""
    start = depth = 0
    for brace in re.finditer(r"[{}]", css):
        depth += 1 if brace[0] == "{" else -1
        if brace[0] == "{" and depth == 1:
            opened = brace.start()
        if depth == 0:
            yield css[start:opened], css[opened:brace.end()]
            start = brace.end()


def usable(selector, words):
    plain = re.sub(r":(not|is|where|has)\((?:[^()]|\([^()]*\))*\)", "", selector)
    return all(name.replace("\\", "") in words for name in re.findall(r"\.((?:[\w-]|\\.)+)", plain))


def write(app, exception):
    """The stylesheet, and its checksum in the pages: a page and the rules made for it arrive together."""
    if exception or app.builder.format != "html" or not hasattr(app, "shared_styles"):
        return
    site = Path(app.outdir)
    words = used_words(site)
    css = spared(pruned(joined(site / "_static", app.shared_styles), words), words | asked(own_styles(site)))
    site.joinpath("_static", NAME).write_text(css, encoding="utf-8")
    link = f"{NAME}?v={crc32(css.encode()):08x}"
    for page in site.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        page.write_text(re.sub(rf"{re.escape(NAME)}(\?v=\w+)?", link, html), encoding="utf-8")


def setup(app):
    app.connect("html-page-context", gather, priority=950)
    app.connect("build-finished", write, priority=900)  # after the theme, which writes the colours of code then
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}

"""A map of what each chapter builds on, read from its own sentence "You need …": the directive {prerequisites}."""
import json
import re
from html import escape
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from language import _
from sphinx.util import logging

NEED = re.compile(r"\bYou need (.*?)\.(?=\s|$)", re.DOTALL)
LINK = re.compile(r"\((\d\d_\w+)\.ipynb")
ROW, WIDTH = 44, 72  # pixels: height of a chapter's line, room for the arcs beside it


class prerequisites(nodes.General, nodes.Element):
    """Place of the map: titles and addresses of pages are known when they are written."""


class Prerequisites(Directive):
    def run(self):
        return [prerequisites()]


def needs(path):
    """The chapters that a notebook's sentence "You need …" leads to, by file; None if it has no such sentence."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    found = NEED.search(text)
    return found and list(dict.fromkeys(LINK.findall(found[1])))


def read(app):
    """{page: pages of the book that it needs}, in the book's order; a chapter may need only what comes before."""
    app.env.needs = {}
    for page, number in app.env.chapters.numbers.items():
        named = needs(Path(app.srcdir, f"{page}.ipynb"))
        if named is None:
            logging.getLogger(__name__).warning("%s: no sentence says 'You need …'", page)
        known = [f"book/{name}" for name in named or () if f"book/{name}" in app.env.chapters.numbers]
        late = [each for each in known if app.env.chapters.numbers[each] >= number]
        if late:
            logging.getLogger(__name__).warning("%s needs what comes later: %s", page, ", ".join(late))
        app.env.needs[page] = sorted(set(known) - set(late), key=app.env.chapters.numbers.get)


def direct(needed, page):
    """What a page needs and reaches by no other way: the arcs of the map."""
    def all_below(one):
        return set(needed[one]).union(*map(all_below, needed[one]))

    roundabout = set().union(*(all_below(each) for each in needed[page]))
    return [each for each in needed[page] if each not in roundabout]


def arc(rows):
    """An arc from the middle of a line up to the line so many rows above."""
    height = rows * ROW
    out = min(WIDTH - 4, 10 + 5 * rows)
    return f'<path d="M{WIDTH} 0A{out} {height / 2:g} 0 0 1 {WIDTH} {-height}"/>'


def line(env, address, page):
    number, title = env.chapters.numbers[page], escape(env.titles[page].astext())
    arcs = "".join(arc(number - env.chapters.numbers[each]) for each in direct(env.needs, page))
    named = ", ".join(str(env.chapters.numbers[each]) for each in env.needs[page])
    said = _("needs {chapters}").format(chapters=named) if named else _("starts here")
    return (f'<li><svg width="{WIDTH}" height="1" aria-hidden="true">{arcs}<circle cx="{WIDTH}" r="4"/></svg>'
            f'<span><a href="{escape(address)}">{number}. {title}</a> <small>{said}</small></span></li>')


def draw(app, doctree, docname):
    env = app.env
    for place in list(doctree.findall(prerequisites)):
        lines = [line(env, app.builder.get_relative_uri(docname, page), page) for page in env.needs]
        place.replace_self(nodes.raw("", f'<ul class="prerequisites">{"".join(lines)}</ul>', format="html"))


def add_assets(app, pagename, templatename, context, doctree):
    if 'class="prerequisites"' in context.get("body", ""):
        app.add_css_file("prerequisites.css", priority=960)  # for this page alone (_ext/shell/styles.py)


def setup(app):
    app.add_node(prerequisites)
    app.add_directive("prerequisites", Prerequisites)
    app.connect("builder-inited", read)
    app.connect("doctree-resolved", draw)
    app.connect("html-page-context", add_assets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

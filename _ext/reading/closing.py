"""Close the code of every cell: a handle below what it printed, one line for checks and one for set-up.

Without scripts each still opens: it is the browser's own `details`, which a search in the page and a link into it
open too.
"""
import re
from html import escape
from itertools import groupby

from docutils import nodes
from language import _
from sphinx.util import logging

from reading.cells import lines


class closed(nodes.General, nodes.Element):
    """Code behind one line: `line`, with names between backticks; `known` says how a formula above it is known."""


def is_cell(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def part(cell, name):
    return next((child for child in cell.children if child.get("nb_element") == f"cell_code_{name}"), None)


def close_cells(app, doctree):
    """Each run of code cells that no text parts, in turn."""
    closing = []
    for cell in doctree.findall(is_cell):
        cell.attributes.pop("hide_mode", None)  # what a notebook folds for itself: here the book decides
        if "tag_show-code" in cell["classes"]:
            if part(cell, "output") is None:
                logging.getLogger(__name__).warning("a cell that prints nothing may not stand open", location=cell)
        elif part(cell, "source") is not None:
            closing.append(cell)
    for parent in {id(cell.parent): cell.parent for cell in closing}.values():
        for is_run, run in groupby(list(parent.children), key=lambda child: any(child is one for one in closing)):
            if is_run:
                close_run(list(run))


def close_run(run):
    sources = [(part(cell, "source").astext(), part(cell, "output") is not None) for cell in run]
    for kind, line, numbers in lines(sources):
        cells = [run[n] for n in numbers]
        checked = kind == "check" or kind == "output" and line != _("Code")
        block = closed(kind="checked" if checked else "handle" if kind == "output" else kind, line=line)
        last = cells.pop() if kind == "output" else None
        if last is None:
            cells[0].parent.insert(cells[0].parent.index(cells[0]), block)
        for cell in cells:
            block += taken_out(cell)
            cell.parent.remove(cell)
        if last is not None:
            block += taken_out(last)
            last += block


def taken_out(cell):
    source = part(cell, "source")
    cell.remove(source)
    for block in source.findall(nodes.literal_block):
        block["language"] = "none"  # static/reading.js colours it when it is opened
    return source


def open_tag(self, node):
    tick = '<span class="tick">✓</span> ' if node["kind"] == "checked" else ""
    known = node.get("known")
    if known == "defined":
        tick = f'<span class="known">{_("defined")}</span> · {tick}'
    elif known:
        said = _("proved") if known == "proved" else _("checked")
        tick = f'<span class="known {known}"><span class="tick">✓</span> {said}</span> · '
    line = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(node["line"], quote=False))
    self.body.append(f'<details class="cell-code {node["kind"]}"><summary>{tick}{line}</summary>\n')
    if known == "defined":
        said = _("A definition: what a name stands for. Nothing is claimed.")
        self.body.append(f'<p class="known-said">{said}</p>')


def close_tag(self, node):
    self.body.append("</details>\n")


def setup(app):
    app.add_node(closed, html=(open_tag, close_tag))
    app.connect("doctree-read", close_cells, priority=600)  # after numbers are given to the formulas in cells
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

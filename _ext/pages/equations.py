"""Numbers for the formulas that cells print: a cell tagged eq-name gives its first formula that label.

The third such formula of chapter 8 is (8.3), and {eq}`eq-name` refers to it from any page.
"""
from docutils import nodes
from sphinx.util import logging


def number_equations(app, doctree):
    domain, page = app.env.get_domain("math"), app.env.docname
    chapter = app.env.chapters.numbers.get(page)
    cells = [(tag, cell) for cell in doctree.findall(nodes.container)
             for tag in cell["classes"] if tag.startswith("tag_eq-")]
    for k, (tag, cell) in enumerate(cells, 1):
        label, formula = tag.removeprefix("tag_"), next(cell.findall(nodes.math_block), None)
        if formula is None or not chapter:
            logging.getLogger(__name__).warning("%s: the cell tagged %s prints no formula", page, label)
            continue
        if label in domain.equations:
            logging.getLogger(__name__).warning("%s: %s is an equation already", page, label)
        formula["label"], formula["docname"] = label, page
        formula["number"] = number = f"{chapter}.{k}"
        formula["ids"].append(nodes.make_id(f"equation-{label}"))
        domain.equations[label] = page, number


def setup(app):
    app.connect("doctree-read", number_equations)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""How a printed formula is known, and its form for narrow screens, as the object that was asserted left them.

The notebook's outputs hold both beside the LaTeX (nbcode/chain/shown.py); `outputs` has taken them out.
"""
from docutils import nodes

from reading.closing import closed, is_cell
from reading.outputs import FORMULA, of_kind

KNOWN = "checked", "proved", "defined"  # a mark says no more than holds of all that a cell prints


def put_back(app, doctree):
    """The narrow form before the wide one, and the mark before the handle."""
    kept = of_kind(app.env, FORMULA)
    for cell in list(doctree.findall(is_cell)):
        said = kept.get(cell["cell_index"], [])
        for formula, each in zip(list(cell.findall(nodes.math_block)), said, strict=False):
            if "narrow" in each:
                put_narrow(formula, each["narrow"].strip("$"))
        known = {each.get("known") for each in said}
        if said and None not in known:
            for handle in cell.findall(closed):
                handle["known"] = next(mark for mark in KNOWN if mark in known)


def put_narrow(formula, latex):
    narrow = nodes.math_block(latex, latex, number=None, label=None, nowrap=True)
    parent, index = formula.parent, formula.parent.index(formula)
    parent[index:index + 1] = [nodes.container("", narrow, classes=["formula-narrow"]),
                               nodes.container("", formula, classes=["formula-wide"])]


def setup(app):
    app.connect("doctree-read", put_back, priority=700)  # when the handles are there
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

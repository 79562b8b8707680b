"""How a printed formula is known, and its form for narrow screens, as the object that was asserted left them.

The notebook's outputs hold both beside the LaTeX (nbcode/chain/shown.py). They are taken out when the notebook
is read, as MyST-NB knows no such type, and come back into the page's tree: `env.formulas[page][cell]` is a list
with what stood beside each formula of the cell.
"""
import json

from docutils import nodes

from reading.closing import closed, is_cell

MIME = "application/vnd.nbcode.formula+json"


def take_out(app, docname, source):
    if not str(app.env.doc2path(docname)).endswith(".ipynb"):
        return
    kept = app.env.formulas[docname] = {}
    notebook = json.loads(source[0])
    for index, cell in enumerate(notebook["cells"]):
        for output in cell.get("outputs", ()):
            if "text/latex" in output.get("data", {}):
                kept.setdefault(index, []).append(output["data"].pop(MIME, {}))
    source[0] = json.dumps(notebook)


def put_back(app, doctree):
    """The narrow form before the wide one, and the mark before the handle."""
    kept = app.env.formulas.get(app.env.docname, {})
    for cell in list(doctree.findall(is_cell)):
        said = kept.get(cell["cell_index"], [])
        for formula, each in zip(list(cell.findall(nodes.math_block)), said, strict=False):
            if "narrow" in each:
                put_narrow(formula, each["narrow"].strip("$"))
        known = {each["known"] for each in said if "known" in each}
        if known and all("known" in each for each in said):
            for handle in cell.findall(closed):
                handle["known"] = "checked" if "checked" in known else "proved"


def put_narrow(formula, latex):
    narrow = nodes.math_block(latex, latex, number=None, label=None, nowrap=True)
    parent, index = formula.parent, formula.parent.index(formula)
    parent[index:index + 1] = [nodes.container("", narrow, classes=["formula-narrow"]),
                               nodes.container("", formula, classes=["formula-wide"])]


def begin(app):
    if not hasattr(app.env, "formulas"):
        app.env.formulas = {}


def forget(app, env, docname):
    env.formulas.pop(docname, None)


def merge(app, env, docnames, other):
    env.formulas.update((name, other.formulas[name]) for name in docnames if name in other.formulas)


def setup(app):
    app.connect("builder-inited", begin)
    app.connect("source-read", take_out)
    app.connect("doctree-read", put_back, priority=700)  # when the handles are there
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""What a notebook holds for the page, taken out of its outputs before they are rendered.

MyST-NB knows no such types, and would warn of each. `env.left[page]` is {index of the cell: [what stood in an
output of it, by type]}; an output with a formula is there in any case, so that formulas can be counted.
"""
import json

from shell.by_page import keep_by_page

FORMULA, ANSWER, PREDICTION = KINDS = [f"application/vnd.nbcode.{kind}+json"
                                       for kind in ("formula", "answer", "prediction")]


def take_out(app, docname, source):
    if not str(app.env.doc2path(docname)).endswith(".ipynb"):
        return
    kept = app.env.left[docname] = {}
    notebook = json.loads(source[0])
    for index, cell in enumerate(notebook["cells"]):
        for data in (output.get("data", {}) for output in cell.get("outputs", ())):
            left = {kind: data.pop(kind) for kind in KINDS if kind in data}
            if "text/latex" in data:
                left.setdefault(FORMULA, {})
            if left:
                kept.setdefault(index, []).append(left)
    source[0] = json.dumps(notebook)


def of_kind(env, kind):
    """{index of the cell: [what stood in its outputs of this type]} of the page that is read."""
    found = {index: [left[kind] for left in each if kind in left]
             for index, each in env.left.get(env.docname, {}).items()}
    return {index: each for index, each in found.items() if each}


def setup(app):
    keep_by_page(app, "left")
    app.connect("source-read", take_out)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

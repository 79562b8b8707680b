"""What a notebook holds for the page, taken out of its outputs before they are rendered.

MyST-NB knows no such types, and would warn of each.

`env.answers[docname]` is {index of the cell: what check_answer or settle left for the page}.
"""
import json

ANSWER, PREDICTION = (f"application/vnd.nbcode.{kind}+json" for kind in ("answer", "prediction"))


def take_out(app, docname, source):
    if not str(app.env.doc2path(docname)).endswith(".ipynb"):
        return
    kept = app.env.answers[docname] = {}
    notebook = json.loads(source[0])
    for index, cell in enumerate(notebook["cells"]):
        for output in cell.get("outputs", ()):
            for kind in (ANSWER, PREDICTION):
                if kind in output.get("data", {}):
                    kept.setdefault(index, []).append({"type": kind} | output["data"].pop(kind))
    if kept:
        source[0] = json.dumps(notebook)


def begin(app):
    if not hasattr(app.env, "answers"):
        app.env.answers = {}


def forget(app, env, docname):
    env.answers.pop(docname, None)


def merge(app, env, docnames, other):
    env.answers.update((docname, other.answers[docname]) for docname in docnames if docname in other.answers)


def setup(app):
    app.connect("builder-inited", begin)
    app.connect("source-read", take_out)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""A comma stays on the line of the formula or live number before it: a browser may break between the two."""
import re

from docutils import nodes

STOP = re.compile(r"[,.;:!?)’”]+")
SHORT = 30  # letters of LaTeX: what is longer must be free to break inside
FRAMES = re.compile(r'<ol class="nbfig-frames".*?</ol>', re.DOTALL)
NUMBER = re.compile(rf"(<output[^>]*>[^<]*</output>{STOP.pattern})")


def keep_together(app, doctree):
    for formula in list(doctree.findall(nodes.math)):
        parent, index = formula.parent, formula.parent.index(formula)
        after = parent[index + 1] if index + 1 < len(parent) else None
        stop = isinstance(after, nodes.Text) and STOP.match(after)
        if stop and len(formula.astext()) <= SHORT:
            together = nodes.inline("", "", formula, nodes.Text(stop[0]), classes=["with-stop"])
            parent[index:index + 2] = [together, nodes.Text(after[stop.end():])]


def beside_numbers(app, pagename, templatename, context, doctree):
    if "body" in context:
        context["body"] = FRAMES.sub(lambda frames: NUMBER.sub(r'<span class="with-stop">\1</span>', frames[0]),
                                     context["body"])


def setup(app):
    app.connect("html-page-context", beside_numbers)
    app.connect("doctree-read", keep_together)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

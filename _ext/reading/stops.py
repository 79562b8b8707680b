"""What belongs together stays on one line: 3-4-4-3, 15 %, 2 × 3, (1, 2), a comma and what it follows, code."""
import re

from docutils import nodes

STOP = re.compile(r"[,.;:!?)’”]+")
WHOLE = re.compile(r"(\d+(?:-\d+){2,}|\d+(?:\.\d+)? %|\d+ × \d+|\((?:[−\w.]{1,5}, )+[−\w.]{1,5}\))")
AS_TYPED = nodes.literal, nodes.math, nodes.raw, nodes.FixedTextElement
SHORT, CODE = 30, 24  # letters of LaTeX and of code: what is longer must be free to break inside
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
    for text in list(doctree.findall(nodes.Text)):
        parts = WHOLE.split(text)
        if len(parts) > 1 and not isinstance(text.parent, AS_TYPED):
            text.parent.replace(text, [nodes.inline("", part, classes=["with-stop"]) if k % 2 else nodes.Text(part)
                                       for k, part in enumerate(parts) if part])
    for code in doctree.findall(nodes.literal):
        if len(code.astext()) <= CODE:
            code["classes"].append("short")


def beside_numbers(app, pagename, templatename, context, doctree):
    if "body" in context:
        context["body"] = FRAMES.sub(lambda frames: NUMBER.sub(r'<span class="with-stop">\1</span>', frames[0]),
                                     context["body"])


def setup(app):
    app.connect("html-page-context", beside_numbers)
    app.connect("doctree-read", keep_together)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

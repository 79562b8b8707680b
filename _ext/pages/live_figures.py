"""Serve nbcode's figure module to the pages that have a live figure.

A notebook imports figure.mjs as an ES module. A page opened from a folder (file://) may not import modules, so
there the same file is a classic script, without comments and spaces, that leaves one name behind: `nbcode.mount`.
On a page figures come to life one after the other, by live.js. Until then their boxes are not for text: a browser
that fills forms in would lay out all sections, when the page is read, to see where such boxes stand.
"""
import re
from pathlib import Path

from language import in_words
from sphinx.errors import ExtensionError

NBCODE = Path(__file__).parents[2] / "nbcode" / "figure"
WAKING = Path(__file__).with_name("live.js")
BOX = re.compile(r'<input type="text"(?=[^>]* data-name=)')
EXPORT = re.compile(r"export \{[^}]*\bmount\b[^}]*\};\s*\Z")
LITERAL = re.compile(r"""(`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"|/(?![/*\s])(?:[^/\\\n\[]|\\.|\[[^\]]*\])+/\w*)""")
COMMENT = re.compile(rf"{LITERAL.pattern}|(?:^|\s)\s*// .*$", re.M)


def classic(module):
    """The module's text as a classic script."""
    body, exports = EXPORT.subn("globalThis.nbcode = { mount };", in_words(module))
    if not exports:
        raise ExtensionError("figure.mjs must end with `export { … mount … };`")
    return f"(() => {{ {squeezed(body)} }})();\n"


def squeezed(code):
    """JavaScript without comments and needless spaces; texts and patterns stay as they are.

    A text stands in `"` or a backtick; a comment starts with `// ` after a space; a division has spaces
    around it; a statement ends with `;` or `}`.
    """
    parts = LITERAL.split(COMMENT.sub(lambda found: found[1] or "", code))
    parts[::2] = [re.sub(r" ?([{}()\[\],;:=<>*/?&|!]) ?", r"\1", re.sub(r"\s+", " ", part)) for part in parts[::2]]
    return "".join(parts)


def write_assets(app):
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    module, style = (NBCODE / name for name in ("figure.mjs", "figure.css"))
    scripts = classic(module.read_text(encoding="utf-8")), squeezed(WAKING.read_text(encoding="utf-8"))
    static.joinpath("figure.js").write_text("".join(scripts), encoding="utf-8")
    static.joinpath("figure.css").write_text(style.read_text(encoding="utf-8"), encoding="utf-8")


def add_assets(app, pagename, templatename, context, doctree):
    if "nbcode.mount(" in context.get("body", ""):
        app.add_js_file("figure.js", loading_method="defer")
        context["body"] = BOX.sub('<input type="button"', context["body"])


def setup(app):
    app.add_css_file("figure.css", priority=800)
    app.connect("builder-inited", write_assets)
    app.connect("html-page-context", add_assets, priority=600)  # when the words of boxes are those of the book
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""Serve nbcode's figure module to the pages that have a live figure.

A notebook imports figure.mjs as an ES module. A page opened from a folder (file://) may not import modules, so
there the same file is a classic script that leaves one name behind: `nbcode.mount`.
"""
from pathlib import Path

from sphinx.errors import ExtensionError

NBCODE = Path(__file__).parents[2] / "nbcode" / "figure"
EXPORT = "export { mount };"


def classic(module):
    """The module's text as a classic script."""
    body, export, rest = module.rpartition(EXPORT)
    if not export or rest.strip():
        raise ExtensionError(f"figure.mjs must end with `{EXPORT}`")
    return f"(() => {{\n{body}globalThis.nbcode = {{ mount }};\n}})();\n"


def write_assets(app):
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    module, style = (NBCODE / name for name in ("figure.mjs", "figure.css"))
    static.joinpath("figure.js").write_text(classic(module.read_text(encoding="utf-8")), encoding="utf-8")
    static.joinpath("figure.css").write_text(style.read_text(encoding="utf-8"), encoding="utf-8")


def add_assets(app, pagename, templatename, context, doctree):
    if "nbcode.mount(" in context.get("body", ""):
        app.add_js_file("figure.js", loading_method="defer")


def setup(app):
    app.add_css_file("figure.css", priority=800)
    app.connect("builder-inited", write_assets)
    app.connect("html-page-context", add_assets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""The scripts of the fields, bundled while the book is built: a small one for every page, a large one besides.

The second, with mathjs in it, is loaded when somebody first comes to a field.
"""
import shutil
from pathlib import Path

from shell.node import bundle

HERE = Path(__file__).parent


def write_assets(app):
    if app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    bundle("the fields", HERE / "bundle.mjs", static)
    for name in "answers.css", "your_book.css":
        shutil.copyfile(HERE / name, static / name)


def setup(app):
    app.connect("builder-inited", write_assets)
    app.add_css_file("answers.css", priority=895)
    app.add_js_file("answers.js")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

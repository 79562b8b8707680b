"""Derive your own: a box, for any page, in which the book's own chain.py derives what the reader types.

    ```{derive} name
    :by: w, b
    :presets:

    z = w*x + b
    L = (y - z)**2
    ```

The steps are derived once while the book is built, so the page shows an answer before, and without, any Python in
the browser. Without steps the first of the presets stands there.
"""
from pathlib import Path

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from jinja2 import Template
from language import _
from sphinx.util.docutils import SphinxDirective

HERE = Path(__file__).parent
EXAMPLE = "<!-- example -->"


def presets():
    """What the box offers to start from: [{"name", "by", "steps"}]."""
    return yaml.safe_load(HERE.joinpath("presets.yml").read_text(encoding="utf-8"))


class DeriveBox(SphinxDirective):
    has_content, optional_arguments = True, 1
    option_spec = {"by": directives.unchanged, "presets": directives.flag}

    def run(self):
        from derive.answer import answer, proof

        first = presets()[0]
        steps = "\n".join(self.content) or first["steps"].rstrip()
        by = self.options.get("by", "" if self.content else first["by"])
        name = self.arguments[0] if self.arguments else "derive"
        if not name.isidentifier() or name in self.env.temp_data.setdefault("derive", []):
            raise self.error(f"each box of a page needs a name of its own, of letters and digits; got {name}")
        self.env.temp_data["derive"].append(name)
        for file in HERE.iterdir():
            self.env.note_dependency(str(file))
        try:
            found, proved = answer(steps, by, name), proof(steps, by)
        except ValueError as error:
            raise self.error(f"these steps cannot be derived: {error}") from None
        html = Template(HERE.joinpath("box.html").read_text(encoding="utf-8"), autoescape=True).render(
            _=_, name=name, steps=steps, by=by, python=found["python"],
            presets=presets() if "presets" in self.options else [])
        before, after = html.split(EXAMPLE)
        said = [self.block(kind, proved if kind == "proof" else content) for kind, content in found["blocks"]]
        return [raw(before), *said, raw(after)]

    def block(self, kind, content):
        """A block of the answer as a node of the page; derive.js makes the same of it in the browser."""
        if kind == "math":
            return nodes.math_block(content, content, number=None, label=None, nowrap=True)
        if kind in ("text", "proof"):
            return nodes.paragraph(content, content, classes=[f"derive-{kind}"])
        return raw(f'<script type="module">{content}</script>' if kind == "script" else content)


def raw(html):
    return nodes.raw("", html, format="html")


def add_assets(app, pagename, templatename, context, doctree):
    if 'class="derive"' in context.get("body", ""):
        app.add_css_file("derive/derive.css", priority=960)  # for this page alone (_ext/shell/styles.py)
        app.add_js_file("derive/derive.js", loading_method="defer")


def setup(app):
    from derive.assets import write_assets

    app.add_directive("derive", DeriveBox)
    app.connect("builder-inited", write_assets)
    app.connect("html-page-context", add_assets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

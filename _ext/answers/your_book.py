"""The page *Your book*: `{your-book}` stands for a table of what the reader did, which page.mjs fills."""
import json
from html import escape

from docutils import nodes
from language import _
from sphinx.util.docutils import SphinxDirective


class YourBook(SphinxDirective):
    def run(self):
        return [your_book()]


class your_book(nodes.General, nodes.Element):
    pass


def fill(app, doctree, docname):
    env = app.env
    chapters = [{"page": name, "title": env.titles[name].astext(), "exercises": env.exercises[name]}
                for name in env.toctree_includes_in_order if env.exercises.get(name)]
    for node in list(doctree.findall(your_book)):
        text = escape(json.dumps(chapters, ensure_ascii=False, separators=(",", ":")))
        # A script that stands here, not deferred: the table is drawn before what is below it, and nothing jumps.
        address = app.builder.get_relative_uri(docname, "_static/answers-book.js")
        script = f'<script src="{address.removesuffix(app.builder.out_suffix)}"></script>'
        no_scripts = _("This browser runs no scripts, so nothing is kept. Exercises and solutions are in the "
                       "chapters.")
        html = f'<div class="your-book" data-book="{text}"><p>{no_scripts}</p></div>{script}'
        node.replace_self(nodes.raw("", html, format="html"))


def in_order(app, env):
    """Chapters as the contents list them; the page is written anew when an exercise has changed anywhere."""
    def below(name):
        return [name] + [each for child in env.toctree_includes.get(name, ()) for each in below(child)]
    env.toctree_includes_in_order = below(app.config.root_doc)
    return [page for page in ["book/your_book"] if page in env.all_docs]


def add_assets(app, pagename, templatename, context, doctree):
    if 'class="your-book"' in context.get("body", ""):
        app.add_css_file("your_book.css", priority=960)  # for this page alone (_ext/shell/styles.py)


def setup(app):
    app.add_directive("your-book", YourBook)
    app.add_node(your_book)
    app.connect("env-updated", in_order)
    app.connect("doctree-resolved", fill)
    app.connect("html-page-context", add_assets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

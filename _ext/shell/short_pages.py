"""A short page is laid out whole, at once: only in long ones sections wait until they are near (book.css)."""
from docutils import nodes

SHORT = 8000  # letters


def mark(app, doctree):
    page = next(doctree.findall(nodes.section), None)
    text = (each for each in doctree.findall(nodes.Text) if not isinstance(each.parent, nodes.raw))
    if page is not None and sum(map(len, text)) < SHORT:
        page["classes"].append("short-page")


def setup(app):
    app.connect("doctree-read", mark)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

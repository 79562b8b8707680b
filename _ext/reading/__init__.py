"""A page opens for reading: results stand, and the code that made them is closed, one click away.

`outputs` takes out of a notebook what it holds for the page, `cells` says what a code cell is, `closing` closes
it, `marks` says beside a formula how it is known, `asides` makes steps aside out of what stands between two
directives, `folded` closes boxes, `stops` keeps a comma beside its formula or number; static/reading.js opens what
a reader, a link or the address asks for, and colours code when it is opened.
"""


def setup(app):
    for name in "outputs", "closing", "marks", "asides", "folded", "stops":
        app.setup_extension(f"reading.{name}")
    app.add_css_file("reading.css", priority=890)
    app.add_js_file("reading.js")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

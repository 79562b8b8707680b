"""A page opens for reading: results stand, and the code that made them is closed, one click away.

`cells` says what a code cell is, `closing` closes it on the page, `asides` makes steps aside out of what stands
between two directives; static/reading.js opens what a reader, a link or the address asks for.
"""


def setup(app):
    for name in "closing", "asides":
        app.setup_extension(f"reading.{name}")
    app.add_css_file("reading.css", priority=890)
    app.add_js_file("reading.js")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

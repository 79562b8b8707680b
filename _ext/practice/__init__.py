"""Practice: derivations that the reader writes, line by line, each line judged on the page.

`bank` makes the tasks and proves them, `files` writes them into the site; judge.mjs judges a line. `page`
puts it all on pages.
"""


def setup(app):
    for name in "files", "page":
        app.setup_extension(f"practice.{name}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

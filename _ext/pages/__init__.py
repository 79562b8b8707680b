"""What stands in the pages: live figures, numbered equations, the ledger and its boxes, notation, versions."""


def setup(app):
    for name in "live_figures", "ledger", "equations", "status", "notation":
        app.setup_extension(f"pages.{name}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

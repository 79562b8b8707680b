"""What stands in the pages: numbers of chapters and formulas, live figures, the ledger, notation, versions."""


def setup(app):
    for name in "chapters", "live_figures", "ledger", "equations", "status", "notation", "prerequisites":
        app.setup_extension(f"pages.{name}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""The shell around every page: what it loads, in which order, and how little; each file one job.

`local_assets` brings formulas and fonts from the book's own folder, `icons` and `styles` keep of the theme what is
used, `scripts`, `programs`, `light`, `drawn`, `measures` and `markup` make pages small and strict, `accessible`
mends the theme, `head` says what a page is, `short_pages` which are laid out whole.
"""
import gc


def setup(app):
    gc.set_threshold(50_000, 20, 100)  # most of what a build makes stays: looking it through took a quarter of it
    for name in ("local_assets", "formulas", "letters", "icons", "accessible", "light", "markup", "scripts",
                 "head", "short_pages", "measures", "styles"):
        app.setup_extension(f"shell.{name}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}

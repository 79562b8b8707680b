"""The theme's icons from a font of a few kilobytes, instead of a script of 1.5 MB or a font of 156 kB.

The font holds the glyphs named here and those that the theme's stylesheet sets beside boxes and links. Any other
icon still shows: the browser then falls back to the theme's whole font.
"""
import re
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset

THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
NAMES = ("angle-left angle-right arrow-up bars chevron-down chevron-up circle-half-stroke code download file "
         "file-pdf list magnifying-glass moon rocket sun").split()
FACE = '''@font-face {
  font-family: "Font Awesome 6 Free"; font-style: normal; font-weight: 900; font-display: block;
  src: url(icons.woff) format("woff");
}
'''
EXERCISE = "\uf303"  # the pencil of sphinx-exercise


def characters(css):
    """The icons' characters in the theme's stylesheet."""
    found = re.findall(r'--pst-icon-[\w-]+:\s*"(.)"', css)
    for name in NAMES:
        codes = re.findall(rf'\.fa-{name}:before[^{{]*\{{content:"\\(\w+)"', css)
        found += [chr(int(code, 16)) for code in codes]
    return "".join(found) + EXERCISE


def write_font(app):
    """Only the glyphs in use, into the site's static files."""
    target = Path(app.outdir, "_static")
    target.mkdir(parents=True, exist_ok=True)
    css = (THEME / "styles" / "pydata-sphinx-theme.css").read_text(encoding="utf-8")
    options = subset.Options(flavor="woff", layout_features=[], notdef_outline=False)
    font = subset.load_font(str(THEME / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.ttf"), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters(css))
    subsetter.subset(font)
    subset.save_font(font, str(target / "icons.woff"), options)
    (target / "icons.css").write_text(FACE, encoding="utf-8")


def setup(app):
    app.connect("builder-inited", write_font)
    app.add_css_file("icons.css", priority=850)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

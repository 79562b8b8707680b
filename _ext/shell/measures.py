"""How far parts of formulas are moved, as classes of the one stylesheet: a page says `_a` for `top:-2.306em`.

A formula is mostly such styles, and the same few come on each page. Those that many pages have get a name, the
usual ones the shortest. Pages of an earlier build have the names of then, which its stylesheet still tells.
"""
import re
from collections import Counter
from itertools import chain, product
from pathlib import Path
from string import ascii_letters

MANY = 8  # pages
FILE = "measures.css"
STYLED = re.compile(r'(?<=<)(span|[ibu]|su[bp])(?: class="([^"]*)")? style="([^"]*)"')
NAMED = re.compile(r'(?<=<)(span|[ibu]|su[bp]) class="(?:([^"]*) )?(_[A-Za-z]+)"')
MEASURES = re.compile(r"(?:(?:^|;)(?:top|left|height|vertical-align|margin-left|margin-right):-?[\d.]+(?:em)?)+")
RULE = re.compile(r"\.(_\w+)\{([^}]*)\}")
NAMES = ["_" + "".join(letters) for letters in chain(ascii_letters, product(ascii_letters, repeat=2))]


def styled(html, styles):
    """The page with styles, {name: style}, in place of names."""
    def tag(found):
        classes = f' class="{found[2]}"' if found[2] else ""
        return f'{found[1]}{classes} style="{styles[found[3]]}"'

    return NAMED.sub(tag, html)


def named(html, names):
    """The page with names, {style: name}, in place of these styles."""
    def tag(found):
        classes = " ".join(filter(None, (found[2], names.get(found[3]))))
        return f'{found[1]} class="{classes}"' if found[3] in names else found[0]

    return STYLED.sub(tag, html)


def chosen(pages):
    """{style: name} of the styles of formulas that many of the pages have."""
    counts, on = Counter(), Counter()
    for html in pages:
        styles = [style for *_, style in STYLED.findall(html) if MEASURES.fullmatch(style)]
        counts.update(styles)
        on.update(set(styles))
    many = sorted((style for style in counts if on[style] >= MANY), key=lambda style: (-counts[style], style))
    return dict(zip(many, NAMES, strict=False))


def write(app, exception):
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    rules = site / "_static" / FILE
    before = dict(RULE.findall(rules.read_text(encoding="utf-8"))) if rules.exists() else {}
    pages = {path: styled(path.read_text(encoding="utf-8"), before) for path in site.rglob("*.html")}
    names = chosen(pages.values())
    for path, html in pages.items():
        path.write_text(named(html, names), encoding="utf-8")
    rules.write_text("".join(f".katex .{name}{{{style}}}\n" for style, name in names.items()), encoding="utf-8")


def setup(app):
    app.add_css_file(FILE, priority=910)  # after book.css
    app.connect("build-finished", write, priority=850)  # before the one stylesheet is made
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}

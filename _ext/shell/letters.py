"""Of each font of KaTeX, the letters that formulas of the book have: a fraction of its size.

Any other letter still shows: it is in a second file, the whole font, which a browser asks for when a page has such
a letter (`unicode-range`); a formula that a reader makes may need it. The parts have no hints for coarse screens,
which weigh more than the letters.
"""
import re
import shutil
from html import unescape
from itertools import pairwise
from pathlib import Path
from zlib import crc32

from fontTools import subset

from shell.formulas import START
from shell.local_assets import KATEX

FONTS = {"i": "Math-Italic", "mathnormal": "Math-Italic", "mathbf": "Main-Bold", "textbf": "Main-Bold",
         "mathit": "Main-Italic", "textit": "Main-Italic", "mathsf": "SansSerif-Regular", "mathbb": "AMS-Regular",
         "small-op": "Size1-Regular", "large-op": "Size2-Regular", "delim-size1": "Size1-Regular",
         "delim-size4": "Size4-Regular", "size1": "Size1-Regular", "size2": "Size2-Regular",
         "size3": "Size3-Regular", "size4": "Size4-Regular", "mathrm": "Main-Regular", "textrm": "Main-Regular"}
SIZES = {"size1", "size2", "size3", "size4"}  # of brackets; beside "sizing" they are sizes of letters
TOKEN = re.compile(r"<(/?)(\w+)([^>]*?)(/?)>|([^<]+)")
SIZING = re.compile(r"[^{}]*\.reset-size(\d+)\.size(\d+)\{[^}]*\}")
USUAL = {"1", "3", "6"}  # sizes of letters, of their indices, and of indices of these
LAST = 0x10FFFF  # of all characters
FACE = re.compile(r"@font-face\{[^}]*?url\(fonts/KaTeX_([\w-]+)\.woff2\)[^}]*\}")


def letters(html):
    """{font: its letters} in the formulas of a page."""
    found = {}
    for start in re.finditer(re.escape(START), html):
        fonts = ["Main-Regular"]
        for token in TOKEN.finditer(html, start.end()):
            closing, tag, attributes, alone, text = token.groups()
            if text:
                found.setdefault(fonts[-1], set()).update(unescape(text))
            elif closing:
                fonts.pop()
            elif not alone:
                fonts.append(font(tag, attributes) or fonts[-1])
            if not fonts:
                break
    return found


def font(tag, attributes):
    classes = re.search(r'class="([^"]*)"', attributes)
    names = {tag, *(classes[1].split() if classes else ())}
    return next((FONTS[name] for name in FONTS if name in names - (SIZES if "sizing" in names else set())), None)


def ranges(numbers):
    """Numbers as a list for unicode-range."""
    return listed(gaps(others(numbers)))


def others(numbers):
    """All numbers but these, as runs."""
    return gaps([(number, number) for number in sorted(numbers)])


def gaps(runs):
    """What lies between runs of numbers, (first, last), before and behind them: runs, too."""
    ends = [(-1, -1), *runs, (LAST + 1, LAST + 1)]
    return [(before + 1, after - 1) for (_, before), (after, _) in pairwise(ends) if before + 1 < after]


def listed(runs):
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in runs)


def write_part(name, text, target):
    """The font with these letters only."""
    options = subset.Options(flavor="woff2", layout_features=["*"], hinting=False, name_IDs=[])
    whole = subset.load_font(str(KATEX / "fonts" / f"KaTeX_{name}.woff2"), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(whole)
    subset.save_font(whole, str(target), options)


def write(app, exception):
    """The fonts in parts, their checksum in the pages, and the stylesheet with both, without sizes of no use."""
    if exception or app.builder.format != "html":
        return
    site, found = Path(app.outdir), {}
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    for html in pages.values():
        for name, text in letters(html).items():
            found.setdefault(name, {" "}).update(text)  # a page asks for a font by a space
    fonts = site / "_static" / "katex" / "fonts"
    fonts.joinpath("whole").mkdir(exist_ok=True)
    known = {}
    for name, text in sorted(found.items()):
        file = f"KaTeX_{name}.woff2"
        shutil.copyfile(KATEX / "fonts" / file, fonts / "whole" / file)
        write_part(name, "".join(sorted(text)), fonts / file)
        known[name] = set(map(ord, text))  # of these, what the part lacks the whole font lacks too
    version = f"{crc32(repr(sorted((name, sorted(each)) for name, each in known.items())).encode()):08x}"

    def both(face):
        rule, name = face[0].removesuffix("}"), face[1]
        if name not in known:
            return face[0]
        part = rule.replace(f"KaTeX_{name}.woff2", f"KaTeX_{name}.woff2?v={version}")
        whole = rule.replace("fonts/", "fonts/whole/")
        rest = listed(others(known[name]))  # a million characters, in a few runs
        return f"{part};unicode-range:{ranges(known[name])}}}{whole};unicode-range:{rest}}}"

    def in_use(rule):
        around, size = rule.groups()
        return rule[0] if {around, size} <= USUAL or any(f"reset-size{around} size{size}" in html
                                                         for html in pages.values()) else ""

    style = fonts.parent / "katex.min.css"
    css = SIZING.sub(in_use, style.read_text(encoding="utf-8"))
    style.write_text(FACE.sub(both, css), encoding="utf-8")
    for path, html in pages.items():
        path.write_text(re.sub(r"\.woff2\?v=\w+", f".woff2?v={version}", html), encoding="utf-8")


def setup(app):
    app.connect("build-finished", write, priority=800)  # before the one stylesheet is made
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}

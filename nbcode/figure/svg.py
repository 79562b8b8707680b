"""A Matplotlib figure as inline SVG: the same bytes on every machine, ids of its own, colours of the page."""
import io
import re
from html import escape

import matplotlib
import numpy as np
from matplotlib.colors import to_hex
from matplotlib.patches import Polygon
from matplotlib.text import Text
from PIL import Image

COLORS = {  # one colour for one quantity, told apart by colour-blind eyes (tests/test_palette.py)
    "data": "#2b2b2b", "blue": "#0072b2", "orange": "#d55e00", "green": "#005a2e", "loss": "#8a3ffc",
    "gradient": "#d6005f", "faint": "#8c8c8c",
}
PHONE, WIDEST, SMALLEST = 342, 432, 10  # in CSS pixels: a page's column, a panel in it, the smallest text
MIDDLE = "#efefef"  # of a scale between two colours
STYLE = {
    "svg.fonttype": "none", "path.simplify": False, "font.family": "DejaVu Sans", "font.size": 10,
    "axes.spines.top": False, "axes.spines.right": False, "axes.titlesize": 10, "lines.linewidth": 2,
    "legend.frameon": False, "legend.fontsize": 9, "axes.unicode_minus": True, "figure.facecolor": "none",
    "axes.facecolor": "none", "savefig.facecolor": "none",
}

DASHES = {"-": "", "--": "stroke-dasharray: 6 3; ", ":": "stroke-dasharray: 1.5 3; ",
          "-.": "stroke-dasharray: 6 2 1.5 2; "}
REACH = re.compile(r'(<g data-link="[^"]*"[^>]*>\s*)(<path d="([^"]*)"[^>]*/>)')
WIDE = 'fill="none" stroke="transparent" stroke-width="14" pointer-events="all"'  # a thin line is hard to touch
MARKERS = {"o": "round", "s": "square", "None": ""}


def legible(fig):
    """Enlarge what would be smaller than a reader can read on a telephone, where the figure has `PHONE` pixels."""
    least = SMALLEST * 72 * fig.get_figwidth() / min(PHONE, WIDEST)
    for text in fig.findobj(Text):
        text.set_fontsize(max(text.get_fontsize(), least))


def svg(fig, prefix, alt, linked=()):
    """The figure as an `<svg role="img">` element (hidden from readers by ear without alt text).

    Every id in it starts with `prefix`. It has the size of the figure where no stylesheet gives it another.
    With artists that are linked (see `link`) it is a group, in which each name can be reached by keyboard once.
    """
    text = io.StringIO()
    with matplotlib.rc_context({**STYLE, "svg.hashsalt": prefix}):
        fig.savefig(text, format="svg")
    text = text.getvalue()
    text = text[text.index("<svg"):]
    attributes = {artist.get_gid(): names for artist, names in dict(linked).items()}
    text = re.sub(r' id="(nblink-\d+)"', lambda name: attributes[name[1]], text)
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", "", text, flags=re.S)
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', text))
    text = re.sub(r"<[^>]*>", lambda tag: tidy_tag(tag[0], prefix, used), text)  # never the words between the tags
    text = REACH.sub(rf'\1\2<path d="\3" {WIDE}/>', text)
    text = re.sub(r"\s*\n\s*", " ", text)
    is_linked = "data-link=" in text
    spoken = 'role="group"' if is_linked else 'role="img"' if alt else 'aria-hidden="true"'
    spoken += f' aria-label="{escape(alt)}"' if alt else ""
    return text.replace("<svg", f'<svg {spoken} fill="currentColor" stroke-linejoin="round"', 1).strip()


def link(figs, linked):
    """{artist: the attributes that link it}, of {artist or tuple of artists: names}; Tab stops once at each."""
    attributes = {}
    for key, names in linked.items():
        if not names.split():
            raise ValueError(f"an artist is linked by a name, not by {names!r}")
        for artist in [drawn for each in (key if isinstance(key, tuple) else [key]) for drawn in drawings(each)]:
            if artist.get_figure() not in figs:
                raise ValueError(f"a {type(artist).__name__} is linked that stands in no axes of this figure")
            words = f' data-link="{escape(names)}"'
            stop = f' tabindex="0" role="img" aria-label="{escape(names)}"'
            artist.set_gid(f"nblink-{len(attributes)}")
            attributes[artist] = words + stop * (not any(each.startswith(words) for each in attributes.values()))
    return attributes


def drawings(artist):
    """What of an artist is drawn by itself: an annotation has its arrow and its words, if any."""
    arrow = [artist.arrow_patch] if getattr(artist, "arrow_patch", None) else []
    return arrow + [artist] * (not hasattr(artist, "get_text") or bool(artist.get_text()))


def touch(artist, linked):
    """The attributes that link an artist, if any."""
    return linked.get(artist, "")


def tidy_tag(tag, prefix, used):
    """A tag with short coordinates, the page's font and colours, and ids of its own where they are used."""
    tag = re.sub(r' (version|xmlns(:\w+)?)="[^"]*"| transform="rotate\(-0 [^"]*"|font-family: [^;"]*;? ?', "", tag)
    tag = re.sub(r"-?\d+\.\d{3,}(e-?\d+)?", lambda number: short(float(number[0])), tag)
    tag = re.sub(r' id="([^"]+)"', lambda name: f' id="{prefix}-{name[1]}"' if name[1] in used else "", tag)
    return themed(re.sub(r'(?:xlink:)?(href="|url\()#', rf"\g<1>#{prefix}-", tag))


def themed(text):
    """Black follows the text of the page, and each colour of the palette is a variable of the page."""
    text = text.replace("#000000", "currentColor")
    for name, value in COLORS.items():
        text = text.replace(value, f"var(--nb-{name}, {value})")
    return text


def short(number):
    """A coordinate with two decimals at most: 3, 2.5, -0.25."""
    return f"{round(number, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def affine(ax):
    """(ax, bx, ay, by): where a point stands in the SVG, ax x + bx and ay y + by."""
    left, top, width, height = box(ax)
    (x0, x1), (y0, y1) = ([float(np.log10(v)) if axis.get_scale() == "log" else float(v) for v in limits]
                          for axis, limits in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())))
    right, up = width / (x1 - x0), height / (y1 - y0)
    return [right, left - right * x0, -up, top + height + up * y0]


def box(ax):
    """(left, top, width, height) of the axes in the SVG."""
    width, height = 72 * ax.figure.get_size_inches()
    position = ax.get_position()
    return position.x0 * width, (1 - position.y1) * height, position.width * width, position.height * height


def clip_path(ax, name):
    x, y, width, height = map(short, box(ax))
    return f'<clipPath id="{name}"><rect x="{x}" y="{y}" width="{width}" height="{height}"/></clipPath>'


def color(value):
    return themed(to_hex(value))


def look(artist, dots):
    """The style of a live path, taken from its artist: a line, its dots, or an area."""
    opacity = "" if artist.get_alpha() is None else f"; opacity: {artist.get_alpha():g}"
    if isinstance(artist, Polygon):
        return f"fill: {color(artist.get_facecolor())}{opacity}"
    if dots:
        return (f"stroke: {color(artist.get_markerfacecolor())}; stroke-width: {artist.get_markersize():g}; "
                f"stroke-linecap: {MARKERS[artist.get_marker()]}{opacity}")
    return (f"fill: none; stroke: {color(artist.get_color())}; {DASHES[artist.get_linestyle()]}"
            f"stroke-width: {artist.get_linewidth():g}{opacity}")


def png(figs):
    """The figures side by side as a small PNG, for places that show no HTML."""
    pictures = []
    for fig in figs:
        data = io.BytesIO()
        unpacked = {"compress_level": 0}  # the page of all of them is packed, below
        fig.savefig(data, format="png", dpi=100, facecolor="white", pil_kwargs=unpacked)
        pictures.append(Image.open(data).convert("RGB"))
    page = Image.new("RGB", (sum(p.width for p in pictures), max(p.height for p in pictures)), "white")
    left = 0
    for picture in pictures:
        page.paste(picture, (left, 0))
        left += picture.width
    data = io.BytesIO()
    page.quantize(64).save(data, "png", optimize=True)
    return data.getvalue()

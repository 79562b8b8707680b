"""A Matplotlib figure as inline SVG: the same bytes on every machine, ids of its own, colours of the page."""
import io
import re

import matplotlib
from PIL import Image

COLORS = {  # one colour for one quantity, distinguishable to colour-blind eyes; the page may lighten them
    "data": "#444444", "blue": "#0072b2", "orange": "#d55e00", "green": "#00805c", "loss": "#8a3ffc",
    "gradient": "#c2185b", "faint": "#8c8c8c",
}
STYLE = {
    "svg.fonttype": "none", "path.simplify": False, "font.family": "DejaVu Sans", "font.size": 10,
    "axes.spines.top": False, "axes.spines.right": False, "axes.titlesize": 10, "lines.linewidth": 2,
    "legend.frameon": False, "legend.fontsize": 9, "axes.unicode_minus": True, "figure.facecolor": "none",
    "axes.facecolor": "none", "savefig.facecolor": "none",
}


def svg(fig, prefix, alt):
    """The figure as an `<svg role="img">` element; every id in it starts with `prefix`."""
    text = io.StringIO()
    with matplotlib.rc_context({**STYLE, "svg.hashsalt": prefix}):
        fig.savefig(text, format="svg", metadata=dict.fromkeys(["Date", "Creator", "Format", "Type"]))
    text = text.getvalue()
    text = text[text.index("<svg"):]
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", "", text, flags=re.S)
    text = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"|version="1.1"|xmlns(:\w+)?="[^"]*"', "", text)
    text = text.replace("xlink:href", "href").replace(' transform="rotate(-0 ', ' data-unturned="(')
    text = re.sub(r' data-unturned="[^"]*"', "", text)
    text = re.sub(r"-?\d+\.\d{3,}(e-?\d+)?", lambda number: short(float(number[0])), text)
    text = re.sub(r"font-family: [^;\"]*;? ?", "", text)
    text = re.sub(r"\s*\n\s*", " ", text)
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', text))
    text = re.sub(r' id="([^"]+)"', lambda name: f' id="{prefix}-{name[1]}"' if name[1] in used else "", text)
    text = re.sub(r'(href="|url\()#', rf"\g<1>#{prefix}-", text)
    text = themed(text)
    return re.sub(r"<svg\s*", f'<svg role="img" aria-label="{alt}" stroke-linejoin="round" ', text, count=1)


def themed(text):
    """Black follows the text of the page, and each colour of the palette is a variable of the page."""
    text = re.sub(r"(?<=[: ])(#000000|black)\b", "currentColor", text)
    for name, value in COLORS.items():
        text = text.replace(value, f"var(--nb-{name}, {value})")
    return text


def short(number):
    """A coordinate with two decimals at most: 3, 2.5, -0.25."""
    return f"{round(number, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def png(figs):
    """The figures side by side as a small PNG, for places that show no HTML."""
    pictures = []
    for fig in figs:
        data = io.BytesIO()
        fig.savefig(data, format="png", dpi=100, facecolor="white")
        pictures.append(Image.open(data).convert("RGB"))
    page = Image.new("RGB", (sum(p.width for p in pictures), max(p.height for p in pictures)), "white")
    left = 0
    for picture in pictures:
        page.paste(picture, (left, 0))
        left += picture.width
    data = io.BytesIO()
    page.quantize(64).save(data, "png", optimize=True)
    return data.getvalue()

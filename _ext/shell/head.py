"""What others show of a page: its description, taken from its own first words, and a picture of the book."""
import re
from io import BytesIO
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from docutils import nodes
from language import _
from PIL import Image

LONGEST = 160  # characters that search engines show
INK, PAPER, ACCENT = "#ffffff", "#0b3c5d", "#ffb000"


def description(doctree):
    """The first paragraphs of the page, without formulas, up to the end of a sentence or word."""
    text = ""
    for paragraph in doctree.findall(nodes.paragraph):
        if next(paragraph.findall(nodes.math), None) is None:
            text = f"{text} {paragraph.astext()}".strip()
        if len(text) > LONGEST / 2:
            break
    text = re.sub(r"\s+", " ", text)
    if len(text) <= LONGEST:
        return text
    sentence = re.match(rf".{{{LONGEST // 2},{LONGEST}}}(?<=[.?!])(?= )", text)
    return sentence[0] if sentence else text[:LONGEST - 1].rpartition(" ")[0] + "…"


def describe(app, pagename, templatename, context, doctree):
    context["description"] = description(doctree) if doctree else ""
    base = (app.config.html_baseurl or "").rstrip("/")
    context["picture"] = f"{base}/_static/social.png" if base else context["pathto"]("_static/social.png", 1)


def draw(app):
    """_static/social.png: two bent lines and their sum, and the book's name."""
    x = np.linspace(0, 1, 300)
    one, other = -1.22 * np.log1p(np.exp(3.34 * x - 1.43)), -2.3 * np.log1p(np.exp(0.57 - 3.53 * x))
    fig = plt.figure(figsize=(12, 6.3), facecolor=PAPER)
    ax = fig.add_axes((0.06, 0.06, 0.88, 0.5))
    for y, style in ((one + 1.4, "--"), (other + 2, "--"), (one + other + 2.6, "-")):
        ax.plot(x, y, style, color=INK if style == "--" else ACCENT, lw=2 if style == "--" else 7, alpha=0.9)
    ax.plot([0, 0.5, 1], [0, 1, 0], "o", ms=20, color=INK)
    ax.axis("off")
    ax.margins(0.04, 0.12)
    fig.text(0.06, 0.8, app.config.html_title, color=INK, size=50, weight="bold")
    fig.text(0.06, 0.69, _("every formula derived or checked by a machine; figures to move"), color=INK, size=23)
    target = Path(app.outdir, "_static", "social.png")
    target.parent.mkdir(parents=True, exist_ok=True)
    data = BytesIO()
    fig.savefig(data, dpi=100, facecolor=PAPER)
    Image.open(data).convert("RGB").quantize(32).save(target, optimize=True)
    plt.close(fig)


def setup(app):
    app.connect("builder-inited", draw)
    app.connect("html-page-context", describe)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

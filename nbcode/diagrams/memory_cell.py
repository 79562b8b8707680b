"""Picture of an LSTM unit: the long-term memory runs along the top, the short-term memory along the bottom.

    memory_cell(values={"f": 0.997, "c": 2.95}, highlight=["c_prev", "c"])
"""
from matplotlib.patches import Circle, FancyBboxPatch

from nbcode.figure.figure import COLORS

from .layered import CENTRED, blank, known, plain

HEIGHT, TOP, JOIN, GATE, BOTTOM = 3.75, 3.25, 2.55, 1.65, 0.72  # in inches, as all that follows
GATES = {"f": (1.02, "forget", "σ"), "i": (1.79, "input", "σ"), "g": (2.56, "potential", "tanh"),
         "o": (3.33, "output", "σ")}
NAMES = {"c_prev": (0.28, TOP), "c": (4.31, TOP), "h_prev": (0.28, BOTTOM), "h": (4.31, BOTTOM), "x": (0.62, 0.12)}
SYMBOLS = {"×": (1.02, TOP), "+": (2.175, TOP), "× ": (2.175, JOIN), "×  ": (3.9, GATE), "tanh": (3.9, JOIN)}
MIDDLE, LAST, R, HALF = 2.175, 3.9, 0.13, 0.35  # the columns of + and of tanh; a circle's radius, half a gate
WIRES = {  # what is carried, and along which lines; the last point of each has the arrow's head
    "c_prev": [[(0.5, TOP), (1.02 - R, TOP)], [(1.02 + R, TOP), (MIDDLE - R, TOP)]],
    "c": [[(MIDDLE + R, TOP), (4.05, TOP)]],
    "tanh": [[(LAST, TOP), (LAST, JOIN + 0.15)], [(LAST, JOIN - 0.15), (LAST, GATE + R)]],
    "f": [[(1.02, GATE + 0.27), (1.02, TOP - R)]],
    "i": [[(1.79, GATE + 0.27), (1.79, JOIN), (MIDDLE - R, JOIN)]],
    "g": [[(2.56, GATE + 0.27), (2.56, JOIN), (MIDDLE + R, JOIN)]],
    "new": [[(MIDDLE, JOIN + R), (MIDDLE, TOP - R)]],
    "o": [[(3.33 + HALF, GATE), (LAST - R, GATE)]],
    "h": [[(LAST, GATE - R), (LAST, BOTTOM), (4.05, BOTTOM)]],
    "h_prev": [[(0.5, BOTTOM), (x, BOTTOM), (x, GATE - 0.27)] for x in (3.33, 2.56, 1.79, 1.02)],
    "x": [[(0.62, 0.25), (0.62, BOTTOM)]],
}


def memory_cell(names=None, values=None, highlight=()):
    """A Matplotlib figure of one LSTM unit; `figure(memory_cell(…), alt="…")` shows it.

    Its parts: c_prev, h_prev, x, f, i, g, o, c, h; new, the product that is added; tanh, the way from c to h.
    names {part: how it is written}; values {part: number}; highlight: parts, whose lines and texts get the
    gradient's colour. ValueError for any other part; it says what there is.
    """
    written = {"c_prev": "c₀", "h_prev": "h₀", "x": "x₁", "c": "c₁", "h": "h₁", **(names or {})}
    for given in written, values or {}, highlight:
        known(given, WIRES, "is no part of the unit")
    values, tint = values or {}, dict.fromkeys(highlight, COLORS["gradient"])
    ax = blank(HEIGHT)
    for name, lines in WIRES.items():
        for line in lines:
            draw_wire(ax, line, tint.get(name, COLORS["faint"]))
    for name, (x, word, bend) in GATES.items():
        draw_gate(ax, x, [word, f"{name} = {plain(values.get(name, bend))}"], tint.get(name, "black"))
    for name, (x, y) in NAMES.items():
        text = written[name] + ((" = " if name == "x" else "\n") + plain(values[name]) if name in values else "")
        ax.text(x, y, text, color=tint.get(name, "black"), **CENTRED)
    for sign, (x, y) in SYMBOLS.items():
        draw_sign(ax, x, y, sign.strip())
    for y, word in (TOP + 0.3, "long-term memory"), (BOTTOM - 0.3, "short-term memory"):
        ax.text(MIDDLE, y, word, color=COLORS["data"], **{**CENTRED, "fontsize": 10})
    return ax.figure


def draw_wire(ax, points, color):
    """A line through the points, with an arrow's head at the last."""
    ax.plot(*zip(*points[:-1], strict=True), color=color, lw=1.4, solid_capstyle="projecting", zorder=1)
    ax.annotate("", points[-1], points[-2], zorder=1,
                arrowprops={"arrowstyle": "-|>", "color": color, "lw": 1.4, "shrinkA": 0, "shrinkB": 0})


def draw_gate(ax, x, lines, color):
    ax.add_patch(FancyBboxPatch((x - HALF, GATE - 0.27), 2 * HALF, 0.54, facecolor="none", edgecolor=color,
                                boxstyle="round,pad=0,rounding_size=0.08"))
    for text, y in zip(lines, (GATE + 0.12, GATE - 0.12), strict=True):
        ax.text(x, y, text, color=color, **{**CENTRED, "fontsize": 9.7})


def draw_sign(ax, x, y, sign):
    """× or + in a circle; tanh in a box."""
    half = 0.25 if len(sign) > 1 else R
    ax.add_patch(FancyBboxPatch((x - half, y - 0.15), 2 * half, 0.3, facecolor="none", edgecolor="black",
                                boxstyle="round,pad=0,rounding_size=0.08") if len(sign) > 1
                 else Circle((x, y), R, facecolor="none", edgecolor="black"))
    ax.text(x, y, sign, **{**CENTRED, "fontsize": 10 if len(sign) > 1 else 12})

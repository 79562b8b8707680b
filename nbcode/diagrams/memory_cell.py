"""Picture of an LSTM unit: the long-term memory runs along the top, the short-term memory and the input below.

    memory_cell(values={"f": 0.997, "c": 2.95}, highlight=["c_prev", "c"])
    memory_cell(highlight=["h_f", "x_f", "f"], weights={"f": (1.63, 2.70, 1.62)}, color="blue")
    live |= {artist: shown(drawn, Eq(FRAME, 1)) for artist, drawn in lit(ax, ["h_f", "x_f", "f"], weights).items()}
"""
from numbers import Real

from matplotlib.patches import Circle, FancyBboxPatch

from nbcode.figure.figure import COLORS, label, points

from .layered import CENTRED, blank, known, plain

HEIGHT, TOP, JOIN, GATE, BOTTOM, INPUT = 3.75, 3.3, 2.62, 1.85, 0.86, 0.36  # in inches, as all that follows
GATES = {"f": (1.02, "forget", "σ"), "i": (1.79, "input", "σ"), "g": (2.56, "potential", "tanh"),
         "o": (3.33, "output", "σ")}
NAMES = {"c_prev": (0.28, TOP), "c": (4.31, TOP), "h_prev": (0.28, BOTTOM), "h": (4.31, BOTTOM),
         "x": (0.28, INPUT)}
SYMBOLS = {"×": (1.02, TOP), "+": (2.175, TOP), "× ": (2.175, JOIN), "×  ": (3.9, GATE), "tanh": (3.9, JOIN)}
MIDDLE, LAST, R, HALF = 2.175, 3.9, 0.13, 0.35  # the columns of + and of tanh; a circle's radius, half a gate
LETTERS = dict.fromkeys(GATES, ("w", "u", "b"))
SMALL = {**CENTRED, "fontsize": 9.7}
BESIDE, WEIGHT, BIAS, FOOT = 0.23, 1.13, 1.41, GATE - 0.27  # h and x left and right of a gate's middle; heights
DROP = 0.05  # from the middle of a small text to the foot of its letters, where a bound text stands


AT_WEIGHT, AT_CROSSING = (WEIGHT - 0.1, WEIGHT + 0.1), (BOTTOM - 0.05, BOTTOM + 0.05)
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
}
BRANCHES = {f"{carried}_{gate}": (x + shift, line, gaps) for gate, (x, *_) in GATES.items()
            for carried, shift, line, gaps in (("h", -BESIDE, BOTTOM, []), ("x", BESIDE, INPUT, [AT_CROSSING]))}


def memory_cell(names=None, values=None, highlight=(), weights=LETTERS, color="gradient"):
    """A Matplotlib figure of one LSTM unit; `figure(memory_cell(…), alt="…")` shows it.

    Its parts: c_prev, h_prev, x, f, i, g, o, c, h; new, the product that is added; tanh, the way from c to h;
    h_f, x_f and so on, the ways into one gate. names {part: how it is written}; values {part: number}; highlight:
    parts, whose lines and texts get the colour; weights {gate: those of x and of h, and the bias}.
    ValueError for any other part; it says what there is.
    """
    written = {"c_prev": "c₀", "h_prev": "h₀", "x": "x₁", "c": "c₁", "h": "h₁", **(names or {})}
    for given in written, values or {}, highlight:
        known(given, [*WIRES, "h_prev", "x", *BRANCHES], "is no part of the unit")
    known(weights, GATES, "is no gate")
    values, tint = values or {}, dict.fromkeys(highlight, COLORS[color])
    ax = blank(HEIGHT)
    for name in BRANCHES:
        draw_branch(ax, name, tint.get(name, tint.get("x" if name[0] == "x" else "h_prev")), name[-1] in weights)
    for name, lines in WIRES.items():
        for line in lines:
            draw_wire(ax, line, tint.get(name, COLORS["faint"]))
    for name, (x, word, bend) in GATES.items():
        draw_gate(ax, x, [word, f"{name} = {plain(values.get(name, bend))}"], tint.get(name, "black"))
        if name in weights:
            for shift, y, text in parameters(weights[name]):
                ax.text(x + shift, y, text, color=tint.get(name, "black"), **SMALL)
    for name, (x, y) in NAMES.items():
        text = written[name] + ((" = " if name == "x" else "\n") + plain(values[name]) if name in values else "")
        ax.text(x, y, text, color=tint.get(name, "black"), **CENTRED)
    for sign, (x, y) in SYMBOLS.items():
        draw_sign(ax, x, y, sign.strip())
    ax.text(MIDDLE, TOP + 0.28, "long-term memory", color=COLORS["data"], **{**CENTRED, "fontsize": 10})
    ax.text(4.22, BOTTOM - 0.37, "short-term\nmemory", color=COLORS["data"], **SMALL)
    return ax.figure


def lit(ax, highlight, weights=LETTERS, color="blue"):
    """{artist: what it follows}: these parts of the unit in ax drawn over in the colour, to be shown now and then.

    ValueError for a part that has no line.
    """
    known(highlight, [*WIRES, *BRANCHES], "is no line of the unit")
    live = {}
    for name in highlight:
        lines = pieces_of(name, True) if name in BRANCHES else WIRES[name]
        for line in lines:
            live[ax.plot([], [], color=COLORS[color], lw=1.8)[0]] = points(*line)
        for line in lines[-1:] if name in BRANCHES else lines:
            live[ax.fill([0], [0], color=COLORS[color])[0]] = head_of(*line[-2:])
        if name in GATES:
            x = GATES[name][0]
            live[ax.fill([0], [0], color=COLORS[color], alpha=0.18)[0]] = points(
                *((x + a * HALF, GATE + b * 0.27) for a, b in ((-1, -1), (-1, 1), (1, 1), (1, -1))), closed=True)
            live |= {ax.text(0, 0, text, color=COLORS[color], **SMALL): label(x + shift, y - DROP)
                     for shift, y, text in parameters(weights[name])}
    return live


def head_of(start, end):
    """A small triangle at the end of a line from start; lines go along the axes."""
    (x, y), along = end, [(b > a) - (b < a) for a, b in zip(start, end, strict=True)]
    back, aside = (x - 0.11 * along[0], y - 0.11 * along[1]), (0.045 * along[1], 0.045 * along[0])
    wings = [(back[0] + side * aside[0], back[1] + side * aside[1]) for side in (1, -1)]
    return points(end, *wings, closed=True)


def draw_wire(ax, line, color, layer=1):
    """A line through the points, with an arrow's head at the last."""
    ax.plot(*zip(*line[:-1], strict=True), color=color, lw=1.4, solid_capstyle="projecting", zorder=layer)
    ax.annotate("", line[-1], line[-2], zorder=layer,
                arrowprops={"arrowstyle": "-|>", "color": color, "lw": 1.4, "shrinkA": 0, "shrinkB": 0})


def pieces_of(name, weighed):
    """The way from the left into one gate, with gaps for a crossing and for its weight."""
    x, line, gaps = BRANCHES[name]
    ends = [line, *(end for gap in [*gaps, *[AT_WEIGHT] * weighed] for end in gap), FOOT]
    (first, *rest) = [[(x, low), (x, high)] for low, high in zip(ends[::2], ends[1::2], strict=True)]
    return [[(0.55, line), *first], *rest]


def draw_branch(ax, name, color, weighed):
    """Unlit, the part that all gates share is drawn once, for the last gate."""
    pieces = pieces_of(name, weighed)
    if not color and not name.endswith("o"):
        _, corner, *_ = pieces[0]
        ax.plot(*corner, "o", ms=3.5, color=COLORS["faint"], zorder=0)
        del pieces[0][0]
    color, layer = color or COLORS["faint"], 2 if color else 1
    for piece in pieces[:-1]:
        ax.plot(*zip(*piece, strict=True), color=color, lw=1.4, zorder=layer)
    draw_wire(ax, pieces[-1], color, layer)


def parameters(weights):
    """(aside, height, text): those of h and of x in the gaps of their ways, the bias between them."""
    of_x, of_h, bias = (f"{each:.2f}".replace("-", "−") if isinstance(each, Real) else each for each in weights)
    sign = "" if bias.startswith("−") or not bias else "+"
    return (-BESIDE, WEIGHT, of_h), (BESIDE, WEIGHT, of_x), (0, BIAS, sign + bias)


def draw_gate(ax, x, lines, color):
    ax.add_patch(FancyBboxPatch((x - HALF, GATE - 0.27), 2 * HALF, 0.54, facecolor="none", edgecolor=color,
                                boxstyle="round,pad=0,rounding_size=0.08"))
    for text, y in zip(lines, (GATE + 0.12, GATE - 0.12), strict=True):
        ax.text(x, y, text, color=color, **SMALL)


def draw_sign(ax, x, y, sign):
    """× or + in a circle; tanh in a box."""
    half = 0.25 if len(sign) > 1 else R
    ax.add_patch(FancyBboxPatch((x - half, y - 0.15), 2 * half, 0.3, facecolor="none", edgecolor="black",
                                boxstyle="round,pad=0,rounding_size=0.08") if len(sign) > 1
                 else Circle((x, y), R, facecolor="none", edgecolor="black"))
    ax.text(x, y, sign, **{**CENTRED, "fontsize": 10 if len(sign) > 1 else 12})

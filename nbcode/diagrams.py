"""Pictures of networks: nodes in columns, weights on the arrows, biases below the nodes.

    network([["dose"], ["y1", "y2"], ["predicted"]],
            {("dose", "y1"): "w₁", ("dose", "y2"): "w₂", ("y1", "predicted"): "w₃", ("y2", "predicted"): "w₄"},
            {"y1": "b₁", "y2": "b₂", "predicted": "b₃"}, highlight=["b₃"])
"""
from numbers import Real

import numpy as np
from matplotlib.patches import FancyBboxPatch

from nbcode.figure import COLORS, panel

WIDTH, ROW, LINE, LETTER = 4.6, 1.05, 0.19, 0.1  # in inches: the picture, a row, a line of text, a letter
CENTRED = {"ha": "center", "va": "center_baseline", "fontsize": 11.5}
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def network(layers, weights, biases, highlight=(), values=None):
    """A Matplotlib figure of a network; `figure(network(…), alt="…")` shows it.

    layers: lists of node names, from left to right; weights {(from, to): label or number}; biases {node: label
    or number}; values {node: number}, written in the nodes. highlight: nodes, edges, or labels of weights and
    biases as they were given, drawn in the gradient colour.
    ValueError for a node that is not in layers, or a highlight that names nothing; both say what is known.
    """
    nodes, values = [node for layer in layers for node in layer], values or {}
    known([*(end for edge in weights for end in edge), *biases, *values], nodes, "is no node")
    known(highlight, [*nodes, *weights, *weights.values(), *biases.values()], "names nothing to highlight")
    ax, colors = blank(ROW * max(map(len, layers)) + 0.2), dict.fromkeys(highlight, COLORS["gradient"])
    texts = {node: [node.translate(LOWERED), *(plain(values[n]) for n in values if n == node)] for node in nodes}
    places = place(layers, texts, ax.get_ylim()[1] / 2 + 0.1)
    for node, text in texts.items():
        draw_node(ax, *places[node], text, colors.get(node, "black"))
    for node, b in biases.items():
        x, y, _ = places[node]
        ax.text(x, y - LINE * len(texts[node]) / 2 - 0.25, plain(b, True), color=colors.get(b, "black"), **CENTRED)
    ends = {(a, b): (places[a][0] + places[a][2], places[a][1], places[b][0] - places[b][2], places[b][1])
            for a, b in weights}  # from the right side of one node to the left side of the other: x, y, x, y
    for edge, w in weights.items():
        draw_arrow(ax, ends[edge], plain(w), share(ends, ends[edge]), colors.get(edge, colors.get(w, "black")))
    return ax.figure


def known(names, there, problem):
    if unknown := [name for name in names if name not in there]:
        raise ValueError(f"{unknown[0]!r} {problem}; there are {', '.join(map(repr, there))}")


def blank(height):
    fig, ax = panel(WIDTH, height, xlim=(0, WIDTH), ylim=(0, height))
    ax.set_position([0, 0, 1, 1])
    ax.set_axis_off()
    return ax


def place(layers, texts, middle):
    """{node: (x, y, half its width)}: columns with equal gaps between them."""
    half = [max(len(line) for node in layer for line in texts[node]) * LETTER / 2 + 0.1 for layer in layers]
    gap = (WIDTH - 0.1 - 2 * sum(half)) / max(1, len(layers) - 1)
    return {node: (0.05 + k * gap + 2 * sum(half[:k]) + half[k], middle + ROW * (len(layer) / 2 - 0.5 - row),
                   half[k]) for k, layer in enumerate(layers) for row, node in enumerate(layer)}


def share(ends, mine):
    """How far along their way the labels of neighbouring lines stand: near the middle, but well apart."""
    def score(t):
        heights = np.sort([(1 - t) * y0 + t * y1 for x0, y0, x1, y1 in ends.values() if (x0, x1) == mine[::2]])
        return min([0.3, *np.diff(heights)]) - 0.05 * abs(t - 0.5)
    return max(np.linspace(0.2, 0.8, 61), key=score)


def draw_node(ax, x, y, half, lines, color):
    tall = LINE * len(lines) + 0.12
    ax.add_patch(FancyBboxPatch((x - half, y - tall / 2), 2 * half, tall, facecolor="none", edgecolor=color,
                                boxstyle="round,pad=0,rounding_size=0.1"))
    for k, line in enumerate(lines):
        ax.text(x, y + LINE * ((len(lines) - 1) / 2 - k), line, color=color, **CENTRED)


def draw_arrow(ax, ends, text, t, color):
    """An arrow that leaves room for its label, which so needs no background."""
    start, end = np.reshape(ends, (2, 2))
    room = min([len(text) * LETTER / 2 + 0.05, 0.7 * LINE] / np.maximum(abs(end - start), 1e-9))
    line = {"color": COLORS["faint"] if color == "black" else color, "lw": 1.4}
    ax.plot(*np.transpose([start, start + (t - room) * (end - start)]), **line)
    ax.annotate("", end, start + (t + room) * (end - start),
                arrowprops={"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, **line})
    ax.text(*(start + t * (end - start)), text, color=color, **CENTRED)


def plain(value, signed=False):
    """w₁ for "w₁", −1.43 for -1.43; as a term that is added: + b₁, − 1.43."""
    is_number = isinstance(value, Real)
    if signed:
        return f"− {plain(-value)}" if is_number and value < 0 else f"+ {plain(value)}"
    return f"{value:.4g}".replace("-", "−") if is_number else str(value)

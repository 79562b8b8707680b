"""Pictures of networks: nodes in columns, weights on the arrows, biases below the nodes; cells in time.

    layered([["dose"], ["y1", "y2"], ["predicted"]],
            {("dose", "y1"): "w₁", ("dose", "y2"): "w₂", ("y1", "predicted"): "w₃", ("y2", "predicted"): "w₄"},
            {"y1": "b₁", "y2": "b₂", "predicted": "b₃"}, highlight=["b₃"])
    unrolled(["yesterday", "today"], ["y1", "y2"], [None, "tomorrow"],
             {"in": "w₁", "back": "w₂", "out": "w₃"}, {"cell": "b₁", "out": "b₂"})
"""
from itertools import pairwise
from numbers import Real

import numpy as np
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from nbcode.chain.expressions import listed
from nbcode.figure.figure import COLORS, panel

WIDTH, ROW, LINE, LETTER = 4.6, 1.05, 0.19, 0.1  # in inches: the picture, a row, a line of text, a letter
CENTRED = {"ha": "center", "va": "center_baseline", "fontsize": 11.5}
BESIDE = {**CENTRED, "ha": "left"}
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def layered(layers, weights, biases, highlight=(), values=None, derivatives=None, unknown=()):
    """A Matplotlib figure of a network; `figure(layered(…), alt="…")` shows it.

    layers: lists of node names, from left to right; weights {(from, to): label or number}; biases {node: label
    or number}; values {node: number}, written in the nodes in blue; derivatives {node: number}, below them in the
    gradient's colour. highlight: nodes, edges, or labels of weights and biases as they were given, drawn in the
    gradient's colour; unknown: such too, in orange: what is yet to be learned.
    The figure's `parts` are {node, edge or (node, "bias"): its artists}, to be linked or bound.
    ValueError for a node that is not in layers, or a highlight that names nothing; both say what is known.
    """
    nodes, values, derivatives = [node for layer in layers for node in layer], values or {}, derivatives or {}
    known([*(end for edge in weights for end in edge), *biases, *values, *derivatives], nodes, "is no node")
    named = [*nodes, *weights, *weights.values(), *biases.values()]
    known([*highlight, *unknown], named, "names nothing to highlight")
    rows = 1 + 0.2 * (bool(values) and bool(derivatives))
    ax = blank(ROW * rows * max(map(len, layers)) + 0.2)
    colors = dict.fromkeys(unknown, COLORS["orange"]) | dict.fromkeys(highlight, COLORS["gradient"])
    texts = lines_of(nodes, values, derivatives)
    places = place(layers, texts, ax.get_ylim()[1] / 2 + 0.1, rows)
    ax.figure.parts = {
        **{node: draw_node(ax, *places[node], text, node_tints(node, values, derivatives, colors))
           for node, text in texts.items()},
        **{(node, "bias"): draw_bias(ax, *places[node], len(texts[node]), bias, colors)
           for node, bias in biases.items()},
        **draw_weights(ax, weights, places, colors)}
    return ax.figure


def draw_bias(ax, x, y, _, lines, bias, colors):
    """A bias below its node of so many lines; its artists."""
    y -= LINE * lines / 2 + 0.25
    return ax.text(x, y, plain(bias, True), color=colors.get(bias, "black"), **CENTRED),


def draw_weights(ax, weights, places, colors):
    """The arrows, from the right side of one node to the left side of the other; {edge: its artists}."""
    ends = {(a, b): (places[a][0] + places[a][2], places[a][1], places[b][0] - places[b][2], places[b][1])
            for a, b in weights}
    return {edge: draw_arrow(ax, ends[edge], plain(w), share(ends, ends[edge]),
                             colors.get(edge, colors.get(w, "black"))) for edge, w in weights.items()}


def node_tints(node, values, derivatives, colors):
    """The colours of what is written in a node: its own, and blue and the gradient's for its numbers."""
    return [colors.get(node, "black")] + ["blue"] * (node in values) + ["gradient"] * (node in derivatives)


def unrolled(inputs, cells, outputs, weights, biases=None, highlight=(), values=None, loop=False):
    """A Matplotlib figure of a recurrent cell, one column for each step: inputs below, cells, outputs above.

    inputs, cells, outputs: node names in the order of time, None where a step has none. weights {"in", "back",
    "out": label or number} and biases {"cell", "out": …} are shared, so they are written at every step; "back" may
    be a list, an arrow for each. loop: the last cell feeds itself, so that one column is the folded network.
    values and highlight as in `layered`. ValueError for lists of different lengths and unknown names.
    """
    rows, biases, values = [inputs, cells, outputs], biases or {}, values or {}
    if len({*map(len, rows)}) != 1:
        raise ValueError(f"each step has an input, a cell and an output, or None; got {listed(rows)}")
    known([*weights, *biases], ["in", "back", "out", "cell"], "is no kind of weight or bias")
    nodes, edges, backs = [node for row in rows for node in row if node], *connections(rows, weights)
    known(values, nodes, "is no node")
    known(highlight, [*nodes, *edges, *sum(edges.values(), backs), *biases.values()], "names nothing to highlight")
    colors, texts = dict.fromkeys(highlight, COLORS["gradient"]), lines_of(nodes, values)
    places = in_time(rows, texts, 0.6 * loop, 0.13 * len(backs) if len(backs) > 1 else 0)
    ax = blank(max(y + tall for _, y, _, tall in places.values()) + 0.03)
    for node, (x, y, half, tall) in places.items():
        draw_node(ax, x, y, half, texts[node], colors.get(node, "black"), 2 * tall)
    for row, kind in (cells, "cell"), (outputs, "out"):
        draw_shared(ax, [places[node] for node in row if node and kind in biases], biases.get(kind), colors)
    for edge, labels in edges.items():
        tints = [colors.get(edge, colors.get(w, "black")) for w in labels]
        draw_edge(ax, *(places[end] for end in edge), labels, tints)
    if loop:
        draw_loop(ax, places[cells[-1]], listed(map(plain, backs)), colors.get(backs[0], "black"))
    return ax.figure


def connections(rows, weights):
    """{(from, to): its labels} upwards and from cell to cell; and the labels of the latter."""
    inputs, cells, outputs = rows
    edges = {(a, b): [weights.get(kind, "")] for kind, *ends in (("in", inputs, cells), ("out", cells, outputs))
             for a, b in zip(*ends, strict=True) if a and b}
    back = weights.get("back", "")
    backs = list(back) if isinstance(back, list | tuple) else [back]
    return edges | dict.fromkeys(pairwise(cells), backs), backs


def known(names, there, problem):
    if unknown := [name for name in names if name not in there]:
        raise ValueError(f"{unknown[0]!r} {problem}; there are {', '.join(map(repr, there))}")


def blank(height):
    fig, ax = panel(WIDTH, height, xlim=(0, WIDTH), ylim=(0, height))
    ax.set_position([0, 0, 1, 1])
    ax.set_axis_off()
    return ax


def place(layers, texts, middle, rows=1):
    """{node: (x, y, half its width)}: columns with equal gaps between them; rows: how tall a row is, in rows."""
    half = [max(len(line) for node in layer for line in texts[node]) * LETTER / 2 + 0.1 for layer in layers]
    gap = (WIDTH - 0.1 - 2 * sum(half)) / max(1, len(layers) - 1)
    lefts = [0.05 + k * gap + 2 * sum(half[:k]) for k in range(len(layers))]
    return {node: (lefts[k] + half[k], middle + ROW * rows * (len(layer) / 2 - 0.5 - row), half[k])
            for k, layer in enumerate(layers) for row, node in enumerate(layer)}


def share(ends, mine):
    """How far along their way the labels of neighbouring lines stand: near the middle, but well apart."""
    def score(t):
        heights = np.sort([(1 - t) * y0 + t * y1 for x0, y0, x1, y1 in ends.values() if (x0, x1) == mine[::2]])
        return min([0.3, *np.diff(heights)]) - 0.05 * abs(t - 0.5)
    return max(np.linspace(0.2, 0.8, 61), key=score)


def lines_of(nodes, *numbers):
    """What is written in each node: its name, and its numbers where it has some."""
    return {node: [node.translate(LOWERED), *(plain(each[node]) for each in numbers if node in each)]
            for node in nodes}


def in_time(rows, texts, room, least):
    """{node: (x, y, half its width, half its height)}: columns, rows from below, room at the right."""
    pitch, y, places = (WIDTH - room) / len(rows[0]), 0.03, {}
    for row in [row for row in rows if any(row)]:
        tall = max(LINE * max(len(texts[node]) for node in row if node) / 2 + 0.06, least * (row is rows[1]))
        for k, node in enumerate(row):
            if node:
                half = max(map(len, texts[node])) * LETTER / 2 + 0.1
                places[node] = (room / 2 * (len(row) == 1) + (k + 0.5) * pitch, y + tall, half, tall)
        y += 2 * tall + 0.74
    return places


def draw_shared(ax, places, bias, colors):
    """One bias, written below each of the nodes that share it."""
    for x, y, _, tall in places:
        ax.text(x + 0.1, y - tall - 0.15, plain(bias, True), color=colors.get(bias, "black"), **BESIDE)


def draw_edge(ax, one, other, labels, colors):
    """The arrows from a node to the next: upwards, or from cell to cell, one above the other."""
    (x0, y0, half0, tall0), (x1, y1, half1, tall1) = one, other
    for k, (text, color) in enumerate(zip(labels, colors, strict=True)):
        level = y0 + 2 * tall0 * (0.5 - (k + 0.5) / len(labels))
        ends = (x0, y0 + tall0, x1, y1 - tall1) if x0 == x1 else (x0 + half0, level, x1 - half1, level)
        draw_arrow(ax, ends, plain(text), 0.45, color)


def draw_loop(ax, place, text, color):
    """An arrow from a cell back to itself."""
    x, y, half, tall = place
    right, line = x + half, COLORS["faint"] if color == "black" else color
    way = [(right, y + tall / 2), (right + 0.75, y + 0.55), (right + 0.75, y - 0.55), (right, y - tall / 2)]
    ax.add_patch(FancyArrowPatch(path=Path(way, [Path.MOVETO, *3 * [Path.CURVE4]]), arrowstyle="-|>", color=line,
                                 lw=1.4, mutation_scale=10, shrinkA=0, shrinkB=0))
    ax.text(right + 0.65, y, text, color=color, **BESIDE)


def draw_node(ax, x, y, half, lines, tints, tall=None):
    """A box with its lines, as artists; tints: the colour of all, or of each line, the first for the box too."""
    tints = [tints] * len(lines) if isinstance(tints, str) else [COLORS.get(tint, tint) for tint in tints]
    tall = tall or LINE * len(lines) + 0.12
    box = FancyBboxPatch((x - half, y - tall / 2), 2 * half, tall, facecolor="none", edgecolor=tints[0],
                         boxstyle="round,pad=0,rounding_size=0.1")
    return ax.add_patch(box), *(ax.text(x, y + LINE * ((len(lines) - 1) / 2 - k), line, color=tint, **CENTRED)
                                for k, (line, tint) in enumerate(zip(lines, tints, strict=True)))


def draw_arrow(ax, ends, text, t, color):
    """An arrow that leaves room for its label, which so needs no background; its artists."""
    start, end = np.reshape(ends, (2, 2))
    room = bool(text) * min([len(text) * LETTER / 2 + 0.05, 0.7 * LINE] / np.maximum(abs(end - start), 1e-9))
    line = {"color": COLORS["faint"] if color == "black" else color, "lw": 1.4}
    first, = ax.plot(*np.transpose([start, start + (t - room) * (end - start)]), **line)
    second = ax.annotate("", end, start + (t + room) * (end - start),
                         arrowprops={"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, **line})
    return first, second, ax.text(*(start + t * (end - start)), text, color=color, **CENTRED)


def plain(value, signed=False):
    """w₁ for "w₁", −1.43 for -1.43; as a term that is added: + b₁, − 1.43."""
    is_number = isinstance(value, Real)
    if signed:
        return f"− {plain(-value)}" if is_number and value < 0 else f"+ {plain(value)}"
    return f"{value:.4g}".replace("-", "−") if is_number else str(value)

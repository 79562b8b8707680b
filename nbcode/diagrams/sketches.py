"""Sketches of whole architectures side by side, each from one line of text: columns of nodes and what joins them.

    sketches({"FF": "ii > hhh > oo", "ELM": "ii : hhhh > oo", "HN": "(vvvvv)"})

A column is a word of letters, one for each node; KINDS says what they mean, and `legend` shows it. Between them
stands a sign: `>` joins each to each, `:` too, by weights that are never learned, `~` joins neighbours only, `=`
one to one, and `^` is `>` with a way around the column before it. `(vvv)` is a ring, each joined to each; `[rrr]`
a pool, joined at random; `#www…` a square grid; `hh/MMM` a column with cells below it. Inputs are joined to
nothing on their left.
"""
from math import cos, isqrt, pi, sin

import numpy as np
from matplotlib.patches import FancyArrowPatch

from nbcode.figure.figure import COLORS

from .layered import CENTRED, blank, known

WIDTH, ROW, R, TITLE, NODE = 4.6, 0.29, 0.08, 0.34, 10.5  # in inches; NODE: a marker's size in points
KINDS = {  # letter: what it is, and its markers: shape, colour, size in nodes, whether it is filled
    "i": ("input", ("s", "data", 1, False)),
    "n": ("noise, input with noise", ("s", "data", 1, False), ("x", "data", 0.45, False)),
    "h": ("hidden", ("o", "blue", 1, False)),
    "o": ("output", ("o", "green", 1, True)),
    "m": ("output, to be like an input", ("s", "green", 1, True)),
    "v": ("input and output at once", ("s", "data", 1, False), ("o", "green", 0.5, True)),
    "p": ("chance, hidden", ("o", "orange", 1, False), ("o", "orange", 0.35, True)),
    "q": ("chance, seen", ("s", "orange", 1, False), ("o", "orange", 0.35, True)),
    "k": ("distance to a centre", ("^", "blue", 1, False)),
    "c": ("convolution, pooling", ("D", "blue", 0.85, False)),
    "r": ("fed back, one step later", ("o", "blue", 1, False)),
    "l": ("LSTM unit", ("o", "blue", 1, False), ("s", "blue", 0.45, True)),
    "g": ("GRU unit", ("o", "blue", 1, False), ("D", "blue", 0.42, False)),
    "s": ("fires in spikes", ("*", "orange", 1.3, True)),
    "M": ("memory, read by weights", ("s", "data", 0.8, True)),
    "w": ("place on a map", ("h", "blue", 1.1, False)),
}
LOOPS, SOURCES, JOINS = "rlg", "in", [">", ":", "~", "=", "^"]


def sketches(described):
    """A Matplotlib figure of architectures side by side, {name: description}; `figure(sketches(…), alt="…")`.

    ValueError for a letter that is no kind of node and a sign that joins nothing; both say what there is. And for
    more than there is room for.
    """
    parsed = {name: read_sketch(text) for name, text in described.items()}
    sizes = [extent(columns) for columns, _ in parsed.values()]
    ax = blank(max(height for _, height in sizes) + TITLE + 0.3)
    gap = (WIDTH - sum(width for width, _ in sizes)) / (len(sizes) + 1)
    if gap < 0.4:  # more than between columns
        raise ValueError(f"{', '.join(described)} are too wide to stand side by side")
    left, middle = gap, (ax.get_ylim()[1] - TITLE) / 2
    for (name, (columns, joins)), (width, _) in zip(parsed.items(), sizes, strict=True):
        ax.text(left + width / 2, ax.get_ylim()[1] - 0.16, name, **CENTRED)
        draw(ax, columns, joins, left, width, middle)
        left += width + gap
    return ax.figure


def legend(kinds):
    """A Matplotlib figure of what the letters stand for: markers and words, in two columns."""
    known(kinds, KINDS, "is no kind of node")
    rows = -(-len(kinds) // 2)
    ax = blank(0.27 * rows + 0.14)
    for k, kind in enumerate(kinds):
        x, y = 0.2 + k // rows * 2.3, 0.27 * (rows - k % rows) - 0.09
        draw_nodes(ax, kind, [(x, y)])
        if kind in LOOPS:
            draw_loops(ax, [(x, y)])
        ax.text(x + 0.2, y, KINDS[kind][0], **CENTRED | {"ha": "left", "fontsize": 10})
    return ax.figure


def read_sketch(text):
    """(columns, joins): the words and the signs between them."""
    columns, joins = text.split()[::2], text.split()[1::2]
    known(joins, JOINS, "joins nothing")
    known("".join(columns).translate(str.maketrans("", "", "()[]#/")), KINDS, "is no kind of node")
    if len(joins) != len(columns) - 1:
        raise ValueError(f"{text!r} does not end with a column")
    return columns, joins


def extent(columns):
    """(width, height) of a sketch in inches; wide columns (a ring, a pool, a grid) take more room."""
    places = [around(column) for column in columns]
    tall = max(y for each in places for _, y in each) - min(y for each in places for _, y in each)
    return sum(np.ptp([x for x, _ in each]) for each in places) + 0.36 * (len(columns) - 1), tall


def around(column):
    """Where the nodes of a column stand around its middle."""
    nodes, (start, *_) = nodes_of(column), column
    if start in "([":
        radius = 0.15 + 0.055 * len(nodes)
        return [(radius * sin(2 * pi * k / len(nodes)), radius * cos(2 * pi * k / len(nodes)))
                for k in range(len(nodes))]
    if start == "#":
        side = isqrt(len(nodes))
        return [(ROW * column + 0.1 * row, ROW * ((side - 1) / 2 - row)) for row in range(side)
                for column in range(side)]
    upper, _, lower = column.partition("/")
    pitch = ROW * 1.3 if upper[0] in LOOPS else ROW
    above = [(0, pitch * ((len(upper) - 1) / 2 - k)) for k in range(len(upper))]
    return above + [(ROW * (k - (len(lower) - 1) / 2), -ROW * (len(upper) / 2 + 1)) for k in range(len(lower))]


def nodes_of(column):
    return column.translate(str.maketrans("", "", "()[]#/"))


def draw(ax, columns, joins, left, width, middle):
    """One sketch: its edges, then its nodes."""
    x, places = left, []
    heights = [y for column in columns for _, y in around(column)]
    middle -= (max(heights) + min(heights)) / 2
    for column in columns:
        own = np.array(around(column))
        places.append(own - [own[:, 0].min() - x, -middle])
        x += np.ptp(own[:, 0]) + 0.36
    for k, sign in enumerate(joins):
        one, other = places[k], places[k + 1]
        here, there = (nodes_of(column.partition("/")[0]) for column in columns[k:k + 2])
        pairs = [(one[i], other[j]) for i in range(len(here)) for j in range(len(there))
                 if there[j] not in SOURCES and joined(sign, i, j, len(here), len(there))]
        draw_edges(ax, pairs, sign == ":")
        if sign == "^":
            draw_arc(ax, places[k - 1][0], other[0])
    for column, own in zip(columns, places, strict=True):
        draw_edges(ax, *inside(column, own))
        for kind in dict.fromkeys(nodes_of(column)):
            mine = [spot for spot, letter in zip(own, nodes_of(column), strict=True) if letter == kind]
            draw_nodes(ax, kind, mine)
            if kind in LOOPS and column[0] not in "([":
                draw_loops(ax, mine)


def joined(sign, i, j, n, m):
    """Whether node i of n is joined to node j of m in the next column."""
    here, there = (i + 0.5) / n, (j + 0.5) / m
    return {"~": abs(here - there) * max(n, m) <= 1.01, "=": i == j}.get(sign, True)


def inside(column, places):
    """(edges, whether they are fixed) within a column: of a ring, a pool, a grid, or to the cells below."""
    n, (start, *_) = len(places), column
    every = [(a, b) for a in range(n) for b in range(a)]
    if start == "[":
        rng = np.random.default_rng(n)
        every = [pair for pair in every if pair[0] - pair[1] == 1 or rng.random() < 0.3]
    elif start == "#":
        every = [(a, b) for a, b in every if a - b == isqrt(n) or a - b == 1 and a % isqrt(n)]
    elif "/" in column:
        upper = column.index("/")
        every = [(upper - 1, b) for b in range(upper, n)]
    elif start != "(":
        every = []
    return [(places[a], places[b]) for a, b in every], start == "["


def draw_edges(ax, pairs, fixed):
    """All edges as one line with gaps, each from the rim of a node to the rim of the next."""
    way = []
    for a, b in pairs:
        short = (b - a) / np.hypot(*(b - a)) * R
        way += [a + short, b - short, (np.nan, np.nan)]
    if way:
        ax.plot(*np.transpose(way), color=COLORS["faint"], lw=0.9, ls=(0, (2, 2)) if fixed else "-", zorder=1)


def draw_nodes(ax, kind, places):
    for shape, color, size, filled in KINDS[kind][1:]:
        ax.plot(*np.transpose(places), shape, ms=NODE * size, mew=1.3, mec=COLORS[color],
                mfc=COLORS[color] if filled else "none")


def draw_loops(ax, places):
    """A small loop above each node that feeds itself."""
    t = np.linspace(-0.3 * pi, 1.3 * pi, 12)
    for x, y in places:
        ax.plot(x + 0.055 * np.cos(t), y + R + 0.04 + 0.05 * np.sin(t), color=COLORS["faint"], lw=0.9, zorder=1)


def draw_arc(ax, a, b):
    """A way around what lies between two nodes."""
    ax.add_patch(FancyArrowPatch(a + [0, R], b + [0, R], connectionstyle="arc3,rad=-0.45", arrowstyle="-",
                                 color=COLORS["data"], lw=1.3, shrinkA=0, shrinkB=0))

"""Figures that stay live without a kernel: Matplotlib draws, SymPy says what moves, the page redraws it.

    fig, ax = panel(xlabel="b₃", ylabel="SSR")
    dot, = ax.plot([], [], "o", color=COLORS["loss"])
    figure(fig, alt="…", name="ssr", sliders=[slider(b3, -1, 4, 0)],
           live={dot: points((b3, ssr))}, readouts={"SSR": ssr})

Every expression is compiled twice: to NumPy, which draws the first picture, and to JavaScript, which redraws
it. On a page the sliders are the browser's own; in a notebook they are ipywidgets, linked to the same module.

Readouts and labels show two decimals; digits=4 asks for four, digits="3s" for three significant digits. Where
factors stand beside their product, take significant digits, or 0.06 × 14.46 stands beside 0.93: a test looks at
every figure of the book for readouts of which one is the product of others, and multiplies what is shown.
"""
from dataclasses import dataclass, field, replace

import matplotlib.pyplot as plt
from sympy import Symbol

from nbcode.chain.chain import Chain

from .picture import FRAME, STEPS, Picture
from .svg import COLORS, STYLE

__all__ = ["COLORS", "FRAME", "STEPS", "bar", "cells", "curve", "figure", "label", "live_descent", "panel",
           "points", "shown", "slider", "tangent", "trail"]


def panel(width=4, height=3, **labels):
    """(fig, ax) of one panel in the book's style, small enough for a phone; keywords go to `ax.set`."""
    plt.rcParams.update(STYLE)
    fig, ax = plt.subplots(figsize=(width, height), layout="constrained")
    ax.set(**labels)
    plt.close(fig)  # `figure` shows it, nothing else does
    return fig, ax


@dataclass(frozen=True)
class slider:
    """A number the reader moves: symbol, from low to high, where it starts, and its step."""
    symbol: Symbol
    low: float
    high: float
    start: float
    step: float = 0.01

    def __post_init__(self):
        if not (self.low <= self.start <= self.high and self.low < self.high and self.step > 0):
            raise ValueError(f"a slider starts between its ends and has a step above 0; got {self}")


@dataclass(frozen=True)
class live_descent:
    """Gradient descent on the gradient that `chain` derives: Step, Play, Pause and Reset under the figure.

    chain without indices (see Chain.with_data); learn: the sliders' symbols to change; rate: a number or a
    slider's symbol; clip: so too, a longer gradient is shortened to that length before the step; pace: steps per
    second; it stops where no step is longer than `tolerance`, or after `most`.
    """
    chain: Chain
    learn: tuple
    rate: object
    pace: float = 4
    tolerance: float = 1e-4
    most: int = 10_000
    clip: object = None


@dataclass(frozen=True)
class Drawn:
    """How an artist follows the sliders; made by curve, points, tangent, bar, trail, label and cells."""
    points: tuple = ()
    options: dict = field(default_factory=dict)
    function: tuple = ()  # (variables, expression) of a curve or of cells
    value: object = None  # the number of a label
    when: object = None  # the condition under which it is seen


def curve(t, low, high, y, samples=101):
    """The graph of y over t from low to high."""
    return Drawn(options={"low": low, "high": high, "points": samples}, function=((t,), y))


def points(*pairs, closed=False):
    """Points (x, y), joined as the artist's line style says; closed for an area."""
    return Drawn(pairs, {"closed": closed})


def tangent(x, y, slope, reach):
    """A piece of the line through (x, y) with that slope, `reach` to either side."""
    return points((x - reach, y - slope * reach), (x + reach, y + slope * reach))


def bar(x, height, width=0.8, bottom=0):
    """A bar from bottom to bottom + height around x."""
    left, right, top = x - width / 2, x + width / 2, bottom + height
    return points((left, bottom), (left, top), (right, top), (right, bottom), closed=True)


def trail(x, y):
    """The way of the point (x, y) through the steps of gradient descent; x may be STEPS."""
    return Drawn(((x, y),), {"trail": True})


def label(x, y, value=None, digits=2):
    """A number written at (x, y); bind it to a text artist, which keeps its own words where no value is given."""
    return Drawn(((x, y),), {"label": True, "digits": None if value is None else digits}, value=value)


def shown(drawn, when):
    """What an artist follows, but seen only where a condition in the sliders' symbols holds: FRAME >= 3."""
    return replace(drawn, when=when)


def cells(x, y, value, columns, rows, low, high, colors=("orange", "blue")):
    """A heat map of value over x and y, in columns × rows; bind it to an image, whose extent it takes.

    The two colours stand for low and high; half way between them it is pale.
    """
    grid = {"grid": [columns, rows], "low": low, "high": high, "from": colors[0], "to": colors[1]}
    return Drawn(options=grid, function=((x, y), value))


def figure(*figs, alt, name=None, sliders=(), live=None, readouts=None, descent=None, frames=(), linked=None,
           steps=None):
    """A picture of one or more panels for page and notebook, alive where sliders are given.

    alt says in words what the picture shows. live binds artists (lines, patches, texts) to what `curve`,
    `points`, … return; readouts {label: expression} or {label: (expression, digits)} stand below as numbers.
    frames: a sentence for each frame, shown one at a time, with Back and Next; {label} in it is that readout's
    number. FRAME counts them from 1. linked {artist, or tuple of artists: name}: those of one name (or of one of
    several, with spaces between) light up together where one of them is touched.
    steps {symbol: expression}, each in sliders and earlier steps: names that the expressions may use.
    ValueError without alt text, for an artist of another kind, an unknown symbol, a live figure without a name.
    """
    if frames:
        sliders = [slider(FRAME, 1, len(frames), 1, step=1), *sliders]
    return Picture(figs, alt, name, tuple(sliders), live or {}, readouts or {}, descent, frames, linked, steps)

"""The live parts of a figure: what figure.mjs redraws, drawn here for the first time by the same rules."""
from html import escape
from math import log10

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.text import Text
from sympy import Piecewise, Symbol, log

from nbcode.chain.compile import straight_line, to_javascript, to_numpy
from nbcode.chain.expressions import expression

from .markup import Code, decimal
from .svg import COLORS, MARKERS, MIDDLE, affine, color, look, short, touch


def parts_of(picture, artist, drawn):
    """The parts that draw one bound artist: a line with markers is a line and its dots."""
    kind = {"grid": AxesImage, "label": Text}
    wanted = next((kind[key] for key in kind if key in drawn.options), (Line2D, Polygon))
    if not isinstance(artist, wanted):
        raise ValueError(f"cannot bind a {type(artist).__name__} so: a line of ax.plot or a polygon of ax.fill "
                         "follows curve, points, tangent, bar or trail; a text, label; an image, cells")
    if artist.axes is None or artist.get_figure() not in picture.figs:
        raise ValueError(f"a {type(artist).__name__} is bound that stands in no axes of this figure")
    first = len(picture.scalars)
    for pair in drawn.points:
        picture.scalars += [measure(expression(v), axis) for v, axis in zip(pair, axes_of(artist), strict=True)]
    last = len(picture.scalars)  # where a label's number stands
    if drawn.value is not None:
        picture.scalars.append(expression(drawn.value))
    when = len(picture.scalars) if drawn.when is not None else -1  # where 1 says that it is seen, 0 that it is not
    if drawn.when is not None:
        picture.scalars.append(Piecewise((1, drawn.when), (0, True)))
    is_line = isinstance(artist, Line2D)
    if is_line and artist.get_marker() not in MARKERS:
        raise ValueError(f"a live line has the marker 'o' or 's', not {artist.get_marker()!r}")
    has_line, has_dots = not is_line or artist.get_linestyle() != "None", is_line and artist.get_marker() != "None"
    return [Part(picture, artist, drawn, (first, last, when), dots)
            for dots in [False] * has_line + [True] * has_dots]


class Part:
    """One drawn element: a line, its dots, an area, a text, or the cells of a heat map."""

    def __init__(self, picture, artist, drawn, places, dots):
        self.picture, self.artist, self.ax = picture, artist, artist.axes
        self.options, self.dots = dict(drawn.options), dots
        self.first, self.last, self.when = places
        self.function = None
        if drawn.function:
            self._compile(*drawn.function)

    def _compile(self, variables, value):
        """The function that is sampled: its variables get names of their own, so that one may be a slider's."""
        own = [Symbol(f"_{k}th", real=True) for k in range(len(variables))]
        if not self.is_grid and self.ax.get_xscale() == "log":  # sampled evenly as the axis shows it
            self.options |= {end: log10(self.options[end]) for end in ("low", "high")}
            own_values = [10 ** own[0]]
        else:
            own_values = own
        value = expression(value).xreplace(dict(zip(variables, own_values, strict=True)))
        self.function = value if self.is_grid else measure(value, self.ax.yaxis)
        program = straight_line(self.picture.steps, [self.function])
        self.source = Code(to_javascript([*own, *self.picture.symbols], *program))
        self.compute = quiet(to_numpy(*program))
        self.variables = [*map(str, own)]

    is_grid = property(lambda self: "grid" in self.options)
    is_label = property(lambda self: "label" in self.options)
    is_number = property(lambda self: self.options.get("digits") is not None)

    def spec(self):
        """The part as figure.mjs takes it."""
        spec = {**self.options, "axes": affine(self.ax), "first": self.first, "last": self.last, "dots": self.dots}
        if self.when >= 0:
            spec["when"] = self.when
        if self.is_grid:
            extent = [float(side) for side in self.artist.get_extent()]
            from_, to = self.ends(color)
            spec |= {"cell": self.source, "x": extent[:2], "y": extent[2:], "from": from_, "to": to}
        elif self.function is not None:
            spec["curve"] = self.source
        return spec

    def ends(self, as_=str):
        return [as_(COLORS[self.options[key]]) for key in ("from", "to")]

    def coordinates(self, at=()):
        """Its points (x, y), logarithms on a logarithmic axis, as NumPy computes them: shape (points, 2)."""
        if self.function is None:
            return np.reshape(self.picture.numbers(at)[self.first:self.last], (-1, 2))
        t = np.linspace(self.options["low"], self.options["high"], self.options["points"])
        y = self.compute(self.picture.at(at), **{self.variables[0]: t})
        return np.column_stack([t, np.broadcast_to(y, t.shape)])

    def shares(self, at=()):
        """Where each cell's value lies from low to high, 0 to 1: shape (rows, columns), from below."""
        columns, rows = self.options["grid"]
        left, right, bottom, top = self.artist.get_extent()
        centres = np.meshgrid(left + (right - left) * (np.arange(columns) + 0.5) / columns,
                              bottom + (top - bottom) * (np.arange(rows) + 0.5) / rows)
        values = self.compute(self.picture.at(at), **dict(zip(self.variables, centres, strict=True)))
        low, high = self.options["low"], self.options["high"]
        return np.clip((np.broadcast_to(values, (rows, columns)) - low) / (high - low), 0, 1)

    def is_shown(self, at=()):
        return self.when < 0 or bool(self.picture.numbers(at)[self.when])

    def text(self, at=()):
        """What a label says: its number, or its own words."""
        if not self.is_number:
            return self.artist.get_text()
        return decimal(self.picture.numbers(at)[self.last], self.options["digits"])

    def pixels(self, at=()):
        """Where its points stand in the SVG: shape (points, 2)."""
        ax, bx, ay, by = affine(self.ax)
        return np.clip(self.coordinates(at) * [ax, ay] + [bx, by], -9999, 9999)

    def path(self, at=()):
        """The path data of its points, as figure.mjs writes it; NaN leaves a gap."""
        text, pen = "", "M"
        for x, y in self.pixels(at):
            if np.isnan(x + y):
                pen = "M"
                continue
            text += f"{pen}{short(x)} {short(y)}"
            text, pen = (text + "h0", "M") if self.dots else (text, "L")
        return text + "Z" * (self.options.get("closed", False) and bool(text))

    def draw(self):
        """Put the Matplotlib artist where the sliders start."""
        self.artist.set_visible(self.is_shown())
        if self.is_grid:
            low, high = self.ends()
            colors = LinearSegmentedColormap.from_list("", [low, MIDDLE, high])
            return self.artist.set(data=self.shares(), cmap=colors, clim=(0, 1))
        xy = np.column_stack([10 ** v if axis.get_scale() == "log" else v
                              for v, axis in zip(self.coordinates().T, axes_of(self.artist), strict=True)])
        if self.is_label:
            return self.artist.set(position=xy[0], text=self.text())
        return self.artist.set_data(*xy.T) if isinstance(self.artist, Line2D) else self.artist.set_xy(xy)

    def svg(self, k, clip):
        """The element that figure.mjs redraws, as it is at the start."""
        mine = f'data-bound="{k}"{touch(self.artist, self.picture.linked)}'
        hidden = "" if self.is_shown() else "; visibility: hidden"
        clip = f'{mine} clip-path="url(#{clip})"'
        if self.is_grid:
            return f'<g {clip} style="{hidden}">{self.rectangles()}</g>'.replace(' style=""', "")
        if self.is_label:
            x, y = map(short, np.nan_to_num(self.pixels()[0], nan=-9999))
            anchor = {"left": "start", "center": "middle", "right": "end"}[self.artist.get_ha()]
            style = f"font-size: {self.artist.get_fontsize():g}px; text-anchor: {anchor}"
            style += f"; fill: {color(self.artist.get_color())}{hidden}"
            return f'<text {mine} x="{x}" y="{y}" style="{style}">{escape(self.artist.get_text())}</text>'
        return f'<path {clip} d="{self.path()}" style="{look(self.artist, self.dots)}{hidden}"/>'

    def rectangles(self):
        columns, rows = self.options["grid"]
        left, right, bottom, top = self.artist.get_extent()
        ax, bx, ay, by = affine(self.ax)
        width, height = ax * (right - left) / columns, ay * (bottom - top) / rows
        from_, to = self.ends(color)
        return "".join(
            f'<rect x="{short(ax * left + bx + width * (k % columns))}" '
            f'y="{short(ay * top + by + height * (rows - 1 - k // columns))}" '
            f'width="{short(width + 0.3)}" height="{short(height + 0.3)}" '
            f'style="fill: {shade(share, from_, to)}"/>'
            for k, share in enumerate(self.shares().ravel()))


def shade(share, low, high):
    """The colour of a cell: that of one end, paler towards the middle of the scale."""
    end, part = (low, 1 - 2 * share) if share < 0.5 else (high, 2 * share - 1)
    return f"color-mix(in oklab, {end} {100 * part:.1f}%, var(--nb-middle, {MIDDLE}))"


def axes_of(artist):
    return artist.axes.xaxis, artist.axes.yaxis


def measure(value, axis):
    """A value in the measure that its axis draws evenly."""
    return log(value) / log(10) if axis.get_scale() == "log" else value


def quiet(function):
    """The function without NumPy's warnings: where it has no number, a figure has a gap."""
    def call(*args, **more):
        with np.errstate(all="ignore"):
            return function(*args, **more)
    return call

"""The live parts of a figure: what figure.mjs redraws, drawn here for the first time by the same rules."""
import re

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.text import Text
from sympy import log, sympify

from nbcode.compile import javascript, numpy, straight_line
from nbcode.svg import COLORS, short, themed

DASHES = {"-": "", "--": "stroke-dasharray: 6 3; ", ":": "stroke-dasharray: 1.5 3; "}


class Code(str):
    """JavaScript source, to stand in a literal as it is."""


def parts_of(picture, artist, drawn):
    """The parts that draw one bound artist: a line with markers is a line and its dots."""
    kind = {"grid": AxesImage, "label": Text}
    wanted = next((kind[key] for key in kind if key in drawn.options), (Line2D, Polygon))
    if not isinstance(artist, wanted):
        raise ValueError(f"cannot bind a {type(artist).__name__} so: a line of ax.plot or a polygon of ax.fill "
                         "follows curve, points, tangent, bar or trail; a text, label; an image, cells")
    first = len(picture.scalars)
    for pair in drawn.points:
        picture.scalars += [measure(sympify(v), axis) for v, axis in zip(pair, axes_of(artist), strict=True)]
    is_line = isinstance(artist, Line2D)
    has_line, has_dots = not is_line or artist.get_linestyle() != "None", is_line and artist.get_marker() != "None"
    return [Part(picture, artist, drawn, first, len(picture.scalars), dots)
            for dots in [False] * has_line + [True] * has_dots]


class Part:
    """One drawn element: a line, its dots, an area, a text, or the cells of a heat map."""

    def __init__(self, picture, artist, drawn, first, last, dots):
        self.picture, self.artist, self.ax = picture, artist, artist.axes
        self.options, self.dots = drawn.options, dots
        self.first, self.last = first, last - 2 * self.is_label
        self.function = None
        if drawn.function:
            self.variables, value = drawn.function
            self.function = sympify(value) if self.is_grid else measure(sympify(value), self.ax.yaxis)
            program = straight_line([], [self.function])
            self.source = Code(javascript([*self.variables, *picture.symbols], *program))
            self.compute = numpy(*program)

    is_grid = property(lambda self: "grid" in self.options)
    is_label = property(lambda self: "label" in self.options)

    def spec(self):
        """The part as figure.mjs takes it."""
        spec = {**self.options, "axes": affine(self.ax), "first": self.first, "last": self.last, "dots": self.dots}
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
        y = self.compute(self.picture.at(at), **{str(self.variables[0]): t})
        return np.column_stack([t, np.broadcast_to(y, t.shape)])

    def shares(self, at=()):
        """Where each cell's value lies from low to high, 0 to 1: shape (rows, columns), from below."""
        columns, rows = self.options["grid"]
        left, right, bottom, top = self.artist.get_extent()
        centres = np.meshgrid(left + (right - left) * (np.arange(columns) + 0.5) / columns,
                              bottom + (top - bottom) * (np.arange(rows) + 0.5) / rows)
        values = self.compute(self.picture.at(at), **dict(zip(map(str, self.variables), centres, strict=True)))
        low, high = self.options["low"], self.options["high"]
        return np.clip((np.broadcast_to(values, (rows, columns)) - low) / (high - low), 0, 1)

    def path(self, at=()):
        """The path data of its points, as figure.mjs writes it."""
        ax, bx, ay, by = affine(self.ax)
        text, pen = "", "M"
        for x, y in self.coordinates(at):
            if np.isnan(x + y):
                pen = "M"
                continue
            text += f"{pen}{short(np.clip(ax * x + bx, -9999, 9999))} {short(np.clip(ay * y + by, -9999, 9999))}"
            text, pen = (text + "h0", "M") if self.dots else (text, "L")
        return text + "Z" * self.options.get("closed", False)

    def draw(self):
        """Put the Matplotlib artist where the sliders start."""
        if self.is_grid:
            colors = LinearSegmentedColormap.from_list("", self.ends())
            return self.artist.set(data=self.shares(), cmap=colors, clim=(0, 1))
        xy = np.column_stack([10 ** v if axis.get_scale() == "log" else v
                              for v, axis in zip(self.coordinates().T, axes_of(self.artist), strict=True)])
        if self.is_label:
            value = self.picture.numbers()[self.last]
            return self.artist.set(position=xy[0], text=decimal(value, self.options["digits"]))
        return self.artist.set_data(*xy.T) if isinstance(self.artist, Line2D) else self.artist.set_xy(xy)

    def svg(self, k, clip):
        """The element that figure.mjs redraws, as it is at the start."""
        clip = f'data-bound="{k}" clip-path="url(#{clip})"'
        if self.is_grid:
            return f"<g {clip}>{self.rectangles()}</g>"
        if self.is_label:
            x, y = re.findall(r"-?[\d.]+", self.path())
            anchor = {"left": "start", "center": "middle", "right": "end"}[self.artist.get_ha()]
            style = f"font-size: {self.artist.get_fontsize():g}px; text-anchor: {anchor}"
            return f'<text data-bound="{k}" x="{x}" y="{y}" style="{style}">{self.artist.get_text()}</text>'
        return f'<path {clip} d="{self.path()}" style="{self.style()}"/>'

    def rectangles(self):
        columns, rows = self.options["grid"]
        left, top, width, height = box(self.ax)
        from_, to = self.ends(color)
        return "".join(
            f'<rect x="{short(left + width * (k % columns) / columns)}" '
            f'y="{short(top + height * (rows - 1 - k // columns) / rows)}" '
            f'width="{short(width / columns + 0.3)}" height="{short(height / rows + 0.3)}" '
            f'style="fill: color-mix(in oklab, {to} {100 * share:.1f}%, {from_})"/>'
            for k, share in enumerate(self.shares().ravel()))

    def style(self):
        artist = self.artist
        opacity = "" if artist.get_alpha() is None else f"; opacity: {artist.get_alpha():g}"
        if isinstance(artist, Polygon):
            return f"fill: {color(artist.get_facecolor())}{opacity}"
        if self.dots:
            return (f"stroke: {color(artist.get_markerfacecolor())}; stroke-width: {artist.get_markersize():g}; "
                    f"stroke-linecap: round{opacity}")
        return (f"fill: none; stroke: {color(artist.get_color())}; {DASHES[artist.get_linestyle()]}"
                f"stroke-width: {artist.get_linewidth():g}{opacity}")


def axes_of(artist):
    return artist.axes.xaxis, artist.axes.yaxis


def measure(value, axis):
    """A value in the measure that its axis draws evenly."""
    return log(value) / log(10) if axis.get_scale() == "log" else value


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
    return themed(f" {to_hex(value)}").strip()


def decimal(value, digits):
    """A number as figure.mjs shows it."""
    if not np.isfinite(value):
        return "—"
    text = f"{value:.{digits}f}" if abs(value) < 1e7 else f"{value:.{digits}e}"
    return text.replace("-", "" if float(text) == 0 else "−")

"""One panel of a live figure as SVG, without Matplotlib: it is drawn in the reader's browser as well."""
from html import escape
from math import floor, isfinite, log10

WIDTH, HEIGHT = 288, 216
LEFT, RIGHT, TOP, BOTTOM = 58, 280, 10, 178
FURTHEST = 1e300  # what an axis reaches to, so that its ends have a finite distance
COLORS = {"loss": "#8a3ffc", "gradient": "#d6005f", "data": "#2b2b2b", "faint": "#8c8c8c"}  # as in figure/svg.py
TEXT = "font-size: 10px; text-anchor:"
THIN, FAINT = (f"stroke: {color}; stroke-width: 0.8" for color in ("currentColor", COLORS["faint"]))


class Panel:
    """Axes over x and y, each (low, high); `parts` are drawn inside, to be redrawn by figure.mjs."""

    def __init__(self, name, x, y, xlabel, ylabel):
        self.name, self.x, self.y, self.labels, self.parts = name, x, y, (xlabel, ylabel), []

    @property
    def axes(self):
        """(ax, bx, ay, by): a point stands at ax x + bx and ay y + by."""
        right, up = (RIGHT - LEFT) / (self.x[1] - self.x[0]), (TOP - BOTTOM) / (self.y[1] - self.y[0])
        return [right, LEFT - right * self.x[0], up, BOTTOM - up * self.y[0]]

    def path(self, points, dots=False):
        """Path data of the points, as figure.mjs writes it; what is no number leaves a gap."""
        ax, bx, ay, by = self.axes
        text, pen = "", "M"
        for x, y in points:
            if not isfinite(y):
                pen = "M"
                continue
            text += f"{pen}{short(bounded(ax * x + bx))} {short(bounded(ay * y + by))}"
            text, pen = (text + "h0", "M") if dots else (text, "L")
        return text

    def draw(self, index, points, color, width=2, dots=False):
        """A line or dots, the `index`-th bound part of the figure."""
        look = f"stroke: var(--nb-{color}, {COLORS[color]}); stroke-width: {width}"
        look += "; stroke-linecap: round" if dots else "; fill: none"
        self.parts.append(f'<path data-bound="{index}" clip-path="url(#{self.name}-clip)" '
                          f'd="{self.path(points, dots)}" style="{look}"/>')

    def svg(self, alt):
        """The panel as an SVG element; hidden from readers by ear without alt text."""
        ax, bx, ay, by = self.axes
        clip = (f'<clipPath id="{self.name}-clip"><rect x="{LEFT}" y="{TOP}" width="{RIGHT - LEFT}" '
                f'height="{BOTTOM - TOP}"/></clipPath>')
        frame = f'<path d="M{LEFT} {TOP}L{LEFT} {BOTTOM}L{RIGHT} {BOTTOM}" style="fill: none; {THIN}"/>'
        if self.y[0] < 0 < self.y[1]:
            frame += f'<path d="M{LEFT} {short(by)}h{RIGHT - LEFT}" style="{FAINT}"/>'
        for value in ticks(*self.x):
            at = short(ax * value + bx)
            frame += (f'<path d="M{at} {BOTTOM}v3.5" style="{THIN}"/>'
                      f'<text x="{at}" y="{BOTTOM + 14.6:g}" style="{TEXT} middle">{number(value)}</text>')
        for value in ticks(*self.y):
            at = ay * value + by
            frame += (f'<path d="M{LEFT} {short(at)}h-3.5" style="{THIN}"/>'
                      f'<text x="{LEFT - 7}" y="{short(at + 3.8)}" style="{TEXT} end">{number(value)}</text>')
        xlabel, ylabel = map(escape, self.labels)
        middle, centre = (TOP + BOTTOM) / 2, (LEFT + RIGHT) / 2
        frame += (f'<text x="{centre:g}" y="{HEIGHT - 7}" style="{TEXT} middle">{xlabel}</text>'
                  f'<text x="9" y="{middle:g}" transform="rotate(-90 9 {middle:g})" style="{TEXT} middle">'
                  f'{ylabel}</text>')
        spoken = f'role="img" aria-label="{escape(alt)}"' if alt else 'aria-hidden="true"'
        return (f'<svg {spoken} fill="currentColor" stroke-linejoin="round" width="{WIDTH}pt" height="{HEIGHT}pt" '
                f'viewBox="0 0 {WIDTH} {HEIGHT}">{clip}{frame}{"".join(self.parts)}</svg>')


def span(values, *more):
    """A range that shows the values but for the furthest few, `more` in any case, and some room around."""
    values = sorted(filter(isfinite, values)) or [0]
    rare = len(values) // 30
    shown = [values[rare], values[-1 - rare], *filter(isfinite, more)]
    low, high = max(min(shown), -FURTHEST), min(max(shown), FURTHEST)
    room = 0.08 * (high - low) or 0.5
    return low - room, high + room


def ticks(low, high):
    """Round numbers from low to high, four to eight of them."""
    step = nice((high - low) / 5)
    first = -floor(-low / step)
    return [k * step for k in range(first, floor(high / step) + 1)]


def nice(number):
    """The round number at or below: 1, 2 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(number))
    return max(k for k in (1, 2, 5) if k * power <= number * (1 + 1e-9)) * power


def number(value):
    return f"{value:.6g}".replace("e+0", "e").replace("-", "" if value == 0 else "−")


def bounded(value):
    return max(-9999, min(9999, value))


def short(value):
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")

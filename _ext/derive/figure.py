"""The live figure of a typed chain: the loss over one name, its derivative, gradient descent on what was derived.

Takes SymPy only. The functions of the page are compiled from the chain; the first picture is drawn from it too.
"""
from collections import namedtuple
from itertools import chain as chain_together
from itertools import count
from math import inf

from language import _
from language.figures import in_words
from sympy import Symbol

from derive.panel import Panel, nice, span
from nbcode.chain.compile import compiled
from nbcode.chain.expressions import listed
from nbcode.figure.markup import Code, controls, literal, outputs

START, SHOWN, SAMPLES = 0.5, 7, 121
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
Slider = namedtuple("Slider", "symbol low high start step")


class LiveFigure:
    """HTML and script of the figure; `held` are the names without a slider. ValueError where it cannot be."""

    def __init__(self, typed, by, name):
        chain, self.by, self.id = typed.chain, by, f"fig-{name}"
        if missing := [column for column in chain.data if column not in typed.data]:
            raise ValueError(_("For a figure, add numbers for the data, such as {example}").format(
                example=f"{missing[0]}[i] = 0, 0.5, 1"))
        self.loss = str(chain.loss)
        self.chain = chain.with_data(typed.data) if chain.data else chain
        names = chain_together(["lr", "rate"], map("rate{}".format, count(1)))
        self.rate = Symbol(next(name for name in names if name not in {*map(str, self.chain.inputs)}), real=True)
        others = [p for p in typed.inputs if p in self.chain.inputs and p not in by]
        self.moved, self.held = [*by, *others][:SHOWN], others[max(0, SHOWN - len(by)):]
        self.start = {p: float(typed.start.get(p, START)) for p in (*self.moved, *self.held)}
        lines, values = self.chain.program([self.chain.loss], by, far=True)
        self._compute = compiled([*self.start], lines, values, "math")
        self.now = self.at(self.start[by[0]])
        self.sliders = [*map(self._slider, self.moved)]
        self.sliders.append(self._rate())
        self.panels = self._panels()

    def at(self, number):
        """The loss and its slopes where the first of `by` is `number`."""
        try:
            found = self._compute(number, *list(self.start.values())[1:])
            return [float(value if found[0] == found[0] else found[0]) for value in found]
        except (ArithmeticError, ValueError, TypeError):  # math raises where JavaScript has NaN or Infinity
            return [float("nan")] * (1 + len(self.by))

    def _slider(self, symbol):
        reach = max(3, nice(3 * abs(self.start[symbol]) or 3))
        start = self.start[symbol]
        return Slider(symbol, round(start - reach, 6), round(start + reach, 6), start, nice(reach / 200))

    def _rate(self):
        """A learning rate that suits the steepest bend of the loss beside the start."""
        here, d = self.start[self.by[0]], self.reach / 1000
        bend = abs(self.at(here + d)[1] - self.at(here - d)[1]) / (2 * d)
        rate = 0.2 / (len(self.by) * bend) if 0 < bend < inf else 0.1
        rate = nice(rate if rate < 1 else max(1, rate / 10))  # what is flat here may be steep elsewhere
        return Slider(self.rate, rate / 10, rate * 10, rate, rate / 10)

    def _panels(self):
        """The loss and its derivative over the first of `by`, as they are at the start."""
        first, loss, slope = self.sliders[0], self.loss, f"d{self.loss}/d{self.by[0]}"
        ends, here, reach = (first.low, first.high), first.start, self.reach
        xs = [first.low + (first.high - first.low) * k / (SAMPLES - 1) for k in range(SAMPLES)]
        values = [self.at(x) for x in xs]
        left, right = (Panel(f"{self.id}-{k}", ends, span([value[k] for value in values], self.now[k]),
                             label(str(self.by[0])), label(text)) for k, text in enumerate([loss, slope]))
        left.draw(0, [(x, value[0]) for x, value in zip(xs, values, strict=True)], "loss")
        touching = [(here + side, self.now[0] + side * self.now[1]) for side in (-reach, reach)]
        left.draw(1, touching, "gradient", 1.6)
        left.draw(2, [(here, self.now[0])], "data", 9, dots=True)
        right.draw(3, [(x, value[1]) for x, value in zip(xs, values, strict=True)], "gradient")
        right.draw(4, [(here, self.now[1])], "data", 9, dots=True)
        return left, right

    @property
    def html(self):
        p, (left, right) = self.by[0], self.panels
        alt = _("Left, {loss} over {p}, with a dot where {p} stands and the tangent there. Right, the derivative "
                "of {loss} with respect to {p}, with a dot at the same {p}.").format(loss=self.loss, p=p)
        readouts = {name: (None, 4) for name in [self.loss, *(f"d{self.loss}/d{q}" for q in self.by)]}
        below = controls(self.sliders, True).replace("Copy as Python", "Copy numbers")
        html = (f'<figure class="nbfig" id="{self.id}" data-live="off"><div class="nbfig-panels">{left.svg(alt)}'
                f'{right.svg("")}</div><div class="nbfig-controls" style="display: none">'
                f'{below}</div>'
                f'<p class="nbfig-numbers">{outputs(readouts, self.now, True)}</p></figure>')
        return in_words(html)

    @property
    def reach(self):
        return (self.sliders[0].high - self.sliders[0].low) / 6

    @property
    def script(self):
        """The script that brings `html` to life by figure.mjs; each function in it is compiled from the chain."""
        left, right = (panel.axes for panel in self.panels)
        count, first = len(self.moved), len(self.by) + 1
        low, high = self.sliders[0].low, self.sliders[0].high
        values = (f"(...at) => {{ const [L, ...d] = f(...at), p = at[0], r = {self.reach!r}; "
                  "return [L, ...d, p - r, L - r * d[0], p + r, L + r * d[0], p, L, p, d[0]]; }")
        curve, dots = {"low": low, "high": high, "points": SAMPLES}, {"dots": True, "closed": False}
        bound = [
            {**curve, "axes": left, "first": first, "last": first,
             "curve": Code("(t, p, ...rest) => f(t, ...rest)")},
            {"axes": left, "first": first, "last": first + 4},
            {**dots, "axes": left, "first": first + 4, "last": first + 6},
            {**curve, "axes": right, "first": first, "last": first,
             "curve": Code("(t, p, ...rest) => [f(t, ...rest)[1]]")},
            {**dots, "axes": right, "first": first + 6, "last": first + 8},
        ]
        spec = {"name": self.id, "address": False, "values": Code(values), "bound": bound,
                "sliders": [[str(each.symbol), float(each.start)] for each in self.sliders],
                "descent": {"learn": [*map(str, self.by)], "rate": str(self.rate),
                "pace": 4, "tolerance": min(1e-5, self.reach * 1e-5),
                            "most": 10_000, "gradient": Code("f")}}
        compiled = self.chain.javascript([*self.start], [self.chain.loss], wrt=self.by)
        held = [repr(self.start[p]) for p in self.held]
        numbers = listed([f"...at.slice(0, {count})", *held])
        return (f"const g = {compiled}; const f = (...at) => {{ const all = g({numbers}); "
                "return isNaN(all[0]) ? all.map(() => NaN) : all; }; "
                f'window.nbcode && nbcode.mount(document.getElementById("{self.id}"), {literal(spec)});')


def label(name):
    """A name or a slope as it stands at an axis: w₁, dL/dw₁."""
    return name if "_" in name else name.translate(SUBSCRIPTS)

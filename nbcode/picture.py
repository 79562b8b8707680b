"""What `figure` returns: the SVG with its live parts, as HTML for a page and as a widget for a notebook."""
import base64
import json
import re
from functools import cached_property
from hashlib import sha256
from html import escape
from pathlib import Path

from sympy import S, Symbol, sympify

from nbcode.compile import javascript, numpy, straight_line
from nbcode.expressions import listed
from nbcode.parts import Code, clip_path, decimal, parts_of
from nbcode.svg import png, svg

STEPS = Symbol("steps")  # how many steps of gradient descent have been made
MODULE = Path(__file__).with_name("figure.mjs")
STYLESHEET = Path(__file__).with_name("figure.css")


class Picture:
    """A figure for page and notebook; see `nbcode.figure.figure`. In a notebook `values` follows the sliders."""

    def __init__(self, figs, alt, name, sliders, live, readouts, descent):
        if not alt.strip():
            raise ValueError("a figure needs alt text: say in words what the picture shows")
        if bool(sliders) != bool(name):
            raise ValueError(f"a live figure has sliders and a name; got name={name!r} and {len(sliders)} sliders")
        self.figs, self.alt, self.sliders, self.descent = figs, alt, sliders, descent
        self.name = name or "fig-" + sha256(alt.encode()).hexdigest()[:8]
        self.symbols = [*(each.symbol for each in sliders), STEPS]
        self.start = {str(each.symbol): float(each.start) for each in sliders}
        self.readouts = {key: value if isinstance(value, tuple) else (value, 2) for key, value in readouts.items()}
        self.scalars = [sympify(value) for value, _ in self.readouts.values()]
        for fig in figs:  # the layout is settled once, so that every renderer draws the same
            fig.set_dpi(72)
            fig.draw_without_rendering()
            fig.set_layout_engine("none")
        self.parts = [part for artist, drawn in live.items() for part in parts_of(self, artist, drawn)]
        self.values_source = Code(javascript(self.symbols, *straight_line([], self.scalars)))
        self._compute = numpy(*straight_line([], [*self.scalars, S.Zero]))
        for part in self.parts:
            part.draw()

    def numbers(self, at=(), **more):
        """All scalars at the sliders' numbers (their start unless given), as NumPy computes them."""
        return [float(value) for value in self._compute(self.at(at, **more))[:-1]]

    def at(self, at=(), **more):
        """The sliders' numbers {name: number}: their start, but for those given."""
        return {**self.start, "steps": 0, **{str(name): value for name, value in {**dict(at), **more}.items()}}

    def shown(self, at=(), **more):
        """The readouts {label: number} at the sliders' numbers, as NumPy computes them."""
        return dict(zip(self.readouts, self.numbers(at, **more), strict=False))

    # -- for a page ----------------------------------------------------------------------------------------

    @cached_property
    def html(self):
        """The figure as HTML: pictures, controls, numbers, and the script that brings them to life."""
        panels = "".join(self._svg(k, fig) for k, fig in enumerate(self.figs))
        if not self.sliders:
            return f'<figure class="nbfig" id="{self.name}"><div class="nbfig-panels">{panels}</div></figure>'
        return (f'<figure class="nbfig" id="{self.name}" data-live="off"><div class="nbfig-panels">{panels}</div>'
                f'<div class="nbfig-controls">{self._controls()}</div>'
                f'<p class="nbfig-numbers">{self._numbers()}</p></figure>')

    def _svg(self, k, fig):
        mine = [(n, part) for n, part in enumerate(self.parts) if part.artist.get_figure() is fig]
        for _, part in mine:
            part.artist.set_visible(False)
        text = svg(fig, f"{self.name}-{k}", escape(self.alt) if k == 0 else "continued")
        for _, part in mine:
            part.artist.set_visible(True)
        clips = {part.ax: f"{self.name}-clip{n}" for n, part in mine}
        drawn = "".join(part.svg(n, clips[part.ax]) for n, part in mine)
        return text.replace("</svg>", "".join(map(clip_path, clips, clips.values())) + drawn + "</svg>")

    def _controls(self):
        rows = [f'<label class="nbfig-slider"><span>{pretty(each.symbol)}</span>'
                f'<input type="range" data-name="{each.symbol}" min="{each.low}" max="{each.high}" '
                f'step="{each.step}" value="{each.start}" aria-label="{each.symbol}">'
                f'<input type="number" data-name="{each.symbol}" step="{each.step}" value="{each.start}" '
                f'aria-label="{each.symbol}, as a number"></label>' for each in self.sliders]
        doings = [("step", "Step"), ("play", "Play")] if self.descent else []
        doings += [("reset", "Reset"), ("copy", "Copy as Python")]
        buttons = "".join(f'<button type="button" data-do="{do}">{text}</button>' for do, text in doings)
        return f'{"".join(rows)}<div class="nbfig-buttons">{buttons}<span role="status"></span></div>'

    def _numbers(self):
        now = self.numbers()
        shown = [f'<span>{escape(key)} = <output data-index="{k}" data-digits="{digits}" data-value>'
                 f'{decimal(now[k], digits)}</output></span>'
                 for k, (key, (_, digits)) in enumerate(self.readouts.items())]
        if self.descent:
            shown.append("<span>steps = <output data-steps>0</output></span>")
        return " ".join(shown)

    def spec(self, address):
        """What figure.mjs needs, as the source of a JavaScript object."""
        spec = {"name": self.name, "address": address, "sliders": [*self.start.items()],
                "values": self.values_source, "bound": [part.spec() for part in self.parts]}
        if self.descent:
            chain, learn, rate = self.descent.chain, self.descent.learn, self.descent.rate
            if unknown := [each for each in [*learn, *sympify(rate).free_symbols] if str(each) not in self.start]:
                raise ValueError(f"descent changes {listed(unknown)}, which no slider shows")
            spec["descent"] = {
                "learn": [str(p) for p in learn], "rate": str(rate) if sympify(rate).free_symbols else float(rate),
                "pace": self.descent.pace, "tolerance": self.descent.tolerance, "most": self.descent.most,
                "gradient": Code(chain.javascript(self.symbols, [chain.loss], wrt=learn))}
        return literal(spec)

    # -- for a notebook ------------------------------------------------------------------------------------

    @cached_property
    def widget(self):
        """The sliders and the figure as ipywidgets, linked in the browser; each symbol is a trait of the last."""
        import anywidget
        import ipywidgets
        import traitlets

        module = MODULE.read_text() + (
            f"\nconst spec = {self.spec(False)};\nconst html = {json.dumps(self.html)};\n"
            "export default {render({model, el}) {\n"
            "  el.innerHTML = html;\n"
            "  const figure = mount(el.querySelector('figure'), spec);\n"
            "  const names = spec.sliders.map(([name]) => name);\n"
            "  const pull = () => figure.set(Object.fromEntries(names.map((name) => [name, model.get(name)])));\n"
            "  names.forEach((name) => model.on(`change:${name}`, pull));\n"
            "  pull();\n"
            "  figure.listen((state) => { names.forEach((name) => model.set(name, state[name])); "
            "model.save_changes(); });\n"
            "}};\n")
        traits = {name: traitlets.Float(value).tag(sync=True) for name, value in self.start.items()}
        view = type("LiveFigure", (anywidget.AnyWidget,),
                    {"_esm": module, "_css": STYLESHEET.read_text(), **traits})()
        sliders = [ipywidgets.FloatSlider(value=each.start, min=each.low, max=each.high, step=each.step,
                                          description=str(each.symbol)) for each in self.sliders]
        for slider in sliders:
            ipywidgets.jslink((slider, "value"), (view, slider.description))
        return ipywidgets.VBox([*sliders, view])

    @property
    def values(self):
        """The sliders' numbers now, {name: number}; assign a dict to move them."""
        return {name: getattr(self.widget.children[-1], name) for name in self.start}

    @values.setter
    def values(self, at):
        if unknown := [name for name in map(str, at) if name not in self.start]:
            raise ValueError(f"no slider is named {listed(unknown)}; there are {listed(self.start)}")
        for name, value in at.items():
            setattr(self.widget.children[-1], str(name), float(value))

    def _repr_mimebundle_(self, **_):
        bundle = {"text/plain": f"<figure: {self.alt}>", "text/html": self.html,
                  "image/png": base64.b64encode(png(self.figs)).decode()}
        if self.sliders:
            bundle["text/html"] += (f'<script type="module">nbcode.mount(document.getElementById("{self.name}"), '
                                    f"{self.spec(True)})</script>")
            view = "application/vnd.jupyter.widget-view+json"
            bundle[view] = self.widget._repr_mimebundle_()[view]
        return bundle


def pretty(symbol):
    """b3 as HTML: b with 3 below it."""
    word, digits = re.fullmatch(r"(.*?)_?(\d*)", str(symbol)).groups()
    word = {"lr": "learning rate"}.get(word, f"<i>{word}</i>" if len(word) == 1 else word)
    return escape(word, quote=False).replace("&lt;i&gt;", "<i>").replace("&lt;/i&gt;", "</i>") + (
        f"<sub>{digits}</sub>" if digits else "")


def literal(value):
    """A Python value as the source of a JavaScript one."""
    if isinstance(value, Code):
        return value
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {literal(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    return json.dumps(value)

"""What `figure` returns: the SVG with its live parts, as HTML for a page and as a widget for a notebook."""
import base64
import json
import re
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import matplotlib
from sympy import S, Symbol

from nbcode.chain.compile import straight_line, to_javascript, to_numpy
from nbcode.chain.expressions import expression, listed

from .markup import Code, captions, controls, literal, outputs, places, pretty
from .parts import parts_of, quiet
from .svg import clip_path, legible, link, png, svg

STEPS = Symbol("steps")  # how many steps of gradient descent have been made
FRAME = Symbol("frame", real=True)  # which of the frames is shown, counted from 1
MODULE, IN_NOTEBOOK, STYLESHEET = (Path(__file__).with_name(name)
                                   for name in ("figure.mjs", "widget.mjs", "figure.css"))


def check_words(alt, name, sliders, linked):
    """ValueError unless the figure is described, and has a name for the page's address just where it is live."""
    if not alt.strip():
        raise ValueError("a figure needs alt text: say in words what the picture shows")
    if bool(sliders or linked) != bool(name):
        raise ValueError("a live figure has sliders and a name, or artists that are linked, and a name; "
                         f"got name={name!r}, {len(sliders)} sliders and {len(linked)} links")
    if name and not re.fullmatch(r"[A-Za-z][\w-]*", name, re.ASCII):
        raise ValueError(f"the name {name!r} stands in the page's address: use letters, digits, - and _")


def lay_out(fig):
    """Lay a Matplotlib figure out, once, so that every renderer draws the same."""
    fig.set_dpi(72)
    legible(fig)
    fig.draw_without_rendering()
    with matplotlib.rc_context({"figure.autolayout": False, "figure.constrained_layout.use": False}):
        fig.set_layout_engine(None)  # "none" keeps one that does nothing, for which savefig draws twice


class Picture:
    """A figure for page and notebook; see `nbcode.figure.figure`. In a notebook `values` follows the sliders."""

    _place = _numbers = None  # where the sliders were last asked about, and the scalars there

    def __init__(self, figs, alt, name, sliders, live, readouts, descent, frames=(), linked=None, steps=None):
        self.live = bool(sliders or linked)
        check_words(alt, name, sliders, linked or {})
        self.figs, self.alt, self.sliders, self.descent, self.frames = figs, alt, sliders, descent, tuple(frames)
        self.name = name or sha256(alt.encode()).hexdigest()[:8]
        self.id = f"fig-{self.name}"
        self.symbols = [*(each.symbol for each in sliders), STEPS]
        self.steps = [(symbol, expression(value)) for symbol, value in (steps or {}).items()]
        self.start = {str(each.symbol): float(each.start) for each in sliders}
        if len(self.start) < len(sliders) or str(STEPS) in self.start:
            raise ValueError(f"two sliders have one name, or one is named {STEPS}: {listed(self.symbols[:-1])}")
        self.readouts = {key: value if isinstance(value, tuple) else (value, 2) for key, value in readouts.items()}
        self.scalars = [expression(value) for value, _ in self.readouts.values()]
        for fig in figs:
            lay_out(fig)
        self.parts = [part for artist, drawn in live.items() for part in parts_of(self, artist, drawn)]
        program, values = straight_line(self.steps, self.scalars)
        self.values_source = Code(to_javascript(self.symbols, program, values))
        self._rule = descent and self._compiled(descent)
        self._compute = quiet(to_numpy(program, [*values, S.Zero, S.Zero]))
        for part in self.parts:
            part.draw()
        self.linked = link(figs, linked or {})

    def _compiled(self, descent):
        chain, learn = descent.chain, [str(p) for p in descent.learn]
        given = {"rate": descent.rate} | ({} if descent.clip is None else {"clip": descent.clip})
        given = {word: expression(value) for word, value in given.items()}
        for word, value in given.items():
            if not (value.is_Symbol or value.is_number):
                raise ValueError(f"the {word} of descent is a number or a slider's symbol, not {value}")
        used = {str(s) for value in given.values() for s in value.free_symbols}
        if unknown := [name for name in [*learn, *sorted(used)] if name not in self.start]:
            raise ValueError(f"descent uses {listed(unknown)}, which no slider shows")
        return {"learn": learn, **{word: str(v) if v.is_Symbol else float(v) for word, v in given.items()},
                "pace": descent.pace, "tolerance": descent.tolerance, "most": descent.most,
                "gradient": Code(chain.javascript(self.symbols, [chain.loss], wrt=descent.learn))}

    def numbers(self, at=(), **more):
        """All scalars at the sliders' numbers (their start unless given), as NumPy computes them."""
        at = self.at(at, **more)
        if str(at) != self._place:  # each part asks for its own: at one place all are computed once
            self._place, self._numbers = str(at), [float(value) for value in self._compute(at)[:-2]]
        return [*self._numbers]

    def at(self, at=(), **more):
        """The sliders' numbers {name: number}: their start, but for those given."""
        start = {**self.start, str(STEPS): 0}
        at = {str(name): float(value) for name, value in {**dict(at), **more}.items()}  # an int may overflow
        check_sliders(at, start)
        return start | at

    def shown(self, at=(), **more):
        """The readouts {label: number} at the sliders' numbers, as NumPy computes them."""
        return dict(zip(self.readouts, self.numbers(at, **more), strict=False))

    # -- for a page ----------------------------------------------------------------------------------------

    @cached_property
    def html(self):
        """The figure as HTML: pictures, controls, numbers, and the script that brings them to life."""
        panels = "".join(self._svg(k, fig) for k, fig in enumerate(self.figs))
        live = ' data-live="off"' if self.live else ""
        html = f'<figure class="nbfig" id="{self.id}"{live}><div class="nbfig-panels">{panels}</div>'
        if not self.sliders:
            return f"{html}</figure>"
        now = self.numbers()
        return (f'{html}{captions(self.frames, self.readouts, now, self.start)}'
                f'<div class="nbfig-controls" style="display: none">'
                f'{controls(self.sliders, bool(self.descent), str(FRAME) if self.frames else "")}</div>'
                f'<p class="nbfig-numbers">{outputs(self.readouts, now, bool(self.descent))}</p></figure>')

    def _svg(self, k, fig):
        mine = [(n, part) for n, part in enumerate(self.parts) if part.artist.get_figure() is fig]
        for _, part in mine:
            part.artist.set_visible(False)
        text = svg(fig, f"{self.id}-{k}", self.alt if k == 0 else "", self.linked)
        for _, part in mine:
            part.artist.set_visible(part.is_shown())
        clips = {part.ax: f"{self.id}-clip{n}" for n, part in mine}
        drawn = "".join(part.svg(n, clips[part.ax]) for n, part in mine)
        return text.replace("</svg>", "".join(map(clip_path, clips, clips.values())) + drawn + "</svg>")

    def spec(self, address):
        """What figure.mjs needs, as the source of a JavaScript object."""
        spec = {"name": self.name, "address": address, "sliders": [*self.start.items()],
                "values": self.values_source, "bound": [part.spec() for part in self.parts]}
        if self.descent:
            spec["descent"] = self._rule
        return literal(spec)

    # -- for a notebook ------------------------------------------------------------------------------------

    @cached_property
    def widget(self):
        """The sliders and the figure as ipywidgets, linked in the browser; the last one's trait is `values`."""
        import anywidget
        import ipywidgets
        import traitlets

        class LiveFigure(anywidget.AnyWidget):
            _esm = (f"{MODULE.read_text(encoding='utf-8')}{IN_NOTEBOOK.read_text(encoding='utf-8')}"
                    f"export default widget({self.spec(False)}, {json.dumps(self.html)});\n")
            _css = STYLESHEET.read_text(encoding="utf-8")
            values = traitlets.Dict().tag(sync=True)
            sliders = traitlets.List().tag(sync=True, **ipywidgets.widget_serialization)

        sliders = [ipywidgets.FloatSlider(
            value=each.start, min=each.low, max=each.high, step=each.step, readout_format=f".{places(each, 2)}f",
            description=pretty(each.symbol), description_allow_html=True, style={"description_width": "7rem"},
            layout={"width": "34rem", "max_width": "100%"}) for each in self.sliders]
        return ipywidgets.VBox([*sliders, LiveFigure(values=self.start, sliders=sliders)])

    @property
    def values(self):
        """The sliders' numbers now, {name: number}; assign a dict to move them."""
        return {name: float(value) for name, value in self.widget.children[-1].values.items()}

    @values.setter
    def values(self, at):
        check_sliders(map(str, at), self.start)
        self.widget.children[-1].values = self.values | {str(name): float(value) for name, value in at.items()}

    def _repr_mimebundle_(self, **_):
        bundle = {"text/plain": f"<figure: {self.alt}>", "text/html": self.html,
                  "image/png": base64.b64encode(png(self.figs)).decode()}
        if self.live:
            bundle["text/html"] += (f'<script type="module">window.nbcode && nbcode.mount(document.getElementById('
                                    f'"{self.id}"), {self.spec(True)})</script>')
            view = "application/vnd.jupyter.widget-view+json"
            bundle[view] = self.widget._repr_mimebundle_()[view]
        return bundle


def check_sliders(names, known):
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"no slider is named {listed(unknown)}; there are {listed(known)}")

"""Figures as Python makes them: what is refused, what the SVG holds, the same bytes everywhere."""
import base64
import gzip
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from browser import ROOT
from PIL import Image
from sympy import Eq, Symbol, exp, log, sqrt, symbols

import nbcode
from nbcode.chain import Chain
from nbcode.figure.figure import (
    COLORS,
    FRAME,
    STEPS,
    bar,
    cells,
    curve,
    figure,
    label,
    live_descent,
    panel,
    points,
    shown,
    slider,
    tangent,
    trail,
)
from nbcode.figure.markup import decimal

sys.path.insert(0, str(ROOT / "_ext"))
from pages.live_figures import classic  # noqa: E402

w, b, x, L, lr = symbols("w b x L lr", real=True)
HARM = "__import__('os').abort()"
WIDGET = "application/vnd.jupyter.widget-view+json"


def line(name="line", **options):
    """A figure with one live line, y = w x, and what is given besides."""
    fig, ax = panel(xlabel="x", ylabel="y", xlim=(0, 1), ylim=(-2, 2))
    drawn, = ax.plot([], [], color=COLORS["green"])
    options = {"alt": "a line", "name": name, "sliders": [slider(w, -2, 2, 1)],
               "live": {drawn: curve(x, 0, 1, w*x)}, **options}
    return figure(fig, **options)


def one(kind, drawn, scale=None, **limits):
    """The only part of a figure whose artist, made by `kind(ax)`, follows `drawn`."""
    fig, ax = panel(xlim=(0, 1), ylim=(0, 1))
    ax.set(**(scale or {}))
    ax.set(**limits)
    part, = figure(fig, alt="one part", name="part", sliders=[slider(w, -2, 2, 1)], live={kind(ax): drawn}).parts
    return part


def a_line(ax, style="-"):
    return ax.plot([], [], style)[0]


def place(part, *points):
    """Where Matplotlib itself puts points, in the SVG's coordinates."""
    height = part.ax.figure.bbox.height
    return [(column, height - row) for column, row in part.ax.transData.transform(points)]


def coordinates(path):
    return np.array([pair.split() for pair in re.findall(r"[ML](\S+ [^MLhZ]+)", path)], float)


# -- what is refused -------------------------------------------------------------------------------------------

def dotted():
    return Chain({L: (w - 1)**2})


@pytest.mark.parametrize(("options", "words"), [
    ({"alt": " "}, "needs alt text"),
    ({"name": None}, "sliders and a name"),
    ({"sliders": ()}, "sliders and a name"),
    ({"name": "my figure"}, "'my figure' stands in the page's address"),
    ({"readouts": {"b": b}}, "uses b, which is neither"),
    ({"readouts": {"b": b}, "steps": {b: lr}}, "uses lr, which is neither"),
    ({"readouts": {"b": b}, "steps": {b: x, x: w}}, "uses x, which is neither"),
    ({"sliders": [slider(w, 0, 1, 0), slider(w, 0, 2, 1)]}, "two sliders have one name"),
    ({"sliders": [slider(w, 0, 1, 0), slider(STEPS, 0, 2, 1)]}, "or one is named steps"),
    ({"descent": live_descent(dotted(), (b,), 0.1)}, "descent uses b, which no slider shows"),
    ({"descent": live_descent(dotted(), (w,), lr)}, "descent uses lr, which no slider shows"),
    ({"descent": live_descent(dotted(), (w,), 2*w)}, "a number or a slider's symbol, not 2*w"),
    ({"descent": live_descent(dotted(), (w,), 0.1, clip=lr)}, "descent uses lr, which no slider shows"),
    ({"descent": live_descent(dotted(), (w,), 0.1, clip=2*w)}, "the clip of descent is a number or a slider's"),
    ({"descent": live_descent(Chain({L: (w*b - 1)**2}), (w,), 0.1)}, "uses b, which is neither"),
])
def test_refuses(options, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        line(**options)


@pytest.mark.parametrize("options", [
    {"readouts": {"w": HARM}}, {"descent": live_descent(dotted(), (w,), HARM)},
    {"descent": live_descent(dotted(), (w,), 0.1, clip=HARM)}])
def test_a_text_is_never_evaluated(options):
    with pytest.raises(TypeError, match="is no expression of one number"):
        line(**options)
    for drawn in (points((w, HARM)), curve(x, 0, 1, HARM)):
        with pytest.raises(TypeError, match="is no expression of one number"):
            one(a_line, drawn)


@pytest.mark.parametrize("numbers", [(0, 1, 2), (0, 1, -1), (1, 1, 1), (0, 1, 0.5, 0)])
def test_a_slider_starts_between_its_ends(numbers):
    with pytest.raises(ValueError, match="between its ends"):
        slider(w, *numbers)


@pytest.mark.parametrize(("kind", "drawn", "words"), [
    (lambda ax: ax.scatter([], []), points((w, w)), "cannot bind a PathCollection"),
    (lambda ax: ax.text(0, 0, ""), curve(x, 0, 1, x), "cannot bind a Text"),
    (a_line, label(w, w, w), "cannot bind a Line2D"),
    (a_line, cells(x, b, x, 2, 2, 0, 1), "cannot bind a Line2D"),
    (lambda ax: a_line(ax, "v"), points((w, w)), "has the marker 'o' or 's', not 'v'"),
    (a_line, points((b, 1)), "uses b, which is neither"),
    (lambda ax: a_line(panel()[1]), points((w, 1)), "no axes of this figure"),
])
def test_refuses_to_bind(kind, drawn, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        one(kind, drawn)


def test_named_steps_serve_readouts_points_and_curves_alike():
    """Forty steps that each use the one before twice: written out they would be 2 to the power 40 terms."""
    way, steps = [w], {}
    for k in range(40):
        way.append(Symbol(f"w{k}"))
        steps[way[-1]] = way[-2]*(2 - way[-2])
    fig, ax = panel(xlim=(0, 40), ylim=(0, 1))
    drawn, sampled = (ax.plot([], [])[0] for _ in range(2))
    picture = figure(fig, alt="a walk", name="walk", sliders=[slider(w, 0, 2, 0.25)], steps=steps,
                     readouts={"end": way[40]},
                     live={drawn: points(*enumerate(way)), sampled: curve(x, 0, 1, x*way[2])})
    walked = [0.25]
    for _ in range(40):
        walked.append(walked[-1]*(2 - walked[-1]))
    assert np.allclose(picture.parts[0].coordinates()[:, 1], walked) and picture.shown() == {"end": walked[40]}
    assert np.allclose(picture.parts[1].coordinates()[-1], [1, walked[2]])
    assert picture.shown(w=2)["end"] == 0 and len(picture.html) < 10_000


def test_refuses_numbers_for_what_no_slider_moves():
    with pytest.raises(ValueError, match="no slider is named b; there are w"):
        line(readouts={"w": w}).shown(b=1)
    with pytest.raises(ValueError, match="no slider is named b; there are w"):
        line().values = {b: 1}


# -- the SVG ---------------------------------------------------------------------------------------------------

def busy(name="busy"):
    """Two panels with something of everything."""
    chain = Chain({L: (w*exp(b) - 1)**2 + b**2 + log(1 + exp(w))})
    left, ax = panel(xlabel="x", title="Left", xlim=(0, 1), ylim=(0, 2))
    ax.plot([0, 1], [0, 1], "o", color=COLORS["data"], label="data")
    drawn, = ax.plot([], [], "--o", color="black", label="model")
    area, = ax.fill([], [], color=COLORS["blue"], alpha=0.3)
    word = ax.text(0, 0, "")
    ax.legend()
    right, ax = panel(xlabel="w", ylabel="b", xlim=(-1, 1), ylim=(-1, 1))
    image = ax.imshow([[0]], extent=(-1, 1, -1, 1), origin="lower", aspect="auto")
    way, = ax.plot([], [], "o-", color=COLORS["orange"])
    return figure(
        left, right, alt='Left "model" & data, right < the loss', name=name,
        sliders=[slider(w, -1, 1, 0.5), slider(b, -1, 1, 0), slider(lr, 0, 1, 0.1)],
        live={drawn: curve(x, 0, 1, w*x + b, 3), area: bar(0.5, w), word: label(0.1, 0.2, w),
              image: cells(w, b, chain.composed(), 4, 3, 0, 5), way: trail(w, b)},
        readouts={"L": chain.composed(), "dL/dw": (chain.composed().diff(w), 4)},
        descent=live_descent(chain, (w, b), lr))


def test_holds_nothing_that_differs_between_machines_or_pages():
    html = busy().html
    for absent in ("#000000", "DOCTYPE", "<style", "<?xml", "<metadata", "Matplotlib", "font-family", "<image"):
        assert absent not in html
    assert not re.search(r"\b20\d\d-\d\d", html)
    assert "currentColor" in html and "var(--nb-orange, #d55e00)" in html
    assert not re.search(r"<[^>]*\d\.\d{3}", re.sub(r' (value|data-value)="[^"]*"', "", html))


def test_speaks_its_alt_text_once_and_keeps_text_as_text():
    html = busy().html
    assert re.findall(r'role="img" aria-label="([^"]*)"', html) == [
        "Left &quot;model&quot; &amp; data, right &lt; the loss"]
    assert html.count("<svg") == 2 and html.count('<svg aria-hidden="true"') == 1
    assert {"Left", "data", "model", "x", "w", "b"} <= set(re.findall(r"<text [^>]*>([^<]*)</text>", html))


def test_words_and_numbers_of_a_text_stay_as_they_are():
    fig, ax = panel(xlabel="font-family: black 0.125 href=#a", xlim=(0, 1))
    ax.set_xticks([0.125, 0.5])
    html = figure(fig, alt="text").html
    assert ">font-family: black 0.125 href=#a<" in html and ">0.125<" in html


def test_ids_are_a_figure_s_own_and_every_reference_resolves():
    one, other = busy("one").html, busy("other").html
    ids = [re.findall(r' id="([^"]+)"', html) for html in (one, other)]
    assert len(ids[0]) > 8 and not {*ids[0]} & {*ids[1]}
    for html, mine in zip((one, other), ids, strict=True):
        used = re.findall(r'(?:href="|url\()#([^")]+)', html)
        assert len(mine) == len({*mine}) and {*used} <= {*mine} and len(used) > 8


def test_the_same_bytes_in_every_process():
    code = ("import hashlib, test_figure as t; b = t.busy()._repr_mimebundle_(); b.pop(t.WIDGET);"
            "print(hashlib.sha256(repr(b).encode()).hexdigest())")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    runs = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, encoding="utf-8",
                             env={**environment, "PYTHONHASHSEED": seed}) for seed in ("1", "2")]
    found = [run.communicate()[0] for run in runs]
    assert found[0] == found[1] and len(found[0]) == 65
    assert busy().html == busy().html


def test_mimebundle():
    picture = busy()
    bundle = picture._repr_mimebundle_()
    assert bundle["text/plain"] == f"<figure: {picture.alt}>"
    data = base64.b64decode(bundle["image/png"])
    image = Image.open(io.BytesIO(data))
    assert image.size == (800, 300) and len(data) < 30_000 and len(image.getcolors()) > 8
    assert bundle["text/html"].startswith("<figure") and bundle["text/html"].count("<script") == 1
    assert bundle[WIDGET]["model_id"]
    still = figure(panel()[0], alt="still")._repr_mimebundle_()
    assert sorted(still) == ["image/png", "text/html", "text/plain"] and "<script" not in still["text/html"]


# -- the live parts stand where Matplotlib would put them ------------------------------------------------------

def test_curve():
    part = one(a_line, curve(x, 0, 1, w*x**2, samples=5))
    t = np.linspace(0, 1, 5)
    expected = place(part, *zip(t, t**2/2, strict=True))
    np.testing.assert_allclose(coordinates(part.path({w: 0.5})), expected, atol=0.006)
    assert part.svg(0, "c").startswith('<path data-bound="0" clip-path="url(#c)" d="M')


def test_a_curve_may_run_over_the_symbol_of_a_slider():
    part = one(a_line, curve(w, 0, 1, w**2, samples=3))
    assert part.path({w: 0.3}) == part.path({w: 2})
    np.testing.assert_allclose(coordinates(part.path()), place(part, (0, 0), (0.5, 0.25), (1, 1)), atol=0.006)


@pytest.mark.parametrize("scale", [{"xscale": "log"}, {"yscale": "log"}, {"xscale": "log", "yscale": "log"}])
def test_logarithmic_axes(scale):
    part = one(a_line, curve(x, 1, 100, w*x, samples=3), scale=scale, xlim=(1, 100), ylim=(1, 1000))
    t = np.array([1, 10, 100]) if "xscale" in scale else np.array([1, 50.5, 100])
    np.testing.assert_allclose(coordinates(part.path({w: 2})), place(part, *zip(t, 2*t, strict=True)), atol=0.006)
    np.testing.assert_allclose(part.artist.get_xydata(), np.column_stack([t, t]))


def test_a_curve_has_a_gap_where_it_has_no_number_and_warns_of_nothing(recwarn):
    part = one(a_line, curve(x, -1, 1, sqrt(x**2 - 0.3) + 0*log(w), samples=9))
    assert part.path().count("M") == 2 and part.path().count("L") == 2
    one(a_line, points((w, w - 1), (w, w - 2)), scale={"yscale": "log"}, ylim=(1, 10))
    assert not recwarn.list


def test_points_tangent_and_bar():
    square = place(one(a_line, points((w, 1))), (0.2, 0.3), (0.4, 0.7))
    dots = one(lambda ax: a_line(ax, "o"), points((0.2, 0.3), (w, 0.7)))
    assert dots.path({w: 0.4}).count("h0") == 2
    np.testing.assert_allclose(coordinates(dots.path({w: 0.4})), square, atol=0.006)
    touch = one(a_line, tangent(w, w**2, 2*w, 0.1))
    np.testing.assert_allclose(touch.coordinates({w: 0.5}), [(0.4, 0.15), (0.6, 0.35)])
    area = one(lambda ax: ax.fill([], [])[0], bar(0.5, w, width=0.2, bottom=0.1))
    np.testing.assert_allclose(area.coordinates({w: 0.4}), [(0.4, 0.1), (0.4, 0.5), (0.6, 0.5), (0.6, 0.1)])
    assert area.path().endswith("Z") and "fill: " in area.svg(0, "c") and "stroke" not in area.svg(0, "c")


def test_a_line_with_markers_is_a_line_and_its_dots():
    fig, ax = panel()
    picture = figure(fig, alt="both", name="both", sliders=[slider(w, 0, 1, 0)],
                     live={a_line(ax, "s--"): points((0, 0), (w, 1))})
    assert [part.dots for part in picture.parts] == [False, True]
    assert "stroke-dasharray" in picture.html and "stroke-linecap: square" in picture.html


def test_trail_starts_at_its_point():
    part = one(a_line, trail(w, STEPS + 0.5))
    np.testing.assert_allclose(part.coordinates({w: 0.25}), [(0.25, 0.5)])


@pytest.mark.parametrize("scale", [{}, {"yscale": "log"}])
def test_label(scale):
    part = one(lambda ax: ax.text(0, 0, "", color=COLORS["loss"], ha="right"), label(w, 0.5, -w/8), scale,
               ylim=(0.1, 1))
    (left, top), = place(part, (1, 0.5))
    text = part.svg(3, "c")
    assert text.endswith(">−0.13</text>") and "text-anchor: end; fill: var(--nb-loss, #8a3ffc)" in text
    assert abs(float(re.search(r' x="([^"]+)"', text)[1]) - left) < 0.006
    assert abs(float(re.search(r' y="([^"]+)"', text)[1]) - top) < 0.006


def test_cells_lie_where_the_image_lies():
    def image(ax):
        return ax.imshow([[0]], extent=(0, 2, 0, 1), origin="lower", aspect="auto")

    part = one(image, cells(x, b, w*x + 0*b, 4, 2, 0, 2), xlim=(-1, 3), ylim=(-1, 2))
    np.testing.assert_allclose(part.shares({w: 1}), [[0.125, 0.375, 0.625, 0.875]]*2)
    np.testing.assert_allclose(part.shares({w: 2}), [[0.25, 0.75, 1, 1]]*2)
    rects = re.findall(r'<rect x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)" style="fill: (.*?)"/>',
                       part.svg(0, "c"))
    (left, top), (right, bottom) = place(part, (0, 0.5), (0.5, 0))
    corner, size = np.array(rects[0][:4], float).reshape(2, 2)
    assert len(rects) == 8
    np.testing.assert_allclose([corner, size - 0.3], [(left, top), (right - left, bottom - top)], atol=0.011)
    assert rects[0][4] == "color-mix(in oklab, var(--nb-orange, #d55e00) 75.0%, var(--nb-middle, #efefef))"
    assert rects[3][4] == "color-mix(in oklab, var(--nb-blue, #0072b2) 75.0%, var(--nb-middle, #efefef))"


# -- numbers and controls --------------------------------------------------------------------------------------

@pytest.mark.parametrize(("value", "digits", "text"), [
    (20.4236, 2, "20.42"), (-1.5, 1, "−1.5"), (-0.001, 2, "0.00"), (0.125, 2, "0.13"), (-0.125, 2, "−0.13"),
    (2.5, 0, "3"), (12345678.9, 2, "1.23e+7"), (-1e12, 1, "−1.0e+12"),
    (float("nan"), 2, "—"), (float("inf"), 2, "—"), (0.06123, "3s", "0.0612"), (14.461, "3s", "14.5"),
    (9.996, "3s", "10.0"), (0.09996, "3s", "0.100"), (0, "3s", "0.00"), (-12345, "3s", "−12345"),
    (1.5e-9, "3s", "1.50e−9"), (0.5, "1s", "0.5"), (-0.125, "2s", "−0.13"), (2e12, "3s", "2.00e+12"),
])
def test_decimal(value, digits, text):
    assert decimal(value, digits) == text


def test_readouts_and_controls():
    html = busy().html
    assert 'L = <output aria-live="off" data-index="0" data-digits="2" data-value>1.22</output>' in html
    assert html.count("<output") == html.count('aria-live="off"') == 3
    for name, words in (("w", "w"), ("lr", "learning rate")):
        assert re.search(rf'<input type="range" [^>]*data-name="{name}" [^>]*aria-label="{words}"', html)
    assert re.findall(r'data-do="(\w+)"', html) == ["step", "play", "reset", "copy"]
    assert re.findall(r'data-do="(\w+)"', line().html) == ["reset", "copy"]
    np.testing.assert_allclose(busy().shown(w=0, b=0)["L"], 1 + np.log(2), rtol=1e-15)


def test_whole_numbers_do_not_overflow():
    assert line(readouts={"large": 10**(8*w)}).shown(w=3) == {"large": 1e24}


def test_values_follow_and_go_beyond_the_slider_s_ends():
    picture = line()
    assert picture.values == {"w": 1.0}
    picture.values = {w: 5}
    assert picture.values == {"w": 5.0}
    assert picture.widget.children[0].value == 1  # the browser moves the slider, no further than its end


def test_the_scripts_are_small_and_need_nothing():
    folder = Path(nbcode.__file__).parent / "figure"
    module = (folder / "figure.mjs").read_text(encoding="utf-8")
    assert len(gzip.compress(classic(module).encode(), 9)) <= 4000  # as a page gets it
    picture = busy()
    for source in (module, (folder / "widget.mjs").read_text(encoding="utf-8"),
                   picture._repr_mimebundle_()["text/html"], picture.widget.children[-1]._esm):
        assert not re.search(r"\beval\b|new Function|\bimport\b|require\(|https?:", source)


# -- frames and links ------------------------------------------------------------------------------------------

def walked(**options):
    """A line, a word and a number of which each is seen from its frame on."""
    fig, ax = panel(xlim=(0, 1), ylim=(0, 1))
    drawn, word, number = a_line(ax), ax.text(0, 0, "J & K"), ax.text(0, 0, "")
    live = {drawn: shown(curve(x, 0, 1, w*x), FRAME >= 2), word: shown(label(0.5, w), Eq(FRAME, 3)),
            number: label(0.5, 0.5, w, "2s")}
    return figure(fig, alt="a walk", name="walk", sliders=[slider(w, -2, 2, 1)], live=live, readouts={"w": w},
                  **{"frames": ["First <w>.", "Then w = {w}.", "Last."], **options})


def test_what_is_shown_is_seen_from_its_frame_on():
    picture = walked()
    for frame, seen in ((1, [False, False, True]), (2, [True, False, True]), (3, [True, True, True])):
        assert [part.is_shown({FRAME: frame}) for part in picture.parts] == seen
    assert picture.html.count("visibility: hidden") == 2
    assert [part.artist.get_visible() for part in picture.parts] == [False, False, True]
    assert ">J &amp; K</text>" in picture.html and ">1.0</text>" in picture.html


def test_frames_have_sentences_of_which_one_is_seen_and_numbers_in_them():
    html = walked().html
    assert re.findall("<li(.*?)>", html) == [" class=now", "", ""] and "First &lt;w&gt;." in html
    assert 'Then w = <output aria-live="off" data-index="0" data-digits="2" data-value>1.00</output>.' in html
    row = re.search('<div class="nbfig-slider nbfig-stepper">(.*?)</div>', html)[1]
    assert re.findall('data-do="(.*?)"', row) == ["back", "next"] and 'min="1" max="3" data-name="frame"' in row
    assert html.index("nbfig-frames") < html.index("nbfig-stepper") < html.index('data-name="w"')
    assert walked().start == {"frame": 1, "w": 1}
    with pytest.raises(ValueError, match="a frame says {J}, which is no readout; there are w"):
        walked(frames=["J is {J}.", ""]).html  # noqa: B018


def test_linked_artists_bear_a_name_and_each_name_is_one_stop():
    fig, ax = panel()
    word, line = ax.text(0.5, 0.5, "w₁"), a_line(ax)
    arrow = ax.annotate("", (1, 1), (0, 0), arrowprops={"arrowstyle": "->"})
    entry, other = ax.text(0, 0, "1"), ax.text(1, 0, "")
    ax.plot([0, 1], [0, 1])
    picture = figure(fig, alt="linked", name="linked", sliders=[slider(w, 0, 1, 1)], live={line: points((w, 1))},
                     linked={(word, arrow, line): "w1", entry: "w1 w2", other: "w2"})
    assert sorted(re.findall('data-link="(.*?)"', picture.html)) == ["w1", "w1", "w1", "w1 w2"]  # "" is not drawn
    assert picture.html.count('tabindex="0" role="img"') == 2
    assert '<svg role="group" aria-label="linked"' in picture.html and "nblink" not in picture.html
    assert re.search('<g data-link="w1"[^>]*>\\s*<path d="([^"]*)"[^>]*/><path d="\\1" fill="none" stroke="transp',
                     picture.html)
    assert re.search('<path data-bound="0" data-link="w1" clip', picture.html)


def test_linked_artists_need_no_slider_but_a_name():
    fig, ax = panel()
    linked = {ax.text(0, 0, "w"): "w"}
    bundle = figure(fig, alt="linked", name="linked", linked=linked)._repr_mimebundle_()
    assert "nbcode.mount(" in bundle["text/html"] and 'data-live="off"' in bundle["text/html"]
    with pytest.raises(ValueError, match="sliders and a name"):
        figure(fig, alt="linked", linked=linked)
    with pytest.raises(ValueError, match="linked by a name, not by ' '"):
        figure(fig, alt="linked", name="linked", linked={a_line(ax): " "})
    with pytest.raises(ValueError, match="a Line2D is linked that stands in no axes of this figure"):
        figure(fig, alt="linked", name="linked", linked={a_line(panel()[1]): "w"})


def test_files_are_read_as_utf_8_on_every_system():
    code = "import test_figure as t; p = t.busy(); p.widget; assert '\\u2212' in p.widget.children[-1]._esm"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([f"{ROOT}", f"{Path(__file__).parent}"]),
                   "PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def test_no_text_is_too_small_for_a_phone():
    """A panel fills a phone's column of 342 pixels; its words have 10 there, and larger ones stay as they are."""
    for width in (3, 4, 4.6):
        fig, ax = panel(width=width, xlim=(0, 1))
        small, large = ax.text(0, 0, "small", fontsize=5), ax.text(0, 0, "large", fontsize=20)
        figure(fig, alt="words")
        assert small.get_fontsize()*342/(72*width) == pytest.approx(10)
        assert large.get_fontsize() == 20 and ax.xaxis.label.get_fontsize() >= 10
        assert all(text.get_fontsize()*342/(72*width) > 9.99 for text in ax.get_xticklabels())

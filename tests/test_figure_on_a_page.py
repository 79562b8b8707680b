"""What a reader does to a figure: boxes, frames, links, the address; in both browsers, on a page of its own."""
import sys

import pytest
from browser import ROOT
from sympy import Eq, symbols

from nbcode.chain import Chain
from nbcode.figure import FRAME, figure, label, live_descent, panel, points, shown, slider
from nbcode.figure.picture import MODULE, STYLESHEET

sys.path.insert(0, str(ROOT / "_ext"))
from pages.live_figures import classic  # noqa: E402

w, p, B, L, lr = symbols("w p B L lr", real=True)


def one():
    fig, ax = panel(xlim=(-3, 3), ylim=(0, 3))
    dot, = ax.plot([], [], "o")
    word, number = ax.text(0, 0, "here"), ax.text(0, 0, "")
    entry, other = ax.text(1, 1, "entry"), ax.plot([0, 1], [2, 2])[0]
    return figure(fig, alt="one", name="one", frames=["First.", "Then {w}.", "Last."], readouts={"w": (w, "3s")},
                  sliders=[slider(w, -3, 3, 1), slider(p, 0, 1, 0.5), slider(B, 1, 32, 8, step=1)],
                  live={dot: points((w, 1)), word: shown(label(0, 1), Eq(FRAME, 2)),
                        number: shown(label(0, 2, w), FRAME >= 2)},
                  linked={entry: "w₁", other: "w₁", ax.text(2, 2, "alone"): "w₂"})


def two():
    """Descent whose derivative is 0 left of 0, as where a rectifier is dead."""
    fig, _ = panel()
    return figure(fig, alt="two", name="two", readouts={"w": w},
                  sliders=[slider(w, -1, 1, 0.5), slider(lr, 0, 1, 0.1)],
                  descent=live_descent(Chain({L: ((w + abs(w)) / 2 - 1)**2}), (w,), lr))


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    page = tmp_path_factory.mktemp("page") / "figures.html"
    bodies = "<p style='height: 3000px'></p>".join(each()._repr_mimebundle_()["text/html"] for each in (one, two))
    page.write_text("<!doctype html><html lang=en><meta charset=utf-8><title>figures</title>"
                    f"<style>{STYLESHEET.read_text(encoding='utf-8')}</style>"
                    f"<script>{classic(MODULE.read_text(encoding='utf-8'))}</script>{bodies}", encoding="utf-8")
    return page.as_uri()


class Chromium:
    def __init__(self, browser):
        self.page = browser.new_page()

    def open(self, url):
        self.page.goto("about:blank")
        self.page.goto(url)

    def run(self, script, *given):
        return self.page.evaluate(f"arguments => {{ {script} }}", list(given))


class Firefox:
    def __init__(self, client):
        self.client = client

    def open(self, url):
        self.client.navigate("about:blank")
        self.client.navigate(url)

    def run(self, script, *given):
        return self.client.execute_script(script, list(given))


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def reader(request, browser):
    """One window of each browser for all pages: a new one costs more than a load."""
    if request.param == "firefox":
        yield Firefox(request.getfixturevalue("firefox"))
        return
    chromium = Chromium(browser)
    yield chromium
    chromium.page.close()


TYPE = """
  const [name, text] = arguments, all = (what) => document.querySelector(`#fig-one ${what}`);
  const box = all(`input:not([type=range])[data-name=${name}]`);
  const range = all(`input[type=range][data-name=${name}]`);
  box.focus(); box.value = text;
  box.dispatchEvent(new Event("input", {bubbles: true})); box.dispatchEvent(new Event("change", {bubbles: true}));
  return [box.value, range.value, all("[role=status]").textContent];
"""


@pytest.mark.parametrize(("name", "text", "held", "words"), [
    ("w", "−0.5", -0.5, ""), ("w", "-0,5", -0.5, ""), ("w", "1,5", 1.5, ""), ("w", "1e-1", 0.1, ""),
    ("w", "abc", 1, "Not a number"), ("w", "", 1, "Not a number"), ("p", "2", 1, "p goes from 0 to 1 in steps of"),
    ("w", "1e9", 3, "w goes from"), ("B", "2.5", 3, "B goes from 1 to 32"), ("B", "−2", 1, "B goes from 1 to 32"),
    ("w", "0.123", 0.12, "in steps of 0.01"),
])
def test_a_box_and_its_slider_agree(reader, url, name, text, held, words):
    reader.open(url)
    box, ranged, status = reader.run(TYPE, name, text)
    assert float(box.replace("−", "-")) == float(ranged) == held
    assert words in status and bool(words) == bool(status)


WALK = """
  const [press] = arguments, root = document.querySelector("#fig-one");
  const seen = (one) => getComputedStyle(one).visibility === "visible";
  if (press) root.querySelector(`[data-do=${press}]`).click();
  return [[...root.querySelectorAll(".nbfig-frames li")].filter(seen).map((one) => one.textContent),
          [...root.querySelectorAll("[data-bound]")].map(seen), root.querySelector("[data-name=frame]").value];
"""


def test_frames_go_forth_and_back_and_stop_at_their_ends(reader, url):
    reader.open(url)
    first = [["First."], [True, False, False], "1"]
    second, third = [["Then 1.00."], [True, True, True], "2"], [["Last."], [True, False, True], "3"]
    presses = ["", "back", "next", "next", "next", "back", "back"]
    assert [reader.run(WALK, press) for press in presses] == [first, first, second, third, third, second, first]


LIGHT = """
  const [what] = arguments, root = document.querySelector("#fig-one");
  const count = (one) => root.querySelectorAll(one).length;
  const link = root.querySelector("[data-link=w₁][tabindex]");
  if (what === "focus") link.focus();
  else link.dispatchEvent(new PointerEvent(what, {bubbles: true}));
  const now = [count(".lit"), count("[data-link=w₁].lit")];
  link.blur();
  root.dispatchEvent(new PointerEvent("pointerleave"));
  return [...now, count(".lit"), count("[data-link][tabindex]")];
"""


@pytest.mark.parametrize("what", ["pointerover", "focus", "click"])
def test_what_belongs_together_lights_up_together(reader, url, what):
    reader.open(url)
    assert reader.run(LIGHT, what) == [2, 2, 0, 2]


PRESS = """
  const root = document.querySelector("#fig-two");
  const state = () => root.querySelector("output[data-value]").textContent;
  const before = state(); root.querySelector("[data-do=step]").click();
  return [before, state(), root.querySelector("[role=status]").textContent];
"""


def test_where_the_slope_is_0_it_is_said(reader, url):
    reader.open(f"{url}#two=w:-0.5")
    assert reader.run(PRESS) == ["−0.50", "−0.50",
                                 "Stopped after 1 step: the slope is exactly 0 here, so nothing changes."]


def test_a_link_goes_to_the_figure_last_changed(reader, url):
    tops = "return ['#fig-one', '#fig-two'].map((one) => document.querySelector(one).getBoundingClientRect().top);"
    reader.open(f"{url}#one=w:2&two=w:0.25")
    above, here = reader.run(tops)
    assert above < -1000 and -300 < here < 1000
    assert reader.run(TYPE, "w", "2.5")[0] == "2.5"
    assert reader.run("return location.hash;") == "#two=w:0.25&one=w:2.5"
    reader.open(f"{url}#two=w:0.25&one=w:2.5")
    assert -300 < reader.run(tops)[0] < 1000


def test_an_address_keeps_to_the_sliders(reader, url):
    reader.open(f"{url}#one=p:7,B:2.6,frame:9,nothing:3")
    values = "return ['p', 'B', 'frame'].map((name) => document.querySelector(`[data-name=${name}]`).value);"
    assert reader.run(values) == ["1", "3", "3"]

"""Every live figure of the built book, in a real browser: its sliders are moved, its numbers are NumPy's."""
import json
import math
import re
import statistics
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from browser import PHONE, ROOT, SET, Watch, too_wide, until
from remembered import load
from test_light import absolute, is_near

from nbcode.figure import FRAME
from nbcode.figure.markup import decimal

LIVE = [path.stem for path in sorted(ROOT.glob("book/*.ipynb"))
        if re.search("(sliders|frames|linked)=", path.read_text(encoding="utf-8"))]
# A figure in a closed step aside or solution is tried once that is opened.
OPEN = """() => {
  window.opened = [...document.querySelectorAll("details:has(.nbfig):not([open])")];
  for (const one of opened) one.open = true;
}"""
CLOSE = """() => {
  for (const one of opened) one.open = false;
  document.activeElement.blur();
  scrollTo({top: document.body.scrollHeight, behavior: "instant"});
  localStorage.clear();
}"""
PROBE = """window.probe = {
  figure: (id) => document.getElementById(id),
  all: (id, selector) => [...probe.figure(id).querySelectorAll(selector)],
  slider: (id, name) => probe.all(id, `input[type=range][data-name="${name}"]`)[0],
  box: (id, name) => probe.all(id, `input:not([type=range])[data-name="${name}"]`)[0],
  press: (id, what, times = 1) => { for (; times; times--) probe.all(id, `[data-do=${what}]`)[0].click(); },
  watch: (id) => {
    probe.draws = 0;
    const path = probe.all(id, "[data-bound][d]")[0];
    new MutationObserver((all) => { probe.draws += all.length; }).observe(path, {attributeFilter: ["d"]});
  },
  drawn: () => probe.draws,
  playing: (id) => probe.all(id, "[data-do=play]")[0].textContent === "Pause",
  status: (id) => probe.all(id, "[role=status]")[0]?.textContent ?? "",  // a figure to touch says nothing
  at: (id, name) => probe.slider(id, name).valueAsNumber,
  settle: (id) => { probe.all(id, "input[type=range]")[0].dispatchEvent(new Event("change", {bubbles: true})); },
  focused: () => [document.activeElement.ariaValueText, getComputedStyle(document.activeElement).outlineStyle],
  steps: (id) => probe.all(id, "output[data-steps]").map((one) => Number(one.textContent))[0],
  frames: async (count) => { for (; count; count--) await new Promise(requestAnimationFrame); },
  type: (id, name, value) => {
    const input = probe.box(id, name);
    input.value = value;
    input.dispatchEvent(new Event("input", {bubbles: true}));
  },
  read: (id) => ({
    numbers: probe.all(id, ".nbfig-numbers output[data-value]").map((one) => String(one.dataset.value)),
    texts: probe.all(id, ".nbfig-numbers output[data-value]").map((one) => one.textContent),
    captions: probe.all(id, ".nbfig-frames li").filter((one) => getComputedStyle(one).visibility === "visible")
      .map((one) => one.textContent),
    steps: probe.steps(id),
    status: probe.status(id),
    drawn: probe.all(id, "[data-bound]").sort((a, b) => a.dataset.bound - b.dataset.bound).map((one) =>
      ({d: one.getAttribute("d"), x: one.getAttribute("x"), y: one.getAttribute("y"), text: one.textContent,
        seen: getComputedStyle(one).visibility === "visible",
        fills: [...one.children].map((cell) => cell.style.fill)})),
  }),
  move: (id, at) => {
    const real = {};
    for (const [name, value] of Object.entries(at)) {
      const input = probe.slider(id, name);
      input.value = value;
      input.dispatchEvent(new Event("input", {bubbles: true}));
      real[name] = input.valueAsNumber;  // the figure has put it on its step: Firefox leaves 6e-18 for 0
    }
    return {at: real, ...probe.read(id)};
  },
  tour: (id, positions) => positions.map((at) => probe.move(id, at)),
  race: (id, name, values) => {
    const start = performance.now();
    for (const value of values) probe.type(id, name, value);
    return (performance.now() - start) / values.length;
  },
  walk: (id, count) => Array.from({length: count}, () => { probe.press(id, "step"); return probe.read(id); }),
  state: async (id) => {
    probe.all(id, "[role=status]")[0].textContent = "";
    probe.press(id, "copy");
    while (!probe.status(id)) await new Promise(setTimeout);
    return probe.status(id);
  },
  fits: (id) => ({
    sides: probe.all(id, "svg, input, button, output").map((one) => one.getBoundingClientRect())
      .flatMap(({left, right}) => [left, right]),
    sizes: probe.all(id, "svg text").map((text) => {
      const svg = text.ownerSVGElement, scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      const parts = text.children.length ? [...text.children] : [text];
      return scale * Math.max(...parts.map((part) => parseFloat(getComputedStyle(part).fontSize)));
    }),
    heights: probe.all(id, "input, button").map((one) => one.offsetHeight),
  }),
};"""
ASK = """async (calls) => {
  const found = [];
  for (const [what, ...given] of JSON.parse(calls)) {
    const made = probe[what](...given);
    found.push(made instanceof Promise ? await made : made ?? null);
  }
  return JSON.stringify(found);
}"""


@cache
def pictures(chapter):
    """The live figures that the notebook makes, {id: Picture}."""
    return load(ROOT / "book" / f"{chapter}.ipynb")


class Figures:
    """The figures of an open page, beside what Python has of them."""

    def __init__(self, page, chapter):
        self.page, self.figures = page, pictures(chapter)
        self.ready()
        self.found = self.shown()

    def ready(self):
        self.page.wait_for_function(
            "count => document.querySelectorAll('.nbfig[data-live=on]').length === count", arg=len(self.figures))
        self.page.wait_for_function(SET)
        self.page.evaluate(PROBE)
        self.page.evaluate(OPEN)

    def leave(self):
        """Leave the page as it was found, read to its end: what is asked next must not depend on the figures."""
        self.each(lambda id, _: [("press", id, "reset")])
        self.page.mouse.move(-1, -1)
        self.page.evaluate(CLOSE)
        assert not [id for id, shown in self.shown().items() if shown != self.found[id]]

    def shown(self):
        return dict(zip(self.figures, self.do(*[("read", id) for id in self.figures]), strict=True))

    def do(self, *calls):
        """What the probe's functions give, each (name, arguments…): at one go, so that no frame comes between."""
        return json.loads(self.page.evaluate(ASK, json.dumps(calls)))

    def each(self, calls):
        """[(figure, what the calls for it give)] of each figure with sliders, the calls by its id and itself."""
        found = iter(self.do(*[call for one in self.moved() for call in calls(*one)]))
        return [(picture, [next(found) for _ in calls(id, picture)]) for id, picture in self.moved()]

    def moved(self):
        """The figures with sliders."""
        return [(id, picture) for id, picture in self.figures.items() if picture.sliders]

    def boxes(self):
        """The first slider of each figure that has a box for its number: all but the frames."""
        firsts = [(id, [each for each in picture.sliders if not picture.frames or each.symbol != FRAME])
                  for id, picture in self.figures.items()]
        return [(id, sliders[0]) for id, sliders in firsts if sliders]

    def descents(self):
        return [(id, picture) for id, picture in self.figures.items() if picture.descent]


@pytest.fixture(scope="module", params=LIVE)
def chapter(request):
    return request.param


def figures(reader, chapter, size):
    opened = reader(f"book/{chapter}.html", size)
    asked = Figures(opened.page, chapter)
    yield asked
    asked.leave()
    assert not opened.watch.complaints


@pytest.fixture(scope="module")
def opened(reader, chapter):
    yield from figures(reader, chapter, "desk")


@pytest.fixture
def on_a_phone(reader, chapter):
    yield from figures(reader, chapter, "phone")


def evaluated(said):
    """The sliders' numbers, from what Copy as Python says."""
    return eval(said.removeprefix("Copied: "), {"dict": dict})


def positions(picture):
    """Each slider alone at its ends and in between; then all of them anywhere."""
    rng, places = np.random.default_rng(1), [picture.start]
    for each in picture.sliders:
        for share in (0, 0.25, 0.5, 0.75, 1):
            places.append({**picture.start, str(each.symbol): each.low + share*(each.high - each.low)})
    for _ in range(10):
        places.append({str(each.symbol): rng.uniform(each.low, each.high) for each in picture.sliders})
    return [{name: float(value) for name, value in place.items()} for place in places]


def assert_same(found, expected, tolerance=1e-12):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


def assert_same_path(found, expected, tolerance=0.02):
    number = r"-?\d+(?:\.\d+)?"
    assert re.sub(number, "#", found) == re.sub(number, "#", expected)
    found, expected = (np.array(re.findall(number, path), float) for path in (found, expected))
    np.testing.assert_allclose(found, expected, atol=tolerance, rtol=0)


RIGHT = set()  # what has been found right, in whichever browser


def check(picture, at, found):
    """Assert that the page shows at these values what Python computes for them."""
    what = id(picture), hash(str((at, [found[each] for each in ("numbers", "texts", "drawn", "captions")])))
    if what not in RIGHT:
        compare(picture, at, found)
        RIGHT.add(what)


def compare(picture, at, found):
    numbers = [float(text.replace("Infinity", "inf")) for text in found["numbers"]]
    assert_same(numbers, list(picture.shown(at).values()))
    digits = [digits for _, digits in picture.readouts.values()]
    assert found["texts"] == [decimal(*pair) for pair in zip(numbers, digits, strict=True)]
    assert len(found["drawn"]) == len(picture.parts)
    assert len(found["captions"]) == bool(picture.frames)
    for part, drawn in zip(picture.parts, found["drawn"], strict=True):
        assert drawn["seen"] == part.is_shown(at)
        if part.is_grid:
            check_cells(part, at, drawn["fills"])
        elif part.is_label:
            spot = np.nan_to_num(part.pixels(at)[0], nan=-9999)
            np.testing.assert_allclose([float(drawn["x"]), float(drawn["y"])], spot, atol=0.02)
            assert drawn["text"] == part.text(at)
        else:
            assert_same_path(drawn["d"], part.path(at))


def check_cells(part, at, fills):
    for fill, share in zip(fills, part.shares(at).ravel(), strict=True):
        end, percent = re.search(r"var\(--nb-(\w+),.*?\) ([\d.]+)%", fill).groups()
        assert float(percent) == pytest.approx(abs(200*share - 100), abs=0.051)
        assert end == part.options["to" if share >= 0.5 else "from"] or float(percent) < 0.051


def test_there_are_live_figures():
    assert LIVE


def test_the_page_has_the_notebook_s_figures(opened):
    on_page = opened.page.locator(".nbfig[data-live]").evaluate_all("all => all.map((one) => one.id)")
    assert sorted(on_page) == sorted(opened.figures) != []
    ids = opened.page.locator("[id]").evaluate_all("all => all.map((one) => one.id)")
    assert not {id for id in ids if id.startswith("fig-") and ids.count(id) > 1}


def test_every_slider_moves_every_number_and_every_path(opened):
    tours = opened.do(*[("tour", id, positions(picture)) for id, picture in opened.figures.items()])
    for picture, found in zip(opened.figures.values(), tours, strict=True):
        if not picture.sliders:
            continue
        for what in ["drawn", "numbers"][:1 + bool(picture.readouts)]:
            assert len({str(each[what]) for each in found}) > 1
        for each in found:
            check(picture, each["at"], each)


def test_numbers_can_be_typed_and_redraws_are_timed(opened):
    for id, first in opened.boxes():
        picture, name = opened.figures[id], str(first.symbol)
        steps = np.linspace(0, int((first.high - first.low)/first.step + 1e-9), 50).astype(int)
        values = [round(first.low + k*first.step, 9) for k in steps.tolist()]
        rounds = [values[k::5] for k in range(5)]  # the last of each is no end of the slider, but for one
        calls = [call for typed in rounds for call in (("race", id, name, typed), ("read", id))]
        found = opened.do(("press", id, "reset"), *calls)[1:]
        for typed, each in zip(rounds, found[1::2], strict=True):
            check(picture, {**picture.start, name: typed[-1]}, each)
        print(f"\n{id}: {1000*statistics.median(found[::2]):.0f} µs a redraw", end="")


def test_copy_as_python_gives_the_numbers_shown(opened):
    found = opened.each(lambda id, picture: [("move", id, positions(picture)[-1]), ("state", id)])
    for picture, (moved, said) in found:
        state = evaluated(said)
        assert state == moved["at"]
        check(picture, state, moved)


def test_reset_returns_to_the_start(opened):
    found = opened.each(lambda id, picture: [("move", id, positions(picture)[-1]), ("press", id, "reset"),
                                             ("state", id), ("read", id)])
    for picture, (_, _, said, shown) in found:
        assert evaluated(said) == picture.start
        check(picture, picture.start, shown)


@pytest.fixture(scope="module")
def in_firefox(firefox, address, chapter):
    firefox.navigate(f"{address}/book/{chapter}.html")
    until(firefox, "!document.querySelector('.nbfig[data-live=off]')")
    return firefox


def test_firefox_shows_the_same_numbers(in_firefox, chapter):
    """Every live figure in another browser, over the same positions."""
    figures = pictures(chapter)
    live = in_firefox.execute_script(PROBE + "return document.querySelectorAll('.nbfig[data-live=on]').length;",
                                     sandbox=None)
    assert live == len(figures)
    for id, picture in figures.items():
        given = [id, positions(picture)]
        for each in in_firefox.execute_script("return probe.tour(...arguments);", given, sandbox=None):
            check(picture, each["at"], each)


def test_the_page_fits_in_firefox(in_firefox):
    assert not too_wide(in_firefox)


def descended(picture, count, **at):
    """The states after 0, 1, 2, … steps of gradient descent, in NumPy on the chain's gradient; and the moves."""
    start = picture.start | at
    chain, learn = picture.descent.chain, [str(p) for p in picture.descent.learn]
    slopes, states, moves = chain.numpy(chain.loss, wrt=picture.descent.learn), [start], []
    rate = float(start.get(str(picture.descent.rate), picture.descent.rate))
    clip = float(start.get(str(picture.descent.clip), picture.descent.clip or np.inf))
    for k in range(count):
        gradient = np.array(slopes({**states[-1], "steps": k})[1:], float)  # who is in the batch may follow from k
        shorter = min(1, clip/max(np.linalg.norm(gradient), 1e-300))
        moves.append((rate*shorter*gradient).tolist())
        moved = {name: states[-1][name] - move for name, move in zip(learn, moves[-1], strict=True)}
        states.append({**states[-1], **moved})
    return states, moves


def test_steps_are_numpy_s_gradient_descent(opened):
    for id, picture in opened.descents():
        _, found, said = opened.do(("press", id, "reset"), ("walk", id, 6), ("state", id))
        states, moves = descended(picture, 6)
        for k, each in enumerate(found):
            at = {**states[k + 1], "steps": k + 1}
            assert_same([float(text) for text in each["numbers"]], list(picture.shown(at).values()), 1e-9)
            assert each["steps"] == k + 1
            still = re.match("Done|Stopped.*exactly 0", each["status"])
            assert bool(still) == (max(map(abs, moves[k])) <= picture.descent.tolerance)
        assert_same([*evaluated(said).values()], [*states[6].values()], 1e-9)
        for part, drawn in zip(picture.parts, found[5]["drawn"], strict=True):
            if "trail" in part.options:
                spots = [part.pixels({**at, "steps": k})[0] for k, at in enumerate(states)]
                pairs = np.array(re.findall(r"[ML](\S+?) ([-\d.]+)", drawn["d"]), float)
                np.testing.assert_allclose(pairs, spots, atol=0.02)


def test_clipped_steps_are_numpy_s(opened):
    for id, picture in opened.descents():
        limits = [each for each in picture.sliders if each.symbol == picture.descent.clip]
        for name, low in [(str(each.symbol), each.low) for each in limits]:
            said = opened.do(("press", id, "reset"), ("type", id, name, low), ("press", id, "step", 12),
                             ("state", id), ("press", id, "reset"))[-2]
            states, moves = descended(picture, 12, **{name: low})
            rate = float(picture.start.get(str(picture.descent.rate), picture.descent.rate))
            lengths = [np.linalg.norm(move)/rate for move in moves]
            assert max(lengths) == pytest.approx(low, rel=1e-12)  # the limit is met
            assert_same([*evaluated(said).values()], [*states[12].values()], 1e-9)


def products(picture):
    """[(k, others)]: which of the numbers shown are the product of which others; and the places that told."""
    labels = [part.last for part in picture.parts if part.is_label and part.is_number]
    shown = [*range(len(picture.readouts)), *labels]
    rng, grids = np.random.default_rng(0), [np.arange(each.low, each.high, each.step) for each in picture.sliders]
    places = [{str(each.symbol): float(rng.choice(grid))
               for each, grid in zip(picture.sliders, grids, strict=True)} for _ in range(12)]
    values = np.array([np.array(picture.numbers(at))[shown] for at in places])
    moving = [k for k in range(len(shown)) if len({*values[:, k]}) > 2]
    found = []
    for size in (2, 3, 4):
        some = np.array([*combinations(moving, size)], int).reshape(-1, size)
        for k in moving:
            left = some[(some != k).all(axis=1)]
            for row in values:  # those that are the product at one place after another
                left = left[np.isclose(row[left].prod(axis=1), row[k], rtol=1e-7, atol=0)]
            found += [(k, others) for others in left]
    return [(shown[k], [shown[j] for j in others]) for k, others in found], places


def test_factors_that_are_shown_give_the_product_that_is_shown(chapter):
    """A reader who multiplies what stands there gets what stands there, to about the digits shown."""
    for id, picture in pictures(chapter).items():
        digits = {k: few for k, (_, few) in enumerate(picture.readouts.values())}
        digits |= {part.last: part.options["digits"] for part in picture.parts if part.is_label}
        found, places = products(picture)
        for at in places:
            numbers = picture.numbers(at)
            texts = {k: decimal(numbers[k], few).replace("−", "-") for k, few in digits.items() if few is not None}
            for k, others in found:
                gap = abs(float(texts[k]) - math.prod(float(texts[j]) for j in others))
                last = 0.51*10**-len(texts[k].partition(".")[2])
                assert gap <= max(last, 0.006*(len(others) + 1)*abs(numbers[k])), (id, at, texts[k], others, texts)


def test_play_and_pause(opened):
    ids, paused = [id for id, _ in opened.descents()], {}
    for id in ids:
        opened.do(("press", id, "reset"), ("watch", id))
        play = opened.page.locator(f"#{id} [data-do=play]")
        play.click()
        playing, status = opened.do(("playing", id), ("status", id))
        assert playing != bool(status)
        opened.page.wait_for_function("id => probe.steps(id) >= 2 || probe.status(id)", arg=id)
        if opened.do(("playing", id))[0]:
            play.click()
        playing, paused[id], drawn = opened.do(("playing", id), ("read", id), ("drawn",))
        assert not playing and drawn <= paused[id]["steps"] + 2  # by steps and clicks, not by every frame
    _, *later = opened.do(("frames", 20), *[("read", id) for id in ids])
    for id, each in zip(ids, later, strict=True):
        assert each == paused[id] and each["steps"] >= 1
        assert opened.do(("press", id, "reset"), ("read", id))[1]["steps"] == 0


def test_play_jumps_to_its_end_where_motion_is_unwanted(opened):
    opened.page.emulate_media(reduced_motion="reduce")
    for id, _ in opened.descents():
        opened.do(("press", id, "reset"))
        opened.page.locator(f"#{id} [data-do=play]").click()
        _, end, _ = opened.do(("frames", 2), ("read", id), ("press", id, "reset"))
        assert re.match(r"(Done|Stopped|Diverged) after ([1-9]\d*) step", end["status"])[2] == str(end["steps"])
    opened.page.emulate_media(reduced_motion="no-preference")


def test_a_huge_learning_rate_is_stopped_in_time(opened):
    for id, picture in opened.descents():
        rate = str(picture.descent.rate)
        if rate not in picture.start:
            continue
        _, _, most, before, _, end, after, _, back = opened.do(
            ("press", id, "reset"), ("type", id, rate, "1e9"), ("at", id, rate), ("state", id),
            ("press", id, "step", 50), ("read", id), ("state", id), ("press", id, "reset"), ("state", id))
        assert evaluated(before)[rate] == most  # the box asks for no more than the slider has
        assert re.match("Diverged (after [1-9]|at the first)|Done after|Stopped after|$", end["status"])
        assert np.isfinite([float(text) for text in end["numbers"]]).all()
        assert max(abs(value) for name, value in evaluated(after).items() if name != rate) < 1e6
        assert evaluated(back) == picture.start


def test_keyboard(opened):
    opened.each(lambda id, _: [("press", id, "reset")])
    for id, picture in opened.moved():
        first = picture.sliders[0]
        slider = opened.page.locator(f"#{id} input[type=range]").first
        slider.focus()
        forth = first.start + first.step <= first.high
        opened.page.keyboard.press("ArrowRight" if forth else "ArrowLeft")
        (told, outline), said, shown = opened.do(("focused",), ("state", id), ("read", id))
        state = evaluated(said)
        moved = state[str(first.symbol)]
        assert 0.5*first.step < (moved - first.start)*(1 if forth else -1) < 1.5*first.step
        assert float(told) == pytest.approx(moved, abs=1e-4) and outline != "none"
        check(picture, state, shown)


def test_the_address_keeps_the_numbers_of_each_figure(opened):
    moved = opened.each(lambda id, picture: [("move", id, positions(picture)[-1]), ("settle", id)])
    opened.page.reload(wait_until="load")
    opened.ready()
    found = opened.each(lambda id, _: [("state", id), ("read", id)])
    for (picture, (said, shown)), (_, (before, _)) in zip(found, moved, strict=True):
        assert evaluated(said) == before["at"]
        check(picture, before["at"], shown)
    opened.each(lambda id, _: [("press", id, "reset")])
    assert "=" not in opened.page.evaluate("location.hash")


def test_phone(on_a_phone):
    for fits in on_a_phone.do(*[("fits", id) for id in on_a_phone.figures]):
        assert min(fits["sides"]) >= 0 and max(fits["sides"]) <= PHONE["width"]
        assert fits["sizes"] and min(fits["sizes"]) >= 9.99
        assert min(fits["heights"], default=24) >= 24  # a figure to touch has none


STANDS = """(ids) => {
  for (const one of document.querySelectorAll("section:has(.nbfig)")) one.style.contentVisibility = "visible";
  return ids.map((id) => {
    const all = (selector) => [...document.getElementById(id).querySelectorAll(selector)];
    return {
      height: all("svg")[0].getBoundingClientRect().height,
      controls: all(".nbfig-controls").filter((one) => one.getClientRects().length).length,
      frames: all(".nbfig-frames li").map((one) => getComputedStyle(one).visibility),
      texts: all(".nbfig-numbers output[data-value]").map((one) => one.textContent),
      drawn: Object.fromEntries(all("[data-bound]").map((one, k) =>
        [one.dataset.bound || k, one.getAttribute("d")])),
    };
  });
}"""


@pytest.fixture(scope="session")
def without_scripts(browser, address):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    yield page, Watch(page, address)
    context.close()


def test_without_scripts_the_picture_stands_alone(chapter, without_scripts, address):
    page, watch = without_scripts
    page.goto(f"{address}/book/{chapter}.html", wait_until="load")
    page.evaluate(OPEN)
    figures = pictures(chapter)
    for picture, seen in zip(figures.values(), page.evaluate(STANDS, [*figures]), strict=True):
        assert seen["height"] > 150
        assert not picture.sliders or not seen["controls"]
        assert seen["frames"] == ["visible"]*len(picture.frames)
        assert seen["texts"] == [decimal(number, digits) for number, (_, digits) in zip(
            picture.shown().values(), picture.readouts.values(), strict=True)]
        for k, part in enumerate(picture.parts):
            if not part.is_grid and not part.is_label and not part.is_shown():
                assert seen["drawn"][str(k)] is None  # the script that shows it draws it
            elif not part.is_grid and not part.is_label:
                assert is_near(part.path(), absolute(seen["drawn"][str(k)]), 0.06)  # the page counts in tenths
    assert not watch.complaints

"""A chapter as it is offered, in JupyterLab: first as a stranger's, not trusted, then run.

Sliders by keyboard, the figure, and Python's numbers follow one another.
"""
import ast
import json
import os
import re
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import numpy as np
import pytest
from browser import PATIENCE, TOLD, Watch

EXTRA = '''
from nbcode.chain import Chain
from nbcode.figure.figure import COLORS, live_descent, figure, panel, slider, trail
from sympy import symbols
u, v, L = symbols("u v L", real=True)
bowl = Chain({L: (u - 2)**2 + 3*(v + 1)**2})
fig, ax = panel(xlim=(-1, 3), ylim=(-2, 2))
way, = ax.plot([], [], "o-", color=COLORS["orange"])
beyond = figure(fig, alt="the way", name="beyond", sliders=[slider(u, -1, 1, 0.5), slider(v, -2, 2, 1)],
                live={way: trail(u, v)}, readouts={"L": bowl.composed()},
                descent=live_descent(bowl, (u, v), 0.1, pace=60))
beyond
'''
ASK = """async (code) => {
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const request = {code: "", user_expressions: {it: code}, store_history: false, silent: false};
  const {it} = (await kernel.requestExecute(request).done).content.user_expressions;
  if (it.status !== "ok") throw new Error(`${code}: ${it.evalue}`);
  return it.data["text/plain"];
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory, site):
    """JupyterLab with the chapter as offered and one more figure in it; all it writes goes to a folder for now."""
    home = tmp_path_factory.mktemp("lab")
    notebook = nbformat.read(site / "_sources" / "book" / "03_chain_rule.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(EXTRA))
    nbformat.write(notebook, home / "chapter.ipynb")
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    settings.joinpath("notification.jupyterlab-settings").write_text(
        json.dumps({"fetchNews": "false", "checkForUpdates": False}), encoding="utf-8")
    tracker = home / "settings" / "@jupyterlab" / "notebook-extension"
    tracker.mkdir()
    windowing = json.dumps({"windowingMode": "none"})
    tracker.joinpath("tracker.jupyterlab-settings").write_text(windowing, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folders = {"JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
               "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime",
               "IPYTHONDIR": "ipython"}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser",
               "--IdentityProvider.token=", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
               f"--ServerApp.root_dir={home}"]
    with open(home / "log", "w", encoding="utf-8") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=home,
                                  env=os.environ | {key: str(home / name) for key, name in folders.items()})
    address = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: answers(address) or server.poll(), lambda state: state is not None)
        assert server.poll() is None, (home / "log").read_text(encoding="utf-8")
        yield address
    finally:
        server.terminate()
        server.wait()


def answers(address):
    try:
        with urlopen(f"{address}/api"):
            return True
    except (URLError, ConnectionError):
        return None


@pytest.fixture(scope="module")
def stranger(lab, browser):
    """The page of the chapter, as it opens: nothing in it has run here, so JupyterLab does not trust it."""
    page = browser.new_page(viewport={"width": 1200, "height": 1400})
    watch = Watch(page, lab)
    page.goto(f"{lab}/lab/tree/chapter.ipynb")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.evaluate("""async () => {
      await jupyterapp.restored;
      await jupyterapp.shell.currentWidget.sessionContext.ready;
    }""")
    yield page
    page.close()
    assert not watch.complaints


@pytest.fixture(scope="module")
def notebook(stranger):
    """The same page after all its cells have run."""
    stranger.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    stranger.wait_for_selector("#fig-beyond[data-live=on]", state="attached")
    return stranger


def eventually(read, agrees, seconds=PATIENCE):
    """What `read()` gives as soon as `agrees` with it, or in the end, for the caller to compare."""
    end = time.monotonic() + seconds
    while not agrees(found := read()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


class Live:
    """One live figure in the notebook: what Python says of it, and what stands on the page."""

    def __init__(self, page, name):
        self.page, self.name = page, name
        self.figure = page.locator(f"#{self.python('picture.id')}")
        self.cell = page.locator(".jp-CodeCell", has=self.figure)

    def ask(self, code):
        """What the kernel prints for an expression in which the figure is named `picture`."""
        return self.page.evaluate(ASK, re.sub(r"\bpicture\b", self.name, code))

    def python(self, expression):
        return ast.literal_eval(self.ask(expression))

    def values(self):
        return self.python("picture.values")

    def on_page(self, selector, what):
        return self.figure.locator(selector).evaluate_all(f"all => all.map((one) => {what})")

    def paths(self):
        """What is drawn, as the page has it and as Python computes it; Python knows no trail."""
        drawn = self.on_page("[data-bound]", "one.getAttribute('d')")
        computed = self.python("[part.path(picture.values) for part in picture.parts]")
        trail = self.python("['trail' in part.options for part in picture.parts]")
        return [paths for *paths, skipped in zip(drawn, computed, trail, strict=True) if not skipped]

    def agrees(self):
        """Whether the page shows the numbers and the paths of Python's values."""
        shown = self.on_page("output[data-value]", "+one.dataset.value")
        numbers = self.python("[*picture.shown(picture.values).values()]")
        return np.allclose(shown, numbers, rtol=1e-12, atol=1e-12) and all(
            same_path(drawn, computed) for drawn, computed in self.paths())

    def settle(self, values):
        """Wait until Python has these values and the page agrees; both are asserted."""
        found = eventually(self.values, lambda found: found == values)
        assert found == values
        assert eventually(self.agrees, bool)


def same_path(one, other):
    numbers = [np.array(re.findall(r"-?[\d.]+", path), float) for path in (one, other)]
    return re.sub(r"[-\d.]", "", one) == re.sub(r"[-\d.]", "", other) and np.allclose(*numbers, atol=0.02, rtol=0)


@pytest.fixture(scope="module")
def chapter(notebook):
    """The chapter's own live figure with a curve in it."""
    code = ("[name for name, it in list(globals().items()) if type(it).__name__ == 'Picture' and it.sliders "
            "and any('points' in part.options for part in it.parts)][0]")
    return Live(notebook, ast.literal_eval(notebook.evaluate(ASK, code)))


@pytest.fixture(scope="module")
def beyond(notebook):
    return Live(notebook, "beyond")


def test_a_stranger_sees_the_picture_and_the_exercise_and_no_solution(stranger):
    picture = stranger.locator(".jp-OutputArea-output img").first
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("one => one.complete && one.naturalWidth > 300")
    assert stranger.locator(".jp-OutputArea-output [data-name]").count() == 0  # no heap of a figure's letters
    title = re.compile(r"Exercise \d+\.1 \(Three links\)")
    exercise = stranger.locator(".jp-MarkdownOutput blockquote", has_text=title)
    exercise.scroll_into_view_if_needed()
    assert exercise.is_visible()
    solution = stranger.locator("details", has_text="The new link multiplies by 30")
    assert (solution.count() > 0) == TOLD
    if TOLD:
        assert_closed(stranger, solution)


def assert_closed(stranger, solution):
    """Neither its text nor its code is seen."""
    assert solution.locator("summary").is_visible() and not solution.locator("p").first.is_visible()
    code = stranger.locator(".jp-MarkdownCell", has=solution).locator("xpath=following-sibling::*[1]")
    assert "jp-CodeCell" in code.get_attribute("class") and code.locator(".jp-InputPlaceholder").is_visible()
    assert not code.locator(".jp-InputArea-editor").is_visible()


def test_the_widget_is_shown_and_nothing_twice(notebook, chapter):
    sliders = chapter.python("len(picture.sliders)")
    assert chapter.cell.locator(".jp-OutputArea-output").count() == 1
    assert chapter.figure.count() == 1 and chapter.figure.get_attribute("data-live") == "on"
    assert chapter.cell.locator(".widget-hslider").count() == sliders > 0
    assert not chapter.figure.locator("input[data-name]").first.is_visible()
    assert chapter.figure.locator("[data-do=reset]").is_visible()
    assert chapter.figure.locator("svg").first.bounding_box()["width"] > 250


def test_keyboard_moves_slider_figure_and_python(chapter):
    start = chapter.values()
    chapter.settle(start)
    before = chapter.paths()
    handle = chapter.cell.locator(".widget-hslider .noUi-handle").first
    handle.focus()
    for _ in range(3):
        chapter.page.keyboard.press("ArrowRight")
    name, step = chapter.python("[(str(s.symbol), s.step) for s in picture.sliders]")[0]
    moved = eventually(chapter.values, lambda values: values[name] > start[name] + 2.5*step)
    assert moved == pytest.approx({**start, name: start[name] + 3*step}, abs=1e-9)
    chapter.settle(moved)
    assert chapter.paths() != before


def test_python_moves_figure_and_slider(chapter):
    name, low, step = chapter.python("[(str(s.symbol), s.low, s.step) for s in picture.sliders]")[0]
    values = {**chapter.values(), name: low + 7*step}
    chapter.ask(f"setattr(picture, 'values', {values})")
    chapter.settle(values)
    readout = chapter.cell.locator(".widget-hslider .widget-readout").first

    def number():
        return float(readout.text_content().replace("−", "-"))

    assert eventually(number, lambda found: abs(found - values[name]) < step/2) == pytest.approx(values[name])


def test_descent_is_followed_exactly_and_beyond_the_slider_s_end(beyond):
    u, v = 0.5, 1.0
    for _ in range(3):
        beyond.figure.locator("[data-do=step]").click()
        u, v = u - 0.1*2*(u - 2), v - 0.1*6*(v + 1)
    moved = eventually(beyond.values, lambda values: abs(values["v"] - v) < 1e-12)
    assert moved == pytest.approx({"u": u, "v": v}, abs=1e-12) and u > 1
    beyond.settle(moved)

    def sliders():
        return beyond.python("[slider.value for slider in picture.widget.children[:2]]")

    assert eventually(sliders, lambda found: found[0] == 1) == pytest.approx([1, v], abs=0.005)
    assert beyond.figure.locator("output[data-steps]").text_content() == "3"
    assert beyond.figure.locator("path[data-bound]").first.get_attribute("d").count("L") == 3


def test_play_ends_by_itself_and_python_knows_where(beyond):
    beyond.figure.locator("[data-do=play]").click()
    status = beyond.figure.locator("[role=status]")
    assert eventually(status.text_content, bool).startswith("Done after ")
    assert eventually(beyond.agrees, bool)  # the last of many messages has arrived
    assert beyond.values() == pytest.approx({"u": 2, "v": -1}, abs=1e-3)


def test_a_slider_can_be_fetched_back_from_its_end(beyond):
    beyond.ask("setattr(picture, 'values', {'u': 7, 'v': 0})")
    beyond.settle({"u": 7.0, "v": 0.0})
    beyond.cell.locator(".widget-hslider .noUi-handle").first.focus()
    beyond.page.keyboard.press("ArrowLeft")
    moved = eventually(beyond.values, lambda values: values["u"] < 7)
    assert moved == pytest.approx({"u": 0.99, "v": 0}, abs=1e-9)
    beyond.settle(moved)


def test_two_views_of_one_figure_move_together(notebook, beyond):
    notebook.evaluate("""async () => {
      const {commands} = jupyterapp;
      await commands.execute("notebook:move-cursor-down");
      await commands.execute("notebook:insert-cell-below");
      const cell = jupyterapp.shell.currentWidget.content.activeCell;
      cell.model.sharedModel.setSource("beyond");
      await commands.execute("notebook:run-cell");
    }""")
    both = notebook.locator("#fig-beyond")
    eventually(both.count, lambda count: count == 2)
    beyond.ask("setattr(picture, 'values', {'u': 0, 'v': 0})")
    both.nth(0).locator("[data-do=step]").click()

    def read():
        return both.locator("output[data-value]").evaluate_all("all => all.map((one) => +one.dataset.value)")

    expected = (0.4 - 2)**2 + 3*(-0.6 + 1)**2
    assert eventually(read, lambda found: np.allclose(found, expected)) == pytest.approx([expected]*2, abs=1e-12)
    assert both.nth(0).locator("output[data-steps]").text_content() == "1"

"""Derive your own, in a real browser: what the reader types is derived by the book's own chain.py."""
import json
import re
import shutil
import subprocess
import sys
import time
import zipfile
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from io import BytesIO
from threading import Thread

import numpy as np
import pikepdf
import pytest
from browser import PATIENCE, ROOT, Quiet, Watch
from PIL import Image
from sympy import Symbol

from nbcode.chain.typed.steps import read
from nbcode.figure import COLORS

sys.path.append(str(ROOT / "_ext"))
derive = pytest.importorskip("derive")
from derive import assets  # noqa: E402
from derive.answer import answer  # noqa: E402
from derive.figure import LiveFigure  # noqa: E402
from derive.panel import COLORS as PANEL_COLORS  # noqa: E402
from derive.panel import nice, span, ticks  # noqa: E402
from language import in_words  # noqa: E402

PAGE, PHONE, DESK = "book/derive.html", {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PRESETS = derive.presets()
POLICY = ("default-src 'self'; script-src 'self' 'unsafe-inline'{}; style-src 'self' 'unsafe-inline'; "
          "img-src 'self' data:; worker-src 'self'; connect-src 'self'")


class Box:
    """The page with its box, and what a reader does there."""

    def __init__(self, page, address, hash=""):
        self.page = page
        page.goto(f"{address}/{PAGE}{hash}", wait_until="load")

    def part(self, name):
        return self.page.locator(f".derive-{name}")

    def fill(self, steps, by=""):
        self.part("steps").fill(steps)
        self.part("by").fill(by)

    def start(self):
        self.page.locator("[data-act=derive]").click()

    def done(self):
        """Wait for the end; the error, or an empty text."""
        self.page.wait_for_function("() => !document.querySelector('[data-act=derive]').ariaDisabled")
        return self.part("error").inner_text()

    def derive(self, steps=None, by=""):
        if steps is not None:
            self.fill(steps, by)
        self.start()
        return self.done()

    def formulas(self):
        """The TeX of the formulas in the answer, from the note that KaTeX leaves for other programs."""
        return self.part("answer").locator("annotation").all_text_contents()

    def numbers(self):
        shown = self.part("answer").locator("output[data-value]")
        return [float(text) for text in shown.evaluate_all("all => all.map((one) => one.dataset.value)")]

    def copied(self, what):
        """What a button has put on the clipboard."""
        self.page.locator(f"[data-act={what}]").click()
        self.part("status").filter(has_text="is copied").wait_for()
        return self.page.evaluate("() => navigator.clipboard.readText()")

    def limit(self, seconds):
        self.page.evaluate("seconds => { document.querySelector('.derive').dataset.limit = seconds; }", seconds)


@contextmanager
def serving(folder, **headers):
    """(address, paths asked for) of a server that sends these headers."""
    asked = []

    class Server(Quiet):
        def end_headers(self):
            asked.append(self.path)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            super().end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Server, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def opened(browser, address):
    """One page whose Python stays loaded for many tests."""
    context = browser.new_context(viewport=DESK)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    watch = Watch(page, address)
    yield Box(page, address)
    context.close()
    assert not watch.complaints


def edition(site):
    """The one folder of files that the page's script asks for."""
    [folder] = [path for path in (site / "_static" / "derive").iterdir() if path.is_dir()]
    return folder


def test_the_site_has_these_files(site):
    built = edition(site)
    assert built.name in built.parent.joinpath("derive.js").read_text(encoding="utf-8")
    assert (built / "book.zip").read_bytes() == assets.book(), "run `make book`"
    worker = in_words((assets.HERE / "worker.mjs").read_text(encoding="utf-8"))
    assert (built / "worker.mjs").read_text(encoding="utf-8") == worker, "run `make book`"
    with zipfile.ZipFile(built / "book.zip") as archive:
        assert archive.read("nbcode/chain/chain.py") == (ROOT / "nbcode" / "chain" / "chain.py").read_bytes()


def test_other_pages_load_nothing_of_it(page, address, site):
    with_box = [path for path in site.glob("book/*.html") if 'class="derive"' in path.read_text(encoding="utf-8")]
    assert with_box == [site / PAGE]
    loading = [path for path in site.rglob("*.html") if "_static/derive/" in path.read_text(encoding="utf-8")]
    assert loading == [site / PAGE]
    watch = Watch(page, address)
    page.goto(f"{address}/{PAGE}", wait_until="networkidle")
    loaded = {url.rsplit("/", 1)[1].split("?")[0] for url in watch.requests if "/derive/" in url}
    assert loaded == {"derive.js", "derive.css"}


def test_the_example_needs_no_scripts(new_page, address):
    page = new_page(java_script_enabled=False, viewport=PHONE)
    box = Box(page, address)
    first = PRESETS[0]
    expected = [tex for kind, tex in answer(first["steps"], first["by"])["blocks"] if kind == "math"]
    assert box.formulas() == expected and box.part("proof").inner_text().startswith("Proved")
    assert page.locator(".derive figure svg").first.is_visible() and box.part("form").is_hidden()
    assert not page.locator(".derive button, .derive input").locator("visible=true").count()
    assert "runs no scripts" in page.locator(".derive").inner_text()


def check_figure(box, typed, by):
    """The live figure's numbers are SymPy's: at its start, after a slider has moved, after steps of descent."""
    chain, figure = typed.chain, box.page.locator(".derive figure")
    box.page.wait_for_selector(".derive figure[data-live=on]")
    compute = chain.numpy(chain.loss, wrt=by)
    at = {**{str(p): 0.5 for p in typed.inputs}, **{str(p): float(number) for p, number in typed.start.items()}}
    at |= {column: [float(number) for number in numbers] for column, numbers in typed.data.items()}
    np.testing.assert_allclose(box.numbers(), compute(at), rtol=1e-12, atol=1e-12)
    slider = figure.locator("input[type=range]").first
    slider.evaluate("one => { one.value = one.max - one.step; "
                    "one.dispatchEvent(new Event('input', {bubbles: true})); }")
    at[str(by[0])] = float(slider.input_value())
    np.testing.assert_allclose(box.numbers(), compute(at), rtol=1e-9, atol=1e-12)
    figure.locator("[data-do=reset]").click()
    at[str(by[0])] = float(slider.input_value())
    rate = float(figure.locator("input[data-name=lr]").first.input_value())
    for _ in range(3):
        figure.locator("[data-do=step]").click()
        for p, slope in zip(by, compute(at)[1:], strict=True):
            at[str(p)] -= rate * float(slope)
    np.testing.assert_allclose(box.numbers(), compute(at), rtol=1e-9, atol=1e-12)


def test_presets_are_derived_as_the_book_does(opened, site):
    built = json.loads((edition(site) / "presets.json").read_text(encoding="utf-8"))
    for preset in (PRESETS[k] for k in (3, 7, 9, -1)):
        opened.part("presets").select_option(label=preset["name"])
        if opened.page.locator("[data-act=stop]").is_hidden():  # once Python is there, choosing derives
            opened.start()
        assert opened.done() == ""
        typed = read(preset["steps"], apart=True)
        by = [p for name in preset["by"].split(", ") for p in typed.chain.inputs if str(p) == name]
        blocks = answer(preset["steps"], preset["by"], assets.STAND_IN)["blocks"]
        assert opened.formulas() == [tex for kind, tex in blocks if kind == "math"]
        assert built[PRESETS.index(preset)]["answer"]["blocks"] == blocks == json.loads(
            opened.part("answer").get_attribute("data-blocks").replace("fig-steps", f"fig-{assets.STAND_IN}"))
        assert opened.part("proof").inner_text().startswith("Proved")
        assert not opened.page.locator(".derive .katex-error").count()
        check_figure(opened, typed, by)


def test_there_are_presets_for_every_kind_of_network():
    assert len(PRESETS) >= 12 and len({preset["name"] for preset in PRESETS}) == len(PRESETS)


WRONG = [  # steps, by, where it is, what is said
    ("z = w*x\na = tahn(z)", "", "tahn", "Line 2: tahn is not a function here: did you mean tanh(…)?"),
    ("L = (w*x", "", "(w*x", "This bracket stays open"), ("a = z\nz = w + a", "", "a = z", "before it is defined"),
    ("x = 3", "", "x = 3", "only numbers"), ("z = w*x\nz = w + 2*x", "", "z = w + 2*x", "defined twice"),
    ("x^2 + y^2 = 1", "", "x^2 + y^2 = 1", "an equation, not a step"), ("z = w*x", "q", None, "there are w, x"),
]


def test_what_is_wrong_is_shown_at_its_place(opened):
    for steps, by, place, message in WRONG:
        assert message in opened.derive(steps, by)
        if place is not None:
            assert opened.page.evaluate("() => document.activeElement.classList.contains('derive-steps')")
            found = opened.part("steps").evaluate("one => one.value.slice(one.selectionStart)")
            assert found.startswith(place), found


HOSTILE = ["("*1000 + "x" + ")"*1000, "__import__('os').system('ls')", "9**9**9", "x**9**9**9", "1/0", "а + 1",
           "x + "*2000 + "x", "exp(exp(exp(exp(9))))*x", "</script><img src=x onerror=alert(1)>", "-"*2900 + "x",
           r"\href{javascript:alert(1)}{x}", "alert(1)", "\0",
           "a1 = x*y\na2 = a1*x\n" + "\n".join(f"a{k} = a{k - 1}*a{k - 2}" for k in range(3, 50))]


def test_hostile_steps_end_in_a_message(opened):
    for steps in HOSTILE:
        opened.page.locator(".derive-steps").evaluate("(one, text) => { one.value = text; }", steps)
        opened.part("by").fill("")
        error = opened.derive()
        assert len(error) > 20 and "Stopped after" not in error, steps
        assert not opened.page.locator(".derive-error img, .derive-error script, .derive-read img").count()


def test_how_it_is_understood_is_shown_and_changed(opened):
    opened.fill("z = wx + b\nL = (y − σ(z))²", "w")
    shown = opened.part("read")
    shown.filter(has_text="wx is read as w·x").wait_for()
    assert shown.locator("math").count() == 2
    assert opened.derive() == "" and r"\frac{\partial z}{\partial w}" in opened.formulas()[1]
    shown.locator("button").click()
    shown.locator("button").filter(has_text="w·x").wait_for()
    assert "there are wx, b" in opened.derive()


LONG = "a = w*x\nL = (a + w + x + y + z)**12 + (w - x*y + z)**12*exp(w)"


def test_what_takes_too_long_stops_itself_and_then_all_works_again_without_a_network(opened):
    opened.derive("w*x")
    for worker in opened.page.workers:  # the one in reserve has its scripts
        worker.evaluate("() => import(new URL('pyodide.asm.mjs', location.href).href).then(() => 0)")
    opened.limit(6)
    opened.fill(LONG)
    opened.page.context.set_offline(True)
    try:
        error = opened.derive()
        opened.limit(PATIENCE)
        assert "Stopped after 6 seconds" in error and "fewer steps" in error or (
            opened.part("proof").inner_text() == "Not proved within 6 seconds.")
        assert opened.derive("w*x") == "" and opened.formulas()[1].endswith("= x")
    finally:
        opened.page.context.set_offline(False)


def test_stop(opened):
    opened.derive("w*x")
    opened.fill(LONG)
    opened.start()
    stop = opened.page.locator("[data-act=stop]")
    stop.focus()
    stop.press("Enter")
    assert opened.part("status").inner_text() == "Stopped."
    assert opened.page.locator("[data-act=derive]").evaluate("one => one === document.activeElement")
    opened.fill("z/(1 + exp(-z))")
    opened.page.locator("[data-act=derive]").dblclick()  # the second click stops nothing
    assert opened.done() == "" and opened.part("proof").inner_text().startswith("Proved")


def test_nothing_typed_is_lost(opened):
    mine = "f = exp(3x)\nx = 2"
    opened.fill(mine, "x")
    opened.page.reload()
    assert opened.part("steps").input_value() == mine and opened.part("by").input_value() == "x"
    assert "as you left them" in opened.part("status").inner_text()
    opened.derive()
    opened.part("presets").select_option(label=PRESETS[0]["name"])
    opened.done()
    assert opened.part("steps").input_value() == PRESETS[0]["steps"].rstrip()
    opened.page.locator("[data-act=undo]").click()
    assert opened.part("steps").input_value() == mine
    opened.page.goto(opened.page.url.split("/book/")[0] + "/book/notation.html")
    opened.page.go_back()
    assert opened.part("steps").input_value() == mine
    listed = opened.part("last").locator("option").all_text_contents()[1:3]
    assert [text.strip() for text in listed] == [
        "; ".join(PRESETS[0]["steps"].rstrip().split("\n"))[:60].strip(), "f = exp(3x); x = 2"]
    opened.part("last").select_option(index=1)
    assert opened.part("steps").input_value() == PRESETS[0]["steps"].rstrip()


def test_keyboard_and_announcements(opened):
    opened.fill("a = w*x\nL = (y - a)**2", "w")
    opened.part("steps").press("Control+Enter")
    assert opened.done() == ""
    assert opened.part("status").get_attribute("role") == "status"
    assert opened.part("status").inner_text() == "Derived and proved; the answer is below."
    opened.part("by").fill("x")
    opened.part("by").press("Enter")
    assert opened.done() == "" and r"\frac{\partial L}{\partial x}" in opened.formulas()[1]
    stops = []
    for _ in range(5):
        opened.page.keyboard.press("Tab")
        stops.append(opened.page.evaluate("() => document.activeElement.dataset.act"))
    assert stops[:3] == ["derive", "undo", "link"]


def test_what_leaves_the_page(opened):
    opened.derive("sin(exp(x^2))", "x")
    cell, shown = opened.copied("python"), []
    exec(cell, {"display": shown.append})  # every preset and every input does so in test_typed.py
    assert [each._repr_latex_().strip("$") for each in shown] == opened.formulas()[:2]
    tex = opened.copied("latex")
    assert all(f"\\[\n{formula}\n\\]" in tex for formula in opened.formulas()) and "Proved: it equals" in tex
    opened.page.evaluate("""() => {
        const { prototype } = CanvasRenderingContext2D, { drawImage } = prototype;
        prototype.drawImage = function (image, ...at) {
            globalThis.drawn = decodeURIComponent(image.src);
            drawImage.call(this, image, ...at);
        };
    }""")
    with opened.page.expect_download() as saved:
        opened.page.locator("[data-act=picture]").click()
    assert saved.value.suggested_filename == "steps.png" and likeness(opened, saved.value.path()) > 0.9
    letters = set(re.findall(r"font-family: (KaTeX_\w+);[^}]*base64", opened.page.evaluate("drawn")))
    assert letters >= {"KaTeX_Main", "KaTeX_Math"}


def likeness(opened, picture):
    """How like the saved picture is to what stands on the page: the correlation of their ink, in blocks."""
    drawn, area = Image.open(picture).convert("L"), opened.part("answer")
    opened.page.add_style_tag(content=".nbfig-controls { display: none !important; }"
                                      ".derive-answer div.math { background: none !important; }")
    area.evaluate("""(area, width) => {
        Object.assign(area.style, { boxSizing: "border-box", width: `${width}px`, border: 0, padding: "16px" });
        area.style.display = "flow-root";
        document.documentElement.dataset.theme = "light";
    }""", drawn.width / 2)
    shown = Image.open(BytesIO(area.screenshot(animations="disabled"))).convert("L")
    blocks = 60, 60 * shown.height // shown.width
    ink = [np.asarray(image.resize(blocks, Image.BOX), float).ravel() for image in (drawn, shown)]
    return np.corrcoef(*ink)[0, 1]


def test_the_sheet_has_the_answer_alone(opened):
    page = opened.page
    page.evaluate("() => { globalThis.print = () => { globalThis.isPrinted = true; }; }")
    page.locator("[data-act=print]").click()
    page.emulate_media(media="print")
    seen = "one => getComputedStyle(one).visibility"
    assert page.evaluate("isPrinted")
    assert opened.part("answer").locator(".katex").first.evaluate(seen) == "visible"
    assert page.locator("h1").first.evaluate(seen) == "hidden"
    assert len(pikepdf.open(BytesIO(page.pdf(format="A4"))).pages) == 1  # none is empty
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("h1").first.evaluate(seen) == "visible"


def test_a_link_brings_the_steps(opened, new_page, address):
    opened.fill("a = tanh(w*x) # 100% & more\nL = (y - a)**2", "w, x")
    link = opened.copied("link")
    page = new_page(viewport=PHONE)
    watch = Watch(page, address)
    box = Box(page, address, hash="#" + link.split("#")[1])
    assert box.part("steps").input_value() == "a = tanh(w*x) # 100% & more\nL = (y - a)**2"
    assert box.part("by").input_value() == "w, x" and "Press Derive" in box.part("status").inner_text()
    assert not any("pyodide" in url for url in watch.requests)


def test_phone_in_the_dark(opened, address):
    """In a window of its own beside the one that has loaded Python."""
    page = opened.page.context.new_page()
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    watch, box = Watch(page, address), Box(page, address)
    box.part("presets").select_option(label="LSTM, one step")
    box.start()
    assert box.done() == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    fields = page.locator(".derive button, .derive input, .derive select").locator("visible=true")
    assert min(fields.evaluate_all("all => all.map((one) => one.offsetHeight)")) >= 24
    page.emulate_media(media="print")
    assert page.locator(".derive-form").is_hidden() and page.locator(".derive figure svg").first.is_visible()
    page.close()
    assert not watch.complaints


def wait_for_caches(page, holds):
    """Wait until `holds`, a function in JavaScript, is true of the caches, {name: addresses}."""
    page.evaluate(f"""async (patience) => {{
        for (const end = Date.now() + 1000 * patience; ; ) {{
            const all = {{}};
            for (const name of await caches.keys()) {{
                all[name] = (await (await caches.open(name)).keys()).map(({{ url }}) => url);
            }}
            if (({holds})(all)) return;
            if (Date.now() > end) throw new Error(JSON.stringify(Object.keys(all)));
            await new Promise((resolve) => setTimeout(resolve, 100));
        }}
    }}""", PATIENCE)


def test_second_visit_asks_for_little_begins_with_the_memory_and_needs_no_network(browser, site):
    """All of it under a strict content policy, of which nobody complains."""
    sizes = json.loads((edition(site) / "files.json").read_text(encoding="utf-8"))["sizes"]
    context, watches, seconds, found = browser.new_context(), [], [], []

    def visit():
        page = context.new_page()
        watches.append(Watch(page, address))
        box = Box(page, address)
        start = time.perf_counter()
        box.start()
        box.part("note").filter(has_text="Derived here").wait_for()
        seconds.append(time.perf_counter() - start)
        assert box.done() == "" and box.part("proof").inner_text().startswith("Proved")
        page.wait_for_selector(".derive figure[data-live=on]")
        found.append(box.formulas())
        return box

    policy = POLICY.format(" 'wasm-unsafe-eval'")
    with serving(site, Cache_Control="no-store", Content_Security_Policy=policy) as (address, asked):
        memory = f"{address}/_static/derive/{edition(site).name}/memory"
        page = visit().page
        wait_for_caches(page, "(all) => Object.values(all).flat().some((url) => url.endsWith('/memory')) && "
                              "Object.values(all).flat().some((url) => url.endsWith('/book/derive.html'))")
        page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        page.close()
        asked.clear()
        page = visit().page
        assert page.evaluate(f"caches.match('{memory}').then(Boolean)")  # it is taken out where it does not serve
        page.evaluate(f"""async () => {{
            for (const name of await caches.keys()) {{
                const cache = await caches.open(name);
                if (await cache.match("{memory}")) await cache.put("{memory}", new Response("spoilt"));
            }}
        }}""")
        page.close()
        assert not [complaint for watch in watches for complaint in watch.complaints]
        fetched = {path.rsplit("/", 1)[1].split("?")[0] for path in asked}
        assert not fetched & {"pyodide.asm.wasm", "python_stdlib.zip", "sympy.zip", "book.zip", "worker.mjs"}
    box = visit()  # the server is gone, and the memory is no use
    assert found[0] == found[1] == found[2]
    assert box.derive("L = huber(y - w*x)", "w") == "" and box.part("proof").inner_text().startswith("Proved")
    assert box.part("read").locator("math").count() and box.part("answer").locator(".katex").count()
    box.page.wait_for_selector(".derive figure[data-live=on]")
    context.close()
    print(f"\n{sum(sizes.values()) / 1e6:.1f} MB; first derivation after {seconds[0]:.1f} s, "
          f"on the next visit after {seconds[1]:.1f} s", end="")


PYTHON = """// in Pyodide's place: it answers with the words of its files, or of the memory it begins with
export default 0;
export async function loadPyodide({ indexURL, _loadSnapshot: memory }) {
  const words = new Set(["WORD"]), read = (bytes) => words.add(new TextDecoder().decode(bytes));
  for (const name of ["pyodide.asm.wasm", "python_stdlib.zip"]) {
    read(memory ?? await (await fetch(indexURL + name)).arrayBuffer());
  }
  const said = () => [...words].join(" ");
  const answer = () => ({ blocks: [["text", said()], ["proof", ""]], python: "" });
  const reply = (what) => JSON.stringify({ [what]: what === "answer" ? answer() : said() });
  return { FS: { writeFile: (name, bytes) => read(bytes) }, runPython() {}, globals: new Map([["reply", reply]]),
           makeMemorySnapshot: () => new TextEncoder().encode(said()) };
}
"""


def put_python(folder, word):
    """In an edition whose files are asked after, not what Python makes of them: a Python that costs nothing."""
    for name in (*assets.RUNTIME, "sympy.zip", "book.zip"):
        text = PYTHON.replace("WORD", word) if name.endswith(".mjs") else word
        (folder / name).write_text(text, encoding="utf-8")


def test_an_update_is_whole_and_two_books_leave_each_other_alone(browser, site, tmp_path):
    old, new = edition(site), "0123456789ab"
    for book in ("one", "two"):
        tmp_path.joinpath(book, "book").mkdir(parents=True)
        for file in (PAGE, "derive.offline.js"):
            shutil.copy(site / file, tmp_path / book / file)
        shutil.copytree(site / "_static", tmp_path / book / "_static")
        put_python(tmp_path / book / "_static" / "derive" / old.name, "Old.")

    def wait_for_editions(*editions):
        names = "Object.keys(all).map((name) => name.split(':')).filter((name) => name.length === 3)"
        wait_for_caches(page, f"(all) => {names}.map((name) => name[2]).sort().join() === '{','.join(editions)}'")

    def derived():
        page.locator("[data-act=derive]").click()
        page.locator(".derive-note").filter(has_text="Derived here").wait_for()
        return page.locator(".derive-answer p").first.inner_text()

    def derived_in(book):
        page.goto(f"{address}/{book}/{PAGE}")
        return derived()

    with serving(tmp_path, Cache_Control="max-age=600") as (address, _):
        page = browser.new_page()
        assert [derived_in(book) for book in ("one", "two")] == ["Old.", "Old."]
        wait_for_editions(old.name, old.name)
        static = tmp_path / "one" / "_static" / "derive"
        static.joinpath(old.name).rename(static / new)
        put_python(static / new, "New.")
        script = static / "derive.js"
        script.write_text(script.read_text(encoding="utf-8").replace(old.name, new), encoding="utf-8")
        html = tmp_path / "one" / PAGE
        html.write_text(html.read_text(encoding="utf-8").replace("derive.js?", "derive.js?now&"), encoding="utf-8")
        assert derived_in("one") == "Old."  # the page as it was, with all that belongs to it
        page.reload()
        assert derived() == "New."
        wait_for_editions(*sorted([new, old.name]))  # the old one goes when the new one is whole
        assert derived_in("two") == "Old."
        page.close()


def test_a_policy_without_webassembly_is_said(browser, site):
    with serving(site, Content_Security_Policy=POLICY.format("")) as (address, _):
        page = browser.new_page()
        box = Box(page, address)
        box.derive()
        assert "must allow 'wasm-unsafe-eval'" in box.part("status").inner_text()
        page.close()


def test_what_a_browser_cannot_do_is_said(browser, site, address):
    page = browser.new_page()
    page.goto((site / PAGE).as_uri())
    box = Box.__new__(Box)
    box.page = page
    assert "opened from a folder" in box.derive()
    page.wait_for_selector(".derive figure[data-live=on]")
    page.add_init_script("delete globalThis.WebAssembly")
    assert "no WebAssembly" in Box(page, address).derive()
    page.close()


def test_presets_need_no_python_and_a_missing_file_is_said(browser, address):
    page = browser.new_page()
    page.route("**/sympy.zip", lambda route: route.abort())
    page.route("**/pyodide*.mjs", lambda route: route.fulfill(body=PYTHON, content_type="text/javascript"))
    box = Box(page, address)
    box.part("presets").select_option(label=PRESETS[-1]["name"])  # was derived while the book was built
    box.part("proof").filter(has_text="Proved").wait_for()
    page.wait_for_selector(".derive figure[data-live=on]")
    expected = [tex for kind, tex in answer(PRESETS[-1]["steps"], PRESETS[-1]["by"])["blocks"] if kind == "math"]
    assert box.formulas() == expected and "while this book was built" in box.part("note").inner_text()
    box.derive()
    assert box.part("status").inner_text().startswith("Python could not be loaded")
    assert box.formulas() == expected
    page.close()


# Without a browser

BOXES = """# A page

```{derive} one
:by: b

a = tanh(w*x + b)
L = (y - a)**2
```

```{derive} two
w**2
```
"""
CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "_ext")!r})
extensions = ["myst_parser", "sphinxcontrib.katex", "shell.local_assets", "pages.live_figures", "derive"]
html_math_renderer, katex_prerender, katex_css_path = "katex", True, "katex/katex.min.css"
"""


def built(folder, text):
    """The page that Sphinx makes of `text` in an empty project, and what it complained about."""
    for name, content in (("conf.py", CONF), ("index.md", text)):
        folder.joinpath(name).write_text(content, encoding="utf-8")
    ran = subprocess.run([sys.executable, "-m", "sphinx", "-q", "-E", folder, folder / "out"],
                         capture_output=True, encoding="utf-8", timeout=5 * PATIENCE)
    return folder.joinpath("out", "index.html").read_text(encoding="utf-8"), ran.stderr


def test_any_page_may_have_boxes(browser, tmp_path):
    html, complaints = built(tmp_path, BOXES)
    assert complaints == "" and html.count('class="derive"') == 2 and "derive-presets" not in html
    with serving(tmp_path / "out") as (address, _):
        page = browser.new_page()
        page.goto(f"{address}/index.html")
        for name in ("two", "one"):
            box = page.locator(f"#{name}")
            box.locator("[data-act=derive]").click()
            box.locator(".derive-note").filter(has_text="Derived here").wait_for()
            box.locator(".derive-proof").filter(has_text="Proved").wait_for()
            box.locator("figure[data-live=on]").wait_for()
        assert page.locator(".derive-note").filter(has_text="Derived here").count() == 2
        page.close()


def test_wrong_boxes_are_build_errors(tmp_path):
    _, complaints = built(tmp_path, BOXES.replace("tanh", "tahn").replace("two", "one"))
    assert "tahn is not a function" in complaints
    _, complaints = built(tmp_path, BOXES.replace("two", "one"))
    assert "needs a name of its own" in complaints


def test_panel():
    assert PANEL_COLORS.items() <= COLORS.items()
    assert ticks(-1.2, 3.1) == [-1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3] or len(ticks(-1.2, 3.1)) <= 9
    assert [nice(number) for number in (0.99, 1, 2.3, 70)] == [0.5, 1, 2, 50]
    low, high = span([*range(100), 1e12, float("inf"), float("nan")], -5)
    assert low < -5 and 97 < high < 120


@pytest.mark.parametrize("steps, by, message", [
    ("z = w*x", "w x y z q", "one to 4 names"), ("z = w*x", "q", "there are w, x"),
    ("\n".join(["a0 = w*x", "b0 = w*x", *(f"a{k + 1} = a{k}*b{k}\nb{k + 1} = a{k} + b{k}" for k in range(5)),
                "L = a5*b5"]), "w", "along 64 paths"),
])
def test_what_cannot_be_derived(steps, by, message):
    with pytest.raises(ValueError, match=message):
        answer(steps, by)


def test_a_figure_that_cannot_be_is_explained():
    blocks = answer("L = sum(w*x[i])")["blocks"]
    assert "add numbers for the data" in blocks[-1][1] and not any(kind == "figure" for kind, _ in blocks)
    assert "no real value, so no dot is there" in answer("L = log(x)\nx = -1")["blocks"][-1][1]
    assert 'data-name="rate"' in dict(answer("L = (lr*x - 1)**2")["blocks"])["figure"]


@pytest.mark.parametrize("x, y, w", [(2000, 300000, 100), (2000, 3000000, 100), (0.001, 0.5, 100), (1, 2, 1e8)])
def test_a_figure_fits_its_numbers(x, y, w):
    figure = LiveFigure(read(f"L = (y - w*x)**2\nx = {x}\ny = {y}\nw = {w}"), [Symbol("w", real=True)], "one")
    (left, right), rate = figure.panels, figure.sliders[-1]
    for panel, value in ((left, figure.now[0]), (right, figure.now[1])):
        assert panel.x[0] <= w <= panel.x[1] and panel.y[0] < value < panel.y[1]
    gap = abs(y/x - w)
    for _ in range(500):
        w -= rate.start*figure.at(w)[1]
    assert abs(y/x - w) < 0.01*gap


def test_a_slope_where_there_is_no_value_is_none():
    figure = LiveFigure(read("ln(ln(x))"), [Symbol("x", real=True)], "one")
    assert all(number != number for number in figure.at(0.5)) and figure.at(3)[1] == pytest.approx(1/(3*np.log(3)))


def test_no_remark_reaches_the_script():
    script = dict(answer("L = (y - w*x)**2  # </script>")["blocks"])["script"]
    assert script.startswith("const g = (p0, p1, p2) => {") and "</" not in script

"""The shell of the built site in a real browser: quiet, self-contained, readable on a phone, without scripts."""
import importlib.util
import os
import re
import struct
import sys
from io import BytesIO

import pytest
from browser import DESK, ICON, LISTED, PHONE, ROOT, SET, SETTINGS, Watch, stale
from PIL import Image
from playwright.sync_api import Route
from sphinx.errors import ExtensionError

sys.path.insert(0, str(ROOT / "_ext"))
from shell.local_assets import Renderer  # noqa: E402

CHAPTERS = sorted(path.stem for path in ROOT.glob("book/*.ipynb") if f"book/{path.stem}" in LISTED)
PAGES = sorted(f"{page}.html" for page in LISTED if page.startswith("book/"))
BASE = SETTINGS["html"]["baseurl"]


@pytest.mark.parametrize("path", PAGES)
def test_formulas_need_no_scripts(site, path):
    """Each is typeset in what the server sends."""
    html = (site / path).read_text(encoding="utf-8")
    typeset = [part.count('class="katex-html"') for part in re.split(r'<\w+ class="(?:[^"]* )?math[ "]', html)[1:]]
    assert set(typeset) <= {1}
    assert typeset or not path.removeprefix("book/")[0].isdigit()


def test_pages_say_what_they_are(site):
    """A title and a description of each page's own, and a picture of the size that others show."""
    titles, descriptions = [], []
    for path in PAGES:
        html = (site / path).read_text(encoding="utf-8")
        titles += re.findall(r"<title>(.+?)</title>", html)
        descriptions += re.findall(r'<meta name="description" content="([^"]{30,300})" />', html)
        picture, = re.findall(r'<meta property="og:image" content="([^"]+)" />', html)
        where = site / picture.removeprefix(f"{BASE}/") if BASE else (site / path).parent / picture
        assert struct.unpack(">II", where.read_bytes()[16:24]) == (1200, 630)
    assert len(PAGES) == len(set(titles)) == len(set(descriptions))


@pytest.fixture(scope="module")
def window(browser, address):
    page = browser.new_page()
    yield page, Watch(page, address)
    page.close()


@pytest.fixture
def page(window):
    """One watched page, 1280 by 800, light; in one window for all, as a new one costs more than a load."""
    page, watch = window
    page.set_viewport_size(DESK)
    page.emulate_media(media="screen", color_scheme="light")
    yield page
    assert not watch.complaints


@pytest.fixture
def search(page, address):
    """A function that asks the site's search."""
    def ask(query):
        page.goto(f"{address}/search.html?q={query}")
        return page.locator("#search-results")
    return ask


@pytest.mark.parametrize("query, page_found, words", [
    ("residuals", "gradient_descent", "residual"),            # a word
    ("Vanishing gradients", "18_vanishing_gradients", "A signal goes in"),  # a chapter; its first words are shown
    ("eta", "notation", "Notation"),                          # a symbol
    ("dW", "notation", "dW"),                                 # a name in the code
    ("sq-02-interwoven-sum", "notes_checked", "The notes, checked"),  # a claim
])
def test_search_finds(search, query, page_found, words):
    results = search(query)
    link = results.page.locator(f'a[href*="{page_found}"]')
    found = results.locator("li", has=link).filter(has_text=words)
    found.first.wait_for()  # results come one by one
    assert "Contents" not in found.first.inner_text()


@pytest.mark.parametrize("query, first", [
    ("chain rule", "03_chain_rule"), ("gradient descent", "05_gradient_descent"),
    ("backpropagation", "06_backprop_one_bias"), ("LSTM", "22_lstm"),
    ("Vanishing gradients", "18_vanishing_gradients"), ("7.4", "07_backprop_three_parameters"),
    ("784", ""), ("13,002", ""), ("BPTT", "")])
def test_the_page_of_that_name_is_found_first(search, query, first):
    link = search(query).locator("li a").first
    link.wait_for()
    assert first in link.get_attribute("href")


@pytest.mark.parametrize("answer", [Route.abort, lambda route: None], ids=["refused", "never sent"])
def test_text_is_shown_without_the_letters_of_its_formulas(browser, address, answer):
    page = browser.new_page(viewport=DESK)
    page.route("**/*.woff2*", lambda route: answer(route))
    page.goto(f"{address}/book/{CHAPTERS[0]}.html", wait_until="commit")
    page.wait_for_function(SET)
    assert page.locator("article h1").is_visible()
    page.close()


AT_REST = """async (one) => {   // where it stands once it has stood there for ten frames
  let before, same = 0;
  while (same < 10) {
    await new Promise(requestAnimationFrame);
    const {y} = one.getBoundingClientRect();
    same = y === before ? same + 1 : 0;
    before = y;
  }
  return before;
}"""


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("link", ["zoo.html#memory", "22_lstm.html#exercises", "13_softmax.html#exercises"])
def test_a_link_into_a_page_leads_there(page, address, link, viewport):
    page.set_viewport_size(viewport)
    path, _, place = link.partition("#")
    heading = page.locator(f"#{place} :is(h2, h3)").first
    page.goto(f"{address}/book/{link}")  # from another page
    page.wait_for_function(SET)
    assert 0 <= heading.evaluate(AT_REST) < 200
    page.goto(f"{address}/book/{path}?again")  # and within the page
    page.wait_for_function(SET)
    page.evaluate("place => { location.hash = place; }", place)
    assert 0 <= heading.evaluate(AT_REST) < 200


def test_an_address_with_numbers_leads_to_its_figure(page, address):
    page.goto(f"{address}/book/18_vanishing_gradients.html#weight-scale=c:0.5")
    page.wait_for_function(SET)
    figure = page.locator("#fig-weight-scale")
    figure.evaluate(AT_REST)
    box = figure.bounding_box()
    assert abs(box["y"] + box["height"]/2 - DESK["height"]/2) < 100  # in the middle of the window
    assert figure.locator("input:not([type=range])").first.input_value() == "0.5"


def test_site_works_from_a_folder(page, site):
    page.goto((site / "index.html").as_uri())
    page.wait_for_url("**/book/index.html")
    page.goto((site / "book" / f"{CHAPTERS[0]}.html").as_uri())
    assert page.locator(".katex").count() and page.locator('.nbfig[data-live="on"]').count()


def test_what_scripts_hide_is_there_without_them(new_page, address):
    page = new_page(viewport=PHONE, java_script_enabled=False)
    page.goto(f"{address}/book/{CHAPTERS[0]}.html")
    assert page.locator(".nbfig svg").first.is_visible()
    assert not page.locator(".nbfig input, .nbfig button").first.is_visible()


def test_paper_has_pictures_and_no_controls(page, address):
    page.goto(f"{address}/book/{CHAPTERS[0]}.html")
    page.emulate_media(media="print")
    assert page.locator(".nbfig svg").first.is_visible()
    assert not page.locator(".nbfig input, .nbfig button, .copybtn").locator("visible=true").count()


def test_paper_is_light_and_the_screen_dark_again(page, address):
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/book/{CHAPTERS[0]}.html")
    themes = [page.evaluate("document.documentElement.dataset.theme")]
    for event in ("beforeprint", "afterprint"):
        page.evaluate("name => dispatchEvent(new Event(name))", event)
        themes.append(page.evaluate("document.documentElement.dataset.theme"))
    assert themes == ["dark", "light", "dark"]


def test_arrow_keys_scroll_what_is_too_wide(page, address):
    """Boxes that scroll, and no others, take the focus; the theme's script leaves them all alone."""
    page.set_viewport_size(PHONE)
    page.goto(f"{address}/book/08_backprop_all_parameters.html?code")
    boxes = page.locator(":is(.katex-display, div.cell_input pre):not(details:not([open]) *)")
    boxes = boxes.locator("visible=true")
    for box in boxes.all():
        box.scroll_into_view_if_needed()
    for box in boxes.all():
        page.wait_for_function("one => one.scrollWidth > one.clientWidth === (one.tabIndex === 0)",
                               arg=box.element_handle())
    found = boxes.evaluate_all(
        "all => all.map((one) => [one.scrollWidth > one.clientWidth, one.getAttribute('tabindex')])")
    assert {(wide, index) for wide, index in map(tuple, found)} == {(True, "0"), (False, None)}
    wide = boxes.nth([wide for wide, _ in found].index(True))
    cue = shade_at_its_right(wide)
    wide.press("ArrowRight")
    page.wait_for_function("one => one.scrollLeft > 0", arg=wide.element_handle())
    wide.evaluate("one => { one.scrollLeft = one.scrollWidth; }")
    assert cue < shade_at_its_right(wide) - 20


def shade_at_its_right(box):
    """How light a box is at its right edge, above its words: a shadow there says that it goes on."""
    picture = Image.open(BytesIO(box.screenshot())).convert("L")
    return picture.getpixel((picture.width - 4, 4))


def test_the_notebook_button_saves_a_file(page, address):
    page.goto(f"{address}/book/{CHAPTERS[0]}.html")
    page.locator(".dropdown-download-buttons button").first.click()
    with page.expect_download() as saved:  # Colab and Binder have links of the same end
        page.locator(f'.dropdown-download-buttons a[href$="{CHAPTERS[0]}.ipynb"]').click()
    assert saved.value.suggested_filename == f"{CHAPTERS[0]}.ipynb"


def test_chapter_can_be_downloaded(site):
    """What is saved is looked at in test_edition, and opened in JupyterLab in test_lab."""
    for chapter in CHAPTERS:
        html = (site / "book" / f"{chapter}.html").read_text(encoding="utf-8")
        assert f'href="../_sources/book/{chapter}.ipynb"' in html


# The checks themselves: each must be able to fail.

def test_watch_sees_every_kind_of_complaint(browser, address):
    page = browser.new_page()
    watch = Watch(page, address)
    page.goto(f"{address}/search.html", wait_until="networkidle")
    assert not watch.complaints
    for event, cause in [("console", "console.error('wrong')"),
                         ("pageerror", "setTimeout(() => { throw new Error('thrown'); })"),
                         ("response", "fetch('/nowhere.js').catch(() => 0)"),
                         ("requestfailed", "fetch('http://127.0.0.2:9/').catch(() => 0)")]:
        with page.expect_event(event):
            page.evaluate(cause)
    page.context.set_offline(True)
    for file in ICON, "figure.js":
        with page.expect_event("requestfailed"), page.expect_event("console"):
            page.evaluate("file => { fetch(`/_static/${file}`, {cache: 'no-store'}).catch(() => 0); }", file)
    page.close()
    without_net = [complaint for complaint in watch.complaints if "net::ERR_INTERNET_DISCONNECTED" in complaint]
    assert len(without_net) == 2 and all("/_static/figure.js" in complaint for complaint in without_net)
    for part in ("console: wrong", "page error: thrown", "404: ", "request to another host: http://127.0.0.2:9/"):
        assert [complaint for complaint in watch.complaints if part in complaint], part


def test_a_stale_site_is_seen(tmp_path):
    sources = ["book/1.ipynb", "nbcode/figure/figure.mjs", "nbcode/figure/figure.css"]
    built = ["book/1.html", "_static/figure.js", "_static/figure.css"]
    for time, (folder, names) in enumerate([(tmp_path, sources), (tmp_path / "site", built)]):
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).touch()
            os.utime(folder / name, (time, time))
    assert not stale(tmp_path / "site", tmp_path)
    os.utime(tmp_path / "book/1.ipynb", (9, 9))
    assert "1.ipynb" in stale(tmp_path / "site", tmp_path)
    style = tmp_path / "_ext/static/book.css"
    style.parent.mkdir(parents=True)
    style.write_text("p {}", encoding="utf-8")
    assert "book.css" in stale(tmp_path / "site", tmp_path)
    (tmp_path / "site/_static/figure.js").unlink()
    assert "figure.mjs" in stale(tmp_path / "site", tmp_path)


# The extensions

def extension(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "_ext" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_figure_module_becomes_a_classic_script():
    classic = extension("pages/live_figures").classic
    assert classic("const a = 1;\nexport { mount };\n") == (
        "(() => { const a=1;globalThis.nbcode={mount}; })();\n")
    for text in ("const a = 1;\n", "export { mount };\nconst a = 1;\n"):
        with pytest.raises(ExtensionError, match="must end with"):
            classic(text)


def test_katex_answers_over_pipes_line_by_line():
    """As on every system: no socket, no file of one."""
    renderer, options = Renderer(), {"throwOnError": True}
    html = renderer.render({"latex": "a\n+ \\text{ü}", "katex_options": options})["html"]
    assert 'class="katex-html"' in html and "ü" in html
    assert "parse error" in renderer.render({"latex": "\\frac{", "katex_options": options})["error"]
    renderer.process.kill()
    renderer.process.wait()
    with pytest.raises(ExtensionError, match="has stopped"):
        renderer.render({"latex": "a", "katex_options": options})


@pytest.mark.parametrize("path", PAGES)
def test_a_mistake_can_be_told_from_every_page(site, path):
    html = (site / path).read_text(encoding="utf-8")
    url = SETTINGS["repository"]["url"]
    form = rf'{url}/issues/new\?[^"]*' if url else r'([^"#]*contributing\.html)?#found-a-mistake'
    assert re.search(rf'<a href="{form}">Found a mistake\?</a>', html)
    assert 'id="found-a-mistake"' in (site / "book/contributing.html").read_text(encoding="utf-8")

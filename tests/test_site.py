"""The shell of the built site in a real browser: quiet, self-contained, readable on a phone, without scripts."""
import gzip
import importlib.util
import os
import re
import shutil
import statistics
import struct
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from browser import PATIENCE, ROOT, Watch, stale
from nbformat.v4 import new_markdown_cell, new_notebook
from playwright.sync_api import Route
from sphinx.errors import ExtensionError

CHAPTERS = sorted(path.stem for path in ROOT.glob("book/*.ipynb"))
PAGES = sorted(f"book/{path.stem}.html" for path in ROOT.glob("book/*.*") if path.suffix in (".ipynb", ".md"))
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
UNWANTED = re.compile(r"fontawesome|require|mathjax|thebe|html-manager", re.IGNORECASE)
# Bytes on their way and files: a first visit to any page; then the next chapter, the heaviest and the median.
FIRST, REQUESTS, NEXT, USUALLY = 225_000, 24, 95_000, 65_000
# Chapters that are still too heavy, and what each may weigh until it is lightened: (first visit, next chapter).
HEAVY = {"book/12_index_notation.html": (234_500, 97_000), "book/17_backprop_matrix_form.html": (227_000, NEXT),
         "book/20_convolution.html": (240_000, 102_500), "book/22_lstm.html": (239_000, 105_000)}


def overflow(page):
    """By how many pixels the page is wider than its window, and what sticks out."""
    return page.evaluate("""() => {
        for (const section of document.querySelectorAll("section")) section.style.contentVisibility = "visible";
        const wide = document.documentElement.scrollWidth - innerWidth;
        const right = element => element.getBoundingClientRect().right;
        const out = [...document.querySelectorAll('main *')].filter(element => right(element) > innerWidth);
        return wide > 0 ? [wide, ...out.slice(-3).map(element => element.outerHTML.slice(0, 120))] : [];
    }""")


@pytest.mark.parametrize("path", [*PAGES, "search.html"])
def test_page_is_quiet_and_fits(page, address, path):
    page.goto(f"{address}/{path}", wait_until="networkidle")
    assert page.title() and page.locator("main h1").first.inner_text()
    assert not page.locator(".katex-error").count()
    for viewport in (DESK, PHONE):
        page.set_viewport_size(viewport)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)
            assert not overflow(page)


@pytest.mark.parametrize("path", PAGES)
def test_formulas_need_no_scripts(new_page, address, site, path):
    page = new_page(viewport=PHONE, java_script_enabled=False)
    page.goto(f"{address}/{path}")
    formulas = page.locator("main .math")
    assert page.locator("main .math .katex-html").count() == formulas.count()
    assert formulas.count() > 0 or not path.removeprefix("book/")[0].isdigit()


def test_pages_say_what_they_are(site):
    """A title and a description of each page's own, and a picture of the size that others show."""
    titles, descriptions = [], []
    for path in PAGES:
        html = (site / path).read_text(encoding="utf-8")
        titles += re.findall(r"<title>(.+?)</title>", html)
        descriptions += re.findall(r'<meta name="description" content="([^"]{30,300})" />', html)
        picture, = re.findall(r'<meta property="og:image" content="([^"]+)" />', html)
        assert struct.unpack(">II", (site / path).parent.joinpath(picture).read_bytes()[16:24]) == (1200, 630)
    assert len(PAGES) == len(set(titles)) == len(set(descriptions))


@pytest.fixture(scope="module")
def visits(browser, address, site):
    """{page: {file: its bytes as a server sends them}}, in the order of the book; a table of it is printed."""
    visits, seen, lines = {}, set(), ["", f"{'kB of':40} {'first visit':>12} {'after others':>13} {'requests':>9}"]
    for path in sorted(PAGES, key=lambda path: (not path[5].isdigit(), path)):
        page = browser.new_page(viewport=DESK)
        watch = Watch(page, address)
        page.goto(f"{address}/{path}", wait_until="networkidle")
        live = page.locator(".nbfig[data-live]").count() > 0
        assert any("figure.js" in url for url in watch.requests) == live
        assert not [url for url in watch.requests if UNWANTED.search(url)]
        page.close()
        files = [unquote(urlsplit(url).path) for url in watch.requests if url.startswith("http")]
        visits[path] = {file: sent(site / file.lstrip("/")) for file in files}
        assert len(files) == len(visits[path]), "a file is asked for twice"
        whole, new = sum(visits[path].values()), sum(visits[path][file] for file in files if file not in seen)
        seen.update(files)
        lines.append(f"{path:40} {whole / 1000:12.0f} {new / 1000:13.0f} {len(files):9}")
    print("\n".join(lines))
    return visits


def sent(file):
    """Bytes of a file on its way: fonts and pictures as they are, all else compressed."""
    data = file.read_bytes()
    return len(data if file.suffix in (".woff", ".woff2", ".png") else gzip.compress(data, 9))


@pytest.mark.parametrize("path", PAGES)
def test_a_first_visit_is_light(visits, path):
    first, _ = HEAVY.get(path, (FIRST, NEXT))
    assert sum(visits[path].values()) < first and len(visits[path]) <= REQUESTS


def test_the_next_chapter_is_light(visits):
    """What a reader fetches who has read the chapter before."""
    chapters = [path for path in visits if path.removeprefix("book/")[0].isdigit()]
    new = {path: sum(size for file, size in visits[path].items() if file not in visits[before])
           for before, path in zip(chapters, chapters[1:], strict=False)}
    assert not [path for path, size in new.items() if size >= HEAVY.get(path, (FIRST, NEXT))[1]], new
    assert statistics.median(new.values()) < USUALLY, new


@pytest.mark.parametrize("query, page_found, words", [
    ("residuals", "gradient_descent", "residual"),            # a word
    ("Vanishing gradients", "18_vanishing", "A signal goes in"),  # a chapter; its first words are shown
    ("eta", "notation", "Notation"),                          # a symbol
    ("dW", "notation", "dW"),                                 # a name in the code
    ("sq-02-interwoven-sum", "notes_checked", "The notes, checked"),  # a claim
])
def test_search_finds(page, address, query, page_found, words):
    page.goto(f"{address}/search.html?q={query}")
    found = page.locator("#search-results li", has=page.locator(f'a[href*="{page_found}"]')).filter(has_text=words)
    found.first.wait_for()  # results come one by one
    assert "Contents" not in found.first.inner_text()


@pytest.mark.parametrize("query, first", [
    ("chain rule", "03_chain_rule"), ("gradient descent", "05_gradient_descent"),
    ("backpropagation", "06_backprop_one_bias"), ("LSTM", "22_lstm"), ("Vanishing gradients", "18_vanishing"),
    ("7.4", "07_backprop"), ("784", ""), ("13,002", ""), ("BPTT", "")])
def test_the_page_of_that_name_is_found_first(page, address, query, first):
    page.goto(f"{address}/search.html?q={query}")
    link = page.locator("#search-results li a").first
    link.wait_for()
    assert first in link.get_attribute("href")


SHIFTS = """new PerformanceObserver((list) => {
  for (const {value, hadRecentInput} of list.getEntries())
    if (!hadRecentInput) window.shifted = (window.shifted ?? 0) + value;
}).observe({type: "layout-shift", buffered: true});"""
# A page shows its text after three seconds, letters of formulas or not: not measured by a busy machine's clock.
PATIENT = """const wait = setTimeout;
window.setTimeout = (what, time, ...more) => wait(what, time < 3000 ? time : 1e6, ...more);"""
READ = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  for (let before = -1; scrollY > before;) {
    before = scrollY;
    scrollBy({top: 900, behavior: "instant"});
    await frame();
    await frame();
  }
}"""
SET = "!document.documentElement.classList.contains('unset')"


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_jumps(new_page, address, path, viewport):
    """Layout shift while a page loads, fonts after the first paint, and is read to its end (0.1 is good)."""
    page, late, painted = new_page(viewport=viewport), [], []
    page.add_init_script(SHIFTS + PATIENT)
    page.route("**/*.woff2", lambda route: route.continue_() if painted else late.append(route))
    page.goto(f"{address}/{path}", wait_until="commit")
    page.wait_for_function("performance.getEntriesByType('paint').length")
    painted.append(True)
    for route in late:
        route.continue_()
    page.wait_for_load_state("load")
    page.wait_for_function(SET)
    page.evaluate(READ)
    assert page.evaluate("window.shifted ?? 0") <= 0.02


@pytest.mark.parametrize("answer", [Route.abort, lambda route: None], ids=["refused", "never sent"])
def test_text_is_shown_without_the_letters_of_its_formulas(browser, address, answer):
    page = browser.new_page(viewport=DESK)
    page.route("**/*.woff2", lambda route: answer(route))
    page.goto(f"{address}/book/{CHAPTERS[0]}.html", wait_until="commit")
    page.wait_for_function(SET)
    assert page.locator("article h1").is_visible()
    page.close()


def test_a_jump_is_seen(new_page, address):
    page = new_page(viewport=DESK)
    page.add_init_script(SHIFTS)
    page.goto(f"{address}/book/glossary.html", wait_until="load")
    page.evaluate("document.querySelector('article h1').style.marginTop = '300px'")
    page.wait_for_function("window.shifted > 0.02")


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
def test_a_link_into_a_page_leads_there(new_page, address, link, viewport):
    page = new_page(viewport=viewport)
    path, _, place = link.partition("#")
    heading = page.locator(f"#{place} :is(h2, h3)").first
    page.goto(f"{address}/book/{link}", wait_until="networkidle")  # from another page
    assert 0 <= heading.bounding_box()["y"] < 200
    page.goto(f"{address}/book/{path}?again", wait_until="networkidle")  # and within the page
    page.evaluate("place => { location.hash = place; }", place)
    assert 0 <= heading.evaluate(AT_REST) < 200


def test_an_address_with_numbers_leads_to_its_figure(page, address):
    page.goto(f"{address}/book/18_vanishing_gradients.html#weight-scale=c:0.5", wait_until="networkidle")
    figure = page.locator("#fig-weight-scale")
    box = figure.bounding_box()
    assert abs(box["y"] + box["height"]/2 - DESK["height"]/2) < 100  # in the middle of the window
    assert figure.locator("input:not([type=range])").first.input_value() == "0.5"


def test_site_works_from_a_folder(new_page, site):
    page = new_page(viewport=DESK)
    page.goto((site / "index.html").as_uri(), wait_until="networkidle")
    page.wait_for_url("**/book/index.html")
    page.goto((site / "book" / f"{CHAPTERS[0]}.html").as_uri(), wait_until="networkidle")
    assert page.locator(".katex").count() and page.locator('.nbfig[data-live="on"]').count()


def test_what_scripts_hide_is_there_without_them(new_page, address):
    page = new_page(viewport=PHONE, java_script_enabled=False)
    page.goto(f"{address}/book/{CHAPTERS[0]}.html")
    assert page.locator(".nbfig svg").first.is_visible()
    assert not page.locator(".nbfig input, .nbfig button").first.is_visible()


def test_paper_has_pictures_and_no_controls(page, address):
    page.goto(f"{address}/book/{CHAPTERS[0]}.html", wait_until="networkidle")
    page.emulate_media(media="print")
    assert page.locator(".nbfig svg").first.is_visible()
    assert not page.locator(".nbfig input, .nbfig button, .copybtn").locator("visible=true").count()


def test_paper_is_light_and_the_screen_dark_again(new_page, address):
    page = new_page(viewport=DESK, color_scheme="dark")
    page.goto(f"{address}/book/{CHAPTERS[0]}.html", wait_until="networkidle")
    themes = [page.evaluate("document.documentElement.dataset.theme")]
    for event in ("beforeprint", "afterprint"):
        page.evaluate("name => dispatchEvent(new Event(name))", event)
        themes.append(page.evaluate("document.documentElement.dataset.theme"))
    assert themes == ["dark", "light", "dark"]


def test_arrow_keys_scroll_what_is_too_wide(new_page, address):
    """Boxes that scroll, and no others, take the focus; the theme's script leaves them all alone."""
    page = new_page(viewport=PHONE)
    page.goto(f"{address}/book/08_backprop_all_parameters.html?code", wait_until="networkidle")
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
    wide.press("ArrowRight")
    page.wait_for_function("one => one.scrollLeft > 0", arg=wide.element_handle())


def test_the_notebook_button_saves_a_file(page, address):
    page.goto(f"{address}/book/{CHAPTERS[0]}.html", wait_until="networkidle")
    page.locator(".dropdown-download-buttons button").first.click()
    with page.expect_download() as saved:
        page.locator(f'a[href$="{CHAPTERS[0]}.ipynb"]').click()
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
    page.close()
    for part in ("console: wrong", "page error: thrown", "404: ", "request to another host: http://127.0.0.2:9/"):
        assert [complaint for complaint in watch.complaints if part in complaint], part


def test_overflow_is_seen(browser, address):
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{address}/search.html")
    page.evaluate("document.querySelector('main').append(Object.assign(document.createElement('div'), "
                  "{style: 'width: 500px', textContent: 'wide'}))")
    assert overflow(page)
    page.goto(f"{address}/book/{CHAPTERS[0]}.html")
    assert not overflow(page)
    page.evaluate("""document.querySelector('article section section:last-child > h2')
        .insertAdjacentHTML('afterend', '<div style="width: 500px">wide</div>')""")
    assert overflow(page)
    page.close()


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
    style.write_text("p {}")
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


@pytest.mark.parametrize("url", ["", "https://github.com/someone/book"])
def test_launch_buttons_wait_for_the_address(tmp_path, url):
    for name in ("_ext", "nbcode", "node_modules"):
        (tmp_path / name).symlink_to(ROOT / name)
    config = (ROOT / "_config.yml").read_text(encoding="utf-8")
    assert config.count('\n  url: ""\n') == 1
    config = config.replace('\n  url: ""\n', f'\n  url: "{url}"\n')
    config = config.replace('      pdf: ""', '      pdf: "book.pdf"') if url else config
    (tmp_path / "_config.yml").write_text(config, encoding="utf-8")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/index\n", encoding="utf-8")
    (tmp_path / "book").mkdir()
    nbformat.write(new_notebook(cells=[new_markdown_cell("# A page")]), tmp_path / "book" / "index.ipynb")
    shutil.copy(ROOT / "book" / "references.bib", tmp_path / "book")
    builder = Path(sys.executable).with_name("jupyter-book")
    subprocess.run([builder, "build", "-W", tmp_path], check=True, capture_output=True, timeout=5 * PATIENCE)
    html = (tmp_path / "_build/html/book/index.html").read_text(encoding="utf-8")
    assert ("colab.research.google.com/github/someone/book/blob/notebooks/book/index.ipynb" in html) == bool(url)
    assert ("mybinder.org/v2/gh/someone/book/notebooks" in html) == bool(url)
    assert (f'{url}/issues/new?template=mistake.yml&amp;page=book/index"' in html) == bool(url)
    assert ('<a href="../book.pdf">' in html) == bool(url)
    assert "download-buttons" in html or "btn-download" in html


@pytest.mark.parametrize("path", PAGES)
def test_a_mistake_can_be_told_from_every_page(site, path):
    html = (site / path).read_text(encoding="utf-8")
    assert re.search(r'<a href="([^"#]*contributing\.html)?#found-a-mistake">Found a mistake\?</a>', html)
    assert 'id="found-a-mistake"' in (site / "book/contributing.html").read_text(encoding="utf-8")

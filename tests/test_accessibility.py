"""axe-core on every page of the built site, light and dark, on a desk and on a phone: no violation."""
import pytest
from browser import ROOT
from test_site import DESK, PAGES, PHONE

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# A chapter's formulas are 20,000 elements of one colour, hidden from readers by ear, beside MathML, of which axe
# sees nothing. For axe a formula is its text in a box of its size, or each page would take half a minute.
SHORTEN = """() => {
  const boxes = [...document.querySelectorAll(".katex-html")].map((one) => [one, one.getBoundingClientRect()]);
  for (const [one, {width, height}] of boxes) {
    one.style.cssText = `display: inline-block; overflow: hidden; width: ${width}px; height: ${height}px`;
    if (!one.querySelector("[style*=color]")) one.replaceChildren("x");
  }
  for (const one of document.querySelectorAll(".katex-mathml")) one.replaceChildren(one.textContent);
}"""
RUN = """async (only) => {
  const found = await axe.run(document, {resultTypes: ["violations"], ...(only && {runOnly: only})});
  const line = (id, {target, html}) => `${id}: ${target} ${html.slice(0, 150)}`;
  return found.violations.flatMap(({id, nodes}) => nodes.map((node) => line(id, node)));
}"""
COLOR = ["color-contrast", "link-in-text-block"]  # all that darkness can change
RESIZED = 400  # milliseconds: the theme's script looks a moment later at what has become too wide


@pytest.fixture(scope="module")
def reader(browser):
    context = browser.new_context(viewport=DESK, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def violations(page):
    """What axe finds, {(width, scheme): [...]}, without the empty ones."""
    page.add_style_tag(content="section { content-visibility: visible !important }")  # as if all had been read
    page.evaluate(SHORTEN)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = {}
    for viewport in (DESK, PHONE):
        page.set_viewport_size(viewport)
        page.wait_for_timeout(RESIZED)
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)
            found[viewport["width"], scheme] = page.evaluate(RUN, COLOR if scheme == "dark" else None)
    return {mode: each for mode, each in found.items() if each}


@pytest.mark.parametrize("path", [*PAGES, "genindex.html", "search.html"])
def test_axe_finds_nothing(reader, address, path):
    reader.set_viewport_size(DESK)
    reader.goto(f"{address}/{path}", wait_until="load")
    assert violations(reader) == {}


def test_axe_would_find_something(reader, address):
    reader.set_viewport_size(DESK)
    reader.goto(f"{address}/book/references.html", wait_until="load")
    reader.evaluate("""document.querySelector('article').insertAdjacentHTML('beforeend', `
        <img src="../_static/favicon.svg"><p style="color: #888; background: #777">grey</p>`)""")
    found = violations(reader)
    assert len(found) == 4 and all("color-contrast" in str(each) for each in found.values())
    assert "image-alt" in str(found[1280, "light"])

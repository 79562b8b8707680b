"""What is asked of every page of the built site, on a desk and on a phone.

The questions to a page are put in the order of this file, after those to its figures: first those that leave it as
it is.
"""
import gzip
import io
import json
import keyword
import os
import re
import statistics
import tokenize

import nbformat
import pytest
from browser import PHONE, ROOT, SET
from opened import SIZES
from test_site import CHAPTERS, PAGES

ALL = [*PAGES, "genindex.html", "search.html"]
UNWANTED = re.compile(r"fontawesome|require|mathjax|thebe|html-manager|fonts/whole", re.IGNORECASE)
# Bytes on their way, and files: a first visit to any page; the next chapter: the most, all but three, the median.
FIRST, REQUESTS, NEXT, MOSTLY, USUALLY = 190_000, 24, 72_000, 60_000, 42_000

PAINTED = """async () => {
  for (let frames = 2; frames; frames--) await new Promise(requestAnimationFrame);
  return scrollY === 0 && document.querySelector("article h1").checkVisibility();
}"""

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# A chapter's formulas are 20,000 elements of one colour, hidden from readers by ear, beside MathML, of which axe
# sees nothing. For axe a formula is its text in a box of its size, or each page would take half a minute. When all
# sections are laid out, as if all had been read, book.js looks in the next frame which boxes are to be scrolled.
# What a closed `details` holds is laid out with all else, in no height: axe knows that it is hidden, and yet asks
# how each part of it looks.
PREPARE = """async () => {
  document.head.insertAdjacentHTML("beforeend", `<style>
    details:not([open])::details-content { content-visibility: visible; height: 0; overflow: hidden; }</style>`);
  for (const section of document.querySelectorAll("section")) section.style.contentVisibility = "visible";
  for (let frames = 2; frames; frames--) await new Promise(requestAnimationFrame);
  const boxes = [...document.querySelectorAll(".katex-html")].map((one) => [one, one.getBoundingClientRect()]);
  for (const [one, {width, height}] of boxes) {
    one.style.cssText = `display: inline-block; overflow: hidden; width: ${width}px; height: ${height}px`;
    if (!one.querySelector("[style*=color]")) one.replaceChildren("x");
  }
  for (const one of document.querySelectorAll(".katex > math")) one.replaceChildren(one.textContent);
}"""
RUN = """async (only) => {
  const found = await axe.run(document, {resultTypes: ["violations"], ...(only && {runOnly: only})});
  const line = (id, {target, html}) => `${id}: ${target} ${html.slice(0, 150)}`;
  return found.violations.flatMap(({id, nodes}) => nodes.map((node) => line(id, node)));
}"""
COLOR = ["color-contrast", "link-in-text-block"]  # all that darkness can change


@pytest.fixture
def opened(reader, path, size):
    return reader(path, size)


def sent(file):
    """Bytes of a file on its way: fonts and pictures as they are, all else compressed."""
    data = file.read_bytes()
    return len(data if file.suffix in (".woff", ".woff2", ".png") else gzip.compress(data, 9))


@pytest.fixture(scope="module")
def visit(reader, site, request, tmp_path_factory):
    """A function that gives {file: bytes} of what a page asked for when it was opened, in whichever process."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if hasattr(request.config, "workerinput") else folder  # one for all processes

    def weigh(path, size):
        known = folder / f"{path.replace('/', ' ')} {size}.json"
        if not known.exists():
            made = known.with_suffix(f".{os.getpid()}")
            weights = {file: sent(site / file) for file in reader(path, size).files}
            made.write_text(json.dumps(weights), encoding="utf-8")
            made.replace(known)  # at one go: another process may be looking
        return json.loads(known.read_text(encoding="utf-8"))

    return weigh


def overflow(page):
    """By how many pixels the page is wider than its window, and what sticks out."""
    return page.evaluate("""() => {
        for (const section of document.querySelectorAll("section")) section.style.contentVisibility = "visible";
        const wide = document.documentElement.scrollWidth - innerWidth;
        if (wide <= 0)
            return [];
        const right = element => element.getBoundingClientRect().right;
        const out = [...document.querySelectorAll('main *')].filter(element => right(element) > innerWidth);
        return [wide, ...out.slice(-3).map(element => element.outerHTML.slice(0, 120))];
    }""")


def coloured(source):
    """[(class, text)] of what has a colour, as Python itself reads the cell."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found, depth, begin = [], 0, 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        start, end = (starts[row - 1] + column for row, column in (token.start, token.end))
        name = tokenize.tok_name[token.type]
        if name == "FSTRING_START":  # from Python 3.12 on, the parts of one string
            begin, depth = (begin if depth else start), depth + 1
        elif name == "FSTRING_END":
            depth -= 1
            start, name = begin, "STRING"
        kind = {"COMMENT": "c1", "STRING": "s2", "NUMBER": "mi"}.get(name)
        kind = "kn" if name == "NAME" and keyword.iskeyword(token.string) else kind
        if kind and not depth:
            found.append((kind, source[start:end]))
    return found


def violations(opened):
    """What axe finds in the dark and in the light, {scheme: [...]}, without the empty ones."""
    opened.page.evaluate(PREPARE)
    opened.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = {}
    for scheme, only in (("dark", COLOR), ("light", None)):
        opened.paint(scheme)
        found[scheme] = opened.page.evaluate(RUN, only)
    return {scheme: each for scheme, each in found.items() if each}


def each(paths, sizes=SIZES):
    """A test of each of these pages in each size."""
    return pytest.mark.parametrize("path, size", [(path, size) for size in sizes for path in paths])


@each(ALL)
def test_nothing_jumps(opened):
    """Layout shift while a page loads, fonts after the first paint, and is read to its end (0.1 is good)."""
    assert opened.shifted <= 0.02


@each(ALL)
def test_a_page_asks_for_what_it_needs_once(opened):
    live = opened.page.locator(".nbfig[data-live]").count() > 0
    assert any("figure.js" in file for file in opened.files) == live
    assert not [file for file in opened.files if UNWANTED.search(file)]
    assert len(opened.files) == len(set(opened.files))


@each(PAGES)
def test_a_first_visit_is_light(visit, path, size):
    files = visit(path, size)
    print(f"{path:40} {size:6} {sum(files.values()) / 1000:6.0f} kB {len(files):4} files")
    assert sum(files.values()) < FIRST and len(files) <= REQUESTS


@each(ALL)
def test_a_page_has_its_heading_and_formulas_without_fault(opened):
    assert opened.page.title() and opened.page.locator("main h1").first.inner_text()
    assert not opened.page.locator(".katex-error").count()


@each([f"book/{chapter}.html" for chapter in CHAPTERS if chapter != "index"], ["desk"])
def test_opened_code_has_the_colours_of_python(opened):
    switch = opened.page.get_by_role("button", name="Code", exact=True)
    switch.click()
    opened.page.wait_for_function("!document.querySelector('.cell-code pre:not([data-coloured])')")
    shown = opened.page.locator(".cell-code pre").evaluate_all("""all => all.map((pre) => [pre.textContent,
        [...pre.children].filter((one) => one.matches("span")).map((one) => [one.className, one.textContent])])""")
    switch.click()
    cells = nbformat.read(ROOT / f"book/{opened.chapter}.ipynb", as_version=4).cells
    saved = [cell.source.strip() for cell in cells if cell.cell_type == "code"]
    assert shown and all(text.strip() in saved for text, _ in shown)
    for text, parts in shown:
        assert [tuple(part) for part in parts] == coloured(text), text


@each(ALL)
def test_nothing_is_wider_than_the_window(opened):
    for scheme in ("light", "dark"):
        opened.paint(scheme)
        assert not overflow(opened.page)


@each(ALL)
def test_axe_finds_nothing(opened):
    assert violations(opened) == {}


@each(ALL)
def test_a_page_complains_of_nothing_and_calls_no_other_host(opened):
    """From its load to the last of the questions above."""
    assert opened.watch.complaints == []


@pytest.mark.parametrize("size", SIZES)
def test_the_next_chapter_is_light(visit, size):
    """What a reader fetches who has read the chapter before."""
    chapters = [path for path in PAGES if path.removeprefix("book/")[0].isdigit()]
    visits = {path: visit(path, size) for path in chapters}
    new = {path: sum(weight for file, weight in visits[path].items() if file not in visits[before])
           for before, path in zip(chapters, chapters[1:], strict=False)}
    assert not [path for path, weight in new.items() if weight >= NEXT], new
    assert len([path for path, weight in new.items() if weight >= MOSTLY]) <= 3, new
    assert statistics.median(new.values()) < USUALLY, new


ASKED = """const place = Element.prototype.getBoundingClientRect, article = ".bd-article ";
const asked = window.asked = [];
Element.prototype.getBoundingClientRect = function () {
  const hidden = !this.checkVisibility({contentVisibilityAuto: true});
  if (hidden && this.matches(article + "*")) asked.push(this.outerHTML.slice(0, 80));
  return place.call(this);
};
addEventListener("DOMContentLoaded", () => {
  asked.push(...[...document.querySelectorAll(article + "input[type=text]")].map((box) => box.outerHTML));
});"""


def test_what_is_far_from_the_first_screen_is_not_laid_out(new_page, address):
    """No script asks where something stands in it; nor does the browser, for text that it could fill in."""
    page = new_page(viewport=PHONE)
    page.add_init_script(ASKED)
    page.goto(f"{address}/book/22_lstm.html")
    page.wait_for_function("!document.querySelector('.nbfig[data-live=off]')")
    assert page.evaluate("asked") == []
    for box in ".answer", ".nbfig":
        assert page.locator(f"article {box} input[type=text]").count()
    page.evaluate("document.querySelector('#exercises h2').getBoundingClientRect()")
    assert len(page.evaluate("asked")) == 1


# The questions themselves: each must be able to find something.

def test_a_jump_is_seen(reader):
    page = reader("book/glossary.html", "desk").page
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    page.reload()  # Chromium does not always count a jump of what has been scrolled out of sight and back
    page.wait_for_function(SET)
    page.wait_for_function(PAINTED)
    page.wait_for_function("""() => {
        const {style} = document.querySelector("article h1");
        style.marginTop = style.marginTop ? "" : "300px";
        return window.shifted > 0.02;
    }""")


def test_overflow_is_seen(reader):
    page = reader("search.html", "phone").page
    page.evaluate("document.querySelector('main').append(Object.assign(document.createElement('div'), "
                  "{style: 'width: 500px', textContent: 'wide'}))")
    assert overflow(page)
    page = reader(f"book/{CHAPTERS[0]}.html", "phone").page
    assert not overflow(page)
    page.evaluate("""document.querySelector('article section section:last-child > h2')
        .insertAdjacentHTML('afterend', '<div style="width: 500px">wide</div>')""")
    assert overflow(page)


def test_axe_would_find_something(reader):
    opened = reader("book/references.html", "desk")
    opened.page.evaluate("""document.querySelector('article').insertAdjacentHTML('beforeend', `
        <img src="../_static/favicon.svg"><p style="color: #888; background: #777">grey</p>`)""")
    found = violations(opened)
    assert len(found) == 2 and all("color-contrast" in str(each) for each in found.values())
    assert "image-alt" in str(found["light"])

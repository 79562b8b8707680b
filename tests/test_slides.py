"""The decks: one file each, asking for nothing; figures that move, nothing cut, notes to speak from."""
import re
import sys

import lxml.html
import pytest
from browser import ROOT, TOLD, Watch

sys.path.insert(0, str(ROOT / "tools"))
import slides  # noqa: E402

CHAPTERS = "03_chain_rule", "13_softmax"
TALL = "08_backprop_all_parameters"  # has a derivation of twelve lines
WIDE = "12_index_notation"           # one whose last line is wider than the table it stands in
CUT = """() => {   // what a slide shows beyond its edge, and letters of its text that the back row cannot read
  const wrong = [];
  for (const slide of document.querySelectorAll(".slides > section")) {
    slide.hidden = false;
    slide.style.display = "flex";
    const box = slide.getBoundingClientRect(), unseen = "svg *, aside, aside *, .katex > math, .katex > math *";
    for (const one of slide.querySelectorAll(`h2, h1, .block *:not(${unseen})`)) {
      const {left, right, top, bottom, width} = one.getBoundingClientRect();
      if (width && (left < box.left || right > box.right || top < box.top || bottom > box.bottom))
        wrong.push(`cut: ${slide.textContent.slice(0, 40)} ${one.outerHTML.slice(0, 60)}`);
      if (one.matches("h2, p, li, button") && one.offsetWidth && parseFloat(getComputedStyle(one).fontSize) < 24)
        wrong.push(`small: ${one.outerHTML.slice(0, 60)}`);
    }
    slide.style.display = "";
  }
  return wrong;
}"""
PICTURES = """() => {   // the smallest letter of a picture, and names of axes that stand on their numbers
  let least = Infinity;
  const wrong = [];
  for (const slide of document.querySelectorAll(".slides > section")) {
    slide.hidden = false;
    slide.style.display = "flex";
    for (const picture of slide.querySelectorAll(".nbfig-panels > svg")) {
      const boxes = [...picture.querySelectorAll("text")].map((one) => [one, one.getBoundingClientRect()])
        .filter(([one, box]) => one.checkVisibility() && one.textContent.trim() && box.width);
      for (const [one, box] of boxes) {
        const {a, b} = one.getScreenCTM();    // of an upright text, a is 0
        least = Math.min(least, parseFloat(getComputedStyle(one).fontSize) * Math.hypot(a, b));
        const meets = boxes.some(([other, its]) => other !== one && box.left < its.right && box.right > its.left &&
          box.top < its.bottom && box.bottom > its.top);
        if (meets && one.getAttribute("transform")?.includes("rotate")) wrong.push(one.textContent);
      }
    }
    slide.style.display = "";
  }
  return [least, wrong];
}"""
LINES = "//*[@class='mtable']/*[contains(@class, 'col-align')]/*"  # of all columns of all derivations
SHARES = "[...document.querySelectorAll('.fit:has(.katex-display)')].map(one => +(one.style.zoom || 1))"
NUMBER = ".present .nbfig-numbers output"


@pytest.fixture(scope="module")
def decks(site, tmp_path_factory):
    target = tmp_path_factory.mktemp("slides")
    slides.write([*CHAPTERS, TALL, WIDE], target, site)
    return target


@pytest.fixture(scope="module")
def chapters(site):
    return {name: lxml.html.fromstring(slides.body(site, f"book/{name}")) for name in CHAPTERS}


@pytest.fixture(scope="module")
def parsed(decks):
    files = {name: (decks / f"{name}.html").read_text(encoding="utf-8") for name in [*CHAPTERS, TALL]}
    return {name: lxml.html.fromstring(text) for name, text in files.items()}


@pytest.fixture(scope="module")
def shown(browser, decks):
    """The deck of chapter 3, opened from its folder without a network."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    page = context.new_page()
    watch = Watch(page, "")
    page.goto((decks / "03_chain_rule.html").as_uri())
    page.locator("html[data-ready]").wait_for(state="attached")
    yield page
    assert watch.complaints == [] and len(watch.requests) - sum(map(is_data, watch.requests)) == 1
    context.close()


def is_data(address):
    return address.startswith("data:")


def at(page, number):
    page.evaluate("number => Reveal.slide(number)", number)
    page.wait_for_function("number => Reveal.getIndices().h === number", arg=number)


def test_nothing_is_cut_and_nothing_is_too_small(shown):
    assert shown.evaluate(CUT) == []
    least, wrong = shown.evaluate(PICTURES)
    assert least > 23.9 and not wrong
    shown.evaluate("Object.assign(document.querySelector('.fit').style, {position: 'relative', left: '900px'})")
    assert shown.evaluate(CUT)


@pytest.fixture
def laid(browser, decks):
    """A function that opens a deck."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})

    def show(name):
        page.goto((decks / f"{name}.html").as_uri())
        page.locator("html[data-ready]").wait_for(state="attached")
        return page

    yield show
    page.close()


def test_a_wide_derivation_is_set_smaller(laid):
    assert laid(WIDE).evaluate(CUT) == []


def test_a_tall_derivation_goes_on_on_the_next_slide(laid, parsed):
    page = laid(TALL)
    assert page.evaluate(CUT) == []
    least, wrong = page.evaluate(PICTURES)
    assert least > 12 and not wrong  # the powers at a logarithmic axis, below eight sliders
    lines = page.evaluate("what => document.evaluate(what, document).numberValue", f"count({LINES})")
    assert lines == parsed[TALL].xpath(f"count({LINES})") > 30
    formulas = "//*[contains(@class, 'fit')]//*[@class='katex-display']"
    assert page.locator(f"xpath={formulas}").count() > len(parsed[TALL].xpath(formulas))
    assert min(page.evaluate(SHARES)) > 0.6


def test_arrows_move_the_slider_that_has_the_focus_and_else_the_slides(shown):
    at(shown, 0)
    shown.keyboard.press("ArrowRight")
    shown.wait_for_function("Reveal.getIndices().h === 1")
    slider, before = shown.get_by_label("nudge", exact=True), shown.locator(NUMBER).all_inner_texts()
    path = shown.locator(".present .nbfig-panels").inner_html()
    slider.focus()
    for key in "ArrowRight", "ArrowUp", "ArrowRight":
        shown.keyboard.press(key)
    assert shown.locator(NUMBER).all_inner_texts() != before and slider.input_value() == "0.53"
    assert shown.locator(".present .nbfig-panels").inner_html() != path
    assert shown.evaluate("Reveal.getIndices().h") == 1
    shown.keyboard.press("PageDown")  # a remote control's key
    shown.wait_for_function("Reveal.getIndices().h === 2")
    shown.keyboard.press("ArrowLeft")
    shown.wait_for_function("Reveal.getIndices().h === 1")


def test_a_mouse_moves_a_figure_and_a_key_makes_it_dark(shown):
    at(shown, 1)
    box = shown.locator(".present input[type=range]").first.bounding_box()
    shown.mouse.click(box["x"] + 0.9*box["width"], box["y"] + box["height"] / 2)
    assert float(shown.locator(".present input[type=text]").first.input_value()) > 3
    shown.keyboard.press("Escape")
    shown.keyboard.press("d")
    assert shown.locator("html").get_attribute("data-theme") == "dark"
    shown.keyboard.press("d")


CLOSED = "not(ancestor::*[contains(@class, 'solution') or contains(@class, 'hint') or contains(@class, 'narrow')])"


def formulas(tree, where):
    return {math.text_content() for math in tree.xpath(f"{where}//*[@class='katex-display'][{CLOSED}]//math")}


def test_the_page_is_on_its_slides(parsed, chapters):
    for name, chapter in chapters.items():
        deck = parsed[name]
        assert len(formulas(chapter, ".")) > 5 and formulas(chapter, ".") == formulas(deck, "//*[@class='block']")
        assert len(deck.xpath("//figure")) == len(chapter.xpath(".//figure")) > 3
        headings = {slides.words(one) for one in deck.xpath("//h2")}
        assert {slides.words(one).removesuffix("#") for one in chapter.xpath(".//h2 | .//h3")} <= headings
        assert "In three lines" in slides.words(deck.xpath("//section")[-1])


def test_what_is_said_is_in_the_notes(parsed, chapters):
    notes = squeezed(" ".join(map(slides.words, parsed["03_chain_rule"].xpath("//aside[@class='notes']"))))
    said = [p for p in chapters["03_chain_rule"].xpath(f".//section/p[{CLOSED}]") if not slides.is_formula(p)]
    said = [slides.words(p) for p in said if not p.xpath("ancestor::*[contains(@class, 'exercise')]")]
    assert len(said) > 20 and not [text for text in said if squeezed(text) not in notes]


def squeezed(text):
    return re.sub(r"\s", "", text)


def test_a_prediction_is_settled_on_the_next_slide(parsed):
    asked, told = parsed["03_chain_rule"].xpath("//section[@data-kind='predict']")[:2]
    assert told.getprevious() is asked and not asked.xpath(".//*[@class='held']")
    assert [one.text for one in told.xpath(".//*[@class='held']")] == ["by 1/2"]
    assert "It turned out: by 1/2." in told.text_content() and "turned out" not in asked.text_content()


def test_no_solution_and_no_code_is_in_a_deck(decks, chapters):
    for name, chapter in chapters.items():
        deck = (decks / f"{name}.html").read_text(encoding="utf-8").partition("<body>")[2].partition("<script>")[0]
        text = squeezed(slides.words(lxml.html.fromstring(deck)))
        solutions = [squeezed(slides.words(p)) for p in chapter.xpath(".//*[contains(@class, 'solution')]//p")]
        long = [each for each in solutions if len(each) > 30]
        assert (len(long) > 2) == TOLD and not [each for each in long if each in text]
        assert "data-answer" not in deck and "<pre" not in deck and "Exercise" in deck

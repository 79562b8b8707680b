"""Fields, hints and predictions in a real browser, on a page made from what check_answer and settle leave."""
import html
import json
import re

import pytest
from browser import Watch
from sympy import symbols
from test_every_exercise import SOLUTIONS
from test_pages import AXE, COLOR
from test_site import DESK, PHONE

from nbcode.exercises import check_answer, settle

KEY = "executable-derivations:your-book"
w, H, S = symbols("w H S", real=True)
ASKED = {
    "formula": check_answer(None, 2*w*H - S, lures={"dS/dH": w*H}, names="b").data,
    "number": check_answer(None, 15).data,
    "grid": check_answer(None, [[w, H], [1, S]]).data,
    "choice": check_answer(None, "half", choices=["half", "a third"], lures={"the other": "a third"}).data,
    "why": {"kind": "self"},
}
PREDICTIONS = {
    "sign": settle("sign", 1, among=["down", "flat", "up"]).data,
    "line": settle("line", 0.5, between=(0, 2)).data,
    "own": {"kind": "line"},
}


def place(kind, name, data):
    text = json.dumps(data | {"label": f"The {name}"}).replace("'", "&#39;")
    return f"<div><div class='{kind}' id='{name}' data-{kind}='{text}'>Without scripts</div></div>"


def page_html():
    fields = "".join(place("answer", name, data) for name, data in ASKED.items())
    fields += "".join(place("prediction", name, data) for name, data in PREDICTIONS.items())
    lines = "".join(f"<p class='settled' data-settles='{name}'></p>" for name in ("sign", "line"))
    return (f"<!doctype html><html lang=en data-content_root='../'><meta charset=utf-8><title>T</title>"
            f"<meta name=viewport content='width=device-width'><link rel=stylesheet href='../_static/site.css'>"
            f"<article class=bd-article><section id=top><h1>The page</h1>{fields}{lines}</section></article>"
            f"<script src='../_static/answers.js'></script></html>")


def serve_fields(route):
    route.fulfill(body=page_html(), content_type="text/html",
                  headers={"content-security-policy": "default-src 'self'; style-src 'self' 'unsafe-inline'"})


URL, TOUCHED = "book/03_fields.html", {"viewport": PHONE, "has_touch": True}


@pytest.fixture(scope="module")
def window(browser, address):
    """One for every test that asks nothing of it, as a new one costs more than a load."""
    page = browser.new_page(**TOUCHED)
    watch = Watch(page, address)
    page.route(f"**/{URL}", serve_fields)
    page.goto(f"{address}/{URL}")
    yield page, watch
    page.close()


@pytest.fixture
def fields(window, new_page, address):
    """A function that opens the page, with nothing kept; `store` is a script that is run before it."""
    shared, watch = window

    def open_page(store="", **options):
        if store or options:
            page = new_page(**TOUCHED | options)
            page.add_init_script(store)
            page.route(f"**/{URL}", serve_fields)
        else:
            page = shared
            page.evaluate("localStorage.clear()")
        page.goto(f"{address}/{URL}")
        return page

    yield open_page
    assert not watch.complaints


def keeping(answers):
    """A script that puts these answers into the store."""
    book = {"version": 1, "answers": answers, "predictions": {}, "pages": {}, "last": None}
    return f"localStorage.setItem('{KEY}', {json.dumps(json.dumps(book))})"


def tell(page, name, *typed):
    """Type into a field with the keyboard alone, and what is said."""
    inputs = page.locator(f"#{name} input")
    for k, text in enumerate(typed):
        inputs.nth(k).focus()
        inputs.nth(k).fill(text)
    said = page.locator(f"#{name} .answer-said")
    inputs.nth(len(typed) - 1).press("Enter")
    page.wait_for_function("said => said.textContent", arg=said.element_handle())
    return said.inner_text()


TOLD = [
    ("2wH − S", "✓ Right."), ("\\frac{2w}{1/H}-S", "✓ Right."), ("np.abs(2)*w*H-S", "✓ Right."),
    ("wH", "that is dS/dH"), ("S-2wH", "sign is lost"), ("(2wH - S)w", "one factor w too many"),
    ("3(2wH-S)", "wrong number"), ("2wH-b", "b should not"),
    ("2w(H", "stays open"), ("1/0", "not a real number"), ("0/0", "not a real number"), ("", "Nothing is typed")]


def test_a_formula_is_checked_under_a_strict_policy(fields):
    page = fields()
    for typed, said in TOLD:
        assert said in tell(page, "formula", typed)


def test_what_is_typed_is_shown_as_it_is_understood(fields):
    page = fields()
    page.locator("#formula input").fill("2wH/S")
    page.locator("#formula .answer-read mfrac").wait_for()
    page.locator("#formula input").press("Enter")
    page.locator("#formula .answer-said:not(:empty)").wait_for()
    page.locator("#formula input").fill("2w%")
    assert page.locator("#formula .answer-said").text_content() == ""  # it was about what stood here before
    page.locator("#formula .answer-read mark").wait_for()
    assert page.locator("#formula .answer-read mark").inner_text() == "%"


def test_nothing_is_loaded_before_a_field_is_used(fields):
    page, asked = fields(), []
    page.on("request", lambda request: asked.append(request.url))
    assert not page.evaluate("performance.getEntries().some(({name}) => name.includes('machine'))")
    with page.expect_response("**/answers-machine*"):
        page.locator("#number input").focus()
    page.locator("#number input").blur()
    page.locator("#formula input").focus()
    assert len([url for url in asked if "answers-machine" in url]) == 1


def test_rows_typed_with_commas_fill_the_grid(fields):
    page = fields()
    assert tell(page, "grid", "[[w, H], [1, S]]") == "✓ Right."
    assert "changed places" not in tell(page, "grid", "w", "1", "H", "S")
    assert [each.get_attribute("aria-label") for each in page.locator("#grid input").all()][2] == "row 2, column 1"


def test_choices_and_whys_are_kept(fields):
    page = fields()
    page.locator("#choice input").nth(1).check()
    page.locator("#choice button").press("Enter")
    assert page.locator("#choice .answer-said").inner_text() == "Not yet: that is the other."
    page.locator("#why button").nth(1).press("Enter")
    tell(page, "number", "15")
    page.reload()
    assert page.locator("#why [aria-pressed=true]").inner_text() == "Partly"
    assert page.locator("#number input").input_value() == "15"
    assert page.locator("#number .answer-said").inner_text() == "✓ Right."


def test_predictions_settle(fields):
    page = fields()
    settled = page.locator(".settled")
    assert settled.all_inner_texts() == ["It turned out: up.", "It turned out: 0.5."]
    page.locator("#sign input").nth(2).check()
    page.locator("#line input").press("ArrowLeft")
    page.locator("#own input").fill("It falls.")
    page.locator("#own input").press("Tab")
    page.reload()
    assert "As you predicted" in settled.first.inner_text() and "You had predicted" in settled.last.inner_text()
    assert page.locator("#own input").input_value() == "It falls."


@pytest.mark.parametrize("store, note", [
    ("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }})",
     "keeps nothing"),
    ("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }",
     "store is full"),
    (f"localStorage.setItem('{KEY}', '{{broken')", "put aside")])
def test_a_store_that_cannot_be_used_is_one_line(fields, store, note):
    page = fields(store)
    assert tell(page, "number", "15") == "✓ Right."
    assert note in page.locator(".kept-note").inner_text()


def test_targets_are_large_and_letters_do_not_zoom(fields):
    page = fields()
    for each in page.locator("input[type=text], button, label.answer-choice").all():
        assert each.bounding_box()["height"] >= 44
    assert page.evaluate("getComputedStyle(document.querySelector('.answer-input')).fontSize") == "16px"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_two_tabs_keep_both_answers_and_an_older_book(fields):
    """Two tabs of one browser; what an earlier format kept is there, and what is no book's is not."""
    old = {"version": 0, "answers": {"why": {"state": "had"}, "number": {"state": 7}, "choice": "x"},
           "predictions": {}, "pages": {"../../x": {"total": "many"}}, "last": {"page": "javascript:alert(1)"}}
    one = fields(f"localStorage.setItem('{KEY}', localStorage.getItem('{KEY}') ?? {json.dumps(json.dumps(old))})")
    other = one.context.new_page()
    other.route(f"**/{URL}", serve_fields)
    other.goto(one.url)
    assert tell(one, "number", "15") == "✓ Right."
    assert tell(other, "formula", "2wH - S") == "✓ Right."
    one.locator("#line input").press("ArrowLeft")
    kept = json.loads(other.evaluate(f"localStorage.getItem('{KEY}')"))
    assert {name: each["state"] for name, each in kept["answers"].items()} == {
        "why": "had", "number": "solved", "formula": "solved"}
    assert [*kept["predictions"]] == ["line"] and kept["version"] == 1 and kept["last"]["page"] == "book/03_fields"
    assert one.locator(".kept-note").inner_text() == other.locator(".kept-note").inner_text() == ""


WALKED = "06_backprop_one_bias"  # it has numbers, a formula, choices, hints, and a line to set a number on
AT = """() => {
  const at = document.activeElement, box = at.closest(".answer, .prediction");
  const inputs = [...box?.querySelectorAll("input") ?? []];
  const place = at.closest(".prev-next-area") ? "end"
    : at.matches(":is(.hint, .solution) > summary") ? "closed"
    : box && at.matches("input, [type=submit]") ? `${box.className.split(" ")[0]} ${at.type}` : "";
  return [place, box?.id, inputs.indexOf(at), at.value];
}"""


LOW = """() => {
  const targets = ".answer input[type=text], .answer button, .answer-choice, .hint > summary, [type=range]";
  const all = [...document.querySelectorAll(`:is(.answering, .hints, .prediction) :is(${targets})`)];
  return all.filter((one) => one.getBoundingClientRect().height < 43.9).map((one) => one.outerHTML);
}"""
LOOK = """async (only) => {
  const include = [".answering", ".hints", ".prediction", ".settled"].map((each) => [each]);
  const {violations} = await axe.run({include}, {resultTypes: ["violations"], ...(only && {runOnly: only})});
  return violations.flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html}`));
}"""


def test_a_chapter_is_worked_through_by_keyboard(new_page, address):
    """Predictions, hints, answers, solutions: all by Tab, arrows, Space and Enter; then axe looks."""
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(f"{address}/book/{WALKED}.html")
    press, said = page.keyboard.press, []
    for key in ("Tab", "Enter", "Tab"):  # past the header
        press(key)
    while (at := page.evaluate(AT))[0] != "end":
        place, name, order, _ = at
        if place == "closed":
            press("Enter")
        elif place == "answer text":
            page.keyboard.insert_text(solution(name)[order])
        elif place == "answer radio":
            press("Space")
            while page.evaluate(AT)[3] != SOLUTIONS[name]["right"]:
                press("ArrowDown")
        elif place == "answer submit":
            press("Enter")
            page.locator(f"#{name} .answer-said:not(:empty)").wait_for()
            said.append(page.locator(f"#{name} .answer-said").inner_text())
        elif place.startswith("prediction"):
            press("ArrowRight" if place.endswith("range") else "Space")
        press("Tab")
    assert said == ["✓ Right."] * page.locator("[data-answer]").count()
    assert page.locator(".hint:not([open]), .solution:not([open])").count() == 0
    kept = json.loads(page.evaluate(f"localStorage.getItem('{KEY}')"))
    settled = page.locator(".settled").all_text_contents()
    assert len(kept["predictions"]) == len(settled) == page.locator("[data-prediction]").count()
    assert all("predicted" in line for line in settled)
    assert page.evaluate("matchMedia('(pointer: coarse)').matches") and page.evaluate(LOW) == []
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for scheme, only in (("light", None), ("dark", COLOR)):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)
        assert page.evaluate(LOOK, only) == []


def solution(name):
    right = SOLUTIONS[name]["right"]
    return right[0] if isinstance(right[0], list) else right


def test_without_scripts_the_text_says_where_to_check(fields):
    assert fields(java_script_enabled=False).locator("#formula").inner_text() == "Without scripts"


def test_hostile_text_is_a_sentence_and_stays_typed(fields):
    page = fields()
    for typed in ("x+" * 5000, "(" * 900, "1/0", "9^9^9^9", "<img src=x onerror=alert(1)>", "exp(exp(exp(99w)))"):
        assert 5 < len(tell(page, "formula", typed)) < 120
        assert page.locator("#formula input").input_value() == typed


def test_your_book_counts_exercises(new_page, address, site):
    """An exercise with two fields is one: listed once, by its name, and solved when both are."""
    written = re.search('data-book="([^"]*)"', (site / "book" / "your_book.html").read_text(encoding="utf-8"))[1]
    chapter = json.loads(html.unescape(written))[1]
    two, one = (next(each for each in chapter["exercises"] if each["fields"] == n) for n in (2, 1))
    done, again = {"state": "solved", "page": chapter["page"], "step": 0, "due": 0}, f"{two['id']}--2"
    page = new_page(viewport=DESK)
    answers = {two["id"]: done | {"fields": 2}, again: done | {"state": "tried"}, one["id"]: done}
    page.add_init_script(keeping(answers))
    page.goto(f"{address}/book/your_book.html")
    assert sorted(page.locator(".your-book li").all_inner_texts()) == sorted([one["title"], two["title"]])
    row = page.locator(".your-book tr", has=page.get_by_role("rowheader", name=chapter["title"]))
    assert row.locator("td").all_inner_texts()[:3] == ["1", "1", str(len(chapter["exercises"]) - 2)]
    mark = page.locator(f".bd-sidebar-primary a[href$='{chapter['page'].split('/')[1]}.html'] .done")
    assert mark.all_inner_texts() == ["1"]
    page.locator(f".your-book a[href*='{two['id']}']").click()
    assert "Can you still?" in page.locator(f"#{two['id']}").get_by_role("status").inner_text()

"""The page Practice in a real browser: tasks by keyboard, hints, what comes back, links and sheets for a class."""
import json
import re
import sys
from io import BytesIO

import pikepdf
import pytest
from browser import ROOT, until
from marionette_driver.by import By
from marionette_driver.keys import Keys
from test_fields import KEY
from test_pages import AXE, COLOR
from test_site import DESK, PAGES, PHONE

sys.path.insert(0, str(ROOT / "_ext"))
from shell.node import run  # noqa: E402

PAGE, DAY, NOON = "book/practice.html", 86_400_000, 1_800_000_000_000
LOW = """() => {
  const all = document.querySelectorAll(".practice :is(input[type=text], button, summary, label.answer-choice)");
  const low = (one) => one.checkVisibility() && one.getBoundingClientRect().height < 43.9;
  return [...all].filter(low).map((one) => one.outerHTML);
}"""
LOOK = """async (only) => {
  const found = await axe.run(".practice", {resultTypes: ["violations"], ...(only && {runOnly: only})});
  return found.violations.flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html}`));
}"""


@pytest.fixture(scope="module")
def levels(site):
    return json.loads((site / "_static" / "practice" / "levels.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bank(site, levels):
    """{title: task} of the first level, and its name."""
    level = levels[0]["id"]
    file = site / "_static" / "practice" / f"{level}.json"
    return level, json.loads(file.read_text(encoding="utf-8"))["tasks"]


@pytest.fixture
def practise(new_page, address):
    """A function that opens the page for a level, with what was done before, at noon of a certain day."""
    def open_page(query="", kept=None, store="", **options):
        page = new_page(**{"viewport": DESK} | options)
        page.clock.set_fixed_time(NOON / 1000)
        if kept is not None:
            book = {"version": 1, "answers": {}, "predictions": {}, "practice": kept, "pages": {}, "last": None}
            page.add_init_script(f"localStorage.getItem('{KEY}') ?? "
                                 f"localStorage.setItem('{KEY}', {json.dumps(json.dumps(book))})")
        if store:
            page.add_init_script(store)
        page.goto(f"{address}/{PAGE}{query}")
        return page
    return open_page


def kept(page):
    return json.loads(page.evaluate(f"localStorage.getItem('{KEY}')"))["practice"]


def task_of(page, tasks):
    """The task that stands on the page."""
    page.locator(".practice-body").wait_for()
    name = page.locator(".practice-work").get_attribute("data-task")
    return next(task for task in tasks if task["id"] == name)


def solve(page, task):
    """By keyboard alone, from the heading to "Next task", which has the focus then."""
    press = page.keyboard.press
    page.locator(".practice-title").focus()
    while not page.evaluate("document.activeElement.matches('.practice-body input')"):
        press("Tab")
    wanted = task["lines"]
    if task["kind"] == "slip":
        press("Space")
        for _ in range(task["false"]):
            press("ArrowDown")
        press("Enter")
        wanted = [task["lines"][task["false"]]]
    for line in wanted:
        assert page.evaluate("document.activeElement.matches('input.answer-input')")
        page.keyboard.insert_text(line["right"])
        press("Enter")
    assert page.evaluate("document.activeElement.textContent") in ("Next task", "All levels")


def plain(remark):
    """The longest piece of a remark without a formula."""
    return max(remark.split("`")[::2], key=len).strip()


def first(tasks, kind="derive"):
    return next(task for task in tasks if task["kind"] == kind)


def at(tasks, task):
    """What was done so that a level goes on at this task."""
    return {each["id"]: {"done": True, "step": 0, "due": None} for each in tasks if each is not task}


def test_the_scripts_logic():
    ran = run("--test", ROOT / "tests" / "practice" / "page.test.mjs")
    assert not ran.returncode, ran.stdout[-3000:]


def test_a_level_by_keyboard(practise, bank):
    """From the list of levels through all tasks of one to its end, and back to the list."""
    level, tasks = bank
    page = practise(viewport=PHONE, has_touch=True, is_mobile=True)
    page.locator(f"[data-level={level}] > a").focus()
    page.keyboard.press("Enter")
    page.locator(".practice-title:focus").wait_for()
    assert page.url.endswith(f"?level={level}") and page.evaluate(LOW) == []
    done = through(page, tasks, len(tasks))
    assert done == [task["id"] for task in tasks]
    assert " is done." in page.locator(".practice-kind").inner_text()
    assert kept(page) == {name: {"done": True, "step": 0, "due": None} for name in done}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Enter")
    assert "all done" in page.locator(f"[data-level={level}] .practice-done").inner_text()


def through(page, tasks, count):
    """The tasks that come, so many, each solved by keyboard; their names."""
    done = []
    while len(done) < count:
        task = task_of(page, tasks)
        solve(page, task)
        done.append(task["id"])
        assert "every line right" in page.locator(".practice-kind").inner_text()
        if len(done) < count:
            page.keyboard.press("Enter")
            page.locator(".practice-title:focus").wait_for()
    return done


def test_the_ten_of_a_seed_come_to_an_end(practise, bank):
    level, tasks = bank
    page = practise(f"?level={level}&seed=7")
    assert len(set(through(page, tasks, 10))) == 10
    assert "These ten are done." in page.locator(".practice-kind").inner_text()
    page.keyboard.press("Enter")
    total = page.locator(f"[data-level={level}]").get_attribute("data-tasks")
    assert page.locator(f"[data-level={level}] .practice-done").inner_text() == f"10 of {total} done"


def test_a_wrong_line_is_named_and_what_is_shown_counts(practise, bank):
    level, tasks = bank
    task = first(tasks)
    page = practise(f"?level={level}", at(tasks, task))
    page.evaluate(AXE.read_text(encoding="utf-8"))
    lines = page.locator(".practice-line")
    one, two = (lines.nth(k) for k in (0, 1))
    wrong, _, remark = task["lines"][1]["slips"][0]
    hint_of = page.get_by_role("button", name="Hint for line")  # at the line that is worked on alone
    assert hint_of.count() == 1 and hint_of.get_attribute("aria-label").startswith("Hint for line 1:")
    two.locator("input").fill(wrong)
    two.locator("input").press("Enter")
    assert plain(remark) in two.locator(".answer-said").inner_text()
    assert hint_of.count() == 1 and hint_of.get_attribute("aria-label").startswith("Hint for line 2:")
    assert page.locator(".practice-sum").inner_text() == "The first line to mend is line 2."
    one.locator("input").fill("2*(")
    one.locator("input").press("Tab")  # to the hints of the line: it is not left yet
    assert one.locator(".answer-said").inner_text() == ""
    for hint in task["lines"][0]["hints"]:
        page.keyboard.press("Enter")
        assert plain(hint) in one.locator(".practice-hints li").last.inner_text()
    two.locator("input").focus()
    one.locator(".answer-said:not(:empty)").wait_for()
    assert "stays open" in one.locator(".answer-said").inner_text()
    for scheme, only in (("light", None), ("dark", COLOR)):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)
        assert page.evaluate(LOOK, only) == []
    page.reload()  # what was typed is there, and so is the slip that was made
    assert two.locator("input").input_value() == wrong and kept(page)[task["id"]]["wrong"] == 1
    two.locator("input").fill(task["lines"][1]["right"])
    two.locator("input").press("Tab")
    page.locator(".practice-title").focus()
    two.locator(".practice-right").wait_for()  # leaving a line checks it
    one.locator("input").focus()
    one.get_by_role("button", name="Show me this line").click()
    for k in range(2, len(task["lines"])):
        lines.nth(k).locator("input").fill(task["lines"][k]["right"])
        lines.nth(k).locator("input").press("Enter")
    assert "one line shown" in page.locator(".practice-kind").inner_text()
    assert kept(page)[task["id"]] == {"done": True, "step": 0, "due": NOON + DAY}


def test_the_slip_is_found_and_mended(practise, bank):
    level, tasks = bank
    task = first(tasks, "slip")
    page = practise(f"?level={level}", at(tasks, task))
    said = page.locator(".practice-body .answer-said")
    radios, go = page.locator(".practice-choice input"), page.get_by_role("button", name="This one")
    go.click()
    assert said.inner_text() == "Choose a line."
    radios.nth((task["false"] + 1) % len(task["lines"])).check()
    go.click()
    assert said.inner_text().startswith("Not yet: line")
    radios.nth(task["false"]).check()
    go.click()
    assert plain(task["lines"][task["false"]]["slips"][0][2]) in page.locator(".practice-body").inner_text()
    page.keyboard.insert_text(task["shown"][task["false"]])
    page.keyboard.press("Enter")
    assert said.inner_text()
    page.reload()  # it is found still
    page.locator(".practice-line input").fill(task["lines"][task["false"]]["right"])
    page.locator(".practice-line input").press("Enter")
    assert "every slip is mended" in page.locator(".practice-kind").inner_text()


def test_what_was_hard_comes_back(practise, bank, address):
    """One is due, one is not; done again, its pause grows; Your book says so too."""
    _, tasks = bank
    due, later = tasks[0], tasks[1]
    page = practise("", {due["id"]: {"done": True, "step": 0, "due": NOON},
                         later["id"]: {"done": True, "step": 0, "due": NOON + 1}})
    assert page.locator(".practice-due").inner_text().startswith("To review today: 1")
    page.get_by_role("button", name="Review").click()
    assert task_of(page, tasks) == due
    solve(page, due)
    assert "Still there" in page.locator(".practice-kind").inner_text()
    assert "comes back in 3 days" in page.locator(".practice-kind").inner_text()
    assert kept(page)[due["id"]] == {"done": True, "step": 1, "due": NOON + 3*DAY}
    page.clock.set_fixed_time((NOON + 2*DAY) / 1000)
    page.goto(f"{address}/book/your_book.html")
    assert "Practice: 2 tasks done, to review today: 1." in page.locator(".your-book").inner_text()
    page.goto(f"{address}/{PAGE}?review")
    assert task_of(page, tasks) == later


PRINTING = """window.print = () => {};  // each PDF made here is an end of printing; the reader's own comes last
addEventListener("afterprint", (event) => window.printed || event.stopImmediatePropagation(), true);"""


def test_a_link_is_the_same_ten_and_a_sheet_has_them_on_paper(practise, bank):
    """Two browsers open one link; the sheet names its tasks, and the answers begin on a page of their own."""
    level, tasks = bank
    query, sheets = f"?level={level}&seed=4711", []
    for _ in range(2):
        page = practise(query, {}, PRINTING)
        page.get_by_text("Ten tasks for a class").click()
        page.get_by_role("button", name="Print a sheet").click()
        sheets.append(page.locator(".practice-sheet > section > h2").all_inner_texts())
    assert sheets[0] == sheets[1] and len(sheets[0]) == 10
    assert page.locator(".practice-address").text_content().endswith(query)
    page.emulate_media(media="print")
    visible = "[...document.body.children].filter((one) => one.checkVisibility()).map((one) => one.className)"
    assert page.evaluate(visible) == ["practice-sheet"]
    rest = ".practice-sheet > :not(.practice-answers)"
    whole, tasks_alone, answers_alone = (sheet_pages(page, hidden) for hidden in ("", ".practice-answers", rest))
    assert whole == tasks_alone + answers_alone
    assert page.locator(".practice-answers section").count() == 10
    page.evaluate("window.printed = true; dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert not page.locator(".practice-sheet").count()
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.get_by_role("button", name="Copy the link").click()
    page.get_by_text("The link is copied").wait_for()
    assert page.evaluate("copied") == page.url


def sheet_pages(page, hidden):
    style = page.add_style_tag(content=f"{hidden or '.none'} {{ display: none !important }}")
    with pikepdf.open(BytesIO(page.pdf(format="A4"))) as paper:
        count = len(paper.pages)
    style.evaluate("one => one.remove()")
    return count


@pytest.mark.parametrize("does, error, note", [("getItem", "SecurityError", "keeps nothing"),
                                               ("setItem", "QuotaExceededError", "store is full")])
def test_it_works_where_nothing_can_be_kept_and_without_the_net(practise, bank, does, error, note):
    level, tasks = bank
    page = practise(f"?level={level}", None, f"""const done = Storage.prototype.{does};
        Storage.prototype.{does} = function (key, ...more) {{
          if (key === "{KEY}") throw new DOMException("no", "{error}");
          return done.call(this, key, ...more);
        }};""")
    task = task_of(page, tasks)
    page.context.set_offline(True)  # all that a level needs is there
    solve(page, task)
    page.keyboard.press("Enter")
    page.locator(".practice-title:focus").wait_for()
    assert task_of(page, tasks) != task
    assert [text for text in page.locator(".kept-note").all_inner_texts() if note in text]


def test_a_level_that_cannot_be_loaded_says_so(new_page, address, bank):
    page = new_page(viewport=DESK)
    page.route("**/_static/practice/*.json*", lambda route: route.fulfill(body="no level"))
    page.goto(f"{address}/{PAGE}?level={bank[0]}")
    page.get_by_text("The tasks could not be loaded").wait_for()
    page.goto(f"{address}/{PAGE}?level=nowhere&seed=%3Cb%3E")
    assert page.locator(".practice-levels").is_visible()


def test_without_scripts_it_says_what_it_needs(practise):
    page = practise(java_script_enabled=False)
    assert "Practice reads and checks what you type by a script" in page.locator(".practice").inner_text()
    assert "#exercises" in page.locator(".practice noscript a").get_attribute("href")


def test_each_chapter_leads_to_its_level_and_other_pages_load_nothing_of_it(site, levels):
    for path in PAGES:
        html = (site / path).read_text(encoding="utf-8")
        scripts = re.findall(r'_static/(practice[\w-]*\.\w+)', html)
        assert {*scripts} <= {"practice.css", "practice.js" if path == PAGE else "practice-box.js"}
        assert bool(scripts) == (path == PAGE or "practice-box" in html)
        for level in levels:
            if path == f"{level['chapter']}.html":
                assert f'href="practice.html?level={level["id"]}"' in html.partition('class="practise"')[2]


BOX = """<!doctype html><html lang=en data-content_root='../'><meta charset=utf-8><title>T</title>
<article class=bd-article><h1>T</h1>{}</article><script src='../_static/practice-box.js'></script></html>"""


def test_a_box_in_a_chapter_loads_at_its_first_use(new_page, address, site, bank):
    level, tasks = bank
    html = (site / PAGE).read_text(encoding="utf-8")
    place = re.search(r'<div class="practice" (data-version.*?) data-practice', html, re.DOTALL)[1]
    data = json.dumps([{"id": level, "title": "T", "chapter": "book/03_chain_rule", "chapterTitle": "C"}])
    link = f'<p><a href="practice.html?level={level}">Practise here</a></p>'
    box = BOX.format(f"<div class='practice-box' {place} data-practice='{data}'>{link}</div>")
    page, asked = new_page(viewport=DESK), []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/book/03_box.html", lambda route: route.fulfill(body=box, content_type="text/html"))
    page.goto(f"{address}/book/03_box.html")
    assert len(asked) == 2
    page.get_by_role("link", name="Practise here").click()
    solve(page, task_of(page, tasks))
    assert page.url.endswith("/book/03_box.html")


def test_firefox_checks_a_line(firefox, address, bank):
    level, tasks = bank
    firefox.navigate(f"{address}/{PAGE}?level={level}&seed=7")
    until(firefox, "document.querySelector('.practice-work')?.dataset.task")
    until(firefox, "document.querySelector('.practice-body')")
    name = firefox.execute_script("return document.querySelector('.practice-work').dataset.task;")
    task = next(each for each in tasks if each["id"] == name)
    if task["kind"] == "slip":
        firefox.find_elements(By.CSS_SELECTOR, ".practice-choice input")[task["false"]].click()
        firefox.find_element(By.CSS_SELECTOR, ".practice-find .practice-go").click()
        task = task | {"lines": [task["lines"][task["false"]]]}
    firefox.find_element(By.CSS_SELECTOR, ".practice-line input").send_keys(task["lines"][0]["right"] + Keys.ENTER)
    until(firefox, "document.querySelector('.practice-line .practice-right')")
    shown = "document.querySelector('.practice-right math')"
    assert until(firefox, f"{shown}.getBoundingClientRect().width > 5")
    firefox.execute_script("localStorage.clear();")

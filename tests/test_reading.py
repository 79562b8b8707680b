"""A page opens for reading: what a cell becomes; in real browsers, that closed code opens in every way."""
import shutil
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import nbformat
import pytest
import yaml
from browser import PATIENCE, ROOT, SETTINGS, serve, until
from docutils import nodes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from test_site import DESK, PHONE

sys.path.insert(0, str(ROOT / "_ext"))
from reading.cells import kind, lines, words  # noqa: E402
from reading.stops import beside_numbers, keep_together  # noqa: E402

from nbcode.chain.shown import MIME  # noqa: E402

NOTEBOOKS = sorted(ROOT.glob("book/*.ipynb"))


@pytest.mark.parametrize("source, prints, expected", [
    ("import numpy as np", False, "set-up"), ("x = 1", False, "set-up"), ("assert x == 1", False, "check"),
    ("for x in y:\n    assert x", False, "check"), ("check(f, x)", False, "check"),
    ("net.prove(w)", False, "check"), ("checked = 2", False, "set-up"), ("assert x\nx", True, "output")])
def test_a_cell_says_itself_what_it_is(source, prints, expected):
    assert kind(source, prints) == expected


@pytest.mark.parametrize("source, expected", [
    ("# the two agree\nassert a == b", "the two agree"), ("# two\n# and `nbcode`\nassert a", "two and `nbcode`"),
    ("assert a  # sure", ""), ("# a step\na = 1", ""), ("assert a\n# b", ""),
    ("# from -1.5 to (-2), `x[-1]` and half-1\nassert a", "from −1.5 to (−2), `x[-1]` and half-1")])
def test_the_words_of_a_check_are_its_first_comment(source, expected):
    assert words(source) == expected


SETUP, MORE, CHECK, AGREE, MATCH, PRINTS = (
    ("import os", False), ("def f(): pass\na = 1", False), ("assert f", False), ("# they agree\nassert a", False),
    ("# they match\nassert b", False), ("f(a)", True))


@pytest.mark.parametrize("run, expected", [
    ([PRINTS, PRINTS], [("output", "Code", [0]), ("output", "Code", [1])]),
    ([SETUP, MORE, CHECK, PRINTS], [("output", "Code", [0, 1, 2, 3])]),
    ([SETUP, MORE], [("set-up", "Set-up: imports, `f`", [0, 1])]),
    ([AGREE, CHECK, MATCH], [("check", "checked: they agree; they match", [0, 1, 2])]),
    ([AGREE, MORE, PRINTS], [("check", "checked: they agree", [0]), ("output", "Code", [1, 2])]),
    ([("# so\nassert a\na", True), CHECK], [("output", "checked: so", [0]), ("check", "checked", [1])]),
    ([("a, b, c, d = e", False)], [("set-up", "Set-up: `a`, `b`, `c` …", [0])]),
    ([("# how it learns\ndef f(): pass", False)], [("set-up", "Set-up: how it learns", [0])]),
    ([("print", False)], [("set-up", "Set-up", [0])])])
def test_neighbours_share_a_line(run, expected):
    assert lines(run) == expected


def test_a_stop_stays_beside_a_short_formula():
    def together(*parts):
        line = nodes.paragraph("", "", *parts)
        keep_together(None, line)
        return [part.astext() for part in line.findall(nodes.inline)], line.astext()
    assert together(nodes.Text("so "), nodes.math("", "a"), nodes.Text(", and")) == (["a,"], "so a, and")
    assert together(nodes.math("", "a"), nodes.Text(" and")) == ([], "a and")
    assert together(nodes.math("", "a + " * 20 + "b"), nodes.Text("."))[0] == []
    assert together(nodes.Text("so "), nodes.math("", "a"))[0] == []


@pytest.mark.parametrize("text, whole", [
    ("a 3-4-4-3 network", ["3-4-4-3"]), ("from 45 % to 12.5 %.", ["45 %", "12.5 %"]),
    ("a map of 2 × 2.", ["2 × 2"]), ("the corners (0, 0), (−1, 1)", ["(0, 0)", "(−1, 1)"]),
    ("shape (from, to), yes-or-no (so, they say, it is)", ["(from, to)"])])
def test_what_is_one_thing_stays_on_one_line(text, whole):
    line = nodes.paragraph("", "", nodes.Text(text))
    keep_together(None, line)
    assert [part.astext() for part in line.findall(nodes.inline)] == whole and line.astext() == text
    typed = nodes.literal("", text)
    keep_together(None, nodes.paragraph("", "", typed))
    assert len(typed.children) == 1 and ("short" in typed["classes"]) == (len(text) <= 24)


def test_a_stop_stays_beside_a_live_number():
    context = {"body": '<ol class="nbfig-frames"><li>J is <output>3</output>. <output>4</output> too</li></ol>'}
    beside_numbers(None, "", "", context, None)
    assert '<span class="with-stop"><output>3</output>.</span> <output>4</output> too' in context["body"]


# The lints. A count is what a chapter still has to mend; at zero its line goes.

def runs(notebook):
    """(the text before them, code cells that no text parts)."""
    before = ""
    for is_code, group in groupby(notebook.cells, key=lambda cell: cell.cell_type == "code"):
        cells = list(group)
        if is_code:
            yield before, [cell for cell in cells if cell.source.strip()]
        before = "" if is_code else cells[-1].source


def shown(cells):
    """Lines of the page for a run of cells; a tag show-code stands for itself."""
    return lines([(cell.source, bool(cell.outputs)) for cell in cells])


def wordless(notebook):
    """Cells that only check, and become a line that does not say what."""
    return [cells[k].source for _, cells in runs(notebook) for what, _, numbers in shown(cells) if what == "check"
            for k in numbers if not words(cells[k].source)]


def dangling(notebook):
    """Texts that end in ":" before nothing that can be seen with all code closed."""
    return [before[-60:] for before, cells in runs(notebook) if before.rstrip().endswith(":") and
            not any(what == "output" or line.startswith("checked: ") for what, line, _ in shown(cells))]


def open_and_silent(notebook):
    return [cell.source for cell in notebook.cells
            if "show-code" in cell.metadata.get("tags", ()) and not cell.outputs]


def unasserted(notebook):
    """Tables of formulas, whose one line does not say what is asserted of them."""
    return [cell.source for cell in notebook.cells for output in cell.get("outputs", ())
            if "$" in output.get("data", {}).get("text/markdown", "") and not words(cell.source)]


def test_a_table_of_formulas_that_asserts_nothing_is_seen():
    table = [new_output("execute_result", data={"text/markdown": "| $a = b$ |\n|---|", "text/plain": "table"})]
    silent, said = (new_code_cell(source, outputs=table) for source in ("assert a", "# they agree\nassert a"))
    assert unasserted(new_notebook(cells=[silent, said])) == ["assert a"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("lint", [wordless, dangling, open_and_silent, unasserted])
def test_with_all_code_closed_nothing_is_missing(path, lint):
    assert list(lint(nbformat.read(path, as_version=4))) == []


# In the browser

CHAPTER = "book/08_backprop_all_parameters.html"
CODE = "gradient_descent"  # a word of the imports


def closed(page):
    return page.locator("details.cell-code:not([open])").count()


def test_a_handle_opens_its_code_by_mouse_and_by_key(page, address):
    page.goto(f"{address}/{CHAPTER}")
    cells = page.locator("details.cell-code")
    assert closed(page) == cells.count() > 20
    assert not page.locator("article .cell_input").locator("visible=true").count()
    handle = page.locator("details.handle").first
    handle.locator("summary").click()
    assert handle.locator("pre").first.is_visible()
    handle.locator("summary").press("Enter")
    assert not handle.locator("pre").first.is_visible()
    assert handle.locator("summary").evaluate("one => one.getBoundingClientRect().height") >= 24


def test_opened_code_is_copied_by_the_keyboard(new_page, address):
    page = new_page(viewport=DESK, permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{address}/{CHAPTER}")
    assert not page.locator(".cell-code .copybtn").count()
    page.locator("details.handle > summary").first.press("Enter")
    button = page.locator("details.handle .copybtn").first
    button.press("Enter")
    page.locator("details.handle .copybtn", has_text="Copied").wait_for()
    shown = page.locator("details.handle pre").first.text_content()
    assert page.evaluate("navigator.clipboard.readText()") == shown and "Copied" not in shown


def test_one_switch_opens_all_and_is_remembered(page, address):
    page.goto(f"{address}/{CHAPTER}")
    page.get_by_role("button", name="Code", exact=True).click()
    assert closed(page) == 0
    page.goto(f"{address}/book/03_chain_rule.html")
    switch = page.get_by_role("button", name="Code", exact=True)
    assert closed(page) == 0 and switch.get_attribute("aria-pressed") == "true"
    switch.press("Enter")
    page.reload()
    assert closed(page) == page.locator("details.cell-code").count() > 0


def test_the_address_opens_the_code_of_one_page(page, address):
    page.goto(f"{address}/{CHAPTER}?code")
    assert closed(page) == 0
    page.goto(f"{address}/book/03_chain_rule.html")
    assert closed(page) > 0
    page.goto(f"{address}/{CHAPTER}?code")
    page.get_by_role("button", name="Code", exact=True).click()
    assert closed(page) > 0 and page.url == f"{address}/{CHAPTER}"


def test_without_scripts_each_opens(new_page, address):
    page = new_page(viewport=PHONE, java_script_enabled=False)
    page.goto(f"{address}/{CHAPTER}")
    first = page.locator("details.cell-code").first
    first.locator("summary").click()
    assert first.locator("pre").first.is_visible() and CODE in first.inner_text()
    assert not page.locator(".code-switch").is_visible()


def read_aloud(page):
    """All that the accessibility tree of the page says."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    said = " ".join(str(node.get("name", {}).get("value", "")) for node in tree["nodes"] if not node["ignored"])
    return " ".join(said.split())


def test_closed_code_is_not_read_aloud(page, address):
    page.goto(f"{address}/{CHAPTER}")
    assert "import" not in read_aloud(page).replace("Set-up: imports", "").replace("important", "")
    page.locator("details.cell-code").first.locator("summary").click()
    assert f"import {CODE}" in read_aloud(page)


def test_a_search_in_the_page_reaches_closed_code(page, address):
    page.goto(f"{address}/{CHAPTER}#:~:text=import%20{CODE}")
    page.wait_for_function("document.querySelector('details.cell-code').open")


def test_a_link_into_closed_code_opens_it(page, address):
    page.goto(f"{address}/{CHAPTER}")
    page.evaluate("""() => {
        [...document.querySelectorAll("details.handle pre")].at(-1).id = "inside";
        location.hash = "inside";
    }""")
    page.locator("#inside").wait_for(state="visible")
    page.wait_for_function("Math.abs(document.getElementById('inside').getBoundingClientRect().top) < innerHeight")


def test_on_paper_code_stays_closed_and_a_check_is_said(page, address):
    page.goto(f"{address}/{CHAPTER}")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert not page.locator("article .cell_input").locator("visible=true").count()
    assert not page.locator("details.handle > summary").locator("visible=true").count()
    assert page.locator("details.checked > summary").locator("visible=true").count() > 0


# In Firefox

def test_firefox_opens_closed_code(firefox, address):
    firefox.navigate(f"{address}/{CHAPTER}")
    count = "document.querySelectorAll('details.cell-code:not([open])').length"
    until(firefox, f"{count} > 20")
    assert firefox.execute_script(
        "return [...document.querySelectorAll('.cell_input')].every((one) => !one.checkVisibility());")
    firefox.execute_script("document.querySelector('details.handle > summary').click();")
    assert firefox.execute_script("return document.querySelector('details.handle pre').checkVisibility();")
    firefox.navigate(f"{address}/{CHAPTER}?code")
    until(firefox, f"{count} === 0")
    firefox.navigate(f"{address}/{CHAPTER}#:~:text=import%20{CODE}")
    until(firefox, "document.querySelector('details.cell-code').open")
    firefox.navigate(f"{address}/{CHAPTER}")
    firefox.execute_script("""
        [...document.querySelectorAll("details.handle pre")].at(-1).id = "inside";
        location.hash = "inside";""")
    until(firefox, "document.getElementById('inside').checkVisibility()")


# A book of one page, with what no chapter need have

def formula(latex, **known):
    data = {"text/latex": latex, "text/plain": "formula"} | ({MIME: known} if known else {})
    return [new_output("execute_result", data=data)]


CELLS = [
    new_markdown_cell("# A page"),
    new_code_cell("proved", outputs=formula("$a = b$", known="proved", narrow="$n = b$")),
    new_code_cell("checked", outputs=formula("$c = d$", known="checked")),
    new_code_cell("defined", outputs=formula("$s = t$", known="defined")),
    new_code_cell("both", outputs=formula("$s = t$", known="defined") + formula("$a = b$", known="proved")),
    new_code_cell("# the two agree\nassert True\nplain", outputs=formula("$e = f$")),
    new_markdown_cell("```{aside-start} With *care*\n```\nInside."), new_code_cell("inside = 1"),
    new_markdown_cell("```{aside-end}\n```\nAfter."),
    new_code_cell("shown", outputs=formula("$g = h$"), metadata={"tags": ["show-code"]}),
    new_markdown_cell(":::{admonition} In three lines\n:class: recap\nOne. Two. Three.\n:::"),
]


def build(folder, cells):
    for name in ("_ext", "nbcode", "node_modules"):
        folder.joinpath(name).symlink_to(ROOT / name)
    settings = {name: value for name, value in SETTINGS.items() if name != "logo"}  # a file that is not here
    folder.joinpath("_config.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    folder.joinpath("_toc.yml").write_text("format: jb-book\nroot: book/index\n", encoding="utf-8")
    folder.joinpath("book").mkdir()
    python = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
    nbformat.write(new_notebook(cells=cells, metadata=python), folder / "book" / "index.ipynb")
    shutil.copy(ROOT / "book" / "references.bib", folder / "book")
    builder = Path(sys.executable).with_name("jupyter-book")
    command = [builder, "build", "-W", "--keep-going", folder]
    return subprocess.run(command, capture_output=True, timeout=5 * PATIENCE, encoding="utf-8")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    done = build(folder, CELLS)
    assert done.returncode == 0, done.stdout + done.stderr
    server, address = serve(folder / "_build" / "html")
    yield f"{address}/book/index.html"
    server.shutdown()
    server.server_close()


@pytest.fixture
def tab(browser, small):
    page = browser.new_page(viewport=DESK)
    page.goto(small)
    yield page
    page.close()


def test_a_mark_says_how_a_formula_is_known_and_opens_its_cell(tab):
    marks = tab.locator(".known")
    assert marks.all_inner_texts() == ["✓ proved", "✓ checked", "defined", "✓ proved"]
    told = tab.get_by_text("A definition: what a name stands for.")
    assert not told.is_visible()
    for k, source in enumerate(("proved", "checked", "defined", "both")):
        marks.nth(k).click()
        opened = tab.locator("details.handle[open]").nth(k)
        assert opened.locator("pre").inner_text().strip() == source
    assert told.count() == 1 and told.is_visible()
    assert tab.locator("details.checked > summary").inner_text() == "✓ checked: the two agree"


def test_a_narrow_screen_gets_the_narrow_form_and_no_other(tab):
    wide, narrow = (tab.locator(f".formula-{kind} .katex-display") for kind in ("wide", "narrow"))
    assert wide.is_visible() and not narrow.is_visible()
    tab.set_viewport_size(PHONE)
    assert narrow.is_visible() and not wide.is_visible()
    tab.emulate_media(media="print")
    assert wide.is_visible() and not narrow.is_visible()


def test_a_step_aside_is_closed_with_all_that_is_in_it(tab):
    aside = tab.locator("details.step-aside")
    assert not tab.get_by_text("Inside.").is_visible() and tab.get_by_text("After.").is_visible()
    aside.locator("> summary").click()
    assert aside.locator("> summary em").inner_text() == "care" and tab.get_by_text("Inside.").is_visible()
    assert aside.locator("details.set-up > summary").inner_text() == "Set-up: inside"
    assert aside.locator("details.set-up > summary").is_visible()


def test_a_tag_leaves_a_cell_open(tab):
    assert tab.locator("div.cell.tag_show-code pre").first.is_visible()
    assert tab.locator("details.cell-code:not([open])").count() == tab.locator("details.cell-code").count() == 6


@pytest.mark.parametrize("cells, complaint", [
    ([new_code_cell("x = 1", metadata={"tags": ["show-code"]})], "may not stand open"),
    ([new_markdown_cell("```{aside-start} A\n```\n## Next\n```{aside-end}\n```")], "must end in the section")])
def test_what_would_show_wrongly_stops_the_build(tmp_path, cells, complaint):
    done = build(tmp_path, [CELLS[0], *cells])
    assert done.returncode and complaint in done.stdout + done.stderr

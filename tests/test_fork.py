"""A book of one's own: settings filled in, three chapters of all, no solutions, once in German; and this one."""
import os
import re
import shutil
import struct
import subprocess
import sys
from html import unescape
from pathlib import Path

import nbformat
import pikepdf
import pytest
import yaml
from browser import PATIENCE, ROOT, TOLD, serve

sys.path[:0] = [str(ROOT / "_ext"), str(ROOT / "tools")]
import language  # noqa: E402
import pdf as paper  # noqa: E402

ADDRESS, SITE = "https://github.com/someone/book", "https://someone.example/book"
KEPT = ["book/03_chain_rule", "book/05_gradient_descent", "book/09_activations"]
FILLED = {
    "title": "Steepest steps", "author": "Someone", "logo": "logo.svg",
    "repository": {"url": ADDRESS, "branch": "offered"},
    "html": {"baseurl": SITE},
    "sphinx": {"config": {"language": "de", "solutions": False, "html_context": {"pdf": "book.pdf"}}},
}


ENGLISH = {"sphinx": {"config": {"language": "en"}}}
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 4"><path d="M0 4L9 0V4z"/></svg>'
PRIMARY = "--pst-color-primary: "
OWN = ["links", "edition", "handouts", "slides", "prerequisites", "site", "every_exercise"]  # tests of its pages


def filled(settings, values):
    """Settings with values put in, level by level."""
    return settings | {key: filled(settings.get(key), value) if isinstance(value, dict) else value
                       for key, value in values.items()}


def built(folder, values):
    """The site of a copy of the book with three chapters, other settings and colours, and one preset."""
    for path in ROOT.iterdir():
        if path.name in ("_ext", "book", "tests"):
            shutil.copytree(path, folder / path.name)
        elif path.name not in ("_build", "_config.yml", "_toc.yml") and not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    edit(folder / "_ext/derive/presets.yml", lambda text: yaml.safe_dump(yaml.safe_load(text)[:1]))
    edit(folder / "_ext/static/book.css", lambda text: text.replace(f"{PRIMARY}#0a5c92", f"{PRIMARY}#2b5d1f"))
    (folder / "logo.svg").write_text(LOGO, encoding="utf-8")
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    for part in toc["parts"]:
        part["chapters"] = [each for each in part["chapters"]
                            if each["file"] in KEPT or not re.match(r"book/\d", each["file"])]
    toc["parts"] = [part for part in toc["parts"] if part["chapters"]]
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    (folder / "_config.yml").write_text(yaml.safe_dump(filled(settings, values)), encoding="utf-8")
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
    command = [Path(sys.executable).with_name("jupyter-book"), "build", folder, "-n", "-W", "--keep-going"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=10 * PATIENCE)
    assert not done.returncode, done.stderr[-3000:]
    return folder / "_build" / "html"


def edit(path, change):
    before = path.read_text(encoding="utf-8")
    assert change(before) != before, path
    path.write_text(change(before), encoding="utf-8")


@pytest.fixture(scope="module")
def fork(tmp_path_factory):
    """In German."""
    return built(tmp_path_factory.mktemp("fork"), FILLED)


@pytest.fixture(scope="module")
def in_english(tmp_path_factory):
    return built(tmp_path_factory.mktemp("english"), filled(FILLED, ENGLISH))


def test_its_own_tests_pass(in_english):
    """What a fork's continuous integration asks of its pages: nothing is red since settings are filled in."""
    folder = in_english.parents[1]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:nbval", "-p", "no:cacheprovider",
               "-o", "addopts=", "-k", "not browser or saves_a_file",  # browsers see enough of this book's pages
               *(f"tests/test_{name}.py" for name in OWN)]
    done = subprocess.run(command, cwd=folder, env=os.environ | {"PYTHONPATH": str(folder)}, capture_output=True,
                          encoding="utf-8", timeout=10 * PATIENCE)
    assert not done.returncode, done.stdout[-3000:]
    passed, unasked = (int(re.search(rf"(\d+) {word}", done.stdout)[1]) for word in ("passed", "deselected"))
    assert passed > 150 and unasked


def text(site, page):
    """The words of a page's article, without its code and its formulas."""
    html = (site / f"{page}.html").read_text(encoding="utf-8")
    article = re.search(r"<article.*</article>", html, re.DOTALL)[0]
    article = re.sub(r'<(pre|script|style)\b.*?</\1>', " ", article, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", article)))


def test_what_is_left_is_numbered_anew(fork):
    titles = [re.search(r"<title>(\S+)", (fork / f"{page}.html").read_text(encoding="utf-8"))[1] for page in KEPT]
    assert titles == ["1.", "2.", "3."]
    words = text(fork, "book/09_activations")
    assert "quotient rule of chapter 1" in words and "(3.3)" in words and "(9.3)" not in words
    said = {int(number) for page in KEPT for number in re.findall(r"[Cc]hapter (\d+)", text(fork, page))}
    assert said <= {1, 2, 3} and "See chapter 3." in text(fork, "book/glossary")


def test_a_link_to_what_is_left_out_is_words(fork, site):
    html = (fork / "book/05_gradient_descent.html").read_text(encoding="utf-8")
    assert "as in the chapter “Computation graphs”" in text(fork, "book/05_gradient_descent")
    assert "04_computation_graphs" not in html
    assert "Reuses eine Formel of the chapter “Convolutional networks”" in text(fork, "book/zoo")
    ledger, own = text(fork, "book/notes_checked"), text(site, "book/notes_checked")
    claims = [int(re.search(r"settle (\d+) of them", words)[1]) for words in (ledger, own)]
    assert claims == [ledger.count("im Kapitel"), own.count("in the chapter")] and 0 < claims[0] < claims[1]
    assert "chapter_03." in ledger and "chapter_20." not in ledger


def test_no_solution_is_told(fork, site):
    for page in KEPT:
        html, own = ((folder / f"{page}.html").read_text(encoding="utf-8") for folder in (fork, site))
        told = 'class="admonition solution', 'class="answer-code"', "gives the answer away", "verrät die Antwort"
        assert own.count("data-answer=") >= html.count("data-answer=") > 0
        assert not [mark for mark in told if mark in html] and (told[0] in own) == TOLD
        offered, own = (nbformat.read(folder / f"_sources/{page}.ipynb", as_version=4) for folder in (fork, site))
        solutions = [sum(text in cell.source for cell in one.cells)
                     for one, text in ((offered, "Lösung zu Übung"), (own, "Solution to Exercise"))]
        assert not solutions[0] and (solutions[1] > 0) == TOLD


def leading_out(settings):
    """What a page leads to in the world outside, as its settings say."""
    host, _, name = settings["repository"]["url"].removeprefix("https://").partition("/")
    branch, pdf = settings["repository"]["branch"], settings["sphinx"]["config"]["html_context"]["pdf"]
    return {f"colab.research.google.com/github/{name}/blob/{branch}/book/03_chain_rule.ipynb": host,
            f"mybinder.org/v2/gh/{name}/{branch}": host,
            f"{host}/{name}/issues/new?template=mistake.yml&amp;page=book/03_chain_rule": host,
            '<a href="../book.pdf">': pdf}


@pytest.mark.parametrize("which", ["fork", "site"])
def test_a_page_leads_out_as_its_settings_say(request, which):
    folder = request.getfixturevalue(which)
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    settings = filled(settings, FILLED) if which == "fork" else settings
    html = (folder / "book/03_chain_rule.html").read_text(encoding="utf-8")
    for part, given in leading_out(settings).items():
        assert (part in html) == bool(given), part
    assert "download-buttons" in html or "btn-download" in html
    if not settings["repository"]["url"]:
        assert not [host for host in ("colab.research.google.com", "mybinder.org", "/issues/new?") if host in html]


def test_the_workflow_tests_an_english_site_and_publishes_its_own(tmp_path):
    workflow = yaml.safe_load((ROOT / ".github/workflows/book.yml").read_text(encoding="utf-8"))
    runs = [step["run"] for step in workflow["jobs"]["test"]["steps"] if "run" in step]
    assert [run.split()[0] for run in runs] == ["sed", "make", ".ci/run", "git", "make"]
    english = (ROOT / "_config.yml").read_text(encoding="utf-8")
    german = re.sub(r"(?m)^( *language:) [a-z]\w*", r"\1 de", english)
    (tmp_path / "_config.yml").write_text(german, encoding="utf-8")
    subprocess.run(["bash", "-c", runs[0]], cwd=tmp_path, check=True)
    changed = yaml.safe_load((tmp_path / "_config.yml").read_text(encoding="utf-8"))
    assert changed == filled(yaml.safe_load(german), ENGLISH) != yaml.safe_load(german)


def test_a_page_says_whose_it_is(fork):
    html = (fork / "book/03_chain_rule.html").read_text(encoding="utf-8")
    assert re.search(r"<title>1. The chain rule &#8212; Steepest steps</title>", html) and "Von Someone" in html
    assert re.search(r'<img src="../_static/logo.svg"', html)
    assert re.search(f"{PRIMARY.strip()} *#2b5d1f", (fork / "_static/site.css").read_text(encoding="utf-8"))
    picture = re.search(r'<meta property="og:image" content="([^"]+)"', html)[1]
    assert struct.unpack(">II", (fork / picture.removeprefix(f"{SITE}/")).read_bytes()[16:24]) == (1200, 630)


# -- in German -------------------------------------------------------------------------------------------------

SAID = """() => {
  const words = "button, summary, legend, option, label > span:first-child, noscript, [role=status], " +
    ".your-book th, .practice p, .practice-done, .derive p";
  const spoken = "body [title]:not(a), [aria-label], [placeholder]";
  const all = (which) => [...document.querySelectorAll(which)];
  const texts = [...all(words).map((one) => one.textContent), ...all(spoken)
    .flatMap((one) => [one.title, one.ariaLabel, one.placeholder])];
  return texts.filter(Boolean).map((text) => text.replace(/\\s+/g, " ").trim());
}"""


def english():
    """What is one of the catalogue's words in English, and is another one in German."""
    def pattern(word):
        parts = re.split(r"\$?\{\w*\}", word)
        return (".+" if len("".join(parts)) > 8 else "[\\w.]+").join(map(re.escape, parts))

    words = [(message.id.strip(), message.string.strip()) for message in language.catalogue("de") if message.id]
    return re.compile("|".join(f"(?:{pattern(own)})" for own, other in words if own != other))


@pytest.fixture(scope="module")
def in_german(fork, browser):
    server, address = serve(fork)
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    yield lambda path: page.goto(f"{address}/{path}", wait_until="load") and page
    page.close()
    server.shutdown()
    server.server_close()


def all_german(page):
    is_english = english().fullmatch
    left = [text for text in page.evaluate(SAID) if is_english(text)]
    return page.locator("html").get_attribute("lang") == "de" and not left or left


def test_a_chapter_speaks_german(in_german):
    page = in_german("book/03_chain_rule.html")
    assert page.locator(".code-switch").get_attribute("title") == "Allen Code des Buches zeigen oder verbergen"
    field = page.locator("form.answer-form:has(.answer-input)").first
    for typed, said in (("1 +", "Am Ende fehlt eine Zahl"), ("1234.5", "Noch nicht.")):
        field.locator("input").first.fill(typed)
        field.get_by_role("button", name="Prüfen").click()
        field.locator(".answer-said").filter(has_text=said).wait_for()
    box = page.locator(".prediction:has(input[type=radio])").first
    assert box.locator("legend").inner_text() == "Deine Vorhersage"
    box.locator("input").first.check()
    box.locator(".answer-said").filter(has_text="Gemerkt. Weiter unten im Text zeigt es sich.").wait_for()
    settled = page.locator(f"[data-settles='{box.get_attribute('id')}']").text_content()
    assert re.fullmatch(r"Es zeigt sich: .*\. (?:Wie du vorhergesagt hast|Du hattest vorhergesagt: .*)\.", settled)
    figure = page.locator("figure[data-live=on]").first
    assert figure.get_by_role("button", name="Zurücksetzen").count() == 1
    number = figure.get_by_label(", als Zahl").first
    number.fill("viel")
    number.press("Enter")
    assert figure.locator("[role=status]").inner_text() == "Keine Zahl: Schreib −0.5 oder 1e−3."
    assert page.locator(".admonition-title", has_text="Vorhersage").count() and all_german(page) is True
    said = page.locator(".step-aside > summary").first.evaluate("one => getComputedStyle(one, '::before').content")
    assert said == '"Ein Schritt zur Seite: "'
    page.locator(".code-switch").evaluate("one => { one.textContent = 'Stopped after 9 steps.'; }")
    assert all_german(page) == ["Stopped after 9 steps."]


def test_practice_and_derive_speak_german(in_german):
    page = in_german("book/practice.html")
    assert page.locator(".practice-done").first.inner_text() == "48 Aufgaben" and all_german(page) is True
    page = in_german("book/practice.html?level=chain")
    line = page.locator(".practice-line").first
    line.locator("input").fill("1 +")
    line.locator("input").press("Enter")
    line.locator(".answer-said").filter(has_text="Am Ende fehlt eine Zahl").wait_for()
    line.get_by_role("button", name="Zeig mir diese Zeile").click()
    line.locator(".practice-mark").filter(has_text="gezeigt").wait_for()
    assert all_german(page) is True
    page = in_german("book/derive.html")
    assert "Bewiesen: " in page.locator(".derive-proof").inner_text()
    page.locator(".derive-steps").fill("z = w*x +")
    page.locator(".derive-read").filter(has_text="Noch nicht gelesen: Am Ende fehlt eine Zahl").wait_for()
    assert all_german(page) is True
    assert all_german(in_german("book/your_book.html")) is True


def test_the_printed_book_says_its_language(fork, browser, tmp_path):
    try:
        html = paper.document(fork, fork.parents[1])
    finally:
        language.speak("en")
    assert re.match(r'<!DOCTYPE html><html lang="de"', html) and "<h1>Inhalt</h1>" in html
    tmp_path.joinpath("a.html").write_text(paper.sheet("Buch", "", "<p>Ein Satz.</p>", "", "de"), encoding="utf-8")
    sheet = browser.new_page()
    sheet.goto((tmp_path / "a.html").as_uri())
    sheet.pdf(path=tmp_path / "a.pdf", tagged=True)
    sheet.close()
    with pikepdf.open(tmp_path / "a.pdf") as printed:
        assert printed.Root.Lang == "de"

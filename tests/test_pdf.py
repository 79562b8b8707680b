"""The book on paper: every page of the site in one PDF, nothing cut off, links that lead to pages of it."""
import re
import sys
from collections import Counter
from html import unescape

import pikepdf
import pytest
from browser import ROOT
from test_site import CHAPTERS, PAGES

sys.path.insert(0, str(ROOT / "tools"))
import pdf as paper  # noqa: E402

PRINTED = (210 - 2 * 18) * 96 / 25.4  # pixels between the margins of a page of A4
CUT = """(wide) => {
  const cut = [...document.querySelectorAll("article *")].filter((one) =>
    one.getBoundingClientRect().right > wide + 1 && !one.closest("svg, .katex > math"));
  return cut.map((one) => one.closest("[id]").id + " " + one.outerHTML.slice(0, 80));
}"""


WIDE = """() => {   // a formula of thirty, wider than any of the book
  const formula = document.querySelector(".chapter .katex-display").cloneNode(true);
  const html = formula.querySelector(".katex-html"), parts = [...html.children];
  for (let k = 1; k < 30; k++) html.append(...parts.map((part) => part.cloneNode(true)));
  formula.id = "wide";
  document.querySelector(".chapter").prepend(formula);
}"""


@pytest.fixture(scope="module")
def html(site):
    return paper.document(site)


@pytest.fixture(scope="module")
def printed(browser, site):
    with paper.printed(browser, site) as pair:
        yield pair


@pytest.fixture(scope="module")
def edge(printed):
    """What is cut off in the document as it is laid out for the printer; and when a paragraph is too wide."""
    page, _ = printed
    page.evaluate("document.documentElement.className = ''")  # chapters that were printed are laid out again
    page.evaluate(WIDE)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.evaluate("document.body.hidden = true")  # or it is laid out once more, as wide as the screen
    page.emulate_media(media="print")
    page.set_viewport_size({"width": round(PRINTED), "height": 1000})
    page.evaluate("document.body.hidden = false")
    fit = page.locator("#wide").evaluate("one => one.style.getPropertyValue('--fit')")
    cut = page.evaluate(CUT, PRINTED)
    page.evaluate("document.querySelector('.chapter p').style.width = '900px'")
    return {"fit": float(fit), "cut": cut, "too wide": page.evaluate(CUT, PRINTED)}


@pytest.fixture(scope="module")
def numbered(printed, edge, tmp_path_factory):
    """(the document with nothing but its page numbers, the book in which they are laid over the lists)."""
    page, pdf = printed
    target = tmp_path_factory.mktemp("pdf") / "book.pdf"
    paper.save_numbered(page, pdf, target)
    with pikepdf.open(target) as book:
        yield page, book


@pytest.fixture(scope="module")
def book(numbered):
    return numbered[1]


def test_the_document_has_every_page_and_every_picture(site, html):
    assert {f"{page}.html" for _, page in paper.pages()} == {*PAGES, "genindex.html"}
    pictures = sum((site / page).read_text(encoding="utf-8").count("<svg role") for page in PAGES)
    assert html.count("<svg role") == pictures > 4 * len(CHAPTERS)
    ids = Counter(re.findall(r'\sid="([^"]+)"', html))
    assert max(ids.values()) == 1
    lost = {link for link in re.findall(r'href="#([^"]*)"', html) if link not in ids}
    assert not lost
    assert not re.findall(r'href="(?!#|https?:|mailto:|file:|data:)[^"]*"', html.partition("</head>")[2])


def test_nothing_is_cut_off_at_the_edge(edge):
    assert edge["cut"] == [] and 0 < edge["fit"] < 0.9


def test_what_is_too_wide_would_be_seen(edge):
    assert edge["too wide"]


def test_code_is_open_on_paper_if_it_is_asked_for(browser, site, tmp_path, monkeypatch):
    page, open_code = browser.new_page(), {}
    page.emulate_media(media="print")
    for code in ("", "1"):
        monkeypatch.setenv("CODE", code)
        _, article = paper.article(site.resolve(), "book/03_chain_rule", set())
        file, style = tmp_path / f"page{code}.html", (site / "_static" / "site.css").as_uri()
        file.write_text(f'<link rel="stylesheet" href="{style}"><article class="bd-article">{article}</article>',
                        encoding="utf-8")
        page.goto(file.as_uri())
        page.evaluate("for (const one of document.querySelectorAll('details:not(.cell-code)')) one.open = true")
        cells = page.locator(".cell-code pre")
        open_code[code] = cells.filter(visible=True).count()
    assert open_code == {"": 0, "1": cells.count()} and cells.count() > 10
    page.close()


def test_contents_and_index_get_their_numbers(numbered):
    page, book = numbered
    places, seen = paper.places(book), page.locator(".contents .page").filter(visible=True)
    chapter = page.locator(".contents li", has_text=re.compile(r"^\d+\. The chain rule")).locator(".page")
    assert chapter.inner_text() == str(places[paper.anchor("book/03_chain_rule")])
    assert seen.first.inner_text() == str(places[paper.anchor("book/index")])
    assert not page.locator(".chapter").count() and page.locator(".index .page").count() > 4 * len(CHAPTERS)


def test_the_pdf_is_the_book(book, site):
    assert len(book.pages) > 12 * len(CHAPTERS)
    assert {tuple(round(float(v)) for v in page.MediaBox[2:]) for page in book.pages} == {(595, 842)}
    places = paper.places(book)
    starts = [places[paper.anchor(page)] for _, page in paper.pages()]
    assert starts == sorted(set(starts)) and starts[0] > 2
    titles = [unescape(paper.article(site.resolve(), page, set())[0]) for _, page in paper.pages()]
    with book.open_outline() as outline:
        marks = [entry.title for entry in outline.root]
    begins = [paper.book_name(), "Contents"]
    assert list(map(letters, marks)) == list(map(letters, [*begins, *titles]))


def letters(title):
    """Without spaces: Chromium leaves one out of a bookmark where the heading breaks."""
    return re.sub(r"\s", "", title)


def test_links_stay_in_the_pdf_or_lead_out(book):
    links = [link for page in book.pages for link in page.get("/Annots", []) if link.get("/Subtype") == "/Link"]
    out = [str(link.A.URI) for link in links if "/A" in link and "/URI" in link.A]
    assert {address.partition(":")[0] for address in out} <= {"https", "http"}
    assert not [address for address in out if "127.0.0.1" in address]
    names = paper.places(book)
    inside = [str(link.Dest).lstrip("/") for link in links if "/Dest" in link]
    assert len(inside) > 40 * len(CHAPTERS) and not [name for name in inside if name not in names]


def test_contents_and_index_are_printed_over(book):
    drawn = [page.Resources.get("/XObject", {}) for page in book.pages]
    numbered = [k for k, names in enumerate(drawn, 1) if any(not re.fullmatch(r"/X\d+", name) for name in names)]
    places = paper.places(book)
    first, index = places[paper.anchor(paper.pages()[0][1])], places[paper.anchor(paper.INDEX)]
    assert numbered == [*range(2, first), *range(index, len(book.pages) + 1)] and 2 < first < 5

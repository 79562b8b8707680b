"""Every link inside the built site leads somewhere: to a file that is there, to a place that is on its page."""
import json
import re
import sys
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from browser import LISTED, ROOT, SETTINGS
from test_site import PAGES

sys.path.insert(0, str(ROOT / "_ext"))
from pages.ledger import PAGE, chapters  # noqa: E402

PDF = "book.pdf" if SETTINGS["sphinx"]["config"]["html_context"]["pdf"] else None  # what `make pdf` will print

CLAIMS = [(chapter["page"], claim) for chapter in chapters().values() for claim in chapter["claims"]
          if chapter["page"] in LISTED]

SOURCES = sorted(path for path in ROOT.glob("book/*.*") if path.suffix in (".ipynb", ".md", ".yml"))
NO_WORDS = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\([^)]*\)|`[^`]*`|^#.*$", re.MULTILINE)  # links, code, headings
NAMED = re.compile(r"\b[Cc]hapters? \d+")


def texts(path):
    """The texts of a source: of a notebook, its cells of Markdown."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return [text]
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]


class Page(HTMLParser):
    """The ids of a page and where its links, pictures, scripts and stylesheets are."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.links, self.twice = set(), set(), []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.twice += [given["id"]] if given.get("id") in self.ids else []
        self.ids |= {given[name] for name in ("id", "name") if given.get(name)}
        self.links |= {given[name] for name in ("href", "src") if given.get(name) and tag != "use"}


@cache
def read(path):
    return Page(path.read_text(encoding="utf-8"))


def broken(site, path):
    """The links of a page that lead nowhere."""
    lost = []
    for link in read(site / path).links:
        url = urlsplit(link)
        if url.scheme or url.netloc:
            continue
        target = ((site / path).parent / unquote(url.path)).resolve() if url.path else site / path
        if PDF and target == site / PDF:
            continue
        if not target.is_file() or not target.is_relative_to(site):
            lost.append(link)
        elif url.fragment and target.suffix == ".html" and unquote(url.fragment) not in read(target).ids:
            lost.append(link)
    return sorted(lost)


@pytest.mark.parametrize("path", ["index.html", "genindex.html", "search.html", *PAGES])
def test_links_lead_somewhere(site, path):
    assert broken(site.resolve(), path) == []


@pytest.mark.parametrize("path", ["genindex.html", "search.html", *PAGES])
def test_an_id_is_one_element_s(site, path):
    assert read(site / path).twice == []


def test_the_ledger_points_to_places_in_the_chapters(site):
    lost = [(claim["id"], page, claim["where"]) for page, claim in CLAIMS if claim.get("where")
            and claim["where"] not in read(site / f"{page}.html").ids]
    assert not lost
    assert {claim["id"].lower() for _, claim in CLAIMS} <= read(site / f"{PAGE}.html").ids


def test_a_broken_link_is_seen(tmp_path):
    tmp_path = tmp_path.resolve()
    page = ("<a href='b.html#here'></a><a href='c.html'></a><a href='#x'></a>"
            "<a href='b.html#there'></a><img src='p.png'><a href='//x.org/y'></a>")
    tmp_path.joinpath("a.html").write_text(page, encoding="utf-8")
    tmp_path.joinpath("b.html").write_text("<p id='here'></p>", encoding="utf-8")
    assert broken(tmp_path, "a.html") == ["#x", "b.html#there", "c.html", "p.png"]


@pytest.mark.parametrize("path", SOURCES, ids=[path.name for path in SOURCES])
def test_a_chapter_is_named_in_a_link(path):
    """So that its number is right in a book of other chapters (_ext/pages/chapters.py)."""
    assert [named for text in texts(path) for named in NAMED.findall(NO_WORDS.sub("", text))] == []


def test_a_chapter_named_outside_a_link_is_seen():
    text = "# Chapter 1\n[chapter 2](02_x.ipynb), [of [a] chapter 4](04_x.ipynb), `chapter 5`, Chapter 6"
    assert NAMED.findall(NO_WORDS.sub("", text)) == ["Chapter 6"]

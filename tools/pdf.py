"""The whole book as one PDF, printed by Chromium from the built site (`make pdf` builds the site first).

    python tools/pdf.py                    _build/html/book.pdf
    python tools/pdf.py somewhere.pdf
    CODE=1 python tools/pdf.py             with the code, which is closed on the pages

The pages stand one after the other in one document, in the order of _toc.yml, so that links between chapters lead
to their page. Live figures are pictures as they start. No browser knows the page of a link while it prints, so the
contents and the index are printed twice: with the book, and with nothing but the page numbers, laid over them.
"""
import os
import re
import sys
import tempfile
from contextlib import contextmanager
from html import escape
from io import BytesIO
from pathlib import Path

import pikepdf
from built import ROOT, SITE, body, book_name, language, pages
from language import _
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(ROOT / "tests"))
from browser import BRIEF, MISSING, executable  # noqa: E402

TARGET = SITE / "book.pdf"
INDEX = "genindex"
STYLE = """
@page { size: A4; @bottom-center { content: counter(page); font: 9pt sans-serif; color: #555; } }
@page cover { @bottom-center { content: none; } }
.cover { page: cover; height: 230mm; display: flex; flex-direction: column; justify-content: center; }
.bd-main .bd-content .bd-article h1:first-of-type { display: block; }
.bd-main .bd-content .bd-article .cover h1 { font-size: 3.4rem; }
.part { break-before: page; }
.contents ol { list-style: none; padding: 0; }
.contents p { font-weight: 650; margin: 0.5rem 0 0.1rem; }
.contents li { display: flex; justify-content: space-between; line-height: 1.5; border-bottom: 1px dotted #999; }
.contents a { color: inherit; text-decoration: none; }
.page { display: inline-block; min-width: 2em; font-weight: 400; }
.contents .page { text-align: right; }
#index--chapters, .genindex-jumpbox { display: none; }
@media screen { .printed .chapter { display: none; } }
"""
# What was printed would be laid out for the screen once more.
PRINTED = "addEventListener('beforeprint', () => document.documentElement.classList.add('printed'))"
NUMBERS = """(numbers) => {
  for (const part of document.querySelectorAll(".chapter")) part.remove();
  for (const page of document.querySelectorAll(".page")) page.textContent = numbers[page.dataset.of] ?? "";
  const style = document.createElement("style");
  style.textContent = "* { visibility: hidden; } .page { visibility: visible; } " +
    "@page { @bottom-center { content: none; } }";
  document.head.append(style);
}"""


def anchor(page):
    """What the ids of a page begin with in the one document."""
    return f"{Path(page).name.lower()}--"


def article(site, page, known):
    """(title, HTML) of a page, with ids of its own and links that stay in the document."""
    html = body(site, page)
    if os.environ.get("CODE"):
        html = html.replace('<details class="cell-code', '<details open class="cell-code')
    html = re.sub(r'(\s(?:id|for)="|href="#|url\(#)', rf"\g<1>{anchor(page)}", html)
    here = (site / page).parent

    def inside(link):
        name, _, place = link[1].partition("#")
        name = name.partition("?")[0] or Path(page).name  # a question to the page itself: on paper, the page
        target = here.joinpath(name).resolve().relative_to(site).with_suffix("").as_posix()
        return f'href="#{anchor(target)}{place}"' if target in known else f'href="{link[1]}"'

    html = re.sub(r'href="((?!#|\w+:)[^"]*)"', inside, html)
    html = re.sub(r'src="((?!\w+:)[^"]*)"', lambda file: f'src="{(here / file[1]).resolve().as_uri()}"', html)
    title = re.search(r"<h1[^>]*>(.*?)(?:<a |</h1>)", html, re.DOTALL)[1]
    return re.sub("<[^>]+>", "", title), html


def document(site=SITE, root=ROOT):
    """The book as one page of HTML: cover, contents, all articles."""
    site, listed, lang = site.resolve(), pages(root), language(root)
    known = {page for _, page in listed}
    name, static = book_name(root), (site / "_static").as_uri()
    contents, articles, before = [], [], ""
    for caption, page in listed:
        title, html = article(site, page, known)
        if caption != before:
            contents.append(f"<p>{escape(caption)}</p>")
            before = caption
        contents.append(f'<li><a href="#{anchor(page)}">{title}</a>{number(anchor(page))}</li>')
        if page == INDEX:
            html = re.sub(r'<a href="#([^"]+)">.*?</a>', lambda link: f"{link[0]} {number(link[1])}", html)
        kind = "index" if page == INDEX else "chapter"
        articles.append(f'<div class="part {kind}" id="{anchor(page)}">{html}</div>')
    promise = f"<p>{_('Every formula derived or checked by a machine.')}</p>"
    cover = f'<div class="cover"><h1>{escape(name)}</h1>{promise}</div>'
    listing = f'<div class="part contents"><h1>{_("Contents")}</h1><ol>{"".join(contents)}</ol></div>'
    return sheet(name, STYLE, "\n".join([cover, listing, *articles]), static, lang)


def sheet(name, style, inside, static, lang):
    """A document for the printer, with the styles and scripts of the site."""
    return f"""<!DOCTYPE html><html lang="{lang}" data-theme="light"><head><meta charset="utf-8">
<title>{escape(name)}</title><link rel="stylesheet" href="{static}/site.css">
<link rel="stylesheet" href="{static}/derive/derive.css"><style>{style}</style></head><body>
<div class="bd-main"><div class="bd-content"><div class="bd-article-container"><article class="bd-article">
{inside}</article></div></div></div><script src="{static}/book.js"></script>
<script src="{static}/reading.js"></script></body></html>"""


def number(place):
    return f'<span class="page" data-of="{place}"></span>'


def places(pdf):
    """{anchor: number of its page}, from the places that the PDF's links lead to."""
    numbers = {page.objgen: k for k, page in enumerate(pdf.pages, 1)}
    names = pikepdf.NameTree(pdf.Root.Names.Dests) if "/Names" in pdf.Root else pdf.Root.Dests
    return {str(name).lstrip("/"): numbers[place[0].objgen] for name, place in names.items()}


def laid_over(pdf, overlay, index):
    """Put the pages of numbers over those of the contents and, from page number `index` on, over the index."""
    last = len(pdf.pages) - index + 1
    under = [*range(1, len(overlay.pages) - last), *range(index - 1, len(pdf.pages))]
    for k, page in zip(under, overlay.pages[1:], strict=True):
        pdf.pages[k].add_overlay(page)


@contextmanager
def printed(browser, site=SITE):
    """(the document in the browser, the PDF printed from it), whose lists have no page numbers yet."""
    with tempfile.TemporaryDirectory() as folder:
        html, whole = Path(folder, "book.html"), Path(folder, "whole.pdf")
        html.write_text(document(site), encoding="utf-8")
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(600_000)
        page.goto(html.as_uri(), wait_until="load")
        page.evaluate(PRINTED)
        page.pdf(path=whole, prefer_css_page_size=True, outline=True, tagged=True)
        with pikepdf.open(whole) as pdf:
            yield page, pdf
        page.close()


def save_numbered(page, pdf, target):
    """Print nothing but the page numbers, lay them over the contents and the index, and save it all."""
    found = places(pdf)
    page.evaluate(NUMBERS, found)
    numbers = page.pdf(prefer_css_page_size=True)
    with pikepdf.open(BytesIO(numbers)) as overlay:
        laid_over(pdf, overlay, found[anchor(INDEX)])
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def print_book(browser, target=TARGET, site=SITE):
    with printed(browser, site) as (page, pdf):
        save_numbered(page, pdf, target)


def in_browser(act):
    """Do it with a Chromium, if there is one."""
    path = executable()
    if not path:
        sys.exit(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=BRIEF)
        act(browser)
        browser.close()


if __name__ == "__main__":
    in_browser(lambda browser: print_book(browser, *map(Path, sys.argv[1:])))

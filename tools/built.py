"""What the tools read of the built site: its pages in the order of the book, and what stands on them."""
import re
import sys
from copy import deepcopy
from pathlib import Path

import lxml.html
import yaml

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "_ext"))
from language import speak  # noqa: E402

SITE = ROOT / "_build" / "html"


def pages(root=ROOT):
    """[(caption of the part or "", name of the page)], in the order of the book."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    return [("", toc["root"]), *((part["caption"], page["file"])
                                 for part in toc["parts"] for page in part["chapters"])]


def book_name(root=ROOT):
    return yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))["title"]


def language(root=ROOT):
    """The book's language, whose words `_` gives from now on."""
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
    speak(config.get("language", "en"))
    return config.get("language", "en")


def chapters(root=ROOT):
    """Names of the pages that are chapters, in the order of the book."""
    return [page for _, page in pages(root) if re.match(r"book/\d\d_", page)]


def body(site, page):
    """HTML of what a page says, without scripts."""
    html = (site / f"{page}.html").read_text(encoding="utf-8")
    html = re.search(r'<article class="bd-article">(.*)</article>', html, re.DOTALL)[1]
    return re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)


def has(element, name):
    """Has it all these classes?"""
    return set(name.split()) <= set((element.get("class") or "").split())


def html(element):
    return lxml.html.tostring(element, encoding="unicode", with_tail=False)


def inside(element):
    return re.sub(r"^<[^>]*>|</\w+>$", "", html(element))


def spoken(element):
    """HTML for the speaker's view, which has no styles: formulas as MathML, and no name that is there already."""
    copy = deepcopy(element)
    for drawn in copy.xpath(".//*[@class='katex-html']"):
        drawn.drop_tree()
    return re.sub(r' id="[^"]*"', "", html(copy))


def words(element):
    return re.sub(r"\s+", " ", lxml.html.fromstring(spoken(element)).text_content()).strip()


def leave_out(chapter, names):
    """Take these classes out of a page, and its links into the site, which may not be there."""
    for one in chapter.xpath(".//*[@class]"):
        if any(has(one, name) for name in names):
            one.drop_tree()
    for link in chapter.xpath(".//a"):
        if not re.match("https?:", link.get("href", "")):
            link.drop_tag()

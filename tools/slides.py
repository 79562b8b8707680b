"""A deck of slides for every chapter, made from the built site (`make slides` builds the site first).

    python tools/slides.py                     _build/slides/01_main_ideas.html … and index.html
    python tools/slides.py 03_chain_rule       one chapter

Headings, predictions, formulas, tables and live figures stand on slides; the running text is what the speaker says
(key S). Code and solutions are left out. Each deck is one file that asks for nothing else, so it also runs from a
memory stick; D, or ?dark in the address, makes it dark.
"""
import base64
import json
import re
import sys
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import lxml.html
from built import ROOT, SITE, body, book_name, chapters, has, html, inside, language, leave_out, spoken, words
from language import _
from shell.node import bundle
from shell.styles import pruned

HERE = Path(__file__).parent / "slides"
TARGET = SITE.parent / "slides"
REVEAL = ROOT / "node_modules" / "reveal.js" / "dist" / "reveal.css"
LEFT_OUT = ("cell-code handle", "cell-code set-up", "formula-narrow", "in-ledger", "headerlink", "answering",
            "hints", "solution", "settled")
KINDS = {"cell-code checked": "checked", "tip": "predict", "recap": "recap", "exercise": "exercise",
         "admonition": "box", "step-aside": "aside"}
INDEX = """<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{slides}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body {{ font: 1.2rem/1.7 sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }}
ul {{ list-style: none; padding: 0; }}</style></head><body><h1>{slides}</h1>
<p>{keys}</p>
<ul>{lines}</ul></body></html>
"""
LONGEST = 160  # letters of a sentence that leads to a formula and stands over it


@dataclass
class Slide:
    heading: str
    kind: str = ""
    begins: bool = False                        # does a part of the page begin here?
    blocks: list = field(default_factory=list)  # HTML of each, with what is said to it
    said: list = field(default_factory=list)    # HTML that is said to the next block


def aloud(said):
    return f'<aside class="notes">{"".join(said)}</aside>' if said else ""


def is_formula(paragraph):
    """Does nothing but a formula stand in it?"""
    spans = list(paragraph)
    around = "".join([paragraph.text or "", *(span.tail or "" for span in spans)])
    return len(spans) == 1 and has(spans[0], "math") and not around.strip(" \n.,")


def kind(element):
    """What is made of an element of a page: a method of Deck is named after it."""
    if element.tag in ("h1", "h2", "h3", "h4"):
        return "heading"
    named = next((made for name, made in KINDS.items() if has(element, name)), None)
    if named:
        return named
    if has(element, "output"):
        return "figure" if element.xpath(".//figure") else "block"
    if element.tag == "p":
        return "block" if is_formula(element) else "text"
    return "inside" if element.tag in ("div", "section", "span") else "block"


class Deck:
    """The slides of one chapter, in the order of its page."""

    def __init__(self, page):
        chapter = lxml.html.fromstring(page)
        lines = chapter.xpath(".//p[@data-settles]")
        self.settled = {line.get("data-settles"): line.text_content() for line in lines}
        leave_out(chapter, LEFT_OUT)
        self.slides = []
        self.title(chapter)
        self.walk(chapter)
        self.slides = sorted(joined(self.slides), key=lambda slide: slide.kind == "recap")  # which comes last

    @property
    def now(self):
        return self.slides[-1]

    def title(self, chapter):
        heading = chapter.xpath(".//h1")[0]
        self.name = words(heading)
        self.heading = escape(re.sub(r"^[\d.]+ ", "", self.name))
        text = " ".join(words(p) for p in heading.itersiblings("p"))
        question = re.search(r"(?:^|(?<=[.!?:] ))[^.!?]*\?", text) or re.match(r"[^.]*\.?", text)
        book = f"<small>{escape(book_name())}</small>"
        shown = f"{book}<h1>{escape(self.name)}</h1><p>{escape(question[0])}</p>"
        self.slides.append(Slide("", "title", blocks=[shown]))

    def follow(self, heading, kind=""):
        """One more slide; what has been said since the last block goes with it."""
        said, self.now.said = self.now.said, []
        self.slides.append(Slide(heading, kind, said=said))

    def walk(self, parent):
        for one in parent:
            if isinstance(one.tag, str):
                getattr(self, f"put_{kind(one)}")(one)

    put_inside = walk

    def put_heading(self, heading):
        if heading.tag != "h1":
            self.heading = inside(heading)
            self.slides.append(Slide(self.heading, begins=True))

    def put_text(self, paragraph):
        self.now.said.append(spoken(paragraph))
        self.last = html(paragraph).replace("<p", '<p class="leads"', 1)

    def put_checked(self, details):
        self.now.said.append(f"<p>{escape(words(details.find('summary')))}</p>")

    def put_block(self, element):
        lead, said = "", self.now.said
        if said and len(text := words(lxml.html.fromstring(said[-1]))) < LONGEST and text.endswith(":"):
            lead = self.last
        if self.now.kind == "title":
            self.follow(self.heading)
        shown = html(element)
        if element.tag == "p":
            shown = shown.replace("<p", '<p class="formula"', 1)
        self.add(f'{lead}<div class="fit">{shown}</div>')

    def put_figure(self, figure):
        self.follow(self.heading, "figure")
        self.add(html(figure))
        self.follow(self.heading)

    def add(self, shown):
        self.now.blocks.append(shown + aloud(self.now.said))
        self.now.said = []

    def put_predict(self, box):
        place, = box.xpath(".//*[@data-prediction]")
        asked, key = json.loads(place.get("data-prediction")), place.get("id")
        question = "".join(html(p) for p in box if not has(p, "admonition-title") and p is not place)
        self.follow(_("Predict"), "predict")
        self.add(question + options(asked))
        if key in self.settled:
            self.follow(_("Predicted?"), "predict")
            self.add(f'{question}{options(asked, told=True)}<p class="turned-out">{escape(self.settled[key])}</p>')
        self.follow(self.heading)

    def put_box(self, box, kind="slip"):
        title, *shown = box
        for part in box.iter("section"):        # for reveal.js that is a slide
            part.tag = "div"
        self.follow(inside(title), kind)
        for one in shown:
            self.add(html(one))
        if kind != "recap":                     # its formula may stand after it
            self.follow(self.heading)

    def put_recap(self, box):
        self.put_box(box, "recap")

    def put_exercise(self, box):
        self.put_box(box, "exercise")

    def put_aside(self, details):
        before, (title, *shown) = self.heading, details
        self.heading = inside(title)
        self.follow(self.heading, "aside")
        self.walk(shown)
        self.heading = before
        self.follow(before)


def options(asked, told=False):
    """What can be predicted, as a list; with the mark of what held if it is told."""
    if asked["kind"] == "choice":
        held = asked["held"] if told else None
        marks = (" class=held" if k == held else "" for k in range(len(asked["options"])))
        lines = (f"<li{mark}>{escape(text)}</li>" for mark, text in zip(marks, asked["options"], strict=True))
        return f'<ol class="options">{"".join(lines)}</ol>'
    if asked["kind"] == "number":
        low, high = asked["between"]
        said = _("A number from {low} to {high}").format(low=f"{low:g}", high=f"{high:g}")
        return f'<p class="options">{said}</p>'
    return ""


def joined(slides):
    """Slides without those that show nothing: what is said to them goes on, or back to the one before."""
    kept = []
    for slide, after in zip(slides, [*slides[1:], None], strict=True):
        if slide.blocks or slide.begins and (not after or after.heading != slide.heading):
            kept.append(slide)
        elif after and after.heading == slide.heading:
            after.said[:0] = slide.said
            after.begins |= slide.begins
        else:
            kept[-1].said += slide.said
    return kept


def section(slide):
    heading = f"<h2>{slide.heading}</h2>" if slide.heading else ""
    blocks = "".join(f'<div class="block">{block}</div>' for block in slide.blocks)
    kind = slide.kind or ("shown" if slide.blocks else "alone")
    return f'<section data-kind="{kind}">{heading}{blocks}{aloud(slide.said)}</section>'


# -- one file -----------------------------------------------------------------------------------------------------

def script():
    """reveal.js with what the decks do themselves."""
    return bundle("the slides", HERE / "bundle.mjs")


def styles(site, used):
    """The rules that a deck can use, with the letters of formulas in them."""
    folder = site / "_static"

    def own(face):                              # the parts with the book's letters have a version in their address
        file = re.search(r"url\(([^)]*\.woff2)\?v=", face[0])
        if not file:
            return ""
        data = base64.b64encode((folder / file[1]).read_bytes()).decode()
        return re.sub(r"url\([^)]*\)", f"url(data:font/woff2;base64,{data})", face[0])

    css = re.sub(r"@font-face\s*\{[^}]*\}", own, (folder / "site.css").read_text(encoding="utf-8"))
    css = "\n".join([css, *(path.read_text(encoding="utf-8") for path in (REVEAL, HERE / "deck.css"))])
    return pruned(css, set(re.findall(r"[\w-]+", used)))


def deck(page, code, site=SITE):
    """(name, HTML) of a chapter's deck."""
    made = Deck(body(site, page))
    slides = "\n".join(map(section, made.slides))
    figures = site / "_static" / "figures" / f"{page.replace('/', '-')}.js"
    scripts = [(site / "_static" / "figure.js").read_text(encoding="utf-8")]
    if figures.exists():                        # their state is not kept in the address: the slide's number is
        scripts.append(figures.read_text(encoding="utf-8").replace('"address":true', '"address":false'))
    closed = (text.replace("</script", r"<\/script") for text in [*scripts, code])
    scripts = "".join(f"<script>{text}</script>\n" for text in closed)
    return made.name, f"""<!DOCTYPE html><html lang="{language()}" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(made.name)}</title>
<style>{styles(site, slides + code)}</style></head><body>
<div class="reveal"><div class="slides bd-article">
{slides}
</div></div>
{scripts}</body></html>
"""


def write(names=(), target=TARGET, site=SITE):
    """The decks of these chapters, or of all with a page that leads to them."""
    target.mkdir(parents=True, exist_ok=True)
    lang, code, lines = language(), script(), []
    for page in chapters():
        file = f"{Path(page).name}.html"
        if names and Path(page).name not in names:
            continue
        name, html = deck(page, code, site)
        (target / file).write_text(html, encoding="utf-8")
        lines.append(f'<li><a href="{file}">{escape(name)}</a></li>')
    if not names:
        keys = _("Arrow keys turn the slides, S opens what the speaker says, F fills the screen, O shows all, D "
                 "makes them dark. On a figure, arrow keys move its slider; Esc gives them back to the slides, "
                 "Page Up and Page Down always turn.")
        index = INDEX.format(lang=lang, slides=_("Slides"), keys=keys, lines="\n".join(lines))
        (target / "index.html").write_text(index, encoding="utf-8")


if __name__ == "__main__":
    write(sys.argv[1:])

"""A hand-out on paper for every chapter, printed from the built site (`make handouts` builds it first).

    python tools/handouts.py                     _build/handouts/01_main_ideas.pdf …
    python tools/handouts.py 03_chain_rule       one chapter
    SOLUTIONS=1 python tools/handouts.py         the teacher's copies: 01_main_ideas-solutions.pdf …

Without the code and the solutions; with boxes to tick under predictions and room to write under exercises, whose
hints stand at the end. Figures are pictures as they start, with the address of the live ones if the site has one.
"""
import json
import os
import sys
import tempfile
from html import escape
from pathlib import Path

import lxml.html
import yaml
from built import ROOT, SITE, body, book_name, chapters, has, html, inside, language, leave_out, words
from language import _
from pdf import in_browser, sheet

STYLE = Path(__file__).with_suffix(".css")
TARGET = SITE.parent / "handouts"
LEFT_OUT = ("cell-code", "formula-narrow", "in-ledger", "headerlink")
LINES = {"number": 5, "formula": 6, "choice": 3}  # to write on, by what is asked
MANY = 8                                          # where anything may be written
PAGE = """@page { size: A4; margin: 20mm 18mm 18mm; font: 9pt sans-serif; color: #555;
  @top-left { content: %s; } @top-right { content: %s; }
  @bottom-center { content: counter(page) %s counter(pages); } }
"""


def lines(count):
    return '<div class="line"></div>' * count


def boxes(texts):
    """Boxes to tick."""
    return f'<ul class="tick">{"".join(f"<li>{escape(text)}</li>" for text in texts)}</ul>'


def put(text, after):
    """A piece of HTML behind an element."""
    new = lxml.html.fragment_fromstring(text)
    new.tail, after.tail = after.tail, None
    after.addnext(new)


def to_tick(place):
    """The options of a prediction as boxes to tick, or a line to write on."""
    asked = json.loads(place.get("data-prediction"))
    if asked["kind"] == "choice":
        put(boxes(asked["options"]), after=place)
    else:
        said = _("Your prediction")
        if asked["kind"] == "number":
            low, high = asked["between"]
            said = _("Your prediction from {low} to {high}").format(low=f"{low:g}", high=f"{high:g}")
        put(f'<div class="guess">{said} {lines(1)}</div>', after=place)
    place.drop_tree()


def parts(exercise):
    """What belongs to an exercise: {class: elements that follow it, up to the next exercise or heading}."""
    found = {"answering": [], "hints": [], "solution": []}
    for one in exercise.itersiblings():
        if has(one, "exercise") or one.tag in ("section", "h2", "h3"):
            break
        for name, kept in found.items():
            if has(one, name):
                kept.append(one)
    return found


def room(answering):
    """A ruled box under an exercise: a part of it for each answer that is asked for."""
    asked = [json.loads(text) for box in answering for text in box.xpath(".//@data-answer")]
    ruled = [f"<p>{escape(each['label'])}</p>{boxes(each['choices']) if 'choices' in each else ''}"
             f"{lines(LINES.get(each['kind'], MANY))}" for each in asked]
    return f'<div class="room">{"".join(ruled) or lines(MANY)}</div>'


def at_the_end(heading, pieces):
    return f'<section class="at-the-end"><h2>{heading}</h2>{"".join(pieces)}</section>' if pieces else ""


def exercises(chapter):
    """Room to write under each exercise; (hints, solutions), which are taken out, as HTML."""
    hints, solutions = [], []
    for exercise in chapter.xpath(".//*[contains(@class, 'exercise') and contains(@class, 'admonition')]"):
        belongs, title = parts(exercise), inside(exercise.find("p"))
        put(room(belongs["answering"]), after=exercise)
        told = [html(part) for box in belongs["hints"] for hint in box.iter("details") for part in hint[1:]]
        hints += [f"<h3>{title}</h3>{''.join(told)}"] if told else []
        for box in belongs["solution"]:
            box.find("summary").drop_tree()
            solutions.append(f"<h3>{title}</h3>{inside(box)}")
        for box in sum(belongs.values(), []):
            box.drop_tree()
    return hints, solutions


def settings():
    return yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))


def address():
    """Where the site is published, or nothing."""
    return (settings()["html"].get("baseurl") or "").rstrip("/")


def refusal():
    """What is missing for the copies that are asked for, or nothing."""
    if not os.environ.get("SOLUTIONS") or settings()["sphinx"]["config"]["solutions"]:
        return ""
    return _("The teacher's copies need a site that has the solutions: write `solutions: true` into _config.yml, "
             "run `make handouts` with SOLUTIONS=1, and then write `solutions: false` again.")


def addresses(chapter, page):
    """Under each figure the address of the live one, if the site has an address."""
    base = address()
    for figure in chapter.xpath(".//figure[@data-live]") if base else ():
        link = f"{base}/{page}.html#{figure.get('id')}"
        put(f'<p class="live">{_("Live:")} <a href="{link}">{link}</a></p>', after=figure)


def document(page, site=SITE, solutions=False):
    """(name of the chapter, its hand-out as HTML)."""
    lang, chapter = language(), lxml.html.fromstring(body(site, page))
    leave_out(chapter, LEFT_OUT)
    for place in chapter.xpath(".//*[@data-prediction]"):
        to_tick(place)
    for lead in chapter.xpath(".//p[substring(normalize-space(), string-length(normalize-space())) = ':']"):
        lead.classes.add("leads")
    hints, solved = exercises(chapter)
    addresses(chapter, page)
    name = words(chapter.xpath(".//h1")[0])
    who = f'<div class="who">{_("Name")} <span></span> {_("Date")} <span></span></div>'
    put(who, after=chapter.xpath(".//h1")[0])
    style = PAGE % tuple(map(json.dumps, (name, book_name(), _(" of ")))) + STYLE.read_text(encoding="utf-8")
    end = at_the_end(_("Hints"), hints) + (at_the_end(_("Solutions"), solved) if solutions else "")
    return name, sheet(name, style, html(chapter) + end, (site.resolve() / "_static").as_uri(), lang)


def print_handouts(browser, names=(), target=TARGET, site=SITE, solutions=False):
    target.mkdir(parents=True, exist_ok=True)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(600_000)
    with tempfile.TemporaryDirectory() as folder:
        for chapter in chapters():
            stem = Path(chapter).name
            if names and stem not in names:
                continue
            file = Path(folder, "handout.html")
            file.write_text(document(chapter, site, solutions)[1], encoding="utf-8")
            page.goto(file.as_uri(), wait_until="load")
            copy = "-solutions" if solutions else ""
            page.pdf(path=target / f"{stem}{copy}.pdf", prefer_css_page_size=True, outline=True, tagged=True)
    page.close()


if __name__ == "__main__":
    language()
    if refusal():
        sys.exit(refusal())
    asked = bool(os.environ.get("SOLUTIONS"))
    in_browser(lambda browser: print_handouts(browser, sys.argv[1:], solutions=asked))

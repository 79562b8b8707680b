"""The hand-outs: exercises with room to write, predictions to tick, no solution but in the teacher's copy."""
import re
import sys

import lxml.html
import pikepdf
import pytest
from browser import ROOT, TOLD

sys.path.insert(0, str(ROOT / "tools"))
import built  # noqa: E402
import handouts  # noqa: E402

PAGE = "book/03_chain_rule"


@pytest.fixture(scope="module")
def chapter(site):
    return lxml.html.fromstring(built.body(site, PAGE))


@pytest.fixture(scope="module")
def sheets(site):
    """{is it the teacher's: the hand-out}"""
    return {told: lxml.html.fromstring(handouts.document(PAGE, site, told)[1]) for told in (False, True)}


def squeezed(element):
    return re.sub(r"\s", "", built.words(element))


def test_every_exercise_has_room_to_write(chapter, sheets):
    asked = chapter.xpath(".//div[contains(@class, 'exercise')]")
    assert len(asked) > 3 and not sheets[False].xpath("//*[@data-answer or contains(@class, 'answer')]")
    for exercise, printed in zip(asked, sheets[False].xpath("//div[contains(@class, 'exercise')]"), strict=True):
        assert squeezed(printed) == squeezed(exercise)
        room = printed.getnext()
        assert room.get("class") == "room" and len(room.xpath("./div[@class='line']")) >= 5
    labels = [text for room in sheets[False].xpath("//*[@class='room']") for text in room.xpath("./p/text()")]
    fields = chapter.xpath(".//*[@data-answer][1][not(ancestor::*[contains(@class, 'solution')])]")
    assert "Your dP/dw, a number" in labels and len(labels) == len(fields) > 3


def test_hints_stand_at_the_end(chapter, sheets):
    hints = [squeezed(p) for p in chapter.xpath(".//details[@class='hint']/p")]
    exercises, _, end = squeezed(sheets[False]).partition("Hints")
    assert len(hints) > 3 and all(text in end and text not in exercises for text in hints)


def test_solutions_are_in_the_teachers_copy_only(chapter, sheets):
    solutions = chapter.xpath(".//details[contains(@class, 'solution')]//p")
    solutions = [text for text in map(squeezed, solutions) if len(text) > 30]
    student, teacher = (squeezed(sheets[told]) for told in (False, True))
    assert (len(solutions) > 2) == TOLD
    assert not [text for text in solutions if text in student] and all(text in teacher for text in solutions)


@pytest.mark.parametrize("told", [True, False])
def test_a_site_without_solutions_cannot_print_the_teachers_copy(monkeypatch, told):
    monkeypatch.setenv("SOLUTIONS", "1")
    monkeypatch.setattr(handouts, "settings", lambda: {"sphinx": {"config": {"solutions": told}}})
    assert ("`solutions: true`" in handouts.refusal()) == (not told)
    monkeypatch.delenv("SOLUTIONS")
    assert not handouts.refusal()


def test_predictions_are_boxes_to_tick(chapter, sheets):
    boxes = sheets[False].xpath("//ul[@class='tick']")
    assert [one.text for one in boxes[0]] == ["by 1/4", "by 1/2", "by 2", "by 2 1/4"]
    assert len(boxes) == len(chapter.xpath(".//*[contains(@data-prediction, 'options')]"))


def test_a_figure_tells_where_it_is_live(site, chapter, monkeypatch):
    told = lxml.html.fromstring(handouts.document(PAGE, site)[1]).xpath("//p[@class='live']")
    assert not told or handouts.address()
    monkeypatch.setattr(handouts, "address", lambda: "https://somewhere/book")
    told = lxml.html.fromstring(handouts.document(PAGE, site)[1]).xpath("//p[@class='live']/a/text()")
    assert told[0] == "https://somewhere/book/book/03_chain_rule.html#fig-nudge"
    assert len(told) == len(chapter.xpath(".//figure"))


def test_it_is_printed_on_a4_with_links_that_lead_out(browser, site, tmp_path):
    handouts.print_handouts(browser, ["03_chain_rule"], tmp_path, site)
    with pikepdf.open(tmp_path / "03_chain_rule.pdf") as pdf:
        assert 5 < len(pdf.pages) < 20
        assert {tuple(round(float(v)) for v in page.MediaBox[2:]) for page in pdf.pages} == {(595, 842)}
        with pdf.open_outline() as outline:
            assert "chain rule" in outline.root[0].title
            assert [entry.title for entry in outline.root[0].children or outline.root][-1] == "Hints"
        links = [link for page in pdf.pages for link in page.get("/Annots", []) if "/A" in link]
        assert all(str(link.A.URI).startswith("http") for link in links)

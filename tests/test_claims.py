"""The ledger of what the notes claim: all settled, each verdict as its check finds it."""
import importlib
import inspect
import re
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "_ext"), str(ROOT / "tests")]
from pages.ledger import VERDICTS, box_source, chapters  # noqa: E402

CHAPTERS = chapters()
CLAIMS = {claim["id"]: (n, claim) for n, chapter in CHAPTERS.items() for claim in chapter["claims"]}
BOXES = {box["label"]: (n, box) for n, chapter in CHAPTERS.items() for box in chapter.get("boxes", ())}
BY_MACHINE = [id for id, (_, claim) in CLAIMS.items() if "read" not in claim]


def checks(n):
    """{name: function} of tests/claims/chapter_NN.py; helpers begin with an underscore."""
    module = importlib.import_module(f"claims.chapter_{n}")
    return {name: f for name, f in inspect.getmembers(module, inspect.isfunction)
            if f.__module__ == module.__name__ and not name.startswith("_")}


@pytest.mark.parametrize("id", BY_MACHINE)
def test_the_verdict_is_what_the_check_finds(id):
    n, claim = CLAIMS[id]
    check = checks(n).get(id.replace("-", "_"))
    assert check, "no check settles this claim, and it is not marked as read"
    found = check()
    if claim["verdict"] == "holds":
        assert found in (True, False), "a claim that holds has one answer: is it true as it stands?"
        assert found, "the ledger says that it holds, the check says that it does not"
    else:
        as_written, corrected = found
        assert not as_written, f"the ledger says {claim['verdict']}, and it holds as it stands"
        assert corrected, "the corrected form does not hold either"


COUNTED = 475  # none is lost unnoticed


@pytest.mark.parametrize("n", CHAPTERS)
def test_every_check_belongs_to_a_claim_that_needs_one(n):
    claims = {claim["id"].replace("-", "_") for claim in CHAPTERS[n]["claims"] if "read" not in claim}
    assert checks(n).keys() == claims


def test_every_claim_stands_once_and_is_complete():
    claims = sum(len(chapter["claims"]) for chapter in CHAPTERS.values())
    assert len(CLAIMS) == claims, "two claims have the same id"
    assert claims == COUNTED, f"the ledger has {claims} claims: one was lost, or COUNTED here should say {claims}"
    for id, (_, claim) in CLAIMS.items():
        assert claim["verdict"] in VERDICTS, id
        assert ("correct" in claim) == (claim["verdict"] != "holds"), f"{id}: what is true, where it does not hold"
        assert claim.get("where"), f"{id}: the heading in the chapter that settles it"


@pytest.mark.parametrize("id", [id for id, (_, claim) in CLAIMS.items() if claim["verdict"] != "holds"])
def test_what_does_not_hold_is_shown_in_its_chapter(id):
    n, claim = CLAIMS[id]
    if "pen" in claim:
        assert "box" not in claim, "a slip of the pen or of the scan stands in the appendix only"
    else:
        assert "box" in claim, "name it in a box of the ledger, or say that it is a slip of the pen"
        assert BOXES[claim["box"]][0] == n


@pytest.mark.parametrize("label", BOXES)
def test_a_box_answers_claims_that_do_not_hold(label):
    answered = [claim["verdict"] for _, claim in CLAIMS.values() if claim.get("box") == label]
    assert answered and set(answered) != {"holds"}


@pytest.mark.parametrize("n", [n for n in CHAPTERS if n.isdigit()])
def test_a_chapter_has_one_title(n):
    notebook = nbformat.read(ROOT / f"{CHAPTERS[n]['page']}.ipynb", as_version=4)
    heading = next(line for cell in notebook.cells for line in cell.source.splitlines() if line.startswith("# "))
    assert CHAPTERS[n]["title"] == f"{int(n)} {heading[2:]}"


@pytest.mark.parametrize("n", CHAPTERS)
def test_the_boxes_of_a_chapter_are_the_ledgers(n):
    notebook = nbformat.read(ROOT / f"{CHAPTERS[n]['page']}.ipynb", as_version=4)
    shown = [cell.source for cell in notebook.cells if "notes-checked" in cell.source]
    boxes = [box_source(box, CHAPTERS[n]["claims"]) for box in CHAPTERS[n].get("boxes", ())]
    assert sorted(shown) == sorted(boxes), "run tools/boxes.py"


@pytest.mark.parametrize("n", CHAPTERS)
def test_at_most_two_boxes_of_a_chapter_stand_open(n):
    assert sum("open" in box for box in CHAPTERS[n].get("boxes", ())) <= 2


@pytest.mark.parametrize("n", CHAPTERS)
def test_boxes_speak_to_the_reader_who_never_saw_the_notes(n):
    said = [box["label"] for box in CHAPTERS[n].get("boxes", ())
            if re.search(r"\b(notes?|decks?|scans?)\b", box["text"].lower())]
    assert said == []

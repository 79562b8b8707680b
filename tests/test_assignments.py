"""An assignment of a part: what the student gets has no answer in it, and the machine tells right from wrong."""
import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from browser import PATIENCE, ROOT

sys.path.insert(0, str(ROOT / "tools"))
from assignments import FIELD, make, parts, questions  # noqa: E402

RIGHT = {  # as a student answers the first part
    "q1_1": "[1.3, -2.28, 1.58]", "q1_2": "3*(w1*w3 + w2*w4)", "q1_3": "[-1, -2]", "q2_1": "[5, 7]",
    "q2_1_2": "(32, 7)", "q2_2": "-0.5", "q2_2_2": "0.474", "q2_3": "40", "q3_1": "15", "q3_2": "1/(1 - 1/a)",
    "q3_3": "2*(3 - w)", "q3_3_2": "3", "q4_1": "[2, 5]", "q4_2": "a", "q4_3": "2**10", "q4_3_2": "30"}


@pytest.fixture(scope="module")
def assignment(site, tmp_path_factory):
    """Folder of the first part's assignment."""
    target = tmp_path_factory.mktemp("assignments")
    make(1, target)
    return target / "part_1"


def fields(path):
    return [output.data[FIELD] for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"
            for output in cell.outputs if FIELD in output.get("data", ())]


@pytest.mark.parametrize("path", [path for _, notebooks in parts() for path in notebooks])
def test_every_field_of_a_chapter_is_a_question(site, path):
    asked = questions(nbformat.read(site / "_sources" / path, as_version=4))
    assert [field for _, _, field in asked.values()] == fields(ROOT / path)
    for name, (text, label, _) in asked.items():
        first = name.count("_") == 1
        assert label and text.startswith("> **Exercise ") == first, name
        assert "Solution to" not in text and "check_answer" not in text


def test_the_student_gets_no_answer(assignment):
    copy = nbformat.read(assignment / "student" / "part_1.ipynb", as_version=4)
    cells = [cell.source for cell in copy.cells if cell.cell_type == "code"]
    assert sum(" = None  # " in source for source in cells) == len(RIGHT)
    told = json.dumps(copy.metadata) + "".join(cells)
    assert not [word for word in ("check_answer", "page", "'numbers'", "Right.") if word in told]
    assert all(case["hidden"] is False for test in copy.metadata["otter"]["tests"].values()
               for suite in test["suites"] for case in suite["cases"])


def points(assignment, folder, answers):
    """{question: points} that otter-grader gives to a student's notebook with these answers."""
    submission = nbformat.read(assignment / "student" / "part_1.ipynb", as_version=4)
    for cell in submission.cells:
        if cell.cell_type == "code" and " = None  # " in cell.source:
            name = cell.source.splitlines()[-1].partition(" ")[0]
            cell.source = cell.source.replace(f"{name} = None", f"{name} = {answers[name]}")
    nbformat.write(submission, folder / "part_1.ipynb")
    archive, = (assignment / "autograder").glob("*.zip")
    otter = Path(sys.executable).with_name("otter")
    subprocess.run([otter, "run", "-a", archive, "-o", folder, "--no-logo", folder / "part_1.ipynb"],
                   check=True, capture_output=True, timeout=5 * PATIENCE)
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))["tests"]
    return {test["name"]: test["score"] for test in results if test["name"] in answers}


def test_right_answers_get_their_points(assignment, tmp_path):
    assert points(assignment, tmp_path, RIGHT) == dict.fromkeys(RIGHT, 1)


def test_wrong_answers_get_none(assignment, tmp_path):
    """The sign lost, a place too much, text, nothing at all."""
    slips = ["-({})", "[{}, 0]", "'{}'", "None"]
    wrong = {name: slips[k % 4].format(answer) for k, (name, answer) in enumerate(RIGHT.items())}
    wrong |= {"q1_1": "[1.3, -2.28, 1.5]", "q1_2": "3*w1*w3", "q3_3": "2*(w - 3)", "q4_3_2": "29"}
    assert points(assignment, tmp_path, wrong) == dict.fromkeys(RIGHT, 0)

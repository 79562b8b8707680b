"""The bank of tasks: each line proved, each slip told apart, and the page's own judge says so too."""

import gzip
import json
import os
import re
import subprocess
import sys
from collections import Counter
from random import Random

import pytest
from browser import ROOT

sys.path.insert(0, str(ROOT / "_ext"))
from practice.bank.levels import LEVELS
from practice.bank.levels.matrix import dense
from practice.bank.lines import derivation
from practice.bank.net import Net
from practice.bank.proof import prove
from practice.bank.task import Line, Slip, Task
from practice.files import KEPT, made
from shell.node import run

JUDGED = ROOT / "tests" / "practice" / "judged.mjs"
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@pytest.fixture(scope="module")
def texts():
    """{name: the file's text}, as the build writes them."""
    return made(KEPT)


@pytest.fixture(scope="module")
def tasks(texts):
    return [task for name in LEVELS for task in json.loads(texts[name])["tasks"]]


@pytest.fixture(scope="module")
def judged(tasks):
    """What the page says of each right line in three spellings, and of each slip; how it draws all texts."""
    typed, shown = [], []
    for k, task in enumerate(tasks):
        shown += [[k, text] for text in drawn_texts(task)]
        for j, line in enumerate(task["lines"]):
            typed += [[k, j, text] for text in [*spellings(line), *(slip[0] for slip in line["slips"])]]
    ran = run(JUDGED, given=json.dumps({"tasks": tasks, "typed": typed, "shown": shown}))
    assert not ran.returncode, ran.stderr[-2000:]
    told = json.loads(ran.stdout)
    said = {(k, j, text): said for (k, j, text), said in zip(typed, told["said"], strict=True)}
    return said, list(zip(shown, told["drawn"], strict=True))


def drawn_texts(task):
    """Every formula and left side that the page draws."""
    prose = [task["story"], *(line.get("ask", "") for line in task["lines"])]
    prose += [text for line in task["lines"] for text in [*line["hints"], *(slip[2] for slip in line["slips"])]]
    formulas = [text for line in task["lines"] for text in (line["left"], line["right"])]
    quoted = [text for each in prose for text in re.findall("`([^`]*)`", each)]
    return [*formulas, *(part for _, part in task["steps"]), *task.get("shown", []), *quoted]


def spellings(line):
    """A right line as three people write it."""
    right = line["right"]
    match line.get("kind"):
        case "number":
            return [right, right.replace(".", ",").replace("-", "−"), f"({2 * float(right):.9g})/2"]
        case "shape":
            return [right, f"({right})", right.replace(", ", " × ")]
        case "matrix":
            return [
                right,
                right.replace(".T", "ᵀ").replace(" @ ", " "),
                re.sub(r"\.T\b", "^T", right).replace("@", "·"),
            ]
    paper = re.sub(r"\*\*(\d)", lambda power: power[1].translate(SUPERSCRIPTS), right)
    latex = re.sub(r"\*\*(\d)", r"^{\1}", right).replace("*", r" \cdot ")
    return [
        right,
        paper.replace("*", "·").replace("-", "−").replace("[i]", "ᵢ"),
        re.sub(r"\b([a-z])(\d)\b", r"\1_{\2}", latex),
    ]


def test_a_level_has_its_tasks_and_is_small(texts):
    for name in LEVELS:
        text = texts[name]
        data = json.loads(text)
        ids = [task["id"] for task in data["tasks"]]
        assert len(set(ids)) == len(ids) >= 40, name
        assert len(gzip.compress(text.encode(), 9)) <= 25_000, name
        assert (ROOT / f"{data['chapter']}.ipynb").exists(), name
        assert [task["grade"] for task in data["tasks"]] == sorted(task["grade"] for task in data["tasks"])
    assert [level["id"] for level in json.loads(texts["levels"])] == [*LEVELS]


def test_no_answer_comes_twice_in_a_row(texts):
    for name in LEVELS:
        answers = [
            (task["lines"][-1]["right"], task.get("false"), task.get("shown"))
            for task in json.loads(texts[name])["tasks"]
        ]
        assert not [answer for answer, after in zip(answers, answers[1:], strict=False) if answer == after], name


def test_no_two_tasks_of_a_level_are_alike(texts):
    for name in LEVELS:
        alike = Counter(
            (
                task["kind"],
                str(task["steps"]),
                str(task.get("shapes")),
                task["lines"][-1]["left"],
                task["lines"][-1]["right"],
            )
            for task in json.loads(texts[name])["tasks"]
        )
        assert max(alike.values()) == 1, name


def test_no_task_is_degenerate(tasks):
    for task in tasks:
        lines = task["lines"]
        assert 1 <= len(lines) <= 8 and len(task["story"]) <= 400, task["id"]
        for line in lines:
            assert line["right"] != "0" and len(line["right"]) <= 110, (task["id"], line)
            assert 2 <= len(line["hints"]) <= 3 and 1 <= len(line["slips"]) <= 5, (task["id"], line)
        if task["kind"] == "slip":
            false = task["false"]
            assert task["shown"][false] == lines[false]["slips"][0][0] != lines[false]["right"]
            assert task["shown"][:false] == [line["right"] for line in lines[:false]]


def test_a_right_line_is_right_in_three_spellings(tasks, judged):
    said, _ = judged
    for k, task in enumerate(tasks):
        for j, line in enumerate(task["lines"]):
            for text in spellings(line):
                assert said[k, j, text] == "Right.", (task["id"], line["left"], text, said[k, j, text])


def test_every_slip_has_its_own_remark(tasks, judged):
    said, _ = judged
    kinds = Counter()
    for k, task in enumerate(tasks):
        for j, line in enumerate(task["lines"]):
            for text, kind, remark in line["slips"]:
                assert said[k, j, text] == remark, (task["id"], line["left"], text, kind, said[k, j, text])
                kinds[kind] += 1
    print(f"{kinds.total()} planted slips of {len(kinds)} kinds are told apart:", dict(kinds.most_common()))
    assert len(kinds) >= 15


def test_every_text_can_be_drawn(judged):
    _, drawn = judged
    assert not [(text, how) for (_, text), how in drawn if not how.startswith("<math>")]


AGAIN = """
import json, sys
from practice.bank.bank import level
levels = [level(name) for name in sys.argv[1:]]
sys.stdout.write(json.dumps(levels, ensure_ascii=False, separators=(",", ":")))
"""


def test_the_bytes_are_the_same_in_every_process(texts):
    names = [*LEVELS]
    paths = os.pathsep.join([str(ROOT), str(ROOT / "_ext")])
    env = os.environ | {"PYTHONHASHSEED": "7", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": paths}
    ran = subprocess.run([sys.executable, "-c", AGAIN, *names], capture_output=True, encoding="utf-8", env=env)
    assert ran.stdout == f"[{','.join(texts[name] for name in names)}]", ran.stderr[-2000:]


@pytest.mark.parametrize(
    "right", ["2*(a - y)*a*(1 - a)*x", "2*(a - y)*(1 - a**2)", "-2*(a - y)*(1 - a**2)*x", "0"]
)
def test_a_false_line_is_not_proved(right):
    net = Net("z = w*x + b", "a = tanh(z)", "L = (a - y)**2")
    slip = (Slip("1", "", ""),)

    def task(right):
        return Task("", "", net, (Line("∂L/∂w", right, (), slip, claim=("L", "w")),))

    prove(task("2*(a - y)*(1 - a**2)*x"))
    with pytest.raises(AssertionError):
        prove(task(right))


def test_a_slip_that_is_right_is_not_let_through():
    net = Net("a = tanh(z)")
    line = Line("da/dz", "1 - a**2", (), (Slip("(1 - a)*(1 + a)", "", ""),), "the factor", claim=("a", "z"))
    with pytest.raises(AssertionError):
        prove(Task("", "", net, (line,)))


@pytest.fixture(scope="module")
def told():
    """What is said of texts that are typed into one line of a net, or of a layer."""

    def judge(task, line, typed):
        data = {"tasks": [task.data("one", 1)], "typed": [[0, line, text] for text in typed], "shown": []}
        ran = run(JUDGED, given=json.dumps(data))
        assert not ran.returncode, ran.stderr[-2000:]
        return json.loads(ran.stdout)["said"]

    return judge


def test_matrices_are_typed_in_many_ways(told):
    task = dense("", "rows", "columns", 5, 3, 2, 4, Random(1))
    names = {kind: next(name for name in task.net.sizes if name in kind) for kind in ("xha", "WUV", "bc", "zs")}
    x, W, b, z = names.values()
    at = {line.left: k for k, line in enumerate(task.lines) if line.kind == "matrix"}
    ways = (
        f"{x}.T @ d{z}",
        f"{x}ᵀd{z}",
        f"{x}ᵀ d{z}",
        f"{x}^T*d{z}",
        rf"{x}^{{\top}} \cdot d{z}",
        f"transpose({x}) d{z}",
    )
    ways += (
        f"np.transpose({x}) @ d{z}",
        f"{x}.T.dot(d{z})",
        f"d{W} = ({x}').(d{z})".replace(").(", ")("),
        f"(d{z}.T@{x}).T",
    )
    assert {*told(task, at[f"d{W}"], ways)} == {"Right."}
    ways = f"sum(d{z})", f"np.sum(d{z}, axis=0)", f"sum(d{z}, axis=0, keepdims=True)", f"1ᵀ d{z}", f"1^T @ d{z}"
    assert {*told(task, at[f"d{b}"], ways)} == {"Right."}
    bad = {
        "": "not read: Nothing is typed yet.",
        f"{x}.T @": "not read: A name or a bracket is missing at the end.",
        f"({x}.T @ d{z}": "not read: This bracket stays open.",
        f"{x}.T @ Q": f"not read: Q is not one of the matrices here: {', '.join(task.net.shapes)}.",
        f"{x}.T ? d{z}": "not read: ? cannot be read here.",
        f"d{z}": f"Not yet: that has shape (5, 2), d{W} has shape (3, 2).",
        f"-({x}.T @ d{z})": "Close: the sign is lost; all else is right.",
        "(" * 300: "not read: This is longer than 200 characters.",
    }
    assert dict(zip(bad, told(task, at[f"d{W}"], bad), strict=True)) == bad


def test_a_line_may_be_written_in_any_names_of_its_task(told):
    net = Net("z = w*x + b", "a = tanh(z)", "L = (a - y)**2")
    task = Task("", "", net, tuple(derivation(net, "w")))
    right = "1 - a^2", "1 - tanh(z)²", "1 - tanh(wx + b)^2", "4/(e^z + e^(-z))^2", "da/dz = (1-a)(1+a)"
    assert {*told(task, 1, right)} == {"Right."}
    bad = {
        "1 - q^2": "Not yet: q should not be in it.",
        "3(1 - a²)": "Close: the form is right, but it is multiplied by a wrong number.",
        "dL/da * da/dz": "Not yet: write what each derivative is equal to, not its name.",
        "1 - a^": "not read: A number, a name or a bracket is missing at the end.",
    }
    assert dict(zip(bad, told(task, 1, bad), strict=True)) == bad

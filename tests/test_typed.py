"""What students type into "Derive your own": read by the page, handed to the strict reader, derived and proved.

Each row of typed.json is a text and by what to derive it, with the canonical text that it means, or what the page
says of it; `is` is the formula that was meant.
"""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from browser import ROOT
from sympy import Expr, Symbol, sympify

from nbcode.chain import schoolbook
from nbcode.chain.expressions import FAR, spread
from nbcode.chain.typed import read
from nbcode.chain.typed.functions import FUNCTIONS, SUMS

sys.path.append(str(ROOT / "_ext"))
from derive import assets, presets  # noqa: E402
from derive.answer import answer, proof, reply  # noqa: E402
from shell.node import run  # noqa: E402

HERE = Path(__file__).parent / "derive"
ROWS = json.loads(HERE.joinpath("typed.json").read_text(encoding="utf-8"))
PASTED = json.loads(HERE.joinpath("pasted.json").read_text(encoding="utf-8"))  # from other books: read alone
READ = [row for row in ROWS if "means" in row]


def node(*arguments, given=""):
    ran = run(*arguments, given=given)
    assert not ran.returncode, (ran.stdout + ran.stderr)[-3000:]
    return ran.stdout


def understood(rows):
    return json.loads(node(HERE / "read.mjs", given=json.dumps(rows)))


def test_the_page_understands_what_is_typed():
    rows = ROWS + PASTED
    for row, found in zip(rows, understood(rows), strict=True):
        if "says" in row:
            assert found == {"says": row["says"], "from": found["from"], "to": found["to"]}, row
            assert 0 <= found["from"] <= found["to"] <= len(row["steps"]) + 1
            continue
        assert found.get("text") == row["means"], (row, found)
        assert found["by"] == row.get("derives", row["by"]), row
        assert [doubt["said"] for doubt in found["doubts"]] == row.get("doubts", [])
        assert found["notes"] == row.get("notes", [])
        assert len(found["shown"]) == len(found["lines"]) == row["means"].count("\n") + 1
        assert all(shown.startswith("<math>") for shown in found["shown"])


DOUBTFUL = [  # steps, by, what is doubtful, what it means when that is read the other way
    ("z = wx + b", "w", "wx", "z = wx + b"), ("z = w^T*x", "w", "T", "z = w**T*x"),
    ("y = x_t-1", "x_t", "x_t-1", "y = x_tm1"), ("h_t = tanh(w*h_t-1)", "w", "h_t-1", "h_t = tanh(w*h_t - 1)"),
    ("z = x/2a", "a", "/2a", "z = x/2*a"), ("L = 1/2w^2", "w", "/2w^2", "L = 1/(2*w**2)"),
    ("tan^-1(x)", "x", "tan^-1", "1/tan(x)"), ("y = λ/2 |w|", "w", "/2·abs(w)", "y = lamda/(2*abs(w))"),
    ("a = 2x\nL = a(x)", "x", "a(x)", "a = 2*x\nL = a*x"), ("sin x^2", "x", "sin x^2", "sin(x)**2"),
    ("e^2x", "x", "e^2x", "exp(2)*x"), ("nRT", "", "nRT", "n*R*T"), ("xlogx", "x", "xlogx", "xlogx"),
    ("sin x/2", "x", "sin x/2", "sin(x/2)"), ("x^1/2", "x", "x^1/2", "x**1/2"), ("P(Q)", "Q", "P(Q)", "P"),
    ("L = 1/N Σ y_i", "y", "N", "L = 1/N*sum(y[i])"),
]


def test_a_doubtful_reading_is_changed():
    rows = [{"steps": steps, "by": by, "chosen": chosen}
            for steps, by, doubt, _ in DOUBTFUL for chosen in ([], [doubt])]
    found = iter(understood(rows))
    for (_, _, doubt, means), plain, turned in zip(DOUBTFUL, found, found, strict=True):
        assert [one["id"] for one in plain["doubts"]] == [doubt] == [one["id"] for one in turned["doubts"]]
        assert plain["text"] != turned["text"] == means


HOSTILE = [
    "</script><img src=x onerror=alert(1)>", "<b>x</b> = 1", "x = \"'><script>", "a<b",
    "constructor = w*x\nL = constructor^2",
    "__proto__ = w*x", "z = toString*x", "("*2000 + "x", "x"*2999, "w*"*1000 + "x",
    "a = "*500, "=\n"*59, "x_{" + "i"*900 + "} = 3",
    "\\frac{" * 300, "sum(" * 40 + "x[i]" + ")" * 40, "[[[[1,2]]]] = x", "Σ", "\u202ex + 1", "\ud800", "e = e",
    "clip("*200, "mish("*9 + "x" + ")"*9,
    "clip(clip(clip(clip(clip(x, 0, 1), 0, 1), 0, 1), 0, 1), 0, 1)", "Σ"*900,
    "Σ_i " + "|"*999, "a^(1)"*300 + " = x", "where(x > 0, " * 50,
    "x[i[i]]", "\0",
    "sin "*700, "sin x/"*500, "f("*1000, "f(x) = x\n" + "f("*700 + "x" + ")"*700,
    "f(x) = x*x\ng(x) = f(f(x))\nh(x) = g(g(x))\nk(x) = h(h(x))\nl(x) = k(k(x))", "a(b)"*700, "x.mean()"*300,
    "("*1000 + ")"*1000 + ".sum()", "tanh["*500, "\\begin{cases}"*200, "5%"*900, "e^2x"*700, "x/y z "*450,
    "\\hat{x}"*400, "x1y"*900, " "*2990 + "x", "x" + " "*2900 + "%",
    "\\sqrt[3]{"*300, "def f(x):\n"*200, "a'("*700]


def test_hostile_text_is_read_or_refused_and_never_markup():
    tags = ("<script", "<img", "<b>")
    for text, found in zip(HOSTILE, understood([{"steps": text, "by": "x"} for text in HOSTILE]), strict=True):
        assert found.get("says") or not any(tag in shown for tag in tags for shown in found["shown"]), text


@pytest.mark.parametrize("row", READ, ids=lambda row: row["steps"][:40].encode("unicode_escape").decode())
def test_what_is_understood_is_derived_and_proved(row):
    text, by = row["means"], row.get("derives", row["by"])
    found = json.loads(reply("answer", text, by, "derive"))
    if "error" in found:
        assert any(said in found["error"] for said in (
            "write Abs, Max or Piecewise", "leave its number out", "is what is derived",
            "is a step: derive by")), found
        return
    assert proof(text, by).startswith("Proved")
    typed = read(text, apart=True)
    if "is" in row:
        is_meant(typed, row["is"])
    runs_as_pasted(found["answer"])


def is_meant(typed, formula):
    """The chain, composed, has the values of the formula that was meant."""
    wanted = sympify(formula, locals={str(p): p for p in typed.inputs})
    whole = typed.chain.composed()
    for shift in (0.1, 0.7, 1.3):
        at = {p: typed.start.get(p, shift + 0.37 * k) for k, p in enumerate(sorted(whole.free_symbols, key=str))}
        assert abs(complex(whole.subs(at)) - complex(wanted.subs(at))) < 1e-12


def runs_as_pasted(found):
    shown = []
    exec(found["python"], {"display": shown.append})
    maths = [content for kind, content in found["blocks"] if kind == "math"]
    assert shown[0]._repr_latex_().strip("$") == maths[0] and len(shown) == 1 + len(found["by"])


@pytest.mark.parametrize("k", range(len(presets())), ids=[preset["name"] for preset in presets()])
def test_every_preset_runs_as_pasted(k):
    """As the build has answered it, by the code as it is (test_derive compares four with answers given anew)."""
    preset, found = presets()[k], json.loads(assets.answers())[k]
    runs_as_pasted(found["answer"])
    assert found["proof"].startswith("Proved")
    [reading] = understood([preset])
    assert not reading["doubts"] and not reading["notes"]
    ours, theirs = read(preset["steps"]), read(reading["text"])
    assert (ours.chain.steps, ours.start, ours.data) == (theirs.chain.steps, theirs.start, theirs.data)


TWO = "p1 = softmax(z1, z1, z2)\np2 = softmax(z2, z1, z2)\nL = -(y1*log(p1) + y2*log(p2))"
THREE = ("p1 = softmax(z1, z1, z2, z3)\np2 = softmax(z2, z1, z2, z3)\np3 = softmax(z3, z1, z2, z3)\n"
         "L = -(y1*log(p1) + y2*log(p2) + y3*log(p3))")
SCHOOLBOOK = [  # steps, by, the last formula
    ("z = w*x + b\np = sigmoid(z)\nL = -(y*log(p) + (1 - y)*log(1 - p))", "w", r"\left(p - y\right) \, x"),
    ("a = sigmoid(z)", "z", r"a \left(1 - a\right)"), ("a = tanh(z)", "z", r"1 - a^{2}"),
    ("L = (y - sigmoid(w*x))**2", "w", r"{1 + e^{- w x}}"), ("sin(exp(x**2))",
    "x", r"2 x e^{x^{2}} \cos{\left(e^{x^{2}} \right)}"),
    ("e1 = exp(z1)\ne2 = exp(z2)\ne3 = exp(z3)\ns = e1 + e2 + e3\np1 = e1/s\np2 = e2/s\np3 = e3/s\n"
     "L = -(y1*log(p1) + y2*log(p2) + y3*log(p3))\ny1 = 1\ny2 = 0\ny3 = 0", "z3", r"p_{3} - y_{3}"),
    ("p = softmax(z1, z1, z2, z3)\nL = -log(p)", "z1", "p - 1"), (TWO, "z1", "= p_{1} - y_{1}"),
    (TWO, "z2", "= p_{2} - y_{2}"), (TWO + "\ny1 = 0\ny2 = 1", "z2", "= p_{2} - y_{2}"),
    (THREE, "z2", "= p_{2} - y_{2}"),
    ("z1 = w1*x\nz2 = w2*x\n" + TWO, "w2", r"= x \left(p_{2} - y_{2}\right)"),
    ("e1 = exp(z1)\ne2 = exp(z2)\np1 = e1/(e1 + e2)\np2 = e2/(e1 + e2)\nL = -(y1*log(p1) + y2*log(p2))", "z1",
     "= p_{1} - y_{1}"),
    ("p1 = sigmoid(z)\np2 = 1 - p1\nL = -y1*log(p1) - y2*log(p2)\ny1 = 1\ny2 = 0", "z", "= p_{1} - y_{1}"),
    ("(1 + x)**200", "x", r"= 200 \left(x + 1\right)^{199}"), ("x**3",
    "x, x", r"\frac{d^{2} f}{d x^{2}} = 6 x"),
    ("Y = A*K**0.3*L**0.7", "K", r"= \frac{0.3 Y}{K}"),
    ("k = A*exp(-E/(R*T))", "T", r"e^{- E / \left(R T\right)}"),
    ("v = x**2\ns = sqrt(v + q)\nL = (x - m)/s", "x", r"\frac{m - x}{s^{2}} \, x + 1"),
    ("z = 0.1*x**3 + x\nq = tanh(z)\nL = x*q", "x", r"\left(0.3 x^{2} + 1\right)"),
    ("L = mean((y[i] - w*x[i])**2)", "w, w", r"\sum_{i=1}^{n} \frac{2 x_{i}^{2}}{n}"),
]


@pytest.mark.parametrize("steps, by, last", SCHOOLBOOK, ids=[row[0][:30] for row in SCHOOLBOOK])
def test_answers_are_those_of_a_school_book(steps, by, last):
    maths = [content for kind, content in answer(steps, by)["blocks"] if kind == "math"]
    assert any(last in math.split(r"\mathrlap")[-1] for math in maths[1:])


LARGE = [
    "a = w*x\nL = (a + w + x + y + z)**60 + (w - x*y + z)**60*exp(w)", "a = (1 + w + y + z)**60\nL = (a + w)**60",
    "(1 + w + x + y + z + a + b)**100 + (1 - w + x + y)**100",
    "u = (1 + w*y + z)**90\np = sigmoid(u)\nL = -log(p)", "(w**99 - 1)/(w**33 + 1) + (w**77 + y**50)/(w + y)**90",
    "V = 4*y*((z/w)**12 - (z/w)**6)*(w + y)**14",
    "f = (1 + w + y)**40*(1 + w - z)**50*(w + y + z)**60*exp(w)",
]


@pytest.mark.parametrize("steps", LARGE, ids=range(len(LARGE)))
def test_large_powers_are_not_multiplied_out(steps, monkeypatch):
    """What would take minutes is not begun: neither to be expanded nor factored."""
    expand, factored = Expr.expand, schoolbook.factor
    most = []

    def bounded(work):
        def first(expr, *args, **more):
            most.append(spread(expr))
            assert most[-1] <= 10*FAR, expr
            return work(expr, *args, **more)
        return first
    monkeypatch.setattr(Expr, "expand", bounded(expand))
    monkeypatch.setattr(schoolbook, "factor", bounded(factored))
    assert len(answer(steps, "w")["blocks"]) > 3 and proof(steps, "w").startswith("Proved") and most


def test_names_in_sentences_are_those_typed():
    blocks = answer("yhat = gamma*x1 + h_tm1\nL = (y - yhat)**2", "gamma, x1")["blocks"]
    said = [text for kind, text in blocks if kind == "text"]
    assert "with respect to γ," in said[1] and "with respect to x₁," in said[2]
    with pytest.raises(ValueError, match="write the terms out"):
        answer("L = sum(p[i]*log(p[i]/q[i]))")


def test_what_is_given_another_form_is_asserted(monkeypatch):
    monkeypatch.setattr("derive.answer.plain", lambda expr: 2*expr)
    with pytest.raises(AssertionError):
        answer("sin(exp(x**2))", "x")


def test_three_steps_in_time_are_proved():
    steps = (f"h{t} = tanh(w*x{t} + u*h{t - 1} + b)" for t in (1, 2, 3))
    chain = read("\n".join([*steps, "L = (y - h3)**2"])).chain
    for p in ("u", "w", "b"):
        chain.prove(Symbol(p, real=True))
    chain.local[chain.loss, Symbol("h3", real=True)] *= 2
    with pytest.raises(AssertionError):
        chain.prove(Symbol("u", real=True))


def test_the_page_names_every_function():
    page = ROOT.joinpath("book", "derive.md").read_text(encoding="utf-8")
    other = {"log1p", "expm1", "square", "sign", "heaviside"}  # read, but no one need know
    assert not [name for name in {*FUNCTIONS, *SUMS} - other if f"`{name}" not in page]


def test_the_pages_parts():
    node("--test", HERE / "page.test.mjs")


def test_an_answer_is_the_same_in_every_process():
    """Of two forms equally short, the order of a set must not choose: it differs from one process to the next."""
    program = "from derive.answer import answer; print(answer('z/(1 + exp(-z))', 'z'))"
    where = os.pathsep.join(map(str, (ROOT, ROOT / "_ext")))
    runs = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, encoding="utf-8",
                             env={**os.environ, "PYTHONPATH": where, "PYTHONHASHSEED": seed})
            for seed in ("0", "5")]
    one, other = (run.communicate()[0] for run in runs)
    assert one == other and "frac" in one

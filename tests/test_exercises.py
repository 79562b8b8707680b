"""What a reader is told of an answer; the answer itself is never among it."""
import re

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from sympy import Abs, IndexedBase, Matrix, Piecewise, Rational, Sum, exp, log, nan, sqrt, symbols, tanh, zoo

from nbcode.exercises import ANSWER, PREDICTION, check_answer, settle

w, b, x, y, q = symbols("w b x y q", real=True)
p = symbols("p", positive=True)
H = symbols("H", real=True)
i, n = symbols("i n", integer=True)
observed, predicted = (IndexedBase(name, real=True) for name in ("observed", "predicted"))
SLOPE = -2*x*(y - w*x - b)
TABLE = Matrix([[w, b], [x, y], [0, 1]])
TOTAL = Sum(-2*(observed[i] - predicted[i]), (i, 1, n))

RIGHT = {
    "as it stands": (SLOPE, SLOPE),
    "expanded": (SLOPE.expand(), SLOPE),
    "another form of the sigmoid": (exp(x)/(1 + exp(x)), 1/(1 + exp(-x))),
    "tanh by exponentials": (1 - 2/(exp(2*x) + 1), tanh(x)),
    "logarithms of what is positive": (2*log(p), log(p**2)),
    "a decimal for a fraction": (0.25*w, w/4),
    "a sum over data": (2*Sum(predicted[i] - observed[i], (i, 1, n)), TOTAL),
    "a number to three digits": (0.774, 0.77432),
    "fewer digits where fewer are asked": (0.77, 0.77432, 2),
    "an exact number": (sqrt(2)/2, 0.70711),
    "zero": (0, 0),
    "a whole number": (3, Rational(3)),
    "NumPy's number": (np.float64(0.5), Rational(1, 2)),
    "a matrix": (TABLE, TABLE),
    "nested lists": (TABLE.tolist(), TABLE),
    "an array": (np.arange(6).reshape(2, 3), [[0, 1, 2], [3, 4, 5]]),
    "a reader's own symbols": (SLOPE.subs({v: symbols(str(v)) for v in (w, b, x, y)}), SLOPE),
    "symbols of the book without assumptions": (2*log(p), log(symbols("p", positive=True)**2)),
    "far below 1": (1e-12*w, w*Rational(1, 10**12)),
    "saturated": (1 - tanh(w)**2, 4*exp(2*w)/(exp(2*w) + 1)**2),
    "where logarithms are numbers": (log(1 - w) - log(w), log((1 - w)/w)),
    "a kink": (Piecewise((x, x > 0), (0, True)), (x + abs(x))/2),
}
NEAR = {
    "lost sign": (-SLOPE, SLOPE, "sign is lost"),
    "lost sign of a number": (-0.774, 0.77432, "sign is lost"),
    "lost sign of a sum": (-TOTAL, TOTAL, "sign is lost"),
    "half": (SLOPE/2, SLOPE, "wrong number"),
    "half of every entry": (TABLE/2, TABLE, "wrong number"),
    "lost factor": (SLOPE/x, SLOPE, "a factor x is missing"),
    "factor too many": (SLOPE*w, SLOPE, "one factor w too many"),
    "strange symbol": (SLOPE + q, SLOPE, "q should not be in it"),
    "a symbol too small to count": (1024 + q, 1024, "q should not be in it"),
    "missing symbol": (-2*x*(y - w*x), SLOPE, "b should be in it as well"),
    "a number for an expression": (3, SLOPE, "b, w, x, y should be in it"),
    "transposed": (TABLE.T, TABLE, "rows and columns have changed places"),
    "transposed numbers": ([[1, 2], [3, 4], [5, 6]], [[1, 3, 5], [2, 4, 6]], "rows and columns"),
    "wrong shape": ([1, 2], TABLE, r"shape \(2,\), expected is shape \(3, 2\)"),
    "one entry wrong": ([1, 2, 4], [1, 2, 3], "2 of 3 entries"),
    "too few digits": (0.77, 0.77432, "3 digits"),
    "something else": (log(x**2 + y**2 + w**2 + b**2), SLOPE, r"Not yet\.$"),
    "not a number": (nan, Rational(1, 3), "not a real number"),
    "infinite": (zoo, SLOPE, "not a real number"),
    "a logarithm below zero": ([log(-2, evaluate=False), w], [3*w, w], "not a real number"),
    "a root below zero, here and there": (sqrt(-w), w, r"multiplied|Not yet\.$"),
    "an absolute value": (abs(x), x, "Not yet"),
    "right near zero only": (Piecewise((w**2, Abs(w) < 1), (0, True)), w**2, r"Not yet\.$"),
    "right above zero only": (Piecewise((w**2, w > 0), (0, True)), w**2, r"Not yet\.$"),
    "zero for what is small": (0, 1e-12*w, "w should be in it"),
    "a factor close to 1": (SLOPE*(1 + Rational(1, 10**6)), SLOPE, "wrong number"),
    "a term that is almost nothing": (SLOPE + Rational(1, 10**5), SLOPE, r"Not yet\.$"),
    "a tower of exponentials": (exp(exp(exp(100*w))), w, r"Not yet\.$"),
    "a tower of powers": ((w + 2)**((w + 2)**((w + 9)**99)), w, "too large"),
}
NOTHING = ["a text", [[1, 2], [3]], True, x > 0, {}, [], object()]


@pytest.mark.parametrize("case", RIGHT.values(), ids=RIGHT)
def test_equal_is_right_in_any_form(case):
    assert check_answer(*case) == "Right."


@pytest.mark.parametrize("answer, expected, said", NEAR.values(), ids=NEAR)
def test_a_near_miss_is_named(answer, expected, said):
    assert re.search(said, check_answer(answer, expected))


@pytest.mark.parametrize("expected", [SLOPE, TABLE, TOTAL, 0.77432, [41, 42, 43]], ids=str)
def test_the_answer_is_never_shown(expected):
    told = {check_answer(wrong, expected) for wrong in (None, 0, q, [1], "?", -17, [1, 2, 3], TABLE.T, TOTAL + 1)}
    entries = map(str, np.ravel(np.array(expected, dtype=object)))
    assert not [entry for entry in entries if len(entry) > 1 and any(entry in text for text in told)]


@pytest.mark.parametrize("answer", NOTHING, ids=lambda thing: type(thing).__name__)
def test_what_cannot_be_compared_is_said(answer):
    assert "cannot be compared" in check_answer(answer, SLOPE)


def test_an_open_exercise_says_so_without_quotes():
    assert repr(check_answer(None, SLOPE)).startswith("No answer yet")


@pytest.mark.parametrize("expected", [None, [], "text", log(-1 - x**2)], ids=str)
def test_an_exercise_without_an_answer_is_the_authors_mistake(expected):
    with pytest.raises(ValueError, match="expected is"):
        check_answer(1, expected)


def shown(thing):
    """What a notebook keeps of an output."""
    return DisplayFormatter().format(thing)[0]


def test_the_page_gets_numbers_at_odd_points_and_no_formula():
    data = shown(check_answer(None, SLOPE, lures={"dL/db": -2*(y - w*x - b)}, names="t"))
    page = data[ANSWER]
    assert data["text/plain"].startswith("No answer yet") and page["kind"] == "formula" and page["shape"] == []
    assert page["names"] == ["b", "w", "x", "y"] and page["spare"] == ["t"]
    assert not re.search(r"[-+*(]\s*[wbxy]\b", str(page))
    for point, (number,), (lure,) in zip(page["points"], page["numbers"], page["lures"]["dL/db"], strict=True):
        at = {name: Rational(part, 1009) for name, part in zip((b, w, x, y), point, strict=False)}
        assert np.isclose(number, float(SLOPE.subs(at)), rtol=1e-10)
        assert np.isclose(number, lure * float(at[x]), rtol=1e-9)
    assert {part > 0 for point in page["points"] for part in point} == {True, False}
    assert {abs(part) > 1009 for point in page["points"] for part in point} == {True, False}


def test_an_answer_that_is_given_tells_the_page_nothing():
    assert list(shown(check_answer(SLOPE, SLOPE))) == list(shown(check_answer(0, SLOPE))) == ["text/plain"]


def test_a_number_keeps_the_digits_that_count():
    page = shown(check_answer(None, [np.sqrt(2), 1e-17], digits=2))[ANSWER]
    assert page["kind"] == "number" and page["digits"] == 2 and page["shape"] == [2]
    assert page["numbers"] == [[1.4142135624, 0.0]]


def test_a_lure_is_named():
    lures = {"dS/dH": H*2, "the sum": H + w}
    assert check_answer(2*H, w*H, lures=lures) == "Not yet: that is dS/dH."
    assert check_answer(w + H, w*H, lures=lures) == "Not yet: that is the sum."
    assert check_answer(H*w, w*H, lures=lures) == "Right."
    assert check_answer(0.5, 0.25, lures={"the rate": 0.5}) == "Not yet: that is the rate."
    with pytest.raises(ValueError, match="shape"):
        check_answer(None, w*H, lures=lures | {"too many": [w, H]})


def test_one_of_several_texts():
    choices = {"half": 1/2, "a third": 1/3, "less": lambda v: v < 0.3}
    ask = dict(expected=0.25, choices=choices, lures={"the other slope": "half"})
    page = shown(check_answer(None, **ask))[ANSWER]
    assert page["choices"] == [*choices]
    assert page["verdicts"] == ["Not yet: that is the other slope.", "Not yet.", "Right."]
    assert [check_answer(text, **ask) for text in choices] == page["verdicts"]
    assert check_answer("none", **ask) == "Choose one of: half, a third, less."
    assert check_answer("b", "b", choices=["a", "b"]) == "Right."
    with pytest.raises(ValueError, match="one of the choices"):
        check_answer(None, "b", choices=["a", "b"], lures={"what": "c"})


SETTLED = {
    "a text": (0.25, {"half": 1/2, "less than a third": lambda v: v < 1/3}, "less than a third"),
    "a number": (0.1 + 0.2, {"0.3": 0.3, "0.6": 0.6}, "0.3"),
    "a shape": ((2, 3), {"2 by 3": (2, 3), "3 by 2": (3, 2)}, "2 by 3"),
    "below": (-0.1, ["down", "flat", "up"], "down"),
    "at": (Rational(0), ["down", "flat", "up"], "flat"),
    "above": (np.float64(2), ["down", "flat", "up"], "up"),
}


@pytest.mark.parametrize("value, among, text", SETTLED.values(), ids=SETTLED)
def test_a_prediction_is_settled_by_a_value(value, among, text):
    data = shown(settle("word", value, among=among))
    assert data["text/plain"] == f"Predicted? {text}"
    page = data[PREDICTION]
    assert page["name"] == "word" and page["options"] == [*among] and page["options"][page["held"]] == text


def test_a_number_on_a_line():
    data = shown(settle("word", Rational(2, 3), between=(0, 2)))
    assert data["text/plain"] == "Predicted? 0.667" and data[PREDICTION]["between"] == [0.0, 2.0]
    with pytest.raises(AssertionError, match="not between"):
        settle("word", 3, between=(0, 2))


@pytest.mark.parametrize("value, among", [(4, {"half": 0.5}), (0.5, {"half": 0.5, "less": lambda v: v < 1}),
                                          (np.nan, ["down", "flat", "up"])], ids=["none", "two", "not a number"])
def test_a_value_that_fits_none_or_two_is_the_authors_mistake(value, among):
    with pytest.raises(AssertionError, match="fits"):
        settle("word", value, among=among)


@pytest.mark.parametrize("wrong", [dict(among=["up", "down"]), {}, dict(among={"a": 1}, between=(0, 1))], ids=str)
def test_what_settle_cannot_ask(wrong):
    with pytest.raises(ValueError, match="exactly three|either among"):
        settle("word", 1, **wrong)

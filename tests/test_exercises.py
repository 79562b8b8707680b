"""What a reader is told of an answer; the answer itself is never among it."""
import re

import numpy as np
import pytest
from sympy import IndexedBase, Matrix, Piecewise, Rational, Sum, exp, log, nan, sqrt, symbols, tanh, zoo

from nbcode.exercises import check_answer

w, b, x, y, q = symbols("w b x y q", real=True)
p = symbols("p", positive=True)
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
    "missing symbol": (-2*x*(y - w*x), SLOPE, "b should be in it as well"),
    "a number for an expression": (3, SLOPE, "b, w, x, y should be in it"),
    "transposed": (TABLE.T, TABLE, "rows and columns have changed places"),
    "transposed numbers": ([[1, 2], [3, 4], [5, 6]], [[1, 3, 5], [2, 4, 6]], "rows and columns"),
    "wrong shape": ([1, 2], TABLE, r"shape \(2,\), expected is shape \(3, 2\)"),
    "one entry wrong": ([1, 2, 4], [1, 2, 3], "2 of 3 entries"),
    "too few digits": (0.77, 0.77432, "3 digits"),
    "something else": (log(x**2 + y**2 + w**2 + b**2), SLOPE, r"Not yet\.$"),
    "not a number": (nan, Rational(1, 3), "Not yet"),
    "infinite": (zoo, SLOPE, "Not yet"),
    "an absolute value": (abs(x), x, "Not yet"),
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

"""Answers on the page: what is typed is read as it is meant, and the page says what Python says."""
import json
import math
import re
import sys
import zlib

import numpy as np
import pytest
import sympy as sp
from browser import ROOT
from sympy.printing.str import StrPrinter
from test_exercises import NEAR, RIGHT

from nbcode import points
from nbcode.chain import parse
from nbcode.chain.typed.formula import Reader, Said, StepsError
from nbcode.exercises import as_array, check_answer

sys.path.insert(0, str(ROOT / "_ext"))
from shell.node import run  # noqa: E402

HERE = ROOT / "tests" / "answers"
POINT = {name: sp.Rational(part, 1009) for name, part in zip(
    ("w", "x", "y", "a", "b", "z", "w1", "yhat", "alpha", "q"),
    (411, 523, 733, 389, 617, 271, 563, 349, 457, 887), strict=True)}
READINGS = json.loads(HERE.joinpath("readings.json").read_text(encoding="utf-8"))
REFUSALS = json.loads(HERE.joinpath("refusals.json").read_text(encoding="utf-8"))
FUNCTIONS = json.loads(HERE.joinpath("functions.json").read_text(encoding="utf-8"))
STUDENTS = json.loads(HERE.joinpath("students.json").read_text(encoding="utf-8"))
UNTYPABLE = sp.Piecewise, sp.core.numbers.NaN, sp.core.numbers.ComplexInfinity


def page_of(args, words):
    """What check_answer leaves for the page."""
    return check_answer(None, *args, **words).data


def on_the_page(rows):
    """What the page says of each row; see remarks.mjs."""
    ran = run(HERE / "remarks.mjs", given=json.dumps(rows))
    assert not ran.returncode, ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_the_scripts_logic(name):
    ran = run("--test", HERE / name)
    assert not ran.returncode, ran.stdout[-3000:]


def test_a_failing_script_is_seen(tmp_path):
    wrong = "import test from 'node:test'; test('a', () => { throw 1; });"
    tmp_path.joinpath("a.test.mjs").write_text(wrong, encoding="utf-8")
    assert run("--test", tmp_path / "a.test.mjs").returncode


def test_both_readers_mean_the_same():
    """The strict reader takes the canonical text, and where it takes what was typed it means the same."""
    names, at = [*POINT][:-1], {name: float(part) for name, part in POINT.items()}
    numbers = on_the_page([{"typed": typed, "names": names, "at": at} for typed, _ in READINGS])
    for (typed, canonical), number in zip(READINGS, numbers, strict=True):
        assert value(canonical) == pytest.approx(number, rel=1e-12), typed
        try:
            assert value(typed) == pytest.approx(number, rel=1e-12), typed
        except (StepsError, KeyError):
            pass  # the strict reader asks for more, and takes wx for one name


@pytest.mark.parametrize("typed", [typed for typed, said in REFUSALS if said != "decimal point"])
def test_the_strict_reader_refuses_as_well(typed):
    with pytest.raises(StepsError):
        value(typed)


def test_what_students_type_reaches_the_strict_reader():
    """The strict reader takes the canonical text and means what the page means; a sum has three data points."""
    every = [*STUDENTS, *({"typed": typed, "names": [*POINT], "means": means} for typed, means in FUNCTIONS)]
    rows = [row for row in every if "means" in row]
    formulas = [points.written_out(expression_of(row["means"])) for row in rows]
    chance = {name: 0.2 + zlib.crc32(name.encode()) % 997 / 1500 for name in points.names_in(formulas)}
    numbers = on_the_page([row | {"at": chance | {"n": 3}} for row in rows])
    for row, formula, number in zip(rows, formulas, numbers, strict=True):
        here = complex(formula.subs({name: chance[str(name)] for name in formula.free_symbols}))
        assert here.imag if number is None else here == pytest.approx(number, rel=1e-12), row


def test_what_one_reader_refuses_the_other_does_not_take_for_something_else():
    for row in STUDENTS:
        if "says" in row:
            with pytest.raises(StepsError):
                parse(row["typed"])


def value(text):
    expression = expression_of(text)
    return float(expression.subs({symbol: POINT[str(symbol)] for symbol in expression.free_symbols}))


def expression_of(text):
    reader = Reader(text, said=Said("sum" in text))
    expression = reader.expression()
    reader.finish()
    return expression


# -- the table of remarks --------------------------------------------------------------------------------------

class Typed(StrPrinter):
    def _print_Sum(self, expression):
        return f"sum({self._print(expression.function)})"


def typed(thing, spell=None):
    array, spell = as_array(thing), spell or Typed().doprint
    return np.vectorize(spell, otypes=[object])(array).tolist() if array.shape else spell(array.item())


def as_students(expression):
    """2·x·(y - w·x)², as on paper."""
    return re.sub(r"\*\*(\d)\b", lambda power: "⁰¹²³⁴⁵⁶⁷⁸⁹"[int(power[1])], Typed().doprint(expression)).replace(
        "**", "^").replace("*", "·").replace("-", "−").replace("sqrt", "√")


def typable(thing):
    return not any(entry.has(*UNTYPABLE) for entry in as_array(thing).ravel())


def test_the_page_says_what_python_says():
    cases = [*RIGHT.values(), *(case[:2] for case in NEAR.values())]
    table = [case for case in cases if typable(case[0])]
    table = [(case, spell) for case in table for spell in (None, as_students)]
    rows = [{"page": page_of(case[1:], {}), "typed": typed(case[0], spell)} for case, spell in table]
    said = on_the_page(rows)
    assert len(rows) > 80
    for (case, _), row, told in zip(table, rows, said, strict=True):
        assert told == check_answer(*case), (row["typed"], case[1])


def test_lures_are_named_on_the_page():
    w, H = sp.symbols("w H")
    page = page_of((w*H,), {"lures": {"dS/dH": 2*H}, "names": "b"})
    assert on_the_page([{"page": page, "typed": text} for text in ("2H", "wH", "wHb", "−Hw")]) == [
        "Not yet: that is dS/dH.", "Right.", "Close: there is one factor b too many.",
        "Close: the sign is lost; all else is right."]


def test_limits_are_those_of_numbers_that_can_be_typed():
    page = page_of((sp.Symbol("w"),), {})
    texts = "1/0", "0/0", "w^w^w^999", "exp(exp(exp(100w)))", "9^9^9^9", "1e308*1e308", "ln(-1)", "√(-w)"
    for text, said in zip(texts, on_the_page([{"page": page, "typed": text} for text in texts]), strict=True):
        assert re.match("Not yet|Close", said), text
    assert math.isnan(float(on_the_page([{"typed": "nope", "names": [], "at": {"w": 1}}])[0] or "nan"))

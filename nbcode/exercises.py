"""Answers and predictions: checked at once, in a notebook and on the book's page, and never given away.

The page gets an output of a type of its own beside the sentence: the expected numbers at odd points, no formula.
"""
import re

import numpy as np
import sympy as sp

from . import points

ANSWER, PREDICTION = (f"application/vnd.nbcode.{kind}+json" for kind in ("answer", "prediction"))
OPEN = "No answer yet: replace None by your answer and run the cell."
UNFIT = "That cannot be compared: give an expression, a number, or a list of them."
UNREAL = "Not yet: that is not a real number: a division by zero, a root or logarithm below zero, or too large."
EXACT = 1e-9  # how close two formulas' numbers are, relative to their size


class Verdict(str):
    """A sentence that a notebook shows without quotes; with `data` under `kind` for the book's page."""

    kind = data = None

    def __repr__(self):
        return str(self)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": str(self)} | ({self.kind: self.data} if self.kind else {})


def check_answer(answer, expected, digits=3, *, choices=None, lures=None, names=""):
    """Whether answer equals expected, as a sentence; a near miss is named, the right answer never shown.

    Both are SymPy expressions, numbers, or arrays of them (lists and matrices too). An expression may be written
    in any equivalent form, a number needs `digits` significant digits. None, as exercises are published, is no
    answer yet. `lures` are wrong answers by what they are: {"dS/dH": S.diff(H)}. `names` are letters that may
    stand in an answer though they do not in the right one. With `choices`, a list of texts or {text: value}, the
    answer is one of the texts. ValueError where `expected` cannot be compared with anything.
    """
    if choices is not None:
        return chosen(answer, expected, choices, lures or {})
    answer, expected = (thing if thing is None else as_array(thing) for thing in (answer, expected))
    if expected is None or not expected.size:
        raise ValueError("expected is an expression, a number or an array of them, and not empty")
    page = asked(expected, digits, {name: as_array(lure) for name, lure in (lures or {}).items()}, names)
    if answer is None:
        return verdict(OPEN, ANSWER, page)
    return Verdict(next(filter(None, remarks(answer, page)), "Right.") if answer.size else UNFIT)


def verdict(text, kind, data):
    said = Verdict(text)
    said.kind, said.data = kind, data
    return said


def as_array(thing):
    """An array of SymPy expressions; an empty one for what is neither an expression nor a number."""
    try:
        rows = np.array(getattr(thing, "tolist", lambda: thing)(), dtype=object)
        array = np.empty(rows.shape, object)
        for index, entry in np.ndenumerate(rows):
            array[index] = sp.sympify(entry, strict=True)
            if not isinstance(array[index], sp.Expr):
                raise TypeError(f"{entry} is no expression")
        return array
    except (sp.SympifyError, TypeError, ValueError):
        return np.empty(0)


def asked(expected, digits, lures, names):
    """What a page must know to check an answer: names, points, and the expected numbers at these points."""
    arrays = [expected, *lures.values()]
    if any(array.shape != expected.shape for array in arrays):
        raise ValueError(f"a lure has the shape of what is expected, {expected.shape}")
    rows = [[points.written_out(entry) for entry in array.ravel()] for array in arrays]
    used = points.names_in(rows[0])
    spare = sorted({*points.names_in(sum(rows, [])), *names.replace(",", " ").split()} - {*used})
    positive = {leaf.name for entry in sum(rows, []) for leaf in entry.free_symbols if leaf.is_positive}
    each = [points.by_name(entry) for row in rows for entry in row]
    found = points.found(each, used + spare, [name in positive for name in used + spare])
    if not found:
        raise ValueError("expected is a real number at none of the points where it was tried")
    numbers = rounded(np.array([row for _, row in found]).reshape(len(found), len(arrays), -1))
    page = {"kind": "formula" if used else "number", "shape": list(expected.shape), "names": used, "spare": spare,
            "digits": digits, "points": [point for point, _ in found], "numbers": numbers[:, 0].tolist()}
    return page | ({"lures": {name: numbers[:, k].tolist() for k, name in enumerate(lures, 1)}} if lures else {})


def rounded(numbers):
    """Eleven digits, and 0 for what is nothing beside the rest: the same on every machine."""
    numbers = np.where(abs(numbers) < 1e-13 * abs(numbers).max(axis=-1, keepdims=True), 0.0, numbers)
    return np.vectorize(lambda v: float(f"{v:.11g}"))(numbers)


def remarks(answer, page):
    """What is to be said of a wrong answer, the most telling first; nothing but False of a right one."""
    shape, expected = tuple(page["shape"]), np.array(page["numbers"])
    if answer.shape != shape:
        turned = answer.T.shape == shape and not any(remarks(answer.T, page))
        yield turned and "Close: the entries are right, but rows and columns have changed places."
        yield f"Not yet: your answer has shape {answer.shape}, expected is shape {shape}."
    used, point, a = evaluated(answer, page)
    tolerance = tolerances(expected, page)
    strange, absent = (", ".join(sorted(part)) for part in (used - {*page["names"]}, {*page["names"]} - used))
    yield unreal(a, page) and UNREAL
    yield page["kind"] == "number" and strange and f"Not yet: {strange} should not be in it."

    def right(a, e=expected):
        return ~(abs(a - e) > tolerance) & ~np.isnan(a)

    if right(a).all():
        return
    yield from slips(a, expected, point, page, right)
    yield strange and f"Not yet: {strange} should not be in it."
    yield absent and f"Not yet: {absent} should be in it as well."
    near = not page["names"] and (abs(a - expected) <= 10 * tolerance).all()
    yield near and f"Close: give {page['digits']} digits that count."
    count = right(a).all(axis=0).sum()
    yield f"Not yet: {count} of {a.shape[1]} entries are right." if a.shape[1] > 1 else "Not yet."


def slips(a, expected, point, page, right):
    """Is it one of the lures? Is all right but for a sign, one of the names or, in a formula, a number?"""
    for name, numbers in page.get("lures", {}).items():
        yield right(a, np.array(numbers)).all() and f"Not yet: that is {name}."
    yield right(-a).all() and "Close: the sign is lost; all else is right."
    for name in sorted(point):
        factor = point[name][:, None]
        yield right(a * factor).all() and f"Close: a factor {name} is missing."
        yield right(a / factor).all() and f"Close: there is one factor {name} too many."
    quotient = a[expected != 0] / expected[expected != 0]
    constant = page["names"] and quotient.size and quotient.all() and np.ptp(quotient) < EXACT * abs(quotient[0])
    yield constant and "Close: the form is right, but it is multiplied by a wrong number."


def unreal(numbers, page):
    """Whether an entry is no real number at any of the points within 1."""
    near = numbers[[not far(point) for point in page["points"]]]
    nothing = ~np.isfinite(near) | (abs(near.imag) > EXACT * abs(near))
    return bool(len(near)) and nothing.all(axis=0).any()


def far(point):
    return max(map(abs, point), default=0) > points.PARTS


def evaluated(answer, page):
    """The names in an answer, all names' values at the points, and its numbers there, (points, entries)."""
    entries = [points.by_name(points.written_out(entry)) for entry in answer.ravel()]
    used, known = {*points.names_in(entries)}, page["names"] + page["spare"]
    strange = sorted(used - {*known})
    rows = [dict(zip(known, point, strict=True)) | {name: points.stranger(order, k) for order, name in
                                                    enumerate(strange)} for k, point in enumerate(page["points"])]
    values = {name: np.array([row[name] for row in rows]) / points.PARTS for name in known + strange}
    numbers = np.array([points.at(entries, row) for row in rows])
    return used, values, overflowed(numbers, page)


def overflowed(numbers, page):
    """Far out, where an answer's parts are too large to be computed, it is taken to be what is expected."""
    out = np.array([far(point) for point in page["points"]])
    return numbers if out.all() else np.where(out[:, None] & ~np.isfinite(numbers), page["numbers"], numbers)


def tolerances(expected, page):
    """How far from the expected numbers is right: digits of a number, a billionth of a formula's usual size."""
    if page["kind"] == "number":
        return 5 * 10.0**-page["digits"] * np.where(expected, abs(expected), 1)
    near = [not far(point) for point in page["points"]]
    usual = abs(expected[near]).mean(axis=0) if any(near) else 0 * expected[0]
    return EXACT * np.maximum(abs(expected), np.where(abs(expected).any(axis=0), usual, 1))


def chosen(answer, expected, choices, lures):
    """The verdict on one of several texts; a lure's text says what a wrong choice is."""
    right = held(expected, choices if isinstance(choices, dict) else {text: text for text in choices})
    if {*lures.values()} - {*choices}:
        raise ValueError("a lure is one of the choices")
    said = {choice: f"Not yet: that is {name}." for name, choice in lures.items()} | {right: "Right."}
    if answer is None:
        verdicts = [said.get(each, "Not yet.") for each in choices]
        return verdict(OPEN, ANSWER, {"kind": "choice", "choices": [*choices], "verdicts": verdicts})
    return Verdict(said.get(answer, "Not yet." if answer in choices else f"Choose one of: {', '.join(choices)}."))


def settle(name, value, among=None, between=None):
    """What the text has found, against what the reader predicted in the box predict-<name>.

    among: {text: number, or a function that says whether it holds}, or the three texts for a number below, at
    and above zero. between: (low, high), ends of a line on which the reader sets a number. AssertionError where
    the value fits none of them, or more than one.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name) or (among is None) == (between is None):
        raise ValueError("settle needs a name of small letters, digits and -, and either among or between")
    page = {"name": name}
    if between is not None:
        value, (low, high) = float(value), between
        assert low <= value <= high, f"{value} is not between {low} and {high}"
        text = f"{value:.3g}"
        page |= {"kind": "number", "between": [float(low), float(high)], "value": float(text)}
    else:
        text = held(value, signs(among) if isinstance(among, (list, tuple)) else among)
        page |= {"kind": "choice", "options": [*among], "held": [*among].index(text)}
    return verdict(f"Predicted? {text}", PREDICTION, page)


def signs(texts):
    if len(texts) != 3:
        raise ValueError("a list has exactly three texts: for a number below, at and above zero")
    tests = (lambda v: v < -1e-12), (lambda v: abs(v) <= 1e-12), (lambda v: v > 1e-12)
    return dict(zip(texts, tests, strict=True))


def held(value, options):
    """The one text whose number the value is, or whose function says so."""
    found = [text for text, option in options.items() if fits(value, option)]
    assert len(found) == 1, f"{value} fits {found or 'none'} of {[*options]}"
    return found[0]


def fits(value, option):
    if callable(option):
        return bool(option(value))
    try:
        return bool(np.isclose(float(value), float(option), rtol=1e-9, atol=1e-12))
    except (TypeError, ValueError):
        return bool(value == option)

"""Answers that a reader types into a notebook: checked at once, never given away."""
import numpy as np
import sympy as sp

POINTS = 8  # two formulas of this book that agree at so many odd points are one


class Verdict(str):
    """A sentence that a notebook shows without quotes."""

    def __repr__(self):
        return str(self)


def check_answer(answer, expected, digits=3):
    """Whether answer equals expected, as a sentence; a near miss is named, the right answer never shown.

    Both are SymPy expressions, numbers, or arrays of them (lists and matrices too). An expression may be written
    in any equivalent form, a number needs `digits` significant digits. None, as exercises are published, is no
    answer yet. ValueError where `expected` cannot be compared with anything.
    """
    answer, expected = (thing if thing is None else as_array(thing) for thing in (answer, expected))
    if expected is None or not expected.size:
        raise ValueError("expected is an expression, a number or an array of them, and not empty")
    if answer is None:
        return Verdict("No answer yet: put yours for None and run.")
    if not answer.size:
        return Verdict("That cannot be compared: give an expression, a number, or a list of them.")
    return Verdict(next(filter(None, remarks(answer, expected, digits)), "Right."))


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


def remarks(answer, expected, digits):
    """What is to be said of a wrong answer, the most telling first; nothing but False of a right one."""
    if answer.shape != expected.shape:
        turned = answer.T.shape == expected.shape and not any(remarks(answer.T, expected, digits))
        yield turned and "Close: the entries are right, but rows and columns have changed places."
        yield f"Not yet: your answer has shape {answer.shape}, expected is shape {expected.shape}."
    points, a, e = at_points(answer, expected)
    tolerance = 1e-9 * (1 + abs(e)) if points[0] else 5 * 10.0**-digits * np.where(e, abs(e), 1)

    def right(a):
        return np.abs(a - e) <= tolerance

    if right(a).all():
        return
    yield right(-a).all() and "Close: the sign is lost; all else is right."
    for name in sorted(points[0], key=str):
        factor = np.array([point[name] for point in points], float)[:, None]
        yield right(a * factor).all() and f"Close: a factor {name} is missing."
        yield right(a / factor).all() and f"Close: there is one factor {name} too many."
    quotient = a[e != 0] / e[e != 0]
    constant = points[0] and quotient.size and quotient.all() and np.ptp(quotient) < 1e-9 * abs(quotient[0])
    yield constant and "Close: the form is right, but it is multiplied by a wrong number."
    strange, absent = (listed(leaves(b) - leaves(c)) for b, c in ((answer, expected), (expected, answer)))
    yield strange and f"Not yet: {strange} should not be in it."
    yield absent and f"Not yet: {absent} should be in it as well."
    yield not points[0] and (abs(a - e) <= 10 * tolerance).all() and f"Close: give {digits} digits that count."
    count = right(a).all(axis=0).sum()
    yield f"Not yet: {count} of {e.shape[1]} entries are right." if e.shape[1] > 1 else "Not yet."


def at_points(answer, expected):
    """Odd points, and both arrays' numbers there, (points, entries): where the expected ones are real."""
    rng, found = np.random.default_rng(0), []
    answer, expected = ([written_out(entry) for entry in array.ravel()] for array in (answer, expected))
    names = sorted(leaves(answer) | leaves(expected), key=str)
    for k in range(8 * POINTS):
        values = rng.integers(200, 900, len(names)) / 1009
        signs = [1 if name.is_positive or k % 2 else rng.choice([-1, 1]) for name in names]
        point = dict(zip(names, map(sp.Rational, values * signs), strict=True))
        numbers = [[number(entry.xreplace(point)) for entry in array] for array in (answer, expected)]
        if np.isfinite(numbers[1]).all() and not np.imag(numbers[1]).any():
            found.append((point, *numbers))
    if not found:
        raise ValueError("expected is a real number at none of the points where it was tried")
    points, a, e = zip(*found[:POINTS], strict=True)
    return points, np.array(a), np.real(e)


def number(expression):
    return complex(expression.evalf(30)) if expression.is_finite is not False else np.nan


def written_out(expression):
    """A sum over data with three terms, and each entry of a column as a symbol of its own."""
    limits = {part for term in expression.atoms(sp.Sum) for *_, part in term.limits if part.is_Symbol}
    expression = expression.subs(dict.fromkeys(limits, 3)).doit()
    return expression.xreplace({entry: sp.Symbol(str(entry)) for entry in expression.atoms(sp.Indexed)})


def leaves(expressions):
    return {leaf for entry in np.ravel(expressions) for leaf in written_out(entry).free_symbols}


def listed(names):
    return ", ".join(sorted(map(str, names)))

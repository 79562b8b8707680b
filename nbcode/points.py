"""Formulas at odd points: two of this book's that agree at all of them are one formula.

The points are counted in parts of PARTS, so that a page of the book stands at the very same ones. Each formula is
followed from its leaves up: a number beyond LARGEST is not a number any more, and costs no time.
"""
import numpy as np
import sympy as sp

SMALL, LARGE, PARTS = 5, 3, 1009  # points within 1 and beyond, and what their coordinates are counted in
LARGEST = sp.Float("1e300")


def written_out(expression):
    """A sum over data with three terms, and each entry of a column as a symbol of its own."""
    limits = {part for term in expression.atoms(sp.Sum) for *_, part in term.limits if part.is_Symbol}
    expression = expression.subs(dict.fromkeys(limits, 3)).doit()
    return expression.xreplace({entry: plain_symbol(entry) for entry in expression.atoms(sp.Indexed)})


def plain_symbol(entry):
    return sp.Symbol(str(entry))


def by_name(expression):
    """Names matter, not what is assumed of them: a reader's own w is the book's w."""
    return expression.xreplace({leaf: plain_symbol(leaf) for leaf in expression.free_symbols})


def names_in(expressions):
    return sorted({str(leaf) for entry in expressions for leaf in entry.free_symbols})


def tried(count, positive):
    """Points to try, a coordinate for each name: all positive, all negative, mixed; small ones, then larger."""
    rng = np.random.default_rng(0)
    for k in range(16 * (SMALL + LARGE)):
        large = k >= 8 * (SMALL + LARGE)
        parts = rng.integers(200, 900, count) * (1 if not large else 10 if k % 2 else 30)
        signs = rng.choice([-1, 1], count) if k % 3 == 2 else np.full(count, 1 - 2 * (k % 3))
        yield large, [int(part) for part in np.where(positive, parts, parts * signs)]


def found(expressions, names, positive):
    """Points where all of the expressions are real, and their numbers there: [(coordinates, numbers)]."""
    small, beyond = [], []
    for large, point in tried(len(names), positive):
        chosen, wanted = (beyond, LARGE) if large else (small, SMALL)
        if len(chosen) == wanted or (large and not names):
            continue
        numbers = at(expressions, dict(zip(names, point, strict=True)))
        if np.isfinite(numbers).all() and not np.imag(numbers).any():
            chosen.append((point, np.real(numbers)))
        if not names:
            break
    return small + beyond


def stranger(order, k):
    """A coordinate for the order-th name that the exercise does not know, at the k-th point."""
    return 211 + (367 * order + 89 * k) % 677


def at(expressions, point):
    """The expressions' numbers at a point {name: coordinate in parts}."""
    values = {name: sp.Float(part, 50) / PARTS for name, part in point.items()}
    return np.array([number(expression, values) for expression in expressions], complex)


def number(expression, values):
    """A formula's value, followed from its leaves up; not a number where a part of it is too large."""
    known = {}
    for part in sp.postorder_traversal(expression):
        if part not in known:
            known[part] = values[part.name] if part.is_Symbol else value(part, [known[arg] for arg in part.args])
    try:
        return complex(known[expression])
    except (TypeError, ValueError, OverflowError):
        return complex("nan")


def value(part, parts):
    if sp.nan in parts:
        return sp.nan
    if part.is_Pow and parts[0].is_Rational and not abs(parts[1].evalf(15)) < 1000:
        parts[0] = sp.Float(parts[0], 50)
    result = part.func(*parts) if parts else part
    if not isinstance(result, sp.Expr) or result.is_Rational:
        return result
    result = result.evalf(50)
    parts = result.as_real_imag() if result.has(sp.I) else [result]
    return result if all(each.is_Float and abs(each) < LARGEST or each.is_zero for each in parts) else sp.nan

"""A formula whose left side is a derivative, which is asserted."""
from itertools import chain

from sympy import Sum, sympify

from .expressions import expression
from .known import entries, how_derived, joint, reached
from .shown import Equation, Slope


def derivative(y, x, *rights, of, where=None):
    """dy/dx = right (= right …), asserted: each right is the derivative of y, which the steps in `of` compose.

    x: a name, or several for a derivative of higher order; by a matrix, entry by entry. of: a Chain, or
    {name: expression}, or what y is; rights may use its names. where: {name as shown: what it stands for}, or
    a list of them if what is shown stands for several cases, each of which is asserted.
    """
    steps = getattr(of, "steps", of)
    steps = dict(steps) if hasattr(steps, "items") else {y: expression(steps)}
    by = tuple(x) if isinstance(x, tuple | list) else (x,)
    cases = where if isinstance(where, list) else [where or {}]
    for given in (y, *by, *rights, *chain(*(pairs for each in (steps, *cases) for pairs in each.items()))):
        if isinstance(given, str):
            raise TypeError(f"derivative takes symbols, not a text: {given!r}")
    claims = [claim for case in cases for right in rights for claim in entries(y, by, right, case)]
    try:
        marks = {how_derived(steps, *claim) for claim in claims}
    except ArithmeticError as error:
        raise AssertionError(f"this is not d{y}/{' '.join(f'd{name}' for name in by)}: {error}") from None
    met = reached(sympify(claims[0][0], strict=True), steps, by)
    uses = {leaf for leaf in met if leaf not in steps or leaf in by}
    has_more = len(uses) > 1 or any(expr.has(Sum) for expr in steps.values())
    return Equation(Slope(y, by, has_more), *rights, known=joint(marks))

"""A formula, and how it is known that what stands on its left is what stands on its right."""
from sympy import (
    Indexed,
    MatrixBase,
    MatrixExpr,
    MatrixSymbol,
    Rel,
    Sum,
    Symbol,
    block_collapse,
    fraction,
    sympify,
)

from .expressions import exact
from .known import CHECKED, DEFINED, PROVED, composed, how_zero, joint, stands_for
from .shown import Equation


class Formula(Equation):
    """left = right (= right …), asserted; AssertionError where it is not so. A derivative is made by `derivative`.

    of: a Chain or {name: expression}, whose steps are put in on both sides; what is the step of that name itself
    is "defined". Or an equation, which each right, put in for left, must solve. where: {name as shown: what it
    stands for}, or a list of them, each a case; with numbers for names a case is an example, and no proof. Of a
    bare name of which neither says anything, nothing is known.
    """

    def __init__(self, left, *rights, of=None, where=None):
        if isinstance(left, str):
            raise TypeError(f"on a formula's left stands a symbol, or a derivative that is asserted; not {left!r}")
        is_bare = of is None and where is None and isinstance(left, Symbol | Indexed | MatrixSymbol)
        super().__init__(left, *rights, known=None if is_bare else how_equal(left, rights, of, where))


def how_equal(left, rights, of, where):
    """How it is known that each right is left, in every case."""
    by = how_solved if isinstance(of, Rel) else how_composed
    try:
        return joint({by(left, sympify(right, strict=True), of, case) for right in rights
                      for case in (where if isinstance(where, list) else [where or {}])})
    except ArithmeticError as error:
        raise AssertionError(f"{left} is not {' = '.join(map(str, rights))}: {error}") from None


def how_solved(left, right, equation, case):
    """How it is known that right, put in for what left stands for, solves the equation."""
    name = case.get(left, left)
    if not equation.has(name):
        raise TypeError(f"{name} is not in the equation {equation}")
    solution = stands_for(right, case)
    return how_same(equation.lhs.subs(name, solution), equation.rhs.subs(name, solution))


def how_composed(left, right, of, case):
    """How it is known that left is right, with every step put in."""
    steps = dict(getattr(of, "steps", of or {}))
    left = left.as_immutable() if isinstance(left, MatrixBase) else left
    if right == steps.get(left):
        return DEFINED
    left = sympify(case.get(left, left), strict=True)
    if are_alike(left, right):
        return PROVED
    pairs = by_entry(stands_for(exact(left), case), stands_for(exact(right), case))
    mark = joint({DEFINED if steps.get(one) == other else how_same(composed(one, steps), composed(other, steps))
                  for one, other in pairs})
    is_example = any(value.is_number for value in map(sympify, case.values()) if not isinstance(value, MatrixBase))
    return CHECKED if mark == PROVED and is_example else mark


def are_alike(left, right):
    """Whether two matrices, of any size, are made the same by SymPy's algebra of matrices."""
    if not (isinstance(left, MatrixExpr) and isinstance(right, MatrixExpr)):
        return False
    return block_collapse(left.doit()) == block_collapse(right.doit())


def by_entry(left, right):
    """The pairs of entries of two matrices, or the pair of two numbers."""
    if not isinstance(left, MatrixBase) and not isinstance(right, MatrixBase):
        return [(left, right)]
    if getattr(left, "shape", None) != getattr(right, "shape", None):
        raise ArithmeticError("the two are of different shapes")
    return zip(left, right, strict=True)


def how_same(left, right):
    """How it is known that two numbers are the same; a fraction is one where its parts are in that proportion."""
    above, below = fraction(left)
    difference = exact(above - below * right)
    if difference.has(Sum) and difference.expand().doit().expand().simplify() == 0:
        return PROVED
    return how_zero(difference)

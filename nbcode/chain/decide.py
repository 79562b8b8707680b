"""Is an expression 0? Decided by cases where it has kinks: yes, no, or not decided.

A kink is where Abs, sign, Heaviside, Max, Min or a condition of Piecewise changes. On each side of it the
expression is smooth, and 0 there if algebra says so; "no" needs a point at which it is not 0. At the kinks
themselves, where there is no slope, nothing is asked.
"""
from sympy import (
    Abs,
    Dummy,
    Eq,
    Heaviside,
    Indexed,
    Max,
    Min,
    Mul,
    Ne,
    Piecewise,
    Rational,
    S,
    Tuple,
    false,
    sign,
    true,
)
from sympy.core.relational import Relational

from .expressions import exact, is_zero

KINKS = Abs, sign, Heaviside, Max, Min, Relational
MOST = 64  # cases
REAL = Dummy(real=True)


class NotDecided(Exception):
    """Neither shown to be right nor shown to be wrong."""


def vanishes(expr):
    """True where the expression is 0, False where a point shows that it is not, None where it is not decided."""
    expr = exact(expr)
    leaves = expr.atoms(Indexed)
    expr = expr.xreplace({leaf: Dummy(str(leaf)) for leaf in leaves})
    reals = {name: as_real(name) for name in sorted(expr.free_symbols, key=str)}
    expr = expr.xreplace({name: real for name, real in reals.items() if real != name})
    expr = expr.xreplace({e: true if isinstance(e, Ne) else false for e in expr.atoms(Eq, Ne)})
    names, undecided = [*reals.values()], False
    for count, (case, images) in enumerate(cases(expr, Tuple(*names))):
        if count == MOST:
            return None
        if is_zero(case):
            continue
        for at in trials(case, images):
            if differs(case, at) and differs(expr, dict(zip(names, images.xreplace(at), strict=True))):
                return False
        undecided = True
    return None if undecided else True


def as_real(name):
    """The name where no more is said of it than that it is real, else another that is real."""
    return name if name.assumptions0 == REAL.assumptions0 else Dummy(str(name), real=True)


def cases(expr, images):
    """(case, images): the expression without its kinks, and what its names are in those of the case."""
    bends = {kink: bend(kink) for kink in expr.atoms(*KINKS)}
    if not bends:
        yield expr, images
        return
    u = min({doubtful(u) for u in bends.values() if u is not None}, key=lambda u: (straight(u)[0], u.sort_key()))
    _, name = straight(u)
    for side in (1, -1):
        settled = {kink: on_one_side(kink, side if bent == u else -side)
                   for kink, bent in bends.items() if bent in (u, -u)}
        beyond = side * Dummy(positive=True)  # u itself, from here on
        put = {name: ((beyond - u.xreplace({name: S.Zero})) / u.diff(name)).expand()} if name else {u: beyond}
        yield from cases(expr.xreplace(settled).xreplace(put), images.xreplace(put))


def bend(kink):
    """What is 0 at the kink; None where it has kinks itself."""
    if isinstance(kink, Max | Min):
        smooth = smooth_ones(kink)
        return (smooth[0] - smooth[1]).expand() if len(smooth) > 1 else None
    u = (kink.lhs - kink.rhs if isinstance(kink, Relational) else kink.args[0]).expand()
    return None if u.has(*KINKS, Piecewise) else u


def smooth_ones(kink):
    return sorted((arg for arg in kink.args if not arg.has(*KINKS, Piecewise)), key=lambda arg: arg.sort_key())


def doubtful(u):
    """A factor of u whose sign is not known: that of a product follows from those of its factors."""
    unsure = [factor for factor in Mul.make_args(u) if factor.is_positive is None and factor.is_negative is None]
    return unsure[0] if len(unsure) > 1 else u


def straight(u):
    """(rank, name): a name in which u is linear, best with a number before it, so that one can solve for it."""
    slopes = {name: u.diff(name) for name in sorted(u.free_symbols, key=str)}
    ranks = [(0 if slope.is_number else 1, name) for name, slope in slopes.items() if not slope.has(name)]
    return min(ranks, key=lambda pair: pair[0], default=(2, None))


def on_one_side(kink, side):
    """The kink's value where what bends it is positive (side 1) or negative (-1)."""
    if isinstance(kink, Relational):
        return kink.func(side, 0)
    if isinstance(kink, Max | Min):
        first, second, *_ = smooth_ones(kink)
        left_out = second if (side > 0) == isinstance(kink, Max) else first
        return kink.func(*(arg for arg in kink.args if arg != left_out))
    return {Abs: side * kink.args[0], sign: S(side), Heaviside: S(1 + side) / 2}[kink.func]


def trials(case, images):
    """Some odd points, one after another, for the names of a case."""
    symbols = sorted(case.free_symbols | images.free_symbols, key=str)
    for turn in range(6):
        yield {symbol: Rational(1009 + 97 * k + 211 * turn, 3001 + 89 * k - 450 * turn)
               * (1 if symbol.is_positive or (turn >> k % 3) % 2 == 0 else -1) for k, symbol in enumerate(symbols)}


def differs(expr, at):
    """Whether the expression has a value at this point, real and not 0 in digits that count."""
    value = expr.xreplace(at).evalf(20)
    return bool(value.is_Float and value._prec > 20 and value.is_finite and value != 0)

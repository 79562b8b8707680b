"""How a formula is known: proved in symbols, checked in numbers, or what a name is defined as."""
from collections import Counter
from functools import lru_cache
from itertools import product
from math import prod

from mpmath import mpf, workdps
from sympy import (
    Derivative,
    Dummy,
    Indexed,
    Integer,
    MatrixBase,
    MatrixExpr,
    Piecewise,
    Rational,
    Subs,
    Sum,
    Symbol,
    count_ops,
    lambdify,
    preorder_traversal,
    sympify,
)
from sympy.core.function import AppliedUndef

from .decide import KINKS, vanishes
from .expressions import SUM, exact, is_far_from_zero, is_zero, names, partial, put_in

PROVED, CHECKED, DEFINED = "proved", "checked", "defined"
EASY = 150  # operations up to which symbols decide in seconds
DIGITS = 50


def how_zero(expr):
    """How it is known that expr is 0. Sums over data are compared term by term, else over three data points."""
    if expr == 0:
        return PROVED
    if expr.has(*KINKS, Piecewise) and not expr.has(Sum, Indexed, Derivative, Subs):
        verdict = vanishes(expr)
        if verdict is False:
            raise ArithmeticError(f"{expr} is not 0 everywhere")
        if verdict:
            return PROVED
    by_term = weighted(expr)
    if by_term is not None and not is_far_from_zero(by_term) and count_ops(by_term) <= EASY and is_zero(by_term):
        return PROVED
    if any(is_off(expr, shift) for shift in (0, 1, 2)):
        raise ArithmeticError(f"{expr} is not 0")
    return CHECKED


def weighted(expr):
    """expr with every sum as its term times a weight; None where it is not linear in its sums."""
    flat = expr.replace(lambda e: isinstance(e, Sum) and len(e.limits) == 1, lambda e: by_weight(*e.args))
    return flat if not flat.has(Sum) and flat.diff(SUM, 2).expand() == 0 else None


def by_weight(term, limit):
    """A sum as weight times term; what is the same at every point counts as often as there are points."""
    index, first, last = limit
    same, differs = term.expand().as_independent(index, as_Add=True)
    return SUM * differs + (last - first + 1) * same


def is_off(expr, shift):
    """Whether expr, to 50 digits, is not 0 where its names have odd values around 1/2."""
    limits = {part for term in expr.atoms(Sum) for limit in term.limits for part in limit[1:]}
    sizes = {symbol: Integer(3) for part in limits for symbol in part.free_symbols}
    expr = expr.xreplace(sizes).doit() if expr.has(Sum) else expr
    expr = expr.xreplace({leaf: Dummy(str(leaf)) for leaf in expr.atoms(Indexed)})
    symbols = sorted(expr.free_symbols, key=str)
    at = {symbol: Rational(1009 + 97 * k + 211 * shift, 3001 + 89 * k) for k, symbol in enumerate(symbols)}
    value = expr.evalf(DIGITS, subs=at)
    return not (value.is_finite and abs(value) < Rational(1, 10 ** (DIGITS - 10)))


def known_factor(chain, step, arg):
    """How it is known that a factor as shown is the derivative of its step; None if it has other names."""
    shown, expr = chain.named(step, arg), chain.steps[step]
    if names(shown) - names(expr) - expr.free_symbols - {step}:
        return None
    return how_zero(exact(partial(expr, arg) - shown.xreplace({step: expr})))


def known_gradient(chain, p, *others):
    """How it is known that the product of factors, and other forms of it, are dL/dp of the loss L."""
    product = chain.gradient(p)
    own = {*chain.steps, *chain.inputs}.union(*(expr.free_symbols for expr in chain.steps.values()))
    if names(product) - own:
        return None
    return joint([how_derived(chain.steps, chain.loss, [p], product),
                  *(how_derived(chain.steps, product, [], other) for other in others)])


def known_reverse(chain, pairs, order):
    """How it is known that each adjoint shown is the derivative of the loss.

    Each factor is asserted, of which the chain rule makes the pass; without sums, also the pass's numbers.
    """
    marks = {known_factor(chain, *link) for link in chain.local if link[1] in order}
    everything = chain.steps | dict(chain.reverse())
    if None not in marks and not chain.limits:
        for (dz, _), name in zip(pairs, order, strict=True):
            steps = {key: value for key, value in everything.items() if key != name}
            if is_off_by_steps(steps, chain.loss, [name], dz, 0):
                raise AssertionError(f"{dz} is not d{chain.loss}/d{name}")
    return joint(marks)


def joint(marks):
    """What is known of all together: no more than of each; of definitions alone, that they are that."""
    marks = set(marks)
    return next((mark for mark in (None, CHECKED, PROVED, DEFINED) if mark in marks), PROVED)


def entries(y, by, right, case):
    """What is claimed, (y, names, right), in one case: one line of it for each entry of a matrix."""
    y, right, *by = (stands_for(each, case) for each in (y, right, *by))
    if not isinstance(by[-1], MatrixBase):
        return [(y, by, right)]
    if not isinstance(right, MatrixBase) or right.shape != by[-1].shape:
        raise AssertionError(f"a derivative by {by[-1].shape} numbers cannot be {right}")
    return [(y, [*by[:-1], entry], value) for entry, value in zip(by[-1], right, strict=True)]


def how_derived(steps, y, by, right):
    """How it is known that right is the derivative of y; what is long is evaluated step by step."""
    for name in by:
        if not isinstance(name, Symbol | Indexed):
            raise TypeError(f"derivative is by a name, not by {name}")
    needed = reached(y, steps, by) | reached(right, steps, by)
    used = {name: steps[name] for name in steps if name in needed and name not in by}
    has_sums = any(expr.has(Sum, Indexed) for expr in (y, right, *used.values()))
    is_open = any(expr.atoms(AppliedUndef) for expr in (y, right, *used.values()))  # has no numbers
    if not has_sums and not is_open and max(length(y, steps), length(right, steps)) > EASY:
        for shift in range(2):
            if is_off_by_steps(used, y, by, right, shift):
                raise ArithmeticError(f"{right} has another value")
        return CHECKED
    return how_zero(exact(derived(steps, y, by) - composed(right, steps)))


def reached(expr, steps, keep=()):
    """The names that expr uses, and those that these use."""
    found, ahead = set(), [*names(expr)]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += names(steps[name]) if name in steps and name not in keep else ()
    return found


def length(expr, steps):
    """How many operations expr would have with every step put in."""
    known = {}
    for name, value in [*steps.items(), (None, expr)]:
        own, uses = counts(value)
        known[name] = own + sum(times * known.get(leaf, 0) for leaf, times in uses.items())
    return known[None]


@lru_cache(maxsize=1000)
def counts(expr):
    """How many operations expr has, and how often it uses each of its names."""
    return count_ops(expr), Counter(part for part in preorder_traversal(expr) if part in names(expr))


def is_off_by_steps(steps, y, by, right, shift):
    """Whether y, computed step by step a little to both sides of odd places, has another slope than right.

    By 1e-60 at 300 digits: the slopes then agree to more than 50.
    """
    inputs = sorted({*by}.union(*map(names, (y, right, *steps.values()))) - steps.keys(), key=str)
    used, moved = reached(y, steps, by), []  # the steps of y that an offset moves: only these are worked out again
    for name, expr in steps.items():
        if name in used and not names(expr).isdisjoint([*by, *moved]):
            moved.append(name)

    def at(offsets):
        value = {**still}
        for name, offset in zip(by, offsets, strict=True):
            value[name] += offset
        for name in moved:
            value[name] = computed(steps[name], value)
        return value

    with workdps(300):
        still = {name: mpf(1009 + 97 * k + 211 * shift) / (3001 + 89 * k) for k, name in enumerate(inputs)}
        for name, expr in steps.items():
            still[name] = computed(expr, still)
        step = mpf(10) ** -60
        signs = product((1, -1), repeat=len(by))
        rise = sum(prod(sign) * computed(y, at([s * step for s in sign])) for sign in signs)
        slope = rise / (2 * step) ** len(by)
        value = computed(right, still)
        return not abs(slope - value) <= mpf(10) ** -DIGITS * (1 + abs(value))


def computed(expr, values):
    """What expr is where its names have these values."""
    args, compute = function(expr)
    return compute(*map(values.get, args))


@lru_cache(maxsize=1000)
def function(expr):
    """The names that expr uses, and the function of their numbers."""
    args = sorted(names(expr), key=str)
    return args, lambdify(args, exact(expr), "mpmath", docstring_limit=0)


def derived(steps, y, by):
    """The derivative of y, composed down to what it depends on."""
    expr = composed(y, steps, by)
    for name in by:
        expr = partial(expr, name)
    return composed(expr, steps)


def composed(expr, steps, keep=()):
    """expr with every step but those in `keep` put in."""
    steps = {name: value for name, value in steps.items() if name not in keep}
    for _ in range(len(steps)):
        expr, before = put_in(expr, steps), expr
        if expr == before:
            break
    return expr


def stands_for(expr, case):
    """expr with the names shown replaced by what they stand for; of matrices, their entries."""
    expr = sympify(expr, strict=True)
    if isinstance(expr, MatrixExpr | MatrixBase):
        expr = expr.subs(case).doit()
        return expr.as_explicit() if isinstance(expr, MatrixExpr) else expr
    return expr.subs(case).doit() if case else expr

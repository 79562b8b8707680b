"""Is `back` the derivative of what stands above it? `check` asks with numbers, `prove` with symbols."""

import math
import operator
import re
from functools import cache
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
import sympy as sp
from sympy.core.sympify import converter

PRECISION = 120  # to which `prove` evaluates; two sides are equal where the first 50 agree
UFUNCS = {f.__name__: f for f in (sp.exp, sp.log, sp.sqrt, sp.sin, sp.cos, sp.tan, sp.sinh, sp.cosh, sp.tanh)}
UFUNCS |= {"arcsin": sp.asin, "arccos": sp.acos, "arctan": sp.atan}  # by the names that NumPy gives them
UFUNCS |= {"log1p": lambda u: sp.log(1 + u), "expm1": lambda u: sp.exp(u) - 1}


def check(f, *args, central=False, seed=0, directions=3, **options):
    """Compare back with the derivative of f along random directions, one argument at a time.

    The complex step Im f(x + ih v) / h has no rounding error to speak of: tolerance 1e-10. It is right where f is
    analytic: in the first direction a central difference (f(x + hv) - f(x - hv)) / 2h must say the same. Where it
    is not (abs, conj), central=True takes that difference alone: tolerance 1e-6. Stay off kinks.
    Returns the largest relative error; AssertionError names the argument that fails.
    """
    rng, tolerance, worst = np.random.default_rng(seed), 1e-6 if central else 1e-10, 0.0
    args = [np.asarray(x, dtype=float) for x in args]
    ys, back = f(*args, **options)
    for n in range(directions):
        dys = [rng.standard_normal(np.shape(y)) for y in _many(ys)]
        for k, (x, dx) in enumerate(zip(args, _fitting(back(*dys), args), strict=True)):
            v = rng.standard_normal(x.shape)
            y_at = _along(lambda x, k=k: f(*args[:k], x, *args[k + 1 :], **options)[0], x, v, dys)
            claimed, size = (dx * v).sum(), np.abs(dx * v).sum()
            true = _central(y_at, 1e-6) if central else y_at(1e-30j).imag / 1e-30
            if n == 0 and not central:
                _confirm(k + 1, true, y_at, x, size + _rounding(dys, ys))
            worst = max(worst, error := abs(claimed - true) / max(abs(true), size, np.finfo(float).tiny))
            assert error < tolerance, (
                f"gradient {k + 1}: back gives {claimed:.12g}, the function itself {true:.12g} "
                f"(relative error {error:.1e})"
            )
    return worst


def _many(ys):
    return ys if isinstance(ys, tuple) else (ys,)


def _fitting(grads, args):
    """The gradients, when there is one for each argument, of its shape."""
    assert len(grads) == len(args), f"back returns {len(grads)} gradients for {len(args)} arguments"
    for k, (x, dx) in enumerate(zip(args, grads, strict=True)):
        assert np.shape(dx) == x.shape, f"gradient {k + 1} has shape {np.shape(dx)}, its argument {x.shape}"
    return grads


def _along(f, x, v, dys):
    """The number sum dy f(x + t v) as a function of t: its slope at t = 0 is what dx v has to sum to."""
    return lambda t: sum((dy * y).sum() for dy, y in zip(dys, _many(f(x + t * v)), strict=True))


def _central(y_at, h):
    return (y_at(h) - y_at(-h)) / (2 * h)


def _rounding(dys, ys):
    """How large a slope must be for 1e-5 of it to stand out from the rounding in a central difference."""
    return 1e-4 * sum(np.abs(dy * y).sum() for dy, y in zip(dys, _many(ys), strict=True))


def _confirm(k, by_step, y_at, x, size):
    """That the complex step is right: a central difference, with a step of its own size or of x's, must say so."""
    by_difference = [_central(y_at, h) for h in (1e-6, 1e-6 * np.abs(x).max() or 1e-6)]
    near = [abs(d - by_step) <= 1e-5 * max(abs(d), abs(by_step), size) for d in by_difference]
    assert any(near), (
        f"gradient {k}: no verdict, f is not analytic there or has a kink (the complex step gives {by_step:.6g}, "
        f"a central difference {by_difference[0]:.6g}); off kinks, ask with central=True"
    )


class Undecided(ArithmeticError):
    """Neither proved nor refuted: the numbers of both sides do not tell."""


class Proof(NamedTuple):
    """How many entries of the gradients were settled, and how."""

    simplified: int  # the difference of both sides was reduced to 0
    evaluated: int  # both sides agree to 50 digits at the point

    def __str__(self):
        text = f"{self.simplified} entries simplified to 0"
        return text + (f", {self.evaluated} evaluated to 50 digits" if self.evaluated else "")


def prove(f, *shapes, near=None, seed=0, limit=2_000, **options):
    """Run f's own code on arrays of symbols; show, entry by entry, that back returns the derivative.

    Each exp, log or tanh met becomes a symbol of its own, so that all between them is rational and the difference
    of both sides reduces to 0; what is not, or beyond `limit` operations, is evaluated instead. Comparisons (relu,
    max-pool, abs) are decided at the point `near`, one array per argument, else at random: the proof holds on that
    side of kinks. AssertionError names the entry that is wrong, Undecided one of which neither can be shown;
    TypeError a function that symbols do not have.
    """
    rng = np.random.default_rng(seed)
    near = near or [rng.choice([-1, 1], shape) * rng.integers(1, 40, shape) / 16 for shape in shapes]
    trace = Trace()
    args = [trace.symbols(x) for x in near]
    ys, dys, grads = trace.run(f, args, options, rng)
    slopes = trace.slopes(sum(np.sum(dy * y) for dy, y in zip(dys, ys, strict=True)))
    settled = []
    for k, (x, dx) in enumerate(zip(args, _fitting(grads, args), strict=True)):
        for index in np.ndindex(x.shape):
            settled.append(verdict := trace.settle(slopes[x[index]], np.asarray(dx)[index], limit))
            entry = f"gradient {k + 1}, entry {index}"
            assert verdict != "false", f"{entry}: back returns something else than the derivative"
            if verdict == "undecided":
                raise Undecided(f"{entry}: not decided, a side is not finite here, or both are too close to tell")
    return Proof(settled.count("simplified"), settled.count("evaluated"))


class Trace:
    """A run of NumPy code on symbols. An object array asks its entries for their exp, log, tanh and order."""

    def __init__(self):
        self.steps = {}  # (function, argument u): the symbol s of its value
        self.factors = {}  # s: (u, ds/du), in the order of the run
        self.points = [{}, {}, {}]  # symbol: its number, at the point asked for and at two close to it

    def symbols(self, numbers):
        """An array of new symbols with these numbers as their values."""
        array = np.empty(np.shape(numbers), object)
        for index in np.ndindex(array.shape):
            array[index] = sp.Dummy(real=True)
            for n, point in enumerate(self.points):
                point[array[index]] = sp.Rational(float(np.asarray(numbers)[index])) * (1 + sp.Rational(n, 997))
        return array

    def run(self, f, args, options, rng):
        """The outputs of f, a gradient from above for each, and what its back makes of them. Here 0.5 is 1/2."""
        try:
            exact = patch.dict(converter, {float: exactly})
            with exact, patch.multiple(sp.Expr, create=True, **self.methods()):
                ys, back = f(*args, **options)
                dys = [self.symbols(rng.integers(1, 40, np.shape(y)) / 16) for y in _many(ys)]
                return _many(ys), dys, back(*(dy if dy.shape else dy.item() for dy in dys))
        except (TypeError, AttributeError) as error:
            if unknown := re.search(r"no (?:callable|attribute) '?(\w+)", str(error)):
                raise TypeError(f"f calls np.{unknown[1]}, expected one of {', '.join(UFUNCS)}") from error
            if "truth value" in str(error):
                raise Undecided(f"a comparison is not decided at this point: {error}") from error
            raise

    def methods(self):
        """What a SymPy expression must have to be computed with by NumPy."""
        methods = {name: lambda u, f=f: self.step(f, u) for name, f in UFUNCS.items()}
        for op in (operator.gt, operator.ge, operator.lt, operator.le):
            methods[f"__{op.__name__}__"] = self.compare(op)
        methods["__abs__"] = lambda u: u if u > 0 else -u
        for name in ("__mul__", "__sub__"):
            op = getattr(sp.Expr, name)
            methods[name] = lambda a, b, op=op: op(a, int(b) if isinstance(b, bool) else b)  # True is 1 to NumPy
        return methods

    def compare(self, op):
        """The comparison as the point decides it, if real numbers stand on both sides there."""
        symbolic = getattr(sp.Expr, f"__{op.__name__}__")

        def compared(a, b):
            difference = value_at(self.points[0], a - b)
            return bool(op(difference, 0)) if difference.is_comparable else symbolic(a, b)

        return compared

    def step(self, f, u):
        """The symbol for f(u), new where it is met first, with its slope as SymPy knows it."""
        if not u.free_symbols and f(u).is_Rational:
            return f(u)  # exp of minus infinity is 0
        if (f, u) not in self.steps:
            s, v = sp.Dummy(real=True), sp.Dummy(real=True)
            self.steps[f, u] = s
            for point in self.points:
                point[s] = f(value_at(point, u)).evalf(PRECISION)
            slope = f(v).diff(v).subs(f(v), s)
            inner = {g: self.step(g.func, u) for g in slope.atoms(sp.Function)}  # the cos in the slope of a sin
            self.factors[s] = u, slope.xreplace(inner).xreplace({v: u})
        return self.steps[f, u]

    def slopes(self, S):
        """dS/dx for every symbol x: from the last step to the first, each passes its slope on to its argument."""
        slopes = {s: sp.diff(S, s) for s in self.points[0]}
        for s, (u, ds_du) in reversed(self.factors.items()):
            for r in u.free_symbols:
                slopes[r] += slopes[s] * ds_du * u.diff(r)
        return slopes

    def settle(self, true, claimed, limit):
        """Whether the two sides are equal: "simplified", "evaluated", "false" or "undecided"."""
        one_plus_exp = {s: s - 1 for (f, _), s in self.steps.items() if f == sp.exp}  # then a sigmoid is 1/s
        difference = sp.sympify(true - claimed, strict=True).xreplace(one_plus_exp)
        rational = difference.is_rational_function(*difference.free_symbols)
        if rational and difference.count_ops() <= limit and is_nothing(difference):
            return "simplified"
        gaps = [gap(value_at(point, true), value_at(point, claimed)) for point in self.points]
        known = [g for g in gaps if g is not None]
        if any(g > 1e-30 for g in known):
            return "false"
        return "evaluated" if known == gaps and all(g < 1e-50 for g in gaps) else "undecided"


def exactly(x):
    """The float as a fraction, or as the infinity that it is (SymPy's Rational would make 0 of that)."""
    return sp.Rational(x) if math.isfinite(x) else sp.Float(x)


def is_nothing(rational):
    """Whether a rational expression reduces to 0, in the field of fractions of its symbols."""
    field, *elements = sp.field(symbols := [*rational.free_symbols], sp.ZZ)
    known = dict(zip(symbols, elements, strict=True))

    @cache
    def element(e):
        if e.is_Rational:
            return field(e.p) / field(e.q)
        if e.is_Pow and e.exp.is_Integer:
            return element(e.base) ** int(e.exp)
        if e.is_Add or e.is_Mul:
            return (sum if e.is_Add else math.prod)(map(element, e.args))
        return known[e]

    try:
        return element(rational) == 0
    except KeyError:  # pi, or a root of 2
        return False


def gap(a, b):
    """How far apart two numbers are, relatively: 0 where both vanish but for last digits, None if not finite."""
    if not (a.is_finite and b.is_finite):
        return None
    size = max(abs(a), abs(b))
    return abs(a - b) / size if size > sp.Float(10) ** -100 else 0


def value_at(point, expression):
    """Its number at the point."""
    return sp.sympify(expression, strict=True).xreplace(point).evalf(PRECISION)

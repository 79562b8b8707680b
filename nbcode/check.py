"""Is `back` the derivative of what stands above it? `check` asks with numbers, `prove` with symbols."""

import operator
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
import sympy as sp


def check(f, *args, central=False, seed=0, directions=3, **options):
    """Compare back with the derivative of f along random directions, one argument at a time.

    The complex step Im f(x + ih v) / h has no rounding error to speak of: tolerance 1e-10. Where f cannot take
    complex numbers, central=True takes (f(x + hv) - f(x - hv)) / 2h: tolerance 1e-6. Stay off kinks.
    Returns the largest relative error; AssertionError names the argument that fails.
    """
    rng, tolerance, worst = np.random.default_rng(seed), 1e-6 if central else 1e-10, 0.0
    args = [np.asarray(x, dtype=float) for x in args]
    ys, back = f(*args, **options)
    for _ in range(directions):
        dys = [rng.standard_normal(np.shape(y)) for y in _many(ys)]
        grads = back(*dys)
        assert len(grads) == len(args), f"back returns {len(grads)} gradients for {len(args)} arguments"
        for k, (x, dx) in enumerate(zip(args, grads, strict=True)):
            assert np.shape(dx) == x.shape, f"gradient {k + 1} has shape {np.shape(dx)}, its argument {x.shape}"
            v = rng.standard_normal(x.shape)
            slopes = _slopes(lambda x, k=k: f(*args[:k], x, *args[k + 1 :], **options)[0], x, v, central)
            true = sum((dy * slope).sum() for dy, slope in zip(dys, slopes, strict=True))
            scale = max(abs(true), np.abs(dx * v).sum(), np.finfo(float).tiny)
            worst = max(worst, error := abs((dx * v).sum() - true) / scale)
            assert error < tolerance, (
                f"gradient {k + 1}: back gives {(dx * v).sum():.12g}, the function itself {true:.12g} "
                f"(relative error {error:.1e})"
            )
    return worst


def _slopes(f, x, v, central):
    """The derivative of each output of f at x along v."""
    if central:
        h = 1e-6
        sides = zip(_many(f(x + h * v)), _many(f(x - h * v)), strict=True)
        return [(right - left) / (2 * h) for right, left in sides]
    h = 1e-30
    return [np.imag(y) / h for y in _many(f(x + 1j * h * v))]


def _many(ys):
    return ys if isinstance(ys, tuple) else (ys,)


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
    of both sides reduces to 0; beyond `limit` operations they are evaluated instead. Comparisons (relu, max-pool)
    are decided at the point `near`, one array per argument, else at random: the proof holds on that side of kinks.
    AssertionError names the entry that is wrong.
    """
    rng = np.random.default_rng(seed)
    near = near or [rng.choice([-1, 1], shape) * rng.integers(1, 40, shape) / 16 for shape in shapes]
    trace = Trace()
    args = [trace.symbols(x) for x in near]
    with patch.multiple(sp.Expr, create=True, **trace.methods()):
        ys, back = f(*args, **options)
        dys = [trace.symbols(rng.integers(1, 40, np.shape(y)) / 16) for y in _many(ys)]
        grads = back(*(dy if dy.shape else dy.item() for dy in dys))
    slopes = trace.slopes(sum(np.sum(dy * y) for dy, y in zip(dys, _many(ys), strict=True)))
    settled = []
    for k, (x, dx) in enumerate(zip(args, grads, strict=True)):
        assert np.shape(dx) == x.shape, f"gradient {k + 1} has shape {np.shape(dx)}, its argument {x.shape}"
        for index in np.ndindex(x.shape):
            settled.append(trace.settle(slopes[x[index]], np.asarray(dx)[index], limit))
            assert settled[-1], f"gradient {k + 1}, entry {index}: back returns something else than the derivative"
    return Proof(settled.count("simplified"), settled.count("evaluated"))


class Trace:
    """A run of NumPy code on symbols. An object array asks its entries for their exp, log, tanh and order."""

    def __init__(self):
        self.steps = {}  # symbol: (its argument u, its slope dsymbol/du)
        self.points = [{}, {}, {}]  # symbol: its number, at the point asked for and at two close to it

    def symbols(self, numbers):
        """An array of new symbols with these numbers as their values."""
        array = np.empty(np.shape(numbers), object)
        for index in np.ndindex(array.shape):
            array[index] = sp.Dummy(real=True)
            for n, point in enumerate(self.points):
                point[array[index]] = sp.Rational(float(np.asarray(numbers)[index])) * (1 + sp.Rational(n, 997))
        return array

    def methods(self):
        """What a SymPy expression must have to be computed with by NumPy."""
        functions = {"exp": sp.exp, "log": sp.log, "tanh": sp.tanh, "log1p": lambda u: sp.log(1 + u)}
        methods = {name: lambda u, f=f: self.step(f, u) for name, f in functions.items()}
        for op in (operator.gt, operator.ge, operator.lt, operator.le):
            methods[f"__{op.__name__}__"] = lambda a, b, op=op: bool(op(at(self.points[0], a - b), 0))
        times = sp.Expr.__mul__
        methods["__mul__"] = lambda a, b: times(a, int(b) if isinstance(b, bool) else b)  # True is 1 to NumPy
        return methods

    def step(self, f, u):
        """A new symbol for f(u), with its slope as SymPy knows it."""
        s, v = sp.Dummy(real=True), sp.Dummy(real=True)
        for point in self.points:
            point[s] = f(at(point, u))
        self.steps[s] = u, f(v).diff(v).xreplace({f(v): s}).xreplace({v: u})
        return s

    def slopes(self, S):
        """dS/dx for every symbol x: from the last step to the first, each passes its slope on to its argument."""
        slopes = {s: sp.diff(S, s) for s in self.points[0]}
        for s, (u, ds_du) in reversed(self.steps.items()):
            for r in u.free_symbols:
                slopes[r] += slopes[s] * ds_du * u.diff(r)
        return slopes

    def settle(self, true, claimed, limit):
        """How the two sides are seen to be equal; None where they are not."""
        difference = sp.sympify(true - claimed)
        difference = difference.xreplace({x: sp.Rational(x) for x in difference.atoms(sp.Float)})
        if difference.count_ops() <= limit and is_zero(difference):
            return "simplified"
        sides = [(at(point, true), at(point, claimed)) for point in self.points]
        return "evaluated" if all(abs(a - b) <= abs(a) / 10**50 for a, b in sides) else None


def is_zero(rational):
    """Whether a rational expression reduces to 0, in the field of fractions of its symbols."""
    symbols = list(rational.free_symbols)
    _, *elements = sp.field(symbols, sp.QQ) if symbols else [None]
    return sp.lambdify(symbols, rational, [{"Rational": sp.QQ}], cse=True)(*elements) == 0


def at(point, expression):
    """Its number at the point, to 60 digits."""
    return sp.sympify(expression).xreplace(point).evalf(60)

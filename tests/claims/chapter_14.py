"""The softmax derivative."""
import numpy as np
from sympy import Matrix, Rational, diag, diff, exp, simplify, symbols

from nbcode.activations import softmax
from nbcode.chain import Chain

z1, z2, z3 = z = symbols("z1 z2 z3", real=True)
e1, e2, e3, total, p1 = symbols("e1 e2 e3 total p1", real=True)
first = Chain({e1: exp(z1), e2: exp(z2), e3: exp(z3), total: e1 + e2 + e3, p1: e1/total})
P = PA, PB, PC = [first.composed(e/total) for e in (e1, e2, e3)]
J = Matrix(P).jacobian(z)
at = {z1: Rational("1.43"), z2: Rational("-0.44"), z3: Rational("0.23")}


def _same(a, b):
    return simplify(a - b) == 0


def sq_10_diagonal():
    """By the raw output of Setosa, or by that of category X: for X each of the three."""
    by_setosa = [_same(diff(p, z1), p*(1 - p)) for p in P]
    by_its_own = [_same(diff(p, own), p*(1 - p)) for p, own in zip(P, z, strict=True)]
    return all(by_setosa), all(by_its_own)


def sq_10_quotient_rule():
    """(u'v - uv')/v^2 of the two parts of softmax."""
    u, v = map(first.composed, (e1, total))
    return all(_same((diff(u, k)*v - u*diff(v, k)) / v**2, diff(PA, k)) for k in z)


def sq_10_raw():
    """Of which numbers is the softmax 0.69, 0.11, 0.21: of the raw outputs, or of what comes out?"""
    raw = np.array([float(k) for k in at.values()])
    after = np.array([0.69, 0.11, 0.21])
    return np.allclose(softmax(raw)[0], after, atol=0.005) and not np.allclose(softmax(after)[0], after, atol=0.1)


def sq_10_relies_on_all():
    return all(simplify(slope).is_nonzero for slope in J)


def sq_10_fraction():
    """CAT as the raw output itself, or as its exponential."""
    return _same(z1 / (z1 + z2 + z3), PA), _same(exp(z1) / (exp(z1) + exp(z2) + exp(z3)), PA)


def sq_10_need_each():
    """All raw outputs move a little: is A's move what the three listed say, or what a row of the nine says?"""
    moves = [0.001, -0.002, 0.003]
    after = PA.subs({k: value + step for (k, value), step in zip(at.items(), moves, strict=True)})
    listed, nine = ((table*Matrix(moves))[0].subs(at) for table in (diag(*J.diagonal()), J))
    return abs(after - PA.subs(at) - listed) < 1e-5, abs(after - PA.subs(at) - nine) < 1e-5


def sq_10_off_diagonal():
    return _same(diff(PA, z2), PA*PB), _same(diff(PA, z2), -PA*PB)


def sq_10_easier():
    """One path instead of two, since the numerator does not know the other raw output."""
    return [len(first.paths(k)) for k in (z1, z2)] == [2, 1] and diff(first.composed(e1), z2) == 0

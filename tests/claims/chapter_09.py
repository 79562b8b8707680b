"""ReLU and other activations."""
import numpy as np
from sympy import (
    Abs,
    Function,
    Interval,
    Max,
    Piecewise,
    Rational,
    Union,
    cosh,
    diff,
    exp,
    limit,
    oo,
    simplify,
    sinh,
    symbols,
    tanh,
)

from nbcode import activations
from nbcode.activations import leaky_relu, relu, sigmoid, softplus
from nbcode.check import check
from nbcode.layers import dense

z, x, alpha, n, t = symbols("z x alpha n t", real=True)
p, m = symbols("p m", positive=True)
kept = (z + Abs(z)) / 2                            # the line z with its negative part taken away
bent = alpha*z + (1 - alpha)*kept                  # the same, and a share alpha of what was taken away
in_exp = (exp(2*z) - 1) / (exp(2*z) + 1)
relu_cases = Piecewise((0, z < 0), (z, z >= 0))    # as the deck writes them
leaky_cases = Piecewise((alpha*z, z < 0), (z, z >= 0))
E = exp(-z)
S = 1 / (1 + E)                                    # the sigmoid
dphi_dz = diff(S, z)
doses = np.array([[0], [0.5], [1]])


def _same(f, g, at=()):
    """Equal at p, 0 and -p, and so at every number."""
    return all(simplify((f - g).subs(at).subs(z, number)) == 0 for number in (p, 0, -p))


def _equal(one, other):
    return simplify(one - other) == 0


def _network(bend, v, c):
    """Two bent lines, weighted by v and shifted by c, and `bend` at the output."""
    first, back_first = dense(doses, np.array([[1.70, 12.6]]), np.array([-0.85, 0]))
    y, _ = relu(first)
    out, back = dense(y, v, c)
    a, back_bend = bend(out)
    return a, lambda da: back(*back_bend(da))[1:]


def sq_07_activation():
    """It changes each number by itself, and it bends: the middle of two numbers does not go to the middle."""
    rows = np.random.default_rng(9).normal(size=(4, 5))
    alone = [[float(relu(np.array([entry]))[0][0]) for entry in row] for row in rows]
    left, middle, right = relu(np.array([-1.0, 0.0, 1.0]))[0]
    return np.array_equal(relu(rows)[0], alone) and middle != (left + right) / 2


def sq_07_output_activation():
    """A ReLU at the end clips -16, 1.01, -16.66 to the data; any smooth bend there can be walked back through."""
    v, c = np.array([[-40.8], [2.7]]), np.array([-16.0])
    for bend in (sigmoid, activations.tanh, softplus):
        assert check(lambda v, c, bend=bend: _network(bend, v, c), v / 20, c / 20) < 1e-10
    return np.allclose(_network(relu, v, c)[0].ravel(), [0, 1, 0], atol=0.011)


def sq_07_relu():
    return _same(Max(0, n).subs(n, z), kept)


def sq_07_relu_cases():
    """Which numbers have a case; and the slopes to both sides of the one that has none in the notes."""
    as_written = Union(Interval.open(-oo, 0), Interval.open(0, oo))
    with_zero = Union(Interval(-oo, 0), Interval.open(0, oo))
    corrected = Piecewise((0, z <= 0), (z, z > 0))
    slopes = [limit(corrected.subs(z, h*p)/(h*p), p, 0) for h in (-1, 1)]
    every = Interval(-oo, oo)
    return as_written == every, with_zero == every and _same(corrected, kept) and slopes == [0, 1]


def bt_04_activation_slide():
    """Weight, then bias, then any of five bends; the bend first is another node."""
    x1, w1, b1 = np.array([[-1.2]]), np.array([[-1.5]]), np.array([-0.9])
    for phi in (relu, leaky_relu, sigmoid, activations.tanh, softplus):
        as_written, _ = phi(x1*w1 + b1)
        node, _ = phi(dense(x1, w1, b1)[0])
        bend_first, _ = dense(phi(x1)[0], w1, b1)
        if not np.isclose(node, as_written) or np.isclose(node, bend_first):
            return False
    return True


def in_16_tanh():
    """Of two variables; and with z in both places."""
    ratio = (sinh(z) / cosh(z)).rewrite(exp)
    return simplify(ratio - in_exp.subs(z, x)) == 0, simplify(ratio - in_exp) == 0


def in_16_tanh_0():
    return in_exp.subs(z, 0) == tanh(0) == 0


def in_16_tanh_inf():
    return limit(in_exp, z, oo) == limit(tanh(z), z, oo) == 1


def in_16_tanh_minf():
    return limit(in_exp, z, -oo) == limit(tanh(z), z, -oo) == -1


def in_17_relu_piecewise():
    return _same(relu_cases, kept)


def in_17_relu_max():
    return _same(relu_cases, Max(0, z))


def in_17_relu_0():
    return relu_cases.subs(z, 0) == 0 == relu(np.zeros(1))[0][0]


def in_17_relu_pos():
    return relu_cases.subs(z, p) == p and relu(np.array([50.0]))[0][0] == 50


def in_17_relu_neg():
    return relu_cases.subs(z, -p) == 0 == relu(np.array([-50.0]))[0][0]


def in_18_lrelu_piecewise():
    grid = np.linspace(-3, 3, 13)
    cases = [float(leaky_cases.subs({alpha: 0.25, z: number})) for number in grid]
    return _same(leaky_cases, bent) and np.allclose(leaky_relu(grid, alpha=0.25)[0], cases)


def in_18_lrelu_max():
    """For alpha = 1 - m with any positive m; and for none above 1."""
    largest = Max(alpha*z, z)
    return _same(leaky_cases, largest, {alpha: 1 - m}) and not _same(leaky_cases, largest, {alpha: 1 + m})


def in_18_lrelu_0():
    return leaky_cases.subs(z, 0) == 0 == leaky_relu(np.zeros(1), alpha=0.25)[0][0]


def in_18_lrelu_pos():
    return leaky_cases.subs(z, p) == p and diff(leaky_cases.subs(z, p), p) == 1


def in_18_lrelu_neg():
    return leaky_cases.subs(z, -p) == -alpha*p and leaky_relu(np.array([-50.0]), alpha=0.25)[0][0] == -0.25*50


def bt_09_phi():
    grid = np.linspace(-8, 8, 33)
    return np.allclose(sigmoid(grid)[0], [float(((1 + E)**-1).subs(z, number)) for number in grid], rtol=1e-12)


def bt_09_dphi_1():
    return _equal(dphi_dz, -1 * (1 + E)**-2 * (0 + E * -1))


def bt_09_dphi_2():
    return _equal(dphi_dz, (1 + E)**-2 * E)


def bt_09_dphi_3():
    return _equal(dphi_dz, S*(1 - S))


def in_05_quotient_rule():
    f, g = Function("f")(t), Function("g")(t)
    return _equal(diff(f/g, t), (diff(f, t)*g - f*diff(g, t)) / g**2)


def in_05_line1():
    """Top 1 and bottom 1 + e^-z in the quotient rule give 0 - (-e^-z) above the bar."""
    top, bottom = Rational(1), 1 + E
    above = diff(top, z)*bottom - top*diff(bottom, z)
    return above == 0 - (-E) and _equal(dphi_dz, (0 - (-E)) / bottom**2) and _equal(dphi_dz, E / (1 + E)**2)


def in_05_line2():
    return _equal(dphi_dz, (1 + E - 1) / (1 + E)**2)


def in_05_line3():
    return _equal(dphi_dz, 1/(1 + E) - 1/(1 + E)**2) and _equal(dphi_dz, 1/(1 + E) * (1 - 1/(1 + E)))


def in_05_result():
    values, back = sigmoid(np.linspace(-8, 8, 33))
    return _equal(dphi_dz, S*(1 - S)) and np.allclose(back(np.ones(33))[0], values*(1 - values), rtol=1e-12)

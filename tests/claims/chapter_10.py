"""One neuron is logistic regression."""
from functools import cache

import numpy as np
from sympy import Eq, Function, Matrix, Rational, diff, exp, log, simplify, solve, symbols

from nbcode import activations
from nbcode.activations import relu, sigmoid
from nbcode.layers import dense
from nbcode.losses import log_loss
from nbcode.network import compose

x1, x2, x3, w1, w2, w3, b, z, t, y, phi = symbols("x1 x2 x3 w1 w2 w3 b z t y phi", real=True)
x, w = [x1, x2, x3], [w1, w2, w3]
E = exp(-z)
S = 1 / (1 + E)
loss = -y*log(phi) - (1 - y)*log(1 - phi)
net_input = x1*w1 + x2*w2 + x3*w3 + b
loss_of_z = loss.subs(phi, S)
dL_dphi, dphi_dz, dL_dz = diff(loss, phi), diff(S, z), diff(loss_of_z, z)

row, column, bias = np.array([[0.9, 0.2, 0.3]]), np.array([[2.0], [3.0], [-1.0]]), np.array([0.5])   # the example
no = np.array([[0]])
corners = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
xor = np.array([[0], [1], [1], [0]])
rng = np.random.default_rng(10)


def _same(one, other):
    return simplify(one - other) == 0


def _output(v, c):
    return sigmoid(dense(row, v, c)[0])[0]


def _loss(v, c):
    """The loss of the example, whose answer is no."""
    return log_loss(_output(v, c), observed=no)[0]


def _stepped(k, v=column):
    """The slope by weight k from the loss alone, by an imaginary step; by the bias for k = 3."""
    nudge = 1e-30j * np.eye(4)[k]
    return _loss(v + nudge[:3, None], bias + nudge[3]).imag / 1e-30


def _neurons():
    """Inputs, weights and bias of neurons with one to six inputs."""
    return [(rng.normal(size=(1, m)), rng.normal(size=(m, 1)), rng.normal(size=1)) for m in range(1, 7)]


@cache
def _regression():
    """Two clouds of points, and a statistics library's logistic regression through them, without a penalty."""
    from sklearn.linear_model import LogisticRegression
    truth = np.repeat([0, 1], 12)
    cloud = np.random.default_rng(11).normal(np.where(truth[:, None] == 1, [1, 0.8], [-1, -0.8]), 1)
    return cloud, truth, LogisticRegression(C=1e10, tol=1e-10).fit(cloud, truth)


def bt_08_placeholder():
    """The derivative by the placeholder is right for any function of w x + b put there, and so for the sigmoid."""
    f = Function("f")
    anything = f(w1*x1 + b)
    whole = diff(loss.subs(phi, anything), w1).doit()
    return _same(whole, dL_dphi.subs(phi, anything) * diff(anything, w1).doit())


def bt_08_dLdphi_1():
    return _same(dL_dphi, -y/phi + (1 - y)/(1 - phi))


def bt_08_dLdphi_2():
    return _same(dL_dphi, (phi*(1 - y) - y*(1 - phi)) / (phi*(1 - phi)))


def bt_08_dLdphi_3():
    return _same(dL_dphi, (phi - phi*y - y + phi*y) / (phi*(1 - phi)))


def bt_08_dLdphi_4():
    return _same(dL_dphi, (phi - y) / (phi*(1 - phi)))


def bt_09_chain():
    return _same(dL_dz, dL_dphi.subs(phi, S) * dphi_dz)


def bt_09_line2():
    """The denominator as printed, and with phi for its y."""
    printed, meant = (phi - y) / (phi*(1 - y)), (phi - y) / (phi*(1 - phi))
    return tuple(_same(dL_dz, line.subs(phi, S) * dphi_dz) for line in (printed, meant))


def bt_09_line3():
    printed, meant = (phi - y) / (phi*(1 - y)) * phi*(1 - phi), (phi - y) / (phi*(1 - phi)) * phi*(1 - phi)
    return tuple(_same(dL_dz, line.subs(phi, S)) for line in (printed, meant))


def bt_09_result():
    return _same(dL_dz, S - y)


def bt_10_dLdw1():
    whole = diff(loss_of_z.subs(z, net_input), w1)
    return _same(whole, dL_dz.subs(z, net_input) * diff(net_input, w1))


def bt_10_dLdw1_result():
    return np.isclose(_stepped(0), ((_output(column, bias) - no) * row[0, 0]).item(), rtol=1e-12)


def bt_10_bias():
    """What is shown, the slope by a weight, is the bias's for none of the three inputs."""
    error = (_output(column, bias) - no).item()
    return any(np.isclose(_stepped(3), error * x_k) for x_k in row[0]), np.isclose(_stepped(3), error, rtol=1e-12)


def bt_10_evaluate():
    """After a step the slope is that of the new phi, and no longer that of the old one."""
    moved = column - 0.5*np.array([[_stepped(k)] for k in range(3)])
    old, new = (((_output(v, bias) - no) * row[0, 0]).item() for v in (column, moved))
    return np.isclose(_stepped(0, moved), new, rtol=1e-12) and not np.isclose(_stepped(0, moved), old, rtol=0.01)


def bt_10_update():
    """With minus the loss falls; with plus it would rise."""
    step = np.array([[0.5 * _stepped(0)], [0], [0]])
    return _loss(column - step, bias) < _loss(column, bias) < _loss(column + step, bias)


def in_03_z_sum():
    return all(np.isclose(dense(x, w, b)[0], b + sum(x[0, i]*w[i, 0] for i in range(x.size)))
               for x, w, b in _neurons())


def in_03_z_vector():
    return _same(net_input, b + (Matrix(x).T * Matrix(w))[0]) and Matrix(x).shape == (3, 1)


def in_03_a():
    """What the next layer receives is f(z), whatever f is."""
    params = {"W": column, "b": bias, "V": np.array([[1.5]]), "c": np.array([-0.5])}
    z_row = row @ column + bias
    return all(np.isclose(compose((dense, "W", "b"), f, (dense, "V", "c"))(row, params)[0], f(z_row)[0]*1.5 - 0.5)
               for f in (sigmoid, relu, activations.tanh, activations.softplus))


def in_04_sigmoid():
    """The function whose log-odds are its argument, which is what logistic regression assumes."""
    return solve(Eq(log(t/(1 - t)), z), t) == [exp(z)/(exp(z) + 1)] and _same(exp(z)/(exp(z) + 1), 1/(1 + E))


def in_04_z_expanded():
    at = dict(zip([*x, *w, b], [*row[0], *column[:, 0], *bias], strict=True))
    return np.isclose(dense(row, column, bias)[0].item(), float(net_input.subs(at)))


def in_04_z():
    """The log of the odds has the weights for slopes and no second derivative; the odds themselves have one."""
    odds = simplify(S / (1 - S)).subs(z, net_input)
    log_odds = log(odds)
    return [diff(log_odds, k) for k in x] == w and diff(odds, x1, 2) != 0 and all(
        diff(log_odds, j, k) == 0 for j in x for k in x)


def in_04_logistic_unit():
    """At the library's coefficients the neuron's gradient is 0 (its loss is a bowl); elsewhere it is not."""
    cloud, truth, model = _regression()

    def slopes(v, c):
        z, back = dense(cloud, v, c)
        a, back_a = sigmoid(z)
        return np.concatenate([part.ravel() for part in back(
            *back_a(*log_loss(a, observed=truth[:, None])[1]()))[1:]])
    return abs(slopes(model.coef_.T, model.intercept_)).max() < 1e-6 and _same(
        diff(dL_dz, z), S*(1 - S)) and abs(slopes(model.coef_.T, model.intercept_ + 1)).max() > 0.01


def in_04_correspondence():
    """Coefficients as weights, variables as inputs, constant as bias: the library's probabilities."""
    cloud, _, model = _regression()
    expected, constant = model.predict_proba(cloud)[:, 1:], model.intercept_
    turned = sigmoid(dense(cloud, model.coef_.T[::-1], constant)[0])[0]
    return np.allclose(sigmoid(dense(cloud, model.coef_.T, constant)[0])[0], expected) and not np.allclose(
        turned, expected, atol=0.01)


def in_06_z():
    return np.isclose(.9*2 + .2*3 + .3*-1 + .5, 2.6) and np.isclose(dense(row, column, bias)[0], 2.6)


def in_06_activation():
    """What is left of the example ends at 2.6, the net input."""
    output = _output(column, bias).item()
    return np.isclose(output, 2.6), round(output, 4) == 0.9309 and round(output, 2) == 0.93


def in_07_linear_boundary():
    """Where phi is one half is a straight line; and XOR wants two sums of z to differ that are equal for each."""
    border, = solve(Eq(S.subs(z, w1*x1 + w2*x2 + b), Rational(1, 2)), x2)
    at = [(w1*x1 + w2*x2 + b).subs({x1: p, x2: q}) for p, q in corners.tolist()]
    return diff(border, x1, 2) == 0 and diff(border, x1) != 0 and at[0] + at[3] == at[1] + at[2]


def in_07_larger():
    """Of 9261 single neurons none gets all four corners of XOR right; two bends in front, and one does."""
    steps = np.mgrid[-2:2.1:.2, -2:2.1:.2, -2:2.1:.2].reshape(3, -1)
    right = ((corners @ steps[:2] + steps[2] > 0) == (xor == 1)).sum(axis=0)
    hidden, _ = relu(dense(corners, np.ones((2, 2)), np.array([0, -1]))[0])
    says, _ = sigmoid(dense(hidden, np.array([[12], [-24]]), np.array([-6]))[0])
    return right.max() == 3 and np.array_equal(says.round(), xor)

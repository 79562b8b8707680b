"""Cross entropy and backpropagation: the bias of setosa, from -2, and a flower of each species."""
import numpy as np
from sympy import diff, exp, log, simplify, symbols

from nbcode.activations import relu, softmax
from nbcode.chain import Chain
from nbcode.layers import dense
from nbcode.losses import cross_entropy, softmax_cross_entropy
from nbcode.optim import gradient_descent

u, b3, CE = symbols("u b3 CE", real=True)
raw, p = symbols("raw1:4", real=True), symbols("p1:4", positive=True)
shares = [exp(z) / sum(map(exp, raw)) for z in raw]
routes = [Chain({raw[0]: u + b3, p[k]: shares[k], CE: -log(p[k])}) for k in range(3)]

observed = np.array([0, 2, 1])
hidden, _ = relu(dense(np.array([[0.04, 0.42], [1, 0.54], [0.5, 0.37]]), np.array([[-2.5, -1.5], [0.6, 0.4]]),
                       np.array([1.6, 0.7]))[0])
sent, _ = dense(hidden, np.array([[-0.1, 2.4, -2.2], [1.5, -5.2, 3.7]]), np.array([0, 0, 1.0]))


def _raw(b):
    return sent + np.array([b, 0, 0])


def _total(b):
    L, back = softmax_cross_entropy(_raw(b), observed=observed)
    return 3*L, lambda: (back(3)[0][:, 0].sum(),)


def _step(f, b=-2.0):
    """The slope of f at b by an imaginary step."""
    return f(b + 1e-30j).imag / 1e-30


def _same(a, b):
    """Whether two expressions are equal once softmax stands in them."""
    put = dict(zip(p, shares, strict=True))
    return simplify((a - b).subs(put).subs(raw[0], u + b3)) == 0


def sq_12_pipeline():
    """Softmax first, and then the logarithm, gives the loss of the raw outputs."""
    chances, _ = softmax(_raw(-2.0))
    return np.isclose(3*cross_entropy(chances, observed=observed)[0], _total(-2.0)[0]) and (
        routes[0].paths(b3) == [(CE, p[0], raw[0], b3)])


def sq_12_depends_softmax():
    return all(chain.uses[CE] == [p[k]] and diff(chain.composed(), b3) != 0 for k, chain in enumerate(routes))


def sq_12_observed_decides():
    """One row of raw outputs, three observations: do the probabilities behind the slopes change, or the price?"""
    row, hot = _raw(-2.0)[:1], np.eye(3)
    seen = [softmax_cross_entropy(row, observed=[k]) for k in range(3)]
    behind = [back()[0][0] + hot[k] for k, (_, back) in enumerate(seen)]    # the slopes are p - o
    chances = softmax(row)[0][0]
    return not np.allclose(behind, chances), np.allclose([L for L, _ in seen], -np.log(chances)) and (
        np.allclose(behind, chances) and len({round(L, 3) for L, _ in seen}) == 3)


def sq_12_ce():
    return all(np.isclose(softmax_cross_entropy(row[None], observed=[k])[0], -np.log(softmax(row)[0][k]))
               for row in sent for k in range(3))


def sq_12_softmax_abc():
    """All that softmax gives, or component n of it, as the prediction for category n."""
    abc, n = sent[0], 1
    prediction = np.exp(-softmax_cross_entropy(abc[None], observed=[n])[0])
    return np.array_equal(np.round(softmax(abc)[0], 9), np.round(prediction, 9)), np.isclose(
        np.exp(abc[n]) / np.exp(abc).sum(), prediction)


def sq_12_paras_link():
    """Every way from the loss to the parameter leads through a softmax probability, and the chain rule holds."""
    return all(chain.prove(b3).paths(b3) == [(CE, p[k], raw[0], b3)] for k, chain in enumerate(routes))


def sq_12_chain_b3():
    """The notes find prob - 1: the derivative of the category's probability, or of its cross entropy?"""
    category, price = (diff(routes[0].composed(step), b3) for step in (p[0], CE))
    links = -1/p[0] * p[0]*(1 - p[0]) * 1
    return _same(category, p[0] - 1), _same(price, p[0] - 1) and _same(price, links)


def sq_12_prob_minus_1():
    return _same(diff(routes[0].composed(), b3), p[0] - 1)


def sq_12_follow_route():
    """The route goes sideways through softmax; if its total were not shared, there would be none."""
    sideways = [routes[k].local[p[k], raw[0]] for k in (1, 2)]
    not_shared = Chain({raw[0]: u + b3, p[1]: exp(raw[1]), CE: -log(p[1])})
    return all(slope != 0 for slope in sideways) and b3 not in not_shared.composed().free_symbols


def sq_12_other_chain():
    links = routes[1].local[CE, p[1]] * routes[1].local[p[1], raw[0]] * routes[1].local[raw[0], b3]
    return _same(links, diff(routes[1].composed(), b3))


def sq_12_other_result():
    return all(_same(diff(routes[k].composed(), b3), p[0]) for k in (1, 2))


def sq_12_correct_route():
    """The result of each flower's own route, added; with one route for all the sum is another."""
    p1 = softmax(_raw(-2.0))[0][:, 0]
    own, slope = np.where(observed == 0, p1 - 1, p1).sum(), _step(lambda b: _total(b)[0])
    return np.isclose(own, slope) and not any(np.isclose(one.sum(), slope, atol=0.1) for one in (p1 - 1, p1))


def sq_12_slope_step():
    """With a learning rate of 1 the slope -0.773 makes the step, and the new bias is -1.227."""
    slope = _step(lambda b: _total(b)[0])
    path = gradient_descent(_total, -2.0, lr=1, max_steps=1).path
    return round(slope, 3) == -0.773 and np.isclose(path[0] - path[1], slope * 1) and round(path[1], 3) == -1.227


def sq_12_gd():
    found = gradient_descent(_total, -2.0, lr=1, tol=1e-9)
    return np.all(np.diff(found.losses) < 1e-12) and abs(_step(lambda b: _total(b)[0], found.params)) < 1e-8


def nl_07_total_ce():
    """What is left of the formula is n. Do n data points alone have one total? And with the logarithms?"""
    chances, i = softmax(_raw(-2.0))[0], np.arange(3)
    other = 3*softmax_cross_entropy(_raw(-2.0), observed=observed[::-1])[0]
    return np.isclose(other, _total(-2.0)[0]), np.isclose(-np.log(chances[i, observed]).sum(), _total(-2.0)[0])


def nl_07_only_setosa():
    """Which raw outputs change with the bias, and which of the predicted probabilities."""
    chances, powers = softmax(_raw(-2.0))[0], np.exp(_raw(-2 + 1e-30j))
    others = np.imag(powers / powers.sum(axis=1, keepdims=True))[:, 1:] / 1e-30
    raw_1_only = np.imag(_raw(-2 + 1e-30j)).any(axis=0).tolist() == [True, False, False]
    return not others.any(), raw_1_only and np.allclose(others, -chances[:, 1:] * chances[:, :1])

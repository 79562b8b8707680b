"""Backpropagation I: one bias of the dosage network."""
from functools import cache

import numpy as np
from claims.dosage import (
    SSR,
    b1,
    b2,
    b3,
    data,
    dose,
    doses,
    effects,
    i,
    n,
    net,
    observed,
    parameters,
    predicted,
    w1,
    w2,
    w3,
    w4,
    y1,
    y2,
    z1,
)
from sympy import Sum, diff

from nbcode.activations import softplus
from nbcode.layers import dense
from nbcode.losses import ssr
from nbcode.network import init
from nbcode.optim import gradient_descent

run, run_back = net.numpy(SSR), net.numpy(SSR, wrt=[b3])

at = {w1: 3.34, b1: -1.43, w2: -3.53, b2: 0.57, w3: -1.22, w4: -2.30}       # all but b3
doses, effects = (column.ravel() for column in (doses, effects))
eleven = np.arange(11) / 10
fine = np.linspace(0, 1, 201)


def _loss(b):
    return float(run({**at, **data, b3: b}))


def _of_b3(b):
    """The loss of b3, with the slope that the chain rule gives."""
    L, slope = run_back({**at, **data, b3: b})
    return L, lambda: (slope,)


@cache
def _descent(start=0.0):
    return gradient_descent(_of_b3, start, lr=0.1, tol=1e-4)


@cache
def _lowest_on_a_grid():
    grid = np.linspace(0, 5, 50_001)
    return grid[run({**at, **data, b3: grid[:, None]}).argmin()]


def _curves(doses):
    """What the two routes give, scaled by their last weights, and the two added with a bias of 1."""
    first, second, whole = net.numpy(w3*y1[i], w4*y2[i], predicted[i])({**at, dose: doses, b3: 1})
    return first, second, whole


def sq_04_two_ideas():
    """The slope by the chain rule, the update by descent: together they find the lowest SSR."""
    (path,) = net.prove(b3).paths(b3)
    first, second = net.factors(path)
    return (first + 2*(observed[i] - predicted[i])).expand() == 0 and second == 1 and (
        abs(_descent().params - _lowest_on_a_grid()) < 2e-4)


def sq_04_last_param_first():
    """All seven ways run through the one link before b3, whose own factor is 1: it needs nothing else."""
    ways = {p: path for p in parameters for path in net.paths(p)}
    shared = ways[b3][:2]
    return all(way[:2] == shared for way in ways.values()) and [
        p for p, way in ways.items() if len(way) == 3 and net.factors(way)[1] == 1] == [b3]


def sq_04_activation_y():
    """One height on the bend for each point of the x-axis that arrives."""
    x, y = net.numpy(z1[i], y1[i])({**at, dose: eleven})
    return y.shape == x.shape and np.allclose(y, softplus(x)[0])


def sq_04_path_curves():
    first, second, _ = _curves(fine)
    return len(net.paths(dose[i])) == 2 and np.all(np.diff(first) < 0) and np.all(np.diff(second) > 0)


def sq_04_curve_by_inputs():
    """Eleven heights joined by straight lines: nowhere far from the curve, while three are."""
    curve = _curves(fine)[2]
    by_eleven, by_three = (np.interp(fine, few, _curves(few)[2]) for few in (eleven, doses))
    return np.abs(by_eleven - curve).max() < 0.02 < 0.1 < np.abs(by_three - curve).max()


def sq_04_add_curves():
    """The added curves have the shape of the prediction, which lies higher by the same amount everywhere."""
    first, second, whole = _curves(fine)
    return np.allclose(np.diff(first + second), np.diff(whole)) and not np.allclose(np.diff(first), np.diff(whole))


def sq_04_add_final_bias():
    """With 2.61 added the curves fit the data, with 2.61 taken away they do not."""
    first, second, _ = _curves(doses)
    plus, minus = (ssr(first + second + sign*2.61, observed=effects)[0] for sign in (1, -1))
    return plus < 0.001 < 80 < minus


def sq_04_set_random_0():
    """Is 0 what draws give? Or a start like any other, to which descent does not mind?"""
    draws = np.random.default_rng(0).normal(0, 5, 10)
    ends = [_descent(float(b)).params for b in (0, *draws)]
    return 0 in draws, np.allclose(ends, ends[0], atol=2e-4)


def sq_04_loss_vs_b3():
    return [round(_loss(b), 2) for b in range(4)] == [20.42, 7.77, 1.11, 0.46]


def sq_04_gd():
    return np.round(_descent().path[:5], 2).tolist() == [0, 1.57, 2.19, 2.44, 2.54] and (
        round(float(_descent().params), 2) == 2.61)


def sq_04_dL_db3():
    product = net.local[SSR, predicted[i]] * net.local[predicted[i], b3]
    whole = diff(net.composed(), b3)
    return (whole - net.composed(Sum(product, (i, 1, n)))).doit().expand() == 0


def sq_04_dPred_db3():
    """Is the way from the prediction to b3 a chain of several links? Or one link, with slope 1?"""
    (path,) = net.paths(b3)
    links = len(path[path.index(predicted[i]):]) - 1
    return links > 1, links == 1 and diff(net.steps[predicted[i]], b3) == 1


def nl_02_two_steps():
    """The seven slopes of the chain rule, plugged into one step of descent: the loss falls."""
    start = {**at, b3: 0}
    L, *slopes = net.numpy(SSR, wrt=parameters)({**start, **data})
    after = {p: start[p] - 0.001*slope for p, slope in zip(parameters, slopes, strict=True)}
    return all(net.prove(p) for p in parameters) and run({**after, **data}) < L


def nl_02_init_zero():
    """As initial parameters are made in this book: a bias is 0, and descent may start there."""
    bias = init({"w3": (2, 1), "b3": (1,)}, np.random.default_rng(0))["b3"]
    return bias.tolist() == [0] and abs(_descent(0.0).params - _lowest_on_a_grid()) < 2e-4


def nl_02_ssr_fit():
    """0 where the squiggle meets the data, and more the further it is moved away from them."""
    apart = [ssr(effects + d, observed=effects)[0] for d in (0, 0.1, -0.2, 0.5, -1)]
    return apart[0] == 0 and apart == sorted(apart) and np.isclose(apart[-1], 3) and round(_loss(0), 1) == 20.4


def nl_02_optimum_min_ssr():
    optimum = _lowest_on_a_grid()
    beside = [_loss(optimum + d) for d in (-0.1, 0.1)]
    return abs(_descent().params - optimum) < 2e-4 and _loss(optimum) < min(beside)


def nl_02_quickly():
    """Slopes that descent asks for, against losses that a grid as fine as its last step asks for."""
    grid = np.arange(0, 3 + 1e-9, 1e-4)
    return len(_descent().losses) == 12 and len(grid) == 30_001


def bt_06_prior_nodes():
    above = {dose[i], observed[i], *parameters}
    for step, uses in net.uses.items():
        if not set(uses) <= above:
            return False
        above.add(step)
    z, _ = dense(doses[:, None], [[3.34, -3.53]], [-1.43, 0.57])
    out, _ = dense(softplus(z)[0], [[-1.22], [-2.30]], [0.0])
    return np.allclose(out.ravel(), net.numpy(predicted[i])({**at, dose: doses, b3: 0}))

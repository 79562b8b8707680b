"""Backpropagation III: all seven parameters of the dosage network."""
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
    z2,
)
from sympy import Mul, Sum, diff, exp, log, symbols, tanh

from nbcode.activations import sigmoid, softplus
from nbcode.activations import tanh as tanh_layer
from nbcode.chain import Chain
from nbcode.check import check
from nbcode.layers import dense
from nbcode.losses import ssr
from nbcode.network import compose, init, normal
from nbcode.optim import Diverged, gradient_descent

z, x, t = symbols("z x t", real=True)
run, run_back, predict = net.numpy(SSR), net.numpy(SSR, wrt=parameters), net.numpy(predicted[i])

begin = {w1: 2.74, b1: 0.0, w2: -1.13, b2: 0.0, w3: 0.36, w4: 0.63, b3: 0.0}
(way,) = net.paths(w1)
layers = compose((dense, "W", "b"), softplus, (dense, "V", "c"))            # the same network with nbcode


def _loss(at):
    L, *slopes = run_back({**at, **data})
    return L, lambda: (dict(zip(parameters, slopes, strict=True)),)


def _arrays(at):
    """The seven numbers as the arrays of `layers`."""
    return {"W": np.array([[at[w1], at[w2]]]), "b": np.array([at[b1], at[b2]]),
            "V": np.array([[at[w3]], [at[w4]]]), "c": np.array([at[b3]])}


def _moved(at, amount):
    """The parameters, moved along the gradient."""
    slopes, = _loss(at)[1]()
    return {p: at[p] + amount*slopes[p] for p in parameters}


@cache
def _descent(lr=0.1, tol=1e-6):
    return gradient_descent(_loss, begin, lr=lr, tol=tol)


def _stepped(at, p):
    """The slope by p from the loss alone, by an imaginary step."""
    return run({**at, **data, p: at[p] + 1e-30j}).imag / 1e-30


def sq_06_chain_w1():
    four = [diff(net.steps[step], arg) for step, arg in zip(way[1:], way[2:], strict=False)]
    product = Sum(-2*(observed[i] - predicted[i])*Mul(*four), (i, 1, n))
    return len(four) == 3 and np.isclose(net.numpy(product)({**begin, **data}), _stepped(begin, w1), rtol=1e-12)


def sq_06_pred_annotation():
    """y3 would be a third unit, which the network does not have: read as y1, the weight w2 is still another."""
    out = layers(doses, _arrays(begin))[0].ravel()
    as_written = net.numpy(y1[i]*w3 + y2[i]*w2 + b3)({**begin, **data})
    corrected = net.numpy(y1[i]*w3 + y2[i]*w4 + b3)({**begin, **data})
    return np.allclose(as_written, out), np.allclose(corrected, out)


def sq_06_softplus():
    bend, grid = log(1 + exp(z)), np.linspace(-5, 5, 11)
    values, back = softplus(grid)
    return np.allclose(values, [float(bend.subs(z, g)) for g in grid]) and np.allclose(
        back(np.ones(11))[0], [float(diff(bend, z).subs(z, g)) for g in grid])


def sq_06_x1():
    by_nbcode, _ = dense(doses, [[2.74]], [0.5])
    return np.allclose(by_nbcode.ravel(), data[dose]*2.74 + 0.5) and np.allclose(
        by_nbcode.ravel(), net.numpy(z1[i])({**begin, b1: 0.5, **data}))


def sq_06_follow_back():
    """From the loss each factor leads to an earlier step, and the last one to the parameter."""
    order = [*parameters, *net.steps]
    places = [order.index(name) for name in way[:-1]]
    return places == sorted(places, reverse=True) and way == (SSR, predicted[i], y1[i], z1[i], w1)


def sq_06_same_structure():
    """One product of factors, in a network where one unit feeds two; and how many factors a layer adds."""
    names = s1, s2, s3, h1, h2, h3, p, J = symbols("s1:4 h1:4 p J", real=True)
    u1, u2, u3, u4, u5 = symbols("u1:6", real=True)
    first, last = {s1: u1*x, h1: tanh(s1), s2: u2*h1, h2: tanh(s2)}, {J: (t - p)**2}
    deep = Chain({**first, p: u4*h2, **last})
    forked = Chain({**first, s3: u3*h1, h3: tanh(s3), p: u4*h2 + u5*h3, **last})
    assert {*forked.steps} == {*names}
    products = [Mul(*forked.factors(path)) for path in forked.paths(u1)]
    (deep_way,) = deep.paths(u1)
    more = deep.factors(deep_way)[2:4]
    whole = forked.prove(u1).gradient(u1)
    return any((whole - product).expand() == 0 for product in products), (
        (whole - sum(products)).expand() == 0 and more == [1 - tanh(s2)**2, u2])


def sq_06_easily_coded():
    """One short loop walks back through ten networks of random depth and width."""
    def network(rows, *weights):
        values, backs = rows, []
        for W, b in zip(weights[::2], weights[1::2], strict=True):
            for layer in ((dense, W, b), (softplus,)):
                values, back = layer[0](values, *layer[1:])
                backs.append(back)

        def walk_back(arriving):
            slopes = []
            for back in reversed(backs):
                arriving, *own = back(arriving)
                slopes = [*own, *slopes]
            return arriving, *slopes
        return values, walk_back

    rng = np.random.default_rng(8)
    for _ in range(10):
        sizes = rng.integers(1, 6, size=rng.integers(2, 6))
        shapes = [shape for a, c in zip(sizes, sizes[1:], strict=False) for shape in ((a, c), c)]
        if check(network, *(rng.normal(size=shape) for shape in ((4, sizes[0]), *shapes))) > 1e-10:
            return False
    return True


def sq_06_one_function():
    """The factors plugged together are a function of the data and the seven parameters, and of nothing else."""
    whole = net.composed(net.gradient(w1))
    elsewhere = {w1: -0.7, b1: 1.2, w2: 2.1, b2: -0.4, w3: -1.5, w4: 0.9, b3: 0.25}
    return whole.function.free_symbols >= {*parameters} and all(
        np.isclose(net.numpy(whole)({**at, **data}), _stepped(at, w1), rtol=1e-12) for at in (begin, elsewhere))


def sq_06_b1():
    (other,) = net.prove(b1).paths(b1)
    return net.factors(way)[:-1] == net.factors(other)[:-1] and net.factors(other)[-1] == 1 != net.factors(way)[-1]


def sq_06_w2_b2():
    other = {w3: w4, y1[i]: y2[i], z1[i]: z2[i]}
    return all(net.prove(lower).gradient(lower) == net.gradient(upper).xreplace(other)
               for upper, lower in ((w1, w2), (b1, b2)))


def sq_06_optimise_all():
    """All seven in every step: the loss vanishes, and none of the seven has stayed where it was."""
    found = _descent()
    return found.losses[-1] < 1e-6 and all(abs(found.params[p] - begin[p]) > 0.1 for p in parameters)


def sq_06_init_weights():
    """Normal draws let the two units part. Equal weights never do."""
    weights = init({"W": (1, 2), "V": (2, 1)}, np.random.default_rng(0), weights=normal)
    (first, second), (third, fourth) = weights["W"][0], weights["V"][:, 0]

    def apart(at):
        end = gradient_descent(_loss, {**begin, **at}, lr=0.05, tol=0, max_steps=300).params
        return abs(end[w1] - end[w2]) > 0.1, end[w1] == end[w2] and end[w3] == end[w4]
    return apart({w1: first, w2: second, w3: third, w4: fourth}) == (True, False) and (
        apart({w1: 2.74, w2: 2.74, w3: 0.36, w4: 0.36}) == (False, True))


def sq_06_init_bias():
    """With drawn weights and all biases at 0, descent arrives."""
    biases = init({"b": (2,), "c": (1,)}, np.random.default_rng(0))
    return all(np.array_equal(biases[name], _arrays(begin)[name]) for name in "bc") and (
        _descent().losses[-1] < 1e-6)


def sq_06_plug():
    """The sum over three data points, expanded, with the predictions that the network gives."""
    predictions, (x1, w3_now) = predict({**begin, **data}), (net.numpy(z1[i])({**begin, **data}), begin[w3])
    terms = [-2*(o - p) * w3_now * np.exp(at)/(1 + np.exp(at)) * d
             for o, p, at, d in zip(data[observed], predictions, x1, data[dose], strict=True)]
    return len(terms) == 3 and np.isclose(sum(terms), _stepped(begin, w1), rtol=1e-12)


def sq_06_step_size():
    first, second = _descent().path[:2]
    slopes, = _loss(begin)[1]()
    return all(np.isclose(first[p] - second[p], slopes[p] * 0.1) for p in parameters)


def sq_06_new_minus_step():
    """With minus it arrives; new = old + step is a walk with the opposite learning rate, and runs away."""
    try:
        gradient_descent(_loss, begin, lr=-0.1)
    except Diverged:
        return _descent().losses[-1] < 1e-6
    return False


def sq_06_optimise_count():
    named = {"w1", "w2", "w3", "w4", "b1", "b2", "b3"}
    counted = sum(array.size for array in _arrays(begin).values())
    return {str(p) for p in net.inputs if not p.has(i)} == named and len(named) == counted == 7


def sq_06_stop_alpha():
    """When the rule says stop, are all steps small? Signed, for any one of them; and in size, for all seven."""
    path = gradient_descent(_loss, begin, lr=0.01, tol=0, max_steps=100).path
    steps = -np.diff([[at[p] for p in parameters] for at in path], axis=0)
    signed = steps[np.argmax((steps < 0.001).any(axis=1))]
    sized = steps[np.argmax((abs(steps) < 0.001).all(axis=1))]
    assert np.argmax((abs(steps) < 0.001).all(axis=1)) == 15
    return abs(signed).max() < 0.001, abs(sized).max() < 0.001


def in_11_train_loop():
    """Forty times: inputs in, output, loss, adjust. It falls every time."""
    at, losses = dict(begin), []
    for _ in range(40):
        losses.append(_loss(at)[0])
        at = _moved(at, -0.01)
    return np.all(np.diff(losses) < 0)


def in_11_single_adjustment():
    """One walk back, by nbcode, gives one adjustment of all seven, and the loss falls from 1.90 to 1.32."""
    params = _arrays(begin)
    out, back = layers(doses, params)
    L, back_ssr = ssr(out, observed=effects)
    _, slopes = back(*back_ssr())
    adjusted = {name: params[name] - 0.01*slopes[name] for name in params}
    return round(L, 2) == 1.90 and round(ssr(layers(doses, adjusted)[0], observed=effects)[0], 2) == 1.32


def in_12_F():
    """For given weights every X has one Y, and every weight has a say in it."""
    rates = [predict({**begin, **data, p: begin[p] + 1e-30j}).imag / 1e-30 for p in parameters]
    inputs = {str(name) for name in Chain(net.steps).inputs if name.has(i)} - {"observed[i]"}
    same = [layers(doses, _arrays(begin))[0].tolist() for _ in range(2)]
    return inputs == {"dose[i]"} and same[0] == same[1] and all(np.abs(rate).max() > 0.01 for rate in rates)


def in_12_J():
    """The loss sees the weights through F(x) alone: with the two units exchanged it is the same."""
    exchanged = {w1: begin[w2], w2: begin[w1], b1: begin[b2], b2: begin[b1], w3: begin[w4], w4: begin[w3], b3: 0.0}
    return net.uses[SSR] == [observed[i], predicted[i]] and np.isclose(_loss(exchanged)[0], _loss(begin)[0])


def in_12_dJdWk():
    """Move every weight in the direction of its slope, or in the opposite one: does the loss fall?"""
    along, here, against = (_loss(_moved(begin, amount))[0] for amount in (0.01, 0, -0.01))
    return along < here, against < here


def in_13_nice():
    """The slope of each bend from a curve that one has already: its own value, or the sigmoid's."""
    grid = np.linspace(-6, 6, 25)
    (s, s_back), (a, a_back), (_, soft_back) = (f(grid) for f in (sigmoid, tanh_layer, softplus))
    slopes = [back(np.ones(25))[0] for back in (s_back, a_back, soft_back)]
    return np.allclose(slopes, [s*(1 - s), 1 - a**2, s]) and np.max(slopes) <= 1

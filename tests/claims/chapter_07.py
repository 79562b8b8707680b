"""Backpropagation II: the last three parameters of the dosage network."""
from functools import cache

import numpy as np
from claims.dosage import (
    SSR,
    b1,
    b2,
    b3,
    dose,
    doses,
    effects,
    i,
    n,
    net,
    observed,
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
from nbcode.chain import Chain
from nbcode.layers import dense
from nbcode.optim import Diverged, gradient_descent

head = Chain({step: net.steps[step] for step in (predicted[i], SSR)})       # y1 and y2 are data for it
run, run_back, predict = net.numpy(SSR), net.numpy(SSR, wrt=[w3, w4, b3]), net.numpy(predicted[i])
three = w3, w4, b3

doses, effects = (column.ravel() for column in (doses, effects))
known = {w1: 3.34, b1: -1.43, w2: -3.53, b2: 0.57, dose: doses, observed: effects}
begin = {w3: 0.36, w4: 0.63, b3: 0.0}
before_bends, _ = dense(doses[:, None], [[3.34, -3.53]], [-1.43, 0.57])
after_bends, _ = softplus(before_bends)


def _loss(at):
    L, *slopes = run_back({**known, **at})
    return L, lambda: (dict(zip(three, slopes, strict=True)),)


@cache
def _best():
    return np.linalg.lstsq(np.column_stack([after_bends, np.ones(3)]), effects, rcond=None)[0]


@cache
def _descent(tol=1e-4):
    return gradient_descent(_loss, begin, lr=0.1, tol=tol, max_steps=5000)


rng = np.random.default_rng(0)
starts = {"some weights": [(*rng.uniform(-3, 3, 2), 0) for _ in range(5)],
          "normal weights": [(*rng.standard_normal(2), 0) for _ in range(5)],
          "some biases": [(0.36, 0.63, b) for b in (0, -3, 5)]}


@cache
def _ends():
    """Where descents from all starts are after 1000 steps, as one array for each kind of start."""
    at = {p: np.array(column)[:, None] for p, column in
          zip(three, zip(*sum(starts.values(), []), strict=True), strict=True)}
    for _ in range(1000):
        _, *slopes = run_back({**known, **at})
        at = {p: at[p] - 0.13*slope[:, None] for p, slope in zip(three, slopes, strict=True)}
    ends = np.hstack(list(at.values()))
    return dict(zip(starts, np.split(ends, np.cumsum([len(part) for part in starts.values()])[:-1]), strict=True))


def _numbers(at, digits):
    return [round(float(number), digits) for number in at.values()]


def _same_as_diff(p):
    """The two factors multiplied and added over the data, against the derivative of the whole loss."""
    product = Sum(diff(net.steps[predicted[i]], p) * -2*(observed[i] - predicted[i]), (i, 1, n))
    at = {w3: 0.4, w4: -0.7, b3: 0.2}
    stepped = run({**known, **at, p: at[p] + 1e-30j}).imag / 1e-30
    return np.isclose(net.numpy(product)({**known, **at}), stepped, rtol=1e-12)


def sq_05_all_at_once():
    """One step of all three, on slopes taken before any of them has moved."""
    slopes, = _loss(begin)[1]()
    after = {p: begin[p] - 0.1*slope for p, slope in slopes.items()}
    one_by_one = dict(begin)
    for p in three:
        one_by_one[p] -= 0.1*_loss(one_by_one)[1]()[0][p]
    return _numbers(after, 3) == [0.102, 0.504, -0.190] != _numbers(one_by_one, 3) and (
        _numbers(_descent().path[1], 9) == _numbers(after, 9))


def sq_05_random_w():
    return np.allclose(_ends()["some weights"], _best(), atol=1e-4)


def sq_05_init_b3_0():
    """From 0 descent arrives, and from other biases nowhere else."""
    return np.allclose(_ends()["some biases"], _best(), atol=1e-4)


def sq_05_run_network():
    at = {**known, **begin}
    return np.round(predict(at), 2).tolist() == [0.72, 0.46, 0.77] and round(float(run(at)), 3) == 1.398


def sq_05_b3_same():
    """The slope by b3 with w3 and w4 known, as in chapter 6, and with both unknown: one formula."""
    one_unknown = Chain({step: expr.subs({w3: -1.22, w4: -2.30}) for step, expr in net.steps.items()})
    return one_unknown.gradient(b3) == net.gradient(b3)


def sq_05_pred():
    """The note's sum, with what nbcode's network gives; and the loss reaches w3 and w4 through it alone."""
    V, c = np.array([[0.36], [0.63]]), np.array([0.1])
    by_sum = after_bends[:, 0]*0.36 + after_bends[:, 1]*0.63 + 0.1
    ways = [path for p in (w3, w4) for path in net.paths(p)]
    return np.allclose(dense(after_bends, V, c)[0].ravel(), by_sum) and ways == [
        (SSR, predicted[i], p) for p in (w3, w4)]


def sq_05_chain_w3():
    return _same_as_diff(w3)


def sq_05_easy_derivative():
    return diff(net.steps[predicted[i]], w3) == y1[i]


def sq_05_chain_w4():
    return _same_as_diff(w4)


def sq_05_shared_calc():
    shared = 2*(predicted[i] - observed[i])
    own = [(net.gradient(p).function / shared).simplify() for p in three]
    return own == [y1[i], y2[i], 1]


def sq_05_three_derivs():
    L, back = _loss(begin)
    slopes, = back()
    lower = run({**known, **{p: begin[p] - 0.01*slope for p, slope in slopes.items()}})
    return _numbers(slopes, 3) == [2.576, 1.257, 1.900] and lower < L


def sq_05_dSSR_dw3():
    as_written = Sum(-2*(observed[i] - predicted[i])*y1[i], (i, 1, n))
    return (as_written - net.prove(w3).gradient(w3)).expand() == 0


def sq_05_slope_to_step():
    first, second = _descent().path[:2]
    return _numbers({p: first[p] - second[p] for p in three}, 3) == [0.258, 0.126, 0.190]


def sq_05_repeat_gd():
    return _numbers(_descent(1e-9).params, 2) == [-1.22, -2.30, 2.61]


def nl_02_standard_normal():
    """Draws of w3 and w4 like the notes' own: ordinary ones, and descent arrives from each."""
    draws = rng.standard_normal((1000, 2))
    further_out = (np.abs(draws) > 0.63).mean()
    return further_out > 0.5 and np.allclose(_ends()["normal weights"], _best(), atol=1e-4)


def nl_02_optimize_b3():
    """With w3 and w4 held where they are, far from optimal: the loss falls to the least it can be there."""
    def of_b3(b):
        L, back = _loss({**begin, b3: b})
        return L, lambda: (back()[0][b3],)
    found = gradient_descent(of_b3, 0.0, lr=0.1)
    grid = np.linspace(-2, 2, 4001)
    least = run({**known, **begin, b3: grid[:, None]}).min()
    return np.isclose(of_b3(found.params)[0], least, atol=1e-6) and round(float(found.params), 2) == -0.32


def nl_02_db3_independent():
    """Does the slope by b3 change with w3? Its form does not."""
    mixed = diff(head.composed(head.gradient(b3)), w3)
    its_names = net.gradient(b3).function.free_symbols
    return mixed == 0, mixed == Sum(2*y1[i], (i, 1, n)) and not {w3, w4} & its_names


def nl_02_y1i():
    y = net.numpy(y1[i])({**known, **begin})
    return np.allclose(y, softplus(before_bends)[0][:, 0]) and np.round(y, 2).tolist() == [0.21, 0.82, 2.05]


def nl_02_x1i():
    x = net.numpy(z1[i])({**known, **begin})
    return np.allclose(x, before_bends[:, 0]) and np.round(x, 2).tolist() == [-1.43, 0.24, 1.91]


def nl_02_step_size():
    path = _descent().path
    return all(np.isclose(path[k][p] - path[k + 1][p], _loss(path[k])[1]()[0][p] * 0.1)
               for k in (0, 1, 50) for p in three)


def nl_02_new_minus_step():
    """With minus it arrives; new = old + step is a walk with the opposite learning rate, and runs away."""
    try:
        gradient_descent(_loss, begin, lr=-0.1)
    except Diverged:
        return np.allclose(list(_descent(1e-9).params.values()), _best(), atol=1e-6)
    return False


def nl_02_stop_criteria():
    """A limit of 100 steps, a gain below 0.0001, steps below 0.0001: each of them ends the descent."""
    small_steps = _descent()
    gains = -np.diff(small_steps.losses)
    limited = gradient_descent(_loss, begin, lr=0.1, tol=1e-4, max_steps=100)
    return len(limited.losses) == 100 < 1 + np.argmax(gains < 1e-4) < len(small_steps.losses) == 517

"""Gradient descent."""
from functools import cache

import numpy as np
from sympy import Abs, IndexedBase, Rational, Sum, cos, diff, exp, limit, sin, solve, symbols

from nbcode.chain import Chain
from nbcode.data import heights
from nbcode.layers import dense
from nbcode.losses import ssr
from nbcode.optim import Diverged, gradient_descent

intercept, slope, SSR, t, w = symbols("intercept slope SSR t w", real=True)
weight, observed, predicted, residual = (
    IndexedBase(name, real=True) for name in ("weight", "observed", "predicted", "residual"))
i, n = symbols("i n", integer=True, positive=True)
line = Chain({predicted[i]: intercept + slope*weight[i], residual[i]: observed[i] - predicted[i],
              SSR: Sum(residual[i]**2, (i, 1, n))})

weights, actual = heights()
exactly = {base: [Rational(str(value)) for value in column] for base, column in
           zip((weight, observed), heights(), strict=True)}
L2 = line.with_data(exactly).composed()                 # the loss of intercept and slope
L1 = L2.subs(slope, Rational("0.64"))                   # of the intercept alone
tilt = diff(L1, intercept)
best, = solve(tilt, intercept)
start = {intercept: 0, slope: 1}
gradient = [diff(L2, p) for p in start]


def _line_loss(p):
    """The same loss with nbcode: p is intercept and slope."""
    estimate, back_line = dense(weights[:, None], p[1:, None], p[:1])
    L, back_loss = ssr(estimate, observed=actual[:, None])

    def back():
        _, dslope, dintercept = back_line(*back_loss())
        return np.concatenate([dintercept, dslope.ravel()]),
    return L, back


def _intercept_loss(b):
    L, back = _line_loss(np.array([b, 0.64]))
    return L, lambda: (back()[0][0],)


@cache
def _least_squares():
    return np.linalg.lstsq(np.column_stack([np.ones(3), weights]), actual, rcond=None)[0]


@cache
def _descent():
    return gradient_descent(_line_loss, np.array([0.0, 1.0]), lr=0.01, tol=1e-9, max_steps=5000)


def _rate(f, p, u):
    """How fast f changes at the point p, a dict, in the direction u."""
    moved = {q: p[q] + t*d for q, d in zip(p, u, strict=True)}
    return diff(f.subs(moved, simultaneous=True), t).subs(t, 0)


def _stops(rule, lr=0.1, most=1000):
    """The number of the step at which a walk from intercept 0 stops; None if it never does."""
    path = gradient_descent(_intercept_loss, 0.0, lr=lr, tol=0, max_steps=most).path
    return next((k for k, step in enumerate(-np.diff(path), 1) if rule(step)), None)


def sq_03_pred_line():
    b, s = 0.3, 0.7
    return np.allclose(dense(weights[:, None], [[s]], [b])[0].ravel(), b + s*weights)


def sq_03_start_slope():
    """Whichever slope is picked first, is the best intercept the same?"""
    lowest = {s: float(solve(diff(L2.subs(slope, s), intercept), intercept)[0]) for s in (0.64, 1)}
    by_formula = {s: np.mean(actual) - s*np.mean(weights) for s in lowest}
    of_least_squares = round(_least_squares()[1], 2)
    return lowest[0.64] == lowest[1], np.allclose(*map(list, (lowest.values(), by_formula.values()))) and (
        of_least_squares == 0.64)


def sq_03_random_intercept():
    guesses = np.random.default_rng(0).uniform(-50, 50, 20)
    ends = [gradient_descent(_intercept_loss, guess, lr=0.1, tol=1e-9).params for guess in guesses]
    return np.allclose(ends, float(best), atol=1e-6)


def sq_03_residual():
    """A residual is what is missing: the estimate plus the residual is the actual value."""
    estimate = weights * 0.64
    loss_gains, = ssr(estimate, observed=actual)[1]()
    return np.allclose(loss_gains, -2*(actual - estimate)) and not np.allclose(loss_gains, -2*(estimate - actual))


def sq_03_ssr():
    by_hand = ((actual - 0.64*weights)**2).sum()
    return np.isclose(_intercept_loss(0.0)[0], by_hand) and round(by_hand, 3) == 3.156


def sq_03_loss_curve_minimum():
    return diff(L1, intercept, 2) > 0 and len(solve(tilt, intercept)) == 1 and round(float(best), 4) == 0.9507


def sq_03_dSSR_dint():
    """With d/dint struck out, what is left is the SSR itself."""
    formula = sum(-2*(h - (intercept + Rational("0.64")*x)) for x, h in zip(*exactly.values(), strict=True))
    return (L1 - tilt).expand() == 0, (formula - tilt).expand() == 0


def sq_03_ssr_term():
    """With the prediction of the first person in the bracket, and with the weight."""
    squared = [(h - (intercept + Rational("0.64")*x))**2 for x, h in zip(*exactly.values(), strict=True)]
    pred = intercept + Rational("0.64") * exactly[weight][0]
    with_pred = (Rational("1.4") - (intercept + Rational("0.64")*pred))**2
    corrected = [(Rational(h) - (intercept + Rational("0.64")*Rational(x)))**2
                 for h, x in (("1.4", "0.5"), ("1.9", "2.3"), ("3.2", "2.9"))]
    return (with_pred - squared[0]).expand() == 0, (sum(corrected) - L1).expand() == 0


def sq_03_chain_rule_used():
    (path,) = line.prove(intercept).paths(intercept)
    return line.factors(path) == [2*residual[i], -1, 1]


def sq_03_derivative_finds_optimum():
    found = gradient_descent(_intercept_loss, 0.0, lr=0.1, tol=1e-9).params
    return np.isclose(found, float(best), atol=1e-8) and tilt.subs(intercept, best) == 0


def sq_03_slope_at_point():
    plugged_in = tilt.subs(intercept, 0)
    of_the_curve = limit((L1.subs(intercept, t) - L1.subs(intercept, 0)) / t, t, 0)
    return plugged_in == of_the_curve and round(float(plugged_in), 1) == -5.7


def sq_03_slope_small_at_optimum():
    return limit(tilt, intercept, best) == 0 and all(
        abs(tilt.subs(intercept, best + d)) < Rational(1, 10) for d in (Rational(-1, 100), Rational(1, 100)))


def sq_03_steeper_further():
    """For any loss, and for this one. The goal of the other loss lies at w = oo, so -6 is further than -2."""
    plateau = diff((1/(1 + exp(-w)) - 1)**2, w)
    any_loss = bool(abs(plateau.subs(w, -6)) > abs(plateau.subs(w, -2)))
    return any_loss, (Abs(tilt) - 6*Abs(intercept - best)).simplify() == 0


def sq_03_learning_rate():
    at_0 = round(float(tilt.subs(intercept, 0)), 1)
    return at_0 == 5.7, at_0 == -5.7


def sq_03_step_size():
    step = Rational("0.1") * tilt.subs(intercept, 0)
    return Rational("-5.7") * Rational("0.1") == Rational("-0.57") and round(float(step), 2) == -0.57


def sq_03_new_intercept():
    first_two = gradient_descent(_intercept_loss, 0.0, lr=0.1, max_steps=1).path
    loss_before, loss_after = (L1.subs(intercept, b) for b in first_two)
    return np.round(first_two, 2).tolist() == [0, 0.57] and loss_after < loss_before


def sq_03_iterate():
    way = gradient_descent(_intercept_loss, 0.0, lr=0.1, max_steps=6).path
    return np.round(way, 2).tolist() == [0, 0.57, 0.80, 0.89, 0.93, 0.94, 0.95]


def sq_03_stop():
    """Equal to 0.0001, and signed at most 0.0001, against the size of the step, or a number of steps."""
    equal, signed = _stops(lambda step: step == 0.0001), _stops(lambda step: step <= 0.0001)
    assert signed == 1, "a step of -0.57 is below 0.0001 already"
    restless = _stops(lambda step: abs(step) <= 1e-4, lr=0.4, most=50)
    return equal is not None, _stops(lambda step: abs(step) <= 1e-4) == 11 and restless is None


def sq_03_two_derivatives():
    with_one, = solve(gradient[0].subs(slope, 1), intercept)
    least = _line_loss(_least_squares())[0]
    return np.isclose(_line_loss(_descent().params)[0], least) and L2.subs({intercept: with_one, slope: 1}) > least


def sq_03_gradient_def():
    """Do two derivatives give the rate along a direction, for a function of three parameters?"""
    p, u = symbols("p1:4"), symbols("u1:4")
    f = p[0]**2 + p[0]*p[1] + p[1]*p[2]**2
    rate = _rate(f, {q: q for q in p}, u)
    products = [diff(f, q)*d for q, d in zip(p, u, strict=True)]
    return (rate - sum(products[:2])).expand() == 0, (rate - sum(products)).expand() == 0


def sq_03_gradient_name():
    found = _descent()
    return np.all(np.diff(found.losses) < 1e-12) and np.allclose(found.params, _least_squares(), atol=1e-6)


def sq_03_random_start_pair():
    """The two slopes of the loss at an intercept of 0 alone, and at (0, 1)."""
    without = [g.subs(intercept, 0) for g in gradient]
    return all(g.is_number for g in without), [float(g.subs(start)) for g in gradient] == [-1.6, -0.8]


def sq_03_plug_two():
    plugged_in = [float(g.subs(start)) for g in gradient]
    stepped = [_line_loss(np.array([0, 1]) + 1e-30j*e)[0].imag / 1e-30 for e in np.eye(2)]
    return np.allclose(plugged_in, stepped, rtol=1e-12) and np.allclose(plugged_in, [-1.6, -0.8])


def sq_03_two_steps():
    before, after = _descent().path[:2]
    step, (both,) = before - after, _line_loss(before)[1]()
    return any(np.allclose(step, [0.01*one, 0.01*one]) for one in both), np.allclose(step, 0.01*both)


def sq_03_slope_size():
    """Take the slopes themselves away, or the steps."""
    p = np.array([0.0, 1.0])
    L, back = _line_loss(p)
    slopes, = back()
    return _line_loss(p - slopes)[0] < L, _line_loss(p - 0.01*slopes)[0] < L


def sq_03_repeat_small():
    steps = np.abs(np.diff(_descent().path, axis=0)).max(axis=1)
    return steps[0] > 0.01 and steps[-1] < 1e-9 and np.allclose(_descent().params, _least_squares(), atol=1e-6)


def sq_03_prep_function():
    """Which has a lowest point to descend to: a prediction, or the loss?"""
    prediction = intercept + slope*t
    return bool(solve(diff(prediction, intercept), intercept)), bool(solve(tilt, intercept))


def sq_03_new_P():
    p = np.random.default_rng(1).normal(size=2)
    for _ in range(3000):
        slopes, = _line_loss(p)[1]()
        step_sizes = 0.01*slopes
        p = p - step_sizes
    return np.allclose(p, _least_squares(), atol=1e-6)


def sq_03_repeat_5_5():
    """Step 5 alone, with one step size for ever, or steps 3 to 5."""
    old = np.array([0.0, 1.0])
    step_sizes = 0.01*_line_loss(old)[1]()[0]
    update_alone = [old - k*step_sizes for k in range(1, 1000)]
    arrives = [np.abs(p - _least_squares()).max() < 1e-3 for p in (*update_alone, _descent().params)]
    return any(arrives[:-1]), arrives[-1]


def nl_02_new_plus_step():
    def after_six_steps(sign):
        b = 0.0
        for _ in range(6):
            b += sign * 0.1*_intercept_loss(b)[1]()[0]
        return _intercept_loss(b)[0]
    at_0 = _intercept_loss(0.0)[0]
    assert round(after_six_steps(+1)) == 764
    return after_six_steps(+1) < at_0, after_six_steps(-1) < at_0


def bb_04_steepest_descent():
    """Of 5000 directions, the one in which the loss falls fastest: the gradient's, or its opposite?"""
    p, (g,) = np.array([0.0, 1.0]), _line_loss(np.array([0.0, 1.0]))[1]()
    angles = np.random.default_rng(5).uniform(0, 2*np.pi, 5000)
    arrows = np.column_stack([np.cos(angles), np.sin(angles)])
    rises = [_line_loss(p + 1e-6*arrow)[0] - _line_loss(p)[0] for arrow in arrows]
    steepest_descent, unit = arrows[np.argmin(rises)], g / np.linalg.norm(g)
    return steepest_descent @ unit > 0.999, steepest_descent @ -unit > 0.999


def bb_05_algorithm():
    p, costs = np.array([0.0, 1.0]), []
    for _ in range(100):
        C, back = _line_loss(p)
        costs.append(C)
        p = p - 0.001*back()[0]
    return np.all(np.diff(costs) < 0)


def bb_05_vector():
    """Four weights: minus the gradient has four entries, each the rate of the cost by one weight, reversed."""
    rng = np.random.default_rng(0)
    x, target, W = rng.normal(size=(5, 4)), rng.normal(size=(5, 1)), rng.normal(size=(4, 1))

    def cost(W):
        return ssr(dense(x, W, np.zeros(1))[0], observed=target)
    out, back = dense(x, W, np.zeros(1))
    y = -back(*cost(W)[1]())[1]
    stepped = [-cost(W + 1e-30j*e[:, None])[0].imag / 1e-30 for e in np.eye(4)]
    return y.shape == W.shape == (4, 1) and np.allclose(y.ravel(), stepped)


def bb_05_minus():
    """How fast the loss changes along the gradient, and along minus the gradient."""
    g = [x.subs(start) for x in gradient]
    along, against = _rate(L2, start, g), _rate(L2, start, [-d for d in g])
    return along > 0 and against == -along


def bb_05_update_no_lr():
    """One step on C = 4 w^2: does it come closer to the lowest point, at 0?"""
    C = 4*w**2
    without, with_rate = w - diff(C, w), w - Rational(1, 10)*diff(C, w)
    return abs(without.subs(w, 1)) < 1, abs(with_rate.subs(w, 1)) < 1


def bt_06_gradient():
    """In one dimension the derivative; in two, the rate in every direction at once."""
    angle = symbols("angle", real=True)
    u = [cos(angle), sin(angle)]
    rate = _rate(L2, {q: q for q in start}, u)
    in_one = (rate.subs(angle, 0) - diff(L2, intercept)).expand() == 0
    return in_one and (rate - sum(g*d for g, d in zip(gradient, u, strict=True))).expand() == 0


def in_11_gd_steps():
    """All five, with a step in the opposite direction; the same with a step along the gradient runs away."""
    try:
        gradient_descent(_line_loss, np.array([0.0, 1.0]), lr=-0.01, tol=0)
    except Diverged:
        return np.allclose(_descent().params, _least_squares(), atol=1e-6)
    return False

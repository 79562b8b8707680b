"""Gradient descent and its relatives: step = lr * slope, new = old - step.

A rule turns the slope of one parameter, and what it remembers of earlier ones, into a step: sgd, momentum, adam.
"""

from typing import NamedTuple

import numpy as np

HUGE = 1e50  # beyond this a loss or a step is called divergence, long before the numbers overflow


class Diverged(ArithmeticError):
    """The loss or a step grew without bound, or became NaN."""


class Descent(NamedTuple):
    """Where a descent ended, and how it came there: one loss and one set of parameters per step taken."""

    params: object
    losses: list
    path: list
    reason: str


def gradient_descent(loss, params, *, lr=0.1, tol=1e-4, max_steps=1000):
    """Repeat new = old - lr * slope until every |step| is below tol, or max_steps steps are taken.

    loss(params) -> L, back, and back() -> (dparams,); params is a number, an array, or a dict of them.
    Diverged names the step at which the loss or a step has grown without bound.
    """
    losses, path, reason = [], [params], f"{max_steps} steps were taken"
    for n in range(1, max_steps + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            L, back = loss(params)
            (slopes,) = back()
            steps = each(lambda slope: lr * np.asarray(slope), slopes)
        guard(L, steps, f"step {n}")
        params = each(lambda p, step: p - step, params, steps)
        losses.append(L)
        path.append(params)
        if largest(steps) < tol:
            reason = f"every step is below {tol:g} after {n} steps"
            break
    return Descent(params, losses, path, reason)


def sgd(lr=0.1):
    """step = lr slope."""
    return lambda slope: (lr * slope, ())


def momentum(lr=0.01, beta=0.9):
    """v = beta v + slope,  step = lr v      (Polyak 1964)"""

    def rule(slope, v=0.0):
        v = beta * v + slope
        return lr * v, (v,)

    return rule


def adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Running means of the slope and of its square, freed from their start at 0 (Kingma and Ba 2015)."""

    def rule(slope, m=0.0, v=0.0, t=0):
        m, v, t = beta1 * m + (1 - beta1) * slope, beta2 * v + (1 - beta2) * slope**2, t + 1
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        return lr * m_hat / (np.sqrt(v_hat) + eps), (m, v, t)

    return rule


def update(rule, params, slopes, memory):
    """One step of every parameter: params, steps and memory by name (memory starts as {})."""
    moved = {name: rule(slope, *memory.get(name, ())) for name, slope in slopes.items()}
    steps = {name: step for name, (step, _) in moved.items()}
    params = params | {name: params[name] - step for name, step in steps.items()}
    return params, steps, {name: remembered for name, (_, remembered) in moved.items()}


def each(f, *trees):
    """f on a number or array, or on every entry of dicts with the same keys."""
    if isinstance(trees[0], dict):
        return {name: f(*(tree[name] for tree in trees)) for name in trees[0]}
    return f(*trees)


def largest(steps):
    """The largest |step| of all parameters."""
    steps = steps.values() if isinstance(steps, dict) else [steps]
    return max(np.abs(step).max() for step in steps)


def guard(L, steps, when):
    """Raise Diverged unless the loss and every step are finite and of sane size."""
    if not (abs(L) < HUGE and largest(steps) < HUGE):
        raise Diverged(
            f"diverged at {when}: the loss is {L:g}, the largest step {largest(steps):g}. "
            "A smaller learning rate may help."
        )

"""Gradient descent and its relatives: step = lr * slope, new = old - step."""

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
    Diverged names the step and the learning rate when the loss or a step grows without bound.
    """
    losses, path, reason = [], [params], f"{max_steps} steps were taken"
    for n in range(1, max_steps + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            L, back = loss(params)
            (slopes,) = back()
            steps = each(lambda slope: lr * np.asarray(slope), slopes)
        guard(L, steps, f"step {n}", lr)
        params = each(lambda p, step: p - step, params, steps)
        losses.append(L)
        path.append(params)
        if largest(steps) < tol:
            reason = f"every step is below {tol:g} after {n} steps"
            break
    return Descent(params, losses, path, reason)


def each(f, *trees):
    """f on a number or array, or on every entry of dicts with the same keys."""
    if isinstance(trees[0], dict):
        return {name: f(*(tree[name] for tree in trees)) for name in trees[0]}
    return f(*trees)


def largest(steps):
    """The largest |step| of all parameters."""
    steps = steps.values() if isinstance(steps, dict) else [steps]
    return max(np.abs(step).max() for step in steps)


def guard(L, steps, when, lr):
    """Raise Diverged unless the loss and every step are finite and of sane size."""
    if not (abs(L) < HUGE and largest(steps) < HUGE):
        raise Diverged(
            f"diverged at {when}: the loss is {L:g}, the largest step {largest(steps):g}. "
            f"A learning rate below {lr:g} may help."
        )

"""Gradient descent and its relatives: step = lr * slope, new = old - step.

A rule turns the slope of one parameter, and what it remembers of earlier ones, into a step: sgd, momentum,
rmsprop, adam. Memory starts at 0.
"""

from typing import NamedTuple

import numpy as np

from .fit import numbers, whole

HUGE = 1e50  # beyond this a loss or a step is called divergence, long before the numbers overflow


class Diverged(ArithmeticError):
    """The loss or a step grew without bound, or became NaN."""


class Descent(NamedTuple):
    """Where a descent ended, and how it came there: one loss and one set of parameters per step taken."""

    params: object
    losses: list
    path: list
    reason: str


def gradient_descent(loss, params, *, lr=0.1, rule=None, tol=1e-4, max_steps=1000):
    """Repeat new = old - step until every |step| is below tol, or max_steps steps are taken; rule is sgd(lr).

    loss(params) -> L, back, and back() -> (dparams,); params is a number, an array, or a dict of them.
    Diverged names the step at which the loss or a step has grown without bound.
    """
    alone = not isinstance(params, dict)
    named, memory, rule = {"params": params} if alone else params, {}, rule or sgd(lr)
    losses, path = [], [params]
    for n in range(1, whole("max_steps", max_steps) + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            L, back = loss(path[-1])
            (slopes,) = back()
            slopes = {"params": slopes} if alone else slopes
            named, steps, memory = update(rule, named, slopes, memory)
        step = guard(L, steps, slopes, f"step {n}")
        losses.append(L)
        path.append(named["params"] if alone else named)
        if step < tol:
            return Descent(path[-1], losses, path, f"every step is below {tol:g} after {n} steps")
    return Descent(path[-1], losses, path, f"{max_steps} steps were taken")


def sgd(lr=0.1):
    """step = lr slope."""
    return lambda slope: (lr * slope, ())


def momentum(lr=0.01, beta=0.9):
    """m = beta m + slope,  step = lr m      (Polyak 1964)"""

    def rule(slope, m=0.0):
        m = beta * m + slope
        return lr * m, (m,)

    return rule


def rmsprop(lr=0.001, beta=0.9, eps=1e-8):
    """step = lr slope / root of v, a running mean of the slope's square (Tieleman and Hinton 2012, lecture 6.5).

    eps stands beside the root, as in adam; Keras has it under the root.
    """

    def rule(slope, v=0.0):
        v = beta * v + (1 - beta) * slope**2
        return lr * slope / (np.sqrt(v) + eps), (v,)

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
    new, steps, remembered = dict(params), {}, {}
    for name, slope in slopes.items():
        old, slope = params[name], numbers(slope)
        if slope.shape != np.shape(old):
            raise ValueError(f"the slope of {name} has shape {slope.shape}, expected {np.shape(old)}")
        steps[name], remembered[name] = rule(slope, *memory.get(name, ()))
        new[name] = old - steps[name]
    return new, steps, remembered


def largest(steps):
    """The largest |step| of all parameters; NaN where one is."""
    return np.max([np.abs(numbers(step)).max() for step in steps.values()])


def guard(L, steps, slopes, when):
    """The largest |step|; Diverged unless the loss and every step are finite and of sane size, ValueError unless
    the loss is one number."""
    if np.size(L) != 1:
        raise ValueError(f"the loss has shape {np.shape(L)}, expected one number")
    L, step = np.asarray(L).item(), largest(steps)
    if abs(L) < HUGE and step < HUGE:
        return step
    if not (np.isfinite(L) and np.isfinite(step)):
        advice = "Look for 0/0, log 0 or inf - inf in the loss, in its way back and in the data."
    elif sum(np.vdot(np.sign(steps[name]), np.sign(slopes[name])) for name in steps) < 0:
        advice = "The steps lead uphill: the learning rate is negative."
    else:
        advice = "A smaller learning rate may help."
    raise Diverged(f"diverged at {when}: the loss is {L:g}, the largest step {step:g}. {advice}")

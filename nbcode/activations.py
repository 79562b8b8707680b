"""Activation functions, entry by entry or along the last axis: `a, back = f(z)`, then `dz, = back(da)`.

No exponential here is larger than 1: sigmoid and softplus need only e = exp(-|z|), and softmax may subtract
the largest z, which changes no quotient. See book/09 and book/13.
"""

import numpy as np

from .fit import above, clean


def sigmoid(z):
    """a = 1 / (1 + exp(-z)),  da/dz = a (1 - a).   z any shape."""
    z = clean("z", z)
    e = np.exp(np.minimum(z, -z))
    a = np.where(z > 0, 1, e) / (1 + e)

    def back(da):
        da = above("da", da, a)
        return (da * a * (1 - a),)

    return a, back


def tanh(z):
    """a = tanh(z),  da/dz = 1 - a^2.   z any shape."""
    z = clean("z", z)
    a = np.tanh(z)

    def back(da):
        da = above("da", da, a)
        return (da * (1 - a * a),)

    return a, back


def softplus(z):
    """a = log(1 + exp(z)),  da/dz = sigmoid(z).   z any shape."""
    z = clean("z", z)
    e = np.exp(np.minimum(z, -z))
    a = np.maximum(z, 0) + np.log1p(e)

    def back(da):
        da = above("da", da, a)
        return (da * np.where(z > 0, 1, e) / (1 + e),)

    return a, back


def relu(z):
    """a = max(z, 0),  da/dz = 1 where z > 0, else 0 (at the kink too).   z any shape."""
    z = clean("z", z)
    a = np.maximum(z, 0)

    def back(da):
        da = above("da", da, a)
        return (da * np.sign(a),)  # a is positive where z is, else 0: z need not be kept

    return a, back


def leaky_relu(z, *, alpha=0.01):
    """a = z where z > 0, else alpha z;  da/dz = 1 or alpha (alpha at the kink).   z any shape."""
    z = clean("z", z)
    slope = np.where(z > 0, 1, alpha)
    a = slope * z

    def back(da):
        da = above("da", da, a)
        return (da * slope,)

    return a, back


def softmax(z):
    """p_k = exp(z_k) / sum_j exp(z_j) along the last axis,  dp_k/dz_j = p_k ((k = j) - p_j).   z (..., K)."""
    z = clean("z", z)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)

    def back(dp):
        dp = above("dp", dp, p)
        return (p * (dp - (dp * p).sum(axis=-1, keepdims=True)),)

    return p, back


def argmax(z):
    """1 at the largest entry along the last axis (the first of equals), else 0.   z (..., K).

    Its derivative is 0 wherever it has one: nothing can be learned through it (book/13).
    """
    z = clean("z", z)
    one_hot = np.eye(z.shape[-1])[z.argmax(axis=-1)]

    def back(da):
        return (np.zeros_like(above("da", da, one_hot)),)

    return one_hot, back

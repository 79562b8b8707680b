"""Layers of a transformer: `y, back = layer(x, ...)`, one gradient per argument.

Here the examples come first, (N, T, D): example, position, entry. No position waits for another, so nothing loops
over them. See book/24.
"""

import numpy as np

from .activations import softmax
from .fit import above, clean, fit, whole, within


def attention(q, k, v, *, mask=None, heads=1):
    """y = weights v with weights = softmax(q k^T / sqrt(d)), row by row: each query takes its mix of the values.

    q (N, T, D), k (N, S, D), v (N, S, V)  ->  y (N, T, V)     (scaled dot product: Vaswani et al. 2017)
    mask (T, S), of booleans: whether query t may look at key s; `looking_back(T)` hides what is yet to come.
    heads: D and V are cut into so many blocks of columns, each attends alone; then d = D / heads, else d = D.
    """
    q, k, v = fit("q (N, T, D), k (N, S, D), v (N, S, V)", q, k, v)
    q, k, v = (cut(name, x, heads) for name, x in (("q", q), ("k", k), ("v", v)))
    scale = q.shape[-1] ** -0.5
    scores = (scale * q) @ turn(k)
    weights, back_softmax = softmax(scores if mask is None else np.where(seen(mask, scores), scores, -np.inf))
    y = join(weights @ v)

    def back(dy):
        dy = cut("dy", above("dy", dy, y), heads)
        (dscores,) = back_softmax(dy @ turn(v))
        return join(scale * (dscores @ k)), join(turn(dscores) @ (scale * q)), join(turn(weights) @ dy)

    return y, back


def layernorm(x, gain, bias, *, eps=1e-5):
    """y = gain u + bias with u = (x - mean) / sqrt(variance + eps), for each row alone.   (Ba et al. 2016)

    x (..., D), gain (D,), bias (D,)  ->  y (..., D).  du loses its mean and its part along u on the way to dx.
    """
    x = clean("x", x)
    rows, gain, bias = fit("x (N, D), gain (D,), bias (D,)", x.reshape(-1, *x.shape[-1:]), gain, bias)
    u = rows - mean(rows)
    spread = np.sqrt(mean(u * u) + eps)
    u /= spread
    y = (gain * u + bias).reshape(x.shape)

    def back(dy):
        dy = above("dy", dy, y).reshape(u.shape)
        du = dy * gain
        dx = du - mean(du)
        dx -= u * mean(du * u)
        dx /= spread
        ones = np.ones(len(u))
        return dx.reshape(x.shape), ones @ (dy * u), ones @ dy

    return y, back


def embedding(W, *, ids):
    """Rows of a table by their numbers: y = W[ids].   W (K, D), ids (...) integers in 0..K-1  ->  y (..., D)

    A row gets the sum of what comes back to each place where it was taken.
    """
    (W,) = fit("W (K, D)", W)
    ids = np.asarray(ids)
    if ids.dtype.kind not in "iu":
        raise ValueError(f"ids is of type {ids.dtype}, expected integers in 0..{len(W) - 1}")
    clean("ids", ids)
    y = W[within("ids", ids, 0, len(W) - 1)]

    def back(dy):
        dW, places = np.zeros(W.size, W.dtype), np.arange(W.size).reshape(W.shape)
        np.add.at(dW, places[ids].ravel(), above("dy", dy, y).ravel())  # in one line, where it is fast
        return (dW.reshape(W.shape),)

    return y, back


def looking_back(T):
    """The mask (T, T) of a text read from its start: each position may look at itself and at those before it."""
    return np.tril(np.ones((T, T), bool))


def seen(mask, scores):
    """The mask, if it fits the scores and leaves each query at least one key."""
    mask = np.asarray(mask)
    if mask.dtype != bool:
        raise ValueError(f"mask is of type {mask.dtype}, expected booleans: may query t look at key s?")
    if mask.shape != scores.shape[-2:]:
        raise ValueError(f"mask has shape {mask.shape}, expected (T, S) = {scores.shape[-2:]}")
    if blind := np.flatnonzero(~mask.any(axis=1)).tolist():
        raise ValueError(f"mask hides every key from query {blind[0]}, expected at least one that it may look at")
    return mask


def cut(name, x, heads):
    """The columns in blocks, one for each head.   (N, T, D)  ->  (N, heads, T, D / heads)"""
    N, T, D = x.shape
    if D % whole("heads", heads, 1):
        raise ValueError(f"{name} has {D} columns, expected a multiple of heads = {heads}")
    return x.reshape(N, T, heads, D // heads).swapaxes(1, 2)


def join(x):
    """The way back of cut: the heads side by side.   (N, heads, T, d)  ->  (N, T, heads d)"""
    N, heads, T, d = x.shape
    return x.swapaxes(1, 2).reshape(N, T, heads * d)


def turn(x):
    """Each matrix transposed."""
    return x.swapaxes(-1, -2)


def mean(x):
    """Of each row, as a column. A product with ones sums short rows faster than sum does."""
    return x @ np.ones((x.shape[-1], 1)) / x.shape[-1]

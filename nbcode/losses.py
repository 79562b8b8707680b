"""Losses: `L, back = loss(predicted, observed=...)`, then `dpredicted, = back()`, where back() means dL = 1.

All but ssr are means over the batch; for the total over N rows, ask back(N). See book/15 and book/16.
"""

import numpy as np

from .fit import above, fit, within

EPS = np.finfo(float).eps
TINY = np.finfo(float).tiny


def ssr(predicted, *, observed):
    """Sum of squared residuals: L = sum (observed - predicted)^2.   Both of one shape."""
    predicted, observed = fit("predicted (...), observed (...)", predicted, observed)
    residual = observed - predicted
    L = (residual * residual).sum()

    def back(dL=1):
        return (-2 * above("dL", dL, L) * residual,)

    return L, back


def mse(predicted, *, observed):
    """Mean of squared residuals, over every entry.   Both of one shape."""
    L, back_ssr = ssr(predicted, observed=observed)
    n = np.size(observed)

    def back(dL=1):
        return back_ssr(above("dL", dL, L) / n)

    return L / n, back


def mae(predicted, *, observed):
    """Mean of |observed - predicted|, over every entry; slope 0 where they are equal.   Both of one shape."""
    predicted, observed = fit("predicted (...), observed (...)", predicted, observed)
    residual = observed - predicted
    sign = 1 * (residual > 0) - 1 * (residual < 0)
    L = (sign * residual).sum() / sign.size

    def back(dL=1):
        return (-above("dL", dL, L) * sign / sign.size,)

    return L, back


def log_loss(p, *, observed):
    """L = -mean(y log p + (1 - y) log(1 - p)) for y = observed in 0..1 and p in 0..1.   Both of one shape.

    p is kept EPS away from 0 and 1, so that L stays finite; the slope is the one at the kept p.
    """
    p, y = fit("p (...), observed (...)", p, observed)
    within("observed", y, 0, 1)
    p = np.minimum(np.maximum(within("p", p, 0, 1), EPS), 1 - EPS)
    L = -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum() / y.size

    def back(dL=1):
        return (above("dL", dL, L) * (p - y) / (p * (1 - p)) / y.size,)

    return L, back


def cross_entropy(p, *, observed):
    """L = -mean(log p[n, observed n]) for rows of probabilities, as softmax gives them.   p (N, K), observed (N,)

    p is kept above TINY, so that L stays finite. ValueError where one observed is not of 0..K-1.
    """
    p, _ = fit("p (N, K), observed (N,)", p, observed)
    observed = one_hot(observed, p.shape[-1])
    p = np.maximum(within("p", p, 0, 1), TINY)
    L = -(observed * np.log(p)).sum() / len(p)

    def back(dL=1):
        return (-above("dL", dL, L) * observed / p / len(p),)

    return L, back


def softmax_cross_entropy(z, *, observed):
    """cross_entropy(softmax(z)) in one step, safe for any z: dL/dz = (softmax(z) - one_hot) / N.

    L = mean(log sum_k exp(z_k) - z[observed]), the sum taken about the row's largest z.   z (N, K), observed (N,)
    """
    z, _ = fit("z (N, K), observed (N,)", z, observed)
    hit = hits(observed, z.shape[-1])
    s = z - z.max(axis=-1, keepdims=True)
    e = np.exp(s)
    total = e.sum(axis=-1, keepdims=True)
    L = (np.log(total)[:, 0] - s[hit]).sum() / len(z)

    def back(dL=1):
        return (above("dL", dL, L) / len(z) * (e / total - hit),)

    return L, back


def one_hot(observed, K):
    """Row n is 1 at observed[n] and 0 elsewhere.   observed (N,) integers in 0..K-1  ->  (N, K)"""
    return hits(observed, K) * 1


def hits(observed, K):
    """one_hot as booleans."""
    observed = np.asarray(observed)
    if observed.dtype.kind not in "iu":
        raise ValueError(f"observed is of type {observed.dtype}, expected integers in 0..{K - 1}")
    hit = observed[:, None] == np.arange(K)
    if np.count_nonzero(hit) < len(hit):  # a row without a hit
        within("observed", observed, 0, K - 1)
    return hit

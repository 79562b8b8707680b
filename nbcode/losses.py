"""Losses: `L, back = loss(predicted, observed=...)`, then `dpredicted, = back()`, where back() means dL = 1.

All but ssr are means over the batch; for the total over N rows, ask back(N). See book/15 and book/16.
"""

import numpy as np

from .activations import softmax
from .fit import fit

TINY = np.finfo(float).tiny


def ssr(predicted, *, observed):
    """Sum of squared residuals: L = sum (observed - predicted)^2.   Both of one shape."""
    predicted, observed = fit("predicted (...), observed (...)", predicted, observed)
    residual = observed - predicted
    L = (residual * residual).sum()

    def back(dL=1):
        return (-2 * dL * residual,)

    return L, back


def mse(predicted, *, observed):
    """Mean of squared residuals, over every entry.   Both of one shape."""
    L, back_ssr = ssr(predicted, observed=observed)
    n = np.size(observed)

    def back(dL=1):
        return back_ssr(dL / n)

    return L / n, back

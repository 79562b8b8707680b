"""Layers that a picture or a row of numbers passes through: `y, back = layer(x, W, b)`, `dx, dW, db = back(dy)`."""

from .fit import fit


def dense(x, W, b):
    """z = x W + b: every row of x is an example.   x (N, D), W (D, H), b (H,)  ->  z (N, H)

    dx = dz W^T,  dW = x^T dz,  db = sum of the rows of dz      (book/17)
    """
    x, W, b = fit("x (N, D), W (D, H), b (H,)", x, W, b)
    z = x @ W + b

    def back(dz):
        return dz @ W.T, x.T @ dz, dz.sum(axis=0)

    return z, back

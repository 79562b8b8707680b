"""Layers that rows of numbers or pictures pass through: `y, back = layer(x, ...)`, one gradient per argument.
Layers with weights take data=True: then x is data, nobody asks for dx, and back returns None in its place. For
them dx costs as much as dW; for all others next to nothing, so they have no such option.

A picture is (C, H, W), a batch of them (N, C, H, W). Convolution and pooling slide a small window over it.
The loops run over the positions inside that window, never over the places where it lands. See book/20.
"""

import functools

import numpy as np

from .fit import above, clean, fit, whole


def dense(x, W, b, *, data=False):
    """z = x W + b: every row of x is an example.   x (N, D), W (D, H), b (H,)  ->  z (N, H)

    dx = dz W^T,  dW = x^T dz,  db = sum of the rows of dz      (book/17)
    """
    x, W, b = fit("x (N, D), W (D, H), b (H,)", x, W, b)
    z = x.dot(W) + b  # as x @ W, whose call takes longer than a small product itself

    def back(dz):
        dz = above("dz", dz, z)
        return (None if data else dz.dot(W.T)), x.T.dot(dz), dz.sum(axis=0)

    return z, back


def conv2d(x, W, b, *, stride=1, padding=0, data=False):
    """Slide K kernels over every picture: z = sum of kernel times patch, plus b. The kernel is not flipped.

    x (N, C, H, W), W (K, C, kh, kw), b (K,)  ->  z (N, K, H', W')  with H' = (H + 2 padding - kh) // stride + 1
    Each column of `patches` is what the kernels meet at one place, so the convolution is a matrix product.
    """
    x, W, b = fit("x (N, C, height, width), W (K, C, kh, kw), b (K,)", x, W, b)
    padded = pad(x, padding)
    places = slide(padded, *W.shape[2:], stride, name="W")
    patches = np.stack([padded[place] for place in places], axis=2)  # (N, C, kh kw, H', W')
    N, C, k, *size = patches.shape
    patches = patches.reshape(N, C * k, -1)
    kernels = W.reshape(len(W), -1)
    z = (kernels @ patches + b[:, None]).reshape(N, len(W), *size)

    def back(dz):
        dz = above("dz", dz, z).reshape(N, len(W), -1)
        dW = (dz @ np.swapaxes(patches, 1, 2)).sum(axis=0).reshape(W.shape)
        db = dz.sum(axis=(0, 2))
        if data:
            return None, dW, db
        pieces = ((W_ij.T @ dz).reshape(N, C, *size) for W_ij in np.moveaxis(W.reshape(len(W), C, k), 2, 0))
        return unpad(gather(padded, dz, places, pieces), padding), dW, db

    return z, back


def maxpool2d(x, *, window=2, stride=None):
    """The largest entry of each window; stride is the window's size unless given; equals share the gradient.

    x (N, C, H, W)  ->  y (N, C, H', W')  with H' = (H - window) // stride + 1; rows left over are dropped.
    """
    (x,) = fit("x (N, C, height, width)", x)
    places = slide(x, window, window, window if stride is None else stride)
    y = functools.reduce(np.maximum, [x[place] for place in places])

    def back(dy):
        hits = [x[place] == y for place in places]
        share = above("dy", dy, y) / sum(hits)
        return (gather(x, dy, places, (share * hit for hit in hits)),)

    return y, back


def meanpool2d(x, *, window=2, stride=None):
    """The mean of each window; otherwise as maxpool2d.   x (N, C, H, W)  ->  y (N, C, H', W')"""
    (x,) = fit("x (N, C, height, width)", x)
    places = slide(x, window, window, window if stride is None else stride)
    y = sum(x[place] for place in places) / len(places)

    def back(dy):
        dy = above("dy", dy, y)
        return (gather(x, dy, places, [dy / len(places)] * len(places)),)

    return y, back


def flatten(x):
    """Every example as one row.   x (N, ...)  ->  (N, D)"""
    x = clean("x", x)
    y = x.reshape(len(x), -1)

    def back(dy):
        return (above("dy", dy, y).reshape(x.shape),)

    return y, back


def slide(x, kh, kw, stride, name="window"):
    """For each position inside a kh by kw window, the slice of x that it meets as the window slides."""
    H, W = x.shape[2:]
    if not (1 <= whole(name, kh) <= H and 1 <= whole(name, kw) <= W):
        raise ValueError(f"{name} covers {kh} x {kw}, expected at most the image with its padding, {H} x {W}")
    stride = whole("stride", stride, 1)
    rows, columns = H - kh + 1, W - kw + 1
    return [np.s_[:, :, i : i + rows : stride, j : j + columns : stride] for i in range(kh) for j in range(kw)]


def gather(x, dy, places, pieces):
    """The way back of slide: each pixel of x sums what it gave to every window that met it."""
    dx = np.zeros(x.shape, np.result_type(x, dy))
    for place, piece in zip(places, pieces, strict=True):
        dx[place] += piece
    return dx


def pad(x, n):
    """A border of n zeros around every picture."""
    n = whole("padding", n)
    return np.pad(x, [(0, 0), (0, 0), (n, n), (n, n)]) if n else x


def unpad(x, n):
    """The way back of pad."""
    return x[:, :, n : x.shape[2] - n, n : x.shape[3] - n]

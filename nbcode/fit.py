"""Does an argument fit? The one place where shapes, labels and NaN are looked at, so that the maths stays bare."""

import functools
import re

import numpy as np


def fit(spec, *arrays):
    """The arrays, when their shapes fit a spec such as "x (N, D), W (D, H), b (H,)".

    A letter stands for one size throughout, "..." for one whole shape. ValueError names the argument that
    does not fit, is empty, or holds NaN.
    """
    sizes, fitted = {}, []
    for (name, axes), array in zip(_parse(spec), arrays, strict=True):
        array = clean(name, array)
        shape = (array.shape,) if axes == ("...",) else array.shape
        if len(shape) != len(axes) or any(sizes.setdefault(a, n) != n for a, n in zip(axes, shape, strict=True)):
            known = ", ".join(f"{a} = {sizes[a]}" for a in axes if a in sizes)
            raise ValueError(
                f"{name} has shape {array.shape}, expected ({', '.join(axes)})" + (f" with {known}" if known else "")
            )
        fitted.append(array)
    return fitted


def clean(name, array):
    """The argument as an array with at least one entry and no NaN; else a ValueError that names it."""
    array = np.asarray(array)
    if array.size == 0:
        raise ValueError(f"{name} is empty: it has shape {array.shape}, expected at least one entry")
    if array.dtype != object and np.isnan(array).any():
        where = tuple(int(i) for i in np.argwhere(np.isnan(array))[0])
        raise ValueError(f"{name} holds NaN at index {where}, expected numbers")
    return array


@functools.cache
def _parse(spec):
    return [(name, tuple(re.findall(r"\.\.\.|\w+", axes))) for name, axes in re.findall(r"(\w+) \((.*?)\)", spec)]

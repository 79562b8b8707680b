"""Does an argument fit? The one place where shapes, labels and NaN are looked at, so that the maths stays bare."""

import functools
import re

import numpy as np


def fit(spec, *arrays):
    """The arrays, when their shapes fit a spec such as "x (N, D), W (D, H), b (H,)".

    A letter stands for one size throughout, 4H for four times H, "..." for one whole shape. ValueError names
    the argument that does not fit, is empty, or holds NaN.
    """
    arrays = [clean(name, array) for (name, *_), array in zip(parse(spec), arrays, strict=True)]
    compare(spec, *(array.shape for array in arrays))
    return arrays


@functools.lru_cache(maxsize=1024)
def compare(spec, *shapes):
    """ValueError for the first shape that does not fit the spec. What has fitted once is not looked at again."""
    sizes = {}
    for (name, written, axes), shape in zip(parse(spec), shapes, strict=True):
        sides = (shape,) if written == "..." else shape
        if len(sides) != len(axes) or not all(agree(sizes, *pair) for pair in zip(axes, sides, strict=True)):
            known = ", ".join(f"{axis} = {sizes[axis]}" for _, axis in axes if axis in sizes)
            expected = sizes["..."] if written == "..." else f"({written})" + (known and f" with {known}")
            raise ValueError(f"{name} has shape {shape}, expected {expected}")


def clean(name, array):
    """The argument as an array with at least one entry and no NaN; else a ValueError that names it."""
    array = np.asarray(array)
    if array.size == 0:
        raise ValueError(f"{name} is empty: it has shape {array.shape}, expected at least one entry")
    squares = np.vdot(array, array) if array.dtype.kind in "fc" else 0
    if squares != squares:  # NaN alone differs from itself, and any one NaN in the array makes the sum NaN
        for where in np.argwhere(np.isnan(array)):
            raise ValueError(f"{name} holds NaN at index {tuple(map(int, where))}, expected numbers")
    return array


def within(name, array, low, high):
    """The array, when its entries lie in low..high; else a ValueError that names one that does not."""
    for extreme in (array.min(), array.max()):
        if not low <= extreme <= high:
            raise ValueError(f"{name} holds {extreme}, expected numbers in {low}..{high}")
    return array


def agree(sizes, axis, n):
    """Whether an axis such as (4, "H") can be n long, given the sizes met so far; remembers a new one."""
    factor, letter = axis
    if factor == 1:
        return sizes.setdefault(letter, n) == n
    return factor * sizes[letter] == n


@functools.cache
def parse(spec):
    """ "x (N, 4H)" as [("x", "N, 4H", [(1, "N"), (4, "H")])]."""
    return [
        (name, axes, [(int(factor or 1), axis) for factor, axis in re.findall(r"(\d*)([A-Za-z.]+)", axes)])
        for name, axes in re.findall(r"(\w+) \((.*?)\)", spec)
    ]

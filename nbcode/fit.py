"""Does an argument fit? The one place where types, shapes, labels and NaN are looked at: the maths stays bare.

Whatever real numbers come, float64 goes on: in the 8 bits of a pixel 200 + 100 is 44. Symbols go on as they are.
"""

import functools
import operator
import re

import numpy as np

FLOAT64 = np.dtype(float)


def fit(spec, *arrays):
    """The arrays, when their shapes fit a spec such as "x (N, D), W (D, H), b (H,)".

    A letter stands for one size throughout, 4H for four times H, "..." for one whole shape. ValueError names
    the argument that does not fit, is empty, or holds NaN.
    """
    arrays = [*map(numbers, arrays)]
    compare(spec, *[array.shape for array in arrays])
    if any(map(has_nan, arrays)):
        for (name, *_), array in zip(arguments(spec), arrays, strict=True):
            clean(name, array)
    return arrays


@functools.lru_cache(maxsize=1024)
def compare(spec, *shapes):
    """ValueError for the first shape that does not fit the spec. What has fitted once is not looked at again."""
    sizes = {}
    for (name, written, axes), shape in zip(arguments(spec), shapes, strict=True):
        some(name, shape)
        sides = (shape,) if written == "..." else shape
        if len(sides) != len(axes) or not all(agree(sizes, *pair) for pair in zip(axes, sides, strict=True)):
            known = ", ".join(f"{axis} = {sizes[axis]}" for _, axis in axes if axis in sizes)
            expected = sizes["..."] if written == "..." else f"({written})" + (known and f" with {known}")
            raise ValueError(f"{name} has shape {shape}, expected {expected}")


def clean(name, array):
    """The argument as `numbers`, at least one of them and no NaN; else a ValueError that names it."""
    array = numbers(array)
    some(name, array.shape)
    if has_nan(array):
        for where in np.argwhere(np.isnan(array)):
            raise ValueError(f"{name} holds NaN at index {tuple(map(int, where))}, expected numbers")
    return array


def some(name, shape):
    """ValueError for an array without entries."""
    if 0 in shape:
        raise ValueError(f"{name} is empty: it has shape {shape}, expected at least one entry")


def has_nan(array):
    """Whether an entry may be NaN, which alone differs from itself, and makes any sum with it NaN."""
    if array.dtype.kind not in "fc":
        return False
    squares = np.vdot(array, array)
    return squares != squares


def numbers(array):
    """An array; integers, booleans and short or long floats become float64."""
    array = np.asarray(array)
    if array.dtype == FLOAT64 or array.dtype.kind not in "biuf":
        return array
    return array.astype(FLOAT64)


def above(name, dy, y):
    """A gradient that comes from above, for the output y: of y's shape, or one number for all of it."""
    dy, shape = numbers(dy), np.shape(y)
    if dy.shape == shape:
        return dy
    if dy.shape:
        raise ValueError(f"{name} has shape {dy.shape}, expected {shape}, as the output has")
    return np.broadcast_to(dy, shape)


def whole(name, n, low=0):
    """The option, when it is a whole number and not below low; else a ValueError that names it."""
    try:
        n = operator.index(n)
    except TypeError:
        raise ValueError(f"{name} is {n!r}, expected a whole number") from None
    if n < low:
        raise ValueError(f"{name} is {n}, expected {low} or more")
    return n


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
def arguments(spec):
    """ "x (N, 4H)" as [("x", "N, 4H", [(1, "N"), (4, "H")])]."""
    return [
        (name, axes, [(int(factor or 1), axis) for factor, axis in re.findall(r"(\d*)([A-Za-z.]+)", axes)])
        for name, axes in re.findall(r"(\w+) \((.*?)\)", spec)
    ]

"""Steps between matrices, rows being examples: `"z = x @ W + b"`; what comes back is proved entry by entry."""

import re
from functools import cache

import numpy as np
from sympy import Symbol, exp, tanh

from nbcode.chain.expressions import is_rationally_zero

from .numbers import value

WORD = re.compile(r"[A-Za-z_]\w*")
BENDS = {"tanh": tanh, "sigmoid": lambda z: 1 / (1 + exp(-z))}


class Layer:
    """shapes: of every name, steps too; the gradient `dz` of a name has the shape of z."""

    def __init__(self, shapes, *steps):
        self.steps = tuple(tuple(step.split(" = ")) for step in steps)
        self.sizes = dict(shapes)

    @property
    def shapes(self):
        """Of each name, and of the gradient of each step."""
        return self.sizes | {f"d{name}": self.sizes[name] for name, _ in self.steps}

    def prove(self, steps, name, right):
        """Assert that `right` is the gradient of a name, from those of the steps which use it, in symbols.

        Neither names nor sizes matter to it: small matrices of the same kind stand for all of them.
        """
        steps = (steps,) if isinstance(steps, str) else steps
        said = " ".join(f"{dict(self.steps)[step]} {step} d{step}" for step in steps)
        used = [name for name in self.shapes if name in WORD.findall(said)]
        table = {each: f"m{k}" for k, each in enumerate(used)}
        sizes = sorted({size for each in used for size in self.shapes[each]} - {1})
        small = {1: 1} | {size: 2 + k % 2 for k, size in enumerate(sizes)}
        shapes = tuple((table[each], tuple(small[size] for size in self.shapes[each])) for each in used)

        def short(formula):
            return WORD.sub(lambda word: table.get(word[0], word[0]), formula)

        sent = tuple((table[step], table[f"d{step}"], short(dict(self.steps)[step])) for step in steps)
        proved(sent, table[name], short(right), shapes)

    def agree(self, one, other, before=()):
        """Whether two products are one; what has no value, because shapes do not fit, agrees with none."""
        rng = np.random.default_rng(0)
        at = {name: rng.uniform(0.2, 0.9, size) for name, size in self.shapes.items()}
        try:
            a, b = value(one, at), value(other, at)
        except ValueError:
            return one == other
        return a.shape == b.shape and np.allclose(a, b, rtol=1e-9)

    def shape(self, formula):
        """The shape of a product; None where shapes do not fit."""
        try:
            return value(formula, {name: np.ones(size) for name, size in self.shapes.items()}).shape
        except ValueError:
            return None


@cache
def proved(steps, name, right, sizes):
    """Assert that each entry of `right` is the derivative of Σ back · step, what is known of the loss.

    steps: (step, the name of what comes back to it, its formula) of each step that uses the name.
    """
    at = {each: symbols(each, size) for each, size in sizes}
    bends = {bend: np.vectorize(each, otypes=[object]) for bend, each in BENDS.items()}
    outs = {step: value(formula, at | bends) for step, _, formula in steps}
    sent, claimed = sum((at[back] * outs[step]).sum() for step, back, _ in steps), value(right, at | bends | outs)
    assert claimed.shape == at[name].shape, f"{right} has shape {claimed.shape}, not {at[name].shape}"
    for entry, given in zip(at[name].ravel(), claimed.ravel(), strict=True):
        difference = sent.diff(entry) - given
        assert difference.expand() == 0 or is_rationally_zero(difference), f"{right} is not the gradient of {name}"


def symbols(name, size):
    array = np.empty(size, object)
    for place in np.ndindex(*size):
        array[place] = Symbol(f"{name}_{'_'.join(map(str, place))}", real=True)
    return array

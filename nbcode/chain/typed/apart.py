"""A single formula taken apart into steps, as by hand: sin(exp(x**2)) is u = x**2, v = exp(u), f = sin(v)."""
from itertools import count

from sympy import Indexed, IndexedBase, Sum, Symbol

from ..expressions import names, weights
from .formula import COUNT

PARTS = 8  # steps that still help
BENDS = "sigmoid", "softplus", "softmax"  # whose slopes are short in their own name: a (1 - a)


def spare_names(taken):
    """Names for steps that a reader did not name, one after another."""
    words = {str(name.base if isinstance(name, Indexed) else name) for name in taken}
    letters = (f"{letter}{k or ''}" for k in count() for letter in "uvqrst")
    return (name for name in letters if name not in words)


def taken_apart(reader, name, spare, apart):
    """The steps [(name, expression)] that a reader's formula consists of; as it is, if they were too many."""
    parts = Parts(spare, apart)
    reader.at, reader.part = reader.start, parts
    value = last = reader.expression()
    for expr, part in parts.values.items():  # what is last is no part
        value = expr if part == last else value
    steps, needed = [(name, value)], names(value)
    for expr, part in reversed(parts.values.items()):
        if part in needed:
            steps.insert(0, (part, expr))
            needed |= names(expr)
    return steps if len(steps) <= PARTS else taken_apart(reader, name, spare, apart=False)


class Parts:
    """Gives names to the parts of a formula, `values` {expression: name}, when the reader comes to them.

    Without `apart` only to a sum, which is not to be bent, and to a sigmoid or its like within a formula.
    """

    def __init__(self, spare, apart):
        self.spare, self.apart, self.values = spare, apart, {}

    def __call__(self, value, call=""):
        if self.is_plain(value, call):
            return value
        if value not in self.values:
            name, leaf = next(self.spare), None if value.has(Sum) else next(iter(value.atoms(Indexed)), None)
            self.values[value] = IndexedBase(name, real=True)[leaf.indices] if leaf else Symbol(name, real=True)
        return self.values[value]

    def is_plain(self, value, call):
        number, rest = value.as_coeff_Add()
        if call == "*":
            return not value.is_Add or is_name(rest) and number != 0
        return value.is_number or is_name(value) or not (self.apart or value.has(Sum) or call in BENDS)


def is_name(value):
    sign, rest = value.as_coeff_Mul()
    return abs(sign) == 1 and isinstance(rest, Symbol | Indexed)


def split_sums(name, expr, spare):
    """The step, with one of its own before it for each sum in it that is times more than a number."""
    if not weights(expr) - {COUNT}:
        return [(name, expr)]
    parts = {total: Symbol(next(spare), real=True) for total in sorted(expr.atoms(Sum), key=str)}
    return [*((part, total) for total, part in parts.items()), (name, expr.xreplace(parts))]

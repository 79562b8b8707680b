"""Canonical text as numbers, of one number or of matrices: quick, for telling right from wrong at many points.

What is right is proved in symbols (net.py); here it is seen that a slip is none of it.
"""

import ast
import operator
import re
from functools import cache
from random import Random

import numpy as np

TERMS, POINTS, TRIED = 3, 12, 90
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
    ast.USub: operator.neg,
    ast.Lt: lambda a, b: np.real(a) < np.real(b),
    ast.Gt: lambda a, b: np.real(a) > np.real(b),
}
CALLS = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "abs": np.abs,
    "sign": np.sign,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softplus": lambda z: np.log1p(np.exp(z)),
    "relu": lambda z: z if np.real(z) > 0 else 0 * z,
    "leaky_relu": lambda z, slope=0.01: z if np.real(z) > 0 else slope * z,
    "cases": lambda *parts: next(
        (value for value, held in zip(parts[:-1:2], parts[1::2], strict=True) if held), parts[-1]
    ),
}
NAME = re.compile(r"[A-Za-z_]\w*(?:\[i\])?")
RESERVED = {*CALLS, "sum", "n"}


@cache
def tree(formula):
    return ast.parse(formula, mode="eval").body


def value(formula, at):
    """The value of a formula where its names have the values `at`; of sum(…) over three data points."""
    with np.errstate(all="ignore"):
        return follow(tree(formula), at)


def follow(node, at):
    match node:
        case ast.Constant():
            return np.float64(node.value) if isinstance(node.value, float) else node.value
        case ast.Name():
            return at[node.id]
        case ast.Subscript():
            return at[f"{node.value.id}[{at.get('[i]', 'i')}]"]
        case ast.Attribute(attr="T"):
            return follow(node.value, at).T
        case ast.UnaryOp():
            return OPERATORS[type(node.op)](follow(node.operand, at))
        case ast.BinOp():
            return OPERATORS[type(node.op)](follow(node.left, at), follow(node.right, at))
        case ast.Compare():
            return OPERATORS[type(node.ops[0])](follow(node.left, at), follow(node.comparators[0], at))
        case ast.Call(func=ast.Name(id="sum")):
            return summed(node.args[0], at)
        case ast.Call():
            return at.get(node.func.id, CALLS[node.func.id])(*(follow(each, at) for each in node.args))
    raise ValueError(f"{ast.unparse(node)} is no formula")


def summed(node, at):
    """Over the data, or over the rows of a matrix."""
    if any(getattr(at.get(part.id), "ndim", 0) for part in ast.walk(node) if isinstance(part, ast.Name)):
        return follow(node, at).sum(axis=0, keepdims=True)
    return sum(follow(node, at | {"[i]": k}) for k in range(1, TERMS + 1))


@cache
def points(steps):
    """Twelve odd points: inputs of both signs, steps as they follow from them; tuples (name, formula)."""
    found, defined = [], {name for name, _ in steps}
    inputs = dict.fromkeys(name for _, formula in steps for name in names(formula) if name not in defined)
    for turn in range(TRIED):
        rng, at = Random(turn), {"n": np.float64(TERMS)}
        for name in inputs:
            for entry in entries(name):
                at[entry] = np.float64(
                    rng.uniform(0.2, 0.9) * (1, -1, rng.choice([1, -1]), rng.choice([1, -1]))[turn % 4]
                )
        for name, formula in steps:
            put(at, name, formula)
        if all(np.isfinite(number) for number in at.values()):
            found.append(at)
        if len(found) == POINTS:
            return found
    raise ValueError(f"these steps have no numbers: {steps}")


def put(at, name, formula):
    """The value of a step among the others; of a column, of each entry."""
    for entry, index in zip(entries(name), ("i", *range(1, TERMS + 1)), strict=False):
        at[entry] = value(formula, at | ({"[i]": index} if entry != name else {}))


def entries(name):
    return [name.replace("[i]", f"[{index}]") for index in ("i", 1, 2, 3)] if name.endswith("[i]") else [name]


def names(formula):
    """The names of a formula in the order in which they stand, x[i] for a column; n counts the data."""
    return [name for name in dict.fromkeys(NAME.findall(formula)) if name not in RESERVED]


def agree(one, other, steps):
    """Whether two formulas are one at the points; one that has no number there agrees with none."""
    for k in range(POINTS):
        a, b = number(one, steps, k), number(other, steps, k)
        if not abs(a - b) <= 1e-9 * (1 + abs(a)):
            return False
    return True


@cache
def number(formula, steps, k):
    """The value of a formula at one of the points: each is asked for again with every slip beside it."""
    return value(formula, points(steps)[k])

"""Hints that rise: which rule, which names, the first half."""

import re

from .net import BENT
from .numbers import names
from .texts import is_sum, tops

OF_BENDS = {
    "tanh": (
        "tanh has a derivative that is written in its own value, `{a}`.",
        "Only `{a}` stands in it, squared.",
        "It begins with 1 minus …",
    ),
    "sigmoid": (
        "A sigmoid has a derivative that is written in its own value, `{a}`.",
        "It is `{a}` times another factor.",
        "It begins with `{a}` times (1 − …",
    ),
    "relu": (
        "A ReLU is two straight lines: what is the slope of each?",
        "It depends on the sign of `{z}` alone: type cases(…, {z} > 0, …).",
        "Above 0 the slope is 1.",
    ),
    "leaky_relu": (
        "A leaky ReLU is two straight lines: what is the slope of each?",
        "It depends on the sign of `{z}` alone: type cases(…, {z} > 0, …).",
        "Above 0 the slope is 1.",
    ),
    "softplus": (
        "softplus is log(1 + exp(z)): the chain rule, 1 over what stands in the logarithm first.",
        "Only `{z}` stands in it.",
        "It is a function that you know: it rises from 0 to 1.",
    ),
    "exp": ("The exponential is its own derivative.", "It can be written in `{a}` alone.", "It is one letter."),
    "log": (
        "The derivative of the logarithm is 1 over what stands in it.",
        "Only `{z}` stands in it.",
        "It begins with 1 over …",
    ),
    "sqrt": (
        "A root is the power 1/2: the power rule.",
        "It can be written in `{a}` alone: the root stands below.",
        "It begins with 1 over 2 times …",
    ),
}


def of_factor(net, y, x):
    formula, right = net.formulas[y], net.factor(y, x)
    bent = BENT.fullmatch(formula)
    if bent and bent[1] in OF_BENDS:
        return tuple(hint.format(a=y, z=bent[2]) for hint in OF_BENDS[bent[1]])
    if "log(" in formula:
        return (
            "The derivative of log is 1 over what stands in it, times the derivative of that.",
            f"Term by term: which of them have `{x}` in them?",
            begins(right),
        )
    if re.search(r"\*\*\d", formula) and x in powered(formula):
        return (
            "The power rule: the exponent comes down as a factor and falls by one.",
            f"Times the inner derivative: how does the bracket change with `{x}`?"
            if "(" in formula
            else f"What multiplies the power of `{x}` stays.",
            begins(right),
        )
    if "/" in formula and x in formula.split("/")[-1]:
        return (
            "The quotient rule, or the power rule with exponent −1.",
            f"`{x}` stands below: the sign turns.",
            begins(right),
        )
    return (
        f"As `{x}` changes, all other names in `{formula}` stand still.",
        f"`{y}` is a straight line in `{x}`: its derivative is what `{x}` is multiplied by.",
        begins(right),
    )


def powered(formula):
    """What stands in powers: the bracket or the name before **."""
    return " ".join(match[0] for match in re.finditer(r"(\([^()]*\)|[\w\[\]]+)\*\*", formula))


def begins(right):
    """The first factor or term of what is right."""
    if re.fullmatch(r"-?\d+(/\d+)?", right):
        return "It is a plain number."
    body = right.removeprefix("sum(").removesuffix(")") if right.startswith("sum(") else right
    at = tops(body, "+-") if is_sum(body) else [k for k in tops(body, "*/") if body[k : k + 2] != "**"]
    if len(at) > 1 and body[: at[0]].lstrip("-").isdigit():
        at = at[1:]
    if not at:
        return alone(body)
    return f"It begins with `{body[: at[0]].strip()}`."


def alone(body):
    """Of a formula that is neither a sum nor a product."""
    if re.fullmatch(r"-?\w+(\[i\])?", body):
        return "It is one name, with a minus." if body.startswith("-") else "It is one name."
    only = [f"`{name}`" for name in names(body)]
    return f"Only {' and '.join(only)} {'stand' if len(only) > 1 else 'stands'} in it."


def of_product(net, path, right):
    links = [f"`{net.left(y, x)}`" for y, x in zip(path, path[1:], strict=False)]
    return (
        "Multiply the factors along the path, from the loss inwards.",
        f"{' times '.join(links)}.",
        begins(right),
    )


def of_total(net, ways, right):
    listed = " and ".join(f"one {way}" for way in ways)
    return (
        "One term for each path, and the terms are added.",
        f"There are {len(ways)} paths: {listed}.",
        begins(right),
    )


def of_adjoint(net, name, terms, right):
    asked = f"`d{name}` is the derivative of `{net.loss}` with respect to `{name}`. Which steps use `{name}`?"
    sent = [
        f"`{net.left(step, name)}`" if step == net.loss else f"`d{step}` times `{net.left(step, name)}`"
        for step, _ in terms
    ]
    return asked, f"What comes back: {', and '.join(sent)}.", begins(right)

"""Each line of a task proved, and whether a task is worth its place."""

import re

from sympy import Float, Rational

from nbcode.chain.known import derived

from .net import chain
from .texts import product

LONGEST, MOST = 110, 8  # characters of an answer; lines


def prove(task):
    """AssertionError where a line is not what it claims to be, or a slip is."""
    before = []
    for line in task.lines:
        if line.kind == "shape":
            assert line.right == "{}, {}".format(*task.shapes[line.claim[0]])
            continue
        if line.kind == "number":
            assert abs(float(line.right) - by_symbols(task, line.claim)) < 1e-5 * max(1, abs(float(line.right))), (
                line
            )
        elif line.kind == "matrix":
            task.net.prove(*line.claim, line.right)
        elif line.ask.startswith("the factor"):
            task.net.prove_factor(*line.claim, line.right)
        elif len(line.claim) == 2:
            task.net.prove(*line.claim, line.right, tuple(before))
        else:
            along_path(task.net, line)
        if line.kind != "number":
            assert_told_apart(task.net, line, before)
        if "/" not in line.left and line.kind != "number":
            before.append((line.left, line.right))


def along_path(net, line):
    """One path's product is that of the Chain's factors along it."""
    factors = [net.factor(y, x) for y, x in zip(line.claim, line.claim[1:], strict=False)]
    assert net.agree(line.right, product(*factors)), line


def assert_told_apart(net, line, before):
    texts = [line.right, *(slip.text for slip in line.slips)]
    for k, one in enumerate(texts):
        for other in texts[:k]:
            assert not net.agree(one, other, before), (line.left, one, other)


def by_symbols(task, claim):
    """The number that a line claims, from SymPy's derivative of the composed loss."""
    what, y, x, *rate = claim
    net = task.net
    slope = derived(dict(chain(net.structure).steps), net.expression(y), [net.expression(x)])
    at = {net.expression(name): Rational(str(number)) for name, number in task.at.items()}
    value = Float(slope.xreplace(at).evalf(20))
    return float(value if what == "value" else Rational(str(task.at[x])) - Rational(str(rate[0])) * value)


def degenerate(task):
    """Whether a task is not worth its place: a derivative of 0, a line without slips, an answer too long."""
    lines = task.lines
    numbers = [(line.claim, float(line.right)) for line in lines if line.kind == "number"]
    return (
        len(lines) > MOST
        or any(len(line.right) > LONGEST or not line.slips or line.right == "0" for line in lines)
        or all(re.fullmatch(r"-?\d+(/\d+)?", line.right) for line in lines)
        or any(not 0.005 < abs(number) < 1000 for _, number in numbers)
        or any(what == "update" and number == task.at[x] for (what, _, x, *_), number in numbers)
    )

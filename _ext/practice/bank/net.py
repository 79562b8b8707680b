"""A little network as texts, whose derivatives the book's Chain finds and proves.

Names do not matter to a proof: each structure is derived and proved once, whatever its names are in a task.
"""

import re
from functools import cache, cached_property

import numpy as np

from nbcode.chain import parse
from nbcode.chain.known import how_derived
from nbcode.chain.typed.formula import Reader, Said

from .numbers import NAME, RESERVED, agree, names, points, put, value
from .texts import over_data, product, text, total

TURNED = re.compile(r"-((?:[\w*]*\*)?)\((\d+) - (\w+)\)")  # -2*(5 - x), which is 2*(x - 5)
BEHIND = re.compile(r"-([\w*]+) \+ ([\w*]+)")  # -k*q + 1, which is 1 - k*q
WORD = re.compile(r"[A-Za-z_]\w*")
BENT = re.compile(r"(\w+)\((\w+(?:\[i\])?)(?:, ([\d.]+))?\)")
# The derivative of a bend as a student writes it, where the Chain's own form is longer; it is proved as all are.
SLOPES = {
    "sigmoid": "{a}*(1 - {a})",
    "tanh": "1 - {a}**2",
    "exp": "{a}",
    "softplus": "sigmoid({z})",
    "sqrt": "1/(2*{a})",
    "relu": "cases(1, {z} > 0, 0)",
    "leaky_relu": "cases(1, {z} > 0, {more})",
}


class Net:
    """Steps `"z = w*x + b"`, the loss last. order: names in the order in which formulas are to have them."""

    def __init__(self, *steps, order=()):
        self.steps = tuple(tuple(step.split(" = ")) for step in steps)
        self.loss = self.steps[-1][0]
        found = WORD.findall(" ".join(f"{name} {formula}" for name, formula in self.steps))
        words = dict.fromkeys([*(word for word in order if word in found), *found])
        index = {"i"} if any("[i]" in formula for _, formula in self.steps) else set()
        plain = [word for word in words if word not in RESERVED | index]
        self.to = {word: f"v{k:02}" for k, word in enumerate(plain)}
        self.back = {short: word for word, short in self.to.items()}

    def short(self, formula):
        return WORD.sub(lambda word: self.to.get(word[0], word[0]), formula)

    def long(self, formula):
        return WORD.sub(lambda word: self.back.get(word[0], word[0]), formula)

    @cached_property
    def structure(self):
        return tuple((self.short(name), self.short(formula)) for name, formula in self.steps)

    @cached_property
    def formulas(self):
        return dict(self.steps)

    def uses(self, step):
        return names(self.formulas[step])

    @cached_property
    def inputs(self):
        """The names that no step defines, in the order of the text."""
        return list(
            dict.fromkeys(name for step in self.formulas for name in self.uses(step) if name not in self.formulas)
        )

    def is_partial(self, y):
        """Whether y depends on several names, so that its derivatives are written with ∂."""
        return len(self.uses(y)) > 1 or "sum(" in self.formulas[y]

    def left(self, y, x):
        """∂L/∂w or dL/dw, as it is written: of a step by a name in it, or through several steps."""
        d = "∂" if (self.is_partial(y) if x in self.uses(y) else len(self.inputs) > 1) else "d"
        return f"{d}{y}/{d}{x}"

    def factor(self, y, x):
        """The derivative of a step with respect to a name in it, in the names of the steps."""
        bent = BENT.fullmatch(self.formulas[y])
        if bent and bent[1] in SLOPES:
            return SLOPES[bent[1]].format(a=y, z=bent[2], more=bent[3])
        net = self.alone(y)
        return net.long(local(net.structure, net.short(y), net.short(x)))

    def alone(self, y):
        """The net of one step, which is derived once for all nets that have it; over data it needs them all."""
        return self if is_summed(self.structure) else Net(f"{y} = {self.formulas[y]}", order=self.to)

    def paths(self, x):
        """Every path from the loss to x, as names."""
        return [[self.long(name) for name in path] for path in ways(self.structure, self.short(x))]

    def prove(self, y, x, right, before=()):
        """Assert that dy/dx is `right`, in which earlier adjoints may stand.

        Each factor on the way is proved, and that `right` is the sum over paths of their products, or of adjoints
        times factors; what does not show this in its form is compared with the derivative of the composed step.
        The imaginary step must agree.
        """
        table = {name: f"a{k:02}" for k, (name, _) in enumerate(before)}

        def seen(formula):
            return self.short(NAME.sub(lambda name: table.get(name[0], name[0]), formula))

        adjoints = tuple((table[name], seen(formula)) for name, formula in before)
        is_chained = y == self.loss and (self.is_sent_back(x, right, before) or self.is_chained(x, right))
        if not is_chained:
            proof(self.structure, adjoints, self.short(y), self.short(x), seen(right))
        if not self.by_imaginary_step(y, x, right, before):
            raise AssertionError(f"{right} is not d{y}/d{x}: the imaginary step says otherwise")

    def is_chained(self, x, right):
        """Whether `right` is the sum over paths of the products of their factors, each of which is proved."""
        paths = [list(zip(path, path[1:], strict=False)) for path in self.paths(x)]
        for link in dict.fromkeys(link for path in paths for link in path):
            self.prove_factor(*link, self.factor(*link))
        term = total(*(product(*(self.factor(*link) for link in path)) for path in paths))
        return right == (over_data(term) if self.is_over_data(x) else term)

    def is_sent_back(self, x, right, before):
        """Whether `right` is what the steps that use x send back: adjoints, known before, times factors."""
        users = [step for step in self.formulas if x in self.uses(step)]
        if {f"d{step}" for step in users if step != self.loss} - {name for name, _ in before}:
            return False
        for step in users:
            self.prove_factor(step, x, self.factor(step, x))
        return right == total(*self.sent_back(x))

    def sent_back(self, x):
        """What each step that uses x sends back to it: its adjoint times a factor."""
        return [
            product(*([f"d{step}"] if step != self.loss else []), self.factor(step, x))
            for step in self.formulas
            if x in self.uses(step)
        ]

    def is_over_data(self, x):
        """Whether the derivative with respect to x sums over the data."""
        return (
            is_summed(self.structure)
            and not x.endswith("[i]")
            and any(name.endswith("[i]") for name in self.paths(x)[0][1:-1])
        )

    def by_imaginary_step(self, y, x, right, before):
        """Whether the derivative in numbers, from a step of 1e-30 i, is `right` at all points."""
        for at in self.points:
            at = dict(at)
            for name, formula in before:
                put(at, name, formula)
            if x in self.formulas:
                moved, after = dict(at), [*self.formulas].index(x) + 1
            else:
                moved, after = dict(at), 0
            moved[x] = at[x] + 1e-30j
            for name, formula in self.steps[after:]:
                put(moved, name, formula)
            slope, claimed = np.imag(moved[y]) / 1e-30, value(right, at)
            if not abs(slope - claimed) <= 1e-9 * (1 + abs(slope)):
                return False
        return True

    def prove_factor(self, y, x, right):
        """As `prove`, of one step alone: all else in it is held still."""
        net = self.alone(y)
        step = net.short(y), net.short(self.formulas[y])
        return proof((step,), (), step[0], net.short(x), net.short(right), is_summed(self.structure))

    def still(self, y, x):
        """The names in a step y that depend on x, and are held still in its factor."""
        return [name for name in self.uses(y) if name != x and self.depends(name, x)]

    def depends(self, name, x):
        return name in self.formulas and any(other == x or self.depends(other, x) for other in self.uses(name))

    def agree(self, one, other, before=()):
        return agree(one, other, (*self.steps, *before))

    def number(self, formula, at):
        """The number of a formula where inputs have these values; steps follow."""
        at = dict(at)
        for name, each in self.steps:
            at[name] = value(each, at)
        return float(value(formula, at))

    def expression(self, formula):
        """A text of this net as an expression of its chain, names as in its structure."""
        return read(is_summed(self.structure), self.short(formula))

    @property
    def points(self):
        return points(self.steps)


@cache
def chain(structure):
    return parse("\n".join(f"{name} = {formula}" for name, formula in structure))


def is_summed(structure):
    return any("[i]" in formula for _, formula in structure)


@cache
def read(summed, formula):
    """A text as an expression; `summed` where it belongs to steps over data."""
    reader = Reader(formula, said=Said(summed))
    expr = reader.expression()
    reader.finish()
    return expr


@cache
def local(structure, y, x):
    summed = is_summed(structure)
    written = text(chain(structure).named(read(summed, y), read(summed, x)))
    if TURNED.fullmatch(written):
        return TURNED.sub(r"\1(\3 - \2)", written)
    return BEHIND.sub(r"\2 - \1", written) if BEHIND.fullmatch(written) else written


@cache
def ways(structure, x):
    return [[str(name) for name in path] for path in chain(structure).paths(read(is_summed(structure), x))]


@cache
def proof(structure, adjoints, y, x, right, summed=False):
    summed = summed or is_summed(structure)
    steps = (
        dict(chain(structure).steps) if len(structure) > 1 else {read(summed, y): read(summed, structure[0][1])}
    )
    for name, formula in adjoints:
        steps[read(summed, name)] = read(summed, formula)
    try:
        return how_derived(steps, read(summed, y), [read(summed, x)], read(summed, right))
    except ArithmeticError as error:
        raise AssertionError(f"{right} is not d{y}/d{x}: {error}") from None

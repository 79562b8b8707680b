"""Named steps typed as text, read and never run.

    z = w*x + b                 a step; the last step is the loss
    L = (y - tanh(z))**2
    w = 0.5                     a number: where that name starts

    a[i] = w*x[i] + b           a step for each data point, over which the loss sums: sum((y[i] - a[i])**2)
    x[i] = 0, 0.5, 1            data, [0, 0.5, 1] too

`parse(text)` gives the Chain, `read(text)` the numbers and the order of the names as well. A single expression
is a chain of one step, f; f(x) = … and a step ended by ; are read too. What does not fit raises StepsError, which
points at the place.
"""
from dataclasses import dataclass

from sympy import Indexed, Sum, Symbol

from ..chain import Chain
from .apart import BENDS, spare_names, split_sums, taken_apart
from .formula import INDICES, SUMS, Reader, Said, StepsError

LENGTH, LINES, POINTS = 3000, 60, 100
__all__ = ["StepsError", "Typed", "parse", "read"]


@dataclass(frozen=True)
class Typed:
    """What a text says: the chain, its inputs in the order of the text, their starting numbers, the data.

    `made` are the steps that were made of parts of a formula.
    """
    chain: Chain
    inputs: list
    start: dict
    data: dict
    made: list


def parse(text, apart=False):
    """The Chain of the steps in `text`; with `apart`, a single formula is taken apart into steps."""
    return read(text, apart).chain


def read(text, apart=False):
    """The Typed of `text`; with `apart`, a single formula is taken apart into steps."""
    found = readers(text)
    has_names = any(token == "=" for reader in found for _, token, _ in reader.tokens)
    lines = [Line(reader, has_names) for reader in found]
    steps, numbers = ([line for line in lines if line.is_number == kind] for kind in (False, True))
    if not steps:
        raise numbers[-1].error("these are only numbers: type a step, such as L = (w*x - y)**2")
    check_each_once(lines)
    check_places(steps)
    used = dict.fromkeys(name for line in steps for name, _ in line.reader.used)
    check_used(numbers, used)
    try:
        chain = Chain(pairs(steps, spare_names([*used, *(line.name for line in lines)]), apart))
    except ValueError as error:
        raise steps[-1].error(str(error)) from None
    return Typed(chain, [name for name in used if name in chain.inputs],
                 {line.name: line.values[0] for line in numbers if not line.is_data},
                 {str(line.name.base): line.values for line in numbers if line.is_data},
                 [name for name in chain.steps if name not in {line.name for line in steps}])


def pairs(steps, spare, apart):
    """Name and expression of every step of the chain; what is taken apart gets names that are spare."""
    is_lone, found = apart and len(steps) == 1, []
    for line in steps:
        has_bends = apart and any(token in BENDS for _, token, _ in line.reader.tokens)
        parts = [(line.name, line.values[0])]
        if is_lone or has_bends or line.values[0].has(Sum):
            parts = taken_apart(line.reader, line.name, spare, is_lone)
        for name, expr in parts:
            found += split_sums(name, expr, spare)
    return found


def readers(text):
    """A Reader for each line, or part of a line up to ;, that says something."""
    text = text.expandtabs(4)
    if len(text) > LENGTH or len(text.splitlines()) > LINES:
        raise StepsError(f"this is too long: {LENGTH} characters and {LINES} lines at most")
    found = []
    for k, line in enumerate(text.splitlines(), 1):
        start = 0
        for part in line.partition("#")[0].split(";"):
            if part.strip():
                found.append(Reader(" " * start + part, k))  # its columns are those of the line,
                found[-1].text = line  # which is shown
            start += len(part) + 1
    if not found:
        raise StepsError("nothing is typed yet: a step looks like a = tanh(w*x + b)")
    words = [[token for _, token, _ in reader.tokens] for reader in found]
    pairs = [pair for line in words for pair in zip(line, line[1:], strict=False)]
    summed = any(name in SUMS and bracket == "(" for name, bracket in pairs)
    index = next((letter for bracket, letter in pairs if bracket == "[" and letter in [*INDICES]), "i")
    said = Said(summed, index, {line[0] for line in words if line[1] == "="})
    for reader in found:
        reader.said = said
    return found


class Line:
    """One line, read: `name`, its `values` (several only for data), and the reader, which knows places."""

    def __init__(self, reader, has_name):
        self.reader = reader
        self.name = self._name() if has_name else Symbol("f", real=True)
        listed = isinstance(self.name, Indexed) and reader.accept("[")
        reader.start = reader.at
        self.values = [reader.expression()]
        while isinstance(self.name, Indexed) and reader.accept(","):
            self.values.append(reader.expression())
        if listed:
            reader.expect("]", "the list stays open")
        reader.finish()
        self.is_number = has_name and not reader.used
        self.is_data = self.is_number and isinstance(self.name, Indexed)
        if len(self.values) > (POINTS if self.is_data else 1):
            raise self.error(f"data are numbers, at most {POINTS} of them")

    def _name(self):
        reader = self.reader
        if reader.kind != "name":
            raise reader.unexpected("a step begins with its name, as in z = w*x + b")
        reader.at += 1
        name = reader.name(reader.tokens[0][1], reader.tokens[0][2])
        if isinstance(name, Symbol) and reader.accept("("):  # f(x) = …, which says what f depends on
            while reader.kind == "name" or reader.token == ",":
                reader.at += 1
            reader.expect(")", f"after {name}(x")
        reader.expect("=", f"after the name {name}")
        if reader.token == "=":
            raise reader.error("one = is enough: z = w*x + b")
        if not isinstance(name, Symbol | Indexed) or not reader.used:
            raise self.error(f"{name} cannot be given another value: choose another name")
        reader.used.clear()
        return name

    def error(self, what, column=None):
        return self.reader.error(what, column or self.reader.tokens[0][2])


def check_each_once(lines):
    places = {}
    for line in lines:
        if line.name in places:
            raise line.error(f"{line.name} is defined twice: line {places[line.name]} defines it too")
        places[line.name] = line.reader.line


def check_used(numbers, used):
    """That some step uses each number, and that columns of data are of one length."""
    for line in numbers:
        if line.name not in used:
            raise line.error(f"no step uses {line.name}: leave its number out, or use it")
        if len(line.values) != len(next(other.values for other in numbers if other.is_data == line.is_data)):
            raise line.error("all columns of data must be of one length")


def check_places(steps):
    """Raise StepsError at a name used too early."""
    for k, line in enumerate(steps):
        later = {other.name for other in steps[k + 1:]}
        for name, column in line.reader.used:
            if name == line.name:
                raise line.error(f"{name} is defined by itself: give the new one another name", column)
            if name in later:
                raise line.error(f"{line.name} uses {name} before it is defined: put the step {name} first",
                                 column)

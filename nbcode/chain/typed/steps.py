"""Named steps typed as text, read and never run.

    z = w*x + b                 a step; the last step is the loss
    L = (y - tanh(z))**2
    w = 0.5                     a number: where that name starts

    a[i] = w*x[i] + b           a step for each data point, over which the loss sums: sum((y[i] - a[i])**2)
    x[i] = 0, 0.5, 1            data

`parse(text)` gives the Chain, `read(text)` the numbers and the order of the names as well. A single expression
is a chain of one step, f. What does not fit raises StepsError, which points at the place.
"""
from dataclasses import dataclass

from sympy import Indexed, Symbol

from ..chain import Chain
from .formula import Reader, StepsError

LENGTH, LINES, POINTS = 3000, 60, 100
__all__ = ["StepsError", "Typed", "parse", "read"]


@dataclass(frozen=True)
class Typed:
    """What a text says: the chain, its inputs in the order of the text, their starting numbers, the data."""
    chain: Chain
    inputs: list
    start: dict
    data: dict


def parse(text):
    """The Chain of the steps in `text`."""
    return read(text).chain


def read(text):
    """The Typed of `text`."""
    lines = [Line(reader, has_name="=" in text) for reader in readers(text)]
    steps, numbers = ([line for line in lines if line.is_number == kind] for kind in (False, True))
    if not steps:
        raise numbers[-1].error("these are only numbers: type a step, such as L = (w*x - y)**2")
    check_each_once(lines)
    check_places(steps)
    used = dict.fromkeys(name for line in steps for name, _ in line.reader.used)
    for line in numbers:
        if line.name not in used:
            raise line.error(f"no step uses {line.name}")
        if len(line.values) != len(next(other.values for other in numbers if other.is_data == line.is_data)):
            raise line.error("all columns of data must be of one length")
    try:
        chain = Chain([(line.name, line.values[0]) for line in steps])
    except ValueError as error:
        raise steps[-1].error(str(error)) from None
    return Typed(chain, [name for name in used if name in chain.inputs],
                 {line.name: line.values[0] for line in numbers if not line.is_data},
                 {str(line.name.base): line.values for line in numbers if line.is_data})


def readers(text):
    """A Reader for each line that says something."""
    text = text.expandtabs(4)
    if len(text) > LENGTH or len(text.splitlines()) > LINES:
        raise StepsError(f"this is too long: {LENGTH} characters and {LINES} lines at most")
    found = [Reader(line, k) for k, line in enumerate(text.splitlines(), 1) if line.partition("#")[0].strip()]
    if not found:
        raise StepsError("nothing is typed yet: a step looks like a = tanh(w*x + b)")
    summed = any(token == "sum" for reader in found for _, token, _ in reader.tokens)
    for reader in found:
        reader.summed = summed
    return found


class Line:
    """One line, read: `name`, its `values` (several only for data), and the reader, which knows places."""

    def __init__(self, reader, has_name):
        self.reader = reader
        self.name = self._name() if has_name else Symbol("f", real=True)
        self.values = [reader.expression()]
        while isinstance(self.name, Indexed) and reader.accept(","):
            self.values.append(reader.expression())
        reader.finish()
        self.is_number = has_name and not reader.used
        self.is_data = self.is_number and isinstance(self.name, Indexed)
        if len(self.values) > (POINTS if self.is_data else 1):
            raise self.error(f"data are numbers, at most {POINTS} of them")

    def _name(self):
        if self.reader.kind != "name":
            raise self.reader.unexpected("a step begins with its name, as in z = w*x + b")
        self.reader.at += 1
        name = self.reader.name(self.reader.tokens[0][1], self.reader.tokens[0][2])
        self.reader.expect("=", f"after the name {name}")
        if not isinstance(name, Symbol | Indexed) or not self.reader.used:
            raise self.error(f"{name} cannot be given another value: choose another name")
        self.reader.used.clear()
        return name

    def error(self, what, column=None):
        return self.reader.error(what, column or self.reader.tokens[0][2])


def check_each_once(lines):
    places = {}
    for line in lines:
        if line.name in places:
            raise line.error(f"{line.name} is defined twice: line {places[line.name]} defines it too")
        places[line.name] = line.reader.line


def check_places(steps):
    """Raise StepsError at a name used too early, or at a sum that is not the loss's only one."""
    for k, line in enumerate(steps):
        later = {other.name for other in steps[k + 1:]}
        for name, column in line.reader.used:
            if name == line.name:
                raise line.error(f"{name} is defined by itself: give the new one another name", column)
            if name in later:
                raise line.error(f"{line.name} uses {name} before it is defined: put the step {name} first",
                                 column)
        sums = line.reader.sums
        if sums and (later or len(sums) > 1):
            raise line.error("only the loss, which is the last step, may sum over data, and once", sums[-1])

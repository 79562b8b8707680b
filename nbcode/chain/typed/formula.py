"""One typed formula as a SymPy expression, by a parser with a closed list of functions: nothing typed is ever run.

    Reader("(y - tanh(z))**2").expression()

What does not fit raises StepsError, which points at the place. Limits on depth, powers and numbers keep a hostile
formula from costing more than a long one.
"""
import re
import unicodedata

from sympy import (
    Abs,
    Float,
    I,
    IndexedBase,
    Integer,
    Piecewise,
    Sum,
    Symbol,
    cos,
    cosh,
    exp,
    log,
    nan,
    oo,
    pi,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
    zoo,
)

from ..expressions import listed

FUNCTIONS = {
    "exp": exp, "log": log, "ln": log, "sqrt": sqrt, "abs": Abs, "sin": sin, "cos": cos, "tan": tan,
    "sinh": sinh, "cosh": cosh, "tanh": tanh,
    "sigmoid": lambda z: 1 / (1 + exp(-z)),
    "softplus": lambda z: log(1 + exp(z)),
    "relu": lambda z: Piecewise((0, z < 0), (z, True)),
}
INDEX, COUNT = Symbol("i", integer=True), Symbol("n", integer=True, positive=True)
DEPTH, POWER, LARGEST = 30, 100, 1e15  # far beyond the book's formulas
TOKEN = re.compile(r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|(?P<name>[A-Za-z_]\w*)|"
                   r"(?P<mark>\*\*|[-+*/^()=\[\],])|(?P<space>\s+)|(?P<other>.)", re.ASCII)
NAME = re.compile(r"[A-Za-z]+\d*(_[A-Za-z0-9]+)?", re.ASCII)
INSTEAD = {"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/", "²": "**2", "³": "**3", "√": "sqrt",
           "∑": "sum", "Σ": "sum", "π": "pi", "{": "(", "}": ")"}
ALLOWED = f"names, numbers, + - * / ** ( ) and the functions {listed([*FUNCTIONS, 'sum'])}"


class StepsError(ValueError):
    """What is wrong and where: `line` and `column` from 1, and `place`, the text with a caret under it."""

    def __init__(self, what, text="", line=1, column=1):
        self.what, self.line, self.column = what, line, column
        start = max(0, column - 26)
        shown = "".join(c if c.isprintable() else "?" for c in text[start:start + 40])
        self.place = f"{shown}\n{' ' * (column - 1 - start)}^"
        super().__init__(f"line {line}: {what}\n{self.place}")


class Reader:
    """Reads one line from left to right; `used` are the names in it with their columns, `sums` where it sums."""

    def __init__(self, text, line=1, summed=False):
        self.text, self.line, self.summed = text, line, summed
        self.tokens = [(match.lastgroup, match[0], match.start() + 1)
                       for match in TOKEN.finditer(text.partition("#")[0]) if match.lastgroup != "space"]
        self.tokens.append(("end", "", len(text.partition("#")[0].rstrip()) + 1))
        self.at, self.depth, self.used, self.sums = 0, 0, [], []

    kind = property(lambda self: self.tokens[self.at][0])
    token = property(lambda self: self.tokens[self.at][1])
    column = property(lambda self: self.tokens[self.at][2])

    def error(self, what, column=None):
        return StepsError(what, self.text, self.line, column or self.column)

    def accept(self, *marks):
        """The token, taken, if it is one of the marks; else an empty text."""
        token = self.token if self.kind == "mark" and self.token in marks else ""
        self.at += bool(token)
        return token

    def expect(self, mark, why):
        if not self.accept(mark):
            raise self.unexpected(f"{why}: a {mark} is missing here")

    def finish(self):
        if self.kind in ("name", "number") or self.token in ("(", "["):
            raise self.unexpected(f"an operator is missing before {self.token}: write * to multiply, as in 2*x")
        if self.kind != "end":
            raise self.unexpected(f"{self.token} does not belong here; allowed are {ALLOWED}")

    def unexpected(self, what):
        if self.token == "," and self.tokens[self.at - 1][0] == self.tokens[self.at + 1][0] == "number":
            return self.error("a comma stands between two numbers: write a decimal point, as in 1.5")
        if self.kind != "other":
            return self.error(what)
        spelled = unicodedata.name(self.token, "a character without a name").lower()
        instead = f"write {INSTEAD[self.token]}" if self.token in INSTEAD else f"allowed are {ALLOWED}"
        shown = self.token if self.token.isprintable() else "?"
        return self.error(f"{shown} ({spelled}) cannot be read; {instead}")

    # -- the grammar, loosest first ------------------------------------------------------------------------

    def expression(self):
        """Sums and differences of terms."""
        value = self.term()
        while mark := self.accept("+", "-"):
            column, right = self.column, self.term()
            value = self.sound(value + right if mark == "+" else value - right, column)
        return value

    def term(self):
        value = self.signed()
        while mark := self.accept("*", "/"):
            column, right = self.column, self.signed()
            if mark == "/" and right.is_zero:
                raise self.error("this divides by zero", column)
            value = self.sound(value * right if mark == "*" else value / right, column)
        return value

    def signed(self):
        self.depth += 1
        if self.depth > DEPTH:
            raise self.error(f"more than {DEPTH} levels of brackets, signs and powers: name a part as a step")
        mark = self.accept("+", "-")
        value = self.signed() if mark else self.power()
        self.depth -= 1
        return -value if mark == "-" else value

    def power(self):
        base = self.atom()
        if not self.accept("**", "^"):
            return base
        column, exponent = self.column, self.signed()
        if exponent.is_number and abs(exponent) > POWER:
            raise self.error(f"a power above {POWER} is too large", column)
        return self.sound(base ** exponent, column)

    def atom(self):
        kind, token, column = self.tokens[self.at]
        if self.accept("("):
            value = self.expression()
            self.expect(")", "a bracket stays open")
            return value
        if kind not in ("number", "name"):
            where = "at the end" if kind == "end" else "here"
            raise self.unexpected(f"a name, a number or a bracket is missing {where}")
        self.at += 1
        if kind == "number":
            if len(token) > 15:
                raise self.error("a number has at most 15 characters", column)
            return self.sound(Integer(token) if token.isdigit() else Float(float(token)), column)
        return self.call(token, column) if self.token == "(" else self.name(token, column)

    def call(self, name, column):
        if name not in FUNCTIONS and name != "sum":
            raise self.error(f"{name} is not a function here; there are {listed([*FUNCTIONS, 'sum'])}. "
                             f"To multiply, write {name[:9]}*(…)", column)
        self.accept("(")
        value = self.expression()
        self.expect(")", f"the bracket of {name} stays open")
        if name == "sum":
            self.sums.append(column)
            return Sum(value, (INDEX, 1, COUNT))
        return self.sound(FUNCTIONS[name](value), column)

    def name(self, name, column):
        """A name as its symbol, with its index where it has one."""
        if name == "pi":
            return pi
        if name in FUNCTIONS or name == "sum":
            raise self.error(f"{name} is a function: write {name}(…)", column)
        if name == "e":
            raise self.error("for powers of e write exp(…); as a name, e is taken", column)
        if not NAME.fullmatch(name) or len(name) > 20:
            raise self.error("a name has letters, then digits, then perhaps a subscript: w, w1, w_f (at most 20)",
                             column)
        if self.accept("["):
            if self.token != "i":
                raise self.error("the index of data is i, as in x[i]")
            self.at += 1
            self.expect("]", "the index stays open")
            symbol = IndexedBase(name, real=True)[INDEX]
        elif self.summed and name == "i":
            raise self.error("i counts the data points: choose another name", column)
        elif self.summed and name == "n":
            return COUNT
        else:
            symbol = Symbol(name, real=True)
        self.used.append((symbol, column))
        return symbol

    def sound(self, value, column):
        """The value, unless it is no real number or out of all proportion."""
        if value.has(zoo, nan, oo, -oo):
            raise self.error("this is not a number: it divides by zero, or is infinite", column)
        if value.has(I) or value.is_number and value.is_extended_real is False:
            raise self.error("this is not a real number", column)
        if value.is_number and not value.is_zero and not 1 / LARGEST <= abs(value.evalf(5)) <= LARGEST:
            raise self.error(f"this number is beyond what is allowed, {LARGEST:g}", column)
        return value

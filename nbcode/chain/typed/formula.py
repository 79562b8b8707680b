"""One typed formula as a SymPy expression, by a parser with a closed list of functions: nothing typed is ever run.

    Reader("(y - tanh(z))**2").expression()

What does not fit raises StepsError, which points at the place. Limits on depth, powers and numbers keep a hostile
formula from costing more than a long one.
"""
import re
import unicodedata
from difflib import get_close_matches

from sympy import Float, I, IndexedBase, Rational, Sum, Symbol, nan, oo, pi, sqrt, zoo
from sympy.core.relational import Relational

from .functions import FUNCTIONS, SUMS, USAGE

COUNT = Symbol("n", integer=True, positive=True)
INDICES = "ijktm"  # any of these may count the data points, one in a text
DEPTH, POWERS, LARGEST = 30, (1000, 100), 1e15  # far beyond the book's formulas; a number's power is less
TOKEN = re.compile(r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|(?P<name>[A-Za-z_]\w*)|"
                   r"(?P<mark>\*\*|<=|>=|[-+*/^()=\[\],<>])|(?P<space>\s+)|(?P<other>.)", re.ASCII)
NAME, LONGEST = re.compile(r"[A-Za-z]+\d*(_[A-Za-z0-9]+){0,3}", re.ASCII), 30
INSTEAD = {"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/", "²": "**2", "³": "**3", "√": "sqrt",
           "∑": "sum", "Σ": "sum", "π": "pi", "{": "(", "}": ")"}
SOME = "exp, log, sqrt, abs, max, sin, tanh, sigmoid, relu, sum and more, in the list of the page"
ALLOWED = f"names, numbers, + - * / ** ( ) and the functions {SOME}"


class StepsError(ValueError):
    """What is wrong and where: `line` and `column` from 1, and `place`, the text with a caret under it."""

    def __init__(self, what, text="", line=1, column=1):
        self.what, self.line, self.column = what, line, column
        start = max(0, column - 26)
        shown = "".join(c if c.isprintable() else "?" for c in text[start:start + 40])
        self.place = f"{shown}\n{' ' * (column - 1 - start)}^"
        super().__init__(f"line {line}: {what}\n{self.place}")


class Said:
    """What the lines of a text have in common: whether any sums, the index of its data, the names it defines."""

    def __init__(self, summed=False, index="i", defined=()):
        self.summed, self.index, self.defined = summed, index, defined
        self.letter = Symbol(index, integer=True)


class Reader:
    """Reads one line from left to right; `used` are the names in it with their columns.

    Its formula begins at the token `start`. `part` is given each argument, base and factor, and what each call
    means; it may put a name in its place.
    """

    def __init__(self, text, line=1, said=None):
        self.text, self.line, self.said = text, line, said or Said()
        self.part = lambda value, call="": value
        self.tokens = [(match.lastgroup, match[0], match.start() + 1)
                       for match in TOKEN.finditer(text.partition("#")[0]) if match.lastgroup != "space"]
        self.tokens.append(("end", "", len(text.partition("#")[0].rstrip()) + 1))
        self.at, self.start, self.depth, self.used = 0, 0, 0, []

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
            column, value, right = self.column, self.part(value, "*"), self.part(self.signed(), "*")
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
        base, column, exponent = self.part(base), self.column, self.part(self.signed())
        most = POWERS[base.is_number]
        if exponent.is_number and abs(exponent) > most:
            raise self.error(f"a power above {most} is too large here: give the power a name, as in x**k", column)
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
            value = float(token)
            short = token.isdigit() or (8 * value).is_integer()  # 0.5 is 1/2, and 0.1 is 0.1
            return self.sound(Rational(token) if short else Float(value), column)
        return self.call(token, column) if self.token == "(" else self.name(token, column)

    def call(self, name, column):
        if name not in FUNCTIONS and name not in SUMS:
            near = get_close_matches(name, FUNCTIONS, 1)
            hint = f"Did you mean {near[0]}(…)?" if near else f"To multiply, write {name[:20]}*(…)"
            raise self.error(f"{name} is not a function here; there are {SOME}. {hint}", column)
        self.accept("(")
        given = [self.argument(name)]
        while self.accept(","):
            given.append(self.argument(name))
        self.expect(")", f"the bracket of {name} stays open")
        if name in SUMS:
            return self.sum(name, given, column)
        means, fewest, most = FUNCTIONS[name]
        if not fewest <= len(given) <= most or name == "cases" and len(given) % 2 == 0:
            raise self.error(f"{name} is written {USAGE.get(name, f'{name}(z)')}", column)
        return self.part(self.sound(means(*given), column), name)

    def argument(self, name):
        """An argument; in cases(…) it may be a condition."""
        left = self.expression()
        mark = name == "cases" and self.accept("<", ">", "<=", ">=")
        return Relational(left, self.expression(), mark) if mark else self.part(left)

    def sum(self, name, given, column):
        """The sum, the mean, or the root of the mean square of a term over the data."""
        if len(given) > 1:
            raise self.error(f"{name} takes one term, as in {name}((y[i] - a[i])**2)", column)
        if given[0].has(Sum):
            raise self.error("sum over the data once: a sum stands within this sum", column)
        total = Sum(given[0] ** 2 if name == "rmse" else given[0], (self.said.letter, 1, COUNT))
        return {"sum": total, "mean": total / COUNT, "rmse": sqrt(self.part(total / COUNT))}[name]

    def name(self, name, column):
        """A name as its symbol, with its index where it has one."""
        if name == "pi":
            return pi
        if name in FUNCTIONS or name in SUMS:
            raise self.error(f"{name} is a function: write {name}(…), or give what it names another name", column)
        if name == "e" and name not in self.said.defined:
            raise self.error("for powers of e write exp(…); as a name, e is taken", column)
        if not NAME.fullmatch(name) or len(name) > LONGEST:
            raise self.error("a name has letters, then digits, then perhaps subscripts: w, w1, w_f, h_t_new "
                             f"(at most {LONGEST} characters)", column)
        if self.accept("["):
            if self.token != self.said.index:
                raise self.error(f"the index of data is {self.said.index}, as in x[{self.said.index}]")
            self.at += 1
            self.expect("]", "the index stays open")
            symbol = IndexedBase(name, real=True)[self.said.letter]
        elif self.said.summed and name == self.said.index:
            raise self.error(f"{name} counts the data points: choose another name", column)
        elif self.said.summed and name == "n":
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

"""Formulas as canonical text, `2*(a - y)*x`: what the site's reader of formulas and the strict one both take."""

import re
from fractions import Fraction

from sympy.printing.str import StrPrinter

NUMBER = re.compile(r"(\d+)(?:\*|$)")
ATOMS = re.compile(r"(?:\*\*|[^*(]|\((?:[^()]|\([^()]*\))*\))+")  # what stands between the * of a product


class Canonical(StrPrinter):
    def _print_Sum(self, expr):
        return f"sum({self._print(expr.function)})"

    def _print_Piecewise(self, expr):
        *parts, (otherwise, _) = expr.args
        shown = [f"{self._print(value)}, {self._print(condition)}" for value, condition in parts]
        return f"cases({', '.join([*shown, self._print(otherwise)])})"

    def _print_Abs(self, expr):
        return f"abs({self._print(expr.args[0])})"


def text(expr):
    return Canonical().doprint(expr)


def tops(formula, marks):
    """Where one of the marks stands in a formula outside all brackets."""
    depth, found = 0, []
    for at, letter in enumerate(formula):
        depth += (letter in "([") - (letter in ")]")
        if depth == 0 and letter in marks and at and formula[at - 1] not in "*/(":
            found.append(at)
    return found


def is_sum(formula):
    return bool(tops(formula, "+-"))


def negative(formula):
    """The formula with its sign turned."""
    if is_sum(formula):
        return f"-({formula})"
    return formula[1:] if formula.startswith("-") else f"-{formula}"


def product(*factors):
    """Factors in the order given, numbers in front: 2*(a - y) and 3*x give 6*(a - y)*x."""
    number, rest, below = Fraction(1), [], []
    for factor in factors:
        if is_sum(factor):
            rest.append(f"({factor})")
            continue
        if factor.startswith("-"):
            number, factor = -number, factor[1:]
        while leading := NUMBER.match(factor):
            number *= int(leading[1])
            factor = factor[leading.end() :]
        if slash := re.match(r"(\d*)/", factor):
            number *= int(slash[1] or 1)
            factor = factor[slash.end() :]
            if within := re.fullmatch(r"\((\d+)\*([^()]+)\)|(\d+)", factor):
                number /= int(within[1] or within[3])
                factor = within[2] or ""
            below += [factor] * (factor != "")
        elif factor:
            factor, *under = factor.rsplit("/", 1) if re.search(r"/\w+(\*\*\d)?$", factor) else [factor]
            rest.append(factor)
            below += under
    if number == 0:
        return "0"
    rest, below = powers(rest), powers(below)
    if number == 1 and len(rest) == 1 and not below:
        return rest[0].removeprefix("(").removesuffix(")") if rest[0][1:-1] in factors else rest[0]
    above, under = abs(number.numerator), number.denominator
    sign = "-" if number < 0 else ""
    return sign + "/".join(
        ["*".join([str(above)] * (above != 1 or not rest) + rest), *[str(under)] * (under != 1), *below]
    )


def powers(factors):
    """A name that stands more than once as one power: k*x, k**2 are k**3, x."""
    found = {}
    for factor in (each for text in factors for each in ATOMS.findall(text)):
        name, _, exponent = factor.partition("**")
        if not name.isidentifier() or not (exponent or "1").isdigit():
            name, exponent = factor, "1"
        found[name] = found.get(name, 0) + int(exponent or 1)
    return [f"{name}**{count}" if count > 1 else name for name, count in found.items()]


def total(*terms):
    """Terms added, a minus in front of one as a difference."""
    first, *others = terms
    return first + "".join(
        f" - {term[1:]}" if term.startswith("-") and not is_sum(term) else f" + {term}" for term in others
    )


def over_data(formula):
    return f"sum({formula})"

"""How expressions are printed: y1[i] as y_{1,i}; w x + b; a product in the order of a path; words as words."""
import re
from collections import Counter
from itertools import groupby

from sympy import Indexed, MatrixExpr, Mul, Sum, Symbol, exp, fraction
from sympy.core.alphabets import greeks
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter, accepted_latex_functions

from .expressions import names

ACCENTS = "hat", "bar", "tilde"
GREEK = {*greeks, "varphi"}
SPELT = {"lamda": r"\lambda", "epsilon": r"\varepsilon"}  # ε as a figure's slider shows it


class Printer(LatexPrinter):
    """y1[i] as y_{1,i}, words upright, w x + b in that order; an adjoint in `slopes` as the slope it is.

    factors: local derivatives in the order of a path, which products then keep.
    """

    def __init__(self, factors=()):
        super().__init__()
        self.slopes = {}
        self.bases = [{base for arg in Mul.make_args(factor) for base in (arg.as_base_exp()[0], -arg)}
                      for factor in factors]

    def _print_Symbol(self, symbol, style="plain"):
        name = str(symbol)
        return self.slopes.get(name) or self._name(name, "") or super()._print_Symbol(symbol, style)

    def _print_Indexed(self, leaf):
        name, indices = str(leaf.base), list(map(self._print, leaf.indices))
        comma = "" if all(map(str.isalpha, indices)) else ","  # w_jk, but w_1,2 and x_i+u,j+v
        return self.slopes.get(name) or self._name(name, comma.join(indices))

    def _name(self, name, index):
        """A name of letters, digits and subscripts; its words, of three letters or more, as words: read as one."""
        match = re.fullmatch(r"([A-Za-z][A-Za-z ]*?)(\d*)((?:_\w[\w ]*)?)(['*]?)", name)
        if not match:
            return ""
        letters, digits, rest, mark = match.groups()
        accent, *parts = ["", *rest.split("_")[1:]]
        if parts and parts[0] in ACCENTS and len(letters) == 1:
            accent = parts.pop(0)
        elif letters[1:] in ACCENTS:
            letters, accent = letters[0], letters[1:]
        if parts and parts[-1] == "prime":
            parts, mark = parts[:-1], "'"
        subscript = ",".join(filter(None, [digits, *map(in_words, parts), index]))
        word = letters if len(letters) == 1 else in_words(letters, 2)
        word = rf"\{accent}{{{word}}}" if accent else word
        power = "^{*}" if mark == "*" else mark
        return f"{word}{power}" + (f"_{{{subscript}}}" if subscript else "")

    def _hprint_Function(self, name):
        known = name in accepted_latex_functions
        return (not known and self._name(name, "")) or super()._hprint_Function(name)

    def place(self, factor):
        """Where a factor stands on the path: at the local derivative that it is of, or shares a name with."""
        base, _ = factor.as_base_exp()
        for k, bases in enumerate(self.bases):
            if base in bases or -base in bases:
                return k
        for k, bases in enumerate(self.bases):
            if any(names(factor) & names(other) for other in bases):
                return k
        return len(self.bases)

    def groups(self, expr):
        """A product in pieces of LaTeX, one for each local derivative of the path."""
        number, factors = expr.as_coeff_mul(rational=False)  # 0.1 before its factors too
        factors = sorted(factors, key=lambda factor: (isinstance(factor, Sum), self.place(factor)))
        groups = [list(group) for _, group in groupby(factors, self.place)]
        while lone := [k for k, group in enumerate(groups) if len(groups) > 1 and fraction(Mul(*group))[0] == 1]:
            k = lone[0]  # what only divides goes below its neighbour
            groups[max(k - 1, 0):max(k + 1, 2)] = [sum(groups[max(k - 1, 0):max(k + 1, 2)], [])]
        texts = [self._times(Mul(*group)) for group in groups]
        if not number.is_Integer or number != 1 and fraction(Mul(*groups[0]))[1] != 1:
            texts[0] = self._times(Mul(number, *groups[0], evaluate=False))
        elif number != 1:
            texts[0] = f"{'-' if number == -1 else self._print(number)} {texts[0]}"
        return texts

    def _times(self, expr):
        text = self._product(expr) if expr.is_Mul else self._print(expr)
        return rf"\left({text}\right)" if expr.is_Add else text

    def _print_Mul(self, expr):
        if expr.is_Mul and len(self.bases) > 1 and not expr.has(MatrixExpr):
            return r" \, ".join(self.groups(expr))
        return self._product(expr)

    def _product(self, expr):
        """A thin space beside a word: 2 residual, w dose; a dot before a number; y (1 - y), indexed ones too."""
        args = expr.args
        leaves = {leaf: Symbol(str(leaf)) for leaf in args if isinstance(leaf, Indexed) and 1 - leaf in args}
        self.slopes |= {str(leaf): self._print(leaf) for leaf in leaves}
        text = super()._print_Mul(Mul(*(arg.xreplace(leaves) for arg in args), evaluate=False) if leaves else expr)
        if self._settings["fold_short_frac"] and " / " in text and fraction(expr)[1].is_Mul:  # E / (R T)
            above, _, below = text.rpartition(" / ")
            text = rf"{above} / \left({below}\right)"
        text = re.sub(r"(\\text\{[^{}]*\}[^\s\\]*) (?!\\,)(?=[\\\w])", r"\1 \\, ", text)
        text = re.sub(r"(?<=\\right\)) (?=\d)", r" \\cdot ", text)
        return re.sub(r"(?<=[\w}])(?<!\\partial) (?=\\text)", r" \\, ", text)

    def _print_ExpBase(self, expr, exp=None):
        """In an exponent a fraction stands in one line: in two it is too small to read."""
        before, self._settings["fold_short_frac"] = self._settings["fold_short_frac"], True
        text = super()._print_ExpBase(expr, exp)
        self._settings["fold_short_frac"] = before
        return text

    def _print_Derivative(self, expr):
        """The slope of a bend left open, as phi'(z)."""
        bend, x = expr.expr, expr.variables[0]
        if isinstance(bend, AppliedUndef) and bend.args == (x,) == expr.variables:
            return rf"{self._hprint_Function(bend.func.__name__)}'\left({self._print(x)}\right)"
        return super()._print_Derivative(expr)

    def _print_HadamardProduct(self, expr):
        return super()._print_HadamardProduct(expr).replace(r"\circ", r"\odot")

    def _as_ordered_terms(self, expr, order=None):
        return in_order(expr)


def in_words(name, least=3):
    """A name as a Greek letter, as a word if it has at least so many letters, or as it is; tm1 as t - 1."""
    if moved := re.fullmatch(r"([a-z])([mp])(\d)", name):
        return f"{moved[1]}{'-' if moved[2] == 'm' else '+'}{moved[3]}"
    if name in SPELT:
        return SPELT[name]
    if name.lower() in GREEK:
        return f"\\{name}"
    return rf"\text{{{name}}}" if len(name) >= least and re.fullmatch(r"[A-Za-z ]+", name) else name


def in_order(add):
    """The terms of a sum as one writes them: 1 + e^x, w x + b, y - z."""
    def place(term):
        number = (-1 if add.has(exp) else 1) if term.is_number else 0
        return term.could_extract_minus_sign(), number, -len(term.free_symbols), str(term)
    return sorted(add.args, key=place)


def latex(expr):
    return Printer().doprint(expr)


def slope(y, x, is_partial):
    """dy/dx, or with several x the derivative of higher order; with ∂ where y depends on more than x."""
    d = r"\partial" if is_partial else "d"
    by = x if isinstance(x, tuple | list) else [x]
    order = f"^{{{len(by)}}}" if len(by) > 1 else ""
    below = r" \, ".join(f"{d} {latex(name)}" + (f"^{{{power}}}" if power > 1 else "")
                         for name, power in Counter(by).items())
    return rf"\frac{{{d}{order} {latex(y)}}}{{{below}}}"


def bracketed(factor, k):
    """A factor ready to stand k-th in a product."""
    text = latex(factor)
    return rf"\left({text}\right)" if factor.is_Add or (k and text.startswith("-")) else text


def over(limits):
    return rf"\displaystyle\sum_{{{latex(limits[0][0])}}}"


def aligned(lines, gap=None):
    """Lines below one another, with more room between them where there are fractions."""
    lines = list(lines)
    gap = gap or ("0.9em" if any(r"\frac" in line for line in lines) else "0.6ex")
    return r"$\begin{aligned}" + rf" \\[{gap}] ".join(lines) + r"\end{aligned}$"

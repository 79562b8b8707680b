"""How formulas are printed: derivations with each factor over its value; y1[i] as y_{1,i}; w x + b."""
import re

from sympy import count_ops, exp, factor
from sympy.core.alphabets import greeks
from sympy.printing.latex import LatexPrinter

from .expressions import each_term, tidy, word


class Derivation:
    """What `derive` prints: the factors, each over its value; their `product`; the product `simplified`."""

    def __init__(self, chain, p):
        self.chain, self.p, self.product = chain, p, chain.gradient(p)
        shorter = (each_term(change, self.product) for change in (tidy, lambda term: tidy(factor(term))))
        self.simplified = min([self.product, *shorter], key=count_ops)  # simplify takes minutes over tanh

    def _repr_latex_(self):
        chain, paths = self.chain, self.chain.paths(self.p)
        first, second = [], []
        for path in paths:
            sign = ("=" if path == paths[0] else "+") + (over(chain.limits) if chain.is_summed(path) else "")
            links = zip(path, path[1:], strict=False)
            first.append((sign, [slope(y, x, chain.has_more(y)) for y, x in links]))
            second.append((sign, [bracketed(factor, k) for k, factor in enumerate(chain.factors(path))]))
        rows = [f"{sign} & " + r" & {}\cdot{} & ".join(rf"\displaystyle {cell}" for cell in cells)
                for sign, cells in first + second]
        shown = [self.product, self.simplified] if len(rows) > 2 or len(paths[0]) > 2 else []
        rows += [rf"=\mathrlap{{\displaystyle {latex(e)}}}" for e in dict.fromkeys(shown)]
        rows[0] = rf"\displaystyle {slope(chain.loss, self.p, len(chain.inputs) > 1)} & {rows[0]}"
        columns = "rl" + "c" * (2 * max(len(path) for path in paths) - 3)
        gap = "1.7em" if chain.limits else "1.1em"  # a sum is taller
        return rf"$\begin{{array}}{{{columns}}}" + rf" \\[{gap}] & ".join(rows) + r"\end{array}$"

    def __repr__(self):
        return f"d{self.chain.loss}/d{self.p} = {self.product}"


class Links:
    """The way from p to the loss, step by step, each link with its slope above and the slope's value below."""

    def __init__(self, chain, p):
        self.chain, self.paths = chain, chain.paths(p)

    def _repr_latex_(self):
        return aligned((self._line(path[::-1]) for path in self.paths), "2.6em")

    def _line(self, names):
        text = "& " + latex(names[0])
        for x, y in zip(names, names[1:], strict=False):
            above, below = slope(y, x, self.chain.has_more(y)), latex(self.chain.local[y, x])
            text += rf"\xrightarrow[\displaystyle\; {below} \;]{{\displaystyle\; {above} \;}} {latex(y)}"
        return text

    def __repr__(self):
        return "\n".join(" -> ".join(map(str, path[::-1])) for path in self.paths)


class Formula:
    """One printed line, left = right; `right` is the very expression on the page."""

    def __init__(self, left, right):
        self.left, self.right = left, right

    def _repr_latex_(self):
        left = self.left if isinstance(self.left, str) else latex(self.left)
        return rf"$\displaystyle {left} = {latex(self.right)}$"

    def __repr__(self):
        return f"{self.left} = {self.right}"


class ReversePass(list):
    """The pairs (adjoint, expression) of a reverse pass, printed as one line each."""

    def __init__(self, chain, pairs):
        super().__init__(pairs)
        self.chain = chain

    def _repr_latex_(self):
        chain, printer = self.chain, Printer()
        names = [*reversed(chain.steps), *chain.inputs][1:]
        for (adjoint, _), name in zip(self, names, strict=True):
            printer.slopes[word(adjoint)] = slope(chain.loss, name, True)
        return aligned(f"{printer.doprint(left)} &= {printer.doprint(right)}" for left, right in self)


class Printer(LatexPrinter):
    """y1[i] as y_{1,i}, words upright, w x + b in that order; an adjoint in `slopes` as the slope it is."""

    def __init__(self):
        super().__init__()
        self.slopes = {}

    def _print_Symbol(self, symbol, style="plain"):
        name = str(symbol)
        return self.slopes.get(name) or self._name(name, "") or super()._print_Symbol(symbol, style)

    def _print_Indexed(self, leaf):
        name = str(leaf.base)
        return self.slopes.get(name) or self._name(name, ",".join(map(self._print, leaf.indices)))

    def _name(self, name, index):
        match = re.fullmatch(r"([A-Za-z]+)(\d*)(?:_(\w+))?", name)
        if not match:
            return ""
        word, *subscripts = match.groups()
        word = f"\\{word}" if word.lower() in greeks else word if len(word) == 1 else rf"\mathrm{{{word}}}"
        subscript = ",".join(part for part in [*subscripts, index] if part)
        return f"{word}_{{{subscript}}}" if subscript else word

    def _print_Mul(self, expr):  # a thin space beside a word: 2 residual, w dose
        text = re.sub(r"(\\mathrm\{\w+\}\S*) (?!\\,)(?=[\\\w])", r"\1 \\, ", super()._print_Mul(expr))
        return re.sub(r"([\w}]) (?=\\mathrm)", r"\1 \\, ", text)

    def _as_ordered_terms(self, expr, order=None):
        return in_order(expr)


def in_order(add):
    """The terms of a sum as one writes them: 1 + e^x, w x + b, y - z."""
    def place(term):
        number = (-1 if add.has(exp) else 1) if term.is_number else 0
        return term.could_extract_minus_sign(), number, -len(term.free_symbols), str(term)
    return sorted(add.args, key=place)


def latex(expr):
    return Printer().doprint(expr)


def slope(y, x, is_partial):
    d = r"\partial" if is_partial else "d"
    return rf"\frac{{{d} {latex(y)}}}{{{d} {latex(x)}}}"


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

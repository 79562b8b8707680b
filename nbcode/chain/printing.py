"""How formulas are printed: derivations with each factor over its value; y1[i] as y_{1,i}; w x + b."""
import re
from collections import Counter

from sympy import count_ops, exp, factor
from sympy.core.alphabets import greeks
from sympy.printing.latex import LatexPrinter, accepted_latex_functions

from .expressions import each_term, tidy, word

ACCENTS = "hat", "bar", "tilde"
MIME = "application/vnd.nbcode.formula+json"


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


class Slope:
    """dy/dx as the left side of a Formula; with several x a derivative of higher order."""

    def __init__(self, y, by, is_partial):
        self.y, self.by, self.is_partial = y, by, is_partial

    def _latex(self, printer):
        return slope(self.y, self.by, self.is_partial)

    def __repr__(self):
        order = len(self.by) if len(self.by) > 1 else ""
        return f"d{order}{self.y}/{' '.join(f'd{name}' for name in self.by)}"


class Shown:
    """What is printed: its LaTeX, and beside it how it is `known` and its `narrow` form, where there are such."""
    known = narrow = None

    def _repr_mimebundle_(self, include=None, exclude=None):
        beside = {key: value for key in ("known", "narrow") if (value := getattr(self, key))}
        return {MIME: beside} if beside else {}


class Formula(Shown):
    """One printed line, left = right (= right …); `right`, the first, is the very expression on the page.

    left: a symbol or an expression; a derivative is made by `derivative`, which asserts it.
    """

    def __init__(self, left, right, *more, known=None):
        self.left, self.right, self.rights, self.known = left, right, (right, *more), known

    def _repr_latex_(self):
        left = self.left if isinstance(self.left, str) else latex(self.left)
        return rf"$\displaystyle {' = '.join([left, *map(latex, self.rights)])}$"

    def __repr__(self):
        return " = ".join(map(str, (self.left, *self.rights)))


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
        """A name of letters, digits and subscripts; its words, of three letters or more, as words: read as one."""
        match = re.fullmatch(r"([A-Za-z][A-Za-z ]*?)(\d*)((?:_\w[\w ]*)?)(['*]?)", name)
        if not match:
            return ""
        letters, digits, rest, mark = match.groups()
        accent, *parts = ["", *rest.split("_")[1:]]
        if parts and parts[0] in ACCENTS and len(letters) == 1:
            accent = parts.pop(0)
        subscript = ",".join(filter(None, [digits, *map(in_words, parts), index]))
        word = letters if len(letters) == 1 else in_words(letters, 2)
        word = rf"\{accent}{{{word}}}" if accent else word
        power = "^{*}" if mark == "*" else mark
        return f"{word}{power}" + (f"_{{{subscript}}}" if subscript else "")

    def _hprint_Function(self, name):
        known = name in accepted_latex_functions
        return (not known and self._name(name, "")) or super()._hprint_Function(name)

    def _print_Mul(self, expr):  # a thin space beside a word: 2 residual, w dose
        text = re.sub(r"(\\text\{[^{}]*\}[^\s\\]*) (?!\\,)(?=[\\\w])", r"\1 \\, ", super()._print_Mul(expr))
        return re.sub(r"(?<=[\w}])(?<!\\partial) (?=\\text)", r" \\, ", text)

    def _as_ordered_terms(self, expr, order=None):
        return in_order(expr)


def in_words(name, least=3):
    """A name as a Greek letter, as a word if it has at least so many letters, or as it is."""
    if name.lower() in greeks:
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

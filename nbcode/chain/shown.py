"""What a page shows of a chain: formulas, derivations, links and the reverse pass, each with how it is known."""
import re
from functools import cached_property

from sympy import Mul, Sum, sympify

from .expressions import word
from .narrow import WIDTH, packed, stacked, width
from .printing import Printer, aligned, bracketed, latex, over, slope
from .schoolbook import shortest

MIME = "application/vnd.nbcode.formula+json"


class Shown:
    """What is printed: its LaTeX, and beside it how it is `known` and its `narrow` form, where there are such."""
    known = narrow = None

    def _repr_mimebundle_(self, include=None, exclude=None):
        beside = {key: value for key in ("known", "narrow") if (value := getattr(self, key))}
        return {MIME: beside} if beside else {}


class Slope:
    """dy/dx as the left side of a line; with several x a derivative of higher order."""

    def __init__(self, y, by, is_partial):
        self.y, self.by, self.is_partial = y, by, is_partial

    def _latex(self, printer):
        return slope(self.y, self.by, self.is_partial)

    def __repr__(self):
        order = len(self.by) if len(self.by) > 1 else ""
        return f"d{order}{self.y}/{' '.join(f'd{name}' for name in self.by)}"


class Equation(Shown):
    """One printed line, left = right (= right …); `right`, the first, is the very expression on the page."""

    def __init__(self, left, *rights, known=None):
        self.left, self.right, self.rights, self.known = left, rights[0], rights, known
        self.printer = Printer([factor for each in rights for factor in as_written(each)])

    @property
    def _left(self):
        return latex(self.left)

    def _repr_latex_(self):
        return rf"$\displaystyle {' = '.join([self._left, *map(self.printer.doprint, self.rights)])}$"

    @property
    def narrow(self):
        if width(self._repr_latex_()) <= WIDTH:
            return None
        lines = [line for right in self.rights for line in broken(self.printer, sympify(right, strict=True), "= ")]
        if width(self._left) + width(lines[0]) <= WIDTH:
            lines[0] = f"{self._left} {lines[0]}"
        else:
            lines = [self._left, *lines]
        return aligned((f"& {line}" for line in lines), "0.7em")

    def __repr__(self):
        return " = ".join(map(str, (self.left, *self.rights)))


def as_written(expr):
    """The factors of a product of names and brackets that was given an order of its own, with evaluate=False."""
    factors = expr.args if getattr(expr, "is_Mul", False) else ()
    is_plain = all(factor.is_Add or factor.is_Symbol or factor.is_Indexed for factor in factors)
    return factors if is_plain and factors != Mul(*factors).args else ()


class Derivation(Shown):
    """What `derive` prints: the factors, each over its value; their `product`; the product `simplified`.

    start: the end at which each path is read, the loss unless it is p.
    """

    def __init__(self, chain, p, start=None, known=None):
        self.chain, self.p, self.product, self.known = chain, p, chain.gradient(p), known
        paths = chain.paths(p)
        way = -1 if start == p else 1
        links = [list(zip(path, path[1:], strict=False))[::way] for path in paths]
        self.factors = [[chain.named(*link) for link in path] for path in links]
        products = [(path, Mul(*factors)) for path, factors in zip(paths, self.factors, strict=True)]
        self.simplified = shortest(chain.added(products), chain.steps)
        self.slope = Slope(chain.loss, (p,), len(chain.inputs) > 1)
        self.left = latex(self.slope)
        self.signs = [("=" if k == 0 else "+") + (over(chain.limits) if chain.is_summed(path) else "")
                      for k, path in enumerate(paths)]
        self.slopes = [[slope(y, x, chain.has_more(y)) for y, x in path] for path in links]
        self.values = [[bracketed(value, k) for k, value in enumerate(factors)] for factors in self.factors]
        self.printer = Printer([factor for factors in self.factors for factor in factors])

    @property
    def has_product(self):
        return len(self.slopes) > 1 or len(self.slopes[0]) > 1

    def _repr_latex_(self):
        rows = [f"{sign} & " + r" & {}\cdot{} & ".join(rf"\displaystyle {cell}" for cell in cells)
                for part in (self.slopes, self.values) for sign, cells in zip(self.signs, part, strict=True)]
        if self.has_product:
            rows.append(rf"=\mathrlap{{\displaystyle {self.printer.doprint(self.simplified)}}}")
        rows[0] = rf"\displaystyle {self.left} & {rows[0]}"
        columns = "rl" + "c" * (2 * max(map(len, self.slopes)) - 1)
        gap = "1.7em" if self.chain.limits else "1.1em"  # a sum is taller
        return rf"$\begin{{array}}{{{columns}}}" + rf" \\[{gap}] & ".join(rows) + r"\end{array}$"

    @property
    def narrow(self):
        """Each factor beside its value, one below the other; the product below."""
        rows = []
        for sign, slopes, values in zip(self.signs, self.slopes, self.factors, strict=True):
            signs = [sign, *[r"{}\cdot{}"] * (len(slopes) - 1)]
            for mark, above, value in zip(signs, slopes, values, strict=True):
                below = rf"\left(= {latex(value)}\right)"  # beside it, not in it: the product is read without
                fits = width(mark + above + below) <= WIDTH - 6  # the gaps between columns
                rows.append(rf"{mark} & \displaystyle {above}{' ' + below if fits else ''}")
                rows += [] if fits else [rf"& \displaystyle {below}"]
        lines = [self.left, stacked(rows, "rl").strip("$")]
        if self.has_product:
            first, *others = broken(self.printer, self.simplified, "= ")
            lines += [rf"\rule{{0em}}{{2.3em}}{first}", *others]  # room below the last factor
        return stacked((rf"\displaystyle {line}" for line in lines), "l")

    def __repr__(self):
        return f"d{self.chain.loss}/d{self.p} = {self.product}"


class Links(Shown):
    """The way from p to the loss, step by step, each link with its slope above and the slope's value below."""

    def __init__(self, chain, p, known=None):
        self.chain, self.paths, self.known = chain, [path[::-1] for path in chain.paths(p)], known

    def _links(self, names):
        return [(x, y, slope(y, x, self.chain.has_more(y)), latex(self.chain.named(y, x)))
                for x, y in zip(names, names[1:], strict=False)]

    def _repr_latex_(self):
        return aligned((f"& {latex(path[0])}" + "".join(
            rf"\xrightarrow[\displaystyle\; {below} \;]{{\displaystyle\; {above} \;}} {latex(y)}"
            for _, y, above, below in self._links(path)) for path in self.paths), "2.6em")

    @property
    def narrow(self):
        """One link below the other: an arrow with its slope and value beside it."""
        rows = []
        for path in self.paths:
            apart = r"\rule{0em}{2.4em}" if rows else ""  # another path, not another link
            rows.append(rf"\mathrlap{{{apart}{latex(path[0])}}}")
            for _, y, above, below in self._links(path):
                fits = width(f"{above} = {below}") <= WIDTH - 6
                rows.append(rf"\downarrow & \displaystyle {above}{f' = {below}' if fits else ''}")
                rows += [] if fits else [rf"& \displaystyle = {below}"]
                rows.append(rf"\mathrlap{{{latex(y)}}}")
        return stacked(rows, "ll", "0.8em")

    def __repr__(self):
        return "\n".join(" -> ".join(map(str, path)) for path in self.paths)


class ReversePass(list, Shown):
    """The pairs (adjoint, expression) of a reverse pass, printed as one line each."""

    def __init__(self, chain, pairs, order):
        super().__init__(pairs)
        self.chain, self.order, self.printer = chain, order, Printer(chain.adjoints.values())
        for name, dz in chain.adjoints.items():
            alone = chain.uses[chain.loss] == [name] and not chain.has_more(chain.loss)
            self.printer.slopes[word(dz)] = slope(chain.loss, name, not alone)

    @cached_property
    def known(self):
        """Found out when it is shown: programs take reverse passes too."""
        return self.chain.known_reverse(self)

    def _lines(self):
        """The lines, their factors in the names of the steps."""
        return [(self.printer.doprint(left), self.chain.adjoint_of(name, self.chain.named))
                for (left, _), name in zip(self, self.order, strict=True)]

    def _repr_latex_(self):
        lines = [f"{left} &= {self.printer.doprint(right)}" for left, right in self._lines()]
        return aligned(lines, "1.6em" if any(r"\sum" in line for line in lines) else None)

    @property
    def narrow(self):
        lines = [(left, broken(self.printer, right, "= ")) for left, right in self._lines()]
        if all(width(left) + width(right[0]) <= WIDTH and len(right) == 1 for left, right in lines):
            return None
        rows = []
        for left, (first, *others) in lines:
            rows += [f"{left} {first}"] if width(left + first) <= WIDTH else [left, rf"\quad {first}"]
            rows += others
        gap = "1.6em" if any(r"\sum" in row for row in rows) else "1.1em"
        return stacked((rf"\displaystyle {row}" for row in rows), "l", gap)


def broken(printer, expr, before="", room=WIDTH):
    """An expression in lines of LaTeX that are broken between its terms, or between the factors of a product."""
    text = printer.doprint(expr)
    if width(before + text) <= room:
        return [before + text]
    if isinstance(expr, Sum) and len(expr.limits) == 1 and not expr.function.is_Add:
        bare = printer.doprint(expr).removesuffix(printer.doprint(expr.function))
        return broken(printer, expr.function, before + bare, room)
    space, indent = (r"\qquad\quad", 6) if r"\sum" in before else (r"\quad", 2)  # beside a sum, not below it
    first, *others = packed(pieces(printer, expr), WIDTH - room + width(before), indent)
    return [before + first, *(f"{space} {line}" for line in others)]


def pieces(printer, expr):
    """What a long expression may be broken into: terms, factors, and the terms of a factor that is too long."""
    if expr.is_MatMul:
        yield printer.doprint(expr)  # keeps its order
    elif expr.is_Mul and any(arg.is_Integer and arg != 1 for arg in expr.args[1:]):
        yield from re.split(r"(?=\\cdot )", printer.doprint(expr))  # so does what was written in one
    elif expr.is_Add:
        for k, term in enumerate(printer._as_ordered_terms(expr)):
            whole = printer.doprint(term)
            first, *others = [whole] if width(whole) <= WIDTH - 6 else pieces(printer, term)
            yield first if k == 0 or first.startswith("-") else f"+ {first}"
            yield from others
    elif expr.is_Mul:
        sums = [factor for factor in Mul.make_args(expr) if factor.is_Add]
        for group in printer.groups(expr):
            yield from opened(printer, group, sums) if width(group) > WIDTH - 6 else [group]
    else:
        yield printer.doprint(expr)


def opened(printer, text, sums):
    """The LaTeX of a product in pieces: the longest of its sums, in brackets, broken between terms."""
    brackets = {rf"\left({printer.doprint(sum_)}\right)": sum_ for sum_ in sums}
    longest = max((bracket for bracket in brackets if bracket in text), key=width, default="")
    before, found, after = text.partition(longest) if longest else (text, "", "")
    if not found or before.count("{") > before.count("}"):  # what stands in a fraction stays in it
        return [text]
    big = r"\Big" if r"\frac" in longest else r"\big"
    first, *others = pieces(printer, brackets[longest])
    first = rf"{big}l({first}"
    head = [f"{before}{first}"] if width(before) < 4 else [before, first]
    *all_but, last = [*head, *others]
    return [*all_but, rf"{last}{big}r){after}"]

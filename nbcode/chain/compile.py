"""The two ways out of symbols: straight-line programs as NumPy functions and as JavaScript source."""
import builtins
import math
from functools import partial, reduce
from types import SimpleNamespace

from sympy import (
    Dummy,
    Function,
    Heaviside,
    I,
    Indexed,
    Piecewise,
    Sum,
    Symbol,
    cse,
    erf,
    exp,
    lambdify,
    nan,
    numbered_symbols,
    oo,
    zoo,
)
from sympy.printing.codeprinter import PrintMethodNotImplementedError
from sympy.printing.jscode import JavascriptCodePrinter

from .expressions import listed, names, renamed
from .stable import stable
from .wellformed import check_slope


def straight_line(lines, values, far=True):
    """(lines, values) with common subexpressions computed once, and no line that the values do not need.

    With `far`, as everything is that becomes code, in forms that hold far from 0.
    """
    if far:
        lines, values = in_levels(*without_numbers(lines, values))
    lines = needed(lines, values)
    targets = [array(name) for name, _ in lines]
    exprs = [check_slope(expr) for expr in [*(expr for _, expr in lines), *values]]
    exprs = [array(stable(expr) if far else expr) for expr in exprs]
    shared, reduced = cse(exprs, symbols=numbered_symbols("_", Dummy), order="none")
    shared, program = dict(shared), []

    def first_compute(expr):
        for symbol in sorted(expr.free_symbols & shared.keys(), key=lambda s: int(s.name[1:])):
            if symbol in shared:
                definition = shared.pop(symbol)
                first_compute(definition)
                program.append((symbol, definition))

    for target, expr in zip(targets, reduced[:len(targets)], strict=True):
        first_compute(expr)
        program.append((target, expr))
    for expr in reduced[len(targets):]:
        first_compute(expr)
    return program, reduced[len(targets):]


def needed(lines, values):
    """The lines on which the values depend."""
    used, kept = {name for value in values for name in names(value)}, []
    for name, expr in reversed(lines):
        if name in used:
            kept.append((name, expr))
            used |= names(expr)
    return kept[::-1]


def without_numbers(lines, values):
    """The program without the lines that are mere numbers, such as an adjoint that is 1."""
    numbers, left = {}, []
    for name, expr in lines:
        expr = expr.xreplace(numbers)
        if expr.is_Number:
            numbers[name] = expr
        else:
            left.append((name, expr))
    return left, [value.xreplace(numbers) for value in values]


def in_levels(lines, values):
    """The program with exponents that hold exponentials as lines: stable forms of a tower would grow with it."""
    levels, made = {}, []

    def power(u):
        if not u.has(exp):
            return exp(u)
        sign = -1 if u.could_extract_minus_sign() else 1
        if sign * u not in levels:
            levels[sign * u] = Dummy(real=True)
            made.append((levels[sign * u], sign * u))
        return exp(sign * levels[sign * u])

    for name, expr in lines:
        expr = expr.replace(exp, power)  # which makes the lines that it needs
        made.append((name, expr))
    return made, [value.replace(exp, power) for value in values]


def array(expr):
    """a[i] as the symbol a, which holds the whole array, and the sum over i as `total` of it."""
    expr = expr.replace(Sum, lambda term, limits: Function("total")(array(term), limits[2]))
    return expr.xreplace({leaf: Symbol(str(leaf.base), real=True) for leaf in expr.atoms(Indexed)})


def to_numpy(lines, values, columns=None, by_point=()):
    """A function f(at, **more) of a dict of numbers and arrays; a TypeError names what is missing in it.

    With data: their Columns, and which of the values are by data point.
    """
    import numpy as np

    made = [name for name, _ in lines]
    args = sorted({s for e in [*(e for _, e in lines), *values] for s in e.free_symbols} - {*made}, key=str)
    compute = compiled(args, lines, values, own_functions(np), "numpy")

    def evaluate(at=(), **more):
        at = {str(name): value for name, value in {**dict(at), **more}.items()}
        if columns:
            at = columns.counted(at, {*map(str, args)})
        if missing := [str(arg) for arg in args if str(arg) not in at]:
            raise TypeError(f"numbers are missing for {listed(missing)}; got {listed(at)}")
        found = [np.asarray(value) for value in compute(*(floats(str(arg), at[str(arg)]) for arg in args))]
        for k, value in enumerate(found):
            if by_point and not by_point[k] and value.shape[-1:] == (1,):
                found[k] = value[..., 0]
        return found[0][()] if len(found) == 1 else tuple(value[()] for value in found)

    return evaluate


def own_functions(np):
    """What the programs call besides NumPy's own functions."""
    def total(terms, n):  # a term that does not change with the data counts n times
        return (terms * np.ones(int(n), int)).sum(axis=-1, keepdims=True)

    both, either = (SimpleNamespace(reduce=partial(reduce, each)) for each in (np.logical_and, np.logical_or))
    return {"total": total, "reduce": reduce, "logical_and": both, "logical_or": either,  # of unequal shapes
            "erf": np.vectorize(math.erf, otypes=[float]),
            "abs": lambda u: np.maximum(u, -u)}  # a complex step through it gives its slope


def compiled(args, lines, values, *modules):
    """The program as a function of the args, under names of its own: exp or w' would be misread as code."""
    own = {name: Symbol(f"v{k}", real=True) for k, name in enumerate([*args, *(name for name, _ in lines)])}
    lines = [(own[name], by_cases(renamed(e, own))) for name, e in lines]
    values = [by_cases(renamed(e, own)) for e in values]
    try:
        compute = lambdify([own[arg] for arg in args], values, [*modules], cse=lambda exprs: (lines, exprs),
                           docstring_limit=0)  # a docstring would have to be printed
    except PrintMethodNotImplementedError as error:
        raise ValueError(f"this cannot be computed: {str(error).splitlines()[0]}") from None
    if unknown := {*compute.__code__.co_names} - compute.__globals__.keys() - {*dir(builtins)}:
        raise ValueError(f"there is no function {listed(sorted(unknown))} to compute with in {modules[-1]}")
    return compute


def by_cases(expr):
    """Heaviside(u) as 0, 1/2 or 1; SymPy's printer would put a Max in u into cases too and think for seconds."""
    return expr.replace(Heaviside, lambda *args: Heaviside(*args).rewrite(Piecewise, deep=False))


def floats(name, value):
    """A number or an array as floats: 10**(8*x) at x = 3 is more than an integer of NumPy holds."""
    import numpy as np

    try:
        array = np.asarray(value)
        if array.dtype.kind == "O":  # SymPy's numbers
            return np.reshape([float(entry) for entry in array.flat], array.shape)
        if array.dtype.kind in "biufc":
            return array if array.dtype.kind == "c" else array.astype(float)
    except (TypeError, ValueError):
        pass
    raise TypeError(f"{name} must be a number or an array of numbers; got {value!r}")


class Columns:
    """The columns of data that a program runs over: their names, and the limits (index, 1, count) of the sum."""

    def __init__(self, names, index, _, count):
        self.names, self.index, self.count = names, str(index), count

    def counted(self, at, used):
        """`at` with the number of data points and 1, 2, … for their index.

        ValueError where those columns do not fit that are used; others count only where none is.
        """
        import numpy as np

        shapes = {name: np.shape(at[name]) for name in self.names if name in at}
        shapes = {name: shape for name, shape in shapes.items() if name in used} or shapes
        if bad := [name for name, shape in shapes.items() if 0 in shape or shape[1:] == (1,) != shape[:1]]:
            raise ValueError(f"data run over their last axis, not empty; {bad[0]} has shape {shapes[bad[0]]}")
        sizes = {name: shape[-1] for name, shape in shapes.items() if shape and shape[-1] != 1}  # one serves all
        size = int(self.count) if self.count.is_Integer else max(sizes.values(), default=1)
        if {*sizes.values()} - {size}:
            raise ValueError(f"the columns must be of one length, {self.count}; got {sizes}")
        return {str(self.count): size, self.index: np.arange(1, size + 1), **at}


# erf(x) as exp(-x²) times a series whose terms are all of one sign, to the last digits.
ERF = ("const erf = (x) => { if (Math.abs(x) > 6) return Math.sign(x); let sum = x, term = x; "
       "for (let k = 3; k < 400; k += 2) sum += term *= 2*x*x/k; "
       "return 2/Math.sqrt(Math.PI)*Math.exp(-x*x)*sum; }; ")


class JavaScript(JavascriptCodePrinter):
    """SymPy's printer, with log1p and erf, and a cube root that is no number below 0, like every other root."""

    def __init__(self):
        super().__init__({"user_functions": {"log1p": "Math.log1p", "erf": "erf"}})

    def _print_Pow(self, expr):
        if expr.exp.is_Rational and expr.exp.q == 3:
            return f"Math.pow({self._print(expr.base)}, {self._print(expr.exp)})"
        return super()._print_Pow(expr)


def to_javascript(args, lines, values):
    """Source of a JavaScript function of `args` that returns an array. ValueError for what it cannot say.

    It has names of its own, p0, p1, … and v0, v1, …, so that no name of a reader can be a word of JavaScript.
    """
    own = {}
    for letter, given in (("p", args), ("v", [name for name, _ in lines])):
        for k, name in enumerate(given):
            if name in own:
                raise ValueError(f"{name} would be defined twice: as an argument, or as an argument and a step")
            own[name] = Symbol(f"{letter}{k}", real=True)

    def code(expr):
        if unknown := sorted(map(str, expr.free_symbols - own.keys())):
            raise ValueError(f"{expr} uses {listed(unknown)}, which is neither an argument nor a step")
        try:
            text = " ".join(JavaScript().doprint(renamed(expr, own)).split())
            if expr.has(I, zoo, nan, oo, -oo) or ";" in text:  # EulerGamma would be declared first
                raise NotImplementedError
            return text
        except NotImplementedError:
            raise ValueError(f"{expr} cannot be written in JavaScript") from None

    body = "".join(f"const {own[name]} = {code(expr)}; " for name, expr in lines)
    if any(expr.has(erf) for expr in [*values, *(expr for _, expr in lines)]):
        body = ERF + body
    return f"({listed(own[arg] for arg in args)}) => {{ {body}return [{listed(map(code, values))}]; }}"

"""The two ways out of symbols: straight-line programs as NumPy functions and as JavaScript source."""
import re

from sympy import Function, I, Indexed, Sum, Symbol, cse, jscode, lambdify, nan, numbered_symbols, oo, zoo

from .expressions import listed, names

JAVASCRIPT_WORDS = frozenset(
    "arguments await break case catch class const continue debugger default delete do else enum eval export "
    "extends false finally for function if implements import in instanceof interface let Math new null package "
    "private protected public return static super switch this throw true try typeof var void while with "
    "yield".split())


def straight_line(lines, values):
    """(lines, values) with common subexpressions computed once, and no line that the values do not need."""
    needed, kept = {name for value in values for name in names(value)}, []
    for name, expr in reversed(lines):
        if name in needed:
            kept.append((name, expr))
            needed |= names(expr)
    targets = [array(name) for name, _ in reversed(kept)]
    shared, reduced = cse([array(expr) for _, expr in reversed(kept)] + [array(value) for value in values],
                          symbols=numbered_symbols("_"), order="none")
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


def array(expr):
    """a[i] as the symbol a, which holds the whole array, and the sum over i as `total` of it."""
    expr = expr.replace(Sum, lambda term, limits: Function("total")(array(term), limits[2]))
    return expr.xreplace({leaf: Symbol(str(leaf.base), real=True) for leaf in expr.atoms(Indexed)})


def to_numpy(lines, values, columns=(), count=None, by_point=None):
    """A function f(at, **more) of a dict of numbers and arrays; a TypeError names what is missing in it.

    Whole numbers count as floats: 10**(8*x) at x = 3 is more than an integer of NumPy holds.
    With data: the names of its columns, the symbol of their length, and which of the values are by data point.
    """
    import numpy as np

    made = [name for name, _ in lines]
    args = sorted({s for e in [*(e for _, e in lines), *values] for s in e.free_symbols} - {*made}, key=str)
    plain = {name: Symbol(f"v{k}") for k, name in enumerate([*args, *made])}  # exp or w' would be misread as code
    lines, values = [(plain[name], e.xreplace(plain)) for name, e in lines], [e.xreplace(plain) for e in values]

    def total(terms, n):  # a term that does not change with the data counts n times
        return (terms * np.ones(int(n), int)).sum(axis=-1, keepdims=True)

    compute = lambdify([plain[arg] for arg in args], values, [{"total": total}, "numpy"],
                       cse=lambda exprs: (lines, exprs))

    def evaluate(at=(), **more):
        at = {str(name): value for name, value in {**dict(at), **more}.items()}
        if columns:
            lengths = [np.atleast_1d(at[name]).shape[-1] for name in columns if name in at]
            at.setdefault(str(count), max(lengths, default=1))
        if missing := [str(arg) for arg in args if str(arg) not in at]:
            raise TypeError(f"numbers are missing for {listed(missing)}; got {listed(at)}")
        found = [np.asarray(value) for value in compute(*(np.asarray(at[str(arg)]) * 1.0 for arg in args))]
        for k, value in enumerate(found):
            if by_point and not by_point[k] and value.shape[-1:] == (1,):
                found[k] = value[..., 0]
        return found[0][()] if len(found) == 1 else tuple(value[()] for value in found)

    return evaluate


def to_javascript(args, lines, values):
    """Source of a JavaScript function of `args` that returns an array. ValueError for what it cannot say."""
    known, taken = {*args}, set()
    for name in map(str, [*args, *(name for name, _ in lines)]):
        if not re.fullmatch(r"[A-Za-z_$][\w$]*", name, re.ASCII) or name in JAVASCRIPT_WORDS:
            raise ValueError(f"'{name}' cannot be a JavaScript name: use letters, digits and _, as in w1")
        if name in taken:
            raise ValueError(f"{name} would be defined twice: as an argument, or as an argument and a step")
        taken.add(name)

    def code(expr):
        if unknown := sorted(map(str, expr.free_symbols - known)):
            raise ValueError(f"{expr} uses {listed(unknown)}, which is neither an argument nor a step")
        try:
            text = " ".join(jscode(expr).split())
            if expr.has(I, zoo, nan, oo, -oo) or ";" in text:  # EulerGamma would be declared first
                raise NotImplementedError
            return text
        except NotImplementedError:
            raise ValueError(f"{expr} cannot be written in JavaScript") from None

    body = []
    for name, expr in lines:
        body.append(f"const {name} = {code(expr)};")
        known.add(name)
    return f"({listed(args)}) => {{{' '.join(body)} return [{listed(map(code, values))}];}}"

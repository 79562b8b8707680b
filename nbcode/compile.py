"""The two ways out of symbols: straight-line programs as NumPy functions and as JavaScript source."""
import re

from sympy import Function, I, Indexed, Sum, Symbol, cse, jscode, lambdify, nan, numbered_symbols, oo, zoo

from nbcode.expressions import listed, names

JAVASCRIPT_WORDS = frozenset(
    "await break case catch class const continue debugger default delete do else enum export extends false "
    "finally for function if import in instanceof let new null package return static super switch this throw "
    "true try typeof var void while with yield".split())


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
    def total(term, limits):
        return Function("total")(array(term)) if term.has(Indexed) else term * limits[2]
    expr = expr.replace(Sum, total)
    return expr.xreplace({leaf: Symbol(str(leaf.base), real=True) for leaf in expr.atoms(Indexed)})


def numpy(lines, values):
    """A function f(at, **more) of a dict of numbers and arrays; a TypeError names what is missing in it."""
    import numpy as np

    made = {name for name, _ in lines}
    args = sorted({s for e in [*(e for _, e in lines), *values] for s in e.free_symbols} - made, key=str)
    compute = lambdify(args, values, [{"total": lambda terms: terms.sum(axis=-1)}, "numpy"],
                       cse=lambda exprs: (lines, exprs))

    def evaluate(at=(), **more):
        at = {str(name): value for name, value in {**dict(at), **more}.items()}
        if missing := [str(arg) for arg in args if str(arg) not in at]:
            raise TypeError(f"numbers are missing for {listed(missing)}; got {listed(at)}")
        found = compute(*(np.asarray(at[str(arg)]) for arg in args))
        return found[0] if len(values) == 1 else tuple(found)

    return evaluate


def javascript(args, lines, values):
    """Source of a JavaScript function of `args` that returns an array. ValueError for what it cannot say."""
    known = {*args}
    for name in [*args, *(name for name, _ in lines)]:
        if not re.fullmatch(r"[A-Za-z_$][\w$]*", str(name), re.ASCII) or str(name) in JAVASCRIPT_WORDS:
            raise ValueError(f"'{name}' cannot be a JavaScript name: use letters, digits and _, as in w1")

    def code(expr):
        if unknown := sorted(map(str, expr.free_symbols - known)):
            raise ValueError(f"{expr} uses {listed(unknown)}, which is neither an argument nor a step")
        try:
            if expr.has(I, zoo, nan, oo, -oo):
                raise NotImplementedError
            return " ".join(jscode(expr).split())
        except NotImplementedError:
            raise ValueError(f"{expr} cannot be written in JavaScript") from None

    body = []
    for name, expr in lines:
        body.append(f"const {name} = {code(expr)};")
        known.add(name)
    return f"({listed(args)}) => {{{' '.join(body)} return [{listed(map(code, values))}];}}"

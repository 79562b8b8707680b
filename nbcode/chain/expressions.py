"""What the chain rule asks of an expression: its names, d expr / d name, whether it is zero."""
from functools import lru_cache
from itertools import count
from math import comb, prod

from mpmath import isfinite, mpf, workdps
from sympy import (
    Add,
    Derivative,
    Dummy,
    Expr,
    Float,
    Function,
    Indexed,
    IndexedBase,
    Max,
    Min,
    Mul,
    Pow,
    Rational,
    Subs,
    Sum,
    Symbol,
    SympifyError,
    exp,
    factor_terms,
    lambdify,
    nsimplify,
    numer,
    sympify,
    together,
)

HIGH, FAR = 12, 20_000  # a power above which, and terms beyond which, nothing is multiplied out or factored
SUM = Dummy("sum", real=True)  # stands for "the sum over the data" where only its linearity matters


def expression(thing):
    """The SymPy expression of one number. TypeError for anything else: a text above all is never evaluated."""
    try:
        expr = sympify(thing, strict=True)
    except SympifyError:
        expr = None
    if not isinstance(expr, Expr) or getattr(expr, "is_Matrix", False):
        raise TypeError(f"{thing!r} is no expression of one number: build it from symbols, or parse a text")
    return expr


@lru_cache(2000)
def names(expr):
    """The steps, parameters and data that an expression uses (not the index and limits of its sum)."""
    leaves = {leaf: Dummy() for leaf in expr.atoms(Indexed)}
    bound = {s for term in expr.atoms(Sum) for limit in term.limits for part in limit for s in part.free_symbols}
    index = {s for leaf in leaves for part in leaf.indices for s in part.free_symbols}
    return frozenset({*leaves, *expr.xreplace(leaves).free_symbols} - {*leaves.values()} - bound - index)


def word(name):
    """A name as text without its index: a for a[i]."""
    return str(name.base if isinstance(name, Indexed) else name)


def put_in(expr, values):
    """expr with values for its names; in the derivative of an undefined function they are its place."""
    return expr.subs(values) if expr.has(Derivative, Subs) else expr.xreplace(values)


def renamed(expr, own):
    """The expression with its `own` names, put together as it was: SymPy would think through each part again."""
    if expr in own or not expr.args:
        return own.get(expr, expr)
    args = [renamed(arg, own) for arg in expr.args]
    if expr.is_Add or expr.is_Mul:
        return expr._new_rawargs(*args)
    return expr.func(*args, **{"evaluate": False} if isinstance(expr, Pow | Function | Max | Min) else {})


def partial(expr, arg):
    """d expr / d arg. The derivative of a sum over i by a[i] is that of its i-th term."""
    return (expr.replace(Sum, lambda term, *_: term) if isinstance(arg, Indexed) else expr).diff(arg)


def adjoint(name, taken=()):
    """dz, which means d loss / d z; d_z where a name in the chain is dz already."""
    written = next(text for k in count() if (text := f"d{'_' * k}{word(name)}") not in taken)
    return IndexedBase(written)[name.indices] if isinstance(name, Indexed) else Symbol(written)


def each_term(change, expr):
    """`change` done to the terms inside a sum over data, or to expr itself where it has none."""
    return expr.replace(Sum, lambda term, *limits: Sum(change(term), *limits)) if expr.has(Sum) else change(expr)


def weights(expr):
    """The names in what the sums of expr are multiplied by: none, where it is a sum of them, times numbers."""
    totals = {total: Dummy() for total in expr.atoms(Sum)}
    flat = expr.xreplace(totals)
    return {name for total in totals.values() for name in names(flat.diff(total))}


def tidy(expr):
    """Common factors in front, and the first term of each bracket positive: -2 (y - z)."""
    number, factors = 1, []
    for factor in Mul.make_args(factor_terms(expr)):
        if factor.is_Add:
            first = min(factor.args, key=lambda term: str(term).lstrip("-"))
            if first.could_extract_minus_sign():
                number, factor = -number, -factor
        if factor.is_number:
            number *= factor
        else:
            factors.append(factor)
    return Mul(number, *factors, evaluate=len(factors) != 1 or abs(number) == 1)  # 2*(y - z) would be expanded


def exact(expr):
    """Decimals as the fractions they were typed as: 0.1 + 0.2 is 0.3 again."""
    return nsimplify(expr, rational=True) if expr.has(Float) else expr


def is_zero(expr):
    """Whether expr is 0: what is no rational algebra becomes a symbol, tanh and its like too; else simplify.

    False says that no way was found; of high powers of many names none is tried. decide.vanishes asks for a point.
    """
    if is_far_from_zero(expr):
        return False  # before any algebra: simplify takes minutes over what is not zero
    expr, _ = lowered(expr, Add)
    if any(abs(power.exp) > HIGH and spread(power) > FAR for power in expr.atoms(Pow) if power.exp.is_Integer):
        return False
    return is_rationally_zero(expr) or is_rationally_zero(expr := expr.rewrite(exp)) or expr.simplify() == 0


def spread(expr):
    """How many terms expr would have, were it multiplied out; an estimate from above, without doing so."""
    if isinstance(expr, Pow) and expr.exp.is_Integer:
        terms, n = spread(expr.base), abs(int(expr.exp))
        return min(comb(terms + n - 1, n), FAR ** 2)
    if isinstance(expr, Mul):
        return min(prod(map(spread, expr.args)), FAR ** 2)
    return sum(map(spread, expr.args)) if expr.is_Add else 1


def lowered(expr, kind=Expr):
    """(expr, {symbol: power}) with a symbol for what the high powers of one base, of a kind, have in common."""
    powers = [power for power in expr.atoms(Pow) if power.exp.is_Integer and abs(power.exp) > HIGH
              and power.base.free_symbols and isinstance(power.base, kind)]
    least, common = {}, {power.base: Dummy() for power in powers}
    for base, n in (power.args for power in powers):
        least[base] = min(abs(n), least.get(base, abs(n)))
    low = {power: (common[base] * base ** (abs(n) - least[base])) ** (1 if n > 0 else -1)
           for power in powers for base, n in [power.args]}
    return expr.xreplace(low), {symbol: base ** least[base] for base, symbol in common.items()}


def is_rationally_zero(expr):
    """Whether expr is 0 by rational algebra alone, with a symbol for each exponential and each other function."""
    symbols = {}

    def symbol(e):
        number, rest = e.exp.as_coeff_Mul() if isinstance(e, exp) else (1, e)
        return symbols.setdefault((e.func, rest), Dummy(positive=isinstance(e, exp) or None)) ** number
    return numer(together(expr.replace(lambda e: isinstance(e, Function), symbol))).expand() == 0


def is_far_from_zero(expr):
    """Whether expr, to 20 digits, is not 0 where its names have some odd values around 1/2."""
    expr = expr.xreplace({leaf: Dummy(str(leaf)) for leaf in expr.atoms(Indexed)})
    symbols = sorted(expr.free_symbols, key=str)
    at = {symbol: Rational(1009 + 97 * k, 3001 + 89 * k) for k, symbol in enumerate(symbols)}  # nobody's constants
    try:  # step by step, with equal parts once: evalf would try ever more digits on what is 0
        # lambdify would put names in for dummies one after the other, and think the whole through each time
        own = {symbol: Symbol(f"v{k}", real=True) for k, symbol in enumerate(symbols)}
        compute = lambdify([*own.values()], renamed(expr, own), "mpmath", cse=True, docstring_limit=0)
        values = []
        for digits in 60, 90:  # what is left of large numbers that cancel gets smaller with more of them
            with workdps(digits):
                values.append(compute(*(mpf(part.p) / part.q for part in at.values())))
                if not (isfinite(values[-1]) and abs(values[-1]) > 1e-10):
                    return False
        return bool(abs(values[0]) < 2 * abs(values[1]))
    except (TypeError, ValueError, ArithmeticError, NameError, NotImplementedError):
        value = expr.evalf(20, subs=at)
    return bool(value.is_number and value.is_finite and abs(value) > 1e-10)


def listed(things):
    """Things as they stand in a message: a, b, c."""
    return ", ".join(map(str, things))

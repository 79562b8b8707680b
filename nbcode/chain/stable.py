"""Forms that hold far from 0: a sum of exponentials is its largest term times a rest that cannot overflow.

    log(1 + exp(z))            max(0, z) + log1p(exp(-|z|))
    1/(1 + exp(-z))            exp((z - |z|)/2)/(1 + exp(-|z|))
    exp(u)/(exp(u) + … )       exp(u - m)/(exp(u - m) + …), with m the largest exponent
"""
from collections import defaultdict
from functools import lru_cache

from sympy import Abs, Add, Max, Mul, Pow, S, exp, expand_log, expand_mul, log, together
from sympy.codegen.cfunctions import log1p

from .expressions import names


@lru_cache(1000)  # the shares of a softmax all have one sum below
def stable(expr):
    """The expression in a form that neither overflows nor cancels where its exponents are large."""
    if not expr.has(exp):
        return expr
    if isinstance(expr, log):
        return Add(*(count * _log_of(part) for part, count in logarithms(expr.args[0]).items()))
    if isinstance(expr, Mul | Pow) and any(map(_has_quotients, Mul.make_args(expr))):
        expr = together(expr)
    if isinstance(expr, Mul | Pow) and any(map(_is_below, Mul.make_args(expr))):
        exponent, rest = _pulled_out(expr)
        return rest * exp(Add(*(expand_mul(term, deep=False) for term in Add.make_args(exponent))))
    args = tuple(map(stable, expr.args))
    return expr if args == expr.args else expr.func(*args)  # made anew, a Max compares its arguments once more


def logarithms(expr):
    """log(expr) as {part: count}: the exponentials and the sums of them that are positive, each by itself.

    An exponential goes into a sum of two: log(e^z/(1 + e^z)) as -log(1 + e^-z), where nothing cancels.
    """
    exponent, counts, others = S.Zero, defaultdict(int), []
    for factor in Mul.make_args(together(expr)):
        base, power = factor.as_base_exp()
        if isinstance(factor, exp):
            exponent += factor.args[0]
        elif all(number.is_positive for number in exponentials(base).values()):
            counts[base] += power
        else:
            others.append(factor)
    if others:
        counts[Mul(*others)] += 1
    match [*counts.items()]:
        case [(pair, 1 | -1 as power)] if exponent and len(exponentials(pair)) == 2:
            return {Add(*(term * exp(power * exponent) for term in pair.args)): power}
    return counts | {exp(exponent): 1} if exponent else counts


def exponentials(expr):
    """A sum as {exponent: factor}, the factors of e to each exponent: {0: 1, z: 2} for 1 + 2 exp(z)."""
    found = defaultdict(int)
    for term in Add.make_args(expr):
        factors = Mul.make_args(term)
        exponent = Add(*(factor.args[0] for factor in factors if isinstance(factor, exp)))
        found[exponent] += Mul(*(factor for factor in factors if not isinstance(factor, exp)))
    return found


def _is_below(factor):
    """Whether a factor is a sum with exponentials in a denominator."""
    base, power = factor.as_base_exp()
    return base.is_Add and power.could_extract_minus_sign() and len(exponentials(base)) > 1


def _has_quotients(factor):
    """Whether a factor is a sum with quotients of exponentials in it: 1 - exp(z)/(1 + exp(z))."""
    base, _ = factor.as_base_exp()
    return base.is_Add and any(number.has(exp) for number in exponentials(base).values())


def _log_of(part):
    """log of one part: an exponential, a positive sum of exponentials, or what else there was."""
    if isinstance(part, exp):
        return stable(part.args[0])
    terms = exponentials(part)
    if len(terms) == 2 and all(number.is_positive for number in terms.values()):
        u, v = (stable(exponent) + log(number) for exponent, number in terms.items())
        return Max(u, v) + log1p(exp(-Abs(u - v)))
    exponent, rest = _pulled_out(part)
    return exponent + log(rest)


def _pulled_out(product):
    """(exponent, rest): the product is exp(exponent) times the rest, in which no exponential is above 1."""
    exponents, rests = [], []
    for factor in Mul.make_args(product):
        if isinstance(factor, exp):
            exponents.append(stable(factor.args[0]))
            continue
        base, power = factor.as_base_exp()
        top, rest = _largest(base) if base.is_Add and base.has(exp) else (0, stable(base))
        exponents.append(top * power)
        rests.append(rest ** power)
    return Add(*exponents), Mul(*rests)


@lru_cache(1000)
def _largest(add):
    """(m, rest): the sum is exp(m) times the rest, with m the largest of its exponents."""
    terms = {stable(exponent): stable(number) for exponent, number in exponentials(add).items()}
    if len(terms) != 2:
        top = Max(*terms)
        return top, Add(*(number * exp(exponent - top) for exponent, number in terms.items()))
    (u, a), (v, b) = terms.items()
    gap = Abs(u - v)
    rest = a * (1 + exp(-gap)) if a == b else a * exp((u - v - gap) / 2) + b * exp((v - u - gap) / 2)
    return (u + v + gap) / 2, rest


def through_logs(steps):
    """(see, hidden): `see` puts into each logarithm what the steps in it stand for, where that is exponentials.

    `hidden` are those steps. So the log of a = 1/(1 + exp(-z)) is -log(1 + exp(-z)), also where a is rounded to 0.
    """
    hidden = {}

    def opened(expr):
        return hidden.get(expr) or (expr.func(*map(opened, expr.args)) if expr.is_Add or expr.is_Mul or expr.is_Pow
                                    else expr)

    def see(expr):
        return expr.replace(log, lambda arg: Add(*(
            count * expand_log(log(part)) for part, count in logarithms(opened(arg)).items()
        )) if names(arg) & hidden.keys() else log(arg))

    for step, expr in steps.items():
        if _shows(whole := opened(expr)):
            hidden[step] = whole
    return see, hidden


def _shows(expr):
    """Whether an exponential is a term or a factor of it, and not inside another function."""
    return isinstance(expr, exp) or (expr.is_Add or expr.is_Mul or expr.is_Pow) and any(map(_shows, expr.args))

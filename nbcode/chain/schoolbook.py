"""Derivatives in the names of the steps: a (1 - a) for a sigmoid a, p - 1 for softmax with cross entropy."""
from sympy import (
    Dummy,
    Function,
    Indexed,
    Mul,
    Pow,
    Sum,
    cancel,
    collect,
    count_ops,
    exp,
    factor,
    fraction,
    tanh,
    together,
)

from .expressions import FAR, HIGH, each_term, lowered, spread, tidy

LONG, MANY = 100, 30  # operations and steps beyond which an expression keeps its form


def named(step, expr, arg, slope):
    """The slope of a step by arg in terms of the step itself, where that is shorter: 1 - a² for a tanh a."""
    if not expr.has(exp, tanh) or is_long(slope) or spread(expr) > FAR:
        return slope
    forms, best = Rational(), slope
    for form in (step, step * (1 - step), 1 - step ** 2):
        ratio = cancel(together(forms.of(slope) / forms.of(form.xreplace({step: expr}))))
        ratio = forms.back(ratio)
        if not ratio.has(exp, tanh) and not fraction(ratio)[1].has(arg):
            best = min(best, tidy(form * ratio), key=count_ops)
    return best


def is_long(expr):
    """Whether expr is too long, or would be if it were multiplied out, to look for another form of it."""
    return count_ops(expr) > LONG or spread(expr) > FAR


def shortest(expr, steps):
    """expr, or where that is shorter: factored, and with what a step stands for under the step's name."""
    if is_long(expr) or len(steps) > MANY:
        return expr
    return each_term(lambda term: shortest_term(term, steps), expr)


def shortest_term(expr, steps):
    forms = Rational()
    short = forms.of(expr)
    relations = [(forms.of(step), *fraction(together(forms.of(value))))
                 for step, value in steps.items() if not value.has(Sum) and spread(value) <= FAR]
    best = min(short, factored(short), key=count_ops)
    while trials := [trial for relation in relations if may_cancel(best, *relation)
                     for trial in folded(best, *relation)
                     if not any(arg.as_base_exp()[0] in forms.exponentials and arg.as_base_exp()[1].is_negative
                                for arg in Mul.make_args(trial))]:
        trial = min(trials, key=count_ops)
        if count_ops(trial) >= count_ops(best):
            break
        best = trial
    return min(expr, *(tidy(forms.back(each)) for each in (best, short)), key=count_ops)


def gathered(expr, steps):
    """expr, or if that is shorter: with complements such as q = 1 - p put in, a common name before a bracket."""
    forms = Rational()
    short, steps = forms.of(expr), {forms.of(step): value for step, value in steps.items()}
    opened = factored(short.xreplace({step: value for step, value in steps.items() if is_complement(value)}))
    common = [collect(each, name) for each in (short, opened) if each.is_Add
              for name in sorted(each.free_symbols, key=str)]
    return tidy(forms.back(min([opened, short, *common], key=count_ops)))


def is_complement(value):
    """Whether a step is a number and a name, q = 1 - p, which says more than q."""
    number, name = value.as_coeff_Add()
    return number != 0 and (name.is_Symbol or (-name).is_Symbol)


def may_cancel(expr, step, above, below):
    """Whether something that expr is divided by stands in step = above/below."""
    divides = fraction(together(expr))[1].free_symbols
    return bool(divides & (above - step * below).free_symbols)


def folded(expr, step, above, below):
    """expr in other forms by step = above/below: as a factor, and solved for each name in it that occurs once."""
    for power in (1, -1):
        yield factored(expr * (step * below / above) ** power)
    relation = (above - step * below).expand()
    for name in sorted(relation.free_symbols & expr.free_symbols - {step}, key=str):
        slope = relation.coeff(name)
        if not slope.has(name) and not (rest := (relation - slope * name).expand()).has(name):
            yield factored(expr.xreplace({name: -rest / slope}))


def factored(expr):
    """expr as a product, high powers as they are; expr itself, where that would be long to find."""
    low, powers = lowered(expr)
    if spread(low) > FAR or any(abs(power.exp) > HIGH for power in low.atoms(Pow) if power.exp.is_Integer):
        return expr
    return factor(cancel(together(low))).xreplace(powers)


class Rational:
    """Turns expressions into rational ones: symbols stand for indexed names, exponentials and other functions."""

    def __init__(self):
        self.symbols = {}

    def of(self, expr):
        def power(e):
            number, rest = e.exp.expand().as_coeff_Mul()
            if rest.could_extract_minus_sign():
                number, rest = -number, -rest
            return self._symbol(exp(rest)) ** number
        expr = expr.replace(lambda e: isinstance(e, exp), power)
        return expr.replace(lambda e: isinstance(e, Function | Indexed), self._symbol)

    def _symbol(self, expr):
        return self.symbols.setdefault(expr, Dummy(str(expr)))

    @property
    def exponentials(self):
        return {symbol for expr, symbol in self.symbols.items() if isinstance(expr, exp)}

    def back(self, expr):
        known = {symbol: value for value, symbol in self.symbols.items()}
        while (after := expr.xreplace(known)) != expr:
            expr = after
        return expr

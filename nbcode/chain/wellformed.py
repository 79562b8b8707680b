"""What the steps of a chain must keep to: names told apart, defined before they are used, one sum over data."""
from sympy import (
    Derivative,
    DiracDelta,
    Heaviside,
    Indexed,
    Mod,
    Subs,
    Sum,
    Symbol,
    ceiling,
    floor,
    frac,
    sign,
)

from .expressions import SUM, listed, names, weights, word

JUMPS = sign, Heaviside, floor, ceiling, frac, Mod


def check_told_apart(uses):
    """Raise ValueError for what cannot name a step, and for two names that are written alike."""
    for step in uses:
        if not isinstance(step, (Symbol, Indexed)):
            raise ValueError(f"{step!r} cannot name a step: use a symbol, as in z, or with an index, as in z[i]")
    known = {}
    for name in sorted({*uses}.union(*uses.values()), key=str):
        twin = known.setdefault(word(name), name)
        both_indexed = isinstance(twin, Indexed) and isinstance(name, Indexed)
        if twin != name and not (both_indexed and twin.indices != name.indices):
            raise ValueError(f"two names are written {word(name)}, but differ (one has an index, or other "
                             "assumptions): rename one, or make them the same")


def check_order(uses):
    """Raise ValueError where a step uses a name that is defined only later, or in terms of itself."""
    seen = set()
    for step, args in uses.items():
        for arg in args:
            if arg in uses and arg not in seen:
                trail = route(uses, arg, step)
                raise ValueError("a cycle: " + " uses ".join(map(str, [step, *trail])) if trail else
                                 f"{step} uses {arg} before it is defined: put the step {arg} first")
        seen.add(step)


def route(uses, start, goal):
    """The names on a way from start to goal along what each step uses, or []."""
    ways, seen = [[start]], set()
    while ways:
        way = ways.pop()
        if way[-1] == goal:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, arg] for arg in uses.get(way[-1], ())]
    return []


def check_sums(steps, loss):
    """The limits of the sum over data, () without one. ValueError unless each way meets one, and linearly."""
    sums = {term.limits for expr in steps.values() for term in expr.atoms(Sum)}
    leaves = sorted({leaf for pair in steps.items() for expr in pair for leaf in expr.atoms(Indexed)}, key=str)
    if not sums:
        if leaves:
            raise ValueError(f"{listed(leaves)} carry an index, so the loss {loss} must be a Sum over it")
        return ()
    counts = {symbol for limits in sums for part in limits[0] for symbol in part.free_symbols}
    outside = {step: expr.replace(Sum, lambda *_: SUM) for step, expr in steps.items()}
    if len(sums) > 1 or any(weights(expr) - counts for expr in steps.values()):
        raise ValueError(f"a sum over data, as in the loss {loss}, stands by itself, times a number at most: "
                         "give it a step of its own")
    check_totals(steps)
    (index, first, count), *others = limits = sums.pop()
    if others or first != 1 or not (count.is_Symbol or count.is_Integer):
        raise ValueError(f"the sum must run over one index, from 1 to a number or its name, as in (i, 1, n); "
                         f"got {listed(limits)}")
    if strange := [leaf for leaf in leaves if leaf.indices != (index,)]:
        raise ValueError(f"{listed(strange)}: the only index is that of the sum, {index}")
    check_names_of_data(outside, counts, index)
    return limits


def check_names_of_data(outside, counts, index):
    """ValueError if a name is that of the index or count too, or a step lacks the index of what it uses."""
    counting = {str(symbol) for symbol in counts}
    for step, expr in outside.items():
        if twins := sorted({word(name) for name in {step, *names(expr)} - counts} & counting):
            raise ValueError(f"{twins[0]} counts the data points: give the other {twins[0]} another name")
        if expr.has(Indexed) and not isinstance(step, Indexed):
            raise ValueError(f"{step} has no index, but uses {listed(expr.atoms(Indexed))}: a[{index}] is known "
                             f"only for each data point, or under the Sum of the loss")


def check_totals(steps):
    """Raise ValueError where what is summed uses a sum: a way from the loss to a parameter meets one at most."""
    after = set()  # steps that are sums, or use one
    for step, expr in steps.items():
        inside = [term.function for term in expr.atoms(Sum)] if not isinstance(step, Indexed) else [expr]
        if any(term.has(Sum) or names(term) & after for term in inside):
            raise ValueError(f"{step} adds up over the data what is a sum already: only steps without an index, "
                             "outside of a sum, may use one")
        if expr.has(Sum) or names(expr) & after:
            after.add(step)


def check_slope(slope):
    """Raise ValueError for a derivative that is no function, since what was derived jumps."""
    if slope.has(DiracDelta) or any(part.has(*JUMPS) for part in slope.atoms(Derivative, Subs)):
        raise ValueError("sign, Heaviside, floor and Mod jump, and have no derivative there: "
                         "write Abs, Max or Piecewise for what only bends")
    return slope

"""The slips that students make, each with its own remark; one that happens to be right is dropped."""

import re

from sympy import Indexed, Pow, Sum, Symbol, factor

from .net import BENT
from .numbers import names
from .task import Slip
from .texts import negative, product, text, total

MOST = 5
# What is written instead of the derivative of a bend a = f(z).
OF_BENDS = {
    "tanh": [
        ("{a}*(1 - {a})", "wrong function", "That is the derivative of a sigmoid; `{a}` is a tanh."),
        ("1 - {z}**2", "wrong name", "Squared is `{a}`, what comes out of the bend, not `{z}`, what enters it."),
        ("1 - {a}", "power", "Almost: in the derivative of tanh `{a}` is squared."),
        ("1 + {a}**2", "sign", "The sign is turned: the slope of tanh is at most 1."),
        ("{a}", "not derived", "That is the bend itself, not its derivative."),
    ],
    "sigmoid": [
        ("1 - {a}**2", "wrong function", "That is the derivative of a tanh; `{a}` is a sigmoid."),
        ("{z}*(1 - {z})", "wrong name", "The right form, but of `{a}`, what comes out of the bend, not of `{z}`."),
        ("1 - {a}", "missing factor", "The factor `{a}` is missing."),
        ("{a}*(1 + {a})", "sign", "A sign is turned: where `{a}` is near 1, the curve is flat."),
        ("{a}", "not derived", "That is the bend itself, not its derivative."),
    ],
    "relu": [
        ("1", "kink", "Only where `{z}` is positive: below 0 a ReLU is flat."),
        ("cases(0, {z} > 0, 1)", "sides", "The two sides have changed places: above 0 the ReLU rises."),
        ("cases(1, {z} > 0, -1)", "wrong function", "Below 0 a ReLU is flat; it does not fall."),
        ("{a}", "not derived", "That is the ReLU itself, not its derivative."),
        ("0", "kink", "Only where `{z}` is negative: above 0 a ReLU rises."),
    ],
    "leaky_relu": [
        (
            "cases(1, {z} > 0, 0)",
            "wrong function",
            "That is the derivative of a plain ReLU; this one leaks below 0.",
        ),
        ("cases({more}, {z} > 0, 1)", "sides", "The two sides have changed places."),
        ("{more}", "kink", "Only below 0: above it the slope is another."),
        ("1", "kink", "Only above 0: below it the slope is another."),
        ("{a}", "not derived", "That is the bend itself, not its derivative."),
    ],
    "softplus": [
        ("1/(1 + exp({z}))", "sign", "A sign is turned: for a large `{z}` the softplus rises with slope 1."),
        ("exp({z})", "inner", "The logarithm is forgotten: its derivative is 1 over what stands in it."),
        ("sigmoid({z})*(1 - sigmoid({z}))", "twice", "One derivative too far: that is the slope of the sigmoid."),
        ("cases(1, {z} > 0, 0)", "wrong function", "That is the derivative of a ReLU; a softplus has no corner."),
        ("{a}", "not derived", "That is the bend itself, not its derivative."),
    ],
    "exp": [
        ("{z}*exp({z} - 1)", "power rule", "The power rule is for powers of `{z}`; here `{z}` is the exponent."),
        ("1", "wrong function", "The exponential is its own derivative: it does not vanish."),
        ("{z}*{a}", "inner", "There is a factor `{z}` too many: the exponent `{z}` has derivative 1."),
        ("-{a}", "sign", "The sign is turned: the exponential rises."),
    ],
    "log": [
        ("{a}", "not derived", "That is the logarithm itself, not its derivative."),
        ("{z}", "upside down", "Upside down: it is flatter, the larger `{z}` is."),
        ("-1/{z}**2", "twice", "One derivative too far."),
        ("-1/{z}", "sign", "The sign is turned: the logarithm rises."),
    ],
    "sqrt": [
        ("1/{a}", "power rule", "The exponent 1/2 comes down as a factor: a 2 is missing below."),
        ("{a}/2", "exponent", "The exponent falls by one, from 1/2 to −1/2: the root stands below."),
        ("2*{a}", "upside down", "Upside down: a root is flatter, the larger `{z}` is."),
        ("-1/(2*{a})", "sign", "The sign is turned: a root rises."),
    ],
}


def kept(net, right, candidates, before=()):
    """The candidates that are false and differ from one another, at most five."""
    found = []
    for slip in candidates:
        if slip.remark and not any(
            net.agree(slip.text, other, before) for other in (right, *(each.text for each in found))
        ):
            found.append(slip)
    return tuple(found[:MOST])


def of_factor(net, y, x):
    """What is written instead of the derivative of a step with respect to a name in it."""
    right, formula = net.factor(y, x), net.formulas[y]
    bent = BENT.fullmatch(formula)
    if bent and bent[1] in OF_BENDS:
        a, z, more = y, bent[2], bent[3]
        return kept(
            net,
            right,
            [
                Slip(each.format(a=a, z=z, more=more), kind, remark.format(a=a, z=z))
                for each, kind, remark in OF_BENDS[bent[1]]
            ],
        )
    return kept(net, right, [*of_powers(net, y, x), *of_lines(net, y, x), *of_names(net, y, x, right)])


def term(net, y, x):
    """(the step, of a sum its term; d step/dx; the name) as expressions of the chain."""
    name, expr = net.expression(x), net.expression(net.formulas[y])
    return (expr.replace(Sum, lambda each, *_: each) if name.has(Indexed) else expr), name


def of_powers(net, y, x):
    expr, name = term(net, y, x)
    for power in sorted(expr.atoms(Pow), key=str):
        base, n = power.as_base_exp()
        if not (n.is_Integer and n > 1 and base.has(name)):
            continue
        slope, marked = expr.diff(name), Symbol("marked")
        rate = expr.xreplace({power: marked}).diff(marked)
        inner = base.diff(name)
        yield Slip(
            net.long(text(factor(rate * inner * base ** (n - 1)))),
            "power rule",
            f"The power rule brings the exponent down: a factor {n} is missing.",
        )
        yield Slip(
            net.long(text(factor(slope * base))), "exponent", "The exponent falls by one when it comes down."
        )
        if (inner + 1).is_zero:
            yield Slip(
                net.long(text(factor(-slope))),
                "inner sign",
                f"In the bracket `{x}` has a minus: its inner derivative −1 is a factor too.",
            )


def of_lines(net, y, x):
    """Of what is linear in x."""
    expr, name = term(net, y, x)
    slope = expr.diff(name)
    if slope.has(name):
        return
    rest = (expr - slope * name).expand()
    if slope == 1:
        yield Slip("0", "constant", f"`{y}` does change with `{x}`: by 1 when `{x}` grows by 1.")
    if rest != 0 and rest.is_Add is False:
        yield Slip(
            net.long(text(slope + rest)),
            "constant",
            f"`{net.long(text(rest))}` does not change with `{x}`: its derivative is 0.",
        )
    if slope != 1:
        yield Slip(
            net.long(text(slope * name)),
            "not derived",
            f"`{x}` still stands in it as a factor: that is the term itself, not its derivative.",
        )


def of_names(net, y, x, right):
    for other in net.uses(y):
        if other != x:
            yield Slip(
                net.factor(y, other),
                "wrong thing",
                f"That is `{net.left(y, other)}`: the derivative with respect to `{other}`.",
            )
    yield Slip(negative(right), "sign", "The sign is turned; all else is right.")
    expr, name = term(net, y, x)
    slope = expr.diff(name)
    for each in sorted(slope.as_ordered_factors(), key=str):
        if each.is_Symbol and slope != each:
            yield Slip(
                net.long(text(factor(slope / each))),
                "missing factor",
                f"The factor `{net.long(str(each))}` stays: it is missing.",
            )
    yield Slip(y, "not derived", f"That is `{y}` itself, not its derivative.")


def of_product(net, path, factors, right, wrap=lambda formula: formula):
    """What is written instead of the product of the factors along a path."""
    links = list(zip(path, path[1:], strict=False))
    candidates = []
    for k in sorted(range(len(links)), key=lambda k: (0 < k < len(links) - 1) * -1):
        y, x = links[k]
        if factors[k] != "1":
            less = product(*(factors[:k] + factors[k + 1 :]))
            candidates.append(Slip(wrap(less), "inner", f"The factor `{net.left(y, x)}` is forgotten."))
    candidates.append(
        Slip(wrap(total(*factors)), "added", "Along one path the factors are multiplied, not added.")
    )
    y, x = links[-1]
    for other in net.uses(y):
        if other != x:
            swapped = wrap(product(*factors[:-1], net.factor(y, other)))
            candidates.append(
                Slip(
                    swapped,
                    "wrong thing",
                    f"The last factor is the derivative with respect to `{other}`, not `{x}`.",
                )
            )
    candidates.append(
        Slip(
            wrap(negative(product(*factors))), "sign", "The sign is turned: count the minus signs of the factors."
        )
    )
    return kept(net, right, candidates)


def of_total(net, terms, right, ways, wrap=lambda formula: formula):
    """What is written instead of the sum over the paths; `ways` says by way of what each leads."""
    candidates = [
        Slip(wrap(total(*(terms[:k] + terms[k + 1 :]))), "path", f"The path {way} is forgotten.")
        for k, way in enumerate(ways)
    ]
    candidates.append(
        Slip(wrap(product(*terms)), "multiplied", "Terms of different paths are added, not multiplied.")
    )
    candidates.append(
        Slip(wrap(total(*terms[:-1], negative(terms[-1]))), "sign", f"The sign of the path {ways[-1]} is turned.")
    )
    return kept(net, right, candidates)


def of_adjoint(net, name, terms, parts, right, before):
    """What is written instead of an adjoint."""
    candidates = []
    for k, (step, rate) in enumerate(terms):

        def with_part(part, k=k):
            return total(*(parts[:k] + [part] + parts[k + 1 :]))

        if len(terms) > 1:
            forgotten = f"The path by way of `{step}` is forgotten."
            if step == net.loss:
                forgotten = f"`{net.loss}` uses `{name}` directly: that term is forgotten."
            candidates.append(Slip(total(*(parts[:k] + parts[k + 1 :])), "path", forgotten))
        if step != net.loss:
            if rate != "1":
                candidates.append(
                    Slip(with_part(f"d{step}"), "inner", f"The factor `{net.left(step, name)}` is forgotten.")
                )
            candidates.append(
                Slip(
                    with_part(rate),
                    "upstream",
                    f"The adjoint `d{step}` is forgotten: what comes back is multiplied by it.",
                )
            )
            for other in net.uses(step):
                if other != name and net.factor(step, other) != rate:
                    candidates.append(
                        Slip(
                            with_part(product(f"d{step}", net.factor(step, other))),
                            "wrong thing",
                            f"There stands the factor of `{other}`: that belongs to `d{other}`.",
                        )
                    )
        candidates += [
            Slip(with_part(moved), "off by one", f"Off by one: `{new}` stands where another number belongs.")
            for moved, new in shifted(net, parts[k], before)
        ]
        if step == net.loss:
            candidates += of_factor(net, step, name)
    candidates.append(Slip(total(*parts[:-1], negative(parts[-1])), "sign", "A sign is turned."))
    kinds = ["path", "off by one", "inner", "wrong thing", "upstream"]
    return kept(
        net,
        right,
        sorted(candidates, key=lambda slip: kinds.index(slip.kind) if slip.kind in kinds else 9),
        before,
    )


def shifted(net, part, before):
    """The part with the number of one of its names one more or less, as happens with times and places."""
    known = {*net.formulas, *net.inputs, *(name for name, _ in before)}
    for name in names(part):
        numbered = re.fullmatch(r"(.*?)(\d)", name)
        for move in (1, -1):
            other = numbered and f"{numbered[1]}{int(numbered[2]) + move}"
            if other in known:
                yield re.sub(rf"\b{name}\b", other, part), other

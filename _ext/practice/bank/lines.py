"""Lines of a derivation: each factor, the product along each path, the sum over the paths; adjoints; numbers."""

from . import hints, slips
from .task import Line, Slip
from .texts import over_data, product, total

MOST = 8


def factor(net, y, x):
    right = net.factor(y, x)
    still = net.still(y, x)
    ask = f"the factor, {' and '.join(f'`{name}`' for name in still)} held still" if still else "the factor"
    return Line(net.left(y, x), right, hints.of_factor(net, y, x), slips.of_factor(net, y, x), ask, claim=(y, x))


def line(net, y, x, right, ask, wrong=None, hinted=None, made=None):
    """A line written by hand; what is not given is what a factor has."""
    wrong = (
        slips.of_factor(net, y, x) if wrong is None else slips.kept(net, right, [Slip(*each) for each in wrong])
    )
    return Line(net.left(y, x), right, hinted or hints.of_factor(net, y, x), wrong, ask, claim=(y, x), made=made)


def derivation(net, x):
    """Every factor on the way from the loss to x, then their product; of several paths, each and their sum."""
    paths = net.paths(x)
    links = list(dict.fromkeys(link for path in paths for link in zip(path, path[1:], strict=False)))
    lines = [factor(net, *link) for link in links]
    if len(links) == 1:
        return lines
    summed = net.is_over_data(x)
    wrap = over_data if summed else str
    places = [[links.index(link) for link in zip(path, path[1:], strict=False)] for path in paths]

    def along(path):
        return lambda texts: product(*(texts[k] for k in path))

    rights = [line.right for line in lines]
    if len(paths) == 1:
        factors, made = [rights[k] for k in places[0]], along(places[0])
        right = wrap(made(rights))
        wrong = slips.of_product(net, paths[0], factors, right, wrap)
        if summed:
            wrong = slips.kept(net, right, [*of_sum(made(rights)), *wrong])
        return [
            *lines,
            Line(
                net.left(net.loss, x),
                right,
                hints.of_product(net, paths[0], right),
                wrong,
                "the product, summed over the data" if summed else "the product",
                claim=(net.loss, x),
                made=lambda texts: wrap(made(texts)),
            ),
        ]
    ways, terms = [by_way_of(path, paths) for path in paths], [along(path)(rights) for path in places]
    right, first = wrap(total(*terms)), len(lines)
    for path, place, way, term in zip(paths, places, ways, terms, strict=True):
        if len(lines) + 1 < MOST and len(path) > 2 and not summed:
            lines.append(
                Line(
                    net.left(net.loss, x),
                    term,
                    hints.of_product(net, path, term),
                    slips.of_product(net, path, [rights[k] for k in place], term),
                    f"the path {way}",
                    claim=tuple(path),
                    made=along(place),
                )
            )
    total_of = (
        (lambda texts: total(*texts[first : first + len(paths)]))
        if len(lines) == first + len(paths)
        else (lambda texts: wrap(total(*(along(path)(texts) for path in places))))
    )
    return [
        *lines,
        Line(
            net.left(net.loss, x),
            right,
            hints.of_total(net, ways, right),
            slips.of_total(net, terms, right, ways, wrap),
            "all paths together",
            claim=(net.loss, x),
            made=total_of,
        ),
    ]


def reverse(net, wanted):
    """Adjoints, one line for each name wanted, loss first: each from those of the steps that use it."""
    lines, known = [], {}
    for name in wanted:
        terms = [(step, net.factor(step, name)) for step in net.formulas if name in net.uses(step)]
        parts = net.sent_back(name)
        right = total(*parts)
        before = tuple(known.items())
        lines.append(
            Line(
                f"d{name}",
                right,
                hints.of_adjoint(net, name, terms, right),
                slips.of_adjoint(net, name, terms, parts, right, before),
                f"the adjoint of `{name}`",
                claim=(net.loss, name),
            )
        )
        known[f"d{name}"] = right
    return lines


def by_way_of(path, paths):
    """What tells a path from the others: a name on it alone, else a link."""
    own = next((name for name in path[1:-1] if sum(name in other for other in paths) == 1), None)
    if own is None:
        y, x = next(
            link
            for link in zip(path, path[1:], strict=False)
            if sum(link in zip(other, other[1:], strict=False) for other in paths) == 1
        )
        return f"straight from `{x}` to `{y}`"
    return f"by way of `{own}`"


def of_sum(term):
    """What is written instead of a sum over the data."""
    yield Slip(term, "no sum", "That is one data point's share: the loss sums over all of them.")
    if term.endswith("/n"):
        yield Slip(
            over_data(term.removesuffix("/n")), "mean", "That is the sum over the data; this loss is their mean."
        )
    else:
        yield Slip(f"{over_data(term)}/n", "mean", "That is the mean over the data; this loss is their sum.")


def number(net, x, at, of=None, digits=3):
    """The derivative as a number; `of` is the line that has it as a formula, else the derivation's last."""
    last = of or derivation(net, x)[-1]
    right = net.number(last.right, at)
    wrong = [Slip(written(net.number(slip.text, at)), slip.kind, slip.remark) for slip in last.slips]
    steps = ", ".join(f"`{name}`" for name, _ in net.steps[:-1])
    return Line(
        net.left(net.loss, x),
        written(right),
        (
            f"First the steps in numbers: {steps}.",
            "Then each factor's number, then their product.",
            f"It is {'positive' if right > 0 else 'negative'}.",
        ),
        apart(right, wrong, digits),
        "as a number",
        "number",
        digits,
        ("value", net.loss, x),
    )


def update(net, x, at, rate):
    """One step of gradient descent, as a number."""
    slope, start = net.number(derivation(net, x)[-1].right, at), at[x]
    right = start - rate * slope
    wrong = [
        Slip(written(start + rate * slope), "uphill", "That is a step uphill: the derivative is subtracted."),
        Slip(written(start - slope), "rate", f"The learning rate {rate:g} is forgotten."),
        Slip(
            written(-rate * slope), "start", f"That is the step alone: the new `{x}` is the old one plus the step."
        ),
        Slip(written(slope), "wrong thing", f"That is the derivative, not the new `{x}`."),
        Slip(
            written(rate * slope),
            "start",
            f"That is the rate times the derivative: subtract it from the old `{x}`.",
        ),
    ]
    return Line(
        f"{x}_new",
        written(right),
        (
            f"The old `{x}` minus the learning rate times the derivative.",
            f"The learning rate is {rate:g}, the old `{x}` is {start:g}.",
            f"The derivative is about {float(f'{slope:.2g}'):g}.",
        ),
        apart(right, wrong),
        f"one step of descent, learning rate {rate:g}",
        "number",
        3,
        ("update", net.loss, x, rate),
    )


def written(number):
    return f"{number:.6g}"


def apart(right, wrong, digits=3):
    """Slips whose numbers are told apart from the right one, and from one another, in the digits that count."""
    found = []
    for slip in wrong:
        number = float(slip.text)
        if all(
            abs(number - other) > 30 * 10**-digits * max(abs(other), abs(number))
            for other in (right, *(float(each.text) for each in found))
        ):
            found.append(slip)
    return tuple(found[: slips.MOST])

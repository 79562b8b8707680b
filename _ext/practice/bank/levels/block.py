"""What stands around attention in a transformer: ways round, norms, and a network at every place."""

from fractions import Fraction

from ..layer import Layer
from ..lines import derivation, line, number, reverse
from ..net import Net
from ..scenes import decimal
from ..slips import kept
from ..task import Line, Slip, Task
from .matrix import bent, gradient, shape_of, summed

CHAPTER = "book/25_transformer_block"
TITLE = "A transformer's parts"
ABOUT = "The way round a layer, the norm of a row and what it no longer feels, and the network at each place."

ROWS = [
    ("A word's numbers", "the numbers of a word"),
    ("Sensors", "what the sensors of a machine say"),
    ("A chord", "the loudness of the notes of a chord"),
    ("A dot of colour", "the colours of a dot on the screen"),
    ("A pupil's marks", "the marks of a pupil"),
]


def make(grade, rng):
    kinds = {1: [around, around, mean], 2: [norm, norm, deep], 3: [learned, deep, feed, tied]}
    return rng.choice(kinds[grade])(rng)


def around(rng):
    """A way round a bend: two paths."""
    x, h, a, w = rng.choice("xs"), rng.choice("hy"), rng.choice("ap"), rng.choice("wk")
    bend, more, scale = rng.choice(["tanh", "sigmoid", "relu"]), rng.choice(["", " + b"]), rng.choice(["", "u*"])
    net = Net(f"z = {w}*{x}{more}", f"{a} = {bend}(z)", f"{h} = {x} + {scale}{a}")
    lines, at = derivation(net, x), {}
    if bend != "relu" and rng.random() < 0.4:
        at = {name: decimal(rng, -1.5, 1.5) for name in net.inputs}
        lines.append(number(net, x, at, of=lines[-1]))
    story = f"A layer with a way round it: what goes in, `{x}`, is added to what comes out of the bend."
    return Task("A way round", f"{story} How does `{h}` change with `{x}`?", net, tuple(lines), {}, at)


def row(rng, sizes):
    """(title, what, letter, how many, one of them, another): a row of numbers."""
    (title, what), size = rng.choice(ROWS), rng.choice(sizes)
    return title, what, rng.choice("xsh"), size, *rng.sample(range(1, size + 1), 2)


def part(share, name):
    """share·name: c, 3*c, c/2 or 3*c/2."""
    share = Fraction(share)
    times = f"{share.numerator}*" if share.numerator != 1 else ""
    return times + name + (f"/{share.denominator}" if share.denominator != 1 else "")


def centred(x, size, c="c"):
    """The steps that take the mean of a row off it."""
    every = range(1, size + 1)
    return [f"m = ({' + '.join(f'{x}{i}' for i in every)})/{size}", *(f"{c}{i} = {x}{i} - m" for i in every)]


def mean(rng):
    """The first half of a norm: each number moves the mean of all."""
    title, what, x, size, j, k = row(rng, [2, 3, 4, 5])
    net = Net(*centred(x, size), f"L = {rng.choice(['', '2*', '3*'])}c{k}**2")
    lines = [line(net, "m", f"{x}{j}", f"1/{size}", "the factor"), own(net, x, size, j), other(net, x, size, j, k)]
    del lines[rng.choice([0, 1])]
    outer = line(net, "L", f"c{k}", net.factor("L", f"c{k}"), "the factor")
    rate = int(outer.right.split("*")[0])
    right = f"-{part(Fraction(rate, size), f'c{k}')}"
    wrong = [
        (outer.right, "inner", f"The factor `∂c{k}/∂{x}{j}` is forgotten."),
        (right[1:], "sign", "The sign is lost: the mean is taken off."),
        (part(Fraction(rate * (size - 1), size), f"c{k}"), "wrong pair", f"That is the way from `{x}{k}` itself."),
        (f"-{part(Fraction(rate, size), f'c{j}')}", "wrong name", f"The loss is made of `c{k}`."),
        ("0", "path", f"`{x}{j}` moves the mean, and `c{k}` feels it."),
    ]
    hints = (
        f"`dL/dc{k}` times `∂c{k}/∂{x}{j}`.",
        "The second factor is the same number, whichever two they are.",
        "It is below 0 where the other is above the mean.",
    )
    lines += [outer, line(net, "L", f"{x}{j}", right, "the product", wrong, hints)]
    story = f"`{x}1` to `{x}{size}` are {what}. The mean `m` of all is taken off each."
    return Task(title, f"{story} How does the loss, which sees `c{k}`, change with `{x}{j}`?", net, tuple(lines))


def own(net, x, size, j):
    wrong = [
        ("1", "path", "The mean rises too, by a part of it."),
        (f"{size + 1}/{size}", "sign", "The mean is taken off, not added."),
        (f"-1/{size}", "path", f"`{x}{j}` stands in `c{j}` itself too."),
        (f"1/{size}", "wrong thing", "That is how the mean changes."),
    ]
    hints = (
        "It comes in directly, and by way of the mean.",
        "1 minus what the mean gains.",
        "It is a plain number.",
    )
    return line(net, f"c{j}", f"{x}{j}", f"{size - 1}/{size}", "on both paths", wrong, hints)


def other(net, x, size, j, k):
    wrong = [
        ("0", "path", f"`{x}{j}` moves the mean, and the mean is taken off every number."),
        (f"1/{size}", "sign", "The mean is taken off: the sign turns."),
        (f"{size - 1}/{size}", "wrong pair", f"That is `∂c{j}/∂{x}{j}`, of the number itself."),
        ("-1", "missing factor", f"The mean moves by a part only: there are {size} numbers."),
    ]
    hints = (
        f"`c{k}` feels `{x}{j}` through the mean only.",
        "The mean is taken off.",
        "It is a plain number, below 0.",
    )
    return line(net, f"c{k}", f"{x}{j}", f"-1/{size}", "by way of the mean", wrong, hints)


def normed(x, size):
    """The steps of a norm: mean, distances, their spread, and each in units of it."""
    every = range(1, size + 1)
    spread = [f"v = ({' + '.join(f'c{i}**2' for i in every)})/{size}", "r = sqrt(v)"]
    return [*centred(x, size), *spread, *(f"n{i} = c{i}/r" for i in every)]


def norm(rng):
    """A whole norm: the mean and the spread are moved too."""
    title, what, x, size, j, k = row(rng, [3, 4])
    net = Net(*normed(x, size))
    spread = line(
        net,
        "v",
        f"{x}{j}",
        part(Fraction(2, size), f"c{j}"),
        "through all distances",
        [
            (f"2*c{j}", "mean", f"It is the mean of {size} squares: divide."),
            (part(Fraction(2, size), f"{x}{j}"), "wrong name", f"Squared is `c{j}`, the distance from the mean."),
            (f"c{j}/{size}", "power rule", "The power rule brings a factor 2 down."),
            (
                part(Fraction(2 * (size - 1), size**2), f"c{j}"),
                "path",
                "The mean moves all distances; those terms together are 0, as the distances add up to 0.",
            ),
        ],
        (
            f"`c{j}` itself moves, and through the mean all distances do.",
            "The distances add up to 0: what the mean does cancels.",
            f"Only `c{j}` stands in it.",
        ),
    )
    root = line(
        net,
        "r",
        f"{x}{j}",
        f"n{j}/{size}",
        "one step further",
        [
            ("1/(2*r)", "inner", f"The factor `∂v/∂{x}{j}` is forgotten."),
            (f"c{j}/{size}", "missing factor", "The root's own slope is missing: `r` stands below."),
            (part(Fraction(2, size), f"n{j}"), "power rule", "The 2 of the square and that of the root cancel."),
            (f"n{j}", "mean", f"Each number is one of {size}: divide."),
        ],
        ("The root has the slope 1/(2r).", f"`c{j}` over `r` is `n{j}`.", f"Only `n{j}` stands in it."),
    )
    lines = [spread, root, after_norm(net, x, size, j, j), after_norm(net, x, size, j, k)]
    del lines[rng.choice([2, 3])]
    lines = lines[rng.choice([0, 0, 1]) :]
    by = lines[-1].left[1:].split("/")[0]
    story = f"`{x}1` to `{x}{size}` are {what}: their mean `m` is taken off, the rest divided by its spread `r`."
    return Task(title, f"{story} How does `{by}` change with `{x}{j}`?", net, tuple(lines))


def after_norm(net, x, size, j, k):
    """A number after the norm, with respect to one before it."""
    if j == k:
        right = f"({size - 1} - n{j}**2)/({size}*r)"
        wrong = [
            ("1/r", "path", f"`{x}{j}` moves mean and spread too."),
            (f"{size - 1}/({size}*r)", "path", "The spread moves too: its path is missing."),
            (f"(1 - n{j}**2)/r", "wrong function", "That is nearly the slope of a tanh; here all share a mean."),
            (f"({size - 1} + n{j}**2)/({size}*r)", "sign", "A larger spread makes the number smaller."),
            (
                f"({size - 1} - c{j}**2)/({size}*r)",
                "wrong name",
                f"Squared is `n{j}`, which is in units of the spread.",
            ),
        ]
        hints = (
            "Directly, by the mean, and by the spread: three terms.",
            f"All three are divided by `r`; in it stands `n{j}` squared.",
            f"Above stands {size - 1} minus …",
        )
    else:
        both = "*".join(f"n{i}" for i in sorted((j, k)))
        right = f"-(1 + {both})/({size}*r)"
        wrong = [
            ("0", "path", f"`{x}{j}` moves mean and spread, and so every number."),
            (f"-1/({size}*r)", "path", "The spread moves too: its path is missing."),
            (f"-{both}/({size}*r)", "path", "The mean moves too: its path is missing."),
            (f"(1 + {both})/({size}*r)", "sign", "The mean is taken off, the spread divides: both lower it."),
            (f"({size - 1} - {both})/({size}*r)", "wrong pair", f"`{x}{j}` does not stand in `c{k}` itself."),
        ]
        hints = (
            "By the mean and by the spread: two terms.",
            f"Both are divided by `{size}*r`: one has 1 above, the other a product.",
            "It begins with a minus.",
        )
    return line(net, f"n{k}", f"{x}{j}", right, "all paths together", wrong, hints)


def learned(rng):
    """A norm's scale and shift, which are learned, and the loss after them."""
    title, what, x, size, j, k = row(rng, [3, 4])
    a, b, y = rng.choice(["g", "a"]), rng.choice("bd"), rng.choice("yo")
    net = Net(*normed(x, size), f"{y} = {a}*n{k} + {b}", f"L = ({y} - t)**2")
    outer, scale = line(net, "L", y, f"2*({y} - t)", "the factor"), line(net, y, a, f"n{k}", "the factor")
    by = rng.choice([a, f"{x}{j}", f"{x}{k}"])
    if by == a:
        lines = [outer, scale, last(net, a, [outer.right, f"n{k}"])]
    else:
        inner = after_norm(net, x, size, int(by[1:]), k)
        lines = [
            outer,
            line(net, y, f"n{k}", a, "the factor"),
            inner,
            last(net, by, [outer.right, a, inner.right]),
        ]
    story = (
        f"`{x}1` to `{x}{size}` are {what}; `n{k}` is one of them after the norm. Then come a scale and a shift."
    )
    return Task(title, f"{story} How does the loss change with `{by}`?", net, tuple(lines))


def last(net, x, factors):
    """The product of factors along the way from the loss; a fraction stays one."""
    bracketed = [f"({each})" if each.startswith("-") else each for each in factors]
    right = "*".join(bracketed)
    wrong = [
        (
            "*".join(each for each in bracketed if each != left),
            "inner",
            f"The factor `{left.strip()}` is forgotten.",
        )
        for left in bracketed
    ]
    wrong += [
        (f"-{right}", "sign", "The sign is turned."),
        (" + ".join(bracketed), "added", "Along one path the factors are multiplied, not added."),
    ]
    hints = (
        "Multiply the factors along the way.",
        f"{' times '.join(f'`{each}`' for each in factors)}.",
        f"It begins with `{factors[0].split('*')[0]}`.",
    )
    return line(net, "L", x, right, "the product", wrong, hints)


def deep(rng):
    """Two layers with ways round, back from the loss: at each, two messages are added."""
    bend, w, x = rng.choice(["tanh", "sigmoid"]), rng.choice("wk"), rng.choice("xh")
    both = rng.choice([(f"{w}1", f"{w}2"), (w, w)])
    steps = []
    for t, each in enumerate(both, 1):
        steps += [f"z{t} = {each}*{x}{t - 1}", f"a{t} = {bend}(z{t})", f"{x}{t} = {x}{t - 1} + a{t}"]
    net = Net(*steps, rng.choice([f"L = ({x}2 - y)**2", f"L = {x}2**2/2", f"L = ({x}2 - y)**2/2"]))
    lines = reverse(net, [f"{x}2", "a2", "z2", f"{x}1", "a1", "z1", rng.choice([f"{x}0", both[0]])])
    story = "Two layers, each with a way round it: what goes in is added to what comes out of the bend."
    return Task(
        "Two ways round", f"{story} Send the derivative of `L` back to `{lines[-1].left[1:]}`.", net, tuple(lines)
    )


def feed(rng):
    """The network of two layers at each place, and the way round it."""
    places, d, h = rng.sample(range(2, 7), 3)
    X, W, V, A, Y = rng.choice("XH"), "W", rng.choice("UV"), rng.choice("AP"), rng.choice("YR")
    bend = rng.choice(["tanh", "sigmoid"])
    layer = Layer(
        {X: (places, d), W: (d, h), "b": (1, h), "Z": (places, h), A: (places, h), V: (h, d), Y: (places, d)},
        f"Z = {X} @ {W} + b",
        f"{A} = {bend}(Z)",
        f"{Y} = {X} + {A} @ {V}",
    )
    right = f"d{Y} + dZ @ {W}.T"
    wrong = [
        Slip(f"dZ @ {W}.T", "path", f"The way round is forgotten: `{X}` is added to `{Y}` directly too."),
        Slip(f"d{Y}", "path", "The way through the two layers is forgotten."),
        Slip(f"d{Y} + dZ @ {W}", "transpose", f"On the way back `{W}` is transposed."),
        Slip(f"{X} + dZ @ {W}.T", "wrong thing", f"Directly comes back `d{Y}`, not `{X}`."),
    ]
    hints = (
        f"`{X}` is used twice, by `Z` and by `{Y}`: two messages are added.",
        "One is that of a sum, one that of a product of matrices.",
        f"It begins with `d{Y}`.",
    )
    back = Line(f"d{X}", right, hints, kept(layer, right, wrong), "in matrices", "matrix", claim=(("Z", Y), X))
    lines = [
        gradient(layer, Y, V, f"{A}.T @ d{Y}", [f"{A} @ d{Y}", f"d{Y} @ {A}.T", f"d{Y}.T @ {A}", f"d{Y} @ {V}.T"]),
        gradient(layer, Y, A, f"d{Y} @ {V}.T", [f"d{Y} @ {V}", f"{V}.T @ d{Y}", f"{V} @ d{Y}.T", f"{A}.T @ d{Y}"]),
        bent(layer, A, "Z", bend),
        gradient(layer, "Z", W, f"{X}.T @ dZ", [f"{X} @ dZ", f"dZ @ {X}.T", f"dZ.T @ {X}", f"dZ @ {W}.T"]),
        summed(layer, "Z", "b"),
    ]
    dropped = rng.sample([lines[0], lines[3], lines[4]], 2)
    lines = [line for line in lines if line not in dropped] + [back]
    story = (
        f"{places} words are the rows of `{X}`. Two layers treat all rows alike; a way round adds the row itself."
    )
    return Task("At each place", f"{story} `d{Y}` is known.", layer, tuple(lines), {}, {}, layer.shapes, "shapes")


def tied(rng):
    """From words to numbers, and from numbers to scores of words: one table, used twice."""
    places, d, words = rng.sample(range(2, 7), 3)
    H, E, Z, S = rng.choice("HX"), rng.choice("EW"), rng.choice("ZR"), rng.choice("SY")
    table = rng.choice([f"{H} @ {E}.T", f"{H} @ {E}"])
    turned = table.endswith(".T")
    layer = Layer(
        {H: (places, d), "U": (d, d), Z: (places, d), E: (words, d) if turned else (d, words), S: (places, words)},
        f"{Z} = {H} @ U",
        f"{S} = {table.replace(H, Z)}",
    )
    other, right = (f"d{S} @ {E}", f"d{S}.T @ {Z}") if turned else (f"d{S} @ {E}.T", f"{Z}.T @ d{S}")
    lines = [
        shape_of(layer, E),
        gradient(
            layer,
            S,
            E,
            right,
            [f"{Z}.T @ d{S}" if turned else f"d{S}.T @ {Z}", f"{Z} @ d{S}", f"d{S} @ {Z}", f"d{S} @ {E}"],
        ),
        gradient(
            layer,
            S,
            Z,
            other,
            [f"d{S} @ {E}.T" if turned else f"d{S} @ {E}", f"{E}.T @ d{S}", f"{E} @ d{S}", f"d{S}.T @ {Z}"],
        ),
        gradient(layer, Z, "U", f"{H}.T @ d{Z}", [f"{H} @ d{Z}", f"d{Z} @ {H}.T", f"d{Z}.T @ {H}", f"d{Z} @ U.T"]),
        gradient(layer, Z, H, f"d{Z} @ U.T", [f"d{Z} @ U", f"U.T @ d{Z}", f"U @ d{Z}.T", f"{H}.T @ d{Z}"]),
    ]
    del lines[rng.choice([0, 3, 4])]
    lies = "row" if turned else "column"
    story = f"At {places} places `{S}` has a score for each of {words} words, whose numbers are a {lies} of `{E}`."
    return Task(
        "Which word comes next?", f"{story} `d{S}` is known.", layer, tuple(lines), {}, {}, layer.shapes, "shapes"
    )

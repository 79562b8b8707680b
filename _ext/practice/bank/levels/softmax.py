"""Softmax, and the cross entropy after it: two short rules, and a difference."""

from ..lines import derivation, line, number
from ..net import Net
from ..scenes import decimal
from ..task import Task
from ..texts import product, total

CHAPTER = "book/14_softmax_derivative"
TITLE = "Softmax"
ABOUT = "How each probability changes with each score, and what is left of it after the logarithm."

CLASSES = [
    ("Three irises", ["setosa", "versicolor", "virginica"]),
    ("An animal", ["a cat", "a dog", "a bird"]),
    ("A traffic light", ["red", "yellow", "green"]),
    ("The weather", ["sun", "rain", "snow"]),
    ("A coin on its edge", ["heads", "tails", "the edge"]),
    ("A vowel", ["an a", "an o", "a u"]),
    ("A dose", ["too little", "right", "too much"]),
    ("Yes or no", ["yes", "no"]),
    ("Left or right", ["left", "right"]),
    ("A season", ["spring", "summer", "autumn", "winter"]),
]


def make(grade, rng):
    title, classes = rng.choice(CLASSES)
    z, p, below, n = rng.choice("zso"), rng.choice("pqa"), rng.choice("ST"), len(classes)
    j, k = rng.sample(range(1, n + 1), 2)
    if grade > 1 and rng.random() < 0.5:
        j = k
    words = {f"{p}{m}": f"probability of {name}" for m, name in enumerate(classes, 1)}
    story = f"The scores `{z}1` to `{z}{n}` become probabilities: `{p}{k}` is that of {classes[k - 1]}."
    scores = [f"{z}{m}" for m in range(1, n + 1)]
    steps = [f"e{m} = exp({score})" for m, score in enumerate(scores, 1)]
    steps += [f"{below} = {' + '.join(f'e{m}' for m in range(1, n + 1))}"]
    shares = [f"{p}{m} = e{m}/{below}" for m in range(1, n + 1)]
    asked = f" How do `{p}{j}` and `{p}{k}` change with `{z}{j}`?"
    if grade == 1 and rng.random() < 0.4:
        net = Net(*steps, shares[k - 1])
        j = k if rng.random() < 0.5 else j
        lines = derivation(net, f"{z}{j}")
        words = {f"{p}{k}": words[f"{p}{k}"]}
        asked = f" How does it change with `{z}{j}`?"
    elif grade == 1:
        net = Net(*steps, *shares)
        lines = [share(net, p, z, j, j), share(net, p, z, k, j)]
        rng.shuffle(lines)
        story = story.replace(f"`{p}{k}` is that of {classes[k - 1]}", f"`{p}{j}` is that of {classes[j - 1]}")
    else:
        loss, right, outer = rng.choice(
            [(f"-log({p}{k})", f"{p}{k} - 1" if j == k else f"{p}{j}", f"-1/{p}{k}")] * 3
            + [(f"({p}{k} - 1)**2", None, f"2*({p}{k} - 1)")]
        )
        first = line_of_loss(loss)
        weights = []
        if grade == 3:
            x = rng.choice("xtu")
            weights = [f"{score} = w{m}*{x} + b{m}" for m, score in enumerate(scores, 1)]
        net = Net(*weights, *steps, *shares, f"L = {loss}")
        lines = [
            line(net, "L", f"{p}{k}", outer, "the factor", first(p, k)),
            share(net, p, z, k, j),
            together(net, p, z, k, j, outer, right),
        ]
        if grade == 3:
            lines += weight(net, lines[-1].right, z, x, j, rng)
        by = lines[-1].left.split("∂")[-1]
        asked = f" That is what it turned out to be. How does the loss change with `{by}`?"
    at = {}
    if grade == 2 and rng.random() < 0.4:
        at = {name: decimal(rng, -1.5, 1.5) for name in net.inputs}
        lines.append(number(net, f"{z}{j}", at, of=lines[-1]))
    return Task(title, story + asked, net, tuple(lines), words, at)


def share(net, p, z, k, j):
    """The derivative of one probability with respect to one score."""
    y, x, a, b = f"{p}{k}", f"{z}{j}", f"{p}{k}", f"{p}{j}"
    if j == k:
        right = f"{a}*(1 - {a})"
        wrong = [
            (f"1 - {a}**2", "wrong function", "That is the derivative of a tanh."),
            (
                a,
                "quotient rule",
                "Only what stands above was derived: the total below changes with the score too.",
            ),
            (f"{a}*(1 + {a})", "sign", "A sign is turned: near 1 a probability hardly changes."),
            (
                f"-{a}**2",
                "quotient rule",
                "Only what stands below was derived: the exponential above changes too.",
            ),
            (f"1 - {a}", "missing factor", f"The factor `{a}` is missing."),
        ]
        hints = (
            "The quotient rule: the score stands above and below.",
            f"It can be written in `{a}` alone.",
            f"It begins with `{a}` times (1 − …",
        )
    else:
        right = f"-{a}*{b}"
        wrong = [
            ("0", "total", "The score stands in the total below: it changes every probability."),
            (f"{a}*{b}", "sign", "The sign is lost: when one score rises, the other probabilities fall."),
            (
                f"{a}*(1 - {a})",
                "wrong pair",
                f"That is `∂{a}/∂{z}{k}`: the derivative with respect to its own score.",
            ),
            (f"-{a}", "missing factor", f"The factor `{b}` is missing."),
            (
                f"-{a}*(1 - {b})",
                "wrong pair",
                "There is no 1 here: that belongs to a probability and its own score.",
            ),
        ]
        hints = (
            "The quotient rule: the score stands in the total below only.",
            f"It is made of `{a}` and `{b}`.",
            "It is negative: they share one total.",
        )
    return line(net, y, x, right, "one probability, one score", wrong, hints)


def line_of_loss(loss):
    """The slips of the loss's own factor."""
    if loss.startswith("-log"):
        return lambda p, k: [
            (f"1/{p}{k}", "sign", "The minus in front of the logarithm is lost."),
            (f"-log({p}{k})", "not derived", "That is the loss itself, not its derivative."),
            (f"-{p}{k}", "upside down", "Upside down: the loss is steepest where the probability is small."),
            (f"1/{p}{k}**2", "twice", "One derivative too far."),
        ]
    return lambda p, k: [
        (f"{p}{k} - 1", "power rule", "The power rule brings the exponent down: a factor 2 is missing."),
        (f"2*{p}{k}", "constant", "The bracket stays as it is: the 1 in it is lost."),
        (f"-2*({p}{k} - 1)", "sign", "The sign is turned."),
        (f"2*({p}{k} - 1)**2", "exponent", "The exponent falls by one when it comes down."),
    ]


def together(net, p, z, k, j, outer, right):
    """Loss and softmax together; `right` is short where a probability cancels."""
    inner = f"{p}{k}*(1 - {p}{k})" if j == k else f"-{p}{k}*{p}{j}"
    short = right or product(outer, inner)
    wrong = [
        (inner, "inner", f"The factor `∂L/∂{p}{k}` is forgotten."),
        (outer, "inner", f"The factor `∂{p}{k}/∂{z}{j}` is forgotten."),
        (f"-{short}" if j != k and right else f"-({short})", "sign", "The sign is turned."),
        (
            f"{p}{j}" if j == k else f"{p}{j} - 1",
            "wrong case",
            "1 is subtracted for the right class, and for it alone.",
        ),
        (total(outer, inner), "added", "Along one path the factors are multiplied, not added."),
    ]
    hints = (
        "Multiply the two factors.",
        f"`{p}{k}` stands above and below: it cancels." if right else f"`{outer}` times the other factor.",
        "It is short: two terms at most." if right else f"It begins with `{outer}`.",
    )
    return line(net, "L", f"{z}{j}", short, "the product", wrong, hints)


def weight(net, before, z, x, j, rng):
    """One more factor: a weight of the score, or its bias."""
    by, factor = rng.choice([(f"w{j}", x), (f"b{j}", "1"), (f"w{j}", x)])
    wrong = [
        (before, "inner", f"The factor `{net.left(f'{z}{j}', by)}` is forgotten."),
        (factor, "inner", f"The factor `∂L/∂{z}{j}` is forgotten."),
        (product(before, f"w{j}"), "wrong thing", f"The last factor is the derivative with respect to `{x}`."),
        (f"-{product(before, factor)}" if factor != "1" else f"-({before})", "sign", "The sign is turned."),
        (total(before, factor), "added", "Along one path the factors are multiplied, not added."),
    ]
    hints = (
        f"`∂L/∂{z}{j}` times one more factor.",
        f"That factor is `{net.left(f'{z}{j}', by)}`.",
        f"It begins with `{before}`.",
    )
    return [line(net, "L", by, product(before, factor), "one step further back", wrong, hints)]

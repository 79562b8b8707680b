"""A sigmoid and the log-loss: the derivative that comes out as p - y."""

from ..lines import derivation, line, number, update
from ..net import Net
from ..scenes import decimal
from ..task import Task
from ..texts import product

CHAPTER = "book/10_logistic_regression"
TITLE = "Log-loss"
ABOUT = "A sigmoid gives a probability, minus its logarithm is the loss; together they come out short."

# title, input, its word, what p is the probability of
YES_OR_NO = [
    ("A seed", "t", "the temperature of the soil", "that it comes up"),
    ("Mail", "s", "how often it says FREE", "that it is spam"),
    ("An exam", "x", "the hours learned", "that it is passed"),
    ("A dose", "x", "the dose", "that it helps"),
    ("Rain", "h", "the humidity", "that it rains tomorrow"),
    ("A loan", "d", "the debt", "that it is paid back"),
    ("A bus", "m", "the minutes after the hour", "that it is late"),
    ("A shoe", "s", "the shoe size", "that it fits"),
]
BOTH = "-{y}*log(p) - (1 - {y})*log(1 - p)"


def make(grade, rng):
    title, x, given, what = rng.choice(YES_OR_NO)
    w, b, y = rng.choice("wku"), rng.choice(["b", "c"]), "y"
    linear = rng.choice([f"{w}*{x} + {b}", f"{w}*{x}"] + [f"{w}1*{x}1 + {w}2*{x}2 + {b}"] * (grade > 1))
    loss = BOTH.format(y=y) if grade > 1 else rng.choice(["-log(p)", "-log(1 - p)"])
    net = Net(f"z = {linear}", "p = sigmoid(z)", f"L = {loss}")
    words = {
        name: given if name in (x, f"{x}1") else "a second thing measured"
        for name in net.inputs
        if name.startswith(x)
    }
    asked = {1: "What happened has y = 1." if loss == "-log(p)" else "What happened has y = 0."}.get(
        grade, "`y` is 1 or 0, as it turned out."
    )
    by = rng.choice([name for name in net.inputs if name.startswith((w, b)) and name not in words])
    if grade == 3:
        lines = short(net, y, by, rng)
    else:
        lines = derivation(net, by)
    at = {}
    if rng.random() < 0.5:
        at = {name: decimal(rng, -1.5, 1.5) for name in net.inputs} | (
            {y: rng.choice([0, 1])} if grade > 1 else {}
        )
        lines.append(update(net, by, at, rng.choice([0.1, 0.5])) if rng.random() < 0.5 else number(net, by, at))
    return Task(
        title,
        f"`{x}` is {given}, and `p` the probability {what}. {asked} How does the loss change with `{by}`?",
        net,
        tuple(lines),
        words,
        at,
    )


def short(net, y, by, rng):
    """Loss and sigmoid together: p - y, then the parameter."""
    first = line(net, "L", "p", net.factor("L", "p"), "the factor")
    last = net.factor("z", by)
    together = line(
        net,
        "L",
        "z",
        f"p - {y}",
        "multiplied out",
        [
            (f"{y} - p", "sign", "The sign is turned: where `p` is above `y`, the loss falls when `z` falls."),
            ("p*(1 - p)", "path", "That is the sigmoid's factor alone; the loss's own is missing."),
            (
                f"(p - {y})*p*(1 - p)",
                "inner",
                "The factor `p*(1 - p)` cancels against what stands below in `∂L/∂p`.",
            ),
            ("p", "missing term", f"Only where `{y}` is 0: the other term is forgotten."),
            ("p - 1", "missing term", f"Only where `{y}` is 1: the other term is forgotten."),
        ],
        (
            "Multiply `∂L/∂p` by `dp/dz` and bring it to one fraction.",
            "`p*(1 - p)` stands above and below.",
            "It is a difference of two letters.",
        ),
    )
    right = product(f"p - {y}", last)
    final = line(
        net,
        "L",
        by,
        right,
        "the product",
        [
            (f"p - {y}", "inner", f"The factor `{net.left('z', by)}` is forgotten."),
            (f"{y} - p" if last == "1" else f"({y} - p)*{last}", "sign", "The sign is turned."),
            (
                f"(p - {y})*p*(1 - p)" + (f"*{last}" if last != "1" else ""),
                "twice",
                "The sigmoid's factor is in `p - y` already: here it stands twice.",
            ),
            (f"p - {y} + {last}", "added", "Along one path the factors are multiplied, not added."),
        ],
        (
            "`∂L/∂z` times one more factor.",
            f"That factor is `{net.left('z', by)}`.",
            f"It begins with `p - {y}`, in brackets.",
        ),
        made=lambda texts: product(texts[2], last),
    )
    return [first, line(net, "p", "z", "p*(1 - p)", "the factor"), together, final]

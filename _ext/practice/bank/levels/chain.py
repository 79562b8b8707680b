"""A chain of two and three links."""

from ..lines import derivation, number
from ..net import Net
from ..scenes import decimal
from ..task import Task

CHAPTER = "book/03_chain_rule"
TITLE = "A chain of two and three"
ABOUT = "One thing changes the next: each factor by itself, then their product."

# title, (name, word) from the first to the last
CHAINS = [
    ("Weight, shoe size, price", ("w", "weight"), ("s", "shoe size"), ("P", "price"), ("T", "tax")),
    (
        "Heat, thirst, lemonade",
        ("t", "temperature"),
        ("d", "thirst"),
        ("q", "lemonade drunk"),
        ("M", "money spent"),
    ),
    ("A balloon", ("t", "time"), ("r", "radius"), ("A", "surface"), ("C", "cost of its foil")),
    (
        "Rain, river, mill",
        ("r", "rain"),
        ("h", "height of the river"),
        ("v", "speed of the wheel"),
        ("P", "power of the mill"),
    ),
    ("A dose", ("x", "dose"), ("c", "concentration in the blood"), ("a", "activity"), ("E", "effect")),
    ("A hill", ("x", "way walked"), ("h", "height"), ("T", "temperature up there"), ("p", "pressure")),
    ("Practice and applause", ("x", "hours of practice"), ("k", "skill"), ("s", "score"), ("A", "applause")),
    ("A dimmer", ("x", "turn of the knob"), ("u", "voltage"), ("I", "current"), ("B", "brightness")),
]
LINES = ["{c}*{x}", "{c}*{x} + {d}", "{x}/{c}", "{d} - {c}*{x}"]
CURVES = [
    "{x}**2",
    "{x}**3",
    "exp({x})",
    "{c}*{x}**2",
    "tanh({x})",
    "sqrt({x})",
    "log({x})",
    "sigmoid({x})",
    "({x} - {c})**2",
]
COEFFICIENTS = ["k", "g", "m"]


def link(kind, x, rng, letters):
    """A formula of x; its numbers are small, and now and then letters."""
    c = letters.pop() if letters and rng.random() < 0.4 else rng.choice([2, 3, 4, 5])
    return rng.choice({"line": LINES, "curve": CURVES}[kind]).format(x=x, c=c, d=rng.choice([1, 2, 3]))


def make(grade, rng):
    title, *names = rng.choice(CHAINS)
    kinds = {
        1: [["line", "line"], ["line", "curve"], ["curve", "line"]],
        2: [["line", "curve", "line"], ["curve", "curve"], ["line", "line", "curve"]],
        3: [["line", "curve", "curve"], ["curve", "line", "curve"]],
    }[grade]
    kinds = rng.choice(kinds)
    names = names[: len(kinds) + 1]
    letters = [letter for letter in COEFFICIENTS if letter not in dict(names)]
    steps = [
        f"{y} = {link(kind, x, rng, letters)}"
        for kind, (x, _), (y, _) in zip(kinds, names, names[1:], strict=False)
    ]
    net, (x, first), last = Net(*steps), names[0], names[-1][1]
    story = f"The {first} `{x}` sets " + ", ".join(f"the {word} `{name}`" for name, word in names[1:]).replace(
        ", ", ", that sets "
    )
    lines, at = derivation(net, x), {}
    if grade > 1 and rng.random() < 0.4:
        at = {name: decimal(rng, 0.5, 2) for name in net.inputs}
        lines.append(number(net, x, at))
    words = dict(names)
    return Task(title, f"{story}. How does the {last} change with the {first}?", net, tuple(lines), words, at)

"""Attention: scores, shares, a mix; and the same in matrices."""

from ..layer import Layer
from ..lines import line, number
from ..net import Net
from ..scenes import decimal
from ..slips import kept
from ..task import Line, Slip, Task
from ..texts import product, total
from .matrix import gradient, of_scores, shape_of

CHAPTER = "book/24_attention"
TITLE = "Attention"
ABOUT = "A score is pulled up where its value lies above the mix; then back to keys, queries and values."

TEXTS = [
    ("The bank", ["river", "money", "boat"]),
    ("Whose coat?", ["girl", "coat", "rain"]),
    ("The bat", ["cave", "ball", "night"]),
    ("Dog and man", ["dog", "man"]),
    ("It barked", ["dog", "street"]),
    ("A light lunch", ["lamp", "soup", "noon"]),
    ("The spring", ["water", "clock", "March"]),
    ("A crane", ["bird", "harbour"]),
]


def make(grade, rng):
    title, words = rng.choice(TEXTS)
    if grade == 3 and rng.random() < 0.6:
        return rng.choice([mixes, text])(title, len(words) + rng.randint(2, 3), rng)
    return words_apart(title, words, grade, rng)


def words_apart(title, words, grade, rng):
    """One query, a key and a value for each word."""
    s, p, y, n = rng.choice("sz"), rng.choice("pa"), rng.choice("yo"), len(words)
    q, k, v = rng.choice(["q", "u"]), rng.choice(["k", "c"]), rng.choice(["v", "r"])
    j = rng.randint(1, n)
    every = range(1, n + 1)
    scale = "/d" if grade > 1 and rng.random() < 0.5 else ""
    steps = [f"{s}{m} = {q}*{k}{m}{scale}" for m in every] + [f"e{m} = exp({s}{m})" for m in every]
    steps += [f"S = {' + '.join(f'e{m}' for m in every)}", *(f"{p}{m} = e{m}/S" for m in every)]
    steps.append(f"{y} = {' + '.join(f'{p}{m}*{v}{m}' for m in every)}")
    net = Net(*steps, *([f"L = ({y} - t)**2"] if grade == 2 else []), order=(q,))
    score = of_score(net, s, p, v, y, j)
    key = f"{q}/d" if scale else q
    to_key, to_query = (
        line(net, f"{s}{j}", f"{k}{j}", key, "the factor"),
        line(net, f"{s}{j}", q, f"{k}{j}{scale}", "the factor"),
    )
    if grade == 1:
        lines = [score, to_key, onwards(net, y, f"{k}{j}", score, key, "the product")]
        if rng.random() < 0.4:
            lines = [of_value(net, p, v, y, j), score]
    elif grade == 3:
        lines = [score, to_query, whole(net, s, p, v, y, q, k, scale, every)]
    else:
        outer = line(net, "L", y, f"2*({y} - t)", "the factor")
        lines = [outer, score, to_key, onwards(net, "L", f"{k}{j}", score, key, "the product", outer.right)]
        if rng.random() < 0.4:
            value = of_value(net, p, v, y, j)
            lines = [outer, value, onwards(net, "L", f"{v}{j}", value, "1", "the product", outer.right)]
    by = lines[-1].left.split("∂")[-1]
    at = {}
    if grade < 3 and rng.random() < 0.3:
        at = {name: decimal(rng, -1.5, 1.5) for name in net.inputs}
        if net.loss == lines[-1].claim[0] and by in net.inputs:
            lines.append(number(net, by, at, of=lines[-1]))
        else:
            at = {}
    story = f"The query `{q}` meets {n} words; “{words[j - 1]}” has the share `{p}{j}` and the value `{v}{j}`."
    close = " Scores are divided by `d`." if scale else ""
    return Task(
        title,
        f"{story}{close} How does `{lines[-1].left[1:].split('/')[0]}` change with `{by}`?",
        net,
        tuple(lines),
        {},
        at,
    )


def of_value(net, p, v, y, j):
    wrong = [
        (f"{v}{j}", "wrong thing", f"That is the factor of the share `{p}{j}`."),
        ("1", "missing factor", "The value is weighed: it comes in times its share."),
        (f"{p}{j}*{v}{j}", "not derived", "That is the term itself, not its derivative."),
        (
            f"{p}{j}*(1 - {p}{j})",
            "wrong thing",
            "The shares are not made of the values: no softmax is on this way.",
        ),
        (f"-{p}{j}", "sign", "The sign is turned: the mix rises with each value."),
    ]
    hints = (
        "The mix is a sum of shares times values.",
        "The shares are made of query and keys alone: they stand still.",
        "It is one name.",
    )
    return line(net, y, f"{v}{j}", f"{p}{j}", "all else held still", wrong, hints)


def of_score(net, s, p, v, y, j):
    """How the mix changes with a score, all scores sharing one total."""
    share, value = f"{p}{j}", f"{v}{j}"
    wrong = [
        (f"{share}*{value}", "total", f"The other shares fall when this one rises: `{y}` is taken off `{value}`."),
        (f"{share}*({y} - {value})", "sign", "The sign is turned: a value above the mix pulls its score up."),
        (f"{share}*(1 - {share})*{value}", "path", "Only its own share is moved here; the other shares move too."),
        (f"{value} - {y}", "missing factor", f"The factor `{share}` is missing: without a share nothing changes."),
        (f"{share}*(1 - {share})", "wrong thing", "That is how the share changes; what it is worth is missing."),
    ]
    hints = (
        "The score moves every share: its own up, the others down.",
        f"Share times (its own message minus the mean message): only `{share}`, `{value}` and `{y}` are in it.",
        f"It begins with `{share}`.",
    )
    return line(net, y, f"{s}{j}", f"{share}*({value} - {y})", "through all shares", wrong, hints)


def onwards(net, loss, x, before, factor, ask, outer=""):
    """A known derivative times one more factor, and that of the loss."""
    parts = [part for part in (outer, before.right, factor) if part and part != "1"]
    right = product(*parts)
    wrong = [
        (product(*(part for part in parts if part != left)), "inner", f"The factor `{left}` is forgotten.")
        for left in parts
        if len(parts) > 1
    ]
    wrong += [
        (total(parts[0], product(*parts[1:])), "added", "Along one path the factors are multiplied, not added."),
        (f"-{right}", "sign", "The sign is turned."),
    ]
    hints = (
        "Multiply the factors along the way.",
        f"{' times '.join(f'`{part}`' for part in parts)}.",
        f"It begins with `{parts[0]}`.",
    )
    return line(net, loss, x, right, ask, wrong, hints)


def whole(net, s, p, v, y, q, k, scale, every):
    """The way back to the query, by way of every word."""
    terms = [f"{p}{m}*({v}{m} - {y})*{k}{m}{scale}" for m in every]
    right = total(*terms)
    wrong = [
        (total(*terms[:-1]), "path", f"The query is in every score: the way by `{s}{every[-1]}` is missing."),
        (total(*(f"{p}{m}*{v}{m}*{k}{m}{scale}" for m in every)), "total", f"From each value `{y}` is taken off."),
        (
            total(*(f"{p}{m}*({v}{m} - {y})*{q}{scale}" for m in every)),
            "wrong thing",
            "At each score stands the factor of its key: the partner of the query in the product.",
        ),
        (total(*(f"({v}{m} - {y})*{k}{m}{scale}" for m in every)), "missing factor", "The shares are missing."),
    ]
    hints = (
        f"One term for each word: the query `{q}` is in every score.",
        f"Each term: how the mix changes with the score, times how the score changes with `{q}`.",
        f"It begins with `{p}1`.",
    )
    return line(net, y, q, right, "all words together", wrong, hints)


def mixes(title, words, rng):
    """Shares times values, and the scores before them: in matrices."""
    asks, d, k = rng.sample([2, 3, 4, 6], 3)
    q, key, v, y = rng.choice("QU"), rng.choice("KC"), rng.choice("VR"), rng.choice("YO")
    layer = Layer(
        {q: (asks, d), key: (words, d), "S": (asks, words), "P": (asks, words), v: (words, k), y: (asks, k)},
        f"S = {q} @ {key}.T",
        f"{y} = P @ {v}",
    )
    lines = [
        gradient(layer, y, v, f"P.T @ d{y}", [f"P @ d{y}", f"d{y}.T @ P", f"d{y} @ P.T", f"d{y} @ {v}.T"]),
        gradient(layer, y, "P", f"d{y} @ {v}.T", [f"d{y} @ {v}", f"{v}.T @ d{y}", f"{v} @ d{y}.T", f"P.T @ d{y}"]),
        *of_scores(layer, "S", q, key),
    ]
    rng.shuffle(lines)
    lines = [shape_of(layer, rng.choice([key, v])), *lines[:3]] if rng.random() < 0.5 else lines
    story = f"{asks} queries `{q}` meet the keys `{key}` of {words} words. Softmax makes of `S` the shares `P`,"
    return Task(
        title,
        f"{story} and they mix the values `{v}`. `d{y}` and `dS` are known.",
        layer,
        tuple(lines),
        {},
        {},
        layer.shapes,
        "shapes",
    )


def text(title, words, rng):
    """One text makes queries, keys and values: three messages come back to it."""
    d, k = rng.sample([2, 3, 4, 6], 2)
    X, A, B, C = rng.choice("XH"), *rng.choice(["ABC", "UVW"])
    makes = dict(zip(("Q", "K", "V") if A == "A" else ("Q", "K", "Y"), (A, B, C), strict=True))
    if rng.random() < 0.4:
        makes.popitem()
    shapes = {X: (words, d)} | {name: (d, k) for name in makes.values()} | {name: (words, k) for name in makes}
    layer = Layer(shapes, *(f"{name} = {X} @ {weights}" for name, weights in makes.items()))
    terms = [f"d{name} @ {weights}.T" for name, weights in makes.items()]
    right, first = " + ".join(terms), next(iter(makes))
    wrong = [
        Slip(" + ".join(terms[:-1]), "path", f"`{X}` makes `{list(makes)[-1]}` too: one message is missing."),
        Slip(right.replace(".T", ""), "transpose", "On the way back each of the weights is transposed."),
        Slip(
            " + ".join(f"{X} @ {weights}" for weights in makes.values()),
            "wrong thing",
            "That goes forwards. Back comes what is known of each product, `d" + first + "` first.",
        ),
        Slip(" - ".join(terms), "sign", "The messages are added."),
    ]
    hints = (
        f"`{X}` is used {len(makes)} times: as many messages are added.",
        f"The first is that of a product of matrices: `{first} = {X} @ {makes[first]}`.",
        f"It begins with `d{first}`.",
    )
    back = Line(f"d{X}", right, hints, kept(layer, right, wrong), "in matrices", "matrix", claim=(tuple(makes), X))
    lines = [
        gradient(
            layer,
            name,
            weights,
            f"{X}.T @ d{name}",
            [f"{X} @ d{name}", f"d{name}.T @ {X}", f"d{name} @ {X}.T", f"d{name} @ {weights}.T"],
        )
        for name, weights in makes.items()
    ]
    rng.shuffle(lines)
    lines = [*lines[:2], back] if rng.random() < 0.6 else [shape_of(layer, makes[first]), *lines[:1], back]
    *known, end = (f"`d{name}`" for name in makes)
    story = (
        f"The {words} words of a text are the rows of `{X}`; {len(makes)} products make something else of each."
    )
    return Task(
        title,
        f"{story} {', '.join(known)} and {end} are known.",
        layer,
        tuple(lines),
        {},
        {},
        layer.shapes,
        "shapes",
    )

"""Sums over data: a parameter is the same at every point, so each point adds its share."""

from ..lines import derivation, update
from ..net import Net
from ..scenes import decimal, scene, told
from ..task import Task

CHAPTER = "book/06_backprop_one_bias"
TITLE = "Sums over data"
ABOUT = "A parameter is the same at every data point: each point adds its share to the derivative."

MODELS = {2: ["{w}*{x}[i] + {b}", "{b} - {w}*{x}[i]", "{w}*{x}[i]"], 3: ["tanh", "sigmoid", "softplus", "exp"]}
LOSSES = [
    "sum(({p}[i] - {y}[i])**2)",
    "sum(({y}[i] - {p}[i])**2)",
    "sum(({p}[i] - {y}[i])**2)/n",
    "sum(({y}[i] - {p}[i])**2)/2",
]


def make(grade, rng):
    title, x, y, words = scene(rng)
    w, b, p = rng.choice("wku"), rng.choice(["b", "c"]), rng.choice(["p", "a", "q"])
    at = {}
    if grade == 1:  # two points, written out
        square = rng.choice(["{p}{k} - {y}{k}", "{y}{k} - {p}{k}"])
        model = rng.choice(["{w}*{x}{k} + {b}", "{w}*{x}{k}", "{b} - {w}*{x}{k}"])
        steps = [f"{p}{k} = {model.format(w=w, b=b, x=x, k=k)}" for k in (1, 2)]
        terms = [f"({square.format(p=p, y=y, k=k)})**2" for k in (1, 2)]
        net = Net(*steps, f"L = {terms[0]} + {terms[1]}")
        told_of = f"Two data points: {told(words)[:-1]}, at the points 1 and 2."
    else:
        model = rng.choice(MODELS[grade])
        line = rng.choice(MODELS[2]).format(w=w, b=b, x=x)
        steps = (
            [f"z[i] = {line}", f"{p}[i] = {model}(z[i])"]
            if grade == 3
            else [f"{p}[i] = {model.format(w=w, b=b, x=x)}"]
        )
        net = Net(*steps, f"L = {rng.choice(LOSSES).format(p=p, y=y)}")
        told_of = f"At the data point `i`, {told({f'{name}[i]': word for name, word in words.items()})}"
        words = {f"{name}[i]": word for name, word in words.items()}
    by = rng.choice([name for name in net.inputs if name in (w, b)])
    lines = derivation(net, by)
    if grade == 1:
        words = {f"{name}{k}": word for name, word in words.items() for k in (1, 2)}
        if rng.random() < 0.4:
            at = {name: decimal(rng, 0.5, 3) for name in net.inputs}
            lines.append(update(net, by, at, rng.choice([0.1, 0.05, 0.01])))
    return Task(
        title, f"{told_of} How does the loss `L` of all the data change with `{by}`?", net, tuple(lines), words, at
    )

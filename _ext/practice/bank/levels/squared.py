"""The squared error of one prediction, and one step of descent."""

from ..lines import derivation, update
from ..net import Net
from ..scenes import decimal, scene, told
from ..task import Task

CHAPTER = "book/05_gradient_descent"
TITLE = "Squared error, and a step downhill"
ABOUT = "How the squared error of a prediction changes with a parameter, and one step of gradient descent."

LOSSES = ["({p} - {y})**2", "({y} - {p})**2", "({p} - {y})**2/2", "({y} - {p})**2/2", "3*({p} - {y})**2"]
MODELS = {
    1: ["{w}*{x} + {b}", "{w}*{x}", "{b} + {w}*{x}", "{b} - {w}*{x}"],
    2: ["{w}1*{x}1 + {w}2*{x}2 + {b}", "{w}*{x}**2 + {b}", "{w}*{x} + {b}"],
    3: ["exp({w}*{x})", "{b}*exp({x})", "{w}*sqrt({x}) + {b}", "{w}*{x}**2 + {b}*{x}", "{b}*{x}**2 - {w}*{x}"],
}


def make(grade, rng):
    title, x, y, words = scene(rng)
    w, b, p = rng.choice("wku"), rng.choice(["b", "c"]), rng.choice(["yhat", "p", "a"])
    model, loss = rng.choice(MODELS[grade]).format(x=x, w=w, b=b), rng.choice(LOSSES).format(p=p, y=y)
    steps = [f"{p} = {model}", f"L = {loss}"]
    if grade == 2 and rng.random() < 0.6:
        residual = rng.choice([f"q = {p} - {y}", f"q = {y} - {p}"])
        steps = [f"{p} = {model}", residual, f"L = {rng.choice(['q**2', 'q**2/2', '2*q**2'])}"]
    net = Net(*steps)
    by = rng.choice([name for name in net.inputs if name not in words and name[:-1] != x])
    at, lines = {}, derivation(net, by)
    if rng.random() < 0.6:
        at = {name: decimal(rng, 0.5, 3) for name in net.inputs}
        lines.append(update(net, by, at, rng.choice([0.1, 0.05, 0.01])))
    if f"{x}1" in net.inputs:
        words = {f"{x}1": words[x], f"{x}2": "a second thing measured", y: words[y]}
    story = f"{told(words)} `{p}` predicts `{y}`, and `L` is what it costs to be wrong."
    return Task(title, f"{story} How does `L` change with `{by}`?", net, tuple(lines), words, at)

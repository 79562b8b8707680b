"""Bends: the derivative of each activation, alone and inside a neuron."""

from ..lines import derivation, number, update
from ..net import Net
from ..scenes import decimal, scene, told
from ..task import Task

CHAPTER = "book/09_activations"
TITLE = "Activations"
ABOUT = "The derivative of each bend, in its own value where that is shorter, alone and inside a neuron."

BENDS = [
    "tanh({z})",
    "sigmoid({z})",
    "relu({z})",
    "softplus({z})",
    "leaky_relu({z}, 0.1)",
    "exp({z})",
    "leaky_relu({z}, 0.2)",
]


def make(grade, rng):
    title, x, y, words = scene(rng)
    f, g = rng.sample(BENDS, 2)
    w, b, a, z = rng.choice("wku"), rng.choice(["b", "c"]), rng.choice(["a", "h"]), rng.choice(["z", "q"])
    line = rng.choice([f"{w}*{x} + {b}", f"{w}*{x}", f"{b} - {w}*{x}"])
    if grade == 1:
        net, asked = Net(f"{z} = {line}", f"{a} = {f.format(z=z)}"), f"How does the activation `{a}` change with"
        words = {x: words[x]}
    elif grade == 2 or rng.random() < 0.3:
        loss = rng.choice([f"({a} - {y})**2", f"({y} - {a})**2", f"({a} - {y})**2/2"])
        swish = grade == 3
        bend = [f"g = sigmoid({z})", f"{a} = {z}*g"] if swish else [f"{a} = {f.format(z=z)}"]
        net, asked = Net(f"{z} = {line}", *bend, f"L = {loss}"), "How does `L` change with"
        title = f"{title}, by a swish" if swish else title
    else:
        net = Net(
            f"{z}1 = {line}",
            f"{a}1 = {f.format(z=f'{z}1')}",
            f"{z}2 = p*{a}1",
            f"{a}2 = {g.format(z=f'{z}2')}",
            f"L = ({a}2 - {y})**2",
        )
        title, asked = f"{title}, two bends deep", "How does `L` change with"
    by = rng.choice([name for name in net.inputs if name in (w, b)])
    lines, at = derivation(net, by), {}
    if rng.random() < 0.4 and len(lines) < 8:
        at = {name: decimal(rng, -1.5, 1.5) for name in net.inputs}
        lines.append(update(net, by, at, 0.1) if grade == 2 else number(net, by, at))
    return Task(title, f"{told(words)} {asked} `{by}`?", net, tuple(lines), words, at)

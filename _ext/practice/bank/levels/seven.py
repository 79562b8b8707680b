"""The network of seven parameters: one input, two neurons, one output, squared residuals."""

from ..lines import derivation, reverse, update
from ..net import Net
from ..scenes import decimal, scene, told
from ..task import Task

CHAPTER = "book/08_backprop_all_parameters"
TITLE = "Seven parameters"
ABOUT = "Two neurons side by side: the way of each of the seven parameters to the loss."

BENDS = ["softplus", "sigmoid", "tanh", "relu"]


def make(grade, rng):
    title, x, y, words = scene(rng)
    f, p, summed = rng.choice(BENDS), rng.choice(["p", "q"]), grade == 2 or grade == 3 and rng.random() < 0.4
    at_point = "[i]" if summed else ""
    residual = rng.choice(["{y}{i} - {p}{i}", "{p}{i} - {y}{i}"]).format(y=y, p=p, i=at_point)
    steps = [
        f"z1{at_point} = w1*{x}{at_point} + b1",
        f"a1{at_point} = {f}(z1{at_point})",
        f"z2{at_point} = w2*{x}{at_point} + b2",
        f"a2{at_point} = {f}(z2{at_point})",
        f"{p}{at_point} = w3*a1{at_point} + w4*a2{at_point} + b3",
        f"L = sum(({residual})**2)" if summed else f"L = ({residual})**2",
    ]
    net = Net(*steps)
    by = rng.choice({1: ["b3", "w3", "w4"], 2: ["b3", "w3", "w4", "w1", "b2"], 3: ["w1", "b1", "w2", "b2"]}[grade])
    at = {}
    if grade == 3 and not summed and rng.random() < 0.6:
        k = by[1]
        lines = reverse(net, [p, f"a{k}", f"z{k}", by, f"{'b' if by[0] == 'w' else 'w'}{k}"])
    else:
        lines = derivation(net, by)
        if grade == 1 and rng.random() < 0.6:
            at = {name: decimal(rng, 0.5, 2) for name in net.inputs}
            lines.append(update(net, by, at, rng.choice([0.1, 0.05])))
    words = {f"{name}{at_point}": word for name, word in words.items()}
    story = f"{told(words)} Two {f} neurons and their sum make the prediction `{p}{at_point}`."
    return Task(title, f"{story} How does `L` change with `{by}`?", net, tuple(lines), words, at)

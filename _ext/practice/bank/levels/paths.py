"""Two paths and more: one term for each way on which a change reaches the loss."""

from ..lines import derivation, number
from ..net import Net
from ..scenes import decimal
from ..task import Task

CHAPTER = "book/04_computation_graphs"
TITLE = "Two paths"
ABOUT = "A change reaches the loss on more than one way: one product for each path, and the products are added."

# title, what it is, steps, by which
NETS = {
    1: [
        (
            "A shop",
            "The price `p` decides how many are sold, `q`, and enters the income `J` itself.",
            ["q = {c} - {d}*p", "J = p*q"],
            "p",
        ),
        (
            "A rectangle",
            "A rectangle grows: both of its sides depend on the time `t`.",
            ["u = {c}*t", "v = {d} + t", "A = u*v"],
            "t",
        ),
        (
            "Two taps",
            "Two taps fill a tub, both opened by one lever `x`.",
            ["u = {c}*x", "v = x**2", "F = u + {d}*v"],
            "x",
        ),
        (
            "A diamond",
            "`x` is multiplied in two ways, and both meet again.",
            ["u = {c}*x", "v = {d}*x", "L = u*v"],
            "x",
        ),
        ("A swing", "The push `x` sets height and speed.", ["h = x**2", "v = {c}*x + {d}", "E = h + v**2"], "x"),
        ("A garden", "Water `w` helps flowers and weeds.", ["f = {c}*w", "k = w**2/{d}", "G = f - k"], "w"),
        (
            "A cyclist",
            "The wind `x` slows the ride and chills the rider.",
            ["v = {c} - x", "d = {d}*x**2", "L = d*v"],
            "x",
        ),
    ],
    2: [
        (
            "A neuron with a way round",
            "What enters the bend also goes round it.",
            ["z = w*x", "a = {f}(z)", "q = a + z", "L = (q - y)**2"],
            "w",
        ),
        (
            "A residual block",
            "The input `x` is added to what the neuron makes of it.",
            ["a = {f}(x)", "q = x + a", "L = (q - y)**2"],
            "x",
        ),
        ("Two neurons, one weight", "Both neurons use the weight `w`.", ["a = {f}(w)", "c = w*x", "L = a*c"], "w"),
        (
            "A penalty on the weight",
            "The loss has a second term that keeps `w` small.",
            ["p = w*x", "r = p - y", "L = r**2 + {c}*w**2"],
            "w",
        ),
        ("A gate", "`x` is also what opens its own gate `g`.", ["g = sigmoid(x)", "p = g*x", "L = {c}*p**2"], "x"),
        (
            "Two neurons, one input",
            "One input `x` enters two neurons.",
            ["a = {f}(x)", "c = {g}(x)", "L = u*a + v*c"],
            "x",
        ),
    ],
    3: [
        (
            "One weight at two places",
            "The weight `w` is used twice, one layer after the other.",
            ["z = w*x", "a = {f}(z)", "q = w*a", "L = (q - y)**2"],
            "w",
        ),
        (
            "A penalty on the output",
            "The loss has a second term that keeps `a` small.",
            ["z = w*x + b", "a = {f}(z)", "L = (a - y)**2 + {c}*a**2"],
            "{wb}",
        ),
        (
            "Three paths",
            "`x` reaches the loss directly and by way of two neurons.",
            ["u = {f}(x)", "v = {g}(x)", "L = u*v*x"],
            "x",
        ),
        (
            "A wide step",
            "One hidden neuron feeds two outputs.",
            ["h = {f}(w)", "p = u*h", "q = v*h", "L = (p - y)**2 + (q - t)**2"],
            "h",
        ),
        (
            "Gate and value",
            "Gate and value share the bias `b`.",
            ["g = sigmoid(b)", "a = tanh(b)", "q = g*a", "L = (q - y)**2"],
            "b",
        ),
    ],
}
BENDS = ["tanh", "sigmoid", "exp", "softplus"]


def make(grade, rng):
    title, about, steps, by = rng.choice(NETS[grade])
    f, g = rng.sample(BENDS, 2)
    put = {"c": rng.choice([2, 3, 4, 5, 6]), "d": rng.choice([2, 3, 4]), "f": f, "g": g, "wb": rng.choice("wb")}
    net, by = Net(*(step.format(**put) for step in steps)), by.format(**put)
    lines, at = derivation(net, by), {}
    if grade < 3 and rng.random() < 0.3 and by in net.inputs and len(lines) < 8:
        at = {name: decimal(rng, 0.5, 2) for name in net.inputs}
        lines.append(number(net, by, at))
    return Task(title, f"{about} How does `{net.loss}` change with `{by}`?", net, tuple(lines), {}, at)

"""Steps with memory: a running memory of derivatives, the step that it makes, and Adam's ratio."""

from ..lines import derivation, number, reverse
from ..net import Net
from ..scenes import decimal
from ..task import Task

CHAPTER = "book/23_steps_with_memory"
TITLE = "Steps with memory"
ABOUT = "How much of an old derivative is still in today's step, and what a ratio of two memories does with it."

SERIES = [
    ("A long valley", "the derivative at step"),
    ("Small batches", "the derivative on batch"),
    ("A smoothed temperature", "the temperature of day"),
    ("A smoothed price", "the price on day"),
    ("A smoothed pulse", "the pulse in minute"),
    ("A river's level", "the level in hour"),
]


def make(grade, rng):
    return rng.choice({1: [memory, squares], 2: [walk, bowl, rate], 3: [ratio, scaled, twice]}[grade])(rng)


def kept(rng):
    """Letters of a memory, of what enters it, and of the share that is kept."""
    return rng.choice("mva"), rng.choice("gs"), rng.choice(["beta", "k"])


def memory(rng):
    """A sum or an average of what came in; how much of an early one is left?"""
    (title, what), (m, g, beta), times = rng.choice(SERIES), kept(rng), rng.choice([2, 3])
    new = rng.choice([f"{g}{{t}}", f"(1 - {beta})*{g}{{t}}"])
    net = Net(*(f"{m}{t} = {beta}*{m}{t - 1} + {new.format(t=t)}" for t in range(1, times + 1)))
    by = rng.choice([f"{g}{t}" for t in range(1, times)] + [f"{m}0"])
    story = f"`{g}1` is {what} 1, and so on. The memory `{m}` keeps the share `{beta}` of itself each time."
    asked = f" How much of `{by}` is left in `{m}{times}`?"
    return Task(title, story + asked, net, tuple(derivation(net, by)))


def squares(rng):
    """The memory of squares, which forgets the sign."""
    (title, what), (m, g, beta), times = rng.choice(SERIES), kept(rng), rng.choice([2, 3])
    net = Net(*(f"{m}{t} = {beta}*{m}{t - 1} + (1 - {beta})*{g}{t}**2" for t in range(1, times + 1)))
    by = f"{g}{rng.randint(1, times - 1)}"
    lines = derivation(net, by)
    at = {}
    if rng.random() < 0.4:
        at = {name: decimal(rng, 0.2, 0.9) if name == beta else decimal(rng, -2, 2) for name in net.inputs}
        lines.append(number(net, by, at, of=lines[-1]))
    story = f"`{g}1` is {what} 1, and so on. `{m}` is a running mean of the squares."
    return Task(title, f"{story} How does `{m}{times}` change with `{by}`?", net, tuple(lines), {}, at)


def walk(rng):
    """Two steps with momentum: an early derivative comes in twice."""
    (title, _), (m, g, beta), w = SERIES[rng.randint(0, 1)], kept(rng), rng.choice("wu")
    steps = []
    for t in (1, 2):
        steps += [f"{m}{t} = {beta}*{m}{t - 1} + {g}{t}", f"{w}{t} = {w}{t - 1} - lr*{m}{t}"]
    net, by = Net(*steps), rng.choice([f"{g}1", f"{m}0", f"{g}1"])
    story = f"Two steps with momentum: each takes the learning rate `lr` times the memory `{m}` off `{w}`."
    return Task(title, f"{story} How does `{w}2` change with `{by}`?", net, tuple(derivation(net, by)))


def bowl(rng):
    """One step in a valley, where the derivative is made from the place."""
    m, _, beta = kept(rng)
    w, c = rng.choice("wu"), rng.choice("cd")
    decay = rng.choice(["", f" - lr*q*{w}0"])
    net = Net(f"g = {c}*{w}0", f"{m}1 = {beta}*{m}0 + g", f"{w}1 = {w}0 - lr*{m}1{decay}")
    by = rng.choice([f"{w}0", f"{w}0", c])
    lines = derivation(net, by)
    at = {}
    if rng.random() < 0.4:
        at = {name: decimal(rng, 0.2, 0.9) for name in net.inputs}
        lines.append(number(net, by, at, of=lines[-1]))
    more = " The weight decays too, by `lr*q` of itself: `q` is the decay." if decay else ""
    story = f"A valley whose derivative is `{c}` times the place `{w}0`, and one step with momentum.{more}"
    return Task(
        "One direction of a valley",
        f"{story} How does the new place change with `{by}`?",
        net,
        tuple(lines),
        {},
        at,
    )


def rate(rng):
    """How the loss after a step depends on what made the step."""
    m, g, beta = kept(rng)
    w, power = rng.choice("wu"), rng.choice(["**2", "**2/2"])
    net = Net(f"{m}1 = {beta}*{m}0 + {g}1", f"{w}1 = {w}0 - lr*{m}1", f"L = ({w}1 - y){power}")
    by = rng.choice(["lr", beta, f"{m}0", f"{g}1"])
    story = f"One step with momentum, and then the loss: `{w}` should be `y`."
    return Task(
        "Was it a good step?", f"{story} How does the loss change with `{by}`?", net, tuple(derivation(net, by))
    )


def ratio(rng):
    """Adam's ratio: the derivative is in both memories."""
    g, root, u = rng.choice("gs"), rng.choice("rz"), rng.choice("uq")
    beta, k = rng.choice([("beta", "k"), ("k", "beta"), ("b", "c")])
    net = Net(
        f"m = {beta}*m0 + (1 - {beta})*{g}",
        f"v = {k}*v0 + (1 - {k})*{g}**2",
        f"{root} = sqrt(v)",
        f"{u} = m/{root}",
    )
    by = rng.choice([g, g, "v0", "m0"])
    story = f"Adam's step is the memory `m`, measured by the root of the memory of squares, `{root}`."
    return Task("Adam's ratio", f"{story} How does `{u}` change with `{by}`?", net, tuple(derivation(net, by)))


def scaled(rng):
    """RMSProp: the plain derivative, measured by a memory of its squares."""
    g, w, k, root = rng.choice("gs"), rng.choice("wu"), rng.choice(["k", "beta"]), rng.choice("rz")
    net = Net(f"v = {k}*v0 + (1 - {k})*{g}**2", f"{root} = sqrt(v)", f"{w}1 = {w}0 - lr*{g}/{root}")
    by = rng.choice([g, "v0", g, k])
    story = f"A step of RMSProp: the derivative `{g}` over the root of its squares' running mean."
    return Task("RMSProp", f"{story} How does `{w}1` change with `{by}`?", net, tuple(derivation(net, by)))


def twice(rng):
    """Two steps in a valley, back from the loss at the end: each place is used twice."""
    m, _, beta = kept(rng)
    w, c, first = rng.choice("wu"), rng.choice("cd"), rng.choice(["", f"{beta}*{m}0 + "])
    net = Net(
        f"{m}1 = {first}{c}*{w}0",
        f"{w}1 = {w}0 - lr*{m}1",
        f"{m}2 = {beta}*{m}1 + {c}*{w}1",
        f"{w}2 = {w}1 - lr*{m}2",
        rng.choice([f"L = {c}*{w}2**2/2", f"L = ({w}2 - y)**2"]),
    )
    last = [f"{w}0"] if not first or rng.random() < 0.6 else [f"{m}0"]
    lines = reverse(net, [f"{w}2", f"{m}2", f"{w}1", f"{m}1", *last])
    story = f"Two steps with momentum in a valley, whose derivative is `{c}` times the place, then the loss."
    return Task("Two steps down", f"{story} Send the derivative of `L` back to `{last[0]}`.", net, tuple(lines))

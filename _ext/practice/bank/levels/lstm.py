"""The cell of an LSTM: gates, the long memory and the short one."""

from ..lines import reverse
from ..net import Net
from ..task import Task

CHAPTER = "book/22_lstm"
TITLE = "The LSTM cell"
ABOUT = "The way back through the gates: what each adjoint is multiplied by, and what passes unchanged."

GATES = {"i": "the input gate", "f": "the forget gate", "g": "the candidate", "o": "the output gate"}
SERIES = [
    ("A share", "the price"),
    ("A sentence", "a number for the word"),
    ("A patient", "the pulse"),
    ("A river", "the level"),
    ("A tune", "the note"),
]


def gate(name, x, more):
    """The two steps of a gate: what enters it, and its bend."""
    z = f"z_{name}"
    enters = f"w_{name}*{x} + u_{name}*h0" + (f" + b_{name}" if more else "")
    return [f"{z} = {enters}", f"{name} = {'tanh' if name == 'g' else 'sigmoid'}({z})"]


def make(grade, rng):
    title, what = rng.choice(SERIES)
    x, chosen, more = rng.choice(["x", "x1", "s"]), rng.choice("ifgo"), rng.choice([True, False])
    cell = ["c1 = f*c0 + i*g", "m = tanh(c1)", "h1 = o*m"]
    if grade == 1:
        chosen = rng.choice("ifg")
        half = rng.choice(["", "/2"])
        net = Net(*gate(chosen, x, more), cell[0], f"L = (c1 - y)**2{half}")
        by = rng.choice([f"w_{chosen}", f"u_{chosen}", *([f"b_{chosen}"] if more else [])])
        wanted = ["c1", chosen, f"z_{chosen}", by] + rng.choice([[], ["c0"]])
        told = (
            f"Only the long memory `c1` counts here; {GATES[chosen]} `{chosen}` is computed, the others are given."
        )
    elif grade == 2:
        loss = rng.choice(["(h1 - y)**2", "(p - y)**2"])
        out = ["p = v*h1"] if "p" in loss else []
        net = Net(*gate(chosen, x, more), *cell, *out, f"L = {loss}")
        by = rng.choice([f"w_{chosen}", f"u_{chosen}", *([f"b_{chosen}"] if more else [])])
        middle = [] if chosen == "o" else ["m", "c1"]
        wanted = [*(["p"] if out else []), "h1", *middle, chosen, f"z_{chosen}", by]
        told = f"{GATES[chosen].capitalize()} `{chosen}` is computed, the other gates are given."
    else:
        seen = rng.choice(["(h2 - y)**2", "(h1 - y1)**2 + (h2 - y2)**2", "(c2 - y)**2"])
        late = ["m2 = tanh(c2)", "h2 = o2*m2"] if "h2" in seen else []
        early = ["m1 = tanh(c1)", "h1 = o1*m1"] if "h1" in seen else []
        net = Net("c1 = f1*c0 + i1*g1", *early, "c2 = f2*c1 + i2*g2", *late, f"L = {seen}")
        last = rng.sample(["f2", "i2", "g2", "f1", "i1", "g1", "c0"], 3 if not early else 2)
        first = ["h2", "m2", "c2"] if late else ["c2"]
        wanted = [*first, *(["h1", "m1"] if early else []), "c1", *last]
        wanted = wanted[:8]
        told = "Two times, with all gates given: the long memory runs from `c0` by way of `c1` to `c2`."
    lines = reverse(net, wanted)
    words = {x: what} if x in net.inputs else {}
    opening = f"`{x}` is {what}. " if words else ""
    return Task(title, f"{opening}{told} Send the derivative of `L` back.", net, tuple(lines), words)

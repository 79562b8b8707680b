"""Through time: one set of weights at every step, and a state that carries on."""

from ..lines import reverse
from ..net import Net
from ..task import Task

CHAPTER = "book/21_recurrent"
TITLE = "Through time"
ABOUT = "The same weights at every step: the way back through the states, and the sum over the times."

SERIES = [
    ("Share prices", "the price of a share"),
    ("Words", "a number for a word"),
    ("Rainfall", "the rain of a day"),
    ("A melody", "the pitch of a note"),
    ("Steps walked", "the steps of a day"),
    ("A fever", "the temperature of a patient"),
]


def make(grade, rng):
    title, what = rng.choice(SERIES)
    x, h, w, u = rng.choice("xs"), rng.choice("ha"), rng.choice("wk"), rng.choice("uv")
    days, bend = (
        {1: 2, 2: 2, 3: 3}[grade],
        rng.choice(["tanh", "sigmoid"] if grade < 3 else ["tanh", "sigmoid", "relu"]),
    )
    bias, start = rng.choice([" + b", ""]), rng.choice([f"{h}0", None])
    every_day = grade > 1 and rng.random() < 0.5
    steps = []
    for t in range(1, days + 1):
        carried = f" + {u}*{h}{t - 1}" if t > 1 or start else ""
        steps.append(f"z{t} = {w}*{x}{t}{carried}{bias}")
        steps.append(f"{h}{t} = {bend}(z{t})")
    if every_day:
        steps.append("L = " + " + ".join(f"({h}{t} - y{t})**2" for t in range(1, days + 1)))
    elif grade == 2:
        steps += [f"p = v*{h}{days}" if u != "v" else f"p = c*{h}{days}", "L = (p - y)**2"]
    else:
        steps.append(f"L = ({h}{days} - y)**2")
    net = Net(*steps)
    back = [name for t in range(days, 0, -1) for name in (f"{h}{t}", f"z{t}")]
    by = rng.choice([w, u, *(["b"] if bias else [])] if grade > 1 else [w, u])
    first = ["p"] if "p" in net.formulas else []
    lines = reverse(net, [*first, *back, by])
    story = (
        f"`{x}1` to `{x}{days}` give {what}, one time after the other, and `{h}{days}` is the state at the end."
    )
    asked = f" Send the derivative of `L` back to `{by}`, which is used at every time."
    return Task(title, story + asked, net, tuple(lines))

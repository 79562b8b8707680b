"""Convolution in one dimension: a kernel used at every place gathers a share from each."""

from ..lines import reverse
from ..net import Net
from ..task import Task
from ..texts import total

CHAPTER = "book/20_convolution"
TITLE = "Convolution in one dimension"
ABOUT = "One kernel at every place: its derivative is a sum over the places, and an input's over the kernel."

ROWS = [
    ("Days in a row", "the temperatures of days in a row"),
    ("A sound", "samples of a sound"),
    ("A row of pixels", "grey pixels in a row"),
    ("A heartbeat", "readings of a heartbeat"),
    ("Along a river", "depths along a river"),
    ("Letters", "numbers for letters in a row"),
]
SIZES = {1: [(2, 3, 1)], 2: [(2, 3, 1), (2, 4, 1), (3, 4, 1), (2, 4, 2)], 3: [(2, 4, 1), (3, 4, 1), (3, 5, 2)]}


def make(grade, rng):
    title, what = rng.choice(ROWS)
    width, length, stride = rng.choice(SIZES[grade])
    x, k, c = rng.choice("xst"), rng.choice("kwu"), rng.choice("czq")
    bias = rng.choice([True, False])
    places = range(1, (length - width) // stride + 2)
    steps = []
    for place in places:
        products = [f"{k}{m}*{x}{stride * (place - 1) + m}" for m in range(1, width + 1)]
        steps.append(f"{c}{place} = {' + '.join([*products, *(['b'] if bias else [])])}")
    out = c
    if grade == 3:
        bend, out = rng.choice(["relu", "tanh"]), "a"
        steps += [f"a{place} = {bend}({c}{place})" for place in places]
    if grade == 3 or rng.random() < 0.5:
        weights = [f"v{place}*{out}{place}" for place in places]
        steps += [f"p = {total(*weights)}", "L = (p - y)**2"]
        first = ["p", *(f"{out}{place}" for place in places)]
    else:
        errors = [f"({out}{place} - y{place})**2" for place in places]
        steps.append(f"L = {total(*errors)}")
        first = [f"{out}{place}" for place in places]
    net = Net(*steps)
    if grade == 3:
        first = ["p", *(f"a{place}" for place in places), *(f"{c}{place}" for place in places)]
    shared = [f"{k}{m}" for m in range(1, width + 1)] + ["b"] * bias
    between = [
        name
        for name in net.inputs
        if name.startswith(x) and sum(name in net.uses(step) for step in net.formulas) > 1
    ]
    last = rng.sample(shared + between, {1: 2, 2: 2, 3: 1}[grade])
    lines = reverse(net, [*first, *last])
    step = "moves on by one" if stride == 1 else f"moves on by {stride}"
    story = f"`{x}1` to `{x}{length}` are {what}. The kernel of {width} weights {step} from place to place."
    return Task(title, f"{story} Send the derivative of `L` back.", net, tuple(lines))

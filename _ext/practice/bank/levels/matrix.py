"""The matrix form: gradients as products of matrices, told by their shapes."""

from ..layer import Layer
from ..slips import kept
from ..task import Line, Slip, Task

CHAPTER = "book/17_backprop_matrix_form"
TITLE = "Matrix form"
ABOUT = "Rows are examples. Which product, and which of the two is transposed? The shapes decide."

EACH = {"shapes": 13, "slip": 3}
SCENES = [
    ("Irises", "flowers", "measurements"),
    ("Patients", "patients", "readings"),
    ("Houses", "houses", "features"),
    ("Songs", "songs", "features"),
    ("Days", "days", "readings"),
    ("Pixels", "pictures", "pixels"),
    ("Shoes", "shoes", "measurements"),
]


def make(grade, rng):
    title, rows, columns = rng.choice(SCENES)
    n, d, h, k = rng.sample(range(2, 7), 4)
    return rng.choice(KINDS[grade])(title, rows, columns, n, d, h, k, rng)


def dense(title, rows, columns, n, d, h, k, rng, bias=True):
    """One layer: dW, dx, db."""
    x, W, b, z = rng.choice("xha"), rng.choice("WUV"), rng.choice("bc"), rng.choice("zs")
    layer = Layer(
        {x: (n, d), W: (d, h), z: (n, h)} | ({b: (1, h)} if bias else {}),
        f"{z} = {x} @ {W}" + f" + {b}" * bias,
    )
    lines = [shape_of(layer, rng.choice([W, x])), *weights(layer, z, x, W)]
    lines += [inputs(layer, z, x, W)] + ([summed(layer, z, b)] if bias else [])
    if rng.random() < 0.4:
        lines[1], lines[2] = lines[2], lines[1]
    story = f"`{x}` has {n} rows, one for each of the {rows}, and {d} columns, their {columns}. `d{z}` is known."
    return Task(title, story, layer, tuple(lines), {}, {}, layer.shapes, "shapes")


def linear(*given):
    return dense(*given, bias=False)


def columns(title, rows, _, n, d, h, k, rng):
    """The other convention: columns are examples."""
    x, W, z = rng.choice("xha"), rng.choice("WUV"), rng.choice("zs")
    layer = Layer({x: (d, n), W: (h, d), z: (h, n)}, f"{z} = {W} @ {x}")
    lines = [
        shape_of(layer, rng.choice([W, x])),
        gradient(layer, z, W, f"d{z} @ {x}.T", [f"d{z} @ {x}", f"{x}.T @ d{z}", f"{x} @ d{z}.T", f"{W}.T @ d{z}"]),
        gradient(layer, z, x, f"{W}.T @ d{z}", [f"{W} @ d{z}", f"d{z} @ {W}.T", f"d{z}.T @ {W}", f"d{z} @ {x}.T"]),
    ]
    story = f"Here an example is a column: `{x}` has {n} of them, one for each of the {rows}. `d{z}` is known."
    return Task(title, story, layer, tuple(lines), {}, {}, layer.shapes, "shapes")


def two(title, rows, columns, n, d, h, k, rng):
    """Two inputs, each with weights of its own."""
    x, y, W, U, z = rng.choice("xa"), rng.choice("hc"), "W", "U", rng.choice("zs")
    layer = Layer({x: (n, d), W: (d, h), y: (n, k), U: (k, h), z: (n, h)}, f"{z} = {x} @ {W} + {y} @ {U}")
    lines = [*weights(layer, z, x, W, (y, U)), *weights(layer, z, y, U, (x, W))]
    lines += [inputs(layer, z, x, W, U), inputs(layer, z, y, U, W)]
    rng.shuffle(lines)
    story = f"`{x}` and `{y}` say two things of {n} {rows}, and each has weights of its own. `d{z}` is known."
    return Task(title, story, layer, tuple(lines[:3]), {}, {}, layer.shapes, "shapes")


def scores(title, rows, columns, n, d, h, k, rng):
    """Each row of one matrix times each row of another."""
    q, key, s = rng.choice("qa"), rng.choice("kb"), rng.choice("sz")
    layer = Layer({q: (n, d), key: (h, d), s: (n, h)}, f"{s} = {q} @ {key}.T")
    lines = of_scores(layer, s, q, key)
    if rng.random() < 0.5:
        lines.insert(0, shape_of(layer, key))
    story = f"Every row of `{q}` is multiplied with every row of `{key}`: {n} times {h} scores. `d{s}` is known."
    return Task(title, story, layer, tuple(lines), {}, {}, layer.shapes, "shapes")


def of_scores(layer, s, q, key):
    """What comes back to both sides of s = q @ key.T."""
    return [
        gradient(layer, s, q, f"d{s} @ {key}",
                 [f"d{s} @ {key}.T", f"d{s}.T @ {key}", f"{key}.T @ d{s}", f"d{s}.T @ {q}"]),
        gradient(layer, s, key, f"d{s}.T @ {q}", [f"d{s} @ {q}", f"{q}.T @ d{s}", f"{q} @ d{s}", f"d{s} @ {key}"]),
    ]


def bend(title, rows, columns, n, d, h, k, rng):
    """A layer and its bend, entry by entry."""
    f, x, W, b, a = rng.choice(["tanh", "sigmoid"]), rng.choice("xh"), rng.choice("WU"), "b", rng.choice("ap")
    layer = Layer(
        {x: (n, d), W: (d, h), b: (1, h), "z": (n, h), a: (n, h)}, f"z = {x} @ {W} + {b}", f"{a} = {f}(z)"
    )
    lines = [bent(layer, a, "z", f), *weights(layer, "z", x, W), summed(layer, "z", b), inputs(layer, "z", x, W)]
    del lines[rng.choice([2, 3])]
    story = f"`{x}` has {n} rows, one for each of the {rows}. The bend is taken entry by entry. `d{a}` is known."
    return Task(title, story, layer, tuple(lines), {}, {}, layer.shapes, "shapes")


def layers(title, rows, columns, n, d, h, k, rng):
    """Two layers, from the last back to the first."""
    f, x, W, b = rng.choice(["tanh", "sigmoid"]), rng.choice("xs"), rng.choice("WU"), rng.choice("bc")
    W1, W2, b1, b2 = f"{W}1", f"{W}2", f"{b}1", f"{b}2"
    shapes = {x: (n, d), W1: (d, h), b1: (1, h), "z1": (n, h), "a1": (n, h), W2: (h, k), b2: (1, k), "z2": (n, k)}
    layer = Layer(shapes, f"z1 = {x} @ {W1} + {b1}", f"a1 = {f}(z1)", f"z2 = a1 @ {W2} + {b2}")
    lines = [*weights(layer, "z2", "a1", W2), inputs(layer, "z2", "a1", W2), bent(layer, "a1", "z1", f)]
    lines += rng.sample([*weights(layer, "z1", x, W1), summed(layer, "z1", b1), inputs(layer, "z1", x, W1)], 2)
    story = f"Two layers for {n} {rows}: `{x}` goes in, `z2` comes out, and `dz2` is known."
    return Task(title, story, layer, tuple(lines), {}, {}, layer.shapes, "shapes")


def skip(title, rows, columns, n, d, h, k, rng):
    """A layer with a way round: two terms come back."""
    x, W, z = rng.choice("xha"), rng.choice("WU"), rng.choice("zs")
    scale = rng.choice(["", "", "2*"])
    layer = Layer({x: (n, d), W: (d, d), z: (n, d)}, f"{z} = {scale}{x} + {x} @ {W}")
    right = f"{scale}d{z} + d{z} @ {W}.T"
    wrong = [
        Slip(f"d{z} @ {W}.T", "path", f"The way round is forgotten: `{x}` is added directly too."),
        Slip(f"{scale}d{z}", "path", f"The way through `{W}` is forgotten."),
        Slip(f"{scale}d{z} + d{z} @ {W}", "transpose", f"On the way back `{W}` is transposed."),
        Slip(f"{scale}{x} + d{z} @ {W}.T", "wrong thing", f"Directly comes back `d{z}`, not `{x}`."),
    ]
    hints = (
        f"`{x}` reaches `{z}` on two ways: two terms are added.",
        f"One is that of a sum, one that of `{x} @ {W}`.",
        f"It begins with `{scale}d{z}`.",
    )
    way = Line(f"d{x}", right, hints, kept(layer, right, wrong), "in matrices", "matrix", claim=(z, x))
    lines = [shape_of(layer, x), *weights(layer, z, x, W), way]
    rng.shuffle(lines)
    story = f"A layer with a way round, for {n} {rows}: what goes in is added to what comes out. `d{z}` is known."
    return Task(title, story, layer, tuple(lines), {}, {}, layer.shapes, "shapes")


def attend(title, rows, columns, n, d, h, k, rng):
    """Weights that are computed, times values: two products in a row."""
    q, key, v, s, o = "q", "k", "v", "s", rng.choice("oy")
    layer = Layer(
        {q: (n, d), key: (h, d), v: (h, k), s: (n, h), o: (n, k)}, f"{s} = {q} @ {key}.T", f"{o} = {s} @ {v}"
    )
    lines = [
        gradient(layer, o, v, f"{s}.T @ d{o}", [f"{s} @ d{o}", f"d{o}.T @ {s}", f"d{o} @ {s}.T", f"d{o} @ {v}.T"]),
        gradient(layer, o, s, f"d{o} @ {v}.T", [f"d{o} @ {v}", f"{v}.T @ d{o}", f"{v} @ d{o}.T", f"{s}.T @ d{o}"]),
        *of_scores(layer, s, q, key),
    ]
    if rng.random() < 0.5:
        lines.insert(0, shape_of(layer, rng.choice([v, key])))
    story = f"{n} questions `{q}` meet {h} keys `{key}`, and their scores weigh the values `{v}`. `d{o}` is known."
    return Task(title, story, layer, tuple(lines), {}, {}, layer.shapes, "shapes")


def shape_of(layer, name):
    rows, columns = layer.sizes[name]
    wrong = [Slip(f"{columns}, {rows}", "transpose", "Rows and columns have changed places.")]
    for other, (r, c) in layer.sizes.items():
        text = f"{r}, {c}"
        if text not in (f"{rows}, {columns}", *(slip.text for slip in wrong)):
            wrong.append(Slip(text, "wrong thing", f"That is the shape of `{other}`."))
    wrong = [slip for slip in wrong if slip.text != f"{rows}, {columns}"][:5]
    hints = ("A gradient has one number for each number that it belongs to.", f"`{name}` has {rows} rows.")
    return Line(
        f"d{name}", f"{rows}, {columns}", hints, tuple(wrong), "its shape: rows, columns", "shape", claim=(name,)
    )


def gradient(layer, step, name, right, wrong):
    """A line in matrices; the remark of a wrong product says what its shapes say."""
    wanted = layer.sizes[name]
    hints = (
        f"A product of two matrices, one of them `d{step}`: its shape is that of `{name}`, {told(wanted)}.",
        " ".join(f"`{each}` has shape {told(layer.shapes[each])}." for each in names_of(right)),
        f"It begins with `{right.split(' @ ')[0]}`.",
    )
    slips = kept(layer, right, [Slip(each, *remark(layer, name, right, each)) for each in wrong])
    return Line(f"d{name}", right, hints, slips, "in matrices", "matrix", claim=(step, name))


def told(size):
    return f"({size[0]}, {size[1]})"


def names_of(right):
    return [part.removesuffix(".T") for part in right.split(" @ ")]


def remark(layer, name, right, wrong):
    """(kind, remark) of a wrong product."""
    shape, wanted = layer.shape(wrong), layer.sizes[name]
    if {*names_of(wrong)} != {*names_of(right)}:
        whose = next((each for each in layer.sizes if layer.sizes[each] == shape and each != name), None)
        return (
            "wrong thing",
            f"Not these two matrices: that belongs to `d{whose}`." if whose else "Not these two matrices.",
        )
    swapped = names_of(wrong) != names_of(right)
    if shape is None:
        a, b = (told(side_shape(layer, side)) for side in wrong.split(" @ "))
        turned = "One of the two is transposed." if ".T" in right else "Neither of the two is transposed."
        advice = "Which one belongs in front?" if swapped else turned
        return "order" if swapped else "transpose", f"These shapes do not fit: {a} times {b}. {advice}"
    if swapped and shape == wanted[::-1]:
        differ = f": its shape is {told(shape)}, not {told(wanted)}" if shape != wanted else ""
        return "transpose", f"That is the transpose of `d{name}`{differ}."
    return "order", f"That has shape {told(shape)}; `d{name}` has {told(wanted)}, that of `{name}`."


def side_shape(layer, side):
    size = layer.shapes[side.removesuffix(".T")]
    return size[::-1] if side.endswith(".T") else size


def weights(layer, z, x, W, other=()):
    wrong = [
        f"{x} @ d{z}",
        f"d{z} @ {x}.T",
        f"d{z}.T @ {x}",
        f"d{z} @ {W}.T",
        *(f"{each}.T @ d{z}" for each in other[:1]),
    ]
    return [gradient(layer, z, W, f"{x}.T @ d{z}", wrong)]


def inputs(layer, z, x, W, other=None):
    wrong = [f"d{z} @ {W}", f"{W}.T @ d{z}", f"{W} @ d{z}.T", f"{x}.T @ d{z}"] + [f"d{z} @ {other}.T"] * bool(
        other
    )
    return gradient(layer, z, x, f"d{z} @ {W}.T", wrong)


def summed(layer, z, b):
    n, columns = layer.sizes[z]
    right = f"sum(d{z})"
    wrong = [
        Slip(
            f"d{z}",
            "no sum",
            f"The bias is one row, added to all {n}: what comes back to it is summed over the rows.",
        ),
        Slip(f"sum({z})", "wrong thing", f"Summed is what comes back, `d{z}`, not `{z}` itself."),
        Slip(f"{b}", "not derived", "That is the bias itself."),
        Slip(f"-sum(d{z})", "sign", "The sign is turned: the bias is added."),
    ]
    hints = (
        f"One row `{b}` is added to every row: each sends its share back.",
        f"It has the shape of `{b}`, {told(layer.sizes[b])}.",
        "Type sum(…), which adds the rows.",
    )
    return Line(f"d{b}", right, hints, kept(layer, right, wrong), "in matrices", "matrix", claim=(z, b))


def bent(layer, a, z, f):
    right, other = (f"d{a} * (1 - {a}**2)", f"d{a} * {a} * (1 - {a})")
    right, other = (right, other) if f == "tanh" else (other, right)
    wrong = [
        Slip(
            other,
            "wrong function",
            f"That is the slope of a {'sigmoid' if f == 'tanh' else 'tanh'}; here stands a {f}.",
        ),
        Slip(
            right.removeprefix(f"d{a} * ").strip("()") if f == "tanh" else right.removeprefix(f"d{a} * "),
            "upstream",
            f"`d{a}` is forgotten: what comes back is multiplied, entry by entry.",
        ),
        Slip(f"d{a}", "inner", f"The slope of the {f} is forgotten."),
        Slip(
            right.replace(f"{a}**2", f"{z}**2").replace(f" {a} * (1 - {a})", f" {z} * (1 - {z})"),
            "wrong name",
            f"The slope is written in `{a}`, what comes out of the bend.",
        ),
    ]
    hints = (
        "Entry by entry: no matrix product. Type * between matrices of one shape.",
        f"`d{a}` times the slope of the {f}, written in `{a}`.",
        f"It begins with `d{a}`.",
    )
    return Line(f"d{z}", right, hints, kept(layer, right, wrong), "entry by entry", "matrix", claim=(a, z))


KINDS = {1: [dense, linear, columns], 2: [dense, two, scores, bend], 3: [layers, skip, attend]}

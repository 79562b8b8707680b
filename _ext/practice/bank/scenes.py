"""What the little networks are about: an input and a target with a meaning, and the letters of what is between."""

SCENES = [  # title, input, its word, target, its word
    ("A dose and its effect", "x", "the dose", "y", "the effect seen"),
    ("Shoe size and height", "s", "the shoe size", "y", "the height"),
    ("Heat and ice cream", "t", "the temperature", "y", "the ice creams sold"),
    ("Sleep and points", "x", "the hours of sleep", "t", "the points reached"),
    ("Petals", "x", "the width of a petal", "y", "its length"),
    ("Rain and harvest", "r", "the rain", "y", "the harvest"),
    ("Braking", "v", "the speed", "d", "the braking distance"),
    ("A letter in the post", "x", "the weight of a letter", "y", "its postage"),
    ("A spring", "m", "the mass hung up", "y", "the stretch of the spring"),
    ("Light and growth", "x", "the hours of light", "y", "the growth"),
    ("A cup of tea", "t", "the minutes since it was poured", "y", "its temperature"),
    ("A taxi", "d", "the distance", "y", "the fare"),
    ("Age and reaction", "x", "the age", "t", "the time to react"),
    ("Salt and boiling", "s", "the salt in the water", "t", "the boiling point"),
]


def scene(rng):
    """(title, input, target, words): a scene and what its letters mean."""
    title, x, given, y, seen = rng.choice(SCENES)
    return title, x, y, {x: given, y: seen}


def told(words):
    """`x` is the dose, `y` the effect seen."""
    (first, given), *others = words.items()
    rest = "".join(
        f"{', ' if k < len(others) else ' and '}`{name}` {word}" for k, (name, word) in enumerate(others, 1)
    )
    return f"`{first}` is {given}{rest}."


def decimal(rng, low, high, places=1):
    """A decimal that is not 0."""
    while not (value := round(rng.uniform(low, high), places)):
        pass
    return value

"""Formulas for a narrow screen: how wide LaTeX will be, and lines that are broken between terms and factors."""
import re
from string import ascii_uppercase

WIDTH = 34  # of the letters of KaTeX on a phone's 306 px
MARK = re.compile(r"\\(?:frac|text|begin|left|right|[A-Za-z]+|.)|[{}^_]|\S")
BROAD = {"m", "w", *ascii_uppercase}
FREE = {r"\left", r"\right", r"\bigl", r"\bigr", r"\Bigl", r"\Bigr", r"\displaystyle", r"\,", r"\;",
        r"\begin", r"\end", "{", "}", "&"}


def width(tex):
    """About how many letters wide some LaTeX is."""
    tokens = MARK.findall(re.sub(r"\\text\{([^{}]*)\}", lambda match: "{" + "x" * len(match[1]) + "}", tex))
    return _width(tokens[::-1])


def _width(tokens):
    """The width up to the end of a group; takes the tokens from the end of the list."""
    total = 0
    while tokens and tokens[-1] != "}":
        total += _item(tokens, 1)
    if tokens:
        tokens.pop()
    return total


def _item(tokens, size):
    token = tokens.pop()
    if token == "{":
        return size * _width(tokens)
    if token == r"\frac":
        return 0.4 + max(_item(tokens, size), _item(tokens, size))
    if token in "^_":
        return _item(tokens, 0.7 * size) if tokens else 0
    if token in FREE:
        return 0
    if token in ("=", "+", "-", r"\cdot"):
        return 2.4 * size
    return {r"\sum": 2, r"\log": 3, r"\tanh": 4, r"\exp": 3}.get(token, 1.5 if token in BROAD else 1) * size


def packed(pieces, first=0, indent=2):
    """Pieces of LaTeX in lines as long as fit, the first one after `first` letters, the others after `indent`."""
    lines, room = [], WIDTH - first
    for piece in pieces:
        if lines and width(piece) <= room:
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
            room = WIDTH - (first if len(lines) == 1 else indent)
        room -= width(piece)
    return lines


def stacked(rows, columns, gap="1.1em"):
    return rf"$\begin{{array}}{{{columns}}}" + rf" \\[{gap}] ".join(rows) + r"\end{array}$"

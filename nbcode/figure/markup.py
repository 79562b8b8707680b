"""What stands around the pictures of a figure: sliders, buttons and numbers, as HTML and as JavaScript."""
import json
import re
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from math import isfinite

from sympy.core.alphabets import greeks
from sympy.printing.pretty.pretty_symbology import pretty_symbol


class Code(str):
    """JavaScript source, to stand in a literal as it is."""


def controls(sliders, has_descent):
    """A row for each slider, as a range and as a number, and the buttons."""
    rows = [f'<label class="nbfig-slider"><span>{pretty(each.symbol)}</span>'
            f'<input type="range" min="{each.low}" max="{each.high}" {field(each)} '
            f'aria-label="{words(each.symbol)}">'
            f'<input type="number" {field(each)} aria-label="{words(each.symbol)}, as a number"></label>'
            for each in sliders]
    doings = [("step", "Step"), ("play", "Play")] * has_descent + [("reset", "Reset"), ("copy", "Copy as Python")]
    buttons = "".join(f'<button type="button" data-do="{do}">{text}</button>' for do, text in doings)
    return f'{"".join(rows)}<div class="nbfig-buttons">{buttons}<span role="status"></span></div>'


def field(slider):
    """What both inputs of a slider have; browsers shall not restore an older number by themselves."""
    return (f'data-name="{slider.symbol}" step="{slider.step}" value="{slider.start}" autocomplete="off" '
            f'data-digits="{places(slider, 4)}"')


def places(slider, least):
    """How many decimals a number needs to show the slider's steps."""
    return max(least, -Decimal(str(slider.step)).normalize().as_tuple().exponent)


def outputs(readouts, now, has_descent):
    """The readouts {label: (expression, digits)} with their numbers `now`."""
    quiet = 'aria-live="off"'  # or each number would be read aloud whenever it moves
    shown = [f'<span>{escape(label)} = <output {quiet} data-index="{k}" data-digits="{digits}" data-value>'
             f'{decimal(now[k], digits)}</output></span>'
             for k, (label, (_, digits)) in enumerate(readouts.items())]
    return " ".join(shown + [f"<span>steps = <output {quiet} data-steps>0</output></span>"] * has_descent)


def decimal(value, digits):
    """A number as figure.mjs shows it: halves are rounded away from zero, as JavaScript does."""
    if not isfinite(value):
        return "—"
    text = (f"{value:.{digits}e}".replace("e+0", "e+") if abs(value) >= 1e7 else
            f"{Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}")
    return text.replace("-", "" if float(text) == 0 else "−")


def words(symbol):
    return {"lr": "learning rate"}.get(str(symbol), str(symbol))


def pretty(symbol):
    """b3 or b_f as HTML: b with 3 or f below it."""
    word, below = re.fullmatch(r"(.*?)(?:_(?=.))?((?<=_)\w+|\d*)", words(symbol)).groups()
    word = pretty_symbol(word) if word in greeks else word  # alpha as α
    return (f"<i>{word}</i>" if len(word) == 1 else word) + (f"<sub>{below}</sub>" if below else "")


def literal(value):
    """A Python value as the source of a JavaScript one."""
    if isinstance(value, Code):
        return value
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {literal(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    return json.dumps(value)

"""What stands around the pictures of a figure: sliders, buttons and numbers, as HTML and as JavaScript."""
import json
import re
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from math import isfinite

from sympy.core.alphabets import greeks
from sympy.printing.pretty.pretty_symbology import pretty_symbol

QUIET = 'aria-live="off"'  # or each number would be read aloud whenever it moves


class Code(str):
    """JavaScript source, to stand in a literal as it is."""


def controls(sliders, has_descent, frame=""):
    """A row for each slider, as a range and as a number, or with Back and Next for the frames; and the buttons."""
    rows = [stepper(each) if str(each.symbol) == frame else
            f'<label class="nbfig-slider"><span>{pretty(each.symbol)}</span>{ranged(each)}'
            f'<input type="text"{keys(each)} {field(each)} aria-label="{words(each.symbol)}, as a number"></label>'
            for each in sliders]
    doings = [("step", "Step"), ("play", "Play")] * has_descent + [("reset", "Reset"), ("copy", "Copy as Python")]
    buttons = "".join(f'<button type="button" data-do="{do}">{text}</button>' for do, text in doings)
    return f'{"".join(rows)}<div class="nbfig-buttons">{buttons}<span role="status"></span></div>'


def ranged(slider):
    return (f'<input type="range" min="{slider.low}" max="{slider.high}" {field(slider)} '
            f'aria-label="{words(slider.symbol)}">')


def keys(slider):
    """Digits for thumbs, where no minus is needed: some telephones show none beside them."""
    return ' inputmode="decimal"' if slider.low >= 0 else ""


def stepper(slider):
    """The row of the frames: Back, a slider, Next."""
    back, forth = (f'<button type="button" data-do="{do}">{text}</button>'
                   for do, text in (("back", "Back"), ("next", "Next")))
    return f'<div class="nbfig-slider nbfig-stepper">{back}{ranged(slider)}{forth}</div>'


def captions(frames, readouts, now, start):
    """The sentences of the frames, of which one is seen; {label} in it is the number of that readout."""
    def number(found):
        if found[1] not in readouts:
            raise ValueError(f"a frame says {found[0]}, which is no readout; there are {', '.join(readouts)}")
        return output(list(readouts).index(found[1]), readouts[found[1]][1], now)

    texts = [re.sub(r"[{](.+?)[}]", number, escape(text, quote=False)) for text in frames]
    lines = [f"<li{' class=now' * (k == start['frame'])}>{text}</li>" for k, text in enumerate(texts, start=1)]
    return f'<ol class="nbfig-frames" aria-live="polite">{"".join(lines)}</ol>' if lines else ""


def field(slider):
    """What both inputs of a slider have; browsers shall not restore an older number by themselves."""
    return (f'data-name="{slider.symbol}" step="{slider.step}" value="{slider.start}" autocomplete="off" '
            f'data-digits="{places(slider, 4)}"')


def places(slider, least):
    """How many decimals a number needs to show the slider's steps."""
    return max(least, -Decimal(str(slider.step)).normalize().as_tuple().exponent)


def outputs(readouts, now, has_descent):
    """The readouts {label: (expression, digits)} with their numbers `now`."""
    shown = [f"<span>{escape(label)} = {output(k, digits, now)}</span>"
             for k, (label, (_, digits)) in enumerate(readouts.items())]
    return " ".join(shown + [f"<span>steps = <output {QUIET} data-steps>0</output></span>"] * has_descent)


def output(k, digits, now):
    return f'<output {QUIET} data-index="{k}" data-digits="{digits}" data-value>{decimal(now[k], digits)}</output>'


def decimal(value, digits):
    """A number as figure.mjs shows it: halves are rounded away from zero, as JavaScript does.

    digits 2: two decimals; "2s": two significant digits.
    """
    if not isfinite(value):
        return "—"
    exact = not str(digits).endswith("s")
    few = int(str(digits).rstrip("s")) - (not exact)  # decimals, or digits after the first
    point, long = few, abs(value) >= 1e7 or (not exact and 0 < abs(value) < 1e-6)
    if not exact and not long:
        rounded = Decimal(value).quantize(Decimal(1).scaleb(Decimal(value).adjusted() - few), ROUND_HALF_UP)
        point = max(0, few - (rounded.adjusted() if value else 0))  # 9.996 is 10.0, not 10.00
    text = (re.sub(r"e([+-])0", r"e\1", f"{value:.{few}e}") if long else
            f"{Decimal(value).quantize(Decimal(1).scaleb(-point), ROUND_HALF_UP):f}")
    return text.replace("-", "" if float(text) == 0 else "−")


def words(symbol):
    return {"lr": "learning rate"}.get(str(symbol), str(symbol))


def pretty(symbol):
    """b3 or b_f as HTML: b with 3 or f below it."""
    word, below = re.fullmatch(r"(.*?)(?:_(?=.))?((?<=_)\w+|\d*)", words(symbol)).groups()
    word = pretty_symbol(word) if word in (*greeks, "lamda") else word  # alpha as α
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

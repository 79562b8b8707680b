"""The program of a figure in fewer letters: the same operations on the same numbers, in the same order.

A figure's file comes with its page, and no browser keeps it for another: what it says twice weighs twice. A value
that is short or asked for once stands where it is asked for; the others have names of a letter or two. Steps are a
list, the corners of a box follow from two of them, and an entry of `bound` names what differs from the one before
it. What reads them, for all pages, is pages/live.js.
"""
import re
from collections import Counter
from itertools import chain, product
from string import ascii_letters

PROGRAM = re.compile(r"\{((?:const v\d+=[^;{}]+;)*)return\[([^;{}]*)\];\}")
LINE = re.compile(r"const (v\d+)=([^;]+);")
NAME = re.compile(r"\bv\d+\b")
ALIAS = re.compile(r"[vp]\d+")
SLOW = re.compile(r"Math\.(?!abs|max|min|sqrt|sign)")  # not to be computed twice
SHORT = 40  # letters, of the name's own line and its marks, for which a value is written again
LETTERS = [letter for letter in ascii_letters if letter != "p"]  # p0, p1, … are the sliders
TWO = map("".join, product(LETTERS, repeat=2))
NAMES = [name for name in chain(LETTERS, TWO) if name not in ("do", "if", "in")]
STEP = re.compile(r"(p\d+)<(\d*\.5)")
NUMBER = re.compile(r"-?[\d.]+(?:e-?\d+)?")
CHOICE = re.compile(rf"\(([\w.<|]+)\)\?\(({NUMBER.pattern})\):\((.*)\)")
ALONE = re.compile(r"(?<=[?:])\(([\w.]+)\)|(?<=\()\((\w+)\)(?=\?)")
HELPERS = "at", "box"  # of pages/live.js
BOUND = re.compile(r'("axes":\[[^\]]*\],)"first":(\d+),"last":(\d+)((?:,"\w+":[\w.]+)*)')
WHEN = re.compile(r'"when":(\d+)')
MATH = re.compile(r"\bMath\.([a-z]\w*)")


def fewer(script):
    """The script of a figure."""
    return in_turn(PROGRAM.sub(program, script))


def program(found):
    lines, values = LINE.findall(found[1]), found[2]
    meant, known, kept, names = {}, {}, [], iter(NAMES)
    for name, value in lines:
        value = steps(put_in(value, meant), known)
        (meant if ALIAS.fullmatch(value) else known)[name] = value
    values = ",".join(boxes([steps(value, known) for value in parts(put_in(values, meant))]))
    uses, meant = Counter(NAME.findall(" ".join([*known.values(), values]))), {}
    for name, value in known.items():
        value = put_in(value, meant)
        again = (uses[name] - 1) * (len(value) + 2) < 3 * uses[name] + SHORT and not SLOW.search(value)
        if uses[name] == 1 or again:
            meant[name] = value
        else:
            meant[name] = next(names)
            kept.append(f"{meant[name]}={value}")
    values = put_in(values, meant)
    text = f"{{const {','.join(kept)};return[{values}]}}" if kept else f"[{values}]"
    return ALONE.sub(lambda found: found[1] or found[2], text)


def parts(text):
    """What stands between commas that are in no bracket."""
    out, depth = [""], 0
    for sign in text:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth:
            out.append("")
        else:
            out[-1] += sign
    return out


def steps(value, known):
    """What is one number below .5, another below 1.5, and so on, as a list; any other value as it is."""
    numbers, slider, limits, first, rest = [], "", [], "", value[1:-1]
    while choice := CHOICE.fullmatch(rest):
        conditions, number, rest = choice.groups()
        for condition in conditions.split("||"):
            step = STEP.fullmatch(known.get(condition, condition))
            if not step or slider not in ("", step[1]):
                return value
            slider, first = step[1], first or step[2]
            limits.append(float(step[2]))
            numbers.append(number)
    if len(limits) < 2 or limits != [limits[0] + k for k in range(len(limits))] or not NUMBER.fullmatch(rest):
        return value
    return f"at({slider},{first},[{','.join([*numbers, rest])}])"


def boxes(values):
    """With the way around a box, from a corner back to it, told by two corners."""
    out, k = [], 0
    while k < len(values):
        a, b, c, d = (values[k:k + 3] + values[k + 5:k + 6] + [""]*4)[:4]
        if values[k:k + 10] == [a, b, c, b, c, d, a, d, a, b]:
            out.append(f"...box({a},{b},{c},{d})")
            k += 10
        else:
            out.append(values[k])
            k += 1
    return out


def put_in(line, meant):
    """The line with values for their names, in brackets where they would else be computed in another order."""
    def value(name):
        text, before, after = meant.get(name[0], name[0]), line[:name.start()][-1:], line[name.end():][:1]
        kind, alone, timed = strength(text), before in set("(,[=") | {""}, before in set("*/% ")
        free = (kind == "atom" or kind == "product" and not timed or alone and after in set("),]") | {""}
                or kind == "sum" and alone and after in "+-")
        return text if free else f"({text})"

    return NAME.sub(value, line)


def strength(text):
    """What an expression is at its outermost: a product is computed before a sum, and that before all else."""
    outer = text
    while (inner := re.sub(r"\([^()]*\)", "", outer)) != outer:
        outer = inner
    if re.fullmatch(r"[\w.]*", outer) and (outer or text.startswith("(")):
        return "atom"
    if re.fullmatch(r"[\w.*/]+", outer) and "**" not in outer:
        return "product"
    return "sum" if re.fullmatch(r"[\w.*/+-]+", outer) and "**" not in outer else "other"


def in_turn(script):
    """Entries of `bound` without what follows from the one before: axes, and where its numbers begin."""
    at, axes = 0, ""

    def entry(found):
        nonlocal at, axes
        same, axes = found[1] == axes, found[1]
        first, last, more = int(found[2]), int(found[3]), found[4]
        text = ("" if same else axes) + (f'"first":{first},' if first != at else "") + f'"size":{last - first}'
        when = WHEN.search(more)
        label = '"label":true' in script[script.rindex("{", 0, found.start()):found.start()]
        at = max(last + label, int(when[1]) + 1 if when else 0)
        return text + WHEN.sub(lambda when: f'"when":{int(when[1]) - last}', more)

    return BOUND.sub(entry, script)


def together(scripts):
    """The file of a page: its figures, with the names that they share."""
    text = "\n".join(scripts)
    maths = sorted(set(MATH.findall(text)))
    helpers = [name for name in HELPERS if re.search(rf"(?<![\w.]){name}\(|\.\.\.{name}\(", text)]
    start = f"const{{{','.join(maths)}}}=Math;" if maths else ""
    start += f"const{{{','.join(helpers)}}}=nbcode;" if helpers else ""
    return f'"use strict";if(window.nbcode){{{start}\n{MATH.sub(lambda name: name[1], text)}\n}}'

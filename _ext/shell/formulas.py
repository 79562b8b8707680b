"""Formulas in a third of the elements that KaTeX writes; every letter stands where it stood.

KaTeX moves a part up or down by a table of two rows, with a strut before each part of it, and has tags for kinds
of symbols that no stylesheet asks for. Here such a table is one box (`v`) with its parts; an index or a power of
plain letters is `sub` or `sup`; a sign between its spaces is `b` or `u`, a thin space `s`, a slanted letter `i`;
what looks like its surroundings has no tag. No strut stands in a line that is as high without it, no space after a
letter that its index takes back. The rules for these few stand in static/book.css.
"""
import re
from functools import cache

from sphinxcontrib import katex

from shell.local_assets import KATEX

START = '<span class="katex-html" aria-hidden="true">'
TOKEN = re.compile(r'<span(?: class="([^"]*)")?(?: style="([^"]*)")?>|(</span>)|((?:<svg.*?</svg>|[^<])+)',
                   re.DOTALL)
STRUT = 3  # em, above the letters of a part; --p where a part is taller
SCRIPT = ["sizing", "reset-size6", "size3"]  # seven tenths of the size around it
LOW, AFTER = 0.15, 0.05  # how far an index stands down, and the space after it
ABOVE, BELOW = 0.91, 0.28  # what a line of KaTeX's letters has at least above and below them
SIGNS = {"mbin": ("b", 0.2222), "mrel": ("u", 0.2778)}  # with that space at both sides
THIN = 0.1667  # em, of a space
JOINED = {"accent", "op-limits", "msupsub", "x-arrow", "col-align-l", "col-align-c", "col-align-r"}
AS_IT_IS = {"delimsizinginner", "rlap", "llap"}  # pieces of tall brackets, and what takes no room


class Part:
    """An element of a formula: its tag, classes, measures in em, other styles, and what is in it."""

    def __init__(self, tag="span", classes=(), style="", inside=()):
        self.tag, self.classes, self.inside = tag, list(classes), list(inside)
        pairs = [pair.split(":") for pair in style.split(";") if pair]
        self.em = {name: float(value[:-2]) for name, value in pairs if value.endswith("em")}
        self.style = {name: value for name, value in pairs if not value.endswith("em")}

    def html(self):
        style = ";".join([*(f"{name}:{em(value)}" for name, value in self.em.items()),
                          *(f"{name}:{value}" for name, value in self.style.items())])
        attributes = f' class="{" ".join(self.classes)}"' if self.classes else ""
        attributes += f' style="{style}"' if style else ""
        return f"<{self.tag}{attributes}>{written(self.inside)}</{self.tag}>"


def em(value):
    """Thousandths are a hundredth of a pixel."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("0", "-0") else re.sub(r"^(-?)0\.", r"\1.", text) + "em"


def written(parts):
    return "".join(part if isinstance(part, str) else part.html() for part in parts)


def read(html):
    """KaTeX's HTML as Parts; an SVG in it stays as it is. None if it is written in another way."""
    opened, end = [Part()], 0
    for token in TOKEN.finditer(html):
        classes, style, closed, text = token.groups()
        if token.start() != end:
            return None
        end = token.end()
        if closed:
            opened.pop()
        elif text:
            opened[-1].inside.append(text)
        else:
            part = Part("span", (classes or "").split(), style or "")
            opened[-1].inside.append(part)
            opened.append(part)
    return opened[0].inside if end == len(html) and len(opened) == 1 else None


def is_part(one, *names):
    return isinstance(one, Part) and all(name in one.classes for name in names)


def lightened(part):
    """What stands for a part: parts and letters, without the part itself where it changes nothing."""
    if isinstance(part, str):
        return [part]
    if is_part(part, "vlist-t"):
        return [box(part)]
    if set(part.classes) & AS_IT_IS:
        return [part]
    if part.classes == ["mspace"] and part.em == {"margin-right": THIN} and not part.style:
        return [Part("s")]
    part.inside = closed(fractions([each for one in signs(part.inside) for each in lightened(one)]))
    if part.inside and is_part(part.inside[0], "strut") and is_needless(*part.inside):
        del part.inside[0]
    if is_part(part, "msupsub") and (script := plain_script(part)):
        return [script]
    part.classes = [name for name in part.classes if name in with_rules()]
    if is_part(part, "arraycolsep") or is_part(part, "frac-line") and part.em == {"border-bottom-width": 0.04}:
        part.em = {}  # as book.css has it
    if part.classes == ["delimcenter"] and part.em == {"top": 0}:
        part.classes, part.em = [], {}
    if len(part.inside) == 1 and is_part(part.inside[0], "v") and part.classes and set(part.classes) <= JOINED:
        inner, = part.inside
        inner.classes, inner.em = inner.classes + part.classes, inner.em | part.em
        return [inner]
    if part.classes == ["mathnormal"]:
        part.tag, part.classes = "i", []
    return [part] if part.classes or part.em or part.style or part.tag != "span" else part.inside


def signs(parts):
    """Of a space, a sign and the same space, one part."""
    out, k = [], 0
    while k < len(parts):
        before, sign, after = (parts[k:k + 3] + [None, None])[:3]
        tag, space = SIGNS.get(sign.classes[0] if is_part(sign) and len(sign.classes) == 1 else "", ("", 0))
        around = all(is_part(one) and one.classes == ["mspace"] and one.em == {"margin-right": space}
                     for one in (before, after))
        if tag and around and not sign.em and not sign.style:
            out.append(Part(tag, (), "", sign.inside))
            k += 3
        else:
            out.append(before)
            k += 1
    return out


def is_needless(strut, *others):
    """Is the line as high without its strut?"""
    reach = [(ABOVE, BELOW), *(extent(one) for one in others if is_part(one, "v") and "height" in one.em)]
    above, below = (max(each) + 5e-4 for each in zip(*reach, strict=True))
    mine = extent(strut)
    return mine[0] <= above and mine[1] <= below


def extent(part):
    """How far a box reaches above and below the letters of its line."""
    below = -part.em.get("vertical-align", 0)
    return part.em["height"] - below, below


def closed(parts):
    """The parts, without the space after a letter that its index takes back."""
    for letter, script in zip(parts, parts[1:], strict=False):
        if is_part(letter) and is_part(script) and letter.tag == "i" and script.tag == "sub":
            space, back = letter.em.get("margin-right", 0), script.em.get("margin-left", 0) * 0.7
            if space > 0 and abs(space + back) < 1e-4:
                del letter.em["margin-right"], script.em["margin-left"]
    return parts


def fractions(parts):
    """Of a fraction in its box and the empty brackets around it, one part with a margin."""
    out = []
    for part in parts:
        out.append(part)
        if len(out) > 2 and all(is_part(out[k]) and out[k].classes == ["nulldelimiter"] for k in (-3, -1)):
            fraction = out[-2]
            if is_part(fraction) and fraction.classes == ["mfrac"] and is_part(fraction.inside[0], "v"):
                fraction.inside[0].classes.append("mfrac")
                out[-3:] = fraction.inside
    return out


def box(table):
    """KaTeX's table as one box as high and deep as it, its parts at their distance from the top."""
    upper, *lower = (row.inside[0] for row in table.inside)
    height, depth = upper.em["height"], lower[0].em["height"] if lower else 0
    strut = max(STRUT, *(one.inside[0].em["height"] for one in upper.inside))
    made = Part("span", ["v"])
    for one in upper.inside:
        down = one.em.pop("top") + one.inside.pop(0).em["height"]
        one.em = {"top": height + down - strut} | {name: value for name, value in one.em.items() if value}
        made.inside += lightened(one) if one.inside else []
    made.em = {"height": height + depth, "vertical-align": -depth} | ({"--p": strut} if strut > STRUT else {})
    return made


def plain_script(part):
    """An index or a power of plain letters: in the line, only smaller and moved; None for any other."""
    table, *more = part.inside
    if more or not is_part(table, "v") or len(table.inside) > 1:
        return None
    one, = table.inside
    small, *more = one.inside
    if more or not is_part(small) or small.classes != SCRIPT or not in_line(small):
        return None
    down = one.em["top"] - table.em["height"] - table.em["vertical-align"] + table.em.get("--p", STRUT)
    down = round(down, 4)
    script = Part("sub" if down > 0 else "sup", (), "", small.inside)
    wanted = {"top": down} | {f"margin-{side}": one.em.get(f"margin-{side}", 0) for side in ("left", "right")}
    usual = {"top": LOW if down > 0 else None, "margin-left": 0, "margin-right": AFTER}
    script.em = {name: value / 0.7 for name, value in wanted.items() if value != usual[name]}
    return script


def in_line(part):
    """No box in it that could be higher than its letters?"""
    return all(is_part(one) and "height" not in one.em and in_line(one) or isinstance(one, str) and "<" not in one
               for one in part.inside)


@cache
def with_rules():
    """The names of classes that KaTeX's stylesheet knows."""
    css = (KATEX / "katex.min.css").read_text(encoding="utf-8")
    return {"v", *re.findall(r"\.([a-z][\w-]*)", css)}


def light(html):
    """A formula as KaTeX writes it, for the eye and for the ear, with fewer elements."""
    said, start, drawn = html.partition(START)
    closing = "</span>"*(3 if "katex-display" in said else 2)
    parts = read(drawn.removesuffix(closing))
    if not start or parts is None:
        return html
    return said + start + written(each for one in parts for each in lightened(one)) + closing


@cache
def rendered(latex, display):
    return light(plain(latex, {"displayMode": True} if display else None))


plain = katex.render_latex


def take_over(app):
    katex.render_latex = lambda latex, options=None: rendered(latex, bool(options))


def setup(app):
    app.connect("builder-inited", take_over)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

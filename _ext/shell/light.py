"""Pages that weigh less and look the same: shorter paths in pictures, and no marks around code that has no colour.

A chapter is mostly formulas, code and pictures. What is left out here carries nothing: groups and definitions that
hold no attribute, coordinates that repeat, tags around names and spaces, the LaTeX behind each formula's MathML.
"""
import re

PLAIN = re.compile(r'<span class="(?:n|nn|nx|p|w)">([^<]*)</span>|<span></span>')  # in the colour of all code
LATEX = re.compile(r'<annotation encoding="application/x-tex">[^<]*</annotation>')
MATHML = re.compile(r"<math [^>]*>.*?</math>", re.DOTALL)  # never seen: it is read aloud
LOOKS = [(re.compile(pattern), better) for pattern, better in [
    (r"</?semantics>|<mspace[^>]*></mspace>", ""),
    (r"(<mtd[^>]*>)<mstyle[^>]*>|</mstyle>(?=</mtd>)", r"\1"),  # one around all that is in each
    (r"<(/?)(?:mstyle|mpadded)[^>]*>", r"<\1mrow>"),
    (r' (?!accent|mathvariant|alttext)[a-z]+="[^"]*"', ""),
    (r"<mrow></mrow>(?=<mo>)", ""), (r"<mrow>(<(m[ino]|mtext)[^>]*>[^<]*</\2>)</mrow>", r"\1")]]
PICTURE = re.compile(r'<svg (?:role="img"|aria-hidden="true") .*?</svg>', re.DOTALL)
TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3}


def lighter(html):
    html = re.sub(r"<pre>.*?</pre>", lambda block: PLAIN.sub(r"\1", block[0]), html, flags=re.DOTALL)
    if 'class="derive"' not in html:  # its script makes formulas with their LaTeX
        html = MATHML.sub(lambda formula: said(formula[0]), LATEX.sub("", html))
    return PICTURE.sub(lambda picture: drawing(picture[0]), html)


def said(formula):
    """MathML without spaces, sizes and the groups that say nothing."""
    for pattern, better in LOOKS:
        formula = pattern.sub(better, formula)
    return formula


def drawing(svg):
    """A picture without groups that say nothing, its paths in steps."""
    svg = re.sub(r'<defs>\s*</defs>|<path d="[^"]*" style="fill: none"/>', "", svg)
    svg = re.sub(r"(<(?!/?tspan|text)[^>]*>)\s+(?=<)", r"\1", svg)
    svg = re.sub(r' d="([^"]*)"', lambda path: f' d="{in_steps(path[1])}"', svg)
    return ungrouped(svg)


def ungrouped(svg):
    kept, groups = [], []
    for part in re.findall(r"<[^>]*>|[^<]+", svg):
        if re.match(r"<g[ >]", part):
            groups.append(part != "<g>")
        if part == "<g>" or part == "</g>" and not groups.pop():
            continue
        kept.append(part)
    return "".join(kept)


def in_steps(path):
    """Path data with each point relative to the one before; exact, as points are counted in hundredths."""
    parts, out, last, command = TOKEN.findall(path), "", "", ""
    at = start = (0, 0)
    while parts:
        command = parts.pop(0) if parts[0].isalpha() else "L" if command == "M" else command
        if command in "zZ":
            out, last, at = out + "z", "", start
            continue
        if command == "h":
            step = hundredths(parts.pop(0))
            out, last, at = f"{out}h{number(step)}", "", (at[0] + step, at[1])
            continue
        if command not in POINTS:
            return path
        points = [tuple(hundredths(parts.pop(0)) for _ in "xy") for _ in range(POINTS[command])]
        numbers = points if command == "M" else [(x - at[0], y - at[1]) for x, y in points]
        text = joined(number(v) for pair in numbers for v in pair)
        step = command if command == "M" else command.lower()
        out += text if step == last and text[0] == "-" else f" {text}" if step == last else step + text
        last, at = "" if command == "M" else step, points[-1]
        start = at if command == "M" else start
    return out


def hundredths(text):
    return round(100 * float(text))


def number(v):
    """Hundredths as a short number: 3, 2.5, -.25."""
    text = f"{abs(v) // 100 or ''}" + f".{abs(v) % 100:02}".rstrip("0").rstrip(".")
    return ("-" if v < 0 else "") + (text or "0")


def joined(numbers):
    """Numbers of a path, with a space where no minus sign parts them."""
    return re.sub(" -", "-", " ".join(numbers))


def change(app, pagename, templatename, context, doctree):
    if "body" in context:
        context["body"] = lighter(context["body"])


def setup(app):
    app.connect("html-page-context", change)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

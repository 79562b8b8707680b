"""Pages that weigh less and look the same: shorter paths in pictures, and no marks around code that has no colour.

A chapter is mostly formulas, code and pictures. What is left out here carries nothing: groups and definitions that
hold no attribute, coordinates that repeat or that are finer than a tenth, tags around names and spaces, the LaTeX
behind each formula's MathML, and this MathML where it stands in the same formula's wide form, too.
"""
import re
from pathlib import Path

from shell.drawn import by_look, dots, renamed, sheets, straight, unseen

PLAIN = re.compile(r'<span class="(?:n|nn|nx|p|w)">([^<]*)</span>|<span></span>')  # in the colour of all code
LATEX = re.compile(r'<annotation encoding="application/x-tex">[^<]*</annotation>')
MATHML = re.compile(r"<math [^>]*>.*?</math>", re.DOTALL)  # never seen: it is read aloud
SAID = re.compile(rf'<span class="katex-mathml">({MATHML.pattern})</span>', re.DOTALL)
NARROW = re.compile(r'(?<=<div class="formula-narrow)[^-].*?(?=<div class="formula-wide)', re.DOTALL)
GROUP = re.compile(r' role="group" aria-label="[^"]*"')
FIGURE = re.compile(r'<figure class="nbfig".*?</figure>', re.DOTALL)
NUMBERED = re.compile(r'data-bound="(\d+)"')
LOOKS = [(re.compile(pattern), better) for pattern, better in [
    (r"</?semantics>|<mspace[^>]*></mspace>", ""),
    (r"(<mtd[^>]*>)<mstyle[^>]*>|</mstyle>(?=</mtd>)", r"\1"),  # one around all that is in each
    (r"<(/?)(?:mstyle|mpadded)[^>]*>", r"<\1mrow>"),
    (r' (?!accent|mathvariant|alttext)[a-z]+="[^"]*"', ""),
    (r"<math><mrow>(.*)</mrow></math>", r"<math>\1</math>"),  # KaTeX has one around all
    (r"<mrow></mrow>(?=<mo>)|<mtext>\s</mtext>", ""), (r"<mrow>(<(m[ino]|mtext)[^>]*>[^<]*</\2>)</mrow>", r"\1")]]
PICTURE = re.compile(r'<svg (?:role="(?:img|group)"|aria-hidden="true") .*?</svg>', re.DOTALL)
TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
DEFINED = re.compile(r"<defs>(.*?)</defs>", re.DOTALL)  # small things that stand in many places: kept fine
DEFINITIONS = re.compile(r"(<defs>.*?</defs>)", re.DOTALL)
D = re.compile(r' d="([^"]*)"')
SIDES = re.compile(r'( (?:x|y|width|height)=")(-?[\d.]+)"')
TICK = re.compile(r'<defs><path id="([^"]*)" d="M0 0l([-\d. ]+)" style="([^"]*)"/></defs>')
HIDDEN = "; visibility: hidden"
STYLES = Path(__file__).parents[1] / "static" / "pictures.css"
RULE = re.compile(r"^\.nbfig \.(p\d+) \{ (.*) \}$", re.MULTILINE)
CLASSES = {style: name for name, style in RULE.findall(STYLES.read_text(encoding="utf-8"))}
POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3}


def lighter(html):
    html = re.sub(r"<pre>.*?</pre>", lambda block: PLAIN.sub(r"\1", block[0]), html, flags=re.DOTALL)
    if 'class="derive"' not in html:  # its script makes formulas with their LaTeX
        html = NARROW.sub(lambda formula: GROUP.sub("", SAID.sub("", formula[0])), html)
        html = SAID.sub(lambda formula: said(formula[1]), LATEX.sub("", html))
    html = FIGURE.sub(lambda figure: in_order(figure[0]), html)
    return renamed(PICTURE.sub(lambda picture: drawing(picture[0]), html))


def in_order(figure):
    """The parts that a script draws bear no numbers where they stand in the script's order (pages/live.js)."""
    numbers = [*map(int, NUMBERED.findall(figure))]
    return NUMBERED.sub("data-bound", figure) if numbers == [*range(len(numbers))] else figure


def said(formula):
    """MathML without spaces, sizes and the groups that say nothing."""
    for pattern, better in LOOKS:
        formula = pattern.sub(better, formula)
    return formula


def drawing(svg):
    """A picture without groups that say nothing, its ticks in one path, its paths in steps of tenths."""
    svg = re.sub(r'<defs>\s*</defs>|<path d="[^"]*" style="fill: none"/>', "", sheets(unseen(svg)))
    svg = re.sub(r'<path d="M[-\d. ]+"(?: clip-path="[^"]*")? style="[^"]*"/>', "", svg)  # draws nothing
    svg = re.sub(r"(<(?!/?tspan|text)[^>]*>)\s+(?=<)", r"\1", svg)
    svg = DEFINED.sub(lambda part: f"<defs>{in_paths(part[1], 100)}</defs>", svg)
    svg = "".join(part if part.startswith("<defs>") else in_paths(part, 10, straight)
                  for part in DEFINITIONS.split(svg))
    svg = re.sub(r'(<(?:text|rect|use)\b[^>]*)', lambda tag: SIDES.sub(side, tag[1]), svg)
    return classed(by_look(dots(ticks(ungrouped(svg)))))


def in_paths(svg, parts, change=str):
    return D.sub(lambda path: f' d="{in_steps(change(path[1]), parts)}"', svg)


def side(attribute):
    """A place or a size of text or a cell, in tenths."""
    return f'{attribute[1]}{number(round(10*float(attribute[2])), 10)}"'


def ticks(svg):
    """Marks that are one straight line, as one path in place of the first."""
    for name, step, style in TICK.findall(svg):
        uses = re.findall(rf'<use href="#{re.escape(name)}" x="([^"]*)" y="([^"]*)" style="([^"]*)"/>', svg)
        if uses and {each for *_, each in uses} == {style}:
            path = "".join(f"M{x} {y}l{step}" for x, y, _ in uses)
            mark, drawn = re.escape(name), f'<path d="{path}" style="{style}"/>'
            svg = re.sub(rf'<defs><path id="{mark}"[^>]*/></defs>', drawn, svg)
            svg = re.sub(rf'<use href="#{mark}"[^>]*/>', "", svg)
    return svg


def classed(svg):
    """A look that many pictures have is a class of static/pictures.css; what a script changes stays a style."""
    def look(style):
        seen, unseen = style[1].removesuffix(HIDDEN), style[1].endswith(HIDDEN)
        given = f' style="{HIDDEN[2:]}"' if unseen else ""
        return f' class="{CLASSES[seen]}"{given}' if seen in CLASSES else style[0]

    return re.sub(r' style="([^"]*)"', look, svg)


def ungrouped(svg):
    kept, groups = [], []
    for part in re.findall(r"<[^>]*>|[^<]+", svg):
        if re.match(r"<g[ >]", part):
            groups.append(part != "<g>")
        if part in ("<g>", "<g/>") or part == "</g>" and not groups.pop():
            continue
        kept.append(part)
    return "".join(kept)


def in_steps(path, parts=10):
    """Path data with each point relative to the one before, counted in parts of one, so that no error grows."""
    tokens, out, last, command = TOKEN.findall(path), "", "", ""
    at = start = (0, 0)
    while tokens:
        command = tokens.pop(0) if tokens[0].isalpha() else "L" if command == "M" else command
        if command in "zZ":
            out, last, at = out + "z", "", start
            continue
        if command == "h":
            step = counted(tokens.pop(0), parts)
            out, last, at = f"{out}h{number(step, parts)}", "", (at[0] + step, at[1])
            continue
        if command not in POINTS:
            return path
        points = [tuple(counted(tokens.pop(0), parts) for _ in "xy") for _ in range(POINTS[command])]
        numbers = points if command == "M" else [(x - at[0], y - at[1]) for x, y in points]
        text = joined(number(v, parts) for pair in numbers for v in pair)
        step = command if command == "M" else command.lower()
        out += text if step == last and text[0] == "-" else f" {text}" if step == last else step + text
        last, at = "" if command == "M" else step, points[-1]
        start = at if command == "M" else start
    return out


def counted(text, parts):
    return round(parts*float(text))


def number(v, parts):
    """A count of parts as a short number: 3, 2.5, -.25."""
    text = f"{abs(v) / parts:.2f}".rstrip("0").rstrip(".").removeprefix("0")
    return ("-" if v < 0 else "") + text if text else "0"


def joined(numbers):
    """Numbers of a path, with a space where no minus sign parts them."""
    return re.sub(" -", "-", " ".join(numbers))


def change(app, pagename, templatename, context, doctree):
    if "body" in context:
        context["body"] = lighter(context["body"])


def setup(app):
    app.add_css_file("pictures.css", priority=880)
    app.connect("html-page-context", change)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

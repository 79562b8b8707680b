"""What the site leaves out of pages to make them lighter changes nothing that is seen."""
import re
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import nbformat
import numpy as np
import pytest
from browser import ROOT
from fontTools.ttLib import TTFont
from test_site import CHAPTERS, PAGES

sys.path.insert(0, str(ROOT / "_ext"))
from shell.formulas import START, light  # noqa: E402
from shell.letters import letters, ranges  # noqa: E402
from shell.light import CLASSES, PICTURE, in_steps, lighter  # noqa: E402
from shell.scripts import short  # noqa: E402
from shell.styles import moved, pruned, used_words  # noqa: E402

from nbcode.chain.shown import MIME  # noqa: E402

OWN_STYLE = "book/derive.html", "book/your_book.html", "book/teachers.html", "book/practice.html"
POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3}


def absolute(path):
    """Path data with every point where it stands, written as figure.mjs writes it."""
    out, at, start = "", np.zeros(2), np.zeros(2)
    for command, text in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", text)]
        name = command.upper()
        if name == "Z":
            out, at = out + "Z", start
        elif name == "H":
            out, at = f"{out}h{numbers[0]:g}", at + [numbers[0], 0]
        else:
            for points in np.reshape(numbers, (-1, POINTS[name], 2)):
                points = points if command.isupper() else points + at
                out += name + " ".join(f"{round(v, 2) + 0.0:g}" for v in points.ravel())
                at = points[-1]
                start = at if name == "M" else start
    return out


@pytest.mark.parametrize("path, steps", [
    ("M1.5 2.25L3 4L3 -4.05", "M1.5 2.25l1.5 1.75 0-8.05"),
    ("M 0 9 L 3 9 L 3 0 z M 1 2 Q 1 2 3 -4 ", "M0 9l3 0 0-9zM1 2q0 0 2-6"),
    ("M1 2h0M3 4.05h-.25", "M1 2h0M3 4.05h-.25"), ("M0 0C1 1 2 2 3 0C4 1 5 5 6 0", "M0 0c1 1 2 2 3 0 1 1 2 5 3 0"),
    ("M-0.004 0.5L0.1 1Z", "M0 .5l.1 .5z"), ("M1 2A3 4", "M1 2A3 4"), ("", "")])
def test_a_path_in_steps(path, steps):
    assert in_steps(path, 100) == steps


@pytest.mark.parametrize("parts", [10, 100])
def test_steps_add_up_without_drift(parts):
    points = np.round(np.random.default_rng(1).uniform(-500, 500, (2000, 2)) * parts) / parts
    path = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
    finer = "M" + "L".join(f"{x + 0.004:g} {y - 0.004:g}" for x, y in points)
    assert absolute(in_steps(path, parts)) == absolute(in_steps(finer, parts)) == path
    assert len(in_steps(path, parts)) < len(path)


def test_code_keeps_its_text_and_its_colours():
    html = ('<pre><span></span><span class="k">def</span><span class="w"> </span><span class="nf">f</span>'
            '<span class="p">(</span></pre>')
    assert lighter(html) == '<pre><span class="k">def</span> <span class="nf">f</span>(</pre>'
    assert lighter('<p><span class="n">n</span></p>') == '<p><span class="n">n</span></p>'


LOOK = {name: style for style, name in CLASSES.items()}


class Drawn(HTMLParser):
    """What an SVG draws: the words, and for each look all numbers of its lines and cells, in their order."""

    def __init__(self, svg):
        super().__init__()
        self.words, self.looks, self.marks = [], {}, {}
        self.feed(svg)

    def handle_data(self, data):
        self.words += data.split()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if given.get("class") in LOOK:
            given["style"] = LOOK[given.pop("class")]
        path, mark = given.pop("d", None), self.marks.get(given.get("href", "")[1:])
        if path and re.fullmatch(r"M0 0L[-\d. ]+", absolute(path)) and "id" in given:  # a tick
            self.marks[given["id"]] = absolute(path)
            return
        x, y, wide, high = (float(given.pop(name, 0)) for name in ("x", "y", "width", "height")) \
            if tag in ("use", "text", "rect") else (0, 0, 0, 0)
        if mark:
            tag, path = "path", f"M{x} {y}L" + " ".join(map(str, numbers(mark)[2:] + [x, y]))
            given.pop("href")
        if path and given.get("style") != "fill: none" and re.search("[^-M .0-9]", path):
            self.looks.setdefault((tag, *sorted(given.items())), []).extend(numbers(absolute(path)))
        elif not path and (given or tag not in ("g", "defs")):
            self.looks.setdefault((tag, *sorted(given.items())), []).extend([x, y, wide, high])


def numbers(path):
    return np.array(re.findall(r"-?(?:\d+\.?\d*|\.\d+)", path), float)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_pictures_on_the_page_are_those_of_the_notebook(site, chapter):
    """Every point within a twentieth of where the notebook has it."""
    cells = nbformat.read(ROOT / "book" / f"{chapter}.ipynb", as_version=4).cells
    saved = "".join(output.get("data", {}).get("text/html", "") for cell in cells if cell.cell_type == "code"
                    for output in cell.outputs)
    page = (site / "book" / f"{chapter}.html").read_text(encoding="utf-8")
    saved, shown = map(PICTURE.findall, (saved, page))
    assert len(saved) == len(shown) > 0
    for one, other in zip(map(Drawn, saved), map(Drawn, shown), strict=True):
        assert one.words == other.words and one.looks.keys() == other.looks.keys()
        for look, points in one.looks.items():
            assert np.allclose(points, other.looks[look], rtol=0, atol=0.051), look


def test_ticks_are_one_path_and_lines_of_one_look_another():
    line = 'style="fill: none; stroke: red"'
    svg = ('<svg role="img" a="b"><defs><path id="a" d="M0 0L0 3.5" style="s"/></defs><use href="#a" x="1" '
           'y="2.04" style="s"/><text x="1" y="2">−1</text><use href="#a" x="3" y="2" style="s"/>'
           f'<g><path d="M0 0L1 1" {line}/></g><g><path d="M2 2L1 1" {line}/></g><path d="M9 9" {line}/>'
           f'<path d="M5 5L1 1" clip-path="c" {line}/></svg>')
    assert lighter(svg) == (
        '<svg role="img" a="b"><path d="M1 2l0 3.5M3 2l0 3.5" style="s"/><text x="1" y="2">−1</text>'
        f'<path d="M0 0l1 1M2 2l-1-1" {line}/><path d="M5 5l-4-4" clip-path="c" {line}/></svg>')


@pytest.mark.parametrize("script, expected", [
    ("const v0 = 2*p0 - -1.50; return [v0, 0.250000, 10.0, 100, \"a - 0.50\"]",
     "const v0=2*p0 - -1.5;return[v0,.25,10,100,\"a - 0.50\"]"),
    ("((p0 == 10) ? ( 1 ) : ( 0 )) + ((p0 < 1.5) ? ( 0.5 ) : ( 1e-18 ))", "+(p0==10)+((p0<1.5)?(.5):(1e-18))"),
    ("a - ((p0 == 1) ? ( 1 ) : ( 0 )) + ((p0 == 2) ? ( 1 ) : ( 0 ))", "a - +(p0==1)+ +(p0==2)"),
    ("x = 'a  b'", "x = 'a  b'"), ("v10 = 1.20e-5 + x.y0", "v10=1.20e-5+x.y0")])
def test_a_script_says_the_same_in_fewer_letters(script, expected):
    assert short(script) == expected


@pytest.mark.parametrize("css, left", [
    (".used{a:b}.not{a:b}", ".used{a:b}"), (".used,.not .used{a:b}", ".used{a:b}"), ("p>b{a:b}", "p>b{a:b}"),
    (".used:not(.not){a:b}", ".used:not(.not){a:b}"), (":is(.used,.not) p{a:b}", ":is(.used,.not) p{a:b}"),
    ("@media (a){.not{a:b}}.used{}", ".used{}"), ("@media (a){.not{a:b}p{c:d}}", "@media (a){p{c:d}}"),
    ("@font-face{src:url(a.b)}/* .x{} */", "@font-face{src:url(a.b)}"),
    ("@keyframes k{0%{a:b}}", "@keyframes k{0%{a:b}}"), ('p{content:"}.not{"}', 'p{content:"}.not{"}'),
    (".a\\:b{c:d}", ""), ('@charset "x";p{a:b}', '@charset "x";p{a:b}')])
def test_rules_that_no_page_can_use_are_left_out(css, left):
    assert pruned(css, {"used", "p", "b"}) == left


def test_addresses_in_a_stylesheet_lead_to_the_same_files():
    css = "a{b:url(../x.woff)}c{d:url('e.svg')}f{g:url(data:h)}"
    assert moved(css, "styles") == "a{b:url(x.woff)}c{d:url(styles/e.svg)}f{g:url(data:h)}"


def test_one_stylesheet_has_every_rule_that_a_page_can_use(site):
    """Nothing is left out that any stylesheet says of a class in any page; and a page links no other."""
    words, css = used_words(site), (site / "_static" / "site.css").read_text(encoding="utf-8")
    assert pruned(css, words) == css and pruned(css, words - {"navbar"}) != css
    for name in ("styles/sphinx-book-theme.css", "pygments.css", "katex/katex.min.css", "figure.css", "book.css"):
        text = (site / "_static" / name).read_text(encoding="utf-8")
        rules = pruned(moved(text, name.rpartition("/")[0]), words)
        assert len(rules) > 1000 and rules.strip() in css, name
    for page in PAGES:
        links = re.findall(r'<link[^>]*rel="stylesheet"[^>]*>', (site / page).read_text(encoding="utf-8"))
        assert re.search(r'_static/site\.css\?v=\w{8}"', links[0])
        assert len(links) == 1 + (page in OWN_STYLE)
    assert len(css) < 170_000


# Formulas

def printed():
    """[(LaTeX, displayed?)] of what the notebooks print, one in two, and of a few that they do not."""
    found = set()
    for chapter in CHAPTERS:
        for cell in nbformat.read(ROOT / "book" / f"{chapter}.ipynb", as_version=4).cells:
            for output in cell.get("outputs", ()):
                data = output.get("data", {})
                found |= {data.get("text/latex"), data.get(MIME, {}).get("narrow")} - {None}
    more = [r"\binom{n}{k}", r"\sqrt[3]{x^2}", r"\overline{ab}_i^2", r"\underbrace{a}_{b}", r"x^{\frac{a}{b}}",
            r"\not= y''", r"a\mathrlap{b}c", r"\begin{cases} 1 & x \\ 2 & y \\ 3 & z \end{cases}"]
    return [*((latex.strip("$"), True) for latex in sorted(found)[::2]), *((latex, False) for latex in more)]


WHERE = """async (formulas) => {   // each letter and line of each formula, and where it stands in it
  document.body.innerHTML = formulas.map((one) => `<div><span class="one">x${one}</span></div>`).join("");
  const range = document.createRange(), {width} = document.body.getBoundingClientRect();
  if (width) await document.fonts.ready;   // which are asked for now that it is laid out
  return [...document.querySelectorAll(".one")].map((one) => {
    const {x, y, width, height} = one.getBoundingClientRect(), out = [["", width, height, 0]];
    const drawn = one.querySelector(".katex-html"), texts = document.createTreeWalker(drawn, NodeFilter.SHOW_TEXT);
    const add = (name, box) => out.push([name, box.x - x, box.y - y, box.width]);
    while (texts.nextNode()) {
      const {data} = texts.currentNode;
      for (let k = 0; k < data.length; k++) {
        range.setStart(texts.currentNode, k);
        range.setEnd(texts.currentNode, k + 1);
        if (data[k] !== "\\u200b") add(data[k], range.getBoundingClientRect());
      }
    }
    for (const line of drawn.querySelectorAll("svg, .frac-line")) add("line", line.getBoundingClientRect());
    return out;
  });
}"""


def test_a_light_formula_looks_as_katex_draws_it(page, address):
    """Every letter within a fifth of a pixel of where it was, in half as many elements."""
    page.goto(f"{address}/book/glossary.html", wait_until="networkidle")
    page.add_script_tag(path=ROOT / "node_modules" / "katex" / "dist" / "katex.min.js")
    drawn = page.evaluate("""formulas => formulas.map(([latex, displayMode]) =>
        katex.renderToString(latex, {displayMode}))""", printed())
    lighter_drawn = [light(html) for html in drawn]
    assert sum(html.count("<span") for html in lighter_drawn) < sum(html.count("<span") for html in drawn) / 2
    before, after = page.evaluate(WHERE, drawn), page.evaluate(WHERE, lighter_drawn)
    assert len(before) == len(drawn) > 150
    for html, one, other in zip(drawn, before, after, strict=True):
        assert [name for name, *_ in one] == [name for name, *_ in other], html
        assert np.abs(np.array([place for _, *place in one]) - [place for _, *place in other]).max() < 0.2, html


@pytest.mark.parametrize("html", ['<span class="katex-error" title="no">\\x</span>', "<p>text</p>",
                                  f'{START}<b class="base">x</b></span></span>'])
def test_a_formula_that_is_written_in_another_way_stays_as_it_is(html):
    assert light(html) == html


def test_mathml_keeps_what_it_says():
    formula = ('<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mtable rowspacing="1em"><mtr>'
               '<mtd class="x"><mstyle scriptlevel="0"><mrow></mrow><mo>=</mo><mfrac><mstyle displaystyle="true">'
               '<mi>a</mi><mi>b</mi></mstyle><mrow><mn>2</mn></mrow></mfrac><mover accent="true"><mi>y</mi>'
               '<mo stretchy="false">^</mo></mover></mstyle></mtd></mtr></mtable>'
               '<annotation encoding="application/x-tex">y</annotation></semantics></math>')
    assert lighter(formula) == (
        "<math><mtable><mtr><mtd><mo>=</mo><mfrac><mrow><mi>a</mi><mi>b</mi></mrow><mn>2</mn></mfrac>"
        '<mover accent="true"><mi>y</mi><mo>^</mo></mover></mtd></mtr></mtable></math>')
    assert lighter('<div class="derive">' + formula) == '<div class="derive">' + formula


TWO = {"mfrac", "msup", "msub", "mover", "munder", "mroot"}  # which have two parts


def test_mathml_of_every_page_is_well_formed(site):
    for page in PAGES:
        for formula in re.findall(r"<math.*?</math>", (site / page).read_text(encoding="utf-8"), re.DOTALL):
            for part in ElementTree.fromstring(formula.replace("&nbsp;", " ")).iter():
                assert part.tag not in TWO or len(part) == 2, (page, formula)


# Fonts

def test_letters_are_told_by_their_font():
    html = (f'{START}<span class="base">a&lt;<i>b<sub>c2</sub></i><span class="mathbf">D</span>'
            '<span class="delimsizing size3">(</span><span class="sizing reset-size6 size3">e</span>'
            '<svg><path d="M0"/></svg></span></span>f')
    assert letters(html) == {"Main-Regular": set("a<e"), "Math-Italic": set("bc2"), "Main-Bold": {"D"},
                             "Size3-Regular": {"("}}


def test_the_parts_of_fonts_have_every_letter_of_every_formula(site):
    fonts = site / "_static" / "katex" / "fonts"
    parts = {path.stem.removeprefix("KaTeX_"): set(TTFont(fonts / path.name).getBestCmap())
             for path in fonts.glob("whole/*.woff2")}
    for page in PAGES:
        for name, text in letters((site / page).read_text(encoding="utf-8")).items():
            whole = set(TTFont(fonts / "whole" / f"KaTeX_{name}.woff2").getBestCmap())
            assert set(map(ord, text)) & whole <= parts[name], (page, name)
    assert sum((fonts / f"KaTeX_{name}.woff2").stat().st_size for name in parts) < 30_000


def test_a_letter_that_the_book_does_not_have_is_in_the_whole_font(page, address):
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "fonts/" in request.url else None)
    page.goto(f"{address}/{PAGES[0]}", wait_until="networkidle")
    assert asked and not any("whole" in url for url in asked)
    assert page.evaluate("document.fonts.load('1em KaTeX_Main', 'x\u2135').then((found) => found.length)") == 2
    assert asked[-1].endswith("whole/KaTeX_Main-Regular.woff2")


@pytest.mark.parametrize("numbers, expected", [({5}, "U+5"), ({1, 2, 3, 32, 34, 255}, "U+1-3,U+20,U+22,U+FF")])
def test_numbers_as_ranges(numbers, expected):
    assert ranges(numbers) == expected

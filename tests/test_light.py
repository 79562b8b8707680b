"""What the site leaves out of pages to make them lighter changes nothing that is seen."""
import json
import re
import sys
from base64 import b64decode
from html.parser import HTMLParser
from io import BytesIO
from itertools import count
from xml.etree import ElementTree

import nbformat
import numpy as np
import pytest
from browser import ROOT
from fontTools.ttLib import TTFont
from PIL import Image
from sphinx.errors import ExtensionError
from test_site import CHAPTERS, PAGES

sys.path.insert(0, str(ROOT / "_ext"))
from pages.live_figures import WAKING  # noqa: E402
from shell.drawn import SHADES, STEP, dots, few_colours, renamed, straight, thinned  # noqa: E402
from shell.formulas import START, light  # noqa: E402
from shell.letters import letters, ranges  # noqa: E402
from shell.light import CLASSES, FIGURE, HIDDEN, PICTURE, in_steps, lighter  # noqa: E402
from shell.markup import plain  # noqa: E402
from shell.measures import MANY, chosen, named, styled  # noqa: E402
from shell.node import run  # noqa: E402
from shell.programs import fewer, together  # noqa: E402
from shell.scripts import short, waiting  # noqa: E402
from shell.styles import asked, moved, own_styles, pruned, spared, used_words  # noqa: E402

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
    """What an SVG draws: the words, and for each look all its lines, cells and dots, in their order."""

    def __init__(self, svg):
        super().__init__()
        self.words, self.looks, self.ticks, self.circles = [], {}, {}, {}
        self.feed(svg)

    def handle_data(self, data):
        self.words += data.split()

    def handle_starttag(self, tag, attributes):
        given = {name: "clipped" if name == "clip-path" else value for name, value in attributes}
        if given.get("class") in LOOK:
            given["style"] = LOOK[given.pop("class")] + ("; " + given["style"] if "style" in given else "")
        path, mark = given.pop("d", None), given.get("href", "")[1:]
        if path and "id" in given and re.fullmatch(r"M0 0L[-\d. ]+", absolute(path)):
            self.ticks[given["id"]] = absolute(path)
        elif path and "id" in given and (radius := re.match(r"M 0 ([\d.]+) C", path)) and path.count("C") == 8:
            self.circles[given["id"]] = float(radius[1]), given["style"]
        named = tag in ("path", "clippath") and given.pop("id", None)
        if named and tag == "path" or given == {"clip-path": "clipped"}:
            return  # a mark that is used elsewhere; a group for what is in it
        x, y, wide, high = (float(given.pop(name, 0)) for name in ("x", "y", "width", "height")) \
            if tag in ("use", "text", "rect") else (0, 0, 0, 0)
        if mark in self.ticks:
            tag, path = "path", f"M{x} {y}L" + " ".join(map(str, numbers(self.ticks[mark])[2:] + [x, y]))
            given.pop("href")
        elif mark in self.circles and (dot := self.dot(mark, given["style"])):
            tag, path, given = "path", f"M{x} {y}h0", {"style": dot}
        elif mark:
            given["href"] = "a mark"
        if given.get("style", "").endswith(HIDDEN) or path and not re.search("[^-M .0-9h]", path):
            given.pop("clip-path", None)
        if given.get("style", "").endswith(HIDDEN):  # a script draws it when it is seen
            self.looks.setdefault((tag, *sorted(given.items())), [""])
        elif path and given.get("style") != "fill: none" and re.search("[^-M .0-9]", path):
            self.looks.setdefault((tag, *sorted(given.items())), [""])[0] += absolute(path)
        elif not path and tag == "image":
            self.looks.setdefault(tag, []).append(sheet(given.pop("xlink:href")))
        elif not path and tag != "path" and (given or tag not in ("g", "defs")):
            self.looks.setdefault((tag, *sorted(given.items())), []).append([x, y, wide, high])

    def dot(self, mark, style):
        """The style of a dot that looks like this mark."""
        radius, around = self.circles[mark]
        plain = re.fullmatch("stroke: ([^;]*)(?:; stroke-width: ([0-9.]+))?", around)
        color, width = plain.groups() if plain else ("none", None)
        if style.startswith(f"fill: {color}; stroke: {color}") and "opacity" not in style:
            return f"stroke: {color}; stroke-width: {2*radius + float(width or 1):g}; stroke-linecap: round"


def numbers(path):
    return np.array(re.findall(r"-?(?:\d+\.?\d*|\.\d+)", path), float)


def sheet(address):
    """The colours of an image, what is clear as one of them."""
    colors = np.array(Image.open(BytesIO(b64decode(address.partition(",")[2]))).convert("RGBA")).astype(float)
    return np.where(colors[..., 3:] > 0, colors, 0)


def is_near(one, other, close=0.051):
    """Do two paths draw the same, to a tenth, where the other has fewer points?"""
    for line, brief in zip(one.split("M"), other.split("M"), strict=True):
        if len(line := numbers(line)) == len(brief := numbers(brief)):
            if not np.allclose(line, brief, rtol=0, atol=close):
                return False
            continue
        line, brief = line.reshape(-1, 2), brief.reshape(-1, 2)
        start, way = brief[:-1], np.diff(brief, axis=0)
        share = ((line[:, None] - start)*way).sum(axis=2)/np.maximum((way**2).sum(axis=1), 1e-12)
        away = line[:, None] - start - np.clip(share, 0, 1)[..., None]*way
        ends = np.abs(line[:, None] - brief).max(axis=2)
        if np.linalg.norm(away, axis=2).min(axis=1).max() > 0.14 or ends.min(axis=0).max() > close:
            return False
    return True


def numbered(page):
    """With the numbers of what scripts draw, as live.js gives them."""
    def figure(found):
        number = count()
        return re.sub(r"data-bound(?!=)", lambda _: f'data-bound="{next(number)}"', found[0])

    return FIGURE.sub(figure, page)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_pictures_on_the_page_are_those_of_the_notebook(site, chapter):
    """Every point within a twentieth of where the notebook has it, every curve within a seventh: 0.2 pixels."""
    cells = nbformat.read(ROOT / "book" / f"{chapter}.ipynb", as_version=4).cells
    saved = "".join(output.get("data", {}).get("text/html", "") for cell in cells if cell.cell_type == "code"
                    for output in cell.outputs)
    page = numbered((site / "book" / f"{chapter}.html").read_text(encoding="utf-8"))
    saved, shown = map(PICTURE.findall, (saved, page))
    assert len(saved) == len(shown) > 0
    for one, other in zip(map(Drawn, saved), map(Drawn, shown), strict=True):
        assert one.words == other.words and one.looks.keys() == other.looks.keys()
        for look, drawn in one.looks.items():
            assert len(drawn) == len(other.looks[look]), look
            for mine, shown in zip(drawn, other.looks[look], strict=True):
                same = is_near(mine, shown) if isinstance(mine, str) else \
                    np.allclose(mine, shown, rtol=0, atol=STEP / 2 if look == "image" else 0.051)
                assert same, look


def test_a_curve_keeps_what_it_needs():
    angles = np.linspace(0, 3, 101)
    line = "M" + "L".join(f"{50*x:.2f} {50*y:.2f}" for x, y in zip(np.cos(angles), np.sin(angles), strict=True))
    assert is_near(line, straight(line)) and len(numbers(straight(line))) < 80
    assert not is_near(line, line.replace("L", "M", 1).split("M")[0] + "M50 0L-49.5 7.06")
    assert thinned("M0 0L1 0L2 0L3 5L4 0Z") == "M0 0L2 0L3 5L4 0Z"
    assert straight("M0 0C1 1 2 2 3 3M0 0h0") == "M0 0C1 1 2 2 3 3M0 0h0"
    assert straight("M0 0L1 0L2 0L3 0M9 9L1 1") == "M0 0L3 0M9 9L1 1"


def test_round_marks_of_one_colour_are_dots():
    curve = "c" + " ".join(["1"]*48) + "z"
    mark = f'<defs><path id="a" d="M0 3{curve}" style="stroke: red; stroke-width: 1.5"/></defs>'
    use = '<use href="#a" x="{}" y="2" style="fill: {}; stroke: red; stroke-width: 1.5{}"/>'
    dot = '<path d="M1 2h0M3 2h0" clip-path="c" style="stroke: red; stroke-width: 7.5; stroke-linecap: round"/>'
    clipped = '<g clip-path="c">{}</g>'.format
    red = use.format(1, "red", ""), use.format(3, "red", "")
    assert dots(mark + "".join(map(clipped, red))) == dots(mark + clipped("".join(red))) == dot
    for other in (use.format(1, "blue", ""), use.format(1, "red", "; opacity: 0.5")):
        assert dots(mark + clipped(other)) == mark + clipped(other)


def test_a_sheet_of_shades_is_of_few_colours():
    shades = np.zeros((30, 30, 4), np.uint8)
    shades[..., 2], shades[..., 3] = 200, np.random.default_rng(0).integers(0, 256, (30, 30))
    data = BytesIO()
    Image.fromarray(shades, "RGBA").save(data, "png")
    less = few_colours(data.getvalue())
    found = np.array(Image.open(BytesIO(less)).convert("RGBA")).astype(int)
    assert np.abs(found - shades).max(axis=2)[shades[..., 3] > STEP / 2].max() <= STEP / 2
    assert len(less) < len(data.getvalue()) and len(np.unique(found.reshape(-1, 4), axis=0)) <= SHADES


def test_names_in_pictures_are_short_and_of_one_place():
    html = ('<a id="fig-x-0-p0123456789"/><b clip-path="url(#fig-x-0-p0123456789)"/><i id="fig-x-clip2"/>'
            '<i id="fig-x"/>')
    assert renamed(html) == '<a id="_0"/><b clip-path="url(#_0)"/><i id="_1"/><i id="fig-x"/>'


def test_what_a_hidden_path_draws_is_left_to_the_script():
    hidden = '<svg role="img" a="b"><path data-bound="1" d="M1 2L3 4" style="a: b; visibility: hidden"/></svg>'
    assert lighter(hidden) == hidden.replace(' d="M1 2L3 4"', "")


def test_a_page_is_told_in_fewer_tags():
    html = ('<div class="cell_input docutils container">\n  <!-- a\n b --><div class="highlight-none notranslate">'
            '<div class="highlight"><pre>a\n\n  b</pre></div>\n</div>\n</div>\n'
            '<li class="toctree-l1"><a class="reference internal" href="#">x</a></li>\n'
            '<a class="reference internal" href="#"><span class="std std-doc">chapter 2</span></a>'
            '<code class="short docutils literal notranslate"><span class="pre">a</span> '
            '<span class="pre">b</span></code>'
            '<code class="docutils literal notranslate"><span class="pre">a-b</span></code>')
    assert plain(f"<article>{html}</article>") == (
        '<article><div class="cell_input">\n<div class="highlight"><pre>a\n\n  b</pre></div>\n</div>\n'
        '<li class="toctree-l1"><a class="reference internal" href="#">x</a></li>\n'
        '<a href="#">chapter 2</a><code class="short literal">a b</code>'
        '<code class="literal"><span class="pre">a-b</span></code></article>')


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
    ("((p0 > 2.5) ? ( 1 ) : ( 0 ))", "+(p0>2.5)"),
    ("a - ((p0 == 1) ? ( 1 ) : ( 0 )) + ((p0 == 2) ? ( 1 ) : ( 0 ))", "a - +(p0==1)+ +(p0==2)"),
    ("x = 'a  b'", "x = 'a  b'"), ("v10 = 1.20e-5 + x.y0", "v10=1.20e-5+x.y0"),
    ("(p0) => { const v0 = p0 - 1; const v1 = v0; const v2 = 2*v1; const v3 = v1 + p0; return [v3, -v2, v3]; }",
     "(p0)=>[p0-1+p0,-2*(p0-1),p0-1+p0]"),
    ('{"closed":false,"axes":[1.23456789,2],"first":1,"dots":false}', '{"axes":[1.234568,2],"first":1}'),
    ('{"dots":false,"closed":true}', '{"closed":true}')])
def test_a_script_says_the_same_in_fewer_letters(script, expected):
    assert short(script) == expected


@pytest.mark.parametrize("lines, values, expected", [
    ("const v0=Math.exp(p0);const v1=v0+1;", "v1,v1,v0/v1", "{const a=Math.exp(p0);return[a+1,a+1,a/(a+1)]}"),
    ("const v0=p0*p1;const v1=p0-p1;const v2=-p0;", "v0/v1,p1/v0,v1*v0,2-v1,2+v0,v2,2-v2,(v1)",
     "[p0*p1/(p0-p1),p1/(p0*p1),(p0-p1)*(p0*p1),2-(p0-p1),2+p0*p1,-p0,2-(-p0),(p0-p1)]"),
    ("const v0=p0<p1;const v1=p0*p1;", "((v0)?(v1):(-v1)),1-v0,p0 % v1",
     "[((p0<p1)?(p0*p1):(-p0*p1)),1-(p0<p1),p0 % (p0*p1)]"),
    ("const v0=p0<.5;const v1=p0<1.5;", "((v0)?(3):((v1)?(-.2):(1e-18))),((v1)?(3):(4))",
     "[at(p0,.5,[3,-.2,1e-18]),((p0<1.5)?3:4)]"),
    ("const v0=p0<.5;const v1=p0<2.5;", "((v0)?(3):((v1)?(2):(1)))", "[((p0<.5)?3:((p0<2.5)?2:1))]"),
    ("const v0=p0-1;", "7,v0,2,p0,2,p0,3,v0,3,v0,2", "[7,...box(p0-1,2,p0,3)]"),
    ("const v0=p0-1;", "v0,2,p0,2,p0,3,v0,3,v0,4", "[p0-1,2,p0,2,p0,3,p0-1,3,p0-1,4]")])
def test_a_program_does_the_same_operations(lines, values, expected):
    assert fewer(f"{{{lines}return[{values}];}}") == expected


def test_what_a_page_leaves_out_of_a_figure_is_put_back():
    """The script of all pages, with what it asks a page for, on two figures of one page."""
    bound = [{"axes": [1, 2], "first": 3, "last": 7, "dots": True},
             {"axes": [1, 2], "first": 7, "last": 9, "when": 9},
             {"label": True, "axes": [3, 2], "first": 10, "last": 12},
             {"axes": [3, 2], "first": 13, "last": 13}, {"axes": [1, 2], "first": 0, "last": 3}]
    program = "(p0)=>{const v0=p0<.5;const v1=p0<1.5;return[((v0)?(3):((v1)?(2):(1))),p0,0,1,0,1,2,p0,2,p0,0];}"
    spec = json.dumps({"name": "a", "bound": bound, "values": 0}, separators=(",", ":"))
    spec = spec.replace(":0}", f":{program}}}")
    script = f'window.nbcode && nbcode.mount(document.getElementById("fig-a"), {spec})'
    page = together(waiting(short(script)) for _ in range(2))
    assert len(re.findall("axes", page)) == 6 and "name" not in page
    assert page.count("...box(") == page.count("at(p0") == 2
    ran = run("-p", f"""{NO_PAGE} globalThis.window = globalThis;
        const mounted = [], nbcode = window.nbcode = {{mount: (root, spec) => mounted.push(spec)}};
        {WAKING.read_text(encoding="utf-8")}; {page}; wake();
        const [, {{name, bound, values}}] = mounted;
        for (const item of bound) delete item.size;
        JSON.stringify([mounted.length, name, bound, [-1, 0, .5, 1, 2, 9].map((x) => values(x))])""")
    steps = zip([-1, 0, 0.5, 1, 2, 9], [3, 3, 2, 2, 1, 1], strict=True)
    values = [[step, x, 0, 1, 0, 1, 2, x, 2, x, 0] for x, step in steps]
    assert json.loads(ran.stdout or "0") == [2, "a", bound, values], ran.stderr


def test_a_figure_with_names_of_its_own_waits_as_any_other():
    script = ('const f = (p) => [p]; window.nbcode && nbcode.mount(document.getElementById("fig-a"), '
              '{"name": "fig-a", "values": f});')
    assert waiting(short(script)) == (
        'nbcode.live("fig-a",()=>{const f=(p)=>[p];return{"name":"fig-a","values":f};});')
    assert waiting("let a=1;") == "{let a=1;}"
    with pytest.raises(ExtensionError, match="must end with"):  # it would never wake
        waiting(short(f"{script} console.log('drawn');"))


NO_PAGE = """
  let wake;
  globalThis.location = {hash: ""};
  globalThis.document = {getElementById: (id) => ({id, querySelectorAll: () => []})};
  globalThis.IntersectionObserver = class { observe() {} unobserve() {} };
  globalThis.requestIdleCallback = (act) => act();
  globalThis.addEventListener = (type, act) => { if (type === "load") wake = act; };
"""


def test_styles_that_many_pages_have_get_names():
    page = '<span class="v" style="top:-2em"><i style="top:1em"><u style="color:red">'
    pages = [*[page]*MANY, '<i style="top:0">']
    names = chosen(pages)
    assert names == {"top:-2em": "_a", "top:1em": "_b"}
    html = named(pages[0], names)
    assert html == '<span class="v _a"><i class="_b"><u style="color:red">'
    assert styled(html, {name: style for style, name in names.items()}) == pages[0]


def test_a_formula_is_told_to_the_ear_once():
    """A narrow form and the wide one say the same; the wide one stays in reach on a phone (reading.css)."""
    formula = ('<span class="katex-display" role="group" aria-label="formula"><span class="katex">'
               '<span class="katex-mathml"><math xmlns="m"><mi>x</mi></math></span><span>x</span></span></span>')
    html = lighter(f'<div class="formula-narrow a">{formula}</div><div class="formula-wide a">{formula}</div>')
    assert html.count("<math>") == html.count("role=") == 1 and html.index("<math>") > html.index("formula-wide")


def test_parts_in_the_order_of_a_script_bear_no_numbers():
    figure = '<figure class="nbfig"><path data-bound="{}"/><path data-bound="{}"/></figure>'
    assert lighter(figure.format(0, 1)) == figure.replace('="{}"', "")
    assert lighter(figure.format(1, 0)) == figure.format(1, 0)


@pytest.mark.parametrize("css, left", [
    (".used{a:b}.not{a:b}", ".used{a:b}"), (".used,.not .used{a:b}", ".used{a:b}"), ("p>b{a:b}", "p>b{a:b}"),
    (".used:not(.not){a:b}", ".used:not(.not){a:b}"), (":is(.used,.not) p{a:b}", ":is(.used,.not) p{a:b}"),
    ("@media (a){.not{a:b}}.used{}", ".used{}"), ("@media (a){.not{a:b}p{c:d}}", "@media (a){p{c:d}}"),
    ("@font-face{src:url(a.b)}/* .x{} */", "@font-face{src:url(a.b)}"),
    ("@keyframes k{0%{a:b}}", "@keyframes k{0%{a:b}}"), ('p{content:"}.not{"}', 'p{content:"}.not{"}'),
    (".a\\:b{c:d}", ""), ('@charset "x";p{a:b}', '@charset "x";p{a:b}')])
def test_rules_that_no_page_can_use_are_left_out(css, left):
    assert pruned(css, {"used", "p", "b"}) == left


def test_variables_for_which_nothing_asks_are_left_out():
    css = ':root{--a:1;--b:var(--c);--c:"x;y";--d:url(z)}p{color:var(--a,var(--e));--f:0}'
    assert spared(css, {"--d"}) == ":root{--a:1;--d:url(z)}p{color:var(--a,var(--e))}"


def test_addresses_in_a_stylesheet_lead_to_the_same_files():
    css = "a{b:url(../x.woff)}c{d:url('e.svg')}f{g:url(data:h)}"
    assert moved(css, "styles") == "a{b:url(x.woff)}c{d:url(styles/e.svg)}f{g:url(data:h)}"


def test_one_stylesheet_has_every_rule_that_a_page_can_use(site):
    """Nothing is left out that any stylesheet says of a class in any page; and a page links no other."""
    words, css = used_words(site), (site / "_static" / "site.css").read_text(encoding="utf-8")
    names = words | asked(own_styles(site)) | asked(css)
    assert spared(pruned(css, words), names) == css and pruned(css, words - {"navbar"}) != css
    for name in ("styles/sphinx-book-theme.css", "pygments.css", "katex/katex.min.css", "figure.css", "book.css"):
        text = (site / "_static" / name).read_text(encoding="utf-8")
        rules = spared(pruned(moved(text, name.rpartition("/")[0]), words), names)
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
    assert len(before) == len(drawn) > 5.8 * len(CHAPTERS)
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
    assert lighter(f'<span class="katex-mathml">{formula}</span>') == (
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

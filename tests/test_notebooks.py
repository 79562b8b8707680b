"""The lint that closes what strict nbval does not see, the lint's own tests, and the tool that runs notebooks."""
import ast
import importlib.util
import re
from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from nbcode.chain.shown import MIME

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted(ROOT.glob("book/*.ipynb"))

LONGEST = 25                       # lines of a cell
LIVE = re.compile(r'<figure class="nbfig"[^>]*\bdata-live=')  # how a live figure begins, see figure/picture.py
VIEW = "application/vnd.jupyter.widget-view+json"
PLACE = re.compile(r"(?<![\w.])/(work|home|root|tmp|Users)/|\bC:\\Users")
CAPTURED = re.compile(r"\b(interact|interactive|interact_manual|Output)\s*\(")
DISPLAYED = re.compile(r"\$\$|```\{math\}|:::\{math\}|\\begin\{(equation|align|gather)")
PROOF = re.compile(r"^\s*assert\b|\.prove\(|\b(check|prove)\(", re.MULTILINE)

# Tags by which an author answers for a cell: what it prints is not compared; its formula was checked elsewhere.
UNCOMPARED, CHECKED = "nbval-ignore-output", "formula-checked"


def lint(notebook, wanted=2):
    """What is wrong with a notebook, as sentences; `wanted` live figures should be in it."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    counts = [cell.execution_count for cell in code]
    if counts != list(range(1, len(code) + 1)):
        yield f"cells must be run from top to bottom in a fresh kernel, not {counts}"
    if "widgets" in notebook.metadata:
        yield "widget state is stored"
    if not any(PROOF.search(cell.source) for cell in code):
        yield "nothing is asserted or proved"
    live = sum(len(LIVE.findall(text(output))) for cell in code for output in cell.outputs)
    if live < wanted:
        yield f"{live} live figures, at least {wanted} are wanted"
    for number, cell in enumerate(notebook.cells):
        for complaint in lint_code(cell) if cell.cell_type == "code" else lint_text(cell):
            yield f"cell {number}: {complaint}"


def lint_code(cell):
    tags = cell.metadata.get("tags", [])
    if len(cell.source.splitlines()) > LONGEST:
        yield f"longer than {LONGEST} lines"
    if cell.source.rstrip().endswith(";"):
        yield "ends in ';', which hides an output here and not there: write `_ = ...`"
    if CAPTURED.search(cell.source) and UNCOMPARED not in tags:
        yield f"interact and Output keep what they print from nbval: use a live figure, or tag it {UNCOMPARED}"
    if PLACE.search(cell.source):
        yield "names a folder of one machine"
    for claim in claims_of_itself(cell.source):
        yield f"a formula whose name stands for the very thing that is said of it: {claim}"
    for output in cell.outputs:
        data = output.get("data", {})
        if "text/latex" in data and data.get(MIME, {}).get("known") not in ("proved", "checked", "defined"):
            yield "a formula that does not say how it is known: give it `of` or `where`, see Formula"
        if output.output_type == "error":
            yield "a stored error"
        if output.get("name") == "stderr":
            yield "a stored warning or message on stderr"
        if VIEW in output.get("data", {}):
            yield "a stored widget view"
        if PLACE.search(text(output)):
            yield "an output names a folder of one machine"


def claims_of_itself(source):
    """Calls Formula(name, right, where={name: right}), which assert nothing; what defines a name is its `of`."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Formula":
            name, *rights = map(ast.dump, call.args)
            given = [each.value for each in call.keywords if each.arg == "where"]
            pairs = [pair for table in given for part in ast.walk(table) if isinstance(part, ast.Dict)
                     for pair in zip(part.keys, part.values, strict=True)]
            if any(key and ast.dump(key) == name and ast.dump(value) in rights for key, value in pairs):
                yield ast.unparse(call)


def lint_text(cell):
    if DISPLAYED.search(cell.source) and CHECKED not in cell.metadata.get("tags", []):
        yield f"a displayed formula typed by hand: show the object that is asserted, or check it and tag {CHECKED}"
    if PLACE.search(cell.source):
        yield "names a folder of one machine"


def text(output):
    """All that an output says, pictures left out."""
    said = [output.get("text", ""), *output.get("traceback", [])]
    said += [value for kind, value in output.get("data", {}).items() if kind.startswith("text/")]
    return "\n".join(said)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_clean(path):
    assert list(lint(nbformat.read(path, as_version=4), wanted=1 if path.stem == "index" else 2)) == []


def result(**data):
    return new_output("execute_result", data={kind.replace("_", "/"): value for kind, value in data.items()})


def good():
    figures = result(text_html='<figure class="nbfig" id="a" data-live="off"></figure>' * 2)
    return new_notebook(cells=[
        new_markdown_cell("Prose with $x^2$ in the line."),
        new_code_cell("assert 1 + 1 == 2", execution_count=1),
        new_code_cell(""),
        new_code_cell("picture", execution_count=2, outputs=[figures]),
    ])


def test_lint_lets_a_clean_notebook_pass():
    assert not list(lint(good()))


def last(notebook, **changes):
    notebook.cells[-1].update(changes)


BREAKS = {
    "run from top to bottom": [lambda nb: last(nb, execution_count=None), lambda nb: last(nb, execution_count=3),
                               lambda nb: nb.cells.reverse()],
    "widget state": [lambda nb: nb.metadata.update(widgets={})],
    "nothing is asserted": [lambda nb: nb.cells[1].update(source="assertion = 2")],
    "live figures": [lambda nb: last(nb, outputs=[result(text_html='<figure class="nbfig" data-live="off">')]),
                     lambda nb: last(nb, outputs=[result(text_html='<figure class="nbfig" id="still">' * 2)])],
    "longer than": [lambda nb: last(nb, source="x = 1\n" * 26)],
    "ends in ';'": [lambda nb: last(nb, source="picture; \n")],
    "interact and Output": [lambda nb: last(nb, source="interact(f, x=1)"),
                            lambda nb: last(nb, source="out = widgets.Output()")],
    "names a folder": [lambda nb: last(nb, source="open('/home/me/data.csv')"),
                       lambda nb: nb.cells[0].update(source="see /tmp/x"),
                       lambda nb: nb.cells[-1].outputs.append(result(text_plain="'/work/book'"))],
    "does not say how it is known": [
        lambda nb: nb.cells[-1].outputs.append(result(text_latex="$a = b$")),
        lambda nb: nb.cells[-1].outputs.append(new_output("display_data", data={
            "text/latex": "$a = b$", MIME: {"known": "sure", "narrow": "$a$"}}))],
    "the very thing": [lambda nb: last(nb, source="Formula(a, b + 1, c, where={z: a, a: c})")],
    "a stored error": [lambda nb: nb.cells[-1].outputs.append(new_output("error", ename="E", evalue="e"))],
    "stderr": [lambda nb: nb.cells[-1].outputs.append(new_output("stream", name="stderr", text="w"))],
    "widget view": [lambda nb: nb.cells[-1].outputs.append(new_output("display_data", data={VIEW: {}}))],
    "typed by hand": [lambda nb: nb.cells[0].update(source="$$\nx^2\n$$"),
                      lambda nb: nb.cells[0].update(source="```{math}\nx^2\n```"),
                      lambda nb: nb.cells[0].update(source=r"\begin{align}x\end{align}")],
}


@pytest.mark.parametrize(("complaint", "spoil"), [(key, each) for key, many in BREAKS.items() for each in many])
def test_lint_complains(complaint, spoil):
    notebook = good()
    spoil(notebook)
    assert [each for each in lint(notebook) if complaint in each]


def test_tags_answer_for_a_cell():
    notebook = good()
    notebook.cells[0].update(source="$$x^2$$", metadata={"tags": [CHECKED]})
    last(notebook, source="interact(f)", metadata={"tags": [UNCOMPARED]})
    assert not list(lint(notebook))


@pytest.fixture(scope="module")
def execute():
    spec = importlib.util.spec_from_file_location("execute", ROOT / "tools" / "execute.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.execute


def save(path, *sources):
    cells = [new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(sources)]
    metadata = {"kernelspec": {"name": "other", "display_name": "Another"}}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), path)


def test_running_a_notebook_twice_gives_the_same_bytes(execute, tmp_path):
    path = tmp_path / "small.ipynb"
    save(path, "import ipywidgets\nprint(1)\nprint(2)", "ipywidgets.FloatSlider()")
    execute(path)
    once = path.read_bytes()
    execute(path)
    assert path.read_bytes() == once
    notebook = nbformat.read(path, as_version=4)
    assert [cell.execution_count for cell in notebook.cells] == [1, 2]
    assert notebook.cells[0].outputs[0].text == "1\n2\n"
    assert VIEW not in notebook.cells[1].outputs[0].data and "text/plain" in notebook.cells[1].outputs[0].data
    assert notebook.metadata.kernelspec.name == "python3" and "widgets" not in notebook.metadata
    assert not any(cell.metadata for cell in notebook.cells)


@pytest.mark.parametrize("line", [
    "derivative(z, x, w, of={z: w*x})", "Formula(L, (y - w*x)**2, of={L: (y - z)**2, z: w*x})"])
def test_a_false_left_side_stops_the_run(execute, tmp_path, line):
    path, begin = tmp_path / "planted.ipynb", (
        "from sympy import symbols\nfrom nbcode.chain import Formula, derivative\n"
        'w, x, y, z, L = symbols("w x y z L", real=True)\n')
    save(path, begin + line)
    execute(path)
    save(path, begin + line.replace("(z, x,", "(z, w,").replace("Formula(L", "Formula(z"))
    with pytest.raises(CellExecutionError, match="is not"):
        execute(path)


def test_a_notebook_that_fails_stays_as_it_was(execute, tmp_path):
    path = tmp_path / "wrong.ipynb"
    save(path, "assert 1 == 2")
    before = path.read_bytes()
    with pytest.raises(CellExecutionError, match="assert 1 == 2"):
        execute(path)
    assert path.read_bytes() == before

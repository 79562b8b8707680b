"""Each chapter uses only symbols that the table of notation has."""
import ast
import json
import re
import sys
from pathlib import Path

import pytest
from sympy import symbols

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "_ext"))
from pages.notation import groups  # noqa: E402

ROWS = [row for group in groups() for row in group["rows"]]
CHAPTERS = sorted(ROOT.glob("book/[0-9]*.ipynb"))
MAKERS = {"symbols", "Symbol", "IndexedBase", "MatrixSymbol", "Function"}


def declared(source):
    """Names given to SymPy as literal text, also where a comprehension walks over it. Numbers filled in are 1."""
    tree = ast.parse(source)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args):
        if getattr(call.func, "id", getattr(call.func, "attr", "")) in MAKERS:
            yield from spelt(call.args[0])
    for loop in (node for node in ast.walk(tree) if isinstance(node, ast.GeneratorExp | ast.ListComp)):
        if any(getattr(getattr(node, "func", None), "id", "") in MAKERS for node in ast.walk(loop.elt)):
            walked = loop.generators[0].iter
            if isinstance(walked, ast.Constant):
                yield from str(walked.value)  # letter by letter
            else:
                for text in ast.walk(walked):
                    yield from spelt(text)


def spelt(node):
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        text = "".join(part.value if isinstance(part, ast.Constant) else "1" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip(", "):
        text = node.value
    else:
        return
    yield from map(str, symbols(text.replace(",", " "), seq=True))


def known(name, chapter):
    return any(re.fullmatch(row["names"], name) and chapter in row.get("chapters", [chapter]) for row in ROWS)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_uses_what_the_table_has(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    names = {name for cell in cells if cell["cell_type"] == "code" for name in declared("".join(cell["source"]))}
    strange = sorted(name for name in names if not known(name, int(path.stem[:2])))
    assert names and not strange, "add them to book/notation.yml"


@pytest.mark.parametrize("path", [*CHAPTERS, *ROOT.glob("book/*.md"), *ROOT.glob("book/ledger/*.yml")],
                         ids=lambda path: path.stem)
def test_the_logarithm_and_its_loss_are_spelt_in_one_way(path):
    """log is the natural logarithm, as SymPy prints it; ln is a key of a calculator."""
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"\\ln\b|\blog loss\b", text, re.I)


def test_every_row_is_complete_and_used():
    used = {(name, int(path.stem[:2])) for path in CHAPTERS
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"
            for name in declared("".join(cell["source"]))}
    for row in ROWS:
        assert row.keys() - {"chapters"} == {"symbol", "names", "meaning", "shape", "code", "notes"}, row
        assert any(re.fullmatch(row["names"], name) for name, _ in used), f"no chapter uses {row['symbol']}"


def test_names_are_found_however_they_are_declared():
    source = '''
w, b = symbols("w b", real=True)
dose, n = (IndexedBase(s, real=True) for s in "dose, n".split(", "))
x1 = [Symbol(f"x{k}") for k in range(3)]
a = symbols("a1:3")
K, z = (IndexedBase(s) for s in "Kz")
'''
    assert set(declared(source)) == {"w", "b", "dose", "n", "x1", "a1", "a2", "K", "z"}
    assert not known("zeta_9", 3)

"""What a chapter says that it needs is what the map on the page For teachers shows."""
import re
import sys

import nbformat
import pytest
from browser import LISTED, ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

sys.path.insert(0, str(ROOT / "_ext"))
from pages.prerequisites import direct, needs  # noqa: E402

PATHS = sorted(ROOT.glob("book/[0-9]*.ipynb"))


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_a_chapter_needs_only_what_comes_before(path):
    named = needs(path)
    assert named is not None, "no sentence says 'You need …'"
    assert all((ROOT / "book" / f"{name}.ipynb").exists() and name < path.stem for name in named)


@pytest.mark.parametrize("text, named", [
    ("You need the [rule](03_rule.ipynb#a), and [chapter 1](01_main.ipynb). See [chapter 9](09_late.ipynb).",
     ["03_rule", "01_main"]),
    ("Take a pen. You need a\n[network](02_net.ipynb).", ["02_net"]), ("You need a pen.", []),
    ("Take [it](03_rule.ipynb).", None)])
def test_the_sentence_ends_where_it_ends(tmp_path, text, named):
    path = tmp_path / "04_x.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("You need = 1"), new_markdown_cell(text)]), path)
    assert needs(path) == named


def test_an_arc_stands_for_what_is_reached_by_no_other_way():
    needed = {"a": [], "b": ["a"], "c": ["a", "b"], "d": ["a", "c"], "e": ["b", "a"]}
    assert {page: direct(needed, page) for page in needed} == {
        "a": [], "b": ["a"], "c": ["b"], "d": ["c"], "e": ["b"]}


def test_the_map_shows_every_chapter_and_its_needs(site):
    html = (site / "book/teachers.html").read_text(encoding="utf-8")
    lines = re.findall(r'<a href="(\w+)\.html">(\d+)\. [^<]+</a> <small>(.*?)</small>', html)
    shown = [path.stem for path in PATHS if f"book/{path.stem}" in LISTED]
    assert [(name, int(number)) for name, number, _ in lines] == [(name, k) for k, name in enumerate(shown, 1)]
    for name, _, said in lines:
        needed = [shown[int(one) - 1] for one in re.findall(r"\d+", said)]
        assert needed == sorted(set(needs(ROOT / "book" / f"{name}.ipynb")) & set(shown))

"""A page opens for reading: what a cell becomes; in real browsers, that closed code opens in every way."""
import sys
from itertools import groupby

import nbformat
import pytest
from browser import ROOT

sys.path.insert(0, str(ROOT / "_ext"))
from reading.cells import kind, lines, words  # noqa: E402

NOTEBOOKS = sorted(ROOT.glob("book/*.ipynb"))


@pytest.mark.parametrize("source, prints, expected", [
    ("import numpy as np", False, "set-up"), ("x = 1", False, "set-up"), ("assert x == 1", False, "check"),
    ("for x in y:\n    assert x", False, "check"), ("check(f, x)", False, "check"),
    ("net.prove(w)", False, "check"), ("checked = 2", False, "set-up"), ("assert x\nx", True, "output")])
def test_a_cell_says_itself_what_it_is(source, prints, expected):
    assert kind(source, prints) == expected


@pytest.mark.parametrize("source, expected", [
    ("# the two agree\nassert a == b", "the two agree"), ("# two\n# and `nbcode`\nassert a", "two and `nbcode`"),
    ("assert a  # sure", ""), ("# a step\na = 1", ""), ("assert a\n# b", "")])
def test_the_words_of_a_check_are_its_first_comment(source, expected):
    assert words(source) == expected


SETUP, MORE, CHECK, AGREE, MATCH, PRINTS = (
    ("import os", False), ("def f(): pass\na = 1", False), ("assert f", False), ("# they agree\nassert a", False),
    ("# they match\nassert b", False), ("f(a)", True))


@pytest.mark.parametrize("run, expected", [
    ([PRINTS, PRINTS], [("output", "Code", [0]), ("output", "Code", [1])]),
    ([SETUP, MORE, CHECK, PRINTS], [("output", "Code", [0, 1, 2, 3])]),
    ([SETUP, MORE], [("set-up", "Set-up: imports, `f`", [0, 1])]),
    ([AGREE, CHECK, MATCH], [("check", "checked: they agree; they match", [0, 1, 2])]),
    ([AGREE, MORE, PRINTS], [("check", "checked: they agree", [0]), ("output", "Code", [1, 2])]),
    ([("# so\nassert a\na", True), CHECK], [("output", "checked: so", [0]), ("check", "checked", [1])]),
    ([("a, b, c, d = e", False)], [("set-up", "Set-up: `a`, `b`, `c` …", [0])]),
    ([("print", False)], [("set-up", "Set-up", [0])])])
def test_neighbours_share_a_line(run, expected):
    assert lines(run) == expected


# The lints. A count is what a chapter still has to mend; at zero its line goes.

def runs(notebook):
    """(the text before them, code cells that no text parts)."""
    before = ""
    for is_code, group in groupby(notebook.cells, key=lambda cell: cell.cell_type == "code"):
        cells = list(group)
        if is_code:
            yield before, [cell for cell in cells if cell.source.strip()]
        before = "" if is_code else cells[-1].source


def shown(cells):
    """Lines of the page for a run of cells; a tag show-code stands for itself."""
    return lines([(cell.source, bool(cell.outputs)) for cell in cells])


def wordless(notebook):
    """Cells that only check, and become a line that does not say what."""
    return [cells[k].source for _, cells in runs(notebook) for what, _, numbers in shown(cells) if what == "check"
            for k in numbers if not words(cells[k].source)]


def dangling(notebook):
    """Texts that end in ":" before nothing that can be seen with all code closed."""
    return [before[-60:] for before, cells in runs(notebook) if before.rstrip().endswith(":") and
            not any(what == "output" or line.startswith("checked: ") for what, line, _ in shown(cells))]


def open_and_silent(notebook):
    return [cell.source for cell in notebook.cells
            if "show-code" in cell.metadata.get("tags", ()) and not cell.outputs]


WORDLESS = {
    "05_gradient_descent": 12,

    "06_backprop_one_bias": 9,

    "07_backprop_three_parameters": 1,

    "08_backprop_all_parameters": 2,

    "09_activations": 14,

    "10_logistic_regression": 9,

    "11_matrix_form": 12,

    "12_index_notation": 4,

    "13_softmax": 10,

    "14_softmax_derivative": 11,

    "15_cross_entropy": 5,

    "16_cross_entropy_backprop": 4,

    "17_backprop_matrix_form": 11,

    "18_vanishing_gradients": 11,

    "19_minibatch_sgd": 13,

    "20_convolution": 6,

    "21_recurrent": 3,

    "22_lstm": 4,

    "zoo": 9,
}
DANGLING = {
    "05_gradient_descent": 13,

    "06_backprop_one_bias": 6,

    "08_backprop_all_parameters": 4,

    "09_activations": 10,

    "10_logistic_regression": 8,

    "11_matrix_form": 9,

    "12_index_notation": 3,

    "13_softmax": 7,

    "14_softmax_derivative": 4,

    "15_cross_entropy": 4,

    "16_cross_entropy_backprop": 6,

    "17_backprop_matrix_form": 11,

    "18_vanishing_gradients": 11,

    "19_minibatch_sgd": 16,

    "20_convolution": 5,

    "21_recurrent": 9,

    "22_lstm": 7,

    "zoo": 9,
}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("lint, left", [(wordless, WORDLESS), (dangling, DANGLING), (open_and_silent, {})])
def test_with_all_code_closed_nothing_is_missing(path, lint, left):
    found = lint(nbformat.read(path, as_version=4))
    assert len(found) == left.get(path.stem, 0), found

"""Results as tables: what stands in their cells, and as which HTML."""
import re

import numpy as np
import pytest
from sympy import Rational, symbols

from nbcode.tables import product, table

w1, z1, z2 = symbols("w1 z1 z2", real=True)


def test_a_table_names_its_rows_and_columns_and_aligns_its_numbers():
    shown = table([[0.5, -12.345], [2, 0.001]], columns=["before", "after"], index=["bias", w1])
    assert repr(shown) == "      before   after\nbias    0.50  −12.35\nw1      2.00    0.00"


def test_headers_say_what_they_head_and_nothing_is_styled_inline():
    made = table([[0.5, "yes"]], columns=["p", "right"], index=["flower <1>"], caption="a & b")._repr_html_()
    assert re.findall(r'<th scope="(col|row)"[^>]*>([^<]*)</th>', made) == [
        ("col", "p"), ("col", "right"), ("row", "flower &lt;1&gt;")]
    assert "<caption>a &amp; b</caption>" in made and "style" not in made
    assert '<td class="number">0.50</td><td>yes</td>' in made


@pytest.mark.parametrize(("value", "text"), [
    (-1.005, "−1.00"), (3, "3"), (np.int64(-4), "−4"), (-0.001, "0.00"), (Rational(-1, 3), "−0.33"), ("-", "-"),
    (np.float64(2), "2.00"), (True, "yes"), (np.bool_(False), "no"), (np.nan, "nan")])
def test_numbers_are_written_with_a_real_minus(value, text):
    assert table([[value]]).cells == [[text]]


def test_each_column_may_have_its_own_digits():
    assert table([[1.23456, 1.23456]], digits=[1, 3]).cells == [["1.2", "1.235"]]


@pytest.mark.parametrize("wrong", [
    dict(rows=[[1, 2], [3]]), dict(rows=[[1, 2]], columns=["a"]), dict(rows=[[1, 2]], index=["a", "b"]),
    dict(rows=[[1, 2]], digits=[1])])
def test_a_table_that_does_not_fit_its_names_is_refused(wrong):
    with pytest.raises(ValueError, match="rows"):
        table(**wrong)


def test_a_row_times_a_matrix_shows_each_product():
    W = np.array([[1.2, -1], [-0.5, 4]])
    shown = product([2, -3], W, b=[0.1, -0.25], into=[z1, z2], digits=1)
    assert np.allclose(shown.values, np.array([2, -3]) @ W + [0.1, -0.25])
    assert repr(shown).splitlines()[0] == "z1 = 2.0 × 1.2 + (−3.0) × (−0.5) + 0.1 = 4.0"
    made = shown._repr_html_()
    assert made.startswith('<div class="result-product"><p><i>z</i><sub>1</sub> = <span>2.0 × 1.2</span> + ')
    assert "<strong>4.0</strong>" in made and "style" not in made


def test_a_product_refuses_names_that_do_not_fit():
    with pytest.raises(ValueError, match="cannot be named"):
        product([1, 2], np.eye(2), into=["z"])

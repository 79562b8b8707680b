from itertools import combinations

import pytest

from nbcode.diagrams.sketches import KINDS, legend, sketches
from nbcode.figure import COLORS, figure
from nbcode.figure.svg import svg


def lines(fig):
    """(the edges: pairs of ends, whether dashed), for each line of edges."""
    found = []
    for line in fig.axes[0].lines:
        xy = line.get_xydata()
        if line.get_color() == COLORS["faint"] and len(xy) % 3 == 0 and line.get_marker() == "None":
            found.append((len(xy) // 3, line.get_linestyle() != "-"))
    return found


def nodes(fig):
    return [line.get_xydata() for line in fig.axes[0].lines if line.get_marker() != "None"]


@pytest.mark.parametrize(("text", "edges"), [
    ("ii > hhh > o", [(6, False), (3, False)]),
    ("ii : hhh > o", [(6, True), (3, False)]),
    ("iii = hhh", [(3, False)]),
    ("iiii ~ ccc", [(6, False)]),
    ("(vvvv)", [(6, False)]),
    ("#wwwwwwwww", [(12, False)]),
    ("ii > hh/MMM", [(4, False), (3, False)]),
    ("mmi > h", [(3, False)]),
    ("hh > mmi", [(4, False)]),
])
def test_joins_what_the_signs_say(text, edges):
    assert lines(sketches({"a": text})) == edges


def test_a_pool_is_joined_at_random_but_always_alike():
    one, other = (lines(sketches({"a": "i : [rrrrrr] > o"})) for _ in range(2))
    assert one == other and one[-1][1] and 5 <= one[-1][0] < 15


def test_all_nodes_stand_apart_and_inside():
    fig = sketches({"DFF": "iii > hhhh > hhhh > oo", "HN": "(vvvvvv)", "NTM": "ii > hh/MM > oo"})
    (x0, x1), (y0, y1) = fig.axes[0].get_xlim(), fig.axes[0].get_ylim()
    spots = {tuple(spot.round(6)) for each in nodes(fig) for spot in each}
    assert len(spots) == 13 + 6 + 8
    assert all(x0 + 0.08 < x < x1 - 0.08 and y0 + 0.08 < y < y1 - 0.4 for x, y in spots)
    assert all((a[0] - b[0])**2 + (a[1] - b[1])**2 > 0.2**2 for a, b in combinations(spots, 2))


def test_titles_do_not_meet():
    fig = sketches({"DCIGN": "iii ~ cc > pp > cc ~ mmm", "DRN": "ii > hh > hh ^ oo"})
    fig.draw_without_rendering()
    one, other = (text.get_window_extent() for text in fig.axes[0].texts)
    assert not one.overlaps(other)


def test_the_legend_names_every_kind():
    fig = legend(KINDS)
    assert {text.get_text() for text in fig.axes[0].texts} == {kind[0] for kind in KINDS.values()}
    assert len({str(kind[1:]) for kind in KINDS.values()}) == len(KINDS) - 1  # `r` is `h` with a loop


def test_follows_the_colours_of_the_page():
    text = svg(sketches({"P": "ii > o"}), "p", "a perceptron")
    assert "var(--nb-green" in text and "#ffffff" not in text
    assert figure(sketches({"P": "ii > o"}), alt="a perceptron").html


@pytest.mark.parametrize(("text", "problem"), [
    ("ii > zz", "'z' is no kind of node; there are 'i', 'n'"),
    ("ii * hh", "'\\*' joins nothing; there are '>'"),
    ("ii > hh >", "'ii > hh >' does not end with a column"),
])
def test_says_what_is_wrong_with_a_description(text, problem):
    with pytest.raises(ValueError, match=problem):
        sketches({"a": text})


def test_says_what_does_not_fit():
    with pytest.raises(ValueError, match="one, other are too wide to stand side by side"):
        sketches({"one": "i > [rrrrrr] > [rrrrrr] > o", "other": "(vvvvvvv) > hhh"})

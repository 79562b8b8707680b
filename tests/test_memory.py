from itertools import combinations

import pytest

from nbcode.diagrams import memory_cell
from nbcode.figure import COLORS
from nbcode.figure.svg import svg

VALUES = {"c_prev": 2, "h_prev": 1, "x": 1, "f": 0.997, "i": 0.986, "g": -0.966, "o": 0.992, "c": 2.948,
          "h": 0.986}


def texts(fig):
    return {text.get_text(): text for text in fig.axes[0].texts if text.get_text()}


def test_writes_the_gates_with_their_bends_or_their_values():
    assert {"f = σ", "i = σ", "g = tanh", "o = σ", "c₀", "h₁"} <= texts(memory_cell()).keys()
    assert {"f = 0.997", "g = −0.966", "c₁\n2.948", "x₁ = 1"} <= texts(memory_cell(values=VALUES)).keys()


def test_can_stand_for_any_day():
    assert {"c₁", "h₁", "x₂", "c₂", "h₂"} <= texts(memory_cell({"c_prev": "c₁", "h_prev": "h₁", "x": "x₂",
                                                                "c": "c₂", "h": "h₂"})).keys()


def test_no_two_texts_meet_and_none_leaves_the_picture():
    fig = memory_cell(values=VALUES)
    fig.draw_without_rendering()
    boxes = [text.get_window_extent() for text in texts(fig).values()]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert all(fig.bbox.x0 <= box.x0 and box.x1 <= fig.bbox.x1 and fig.bbox.y0 <= box.y0 for box in boxes)


def test_highlight_colours_what_it_names_and_nothing_else():
    fig = memory_cell(highlight=["c_prev", "c"])
    assert {name for name, text in texts(fig).items() if text.get_color() == COLORS["gradient"]} == {"c₀", "c₁"}
    assert "var(--nb-gradient" in svg(fig, "cell", "an LSTM unit")


@pytest.mark.parametrize("given", [{"names": {"d": "d₁"}}, {"values": {"d": 1}}, {"highlight": ["d"]}], ids=str)
def test_an_unknown_part_says_what_there_is(given):
    with pytest.raises(ValueError, match="'d' is no part of the unit; there are 'c_prev', 'c', 'tanh'"):
        memory_cell(**given)

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from nbcode.diagrams import lit, memory_cell
from nbcode.figure import COLORS
from nbcode.figure.svg import svg

PINK = to_rgb(COLORS["gradient"])
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


TRAINED = {"i": (1.65, 2.00, 0.62), "f": (1.63, 2.70, 1.62), "g": (0.94, 1.41, -0.32), "o": (-0.19, 4.38, 0.59)}


@pytest.mark.parametrize("gates", ["", *"ifgo", "letters"])
def test_no_two_texts_meet_and_none_leaves_the_picture(gates):
    weights = {} if gates == "letters" else {"weights": {gate: TRAINED[gate] for gate in gates}}
    fig = memory_cell(values=VALUES, **weights)
    fig.draw_without_rendering()
    boxes = [text.get_window_extent() for text in texts(fig).values()]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert all(fig.bbox.x0 <= box.x0 and box.x1 <= fig.bbox.x1 and fig.bbox.y0 <= box.y0 for box in boxes)


def test_highlight_colours_what_it_names_and_nothing_else():
    fig = memory_cell(highlight=["c_prev", "c"])
    assert {name for name, text in texts(fig).items() if text.get_color() == COLORS["gradient"]} == {"c₀", "c₁"}
    assert "var(--nb-gradient" in svg(fig, "cell", "an LSTM unit")


def wired(part):
    """Where the lines of a part start and end: [((x, y), (x, y)), …], the line highlighted alone."""
    ax = memory_cell(highlight=[part], weights={}).axes[0]
    pink = [line.get_xydata() for line in ax.lines if line.get_color() == COLORS["gradient"]]
    heads = [text.xy for text in ax.texts if not text.get_text() and text.arrow_patch.get_edgecolor()[:3] == PINK]
    assert len(pink) == len(heads) > 0
    return [(tuple(line[0]), head) for line, head in zip(pink, heads, strict=True)]


def near(spot, text, fig, reach=0.6):
    x, y = texts(fig)[text].get_position()
    return abs(spot[0] - x) < reach and abs(spot[1] - y) < reach


def test_each_line_leads_where_its_part_goes():
    """c along the top, from c₀ to c₁; h along the bottom; forget to the × on c's way, input to the × below +."""
    fig = memory_cell()
    words = texts(fig)
    top, bottom = (words[word].get_position()[1] for word in ("long-term memory", "short-term\nmemory"))
    assert top > bottom
    for line, names in ((top, ("c₀", "c₁")), (bottom, ("h₀", "h₁"))):
        assert all(abs(words[name].get_position()[1] - line) < 0.4 for name in names)
    (start, first), (_, plus) = wired("c_prev")
    assert near(start, "c₀", fig) and near(wired("c")[0][1], "c₁", fig)
    assert near(wired("h")[-1][1], "h₁", fig) and all(near(begin, "h₀", fig) for begin, _ in wired("h_prev"))
    for part, word in (("f", "forget"), ("i", "input"), ("g", "potential"), ("o", "output")):
        assert near(wired(part)[0][0], word, fig)
    (_, kept), = wired("f")
    assert kept[0] == pytest.approx(first[0], abs=0.2) and kept[1] == pytest.approx(first[1], abs=0.2)
    (_, added), = wired("new")
    (_, one), (_, other) = wired("i")[-1], wired("g")[-1]
    assert one[1] == other[1] and (one[0] + other[0])/2 == pytest.approx(added[0])
    assert added[0] == pytest.approx(plus[0], abs=0.2)


@pytest.mark.parametrize("gate, word", [("f", "forget"), ("i", "input"), ("g", "potential"), ("o", "output")])
def test_two_lines_lead_into_each_gate_and_carry_its_weights(gate, word):
    """The line of h enters at the left of the gate with u on it, that of x at the right with w, b between them."""
    fig = memory_cell(highlight=[f"h_{gate}", f"x_{gate}"], weights={gate: (1.5, -2.25, 0.75)}, color="blue")
    lit = [line.get_xydata() for line in fig.axes[0].lines if line.get_color() == COLORS["blue"]]
    of_h, of_x = (sorted({*map(tuple, np.concatenate([way for way in lit if way[-1][0] == side]))})
                  for side in sorted({way[-1][0] for way in lit}))
    middle, _ = texts(fig)[word].get_position()
    for way, name, weight in ((of_h, "h₀", "−2.25"), (of_x, "x₁", "1.50")):
        assert near(way[0], name, fig) and way[0][1] == texts(fig)[name].get_position()[1]
        assert abs(way[-1][0] - middle) < 0.35 and texts(fig)[weight].get_position()[0] == way[-1][0]
    assert of_h[-1][0] < middle < of_x[-1][0] and texts(fig)["+0.75"].get_position()[0] == middle


def test_a_value_stands_at_its_own_part():
    fig = memory_cell(values={"c": 1, "h": 2, "f": 3, "i": 4})
    assert {"c₁\n1", "h₁\n2", "f = 3", "i = 4"} <= texts(fig).keys()
    assert texts(fig)["f = 3"].get_position()[0] == texts(fig)["forget"].get_position()[0]
    assert texts(fig)["i = 4"].get_position()[0] == texts(fig)["input"].get_position()[0]


@pytest.mark.parametrize("given", [{"names": {"d": "d₁"}}, {"values": {"d": 1}}, {"highlight": ["d"]}], ids=str)
def test_an_unknown_part_says_what_there_is(given):
    with pytest.raises(ValueError, match="'d' is no part of the unit; there are 'c_prev', 'c', 'tanh'"):
        memory_cell(**given)


@pytest.mark.parametrize("gate", "ifgo")
def test_lit_goes_over_the_lines_that_a_highlight_colours(gate):
    """The same points, the same texts in the same gaps, an arrow's head at the same ends."""
    parts, weights = [f"h_{gate}", f"x_{gate}", gate, "tanh"], {gate: TRAINED[gate]}
    drawn = memory_cell(highlight=parts, weights=weights, color="blue")
    ax, over = drawn.axes[0], lit(memory_cell().axes[0], parts, weights)
    coloured = [line.get_xydata().tolist() for line in ax.lines if line.get_color() == COLORS["blue"]]
    heads = sorted(text.xy for text in ax.texts if not text.get_text()
                   and text.arrow_patch.get_edgecolor()[:3] == to_rgb(COLORS["blue"]))
    lines = [each.points for artist, each in over.items() if artist in artist.axes.lines]
    assert all(any(list(map(list, line))[:len(way)] == way for line in lines) for way in coloured)
    assert heads == sorted(each.points[0] for artist, each in over.items()
                             if artist in artist.axes.patches and len(each.points) == 3)
    words = {artist.get_text(): each.points[0] for artist, each in over.items() if "label" in each.options}
    places = {word: texts(drawn)[word].get_position() for word in words}
    assert len(words) == 3 and all(words[word][0] == x and 0 < y - words[word][1] < 0.1
                                   for word, (x, y) in places.items())


def test_lit_names_lines_only():
    with pytest.raises(ValueError, match="'h_prev' is no line of the unit; there are 'c_prev'"):
        lit(memory_cell().axes[0], ["h_prev"])


def test_empty_weights_leave_gaps_without_words():
    fig = memory_cell(weights=dict.fromkeys("ifgo", ("", "", "")))
    assert sorted(texts(fig)) == sorted(texts(memory_cell(weights={})))
    assert len(fig.axes[0].lines) > len(memory_cell(weights={}).axes[0].lines)

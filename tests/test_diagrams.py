from itertools import combinations, pairwise

import pytest

from nbcode.diagrams import layered, unrolled
from nbcode.figure import COLORS
from nbcode.figure.svg import svg

LAYERS = [["petal", "sepal"], ["y1", "y2"], ["setosa", "versicolor", "virginica"]]
WEIGHTS = {(a, b): f"w{a[0]}{b[:2]}" for one, other in pairwise(LAYERS) for a in one for b in other}
BIASES = {"y1": "b₁", "y2": -1.43, "setosa": 0.57}
IN_TIME = [["yesterday", "today"], ["y1", "y2"], [None, "tomorrow"]]
SHARED = {"in": "w₁", "back": "w₂", "out": 1.1}, {"cell": "b₁", "out": 0}


def texts(fig):
    return {text.get_text(): text for text in fig.axes[0].texts if text.get_text()}


def test_writes_nodes_weights_biases_and_values():
    fig = layered(LAYERS, WEIGHTS, BIASES, values={"petal": 0.5, "y1": -0.25})
    assert {"y₁", "setosa", *WEIGHTS.values(), "+ b₁", "− 1.43", "+ 0.57", "0.5", "−0.25"} <= texts(fig).keys()


def test_no_two_texts_meet():
    fig = layered(LAYERS, WEIGHTS, BIASES)
    fig.draw_without_rendering()
    boxes = [text.get_window_extent() for text in texts(fig).values()]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_highlight_colours_what_it_names_and_nothing_else():
    fig = layered(LAYERS, WEIGHTS, BIASES, highlight=["b₁", ("petal", "y2"), "sepal"])
    pink = {name for name, text in texts(fig).items() if text.get_color() == COLORS["gradient"]}
    assert pink == {"+ b₁", WEIGHTS["petal", "y2"], "sepal"}


def test_follows_the_colours_of_the_page():
    text = svg(layered(LAYERS, WEIGHTS, BIASES, highlight=["b₁"]), "net", "a network")
    assert "var(--nb-gradient" in text and "#ffffff" not in text


def test_unknown_node_says_what_there_is():
    with pytest.raises(ValueError, match="'y3' is no node; there are 'petal', 'sepal', 'y1'"):
        layered(LAYERS, {("petal", "y3"): "w₁"}, {})
    with pytest.raises(ValueError, match="'b' is no node"):
        layered(LAYERS, {}, {"b": 1})


def test_highlight_of_nothing_says_what_there_is():
    with pytest.raises(ValueError, match="'b₉' names nothing to highlight; there are .*'b₁'"):
        layered(LAYERS, WEIGHTS, BIASES, highlight=["b₉"])


def written(fig):
    return sorted(text.get_text() for text in fig.axes[0].texts if text.get_text())


def test_unrolled_writes_shared_labels_at_every_step():
    fig = unrolled(*IN_TIME, *SHARED, values={"today": 0.5, "tomorrow": -0.25})
    labels = ["w₁", "w₁", "w₂", "1.1", "+ b₁", "+ b₁", "+ 0"]
    assert written(fig) == sorted(["yesterday", "today", "y₁", "y₂", "tomorrow", *labels, "0.5", "−0.25"])


def test_unrolled_texts_never_meet():
    day = [["x1", "x2", "x3", "x4"], ["y1", "y2", "y3", "y4"], [None, None, None, "predicted"]]
    values = {"x1": 0.5, "y1": -0.123, "y4": 1.8}
    two = {"in": 1.8, "back": ["−0.5", "h"], "out": 1.1}
    for fig in (unrolled(*day, *SHARED, values=values), unrolled(*day, two), unrolled(*IN_TIME, *SHARED),
                unrolled(["today"], ["y"], ["tomorrow"], *SHARED, loop=True)):
        fig.draw_without_rendering()
        boxes = [text.get_window_extent() for text in fig.axes[0].texts if text.get_text()]
        assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
        assert all(box.x0 > 0 and box.x1 < fig.bbox.x1 and box.y0 > 0 and box.y1 < fig.bbox.y1 for box in boxes)


def test_folded_is_one_column_with_a_loop():
    fig = unrolled(["today"], ["y"], ["tomorrow"], *SHARED, loop=True, highlight=["w₂"])
    assert written(fig).count("w₂") == 1
    assert [text.get_text() for text in texts(fig).values() if text.get_color() == COLORS["gradient"]] == ["w₂"]


def test_a_shared_label_is_highlighted_at_every_step_an_edge_once():
    def pink(highlight):
        fig = unrolled(["x1", "x2", "x3"], ["y1", "y2", "y3"], [None] * 3, SHARED[0], highlight=highlight)
        return [t.get_text() for t in fig.axes[0].texts if t.get_text() and t.get_color() == COLORS["gradient"]]

    assert pink(["w₂"]) == ["w₂", "w₂"] and pink([("y2", "y3")]) == ["w₂"] and pink(["y2"]) == ["y₂"]


def test_unrolled_says_what_does_not_fit():
    with pytest.raises(ValueError, match="each step has an input, a cell and an output, or None"):
        unrolled(["x1"], ["y1", "y2"], [None, None], {})
    with pytest.raises(ValueError, match="'up' is no kind of weight or bias; there are 'in'"):
        unrolled(*IN_TIME, {"up": "w₁"})
    with pytest.raises(ValueError, match="'y3' is no node"):
        unrolled(*IN_TIME, *SHARED, values={"y3": 1})
    with pytest.raises(ValueError, match="'w₉' names nothing to highlight"):
        unrolled(*IN_TIME, *SHARED, highlight=["w₉"])


def test_values_and_derivatives_have_colours_of_their_own_and_never_meet():
    fig = layered(LAYERS, WEIGHTS, BIASES, {"sepal"}, {"petal": 0.5, "y1": -0.25}, {"y1": 1.5, "setosa": -2},
                  unknown=["b₁", ("petal", "y2")])
    fig.draw_without_rendering()
    boxes = [text.get_window_extent() for text in texts(fig).values()]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    colored = {color: {name for name, text in texts(fig).items() if text.get_color() == COLORS[color]}
               for color in ("blue", "gradient", "orange")}
    assert colored == {"blue": {"0.5", "−0.25"}, "gradient": {"1.5", "−2", "sepal"},
                       "orange": {"+ b₁", WEIGHTS["petal", "y2"]}}
    above, below = (texts(fig)[name].get_position()[1] for name in ("−0.25", "1.5"))
    assert texts(fig)["y₁"].get_position()[1] > above > below


def test_parts_are_the_artists_of_each_node_edge_and_bias():
    fig = layered(LAYERS, WEIGHTS, BIASES)
    assert fig.parts.keys() == {*sum(LAYERS, []), *WEIGHTS, *((node, "bias") for node in BIASES)}
    assert fig.parts["petal", "y1"][-1].get_text() == WEIGHTS["petal", "y1"]
    assert fig.parts["y1"][1].get_text() == "y₁" and fig.parts["y1", "bias"][0].get_text() == "+ b₁"

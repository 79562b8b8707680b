from itertools import combinations, pairwise

import pytest

from nbcode.diagrams import network
from nbcode.svg import COLORS, svg

LAYERS = [["petal", "sepal"], ["y1", "y2"], ["setosa", "versicolor", "virginica"]]
WEIGHTS = {(a, b): f"w{a[0]}{b[:2]}" for one, other in pairwise(LAYERS) for a in one for b in other}
BIASES = {"y1": "b₁", "y2": -1.43, "setosa": 0.57}


def texts(fig):
    return {text.get_text(): text for text in fig.axes[0].texts if text.get_text()}


def test_writes_nodes_weights_biases_and_values():
    fig = network(LAYERS, WEIGHTS, BIASES, values={"petal": 0.5, "y1": -0.25})
    assert {"y₁", "setosa", *WEIGHTS.values(), "+ b₁", "− 1.43", "+ 0.57", "0.5", "−0.25"} <= texts(fig).keys()


def test_no_two_texts_meet():
    fig = network(LAYERS, WEIGHTS, BIASES)
    fig.draw_without_rendering()
    boxes = [text.get_window_extent() for text in texts(fig).values()]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_highlight_colours_what_it_names_and_nothing_else():
    fig = network(LAYERS, WEIGHTS, BIASES, highlight=["b₁", ("petal", "y2"), "sepal"])
    pink = {name for name, text in texts(fig).items() if text.get_color() == COLORS["gradient"]}
    assert pink == {"+ b₁", WEIGHTS["petal", "y2"], "sepal"}


def test_follows_the_colours_of_the_page():
    text = svg(network(LAYERS, WEIGHTS, BIASES, highlight=["b₁"]), "net", "a network")
    assert "var(--nb-gradient" in text and "#ffffff" not in text


def test_unknown_node_says_what_there_is():
    with pytest.raises(ValueError, match="'y3' is no node; there are 'petal', 'sepal', 'y1'"):
        network(LAYERS, {("petal", "y3"): "w₁"}, {})
    with pytest.raises(ValueError, match="'b' is no node"):
        network(LAYERS, {}, {"b": 1})


def test_highlight_of_nothing_says_what_there_is():
    with pytest.raises(ValueError, match="'b₉' names nothing to highlight; there are .*'b₁'"):
        network(LAYERS, WEIGHTS, BIASES, highlight=["b₉"])

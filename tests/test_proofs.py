"""The ways back proved: nbcode's own code, run on symbols, and SymPy's derivative of what came out."""

import time

import numpy as np
import pytest

from nbcode import activations as act
from nbcode import layers, losses, recurrent
from nbcode.check import prove

left, right = -np.arange(1, 7).reshape(2, 3) / 4, np.arange(1, 7).reshape(2, 3) / 4
probabilities = right / 2
zero_one = np.array([[1, 0, 0], [0, 1, 0]])
cells = [(2, 2), (2, 2), (2, 2), (2, 2), (2,)]
lstm_cell = [(1, 2), (1, 2), (1, 2), (2, 8), (2, 8), (8,)]

PROOFS = {
    "sigmoid, z < 0": (act.sigmoid, [(2, 3)], {"near": [left]}),
    "sigmoid, z > 0": (act.sigmoid, [(2, 3)], {"near": [right]}),
    "softplus, z < 0": (act.softplus, [(2, 3)], {"near": [left]}),
    "softplus, z > 0": (act.softplus, [(2, 3)], {"near": [right]}),
    "tanh": (act.tanh, [(2, 3)], {}),
    "relu, z < 0": (act.relu, [(2, 3)], {"near": [left]}),
    "relu, z > 0": (act.relu, [(2, 3)], {"near": [right]}),
    "leaky_relu, z < 0": (act.leaky_relu, [(2, 3)], {"near": [left], "alpha": 0.1}),
    "leaky_relu, z > 0": (act.leaky_relu, [(2, 3)], {"near": [right], "alpha": 0.1}),
    "softmax": (act.softmax, [(2, 3)], {}),
    "ssr": (losses.ssr, [(2, 3)], {"observed": right}),
    "mse": (losses.mse, [(2, 3)], {"observed": right}),
    "mae, residual > 0": (losses.mae, [(2, 3)], {"near": [left], "observed": right}),
    "mae, residual < 0": (losses.mae, [(2, 3)], {"near": [right], "observed": left}),
    "log_loss": (losses.log_loss, [(2, 3)], {"near": [probabilities], "observed": zero_one}),
    "cross_entropy": (losses.cross_entropy, [(2, 3)], {"near": [probabilities], "observed": [2, 0]}),
    "softmax_cross_entropy": (losses.softmax_cross_entropy, [(2, 3)], {"observed": [2, 0]}),
    "dense": (layers.dense, [(2, 3), (3, 2), (2,)], {}),
    "conv2d": (layers.conv2d, [(2, 2, 3, 3), (2, 2, 2, 2), (2,)], {}),
    "conv2d, stride, padding": (layers.conv2d, [(1, 1, 4, 3), (2, 1, 3, 2), (2,)], {"stride": 2, "padding": 1}),
    "maxpool2d": (layers.maxpool2d, [(1, 2, 4, 4)], {}),
    "maxpool2d, overlapping": (layers.maxpool2d, [(1, 1, 4, 4)], {"window": 3, "stride": 1}),
    "meanpool2d": (layers.meanpool2d, [(1, 2, 4, 4)], {}),
    "flatten": (layers.flatten, [(2, 1, 2, 2)], {}),
    "rnn_cell": (recurrent.rnn_cell, cells, {}),
    "rnn, two steps": (recurrent.rnn, [(2, 2, 2), *cells[1:]], {}),
    "lstm_cell": (recurrent.lstm_cell, lstm_cell, {}),
    "lstm, two steps, H = 1": (recurrent.lstm, [(2, 1, 1), (1, 1), (1, 1), (1, 4), (1, 4), (4,)], {}),
    "lstm, two steps, H = 2": (recurrent.lstm, [(2, 1, 2), *lstm_cell[1:]], {"limit": 400}),
}


@pytest.mark.parametrize("name", PROOFS)
def test_back_is_proved(name, capsys):
    f, shapes, options = PROOFS[name]
    start = time.perf_counter()
    proof = prove(f, *shapes, **options)
    with capsys.disabled():
        print(f"\n{name}: {proof} ({time.perf_counter() - start:.1f} s)", end="")
    assert sum(proof) == sum(int(np.prod(shape)) for shape in shapes)
    assert proof.evaluated == 0 or name == "lstm, two steps, H = 2"


def test_every_order_of_a_window_is_proved():
    """Max-pool has one kink per pair of entries: all 24 orders of a window of four are one side each."""
    from itertools import permutations

    for order in permutations(range(1, 5)):
        assert prove(layers.maxpool2d, (1, 1, 2, 2), near=[np.reshape(order, (1, 1, 2, 2))]).simplified == 4


def test_a_wrong_way_back_is_not_proved():
    def wrong(x, W):
        return np.tanh(x @ W), lambda da: (da * (1 - np.tanh(x @ W) ** 2) @ W.T, x.T @ da)

    with pytest.raises(AssertionError, match=r"gradient 2, entry \(0, 0\)"):
        prove(wrong, (2, 2), (2, 2))


def test_a_side_is_a_side():
    """A slope that is right only where z > 0 is proved there, and refused where z < 0."""

    def half(z):
        return np.maximum(z, 0), lambda da: (da,)

    assert prove(half, (2, 3), near=[right]).simplified == 6
    with pytest.raises(AssertionError, match="gradient 1"):
        prove(half, (2, 3), near=[left])


def test_what_does_not_reduce_is_evaluated():
    def square(z):
        return np.exp(z) * np.exp(z), lambda da: (2 * da * np.exp(2 * z),)

    def nearly(z):
        return np.exp(z) * np.exp(z), lambda da: ((2 + 1e-14) * da * np.exp(2 * z),)

    proof = prove(square, (3,))
    assert proof == (0, 3) and str(proof) == "0 entries simplified to 0, 3 evaluated to 50 digits"
    with pytest.raises(AssertionError, match="gradient 1"):
        prove(nearly, (3,))

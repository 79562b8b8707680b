"""The ways back proved: nbcode's own code, run on symbols, and SymPy's derivative of what came out."""

import time

import numpy as np
import pytest
from cases import CASES

from nbcode import activations as act
from nbcode import attention, layers, losses, recurrent
from nbcode.check import Undecided, prove

left, right = -np.arange(1, 7).reshape(2, 3) / 4, np.arange(1, 7).reshape(2, 3) / 4
probabilities = right / 2
zero_one = np.array([[1, 0, 0], [0, 1, 0]])
cells = [(2, 2), (2, 2), (2, 2), (2, 2), (2,)]
two_of_each = [(1, 2, 2)] * 3
gru_cell = [(1, 2), (1, 2), (2, 6), (2, 6), (6,)]
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
    "gru_cell": (recurrent.gru_cell, gru_cell, {}),
    "gru, two steps, H = 1": (recurrent.gru, [(2, 1, 1), (1, 1), (1, 3), (1, 3), (3,)], {}),
    "lstm_cell": (recurrent.lstm_cell, lstm_cell, {}),
    "lstm, two steps, H = 1": (recurrent.lstm, [(2, 1, 1), (1, 1), (1, 1), (1, 4), (1, 4), (4,)], {}),
    "lstm, two steps, H = 2": (recurrent.lstm, [(2, 1, 2), *lstm_cell[1:]], {"limit": 400}),
    "attention, one query, three keys": (attention.attention, [(1, 1, 2), (1, 3, 2), (1, 3, 2)], {}),
    "attention, two queries": (attention.attention, two_of_each, {}),
    "attention, masked": (attention.attention, two_of_each, {"mask": attention.looking_back(2)}),
    "attention, two heads": (attention.attention, two_of_each, {"heads": 2}),
    "layernorm": (attention.layernorm, [(2, 3), (3,), (3,)], {}),
    "layernorm of one row": (attention.layernorm, [(3,), (3,), (3,)], {}),
    "embedding": (attention.embedding, [(3, 2)], {"ids": [[0, 2], [2, 2]]}),
}


def test_every_way_back_is_to_be_proved():
    """A case in cases.py that has a gradient has one in PROOFS too."""
    assert {f for f, *_ in PROOFS.values()} == {f for f, _ in CASES.values()} - {act.argmax}, \
        "each function of cases.py needs a proof in PROOFS, and each proof a case"


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


def of(f, df):
    return lambda z: (f(z), lambda dy: (df(z) * dy,))


SIMPLIFIED = {
    "abs": of(np.abs, np.sign),
    "sqrt": of(np.sqrt, lambda z: 0.5 / np.sqrt(z)),
    "power": of(lambda z: z**0.5, lambda z: 0.5 / z**0.5),
    "sin": of(np.sin, np.cos),
    "cos": of(np.cos, lambda z: -np.sin(z)),
    "tan": of(np.tan, lambda z: 1 + np.tan(z) ** 2),
    "sinh": of(np.sinh, np.cosh),
    "cosh": of(np.cosh, np.sinh),
    "arctan": of(np.arctan, lambda z: 1 / (1 + z * z)),
    "expm1": of(np.expm1, np.exp),
    "log1p": of(np.log1p, lambda z: 1 / (1 + z)),
    "nested": of(lambda z: np.exp(np.sin(z)), lambda z: np.cos(z) * np.exp(np.sin(z))),
    "a decimal": of(lambda z: 0.1 * z, lambda z: np.full_like(z, 0.1)),
}
EVALUATED = {
    "tan": of(np.tan, lambda z: 1 / np.cos(z) ** 2),
    "arcsin": of(lambda z: np.arcsin(z / 64), lambda z: 1 / np.sqrt(64**2 - z * z)),
    "arccos": of(lambda z: np.arccos(z / 64), lambda z: -1 / np.sqrt(64**2 - z * z)),
    "zero": of(lambda z: np.sin(2 * z) - 2 * np.sin(z) * np.cos(z), lambda z: 0 * z),
}


@pytest.mark.parametrize("name", SIMPLIFIED)
def test_functions_that_numpy_knows_are_followed(name):
    f = SIMPLIFIED[name]
    assert prove(f, (2, 2)) == (4, 0)
    with pytest.raises(AssertionError, match=r"gradient 1, entry \(0, 0\): back returns something else"):
        prove(lambda z: (f(z)[0], lambda dy: (f(z)[1](dy)[0] * (1 + 1e-9),)), (2, 2))


@pytest.mark.parametrize("name", EVALUATED)
def test_what_is_not_rational_is_evaluated(name):
    f = EVALUATED[name]
    assert prove(f, (2, 2)) == (0, 4)
    with pytest.raises(AssertionError, match=r"gradient 1, entry \(0, 0\): back returns something else"):
        prove(lambda z: (f(z)[0], lambda dy: (f(z)[1](dy)[0] + 1e-9 * dy,)), (2, 2))


@pytest.mark.parametrize("name, f", [("cbrt", np.cbrt), ("arctan2", lambda z: np.arctan2(z, z))])
def test_a_function_that_symbols_do_not_have_is_named(name, f):
    with pytest.raises(TypeError, match=f"f calls np.{name}, expected one of exp, log, sqrt, "):
        prove(of(f, np.ones_like), (2,))


def test_what_is_infinite_stays_so():
    """exp of minus infinity is 0: what a mask hides has no slope, and a way back that gives it one is refused."""

    def f(z, hidden=0):
        e = np.exp(np.where([True, False], z, -np.inf) + z)
        return e, lambda dy: (dy * (2 * e + [0, hidden]),)

    assert prove(f, (2,)) == (2, 0)
    with pytest.raises(AssertionError, match=r"gradient 1, entry \(1,\)"):
        prove(f, (2,), hidden=1)


def test_a_missing_gradient_is_counted():
    with pytest.raises(AssertionError, match="back returns 1 gradients for 2 arguments"):
        prove(lambda x, y: (x * y, lambda dz: (dz * y,)), (2,), (2,))
    with pytest.raises(AssertionError, match=r"gradient 1 has shape \(3,\), its argument \(2,\)"):
        prove(lambda x: (x * x, lambda dz: (np.ones(3),)), (2,))


def test_not_decided_is_no_accusation():
    """At 1 arcsin is upright: a right slope is no number there; that one is wrong, points nearby can tell."""
    with pytest.raises(Undecided, match=r"gradient 1, entry \(0,\): not decided, a side is not finite here"):
        prove(of(np.arcsin, lambda z: 1 / np.cos(np.arcsin(z))), (1,), near=[np.ones(1)])
    with pytest.raises(AssertionError, match="something else"):
        prove(of(np.arcsin, lambda z: 2 / np.cos(np.arcsin(z))), (1,), near=[np.ones(1)])
    with pytest.raises(Undecided, match="a comparison is not decided at this point"):
        prove(of(lambda z: np.maximum(np.log(z), 0), lambda z: 0 * z), (1,), near=[-np.ones(1)])


def test_a_side_right_at_one_point_only_is_false():
    """3z - 1 is the slope of z squared at z = 1, and nowhere near it; limit=-1 leaves it to the numbers."""
    assert prove(of(lambda z: z * z, lambda z: 2 * z), (1,), near=[np.ones(1)], limit=-1) == (0, 1)
    with pytest.raises(AssertionError, match="something else"):
        prove(of(lambda z: z * z, lambda z: 3 * z - 1), (1,), near=[np.ones(1)], limit=-1)

"""What the notes say about the LSTM, computed."""
import numpy as np
from sympy import Symbol, exp, limit, oo, symbols, tanh

from nbcode.chain import Chain
from nbcode.data import companies
from nbcode.recurrent import gates, lstm, lstm_cell, rnn

WX, WH, B = [[1.65, 1.63, 0.94, -0.19]], [[2.00, 2.70, 1.41, 4.38]], [0.62, 1.62, -0.32, 0.59]  # i, f, g, o
DAYS, _ = companies()
Z = symbols("z", real=True)
SIGMOID = 1 / (1 + exp(-Z))


def _unit(x, h, c):
    """One unit of the source's network: c and h that leave it."""
    (h, c), _ = lstm_cell([[x]], [[h]], [[c]], WX, WH, B)
    return c[0, 0], h[0, 0]


def _gates(x, h):
    """i, f, g, o at an input and a short-term memory."""
    z = np.multiply(WX[0], x) + np.multiply(WH[0], h) + B
    return np.where([True, True, False, True], _sigmoid(z), np.tanh(z))


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _symbolic():
    """The unit as a chain that ends in c1, its parameters, and the symbols h0, c0, c1."""
    parameters = {gate: symbols(f"w_{gate} u_{gate} b_{gate}") for gate in "ifgo"}
    x, h0, c0, c1, h1 = symbols("x h0 c0 c1 h1")
    steps, shares = {}, {}
    for gate, (w, u, b) in parameters.items():
        z, shares[gate] = Symbol(f"z_{gate}"), Symbol(gate)
        steps |= {z: w * x + u * h0 + b, shares[gate]: tanh(z) if gate == "g" else 1 / (1 + exp(-z))}
    steps |= {c1: shares["f"] * c0 + shares["i"] * shares["g"], h1: shares["o"] * tanh(c1)}
    return Chain(steps), {p for three in parameters.values() for p in three}, (h0, c0, c1)


def _grows(w2):
    """What a change on day 1 makes of the state 50 days later, in a plain network with feedback weight w2."""
    _, back = rnn(np.ones((51, 1, 1)), None, [[1.0]], [[w2]], [0.0], activation=lambda z: (z, lambda da: (da,)))
    dxs, *_ = back(0, [[1.0]])
    return dxs[0, 0, 0]


def sq_15_recap():
    return _grows(2) > 1e15 and 0 < _grows(0.5) < 1e-15


def sq_15_two_routes():
    chain, parameters, (h0, c0, c1) = _symbolic()
    on_the_long_way = chain.local[c1, c0].free_symbols & parameters
    on_the_short_way = {chain.local[step, arg] for step, arg in chain.local if arg == h0}
    return bool(on_the_long_way), not on_the_long_way and len(on_the_short_way & parameters) == 4


def sq_15_more_complicated():
    _, parameters, _ = _symbolic()
    recurrent_unit = rnn(DAYS, None, [[1.0]], [[1.0]], [0.0])[1](1)[2:]
    return len(parameters) == 4 * sum(np.size(slope) for slope in recurrent_unit)


def sq_15_sigmoid_tanh():
    z, c_prev = np.array([[-1.2, 0.3, 0.8, 2.1]]), np.array([[0.7]])
    (h, c), _ = gates(z, c_prev)
    i, f, o = _sigmoid(z[0, [0, 1, 3]])
    by_hand = f * 0.7 + i * np.tanh(0.8)
    return np.allclose([c, h], [[[by_hand]], [[o * np.tanh(by_hand)]]], rtol=1e-12)


def sq_15_sigmoid_range():
    return (limit(SIGMOID, Z, -oo), limit(SIGMOID, Z, oo)) == (0, 1) and bool(SIGMOID.diff(Z).is_positive)


def sq_15_tanh_range():
    rises = all(tanh(Z).diff(Z).subs(Z, at) > 0 for at in range(-9, 10))
    return (limit(tanh(Z), Z, -oo), limit(tanh(Z), Z, oo)) == (-1, 1) and rises


def sq_15_long_no_weights():
    chain, parameters, (_, c0, c1) = _symbolic()
    return not chain.local[c1, c0].free_symbols & parameters and str(chain.local[c1, c0]) == "f"


def sq_15_short_updates_long():
    """On day 1 both companies have the short-term memory 0: their long-term memories differ by the input alone."""
    a, b = (_unit(x, 0, 0)[0] for x in DAYS[0, :, 0])
    also_by_short = _unit(1, 0, 0)[0] != _unit(1, 0.5, 0)[0]
    return a == b, a != b and also_by_short


def sq_15_forget():
    kept = _unit(1, 1, 2)[0] - _unit(1, 1, 0)[0]
    of_short_alone, of_both = _sigmoid(1.0), _sigmoid(2.70 * 1 + 1.63 * 1 + 1.62)
    return np.isclose(2 * of_short_alone, kept), np.isclose(2 * of_both, kept)


def sq_15_percent():
    shares = [(_unit(x, h, 2)[0] - _unit(x, h, 0)[0]) / 2 for x in (-9, 0, 1, 9) for h in (-1, 0, 1)]
    return 0 < min(shares) < 0.01 and 0.99 < max(shares) < 1


def sq_15_potential():
    """Is what tanh and sigmoid make the short-term memory to come, or what is added to the long-term memory?"""
    i, f, g, _ = _gates(1, 1)
    c, h = _unit(1, 1, 2)
    return np.isclose(i * g, h), np.isclose(i * g, c - f * 2)


def sq_15_add():
    changes = [_unit(0.5, -0.3, c)[0] - _gates(0.5, -0.3)[1] * c for c in (-2, 0, 3)]
    i, _, g, _ = _gates(0.5, -0.3)
    return np.allclose(changes, i * g)


def sq_15_updating_lt():
    i, f, g, o = _gates(1, 1)
    c, h = _unit(1, 1, 2)
    return np.isclose(f * 2, c), np.isclose(f * 2 + i * g, c) and np.isclose(o * np.tanh(c), h)


def sq_15_init_twice():
    (_, plain, _), _ = lstm(DAYS, None, None, WX, WH, B)
    (_, by_input, _), _ = lstm(DAYS, DAYS[0], DAYS[0], WX, WH, B)
    (_, by_zeros, _), _ = lstm(DAYS, [[0.0], [0.0]], [[0.0], [0.0]], WX, WH, B)
    right = np.allclose(plain, [[0.006], [0.969]], atol=5e-4)
    return np.allclose(by_input, plain), right and np.allclose(by_zeros, plain)


def sq_15_only_st():
    here = _unit(0.5, 0.2, 1.0)
    changes = [_unit(*at) != here for at in ((0.9, 0.2, 1.0), (0.5, 0.7, 1.0), (0.5, 0.2, 2.0))]
    return changes == [False, True, False], all(changes)


def sq_15_units():
    """What every unit receives from outside, with the same parameters: the short-term memories, or the prices."""
    (hs, _, _), _ = lstm(DAYS, None, None, WX, WH, B)
    found = []
    for sequence in (np.concatenate([np.zeros((1, 2, 1)), hs[:-1]]), DAYS):
        h = c = np.zeros((2, 1))
        for x in sequence:
            (h, c), _ = lstm_cell(x, h, c, WX, WH, B)
        found.append(np.allclose(h, hs[-1]))
    return tuple(found)

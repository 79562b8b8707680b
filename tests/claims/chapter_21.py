"""What the notes say about recurrent networks, computed."""
import numpy as np
from sympy import S, diff, exp, symbols, tanh

from nbcode import activations
from nbcode.chain import Chain
from nbcode.layers import dense
from nbcode.network import compose
from nbcode.recurrent import lstm, rnn

x, z, y = (symbols(f"{letter}1:9", real=True) for letter in "xzy")
w1, w2, w3, b1, b2, predicted = symbols("w1 w2 w3 b1 b2 predicted", real=True)


def _unrolled(T, bend=tanh):
    steps, before = {}, S.Zero
    for x_t, z_t, y_t in zip(x[:T], z, y, strict=False):
        steps |= {z_t: w1*x_t + w2*before + b1, y_t: bend(z_t)}
        before = y_t
    return Chain(steps | {predicted: w3*before + b2})


def _attention(T):
    """The last input looks at every input directly."""
    a, e, total = symbols(f"a1:{T + 1}", real=True), symbols(f"e1:{T + 1}"), symbols("total")
    return Chain({**{a[m]: x[T - 1]*x[m] for m in range(T)}, **{e[m]: exp(a[m]) for m in range(T)},
                  total: sum(e), predicted: sum(e[m]*x[m] for m in range(T))/total})


def _cell(T):
    """An LSTM of one unit: the way of its cell, and of its state, through T steps."""
    steps, h, c = {}, S.Zero, S.Zero
    for t in range(T):
        gate, cell, state = symbols(f"f{t + 1} c{t + 1} h{t + 1}", real=True)
        steps |= {gate: 1/(1 + exp(-(x[t] + h))), cell: gate*c + tanh(x[t] + h), state: gate*tanh(cell)}
        h, c = state, cell
    return Chain(steps | {predicted: w3*h})


def _has_a_loop(unroll):
    """Whether the way from the first input to the prediction grows with the number of steps."""
    short, long = (max(map(len, unroll(T).paths(x[0]))) for T in (2, 4))
    return long > short


def sq_14_feeds_into():
    rnn_loop, lstm_loop, transformer_loop = map(_has_a_loop, (_unrolled, _cell, _attention))
    assert rnn_loop
    return lstm_loop and transformer_loop, lstm_loop and not transformer_loop


def sq_14_variable_length():
    lengths = (1, 2, 7, 30)
    ends = [rnn(np.ones((T, 1, 1)), None, [[1.8]], [[-0.5]], [0])[0][1].shape for T in lengths]
    parameters = [{*_unrolled(T).inputs} - {*x} for T in (1, 2, 7)]
    return {*ends} == {(1, 1)} and parameters[1] == parameters[2] == {w1, w2, w3, b1, b2}


def sq_14_feedback():
    chain = _unrolled(3)
    return chain.local[z[1], y[0]] == chain.local[z[2], y[1]] == w2


def sq_14_single_input():
    (_, h), back = rnn(np.ones((4, 1, 1)), None, [[0.7]], [[0.9]], [0.1])
    return bool((back(dh=np.ones((1, 1)))[0] != 0).all())  # one number a step, and every step counts


def sq_14_unrolled():
    chain = _unrolled(2)
    as_drawn = w3*(tanh(w1*x[0] + b1) + tanh(w1*x[1] + b1)) + b2
    completed = w3*tanh(w1*x[1] + w2*tanh(w1*x[0] + b1) + b1) + b2
    at = {w1: 0.8, w2: -0.5, w3: 1.1, b1: 0.1, b2: 0.2, x[0]: 1, x[1]: 0.5}
    (_, h), _ = rnn(np.array([[[1.0]], [[0.5]]]), None, [[0.8]], [[-0.5]], [0.1])
    network = dense(h, [[1.1]], [0.2])[0].item()
    assert chain.composed() == completed
    return tuple(bool(np.isclose(float(each.subs(at)), network)) for each in (as_drawn, completed))


def sq_14_feedback_layers():
    weights = {"Wx": np.array([[0.8]]), "Wh": np.array([[1.3]]), "b": np.array([0.1])}
    stack = compose((dense, "Wx", "b"), activations.tanh, *3*[(dense, "Wh", "b"), activations.tanh])
    pulse = np.array([0.7, 0, 0, 0]).reshape(4, 1, 1)
    (_, h), back = rnn(pulse, None, *weights.values())
    deep, back_deep = stack(pulse[0], weights)
    slopes = back_deep(np.ones((1, 1)))[1]
    one, other = [slopes[name].item() for name in weights], [v.item() for v in back(dh=np.ones((1, 1)))[2:]]
    return bool(np.isclose(h, deep).all() and np.allclose(one, other))


def sq_14_shared_weights():
    chain = _unrolled(3)
    found = {*chain.inputs} - {*x}
    used_at = {p: sum(p in chain.uses[step] for step in z[:3]) for p in (w1, w2, b1)}
    assert used_at == {w1: 3, w2: 2, b1: 3}  # w2 meets y0 = 0 at the first step
    return found == {w1, w2}, found == {w1, w2, b1, w3, b2}


def sq_14_harder():
    rng = np.random.default_rng(21)
    shares = []
    for T in (5, 20, 80):
        _, back = rnn(rng.choice([-1.0, 1.0], (T, 1, 1)), None, [[0.5]], [[0.9]], [0])
        dxs = back(dh=np.ones((1, 1)))[0]
        shares.append(abs(dxs[0] / dxs[-1]).item())
    return shares[0] > 10*shares[1] > 1000*shares[2]


def sq_14_w2_feedback():
    chain = _unrolled(3)
    with_w2 = [step for step in chain.steps if w2 in chain.uses[step]]
    return with_w2 == [z[1], z[2]] and chain.local[z[1], y[0]] == chain.local[z[2], y[1]] == w2


def _relu(T, weight):
    """What arrives of one price, and its slope by the feedback weight, through ReLU."""
    pulse = np.eye(1, T).reshape(T, 1, 1)
    (_, h), back = rnn(pulse, None, [[1.0]], [[weight]], [0], activation=activations.relu)
    return h.item(), back(dh=np.ones((1, 1)))[3].item()


def sq_14_w2_gt_1():
    arrived = [_relu(T, 2.0)[0] for T in (2, 11, 51)]
    return arrived == [2, 2**10, 2**50]


def sq_14_huge_steps():
    h, slope = _relu(50, 1.2)
    return abs(0.01 * 2 * (h - 1) * slope) > 1e6


def sq_14_w2_lt_1():
    power = lambda w: abs(diff(w2**50, w2).subs(w2, w))  # noqa: E731
    tame, wild = power(0.5), power(-2)  # both are less than 1
    vanish = [_relu(51, w)[1] for w in (0.5, 0.7)]
    return bool(tame < 1e-6 and wild < 1e-6), bool(tame < 1e-6 < 1e6 < wild and max(vanish) < 1e-5)


def sq_14_steps_small():
    h, slope = _relu(50, 0.5)
    return 0 < abs(0.01 * 2 * (h - 1) * slope) < 1e-12


def sq_14_lstm_solution():
    def by_first_cell(T, Wh, b):
        one = np.array([[0.1]])
        return abs(lstm(np.zeros((T, 1, 1)), one, one, np.zeros((1, 4)), Wh, b)[1](dc=np.ones((1, 1)))[2].item())

    tame = by_first_cell(50, np.zeros((1, 4)), np.array([0, np.log(99), 0, 0]))  # forget gates of 0.99
    wild = by_first_cell(40, np.array([[-14, 2.5, -4.5, -1.5]]), np.array([-2, 10, -1, 9.0]))
    softened = np.isclose(tame, 0.99**50) and tame > 0.6 > 1e-15 > 0.5**50
    return bool(softened and wild < 1), bool(softened and wild > 1e4)

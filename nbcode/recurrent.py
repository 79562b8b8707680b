"""Layers with a memory. Sequences are (T, N, D): step, example, entry. Initial states may be None, meaning 0.

`back` takes one gradient per output, 0 for one the loss does not use, and returns one per argument. For whole
sequences there is data=True: xs is data, nobody asks for dxs, and back returns None in its place.
"""

import numpy as np

from .activations import tanh
from .fit import above, fit
from .layers import dense

STEEPNESS = np.array([[1.0], [1.0], [2.0], [1.0]])  # of the sigmoid that each gate i, f, g, o is made of


def rnn_cell(x, h_prev, Wx, Wh, b, *, activation=tanh):
    """One step: h = activation(x Wx + h_prev Wh + b).   x (N, D), h_prev (N, H), Wx (D, H), Wh (H, H), b (H,)"""
    x, h_prev, Wx, Wh, b = fit("x (N, D), h_prev (N, H), Wx (D, H), Wh (H, H), b (H,)", x, h_prev, Wx, Wh, b)
    h, back_a = activation(x @ Wx + h_prev @ Wh + b)

    def back(dh):
        (dz,) = back_a(above("dh", dh, h))
        return dz @ Wx.T, dz @ Wh.T, x.T @ dz, h_prev.T @ dz, dz.sum(axis=0)

    return h, back


def rnn(xs, h0, Wx, Wh, b, *, activation=tanh, data=False):
    """rnn_cell over every step.   xs (T, N, D), h0 (N, H) or None  ->  (hs (T, N, H), h_T (N, H))"""
    args = fit("xs (T, N, D), h0 (N, H), Wx (D, H), Wh (H, H), b (H,)", xs, start(h0, xs, Wh), Wx, Wh, b)

    def bend(z):
        h, back = activation(z)
        return (h,), back

    return recur(bend, *args, data=data)


def gru_cell(x, h_prev, Wx, Wh, b):
    """One step: the keep gate k, the reset gate r and the proposal g are thirds of Wx, Wh, b; then as in `mix`.

    x (N, D), h_prev (N, H), Wx (D, 3H), Wh (H, 3H), b (3H,)  ->  h (N, H)
    """
    x, h_prev, Wx, Wh, b = fit("x (N, D), h_prev (N, H), Wx (D, 3H), Wh (H, 3H), b (3H,)", x, h_prev, Wx, Wh, b)
    (h, _), back_mix = mix(x @ Wx + b, h_prev, Wh)

    def back(dh):
        dz, dh_prev, dWh = back_mix(above("dh", dh, h), 0)
        return dz @ Wx.T, dh_prev, x.T @ dz, dWh, dz.sum(axis=0)

    return h, back


def gru(xs, h0, Wx, Wh, b, *, data=False):
    """gru_cell over every step (Cho et al. 2014). book/22

    xs (T, N, D), h0 (N, H) or None, weights as gru_cell  ->  (hs (T, N, H), h_T)
    """
    spec = "xs (T, N, D), h0 (N, H), Wx (D, 3H), Wh (H, 3H), b (3H,)"
    xs, h0, Wx, Wh, b = fit(spec, xs, start(h0, xs, Wh), Wx, Wh, b)
    (hs, h, _), back_steps = unroll(mix, xs, h0, Wx, b, Wh, data=data)

    def back(dhs=0, dh=0):
        dxs, dh0, dWx, db, _, dWh = back_steps(dhs, dh, np.zeros_like(Wh))
        return dxs, dh0, dWx, dWh, db

    return (hs[1:], h), back


def mix(z, h_prev, Wh):
    """The GRU without the weights of x: h = k h_prev + (1 - k) g.   z (N, 3H)  ->  (h (N, H), Wh)

    k, r = sigmoid(z + h_prev Wh) and g = tanh(z + (r h_prev) Wh), each with its third of z and of Wh's columns: r
    acts before the product, as in the paper. Wh is handed on from step to step, unchanged: so its gradient grows
    by what each step adds.
    """
    H = len(Wh)
    kr = sigmoid_of(z[:, : 2 * H] + h_prev @ Wh[:, : 2 * H])
    k, r = kr[:, :H], kr[:, H:]
    seen = r * h_prev
    g = np.tanh(z[:, 2 * H :] + seen @ Wh[:, 2 * H :])

    def back(dh, dWh):
        dz_g = dh * (1 - k) * (1 - g * g)
        dseen = dz_g @ Wh[:, 2 * H :].T
        dz_kr = np.concatenate([dh * (h_prev - g), dseen * h_prev], axis=1) * kr * (1 - kr)
        dh_prev = dh * k + dseen * r + dz_kr @ Wh[:, : 2 * H].T
        dWh = dWh + np.concatenate([h_prev.T @ dz_kr, seen.T @ dz_g], axis=1)
        return np.concatenate([dz_kr, dz_g], axis=1), dh_prev, dWh

    return (k * h_prev + (1 - k) * g, Wh), back


def lstm_cell(x, h_prev, c_prev, Wx, Wh, b):
    """One step: i, f, g, o are the four quarters of z = x Wx + h_prev Wh + b, then as in `gates`.

    x (N, D), h_prev and c_prev (N, H), Wx (D, 4H), Wh (H, 4H), b (4H,)  ->  (h, c)
    """
    spec = "x (N, D), h_prev (N, H), c_prev (N, H), Wx (D, 4H), Wh (H, 4H), b (4H,)"
    x, h_prev, c_prev, Wx, Wh, b = fit(spec, x, h_prev, c_prev, Wx, Wh, b)
    (h, c), back_gates = gates(x @ Wx + h_prev @ Wh + b, c_prev)

    def back(dh=0, dc=0):
        dz, dc_prev = back_gates(above("dh", dh, h), above("dc", dc, c))
        return dz @ Wx.T, dz @ Wh.T, dc_prev, x.T @ dz, h_prev.T @ dz, dz.sum(axis=0)

    return (h, c), back


def lstm(xs, h0, c0, Wx, Wh, b, *, data=False):
    """lstm_cell over every step (Hochreiter and Schmidhuber 1997; forget gate: Gers et al. 2000). book/22

    xs (T, N, D), h0 and c0 (N, H) or None, weights as lstm_cell  ->  (hs (T, N, H), h_T, c_T)
    """
    spec = "xs (T, N, D), h0 (N, H), c0 (N, H), Wx (D, 4H), Wh (H, 4H), b (4H,)"
    xs, h0, c0, Wx, Wh, b = fit(spec, xs, start(h0, xs, Wh), start(c0, xs, Wh), Wx, Wh, b)
    (hs, h, c), back_recur = recur(gates, xs, h0, Wx, Wh, b, c0, data=data)

    def back(dhs=0, dh=0, dc=0):
        dxs, dh0, dWx, dWh, db, dc0 = back_recur(dhs, dh, above("dc", dc, c))
        return dxs, dh0, dc0, dWx, dWh, db

    return (hs, h, c), back


def gates(z, c_prev):
    """The LSTM without its weights: c = f c_prev + i g,  h = o tanh(c).   z (N, 4H), c_prev (N, H)  ->  (h, c)

    The quarters of z give the gates i, f, o = sigmoid (input, forget, output) and g = tanh (the candidate).
    One exponential serves all four, since tanh(z) = 2 sigmoid(2z) - 1.
    """
    N, H = c_prev.shape
    a = sigmoid_of(STEEPNESS * z.reshape(N, 4, H)).reshape(N, 4 * H)
    i, f, a_g, o = (a[:, k * H : (k + 1) * H] for k in range(4))
    g = 2 * a_g - 1
    c = f * c_prev + i * g
    tanh_c = np.tanh(c)

    def back(dh, dc):
        dc = dc + dh * o * (1 - tanh_c * tanh_c)
        da = np.concatenate([dc * g, dc * c_prev, 4 * dc * i, dh * tanh_c], axis=1)  # 4: dg/dz = 4 a_g (1 - a_g)
        return da * a * (1 - a), dc * f

    return (o * tanh_c, c), back


def sigmoid_of(z):
    """Its value alone. Kept below exp(700), the exponential cannot overflow."""
    return 1 / (1 + np.exp(np.minimum(-z, 700)))


def start(state, xs, Wh):
    """The initial state (N, H), all 0 where none is given."""
    (xs,) = fit("xs (T, N, D)", xs)
    return np.zeros((xs.shape[1], len(Wh))) if state is None else state


def recur(bend, xs, h0, Wx, Wh, b, *memory, data):
    """(h, *memory) = bend(x_t Wx + h Wh + b, *memory) over every step.

    The gradient of Wh is summed over time by one product, in which a row is one example at one time.
    """
    Wh_T = np.ascontiguousarray(Wh.T)  # turned once, not at every step

    def step(z, h, *memory):
        state, back_bend = bend(z + h @ Wh, *memory)

        def back(dh, *dmemory):
            dz, *dmemory = back_bend(dh, *dmemory)
            return dz, dz @ Wh_T, *dmemory

        return state, back

    (hs, *last), back_steps = unroll(step, xs, h0, Wx, b, *memory, data=data)

    def back(dhs=0, dh=0, *dmemory):
        dxs, dh0, dWx, db, dz, *dmemory = back_steps(dhs, dh, *dmemory)
        return dxs, dh0, dWx, rows(hs[:-1]).T @ dz, db, *dmemory

    return (hs[1:], *last), back


def unroll(step, xs, h, Wx, b, *memory, data):
    """(h, *memory) = step(x_t Wx + b, h, *memory) for t = 1..T; `back` is back-propagation through time.

    All inputs are projected at once; hs starts with h_0. back gives what came to z too, for the weights of h.
    """
    T, N, _ = xs.shape
    zs, back_zs = dense(rows(xs), Wx, b, data=data)
    hs, backs = [h], []
    for z in zs.reshape(T, N, -1):
        (h, *memory), back_t = step(z, h, *memory)
        hs.append(h)
        backs.append(back_t)
    hs = np.stack(hs)

    def back(dhs, dh, *dmemory):
        dhs, dh, dzs = above("dhs", dhs, hs[1:]), above("dh", dh, h), np.empty((T, N, len(b)), hs.dtype)
        for t in reversed(range(T)):
            dzs[t], dh, *dmemory = backs[t](dhs[t] + dh, *dmemory)
        dx, dWx, db = back_zs(dz := rows(dzs))
        return None if data else dx.reshape(xs.shape), dh, dWx, db, dz, *dmemory

    return (hs, h, *memory), back


def rows(xs):
    """Every example at every time as one row.   xs (T, N, D)  ->  (T N, D)"""
    return xs.reshape(-1, xs.shape[2])

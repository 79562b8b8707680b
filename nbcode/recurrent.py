"""Layers with a memory. Sequences are (T, N, D): step, example, entry. Initial states may be None, meaning 0.

`back` takes one gradient per output, 0 for one the loss does not use, and returns one per argument. For whole
sequences there is data=True: xs is data, nobody asks for dxs, and back returns None in its place.
"""

import numpy as np

from .activations import tanh
from .fit import above, fit

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

    def step(z):
        h, back = activation(z)
        return (h,), back

    (hs, h), back = unroll(step, *args, data=data)
    return (hs, h), back


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
    (hs, h, c), back_unrolled = unroll(gates, xs, h0, Wx, Wh, b, c0, data=data)

    def back(dhs=0, dh=0, dc=0):
        dxs, dh0, dWx, dWh, db, dc0 = back_unrolled(dhs, dh, above("dc", dc, c))
        return dxs, dh0, dc0, dWx, dWh, db

    return (hs, h, c), back


def gates(z, c_prev):
    """The LSTM without its weights: c = f c_prev + i g,  h = o tanh(c).   z (N, 4H), c_prev (N, H)  ->  (h, c)

    The quarters of z give the gates i, f, o = sigmoid (input, forget, output) and g = tanh (the candidate).
    One exponential serves all four, since tanh(z) = 2 sigmoid(2z) - 1; kept below exp(700), it cannot overflow.
    """
    N, H = c_prev.shape
    a = 1 / (1 + np.exp(np.minimum(-STEEPNESS * z.reshape(N, 4, H), 700))).reshape(N, 4 * H)
    i, f, a_g, o = (a[:, k * H : (k + 1) * H] for k in range(4))
    g = 2 * a_g - 1
    c = f * c_prev + i * g
    tanh_c = np.tanh(c)

    def back(dh, dc):
        dc = dc + dh * o * (1 - tanh_c * tanh_c)
        da = np.concatenate([dc * g, dc * c_prev, 4 * dc * i, dh * tanh_c], axis=1)  # 4: dg/dz = 4 a_g (1 - a_g)
        return da * a * (1 - a), dc * f

    return (o * tanh_c, c), back


def start(state, xs, Wh):
    """The initial state (N, H), all 0 where none is given."""
    (xs,) = fit("xs (T, N, D)", xs)
    return np.zeros((xs.shape[1], len(Wh))) if state is None else state


def unroll(step, xs, h0, Wx, Wh, b, *memory, data):
    """(h, *memory) = step(x_t Wx + h Wh + b, *memory) for t = 1..T; `back` is back-propagation through time.

    All inputs are projected at once, and the weights' gradients are summed over time by one product each, in which
    a row is one example at one time.
    """
    T, N, _ = xs.shape
    h, hs, backs = h0, [h0], []
    for x_Wx in (rows(xs) @ Wx).reshape(T, N, -1):
        (h, *memory), back_t = step(x_Wx + h @ Wh + b, *memory)
        hs.append(h)
        backs.append(back_t)
    hs = np.stack(hs)

    def back(dhs=0, dh=0, *dmemory):
        dhs, dh, dzs = above("dhs", dhs, hs[1:]), above("dh", dh, h), np.empty((T, N, len(b)), hs.dtype)
        Wh_T = np.ascontiguousarray(Wh.T)  # turned once, not at every step
        for t in reversed(range(T)):
            dzs[t], *dmemory = backs[t](dhs[t] + dh, *dmemory)
            dh = dzs[t] @ Wh_T
        dz = rows(dzs)
        dxs = None if data else (dz @ Wx.T).reshape(xs.shape)
        return dxs, dh, rows(xs).T @ dz, rows(hs[:-1]).T @ dz, dz.sum(axis=0), *dmemory

    return (hs[1:], h, *memory), back


def rows(xs):
    """Every example at every time as one row.   xs (T, N, D)  ->  (T N, D)"""
    return xs.reshape(-1, xs.shape[2])

"""Convolution, pooling, recurrence, attention: against loops written out, and the worked examples of the notes."""

import numpy as np
import pytest

from nbcode.activations import relu, softmax
from nbcode.attention import attention, embedding, layernorm, looking_back
from nbcode.data import companies, noughts_and_crosses, shift
from nbcode.layers import conv2d, dense, flatten, maxpool2d, meanpool2d
from nbcode.recurrent import gru, gru_cell, lstm, lstm_cell, rnn, rnn_cell

rng = np.random.default_rng(5)


def windows(x, kh, kw, stride):
    """Each place of the window and the patch (N, C, kh, kw) it shows, one by one."""
    H, W = x.shape[2:]
    for i in range((H - kh) // stride + 1):
        for j in range((W - kw) // stride + 1):
            yield (i, j), x[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]


@pytest.mark.parametrize("stride, padding, size", [(1, 0, (4, 4)), (2, 0, (2, 2)), (2, 1, (3, 3)), (3, 2, (3, 3))])
def test_conv2d_is_a_sliding_dot_product(stride, padding, size):
    x, W, b = rng.standard_normal((2, 3, 6, 6)), rng.standard_normal((4, 3, 3, 3)), rng.standard_normal(4)
    z, _ = conv2d(x, W, b, stride=stride, padding=padding)
    assert z.shape == (2, 4, *size)
    border = np.zeros((2, 3, 6 + 2 * padding, 6 + 2 * padding))
    border[:, :, padding : padding + 6, padding : padding + 6] = x
    for (i, j), patch in windows(border, 3, 3, stride):
        for n in range(2):
            for k in range(4):
                assert z[n, k, i, j] == pytest.approx((patch[n] * W[k]).sum() + b[k])


@pytest.mark.parametrize("pool, of", [(maxpool2d, np.max), (meanpool2d, np.mean)])
@pytest.mark.parametrize("window, stride", [(2, None), (3, 1), (2, 3), (1, 2)])
def test_pooling_looks_at_each_window(pool, of, window, stride):
    x = rng.standard_normal((2, 3, 7, 6))
    y, _ = pool(x, window=window, stride=stride)
    places = list(windows(x, window, window, stride or window))
    assert y[0, 0].size == len(places)
    for (i, j), patch in places:
        assert np.allclose(y[:, :, i, j], of(patch, axis=(2, 3)))


def test_equals_share_the_gradient():
    x = np.array([[[[1.0, 1, 0, 2], [0, 1, 2, 2]]]])
    (dx,) = maxpool2d(x)[1](np.array([[[[6.0, 9.0]]]]))
    assert np.allclose(dx, [[[[2, 2, 0, 3], [0, 2, 3, 3]]]])


def features(images):
    """The notes' filter: anti-diagonal kernel, bias -2, relu, 2 x 2 max-pool, and the four numbers left."""
    z, _ = conv2d(images, np.eye(3)[None, None, ::-1], np.array([-2.0]))
    return flatten(maxpool2d(relu(z)[0])[0])[0]


def scores(images):
    a, _ = relu(dense(features(images), np.array([[-0.8], [-0.07], [0.2], [0.17]]), np.array([0.97]))[0])
    return dense(a, np.array([[-1.33, 1.33]]), np.array([1.45, -0.45]))[0]


def test_nought_and_cross_are_told_apart():
    images, _ = noughts_and_crosses()
    assert (features(images) == [[1, 0, 0, 1], [0, 1, 1, 0]]).all()
    assert np.allclose(scores(images), [[0.998, 0.002], [-0.013, 1.013]], atol=1e-3)
    assert (features(shift(images, right=1))[1] == [0, 1, 1, 1]).all()
    assert np.allclose(scores(shift(images, right=1))[1], [-0.24, 1.24], atol=5e-3)


def test_four_of_eight_shifts_keep_their_class():
    images, labels = noughts_and_crosses()
    moves = [{"right": 1}, {"down": 1}, {"right": -1}, {"down": -1}]
    kept = [(scores(shift(images, **move)).argmax(axis=1) == labels).sum() for move in moves]
    assert kept == [2, 2, 0, 0]


def test_rnn_of_the_share_prices():
    """w1 = 1.8, w2 = -0.5, then w3 = 1.1: yesterday and today give tomorrow."""
    days = np.array([[0, 0], [0, 0.5], [1, 0.5], [1, 1]])
    (_, h), _ = rnn(days.T[:, :, None], None, np.array([[1.8]]), np.array([[-0.5]]), np.zeros(1), activation=relu)
    assert np.allclose(1.1 * h.ravel(), [0, 0.99, 0, 0.99])


def test_lstm_of_the_companies():
    Wx, Wh, b = (
        np.array([[1.65, 1.63, 0.94, -0.19]]),
        np.array([[2.0, 2.7, 1.41, 4.38]]),
        np.array([0.62, 1.62, -0.32, 0.59]),
    )
    days, fifth = companies()
    (hs, h, c), _ = lstm(days, None, None, Wx, Wh, b)
    assert np.allclose(hs[:, 0, 0], [-0.128, -0.097, -0.166, 0.006], atol=1e-3)
    assert np.allclose(hs[:, 1, 0], [0.276, 0.612, 0.867, 0.969], atol=1e-3)
    assert np.allclose(c, [[0.015], [2.409]], atol=1e-3) and np.allclose(h, fifth, atol=0.05)
    (h, c), _ = lstm_cell(np.ones((1, 1)), np.ones((1, 1)), np.full((1, 1), 2.0), Wx, Wh, b)
    assert np.allclose([h[0, 0], c[0, 0]], [0.986, 2.948], atol=1e-3)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("far", [50, 800, 1e5])
def test_gates_far_from_0_are_shut_or_open_without_a_warning(far):
    """Input, forget and output shut, then open; the candidate is -1 and 1 in turn."""
    for signs, h, c in (((-1, -1, 1, -1), 0, 0), ((1, 1, 1, 1), np.tanh(3), 3), ((1, 1, -1, 1), np.tanh(1), 1)):
        for x in (0.0, 1e-30j):  # the complex step must not meet inf - inf
            b = far * np.array(signs) + x
            ys, back = lstm_cell(np.zeros((1, 1)), np.zeros((1, 1)), np.full((1, 1), 2.0), *np.zeros((2, 1, 4)), b)
            np.testing.assert_allclose(np.ravel(ys), [h, c], rtol=1e-15, atol=1e-20)
            assert all(np.isfinite(grad).all() for grad in back(np.ones((1, 1)), np.ones((1, 1))))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("far", [50, 800, 1e5])
def test_a_gru_keeps_resets_and_takes_the_proposal(far):
    """Keep open: the memory stays. Keep shut: the proposal, made from the memory where reset is open."""
    x, h = np.zeros((1, 1)), np.full((1, 1), 0.75)
    Wh = np.array([[0.0, 0.0, 2.0]])
    for keep, reset, expected in ((1, 1, 0.75), (1, -1, 0.75), (-1, 1, np.tanh(1.5)), (-1, -1, 0)):
        for tiny in (0.0, 1e-30j):  # the complex step must not meet inf - inf
            b = far * np.array([keep, reset, 0]) + tiny
            y, back = gru_cell(x, h, np.zeros((1, 3)), Wh, b)
            np.testing.assert_allclose(y, [[expected]], rtol=1e-15, atol=1e-20)
            assert all(np.isfinite(grad).all() for grad in back(np.ones((1, 1))))


def test_gru_by_hand():
    """The numbers of book/22: an old memory of 0.4, a proposal of -1, the keep gate at 0.9."""
    b = np.array([np.log(9), 0, -40])
    h, _ = gru_cell(np.zeros((1, 1)), np.full((1, 1), 0.4), np.zeros((1, 3)), np.zeros((1, 3)), b)
    assert h.item() == pytest.approx(0.26, rel=1e-15)


CELLS = [(rnn, rnn_cell, 1, 1), (gru, gru_cell, 3, 1), (lstm, lstm_cell, 4, 2)]


@pytest.mark.parametrize("layer, cell, gates, states", CELLS)
def test_a_layer_is_its_cell_step_by_step(layer, cell, gates, states):
    T, N, D, H = 5, 2, 3, 4
    xs, zero = rng.standard_normal((T, N, D)), [np.zeros((N, H))] * states
    weights = [rng.standard_normal(shape) for shape in ((D, gates * H), (H, gates * H), (gates * H,))]
    outputs, back = layer(xs, *[None] * states, *weights)
    state = tuple(zero)
    for t, x in enumerate(xs):
        step, _ = cell(x, *state, *weights)
        state = step if states == 2 else (step,)
        assert np.allclose(outputs[0][t], state[0], atol=1e-14)
    assert all(map(np.allclose, outputs[1:], state))
    dh = rng.standard_normal((N, H))
    only_last = np.concatenate([np.zeros((T - 1, N, H)), dh[None]])
    assert all(map(np.allclose, back(0, dh), back(only_last)))


def some_queries(T=3, S=4, D=4, V=6):
    return [rng.standard_normal((2, *shape)) for shape in ((T, D), (S, D), (S, V))]


def test_attention_mixes_values_one_query_at_a_time():
    q, k, v = some_queries()
    mask = rng.integers(0, 2, (3, 4)).astype(bool) | (np.arange(4) == 1)
    for seen, options in ((np.ones((3, 4), bool), {}), (mask, {"mask": mask})):
        y, _ = attention(q, k, v, **options)
        for n in range(2):
            for t in range(3):
                keys = np.flatnonzero(seen[t])
                weights, _ = softmax([q[n, t] @ k[n, s] / 2 for s in keys])
                mix = sum(w * v[n, s] for w, s in zip(weights, keys, strict=True))
                assert np.allclose(y[n, t], mix, atol=1e-14)


def test_what_a_mask_hides_counts_for_nothing():
    """In a text read from its start, no later word moves an answer, whatever it is."""
    q, k, v = some_queries(T=4)
    y, back = attention(q, k, v, mask=looking_back(4))
    for t in range(4):
        later = np.arange(4) > t
        other = [np.where(later[:, None], 1e6 * rng.standard_normal(x.shape), x) for x in (k, v)]
        assert np.array_equal(attention(q, *other, mask=looking_back(4))[0][:, : t + 1], y[:, : t + 1])
        _, dk, dv = back((np.arange(4) == t)[:, None] * np.ones_like(y))
        assert not dk[:, later].any() and not dv[:, later].any()
        assert dv[:, ~later].all()
    assert np.array_equal(y[:, 0], v[:, 0])  # the first sees itself alone


def test_each_head_attends_alone():
    q, k, v = some_queries()
    y, _ = attention(q, k, v, heads=2)
    halves = [np.split(x, 2, axis=2) for x in (q, k, v)]
    alone = [attention(*half)[0] for half in zip(*halves, strict=True)]
    assert np.array_equal(y, np.concatenate(alone, axis=2)) and not np.allclose(y, attention(q, k, v)[0])


@pytest.mark.filterwarnings("error")
def test_attention_to_one_key_alone_without_a_warning():
    q, k, v = some_queries()
    for x in (0.0, 1e-30j):
        y, back = attention(1e5 * q + x, k, v, mask=np.eye(3, 4, dtype=bool) | (np.arange(4) == 3))
        assert all(np.isfinite(grad).all() for grad in (y, *back(np.ones_like(y))))


def test_layernorm_takes_size_and_level_away():
    x, gain, bias = rng.standard_normal((2, 3, 50)), np.ones(50), np.zeros(50)
    y, back = layernorm(x, gain, bias)
    assert np.allclose(y.mean(axis=-1), 0, atol=1e-14) and np.allclose(y.var(axis=-1), 1, atol=1e-4)
    assert np.allclose(layernorm(3 * x + 7, gain, bias, eps=0)[0], layernorm(x, gain, bias, eps=0)[0])
    assert np.allclose(layernorm(x, 2 * gain, bias + 5)[0], 2 * y + 5)
    dx, *_ = layernorm(x, gain, bias, eps=0)[1](rng.standard_normal(x.shape))
    assert np.allclose(dx.sum(axis=-1), 0) and np.allclose((dx * x).sum(axis=-1), 0)


def test_embedding_is_a_product_with_ones():
    W, ids = rng.standard_normal((5, 3)), rng.integers(0, 5, (4, 6))
    y, back = embedding(W, ids=ids)
    one_hot, dy = np.eye(5)[ids], rng.standard_normal((4, 6, 3))
    assert np.allclose(y, one_hot @ W) and np.allclose(back(dy)[0], np.einsum("ntk,ntd->kd", one_hot, dy))

"""What does not fit is a ValueError that names the argument, what came and what was expected."""

import numpy as np
import pytest

from nbcode import activations, attention, layers, losses, recurrent
from nbcode.network import compose
from nbcode.optim import gradient_descent
from nbcode.train import train

x, W, b = np.ones((2, 3)), np.ones((3, 4)), np.ones(4)
image, kernel = np.ones((1, 1, 4, 5)), np.ones((2, 1, 3, 3))
xs, Wx, Wh = np.ones((5, 2, 3)), np.ones((3, 16)), np.ones((4, 16))
p = np.full((2, 3), 1 / 3)
q, k, v = np.ones((1, 2, 4)), np.ones((1, 3, 4)), np.ones((1, 3, 6))

ERRORS = {
    "wrong size": (lambda: layers.dense(x, W.T, b), r"W has shape \(4, 3\), expected \(D, H\) with D = 3"),
    "wrong bias": (lambda: layers.dense(x, W, b[:2]), r"b has shape \(2,\), expected \(H,\) with H = 4"),
    "one row, no batch": (lambda: layers.dense(x[0], W, b), r"x has shape \(3,\), expected \(N, D\)"),
    "empty batch": (lambda: layers.dense(x[:0], W, b), r"x is empty: it has shape \(0, 3\)"),
    "NaN in x": (
        lambda: layers.dense(x * [1, np.nan, 1], W, b),
        r"x holds NaN at index \(0, 1\), expected numbers",
    ),
    "NaN in W": (lambda: layers.dense(x, W * np.nan, b), "W holds NaN"),
    "NaN in z": (lambda: activations.softmax([0, np.nan]), "z holds NaN"),
    "empty z": (lambda: activations.relu([]), "z is empty"),
    "residuals": (lambda: losses.ssr(x, observed=x[0]), r"observed has shape \(3,\), expected \(2, 3\)"),
    "label too large": (lambda: losses.cross_entropy(p, observed=[0, 3]), r"observed holds 3, expected .* 0\.\.2"),
    "label negative": (lambda: losses.softmax_cross_entropy(x, observed=[0, -1]), r"observed holds -1, .* 0\.\.2"),
    "label not whole": (
        lambda: losses.cross_entropy(p, observed=[0.0, 1.0]),
        "observed is of type float64, .*integers",
    ),
    "labels too few": (lambda: losses.cross_entropy(p, observed=[0]), r"observed has shape \(1,\).* N = 2"),
    "no yes or no": (lambda: losses.log_loss(p, observed=2 * p + 1), r"observed holds 1\.6.*expected .* 0\.\.1"),
    "no probability": (lambda: losses.log_loss(p + 1, observed=p), r"p holds 1\.3.*expected .* 0\.\.1"),
    "channels": (lambda: layers.conv2d(image, np.ones((2, 3, 3, 3)), b[:2]), r"W has shape .* C = 1"),
    "kernel too large": (lambda: layers.conv2d(image, np.ones((2, 1, 5, 3)), b[:2]), "W covers 5 x 3.* 4 x 5"),
    "kernel too wide": (lambda: layers.conv2d(image, np.ones((2, 1, 3, 6)), b[:2]), "W covers 3 x 6.* 4 x 5"),
    "window of a half": (lambda: layers.maxpool2d(image, window=2.5), "window is 2.5, expected a whole number"),
    "half a stride": (lambda: layers.meanpool2d(image, stride=1.5), "stride is 1.5, expected a whole number"),
    "half a border": (lambda: layers.conv2d(image, kernel, b[:2], padding=0.5), "padding is 0.5, expected"),
    "a column for a row": (
        lambda: losses.mse(np.ones(3), observed=np.ones((3, 1))),
        r"observed has shape \(3, 1\), expected \(3,\)",
    ),
    "unequal columns": (lambda: losses.mae(p[0], observed=p[0][:2]), r"observed has shape \(2,\).* \(3,\)"),
    "no data": (lambda: losses.ssr([], observed=[]), r"predicted is empty: it has shape \(0,\)"),
    "no data to average": (lambda: losses.mse([], observed=[]), "predicted is empty"),
    "no probabilities": (lambda: losses.log_loss([], observed=[]), "p is empty"),
    "no rows": (lambda: losses.softmax_cross_entropy(x[:0], observed=[]), "z is empty"),
    "boolean labels": (
        lambda: losses.softmax_cross_entropy(x, observed=[True, False]),
        r"observed is of type bool, expected integers in 0\.\.2",
    ),
    "window too large": (lambda: layers.maxpool2d(image, window=5), "window covers 5 x 5, expected .* 4 x 5"),
    "window of nothing": (lambda: layers.meanpool2d(image, window=0), "window covers 0 x 0"),
    "stride": (lambda: layers.conv2d(image, kernel, b[:2], stride=0), "stride is 0, expected 1 or more"),
    "pool stride": (lambda: layers.maxpool2d(image, stride=0), "stride is 0, expected 1 or more"),
    "padding": (lambda: layers.conv2d(image, kernel, b[:2], padding=-1), "padding is -1, expected 0 or more"),
    "no time axis": (lambda: recurrent.rnn(x, None, Wx, Wh, b), r"xs has shape \(2, 3\), expected \(T, N, D\)"),
    "no steps": (lambda: recurrent.rnn(xs[:0], None, Wx, Wh, b), "xs is empty"),
    "gates": (
        lambda: recurrent.lstm(xs, None, None, Wx[:, :15], Wh, b),
        r"Wx has shape .* \(D, 4H\) with .* H = 4",
    ),
    "state": (lambda: recurrent.lstm_cell(xs[0], np.ones((2, 4)), x, Wx, Wh, b), r"c_prev has shape .* H = 4"),
    "gates of a GRU": (
        lambda: recurrent.gru(xs, None, Wx[:, :12], Wh, b),
        r"Wh has shape \(4, 16\), expected \(H, 3H\) with .* H = 4",
    ),
    "bias of a GRU": (lambda: recurrent.gru_cell(x, x, *np.ones((2, 3, 9)), b), r"b has shape \(4,\), .* \(3H,\)"),
    "no memory": (lambda: recurrent.gru(xs[0], None, Wx, Wh, b), r"xs has shape \(2, 3\), expected \(T, N, D\)"),
    "one sequence, no batch": (lambda: attention.attention(q[0], k, v), r"q has shape \(2, 4\), .* \(N, T, D\)"),
    "keys": (lambda: attention.attention(q, k[..., :3], v), r"k has shape \(1, 3, 3\), .* with N = 1, .*D = 4"),
    "values": (lambda: attention.attention(q, k, v[:, :2]), r"v has shape \(1, 2, 6\), .* with N = 1, .*S = 3"),
    "NaN in k": (lambda: attention.attention(q, k * np.nan, v), "k holds NaN at index"),
    "half a head": (lambda: attention.attention(q, k, v, heads=1.5), "heads is 1.5, expected a whole number"),
    "no head": (lambda: attention.attention(q, k, v, heads=0), "heads is 0, expected 1 or more"),
    "heads": (lambda: attention.attention(q, k, v, heads=3), "q has 4 columns, expected a multiple of heads = 3"),
    "heads of v": (lambda: attention.attention(q, k, v, heads=4), "v has 6 columns, expected a multiple of .* 4"),
    "a mask of numbers": (lambda: attention.attention(q, k, v, mask=np.ones((2, 3))), "mask is of type float64"),
    "a mask turned": (
        lambda: attention.attention(q, k, v, mask=np.ones((3, 2), bool)),
        r"mask has shape \(3, 2\), expected \(T, S\) = \(2, 3\)",
    ),
    "a mask that hides all": (
        lambda: attention.attention(q, k, v, mask=np.array([[True] * 3, [False] * 3])),
        "mask hides every key from query 1",
    ),
    "gain": (lambda: attention.layernorm(x, b, b), r"gain has shape \(4,\), expected \(D,\) with .*D = 3"),
    "no row": (lambda: attention.layernorm(3.0, b, b), r"x has shape \(1,\), expected \(N, D\)"),
    "id too large": (lambda: attention.embedding(W, ids=[0, 3]), r"ids holds 3, expected numbers in 0\.\.2"),
    "id negative": (lambda: attention.embedding(W, ids=[0, -1]), r"ids holds -1, expected numbers in 0\.\.2"),
    "id not whole": (lambda: attention.embedding(W, ids=[0.0]), r"ids is of type float64, expected .* 0\.\.2"),
    "no ids": (lambda: attention.embedding(W, ids=np.zeros(0, int)), "ids is empty"),
    "rows": (
        lambda: train(None, None, {}, x, np.ones(3)),
        "observed has 3 rows, expected one for each of the 2 of x",
    ),
    "batches": (lambda: train(None, None, {}, x, np.ones(2), batch_size=0), "batch_size is 0, expected 1 or more"),
    "half a batch": (
        lambda: train(None, None, {}, x, np.ones(2), batch_size=2.5),
        "batch_size is 2.5, expected a whole number",
    ),
    "epochs": (lambda: train(None, None, {}, x, np.ones(2), epochs=-3), "epochs is -3, expected 0 or more"),
    "patience": (lambda: train(None, None, {}, x, np.ones(2), patience=0.5), "patience is 0.5, expected a whole"),
    "steps": (lambda: gradient_descent(None, 1.0, max_steps=-3), "max_steps is -3, expected 0 or more"),
    "a slope of another shape": (
        lambda: gradient_descent(lambda w: (1.0, lambda: (np.ones((3, 1)),)), np.ones(3)),
        r"the slope of params has shape \(3, 1\), expected \(3,\)",
    ),
    "three losses": (
        lambda: gradient_descent(lambda w: (np.ones(3), lambda: (w,)), np.ones(3)),
        r"the loss has shape \(3,\), expected one number",
    ),
    "a gradient too few": (
        lambda: compose((lambda x, W: (x * W, lambda dy: (dy * W,)), "W"))(x, {"W": 1.0})[1](x),
        r"a layer's back returns 0 gradients for its parameters \['W'\]",
    ),
    "no examples": (lambda: train(None, None, {}, x[:0], np.ones(0)), "x is empty"),
    "no such weights": (lambda: compose((layers.dense, "W", "c"))(x, {"W": W}), "params lack 'c'"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_error_names_argument_and_expectation(name):
    call, message = ERRORS[name]
    with pytest.raises(ValueError, match=message):
        call()

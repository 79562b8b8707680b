"""Every differentiable function of nbcode, each with arguments of random sizes drawn from a generator."""

import numpy as np

from nbcode import activations, attention, layers, losses, recurrent


def any_shape(rng):
    return rng.standard_normal(rng.integers(1, 5, rng.integers(1, 4)))


def activation(rng):
    return [any_shape(rng)], {}


def regression(rng):
    predicted = any_shape(rng)
    return [predicted], {"observed": predicted + rng.standard_normal(predicted.shape)}


def binary(rng):
    shape = any_shape(rng).shape
    return [rng.uniform(0.05, 0.95, shape)], {"observed": rng.integers(0, 2, shape)}


def classes(rng):
    N, K = rng.integers(1, 5), rng.integers(2, 5)
    return [rng.uniform(0.05, 0.95, (N, K))], {"observed": rng.integers(0, K, N)}


def dense(rng):
    N, D, H = rng.integers(1, 5, 3)
    return [rng.standard_normal(s) for s in ((N, D), (D, H), (H,))], {}


def pictures(rng):
    return rng.standard_normal((*rng.integers(1, 4, 2), *rng.integers(4, 7, 2)))


def convolution(rng):
    x, K, kh, kw = pictures(rng), *rng.integers(1, 4, 3)
    W = rng.standard_normal((K, x.shape[1], kh, kw))
    return [x, W, rng.standard_normal(K)], {"stride": int(rng.integers(1, 3)), "padding": int(rng.integers(0, 3))}


def pooling(rng):
    return [pictures(rng)], {"window": int(rng.integers(1, 4)), "stride": int(rng.integers(1, 4))}


def flatten(rng):
    return [pictures(rng)], {}


def recurrence(gates, states, steps):
    def draw(rng):
        N, D, H, T = rng.integers(2, 5, 4)
        shapes = [(T, N, D) if steps else (N, D), *[(N, H)] * states, (D, gates * H), (H, gates * H), (gates * H,)]
        return [rng.standard_normal(shape) for shape in shapes], {}

    return draw


def queries(masked, heads):
    """Queries, keys and values; masked: each query keeps key 1 and others by chance."""

    def draw(rng):
        N, T, S, D, V = rng.integers(1, 5, 5)
        args = [rng.standard_normal(shape) for shape in ((N, T, heads * D), (N, S, heads * D), (N, S, heads * V))]
        mask = rng.integers(0, 2, (T, S)).astype(bool) | (np.arange(S) == 0)
        return args, {"heads": heads} | ({"mask": mask} if masked else {})

    return draw


def normalised(rng):
    *shape, D = rng.integers(2, 5, rng.integers(1, 4))
    return [rng.standard_normal(s) for s in ((*shape, D), (D,), (D,))], {}


def rows_of_a_table(rng):
    K, D, *shape = rng.integers(1, 5, 4)
    return [rng.standard_normal((K, D))], {"ids": rng.integers(0, K, shape)}


CASES = {
    **{f: (getattr(activations, f), activation) for f in ("sigmoid", "tanh", "softplus", "relu", "leaky_relu")},
    **{f: (getattr(activations, f), activation) for f in ("softmax", "argmax")},
    **{f: (getattr(losses, f), regression) for f in ("ssr", "mse", "mae")},
    "log_loss": (losses.log_loss, binary),
    **{f: (getattr(losses, f), classes) for f in ("cross_entropy", "softmax_cross_entropy")},
    "dense": (layers.dense, dense),
    "conv2d": (layers.conv2d, convolution),
    "maxpool2d": (layers.maxpool2d, pooling),
    "meanpool2d": (layers.meanpool2d, pooling),
    "flatten": (layers.flatten, flatten),
    "rnn_cell": (recurrent.rnn_cell, recurrence(1, 1, False)),
    "rnn": (recurrent.rnn, recurrence(1, 1, True)),
    "gru_cell": (recurrent.gru_cell, recurrence(3, 1, False)),
    "gru": (recurrent.gru, recurrence(3, 1, True)),
    "lstm_cell": (recurrent.lstm_cell, recurrence(4, 2, False)),
    "lstm": (recurrent.lstm, recurrence(4, 2, True)),
    "attention": (attention.attention, queries(masked=False, heads=1)),
    "attention, masked, two heads": (attention.attention, queries(masked=True, heads=2)),
    "layernorm": (attention.layernorm, normalised),
    "embedding": (attention.embedding, rows_of_a_table),
}


def draw(name, seed):
    """A function, its positional arguments and its options."""
    f, sizes = CASES[name]
    return f, *sizes(np.random.default_rng(seed))


def upstream(ys, rng):
    """One random gradient for each output."""
    return [rng.standard_normal(np.shape(y)) for y in (ys if isinstance(ys, tuple) else (ys,))]

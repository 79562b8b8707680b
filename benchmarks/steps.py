"""One training step (forward, backward, SGD update; float64) of each model, in nbcode and in PyTorch.

Each function returns a function without arguments that takes one step and returns the loss.
"""

import numpy as np

from nbcode.activations import relu, softplus
from nbcode.attention import attention, embedding, layernorm
from nbcode.layers import conv2d, dense, flatten, maxpool2d
from nbcode.losses import mse, softmax_cross_entropy, ssr
from nbcode.network import compose, init
from nbcode.optim import rmsprop, sgd, update
from nbcode.recurrent import gru, lstm, rnn

LR = 1e-3


def mlp(sizes):
    """Dense layers with relu between, as layers and as shapes by name."""
    shapes, layers = {}, []
    for n, (D, H) in enumerate(zip(sizes, sizes[1:], strict=False), 1):
        shapes |= {f"W{n}": (D, H), f"b{n}": (H,)}
        layers += [(dense, f"W{n}", f"b{n}"), relu]
    return layers[:-1], shapes


def digits_mlp(sizes, batch):
    rng = np.random.default_rng(0)
    layers, shapes = mlp(sizes)
    return layers, shapes, rng.random((batch, sizes[0])), rng.integers(0, sizes[-1], batch), softmax_cross_entropy


def small():
    layers, shapes = mlp((1, 2, 1))
    layers[1] = softplus
    return layers, shapes, np.array([[0.0], [0.5], [1.0]]), np.array([[0.0], [1.0], [0.0]]), ssr


def convolutional():
    rng = np.random.default_rng(0)
    layers = [(conv2d, "W1", "b1"), relu, maxpool2d, flatten, (dense, "W2", "b2")]
    shapes = {"W1": (8, 1, 3, 3), "b1": (8,), "W2": (1352, 10), "b2": (10,)}
    return layers, shapes, rng.random((32, 1, 28, 28)), rng.integers(0, 10, 32), softmax_cross_entropy


def recurrent(cell, gates):
    """A recurrent layer from zero; the loss compares all its hidden states."""

    def hidden_states(x, Wx, Wh, b, *, data):
        (hs, *_), back = cell(x, *[None] * (2 if cell is lstm else 1), Wx, Wh, b, data=data)

        def back_weights(dhs):
            dxs, *_, dWx, dWh, db = back(dhs)
            return dxs, dWx, dWh, db

        return hs, back_weights

    rng = np.random.default_rng(0)
    shapes = {"Wx": (32, 64 * gates), "Wh": (64, 64 * gates), "b": (64 * gates,)}
    return (
        [(hidden_states, "Wx", "Wh", "b")],
        shapes,
        rng.standard_normal((50, 32, 32)),
        rng.random((50, 32, 64)),
        mse,
    )


def to_itself():
    """Each of 50 positions attends to all, in four heads; the loss compares what each has mixed."""

    def layer(x, W_in, W_out, *, data):
        N, T, D = x.shape
        y, back_y = attention(*np.split((x.reshape(-1, D) @ W_in).reshape(N, T, 3 * D), 3, axis=2), heads=4)

        def back(dz):
            dz, mixed = dz.reshape(-1, D), y.reshape(-1, D)
            dqkv = np.concatenate(back_y((dz @ W_out.T).reshape(y.shape)), axis=2).reshape(-1, 3 * D)
            return None if data else (dqkv @ W_in.T).reshape(x.shape), x.reshape(-1, D).T @ dqkv, mixed.T @ dz

        return (y.reshape(-1, D) @ W_out).reshape(x.shape), back

    rng = np.random.default_rng(0)
    shapes = {"W_in": (64, 192), "W_out": (64, 64)}
    x, observed = rng.standard_normal((32, 50, 64)), rng.random((32, 50, 64))
    return [(layer, "W_in", "W_out")], shapes, x, observed, mse


def table(*then, **shapes):
    """Each of 1,600 ids takes its row of a table; the loss compares the rows, or what comes of them."""

    def rows(ids, W):
        y, back_table = embedding(W, ids=ids)
        return y, lambda dy: (None, *back_table(dy))

    rng = np.random.default_rng(0)
    ids, observed = rng.integers(0, 100, (32, 50)), rng.random((32, 50, 64))
    return [(rows, "W"), *then], {"W": (100, 64), **shapes}, ids, observed, mse


MODELS = {
    "a  MLP 64-16-16-10, batch 32": lambda: digits_mlp((64, 16, 16, 10), 32),
    "b1 MLP 784-16-16-10, batch 10": lambda: digits_mlp((784, 16, 16, 10), 10),
    "b2 MLP 784-16-16-10, batch 100": lambda: digits_mlp((784, 16, 16, 10), 100),
    "c  conv 8 of 3x3, pool, dense 10, batch 32": convolutional,
    "d  RNN 32-64, T = 50, batch 32": lambda: recurrent(rnn, 1),
    "e  LSTM 32-64, T = 50, batch 32": lambda: recurrent(lstm, 4),
    "f  1-2-1 softplus, 3 points": small,
    "g  attention 64, 4 heads, T = 50, batch 32": to_itself,
    "h  GRU 32-64, T = 50, batch 32": lambda: recurrent(gru, 3),
    "i  embedding 100 x 64, T = 50, batch 32": table,
    "j  the same, then layer norm": lambda: table((layernorm, "gain", "bias"), gain=(64,), bias=(64,)),
    "k  a, by RMSProp": lambda: digits_mlp((64, 16, 16, 10), 32),
}


def start(name, shapes):
    """The weights from which both sides start."""
    weights = init(shapes, np.random.default_rng(1))
    if "gain" in weights:
        weights["gain"] += 1
    if "GRU" in name:  # PyTorch's reset gate acts behind this product: of a diagonal matrix that is the same
        weights["Wh"][:, 128:] *= np.eye(64)
    return weights


def ours(name):
    layers, shapes, x, observed, loss = MODELS[name]()
    model = compose(*layers, data=True)  # as in PyTorch, which gives no gradient to data
    rule = rmsprop(LR) if "RMSProp" in name else sgd(LR)
    state = {"params": start(name, shapes), "memory": {}}

    def step():
        y, back_model = model(x, state["params"])
        L, back_loss = loss(y, observed=observed)
        _, slopes = back_model(*back_loss())
        state["params"], _, state["memory"] = update(rule, state["params"], slopes, state["memory"])
        return L.item()

    return step


def theirs(name):
    """The same step by PyTorch's own modules, from the same weights."""
    import torch

    torch.set_default_dtype(torch.float64)
    _, shapes, x, observed, loss = MODELS[name]()
    model = torch_model(torch, name, start(name, shapes))
    optimiser = torch.optim.SGD(model.parameters(), lr=LR)
    if "RMSProp" in name:
        optimiser = torch.optim.RMSprop(model.parameters(), lr=LR, alpha=0.9)
    x, observed = torch.tensor(x), torch.tensor(observed)
    losses = {
        softmax_cross_entropy: torch.nn.functional.cross_entropy,
        mse: torch.nn.functional.mse_loss,
        ssr: lambda y, t: ((y - t) ** 2).sum(),
    }

    def step():
        optimiser.zero_grad()
        y = model(x, x, x, need_weights=False) if "attention" in name else model(x)
        L = losses[loss](y[0] if isinstance(y, tuple) else y, observed)
        L.backward()
        optimiser.step()
        return L.item()

    return step


def torch_model(torch, name, weights):
    nn = torch.nn
    if "Wx" in weights:
        Wx, Wh, b = weights.values()
        if "GRU" in name:  # PyTorch has the reset gate first
            Wx, Wh, b = (w[..., np.r_[64:128, :64, 128:192]] for w in (Wx, Wh, b))
        model = getattr(nn, name.split()[1])(32, 64)
        arrays = [Wx.T, Wh.T, b, 0 * b]
        model.bias_hh_l0.requires_grad_(False)  # PyTorch has two biases where one would do
    elif "W_in" in weights:
        model = nn.MultiheadAttention(64, 4, bias=False, batch_first=True)
        arrays = [w.T for w in weights.values()]
    elif "W" in weights:
        model = nn.Sequential(nn.Embedding(100, 64), *[nn.LayerNorm(64)] * ("gain" in weights))
        arrays = weights.values()
    else:
        act = nn.Softplus if "softplus" in name else nn.ReLU
        dims = [w.shape for key, w in weights.items() if key.startswith("W")]
        parts = []
        for shape in dims:
            parts += (
                [nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
                if len(shape) == 4
                else [nn.Linear(*shape), act()]
            )
        model = nn.Sequential(*parts[:-1])
        arrays = [w.T if w.ndim == 2 else w for w in weights.values()]
    with torch.no_grad():
        for parameter, array in zip(model.parameters(), arrays, strict=True):
            parameter.copy_(torch.tensor(np.ascontiguousarray(array)))
    return model

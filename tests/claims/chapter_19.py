"""What the notes say about mini-batch SGD, Keras and the linear classifier, computed."""
import os
from itertools import combinations

os.environ.setdefault("KERAS_BACKEND", "jax")

import numpy as np
from sympy import symbols

from nbcode.activations import sigmoid
from nbcode.data import iris
from nbcode.layers import dense
from nbcode.losses import log_loss, softmax_cross_entropy

x, species = iris()
W, b = np.zeros((2, 3)), np.zeros(3)


def _keras():
    import keras
    return keras


def _slopes(W, b, rows=slice(None)):
    """The loss on some rows, and its gradient by weights and biases."""
    z, back_z = dense(x[rows], W, b)
    L, back_L = softmax_cross_entropy(z, observed=species[rows])
    return L, *back_z(*back_L())[1:]


def _epochs(count, size, lr=0.5, W=W, b=b):
    """The loss on all rows after each epoch of mini-batches, the number of updates, and the weights."""
    rng, losses, updates = np.random.default_rng(0), [], 0
    for _ in range(count):
        for rows in np.split(rng.permutation(len(x)), len(x) // size):
            _, dW, db = _slopes(W, b, rows)
            W, b, updates = W - lr * dW, b - lr * db, updates + 1
        losses.append(_slopes(W, b)[0])
    return losses, updates, W, b


def bb_05_negative_gradient():
    L, dW, db = _slopes(W, b)
    return _slopes(W - 1e-3 * dW, b - 1e-3 * db)[0] < L < _slopes(W + 1e-3 * dW, b + 1e-3 * db)[0]


def bb_06_negative_gradient():
    """Of all directions of one length, minus the gradient lowers the loss most."""
    L, dW, db = _slopes(W, b)
    gradient, rng = np.append(dW, db), np.random.default_rng(1)
    rate = -gradient / np.linalg.norm(gradient) @ gradient
    others = rng.standard_normal((200, 9))
    return bool((rate < others @ gradient / np.linalg.norm(others, axis=1)).all())


def bb_06_minibatch():
    """A batch is cheaper than the whole, and on average over all batches it is the whole."""
    g = symbols("g1:6")
    batches = [*combinations(g, 2)]
    mean = sum(sum(batch) / 2 for batch in batches) / len(batches)
    return (mean - sum(g) / 5).expand() == 0 and len(batches[0]) < len(g)


def bb_06_update_each_batch():
    """With one update per batch an epoch lowers the loss further than with one update per epoch."""
    by_batch, by_epoch = _epochs(5, 10), _epochs(5, 150)
    return by_batch[1] == 5 * 15 and by_epoch[1] == 5 and by_batch[0][-1] < by_epoch[0][-1]


def bb_06_sgd():
    """Stochastic: two orders of the same batches lead to different weights, but both lower the loss."""
    start, ends = _slopes(W, b)[0], []
    for seed in (0, 1):
        V, c = W, b
        for rows in np.split(np.random.default_rng(seed).permutation(150), 15):
            _, dV, dc = _slopes(V, c, rows)
            V, c = V - 0.5 * dV, c - 0.5 * dc
        ends.append((V, _slopes(V, c)[0]))
    (V0, L0), (V1, L1) = ends
    return not np.allclose(V0, V1) and max(L0, L1) < start


def bt_11_keras():
    """That it wraps TensorFlow only, and that it runs on other engines as well."""
    engine = _keras().backend.backend()
    return engine == "tensorflow", engine in ("jax", "torch", "numpy")


def bt_11_linear_classifier():
    """A linear score alone tells two species apart no better than a coin; with log loss and descent it does."""
    rows = species != 2
    inputs, answers = x[rows], (species[rows] == 1)[:, None] * 1.0
    w, c, right = np.zeros((2, 1)), np.zeros(1), []
    for _ in range(200):
        z, back_z = dense(inputs, w, c)
        p, back_p = sigmoid(z)
        _, back_L = log_loss(p, observed=answers)
        _, dw, dc = back_z(*back_p(*back_L()))
        w, c = w - dw, c - dc
        right.append(((z > 0) == answers).mean())
    return right[0] > 0.6, right[-1] > 0.98


def bt_12_layer_key():
    """A model is made of layers, and is one itself."""
    k = _keras()
    net = k.Sequential([k.Input((2,)), k.layers.Dense(3), k.layers.Activation("softmax")])
    return all(isinstance(part, k.layers.Layer) for part in [*net.layers, net])


def bt_12_dense():
    layers = _keras().layers
    return hasattr(layers, "Layers"), issubclass(layers.Dense, layers.Layer)


def bt_12_many_layers():
    layers = _keras().layers
    return all(issubclass(kind, layers.Layer) for kind in (layers.Normalization, layers.Conv2D, layers.Attention))


def bt_12_mix():
    """Convolution, pooling, flattening and two dense layers, from 6 x 6 pixels to two outputs."""
    k = _keras()
    parts = [k.layers.Conv2D(1, 3), k.layers.MaxPooling2D(2), k.layers.Flatten(), k.layers.Dense(4),
             k.layers.Dense(2)]
    shape, shapes = (1, 6, 6, 1), []
    for part in parts:
        shapes.append(shape := tuple(part.compute_output_shape(shape)))
    return [s[1:] for s in shapes] == [(4, 4, 1), (2, 2, 1), (4,), (4,), (2,)]


def bt_12_custom():
    k = _keras()

    class SimpleDense(k.layers.Layer):
        def build(self, shape):
            self.W = self.add_weight(shape=(shape[-1], 3))

        def call(self, inputs):
            return inputs @ self.W

    layer = SimpleDense()
    out = np.asarray(layer(x[:5].astype("float32")))
    return np.allclose(out, x[:5] @ np.asarray(layer.W.value), atol=1e-5)


def bt_14_minibatch():
    """Batch, prediction, loss, gradient: the gradient so found is that of the batch's loss, by imaginary steps."""
    rows, h = np.arange(0, 150, 15), 1e-30
    _, dW, _ = _slopes(W + 0.1, b, rows)

    def loss(V):
        z = x[rows] @ V
        return (np.log(np.exp(z).sum(axis=1)) - z[np.arange(10), species[rows]]).mean()

    steps = [loss(W + 0.1 + 1j * h * one.reshape(2, 3)).imag / h for one in np.eye(6)]
    return np.allclose(dW.ravel(), steps, rtol=1e-12, atol=1e-15)


def bt_14_update():
    """Subtracting lr times the gradient, for long, lowers the loss; adding it raises it."""
    L = _slopes(W, b)[0]
    return _epochs(5, 150, 0.1)[0][-1] < L < _epochs(5, 150, -0.1)[0][-1]


def bt_14_epoch():
    """Every row is met once in an epoch, and epoch upon epoch the loss becomes small."""
    met = np.concatenate(np.split(np.random.default_rng(0).permutation(150), 15))
    losses = _epochs(40, 10)[0]
    return sorted(met) == [*range(150)] and losses[-1] < 0.3 < losses[0] < _slopes(W, b)[0]


def in_19_single_update():
    """A single update, given some data: one step lowers the loss on these data."""
    return _epochs(1, 150)[0][0] < _slopes(W, b)[0]

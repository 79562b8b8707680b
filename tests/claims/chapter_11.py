"""Multiple inputs and outputs: the matrix form of the forward pass."""
import numpy as np

from nbcode.activations import argmax, relu, sigmoid, softmax
from nbcode.data import iris
from nbcode.layers import dense
from nbcode.network import compose

rng = np.random.default_rng(3443)
sizes = [3, 4, 4, 3]
pairs = list(zip(sizes, sizes[1:], strict=False))
Ws, bs = [rng.normal(size=pair) for pair in pairs], [rng.normal(size=m) for _, m in pairs]
layers = compose((dense, "W1", "b1"), sigmoid, (dense, "W2", "b2"), sigmoid, (dense, "W3", "b3"), softmax)
x, X = rng.normal(size=(1, 3)), rng.normal(size=(5, 3))

W_in, b_in = np.array([[-2.5, -1.5], [0.6, 0.4]]), np.array([1.6, 0.7])                 # the iris network
W_out, b_out = np.array([[-0.1, 2.4, -2.2], [1.5, -5.2, 3.7]]), np.array([0.0, 0.0, 1.0])
flowers, species = iris()


def _network(rows, biases=bs):
    params = {f"W{k}": W for k, W in enumerate(Ws, 1)} | {f"b{k}": b for k, b in enumerate(biases, 1)}
    return layers(rows, params)[0]


def _sums_and_activations(k, rows=x):
    """z and a of layer k, as the deck counts: the input is layer 1, softmax stands in layer 4."""
    for layer, (W, b) in enumerate(zip(Ws[:k - 1], bs, strict=False), 2):
        z, _ = dense(rows, W, b)
        rows, _ = softmax(z) if layer == 4 else sigmoid(z)
    return z, rows


def _raw(rows):
    return dense(relu(dense(rows, W_in, b_in)[0])[0], W_out, b_out)[0]


def _works(f, *args):
    try:
        return f(*args) is not None
    except ValueError:
        return False


def _between_0_and_1(a):
    return ((a >= 0) & (a <= 1)).all()


def _by_hand(row):
    """One example through the network, one multiplication at a time."""
    a = list(row)
    for k, (W, b) in enumerate(zip(Ws, bs, strict=True)):
        z = [b[j] + sum(a[i] * W[i, j] for i in range(len(a))) for j in range(len(b))]
        a = z if k == 2 else [1 / (1 + np.exp(-value)) for value in z]
    return [np.exp(value) / sum(np.exp(other) for other in a) for value in a]


def sq_08_interconnected():
    """Nudge one node: every node of the next column moves, by a weight of its own; ten weights in all."""
    found = [[dense(nudge[None], W, b)[0][0] - b for nudge in np.eye(2)]
             for W, b in ((W_in, b_in), (W_out, b_out))]
    return all(np.all(moved) for column in found for moved in column) and len(
        {round(weight, 9) for column in found for moved in column for weight in moved}) == 2*2 + 2*3


def sq_08_output_0_1():
    """The activations for classes convert to 0 to 1, for every flower; the raw values are not there."""
    raw = _raw(np.vstack([[[0, 1]], flowers]))
    return np.allclose(raw[0], [1.43, -0.44, 0.23]) and not _between_0_and_1(raw[0]) and all(
        _between_0_and_1(f(raw)[0]) for f in (sigmoid, softmax, argmax))


def sq_08_closest_to_1():
    """Over 150 flowers the species with the value closest to 1 is right most often, the furthest least."""
    from_the_best = np.argsort(abs(1 - softmax(_raw(flowers))[0]), axis=1)
    right = (from_the_best == species[:, None]).sum(axis=0)
    return right[0] > right[1] > right[2]


def sq_08_select_highest():
    """To select is to leave one 1 and else 0."""
    raw = rng.normal(size=(1000, 3))
    picked, shares = argmax(raw)[0], softmax(raw)[0]

    def selects(a):
        return np.array_equal(a, np.eye(3)[raw.argmax(axis=1)])
    same_order = np.array_equal(np.argsort(shares, axis=1), np.argsort(raw, axis=1))
    return selects(picked) and selects(shares), selects(picked) and same_order


def in_08_W1():
    """The only shape that takes a row of 3 to a row of 4."""
    return [(m, n) for m in range(1, 6) for n in range(1, 6) if _works(np.matmul, x, np.ones((m, n)))
            and (x @ np.ones((m, n))).shape == (1, 4)] == [(3, 4)] == [Ws[0].shape]


def _with_and_without_bias(k):
    """Whether layer k of the network is its product alone; and whether it is product plus bias."""
    entering, (z, _) = x if k == 2 else _sums_and_activations(k - 1)[1], _sums_and_activations(k)
    product = entering @ Ws[k - 2]
    return np.allclose(z, product), np.allclose(z, product + bs[k - 2])


def in_08_z2():
    return _with_and_without_bias(2)


def in_08_row_convention():
    """Is it the W of the notes that write columns, Wx? Only turned, and then both give the same four numbers."""
    W, column = Ws[0], x.T
    return _works(np.matmul, W, column), np.allclose(x @ W, (W.T @ column).T)


def in_08_a2():
    z, a = _sums_and_activations(2)
    return np.allclose(a, [[1 / (1 + np.exp(-entry)) for entry in z[0]]])


def in_08_z2_shape():
    z, _ = _sums_and_activations(2)
    return z.shape == (1, 4)


def in_08_a2_shape():
    _, a = _sums_and_activations(2)
    return a.shape == (1, 4)


def in_09_input():
    """Of rows and columns of any length, the network takes one example in one form only."""
    taken = [shape for m in range(1, 6) for shape in ((1, m), (m, 1)) if _works(_network, np.ones(shape))]
    return taken == [(1, 3)]


def in_09_output():
    return _network(x).shape == (1, 3)


def in_09_z3():
    return _with_and_without_bias(3)


def in_09_z4():
    as_written, corrected = _with_and_without_bias(4)
    z, shares = _sums_and_activations(4)
    return as_written, corrected and np.allclose(np.exp(z) / np.exp(z).sum(), shares)


def in_10_stack():
    stacked = np.vstack(list(X))
    return stacked.shape == (len(X), 3) and all(
        np.allclose(_network(stacked)[k], _network(row[None])[0]) for k, row in enumerate(X))


def in_10_output_vector():
    """A vector has one axis. Here there are two: an example in each row, whose three numbers add up to 1."""
    Y = _network(X)
    return Y.ndim == 1, Y.shape == (len(X), 3) and np.allclose(Y.sum(axis=1), 1)


def in_10_same_equations():
    """The same lines for 1, 2 and 5 examples: each gets what it gets alone."""
    alone = np.vstack([_network(row[None]) for row in X])
    return all(np.allclose(_network(X[:n]), alone[:n]) for n in (1, 2, 5))


def in_11_forward():
    """What the slides say, with biases, is enough to work the network out on foot."""
    return np.allclose(_network(X), [_by_hand(row) for row in X])

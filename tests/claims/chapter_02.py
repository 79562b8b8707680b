"""Tensors and the forward pass."""
import numpy as np

from nbcode.activations import sigmoid
from nbcode.layers import dense

rng = np.random.default_rng(2)
X, W, b = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)
Z = X @ W


def _adds(A, B):
    try:
        return (np.zeros(A) + np.zeros(B)).shape
    except ValueError:
        return None


def _pairs():
    shapes = [tuple(rng.integers(1, 7, rng.integers(1, 4))) for _ in range(2000)]
    return list(zip(shapes[::2], shapes[1::2], strict=True))


def _ends(A, B):
    return list(zip(reversed(A), reversed(B), strict=False))


def bt_01_vectors_matrices():
    rows, columns = [rng.normal(size=3) for _ in range(5)], [rng.normal(size=3) for _ in range(4)]
    whole = np.stack(rows) @ np.stack(columns, axis=1)
    return all(np.isclose(whole[i, j], x @ w) for i, x in enumerate(rows) for j, w in enumerate(columns))


def bt_01_bias_vector():
    nodes = [dense(X, W[:, [j]], b[[j]])[0] for j in range(4)]
    return all(node.shape == (5, 1) for node in nodes) and np.allclose(np.hstack(nodes), dense(X, W, b)[0])


def bt_01_wb_params():
    """W and b get a gradient to be changed by; labels do not enter the layer at all."""
    _, back = dense(X, W, b)
    _, dW, db = back(np.ones((5, 4)))
    return dW.shape == W.shape and db.shape == b.shape and np.any(dW) and np.any(db)


def bt_02_forward():
    node = sigmoid(X[0] @ W[:, 0] + b[0])[0]
    return np.isclose(node, sigmoid(dense(X, W, b)[0])[0][0, 0])


def bt_02_conformity():
    def works(rows):
        try:
            return dense(X, np.ones((rows, 4)), b)[0].shape == (5, 4)
        except ValueError:
            return False
    return [rows for rows in range(1, 7) if works(rows)] == [X.shape[1]]


def bt_02_rows_cols():
    return all(np.isclose(Z[i, j], X[i] @ W[:, j]) for i, j in np.ndindex(Z.shape))


def bt_02_z22():
    """As the deck counts, from 1, and as Python counts, from 0."""
    return all(np.isclose(Z[2 - first, 2 - first], X[2 - first] @ W[:, 2 - first]) for first in (1, 0))


def bt_02_xw_star():
    def the_layers_sum(product):
        try:
            return np.allclose(product(X, W) + b, dense(X, W, b)[0])
        except ValueError:
            return False
    return the_layers_sum(lambda x, w: x * w), the_layers_sum(lambda x, w: x @ w)


def bt_03_divisible():
    pairs = _pairs()
    works = [_adds(A, B) is not None for A, B in pairs]
    divisible = [all(max(p, q) % min(p, q) == 0 for p, q in _ends(A, B)) for A, B in pairs]
    equal_or_one = [all(p == q or 1 in (p, q) for p, q in _ends(A, B)) for A, B in pairs]
    return divisible == works, equal_or_one == works


def bt_03_sum_products():
    products, sums = (Z * np.tile(b, (5, 1))), (Z + np.tile(b, (5, 1)))
    return np.allclose(products, Z + b), np.allclose(sums, Z + b)


def bt_03_replicate():
    pairs = [(A, B) for A, B in _pairs() if _adds(A, B) == A]
    return len(pairs) > 100 and all(
        np.array_equal(np.ones(A) + (values := rng.normal(size=B)),
                       np.ones(A) + np.tile(values, [p // q for p, q in zip(A, (1,)*(len(A) - len(B)) + B,
                                                                          strict=True)]))
        for A, B in pairs)


def bt_03_bias_add():
    return _adds(Z.shape, b.shape) == Z.shape and np.allclose(Z + b, dense(X, W, b)[0])


def bt_04_sequential():
    """Read as "one node needs the node before it": then the nodes of a layer could not be shuffled."""
    order = rng.permutation(4)
    alone = np.hstack([dense(X, W[:, [j]], b[[j]])[0] for j in order])
    a_node_needs_another = not np.allclose(alone, dense(X, W, b)[0][:, order])
    V, c = rng.normal(size=(4, 2)), np.zeros(2)
    layers_in_order = dense(dense(X, W, b)[0], V, c)[0].shape == (5, 2)
    return a_node_needs_another, layers_in_order and not a_node_needs_another


def _node(k):
    """Node k as the deck writes it, with w[node, input]."""
    w = W.T
    return sigmoid(sum(X[0, i] * w[k - 1, i] for i in range(3)) + b[k - 1])[0]


def bt_04_y1():
    return np.isclose(_node(1), sigmoid(X @ W + b)[0][0, 0])


def bt_04_y2():
    return np.isclose(_node(2), sigmoid(X @ W + b)[0][0, 1])


def bt_04_predictions():
    hidden, _ = sigmoid(dense(X, W, b)[0])
    return dense(hidden, np.ones((4, 1)), np.zeros(1))[0].shape == (len(X), 1)

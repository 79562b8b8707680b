"""What the notes say about backpropagation in matrix form, computed."""
import numpy as np
from sympy import exp, simplify, symbols

from nbcode.activations import softmax


def _network(*, sizes, examples):
    """A network as the deck's, 3-4-4-3 or of one unit in each layer: its numbers, and the true gradients.

    With one unit the last bend is a sigmoid and the loss that of two classes: softmax of one number is always 1.
    """
    rng = np.random.default_rng(17)
    W = [rng.normal(size=pair) for pair in zip(sizes, sizes[1:], strict=False)]
    X = rng.normal(size=(examples, sizes[0]))
    y = np.eye(sizes[-1])[rng.integers(sizes[-1], size=examples)]

    def sigma(z):
        return 1 / (1 + np.exp(-z))

    def forward(W):
        a2 = sigma(X @ W[0])
        a3 = sigma(a2 @ W[1])
        return a2, a3, a3 @ W[2]

    def J(W):
        z = forward(W)[2]
        total = np.log(np.exp(z).sum(axis=1) + (sizes[-1] == 1))
        return (total - (y * z).sum(axis=1)).sum()

    true = [np.zeros(w.shape) for w in W]
    for k, w in enumerate(W):
        for index in np.ndindex(w.shape):
            step = [each.astype(complex) for each in W]
            step[k][index] += 1e-30j
            true[k][index] = J(step).imag / 1e-30
    a2, a3, z = forward(W)
    off = (softmax(z)[0] if sizes[-1] > 1 else sigma(z)) - y
    return X, a2, a3, a2 * (1 - a2), a3 * (1 - a3), W[1], W[2], off, true


def _product(first, *rest):
    """The factors multiplied as matrices in the order given; None where they do not fit."""
    for each in rest:
        if first.shape[1] != each.shape[0]:
            return None
        first = first @ each
    return first


def _agree(found, true):
    return found is not None and found.shape == true.shape and bool(np.allclose(found, true, rtol=1e-10))


def _settled(layer, printed, corrected):
    """Whether the printed and the corrected form hold; for numbers both must."""
    *thin, true = _network(sizes=[1, 1, 1, 1], examples=1)
    assert _agree(printed(*thin), true[layer]) and _agree(corrected(*thin), true[layer])
    found = []
    for examples in (3, 4, 5):
        *numbers, true = _network(sizes=[3, 4, 4, 3], examples=examples)
        found.append((_agree(printed(*numbers), true[layer]), _agree(corrected(*numbers), true[layer])))
    return any(as_written for as_written, _ in found), all(right for _, right in found)


def in_14_W3():
    return _settled(2, lambda X, a2, a3, s2, s3, W2, W3, off: _product(off, a3),
                    lambda X, a2, a3, s2, s3, W2, W3, off: a3.T @ off)


def in_14_W2():
    return _settled(1, lambda X, a2, a3, s2, s3, W2, W3, off: _product(off, W3, s3, a2),
                    lambda X, a2, a3, s2, s3, W2, W3, off: a2.T @ (off @ W3.T * s3))


def in_14_W1():
    return _settled(0, lambda X, a2, a3, s2, s3, W2, W3, off: _product(off, W3, s3, W2, s2, X),
                    lambda X, a2, a3, s2, s3, W2, W3, off: X.T @ ((off @ W3.T * s3) @ W2.T * s2))


def in_14_easy():
    """The slope is there from the value alone, and from the forward pass's numbers come the gradients."""
    z = symbols("z", real=True)
    sigma = 1 / (1 + exp(-z))
    X, a2, a3, _, _, W2, W3, off, true = _network(sizes=[3, 4, 4, 3], examples=5)
    found = X.T @ ((off @ W3.T * (a3 * (1 - a3))) @ W2.T * (a2 * (1 - a2)))
    return simplify(sigma.diff(z) - sigma * (1 - sigma)) == 0 and _agree(found, true[0])

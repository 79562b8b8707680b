"""What the notes say about vanishing gradients, computed."""
import numpy as np
from sympy import Rational, S, exp, solve, symbols, tanh

from nbcode.activations import relu, sigmoid
from nbcode.chain import Chain
from nbcode.layers import dense
from nbcode.losses import softmax_cross_entropy, ssr
from nbcode.network import compose, glorot, he, init

x, w, b, z = symbols("x w b z", real=True)


def _three_layers(width):
    """What the deck's line gives for dJ/dW1 as printed, completed, and what backpropagation gives."""
    X, Y, W1, W2, W3 = np.random.default_rng(18).normal(size=(5, width, width))
    zero, ones = np.zeros(width), np.ones((width, width))
    a2, bend_2 = sigmoid(dense(X, W1, zero)[0])
    a3, bend_3 = sigmoid(dense(a2, W2, zero)[0])
    slope_2, slope_3, R = bend_2(ones)[0], bend_3(ones)[0], a3 @ W3 - Y
    printed = R @ W3 * slope_3 @ W2 * slope_2 @ X
    completed = X.T @ ((R @ W3.T * slope_3) @ W2.T * slope_2)

    def J(W):
        out = sigmoid(sigmoid(X @ W)[0] @ W2)[0] @ W3
        return ssr(out, observed=Y)[0] / 2

    true = np.zeros_like(W1)
    for index in np.ndindex(W1.shape):
        step = np.zeros(W1.shape, complex)
        step[index] = 1e-30j
        true[index] = J(W1 + step).imag / 1e-30
    return printed, completed, true


def in_15_formula():
    printed, completed, true = _three_layers(1)
    assert np.allclose(printed, true) and np.allclose(completed, true)  # one unit in each layer: both hold
    printed, completed, true = _three_layers(4)
    return bool(np.allclose(printed, true)), bool(np.allclose(completed, true))


def in_15_quarter():
    s = 1 / (1 + exp(-z))
    slope = s.diff(z)
    missing = (tanh(z / 2) / 2) ** 2  # what the slope lacks to a quarter: a square
    return bool((slope - s * (1 - s)).simplify() == 0
                and (Rational(1, 4) - slope - missing).rewrite(exp).simplify() == 0
                and missing.is_nonnegative and solve(missing, z) == [0])


def _sizes(w, b, depth=10):
    """|dp/dx| of towers of sigmoids, one unit wide, with 1, 2, … layers, and w sigma'(z) of every layer."""
    a, size, pairs, sizes = 0.5, 1.0, [], []
    for _ in range(depth):
        a, back = sigmoid(w * a + b)
        pairs.append(float(abs(w * back(1.0)[0])))
        size *= pairs[-1]
        sizes.append(size)
    return np.array(sizes), np.array(pairs)


def in_15_small_early():
    """As printed: more layers, smaller gradient. Corrected: it shrinks while |w| sigma' < 1, so for |w| < 4."""
    layer = Chain({z: w * x + b, symbols("a"): 1 / (1 + exp(-z))})
    pair = layer.composed(layer.gradient(x)).subs({x: S.Half, w: 8, b: -4})
    growing, _ = _sizes(8.0, -4.0)
    as_printed = bool((np.diff(growing) < 0).all())
    below_four = [_sizes(weight, bias)[1].max() < 1
                  for weight in np.linspace(-3.99, 3.99, 9) for bias in np.linspace(-4, 4, 9)]
    return as_printed, bool(pair == 2 and all(below_four) and np.isclose(growing[-1], 2**10))


def _length_of_dW1(depth, bend, weights, seed):
    rng = np.random.default_rng(seed)
    rows, observed = rng.standard_normal((40, 32)), rng.integers(3, size=40)
    layers, sizes = [(dense, f"W{k}", f"b{k}") for k in range(depth)], [32] * depth + [3]
    shapes = {f"W{k}": pair for k, pair in enumerate(zip(sizes, sizes[1:], strict=False))}
    shapes |= {f"b{k}": (size,) for k, size in enumerate(sizes[1:])}
    bent = [step for layer in layers[:-1] for step in (layer, bend)]
    out, back = compose(*bent, layers[-1])(rows, init(shapes, rng, weights=weights))
    return np.linalg.norm(back(*softmax_cross_entropy(out, observed=observed)[1]())[1]["W0"])


def in_15_relu_common():
    """The reason given, measured; that ReLU has become common is history."""
    kept, lost = (np.median([[_length_of_dW1(depth, bend, weights, seed) for depth in (2, 10)]
                             for seed in range(10)], axis=0)
                  for bend, weights in ((relu, he), (sigmoid, glorot)))
    return bool(0.3 < kept[1] / kept[0] < 3 and lost[1] / lost[0] < 1e-4)

"""Networks: initial weights, and layers composed into one function with one way back."""

import functools
import inspect

import numpy as np


def zeros(shape, rng):
    """All 0, as the notes start their biases."""
    return np.zeros(shape)


def normal(shape, rng):
    """Standard normal, as the notes start their weights."""
    return rng.standard_normal(shape)


def glorot(shape, rng):
    """Uniform with variance 2 / (fan_in + fan_out): for tanh and sigmoid (Glorot and Bengio 2010)."""
    limit = np.sqrt(6 / sum(fans(shape)))
    return rng.uniform(-limit, limit, shape)


def he(shape, rng):
    """Normal with variance 2 / fan_in: for relu (He et al. 2015)."""
    return rng.standard_normal(shape) * np.sqrt(2 / fans(shape)[0])


def fans(shape):
    """How many numbers enter and leave one unit.   (D, H) -> D, H;   kernels (K, C, kh, kw) -> C kh kw, K kh kw"""
    if len(shape) == 2:
        return shape
    K, C, *window = shape
    return C * int(np.prod(window)), K * int(np.prod(window))


def init(shapes, rng, *, weights=glorot, biases=zeros):
    """Parameters by name, from their shapes by name; what has one axis is a bias."""
    return {name: (biases if len(shape) == 1 else weights)(shape, rng) for name, shape in shapes.items()}


def compose(*layers, data=False):
    """Layers as one function: y, back = model(x, params), then dx, dparams = back(dy).

    A layer is a function of x alone, or a tuple of a function and the names of its parameters:
    compose((dense, "W1", "b1"), relu, (dense, "W2", "b2")). A name used twice gets the sum of its gradients.
    With data=True x is data, and dx is None: a first layer that takes data=True need not work it out.
    """
    layers = [(layer[0], [*layer[1:]]) if isinstance(layer, tuple) else (layer, []) for layer in layers]
    all_names = [name for _, names in layers for name in names]
    if data and layers and "data" in inspect.signature(layers[0][0]).parameters:
        layers[0] = functools.partial(layers[0][0], data=True), layers[0][1]

    def model(x, params):
        if missing := [name for name in all_names if name not in params]:
            raise ValueError(f"params lack {', '.join(map(repr, missing))}, expected every name in the layers")
        backs = []
        for f, names in layers:
            x, back_f = f(x, *[params[name] for name in names])
            backs.append((names, back_f))

        def back(dy):
            dx, dparams = way_back(backs, dy)
            return None if data else dx, dparams

        return x, back

    return model


def way_back(backs, dx):
    """From the last layer to the first: each passes its dx on; gradients of one name are summed."""
    dparams = {}
    for names, back in reversed(backs):
        dx, *grads = back(dx)
        if len(grads) != len(names):
            raise ValueError(f"a layer's back returns {len(grads)} gradients for its parameters {names}")
        for name, grad in zip(names, grads, strict=True):
            dparams[name] = dparams[name] + grad if name in dparams else grad
    return dx, dparams

"""An oracle from outside: values and gradients of Keras 3 on JAX, in float64, equal ours to 1e-10."""

import os

import numpy as np
import pytest

from nbcode import activations, attention, layers, losses, optim, recurrent

rng = np.random.default_rng(7)


@pytest.fixture(scope="module", autouse=True)
def oracle():
    """Loaded by the process that asks it, not by each that collects tests."""
    global jax, keras
    os.environ.update(KERAS_BACKEND="jax", JAX_ENABLE_X64="1")
    import jax
    import keras
    from keras.src.backend.common.dtypes import BIT64_TO_BIT32_DTYPE

    BIT64_TO_BIT32_DTYPE.clear()  # Keras on JAX turns float64 into float32 in tanh, mean and others, x64 or not
    jax.config.update("jax_disable_most_optimizations", True)  # what runs once or twice need not be fast
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")


def normal(*shape):
    return rng.standard_normal(shape)


def last(x):
    """Channels last, as Keras has them."""
    return jax.numpy.moveaxis(x, 1, -1)


def first(x):
    """Channels first, as we have them."""
    return jax.numpy.moveaxis(x, -1, 1)


def keras_layer(layer, x, *weights, **options):
    """The layer's output with these weights; it makes its own variables first, of the shapes it wants."""
    layer.build(x.shape)
    fixed = [variable.value for variable in layer.non_trainable_variables]
    return layer.stateless_call(list(weights), fixed, x, **options)[0]


def agree(ours, theirs, *args):
    """Same values, and the same gradient for every argument, for one random upstream gradient."""
    ys, back = ours(*args)
    reference, vjp = jax.vjp(theirs, *(jax.numpy.asarray(x) for x in args))
    reference, tree = jax.tree.flatten(reference)
    ys = ys if isinstance(ys, tuple) else (ys,)
    dys = [normal(*np.shape(y)) for y in ys]
    theirs_back = vjp(jax.tree.unflatten(tree, [jax.numpy.asarray(dy) for dy in dys]))
    for mine, other in [*zip(ys, reference, strict=True), *zip(back(*dys), theirs_back, strict=True)]:
        assert other.dtype == np.float64
        np.testing.assert_allclose(mine, np.asarray(other), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus", "relu", "softmax"])
def test_activations(name):
    agree(getattr(activations, name), getattr(keras.activations, name), 3 * normal(4, 5))


def test_leaky_relu():
    agree(
        lambda z: activations.leaky_relu(z, alpha=0.2),
        lambda z: keras.activations.leaky_relu(z, negative_slope=0.2),
        normal(4, 5),
    )


@pytest.mark.parametrize("ours, theirs", [("mse", "MeanSquaredError"), ("mae", "MeanAbsoluteError")])
def test_regression_losses(ours, theirs):
    observed = normal(4, 3)
    agree(
        lambda y: getattr(losses, ours)(y, observed=observed),
        lambda y: getattr(keras.losses, theirs)()(observed, y),
        normal(4, 3),
    )


def test_log_loss():
    observed = rng.integers(0, 2, (5, 3))
    loss = keras.losses.BinaryCrossentropy()
    agree(
        lambda p: losses.log_loss(p, observed=observed),
        lambda p: loss(observed, p),
        rng.uniform(0.05, 0.95, (5, 3)),
    )


def test_cross_entropy_fused():
    observed = rng.integers(0, 4, 5)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    agree(
        lambda z: losses.softmax_cross_entropy(z, observed=observed), lambda z: loss(observed, z), 3 * normal(5, 4)
    )


def test_cross_entropy_in_two_steps():
    observed = rng.integers(0, 4, 5)
    loss = keras.losses.SparseCategoricalCrossentropy()

    def two_steps(z):
        p, back_p = activations.softmax(z)
        L, back_L = losses.cross_entropy(p, observed=observed)
        return L, lambda dL: back_p(*back_L(dL))

    agree(two_steps, lambda z: loss(observed, keras.activations.softmax(z)), normal(5, 4))


def test_dense():
    agree(
        layers.dense,
        lambda x, W, b: keras_layer(keras.layers.Dense(3), x, W, b),
        normal(5, 4),
        normal(4, 3),
        normal(3),
    )


@pytest.mark.parametrize("stride, padding", [(1, 0), (2, 0), (1, 1), (2, 2)])
def test_conv2d(stride, padding):
    def theirs(x, W, b):
        layer = keras.layers.Conv2D(W.shape[0], W.shape[2:], strides=stride, data_format="channels_last")
        padded = keras.layers.ZeroPadding2D(padding, data_format="channels_last")(last(x))
        return first(keras_layer(layer, padded, jax.numpy.transpose(W, (2, 3, 1, 0)), b))

    def ours(x, W, b):
        return layers.conv2d(x, W, b, stride=stride, padding=padding)

    agree(ours, theirs, normal(2, 3, 7, 6), normal(4, 3, 3, 2), normal(4))


@pytest.mark.parametrize("window, stride", [(2, 2), (3, 2), (2, 1)])
@pytest.mark.parametrize("name, layer", [("maxpool2d", "MaxPooling2D"), ("meanpool2d", "AveragePooling2D")])
def test_pooling(name, layer, window, stride):
    pool = getattr(keras.layers, layer)(window, stride, data_format="channels_last")
    agree(
        lambda x: getattr(layers, name)(x, window=window, stride=stride),
        lambda x: first(pool(last(x))),
        normal(2, 3, 7, 6),
    )


def recurrent_layer(layer):
    """Keras puts examples before time, and gives all hidden states, then the last states."""

    def theirs(xs, *rest):
        *states, Wx, Wh, b = rest
        xs = jax.numpy.swapaxes(xs, 0, 1)
        hs, *last_states = keras_layer(layer, xs, Wx, Wh, b, initial_state=list(states))
        return jax.numpy.swapaxes(hs, 0, 1), *last_states

    return theirs


def test_rnn():
    layer = keras.layers.SimpleRNN(4, return_sequences=True, return_state=True)
    agree(
        recurrent.rnn, recurrent_layer(layer), normal(6, 2, 3), normal(2, 4), normal(3, 4), normal(4, 4), normal(4)
    )


def test_lstm():
    layer = keras.layers.LSTM(4, return_sequences=True, return_state=True)
    shapes = [(6, 2, 3), (2, 4), (2, 4), (3, 16), (4, 16), (16,)]
    agree(recurrent.lstm, recurrent_layer(layer), *(normal(*shape) for shape in shapes))


def test_gru():
    """The paper's, as ours: the reset gate acts before the product. Keras has it behind unless told otherwise."""
    layer = keras.layers.GRU(4, reset_after=False, return_sequences=True, return_state=True)
    shapes = [(6, 2, 3), (2, 4), (3, 12), (4, 12), (12,)]
    agree(recurrent.gru, recurrent_layer(layer), *(normal(*shape) for shape in shapes))


@pytest.mark.parametrize("ours, theirs", [
    (optim.sgd(0.03), lambda: keras.optimizers.SGD(0.03)),
    (optim.momentum(0.03, beta=0.8), lambda: keras.optimizers.SGD(0.03, momentum=0.8)),
    (optim.rmsprop(0.03, beta=0.8, eps=0), lambda: keras.optimizers.RMSprop(0.03, rho=0.8, epsilon=0)),
    (optim.adam(0.03, 0.8, 0.95, eps=0), lambda: keras.optimizers.Adam(0.03, 0.8, 0.95, epsilon=0)),
], ids=["sgd", "momentum", "rmsprop", "adam"])
def test_optimizers(ours, theirs):
    """Thirty steps on the same slopes. eps is 0, since Keras has it elsewhere: in RMSprop under the root."""
    params, memory = {"W": normal(3, 2)}, {}
    theirs, variable = theirs(), keras.Variable(params["W"])
    theirs.learning_rate = keras.Variable(0.03, dtype="float64", trainable=False)
    for _ in range(30):
        slope = normal(3, 2)
        params, _, memory = optim.update(ours, params, {"W": slope}, memory)
        theirs.apply([jax.numpy.asarray(slope)], [variable])
        assert variable.value.dtype == np.float64
        np.testing.assert_allclose(params["W"], np.asarray(variable.value), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("heads", [1, 2, 3])
@pytest.mark.parametrize("masked", [False, True])
def test_attention(heads, masked):
    """Keras has one layer of four matrices, three before the heads and one behind them. Asked for its weights, it
    goes the long way round; its short one works softmax out in float32."""
    mask = rng.integers(0, 2, (4, 5)).astype(bool) | (np.arange(5) == 2) if masked else None
    bare = {"use_bias": False, "kernel_initializer": "zeros"}  # it is called with our weights, below
    layer = keras.layers.MultiHeadAttention(heads, key_dim=2, value_dim=4, **bare)
    layer.build((2, 4, 8), (2, 5, 8))

    def theirs(x, seen, *weights):
        cut = [W.reshape(8, heads, -1) for W in weights[:3]] + [weights[3].reshape(heads, 4, 8)]
        fixed = [variable.value for variable in layer.non_trainable_variables]
        options = {"attention_mask": None if mask is None else mask[None], "return_attention_scores": True}
        return layer.stateless_call(cut, fixed, x, seen, **options)[0][0]

    def ours(x, seen, Wq, Wk, Wv, Wo):
        y, back_y = attention.attention(x @ Wq, seen @ Wk, seen @ Wv, mask=mask, heads=heads)

        def back(dz):
            dq, dk, dv = back_y(dz @ Wo.T)
            pairs = (x, dq), (seen, dk), (seen, dv), (y, dz)
            return dq @ Wq.T, dk @ Wk.T + dv @ Wv.T, *(np.einsum("ntd,nte->de", *pair) for pair in pairs)

        return y @ Wo, back

    sizes = (8, 2 * heads), (8, 2 * heads), (8, 4 * heads), (4 * heads, 8)
    agree(ours, theirs, normal(2, 4, 8), normal(2, 5, 8), *(normal(*size) for size in sizes))


@pytest.mark.parametrize("shape", [(3, 5), (2, 4, 5)])
def test_layernorm(shape):
    layer = keras.layers.LayerNormalization(epsilon=1e-5)
    weights = normal(5), normal(5)
    agree(attention.layernorm, lambda x, *weights: keras_layer(layer, x, *weights), normal(*shape), *weights)


def test_embedding():
    ids = rng.integers(0, 4, (3, 5))
    agree(
        lambda W: attention.embedding(W, ids=ids),
        lambda W: keras_layer(keras.layers.Embedding(4, 2), jax.numpy.asarray(ids), W),
        normal(4, 2),
    )

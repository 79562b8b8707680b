"""Integers and booleans of every type mean the same as in float64: pixels are of 8 bits, and 200 + 100 is 300."""

import inspect

import numpy as np
import pytest
from cases import CASES

from nbcode import activations, attention, check, data, layers, losses, network, optim, recurrent, train

INTEGERS = [np.dtype(kind + size) for kind in "iu" for size in "1248"]
TYPES = [np.dtype(bool), *INTEGERS, np.dtype("f2"), np.dtype("f4")]
HELPERS = {layers.slide, layers.gather, layers.pad, layers.unpad, losses.hits, losses.one_hot}
HELPERS |= {recurrent.gates, recurrent.mix, recurrent.sigmoid_of, recurrent.start, recurrent.recur}
HELPERS |= {recurrent.unroll, recurrent.rows, attention.looking_back, attention.seen}
HELPERS |= {attention.cut, attention.join, attention.turn, attention.mean}
# They get what others have looked at; one_hot has a test of its own.


def extremes(dtype, shape, rng):
    """Numbers of the type, the smallest and largest among them; of 8 bytes as many as float64 tells apart."""
    if dtype not in INTEGERS:
        return rng.integers(0, 2, shape).astype(dtype)
    low, high = max(np.iinfo(dtype).min, -(2**52)), min(np.iinfo(dtype).max, 2**52)
    array = rng.integers(low, high, shape, endpoint=True)
    array.flat[0], array.flat[-1] = low, high
    return array.astype(dtype)


def arguments(name, dtype):
    """A function, its arguments and options; where the shapes fit, of this type."""
    rng = np.random.default_rng(0)
    f, sizes = CASES[name]
    args, options = sizes(rng)
    if name in ("log_loss", "cross_entropy"):  # probabilities
        args = [rng.integers(0, 2, x.shape).astype(dtype) for x in args]
    else:
        args = [extremes(dtype, x.shape, rng) for x in args]
    if name in ("ssr", "mse", "mae"):
        options = {"observed": extremes(dtype, args[0].shape, rng)}
    elif name == "log_loss":
        options = {"observed": rng.integers(0, 2, args[0].shape).astype(dtype)}
    return f, args, options


def in_floats(arrays):
    return [np.asarray(x, float) for x in arrays]


def same(ours, theirs):
    """Equal to the last bit, and in float64."""
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)
        assert np.asarray(a).dtype == float
    return True


def many(ys):
    return ys if isinstance(ys, tuple) else (ys,)


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")
@pytest.mark.parametrize("dtype", TYPES, ids=str)
@pytest.mark.parametrize("name", CASES)
def test_every_function_takes_every_type(name, dtype):
    f, args, options = arguments(name, dtype)
    golden_options = dict(options)
    if name in ("ssr", "mse", "mae", "log_loss"):  # elsewhere labels, or sizes
        golden_options["observed"] = options["observed"].astype(float)
    (ys, back), (golden, golden_back) = f(*args, **options), f(*in_floats(args), **golden_options)
    assert same(many(ys), many(golden))
    rng = np.random.default_rng(1)
    dys = [extremes(dtype, np.shape(y), rng) if np.shape(y) else np.ones((), dtype) for y in many(ys)]
    assert same(back(*dys), golden_back(*in_floats(dys)))


def test_no_function_is_forgotten():
    public = {f for module in (activations, losses, layers, recurrent, attention)
              for name, f in inspect.getmembers(module, inspect.isfunction)
              if f.__module__ == module.__name__ and not name.startswith("_")}
    assert public == {f for f, _ in CASES.values()} | HELPERS


def test_golden_values():
    u8, i8 = np.uint8, np.int8
    assert activations.sigmoid(np.array([200], u8))[0] == [1.0]
    assert activations.softplus(np.array(5, u8))[0] == pytest.approx(5.006715348489118, rel=1e-15)
    assert activations.softmax(np.array([1, 2, 3], u8))[0] == pytest.approx([0.09003057, 0.24472847, 0.66524096])
    assert losses.mae(np.array([3], u8), observed=np.array([1], u8))[0] == 2
    assert losses.ssr(np.array([100], i8), observed=np.array([-100], i8))[0] == 40_000
    assert losses.mse([2**40], observed=[0])[0] == 2.0**80
    assert layers.dense(np.array([[100]], i8), np.array([[100]], i8), np.array([3], i8))[0] == 10_003
    ones = [np.ones(shape, int) for shape in ((2, 1, 1), (1, 1), (1, 1), (1, 1), (1,))]
    halves = recurrent.rnn(*ones)[1](0, 0.5)
    assert same(halves, recurrent.rnn(*in_floats(ones))[1](0.0, np.full((1, 1), 0.5))) and halves[0].any()


@pytest.mark.parametrize("dtype", INTEGERS, ids=str)
def test_labels_of_every_integer_type(dtype):
    labels, z = np.array([2, 0], dtype), np.array([[1.0, 2, 3], [0, 0, 5]])
    assert (losses.one_hot(labels, 3) == [[0, 0, 1], [1, 0, 0]]).all()
    for loss in (losses.cross_entropy, losses.softmax_cross_entropy):
        assert loss(z / 6, observed=labels)[0] == loss(z / 6, observed=[2, 0])[0]


@pytest.mark.parametrize("loss", [losses.cross_entropy, losses.softmax_cross_entropy])
def test_booleans_are_no_labels(loss):
    with pytest.raises(ValueError, match="observed is of type bool, expected integers in 0..1"):
        loss(np.full((2, 2), 0.5), observed=np.array([True, False]))


@pytest.mark.parametrize("dtype", TYPES, ids=str)
def test_descent_and_training_take_every_type(dtype):
    start = {"W": np.ones((1, 1), dtype), "b": np.zeros(1, dtype)}
    floats = {name: p.astype(float) for name, p in start.items()}
    rng = np.random.default_rng(2)
    slopes = {"W": extremes(dtype, (1, 1), rng), "b": extremes(dtype, (1,), rng)}
    for rule in (optim.sgd(1), optim.momentum(1), optim.rmsprop(1), optim.adam(1)):
        ours, theirs = start, floats
        memory = golden_memory = {}
        for _ in range(2):
            ours, steps, memory = optim.update(rule, ours, slopes, memory)
            exact = {name: slope.astype(float) for name, slope in slopes.items()}
            theirs, golden, golden_memory = optim.update(rule, theirs, exact, golden_memory)
            assert same(ours.values(), theirs.values()) and same(steps.values(), golden.values())
    assert optim.largest({"w": np.array([-128], np.int8)}) == 128

    x, line = np.array([[0], [1], [1]], dtype), network.compose((layers.dense, "W", "b"))
    options = {"rule": optim.sgd(0.1), "epochs": 2, "batch_size": 2, "progress": False}
    runs = [train.train(line, losses.mse, params, data, data, **options)
            for params, data in ((start, x), (floats, x.astype(float)))]
    assert runs[0].losses == runs[1].losses and same(runs[0].params.values(), runs[1].params.values())
    ends = [optim.gradient_descent(lambda w: (w * w, lambda: (2 * w,)), w, max_steps=3).path[1:]
            for w in (np.ones((), dtype), 1.0)]
    assert same(*ends)


@pytest.mark.parametrize("dtype", TYPES, ids=str)
def test_what_else_takes_arrays(dtype):
    images = extremes(dtype, (1, 1, 3, 3), np.random.default_rng(4))
    assert (data.shift(images, down=1) == data.shift(images.astype(float), down=1)).all()
    assert check.check(activations.tanh, np.ones(3, dtype)) == check.check(activations.tanh, np.ones(3))
    assert check.prove(losses.mse, (3,), observed=np.ones(3, dtype)).simplified == 3

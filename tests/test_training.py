"""Initial weights, composed layers, update rules, and the training loop with its reasons to stop."""

import re
import sys

import numpy as np
import pytest

from nbcode.activations import relu, sigmoid, softplus, tanh
from nbcode.check import check
from nbcode.data import digits, iris
from nbcode.layers import dense, flatten
from nbcode.losses import log_loss, mae, mse, softmax_cross_entropy, ssr
from nbcode.network import compose, glorot, he, init, normal, zeros
from nbcode.optim import Diverged, adam, guard, momentum, rmsprop, sgd, update
from nbcode.train import train

SHAPES = {"W1": (2, 8), "b1": (8,), "W2": (8, 3), "b2": (3,)}
model = compose((dense, "W1", "b1"), relu, (dense, "W2", "b2"))


def start(seed=0, **options):
    return init(SHAPES, np.random.default_rng(seed), **options)


def test_initial_weights():
    params = start()
    assert {name: p.shape for name, p in params.items()} == SHAPES
    assert not params["b1"].any() and params["W1"].all()
    assert all(map(np.array_equal, params.values(), start().values()))
    assert not np.array_equal(params["W1"], start(1)["W1"])
    assert not start(weights=zeros)["W1"].any() and start(biases=normal)["b1"].all()


@pytest.mark.parametrize("weights, variance", [(glorot, 2 / 700), (he, 2 / 400), (normal, 1.0)])
def test_variance_of_initial_weights(weights, variance):
    W = weights((400, 300), np.random.default_rng(0))
    assert np.var(W) == pytest.approx(variance, rel=0.02) and abs(W.mean()) < 0.01 * np.sqrt(variance) + 1e-3


def test_variance_of_initial_kernels():
    """A kernel (K, C, kh, kw) has C kh kw inputs and K kh kw outputs."""
    W = he((300, 20, 3, 5), np.random.default_rng(0))
    assert np.var(W) == pytest.approx(2 / 300, rel=0.02)
    assert np.abs(glorot((30, 20, 3, 5), np.random.default_rng(0))).max() == pytest.approx(
        np.sqrt(6 / 750), rel=0.01
    )


def test_a_composed_model_has_the_gradient_of_all_its_parts():
    names = list(SHAPES)
    x = np.random.default_rng(2).standard_normal((4, 2))
    smooth = compose((dense, "W1", "b1"), tanh, (dense, "W2", "b2"), softplus)

    def f(x, *values):
        y, back = smooth(x, dict(zip(names, values, strict=True)))

        def back_all(dy):
            dx, dparams = back(dy)
            return dx, *(dparams[name] for name in names)

        return y, back_all

    check(f, x, *start(biases=normal).values())


def test_a_weight_used_twice_gets_both_gradients():
    twice = compose((dense, "W", "b"), tanh, (dense, "W", "b"))

    def f(x, W, b):
        y, back = twice(x, {"W": W, "b": b})

        def back_all(dy):
            dx, dparams = back(dy)
            return dx, dparams["W"], dparams["b"]

        return y, back_all

    check(f, *(np.random.default_rng(3).standard_normal(shape) for shape in ((4, 3), (3, 3), (3,))))


def test_data_get_no_gradient_and_the_weights_the_same():
    x, dy, layers = np.ones((3, 2)), np.ones((3, 1)), [(dense, "W1", "b1"), relu, (dense, "W2", "b2")]
    params = {"W1": np.eye(2), "b1": np.zeros(2), "W2": np.ones((2, 1)), "b2": np.zeros(1)}
    dx, dparams = compose(*layers)(x, params)[1](dy)
    dx_data, dparams_data = compose(*layers, data=True)(x, params)[1](dy)
    assert dx.shape == x.shape and dx_data is None
    assert all(np.array_equal(dparams[name], dparams_data[name]) for name in params)


def walk(rule, slopes):
    """The steps a rule takes for these slopes, one after another."""
    steps, memory, params = [], {}, {"w": np.zeros(())}
    for slope in slopes:
        params, step, memory = update(rule, params, {"w": np.asarray(slope)}, memory)
        steps.append(float(step["w"]))
    assert float(params["w"]) == pytest.approx(-sum(steps))
    return steps


def test_rules_step_as_their_papers_say():
    assert walk(sgd(0.1), [1, 2, -4]) == pytest.approx([0.1, 0.2, -0.4])
    assert walk(momentum(0.1, beta=0.5), [1, 2, -4]) == pytest.approx([0.1, 0.25, -0.275])
    assert walk(rmsprop(0.5, beta=0.75), [2, 4]) == pytest.approx([0.5 * 2 / 1, 0.5 * 4 / np.sqrt(0.75 + 4)])
    m = [0.1 * 1, 0.9 * 0.1 + 0.1 * 2]
    v = [0.001 * 1, 0.999 * 0.001 + 0.001 * 4]
    expected = [
        0.5 * m[t] / (1 - 0.9 ** (t + 1)) / (np.sqrt(v[t] / (1 - 0.999 ** (t + 1))) + 1e-8) for t in range(2)
    ]
    assert walk(adam(0.5), [1, 2]) == pytest.approx(expected)


def test_eps_stands_beside_the_root():
    """Adam's first step is lr slope / (|slope| + eps): with eps inside the root it would be another."""
    assert walk(adam(1.0, eps=3.0), [4.0]) == pytest.approx([4 / 7])
    assert walk(adam(1.0, eps=1e-8), [1e-8]) == pytest.approx([0.5])
    assert walk(rmsprop(1.0, beta=0.75, eps=3.0), [4.0]) == pytest.approx([4 / 5])
    assert walk(rmsprop(1.0), [0.0]) == [0.0]


@pytest.mark.parametrize("rule", [sgd, momentum, rmsprop, adam])
def test_a_slope_of_another_shape_is_refused(rule):
    with pytest.raises(ValueError, match=r"the slope of W has shape \(3,\), expected \(3, 1\)"):
        update(rule(), {"W": np.zeros((3, 1))}, {"W": np.ones(3)}, {})


@pytest.mark.parametrize("rule", [rmsprop(0.1, eps=0), adam(0.1, eps=0)])
def test_what_divides_by_the_root_mean_square_does_not_see_the_scale(rule):
    slopes = np.random.default_rng(3).standard_normal(20)
    assert walk(rule, 1000 * slopes) == pytest.approx(walk(rule, slopes), rel=1e-12)


@pytest.mark.parametrize("rule", [sgd(0.5), momentum(0.05), rmsprop(0.01), adam(0.02)])
def test_iris_is_learned(rule, capsys):
    x, species = iris()
    end = train(model, softmax_cross_entropy, start(), x, species, rule=rule, epochs=60, batch_size=10)
    assert end.accuracies[-1] > 0.9 > end.accuracies[0] and end.losses[-1] < 0.3
    assert len(end.losses) == len(end.accuracies) == 60 and end.reason == "60 epochs were run"
    bar = capsys.readouterr().err
    assert "60/60" in bar and f"accuracy={end.accuracies[-1]:.3f}" in bar and f"loss={end.losses[-1]:.4f}" in bar


def test_digits_are_learned_and_repeat(capsys):
    x, labels = digits()
    deep = compose((dense, "W1", "b1"), relu, (dense, "W2", "b2"), relu, (dense, "W3", "b3"))
    shapes = {"W1": (64, 16), "b1": (16,), "W2": (16, 16), "b2": (16,), "W3": (16, 10), "b3": (10,)}

    def learn():
        params = init(shapes, np.random.default_rng(0), weights=he)
        return train(deep, softmax_cross_entropy, params, x[:1500], labels[:1500], epochs=12, progress=False)

    first, second = learn(), learn()
    assert first.losses == second.losses
    assert (deep(x[1500:], first.params)[0].argmax(axis=1) == labels[1500:]).mean() > 0.85
    assert capsys.readouterr().err == ""


def test_every_example_is_met_once_per_epoch():
    met = []

    def spy(x, params):
        met.append(np.ravel(x))
        return x * params["w"], lambda dy: (dy * params["w"], {"w": (dy * x).sum()})

    x = np.arange(1.0, 12.0)[:, None]
    train(spy, mse, {"w": np.zeros(())}, x, x, rule=sgd(1e-9), epochs=1, batch_size=4, progress=False)
    assert [len(batch) for batch in met] == [4, 4, 3]
    assert sorted(np.concatenate(met)) == list(np.ravel(x))


def regression(**options):
    x = np.linspace(-1, 1, 20)[:, None]
    line = compose((dense, "W", "b"))
    params = {"W": np.zeros((1, 1)), "b": np.zeros(1)}
    return train(line, mse, params, x, 2 * x + 1, progress=False, batch_size=20, **options)


def test_small_steps_stop_it():
    end = regression(rule=sgd(0.5), epochs=1000, tol=1e-6)
    assert "below 1e-06" in end.reason and len(end.losses) < 1000
    assert end.params["W"].item() == pytest.approx(2, abs=1e-4) and end.params["b"].item() == pytest.approx(1)


def test_patience_stops_it():
    end = regression(rule=sgd(0.0), epochs=1000, patience=3)
    assert end.reason == "no lower loss in 3 epochs" and len(end.losses) == 4


@pytest.mark.parametrize("lr", [3.0, 1e30, 1e200])
def test_divergence_stops_it_with_a_message(lr):
    with pytest.raises(Diverged, match=r"diverged at epoch \d+, batch 1: the loss is .*smaller learning rate"):
        regression(rule=sgd(lr), epochs=1000)


def test_accuracy_counts_rows():
    x = np.array([[0.2], [0.7], [0.9]])
    keep = compose((dense, "W", "b"))
    params = {"W": np.ones((1, 1)), "b": np.zeros(1)}
    end = train(keep, mse, params, x, np.array([[0], [0], [1]]), rule=sgd(0.0), epochs=1, progress=False)
    assert end.accuracies == [pytest.approx(2 / 3)]


def test_every_epoch_has_an_order_of_its_own():
    met = []

    def spy(x, params):
        met.append(np.ravel(x).tolist())
        return x * params["w"], lambda dy: (dy * params["w"], {"w": (dy * x).sum()})

    x = np.arange(1.0, 12.0)[:, None]
    train(spy, mse, {"w": np.zeros(())}, x, x, rule=sgd(1e-9), epochs=4, batch_size=11, progress=False)
    assert len({tuple(order) for order in met}) == 4 and all(sorted(order) == sorted(met[0]) for order in met)


@pytest.mark.parametrize("loss", [ssr, mse, mae, log_loss, softmax_cross_entropy])
@pytest.mark.parametrize("batch_size", [1, 2, 3, 4, 7, 100])
def test_the_loss_of_an_epoch_is_that_of_all_rows(loss, batch_size):
    """A sum stays a sum, a mean a mean, however the rows are cut: the parameters do not move at rate 0."""
    rng = np.random.default_rng(0)
    layers = [(dense, "W", "b")] + [sigmoid] * (loss is log_loss)
    model, params = compose(*layers), init({"W": (2, 3), "b": (3,)}, rng)
    x = rng.standard_normal((7, 2)) * np.arange(1, 8)[:, None]
    observed = rng.integers(0, 2, 7) if loss is softmax_cross_entropy else rng.integers(0, 2, (7, 3))
    end = train(model, loss, params, x, observed, rule=sgd(0), epochs=2, batch_size=batch_size, progress=False)
    assert end.losses == pytest.approx([loss(model(x, params)[0], observed=observed)[0]] * 2, rel=1e-12)


def test_tol_looks_at_every_batch():
    """One row has a slope, the other none: whichever comes last, the epoch's largest step is that of the one."""
    x, observed = np.array([[1.0], [0.0]]), np.array([[1.0], [0.0]])
    line = compose((lambda x, w: (x * w, lambda dy: (dy * w, (dy * x).sum())), "w"))
    options = {"rule": sgd(1e-3), "epochs": 3, "batch_size": 1, "tol": 1e-6, "progress": False}
    for seed in range(4):
        end = train(line, mse, {"w": 0.0}, x, observed, seed=seed, **options)
        assert end.reason == "3 epochs were run"


def test_a_row_is_right_where_all_its_outputs_are():
    x = np.array([[0.2, 0.9], [0.7, 0.9], [0.1, 0.3]])
    keep, params = compose((dense, "W", "b")), {"W": np.eye(2), "b": np.zeros(2)}
    observed = np.array([[0, 1], [0, 1], [1, 0]])  # both right, one right, one right
    assert train(keep, mse, params, x, observed, rule=sgd(0), epochs=1, progress=False).accuracies == [1 / 3]


@pytest.mark.parametrize("name", ["tolerance", "patients", "epoch"])
def test_a_mistyped_option_is_refused_before_anything_runs(name):
    def never(x, params):
        raise AssertionError("an epoch has begun")

    with pytest.raises(TypeError, match=f"unexpected keyword argument '{name}'"):
        train(never, mse, {}, np.ones((2, 1)), np.ones((2, 1)), **{name: 1})


def test_without_tqdm_there_is_a_line_per_epoch(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    x = np.array([[0.0], [1.0]])
    options = {"rule": sgd(0), "epochs": 2, "batch_size": 1}
    line, params = compose((dense, "W", "b")), {"W": np.ones((1, 1)), "b": np.zeros(1)}
    train(line, mse, params, x, 1 - x, **options)
    assert capsys.readouterr().err == "loss=1.0000, accuracy=0.000\n" * 2
    train(line, mse, params, x, 1 - x, progress=False, **options)
    assert capsys.readouterr().err == ""


SANE = {"w": np.ones(2), "b": np.zeros(())}


@pytest.mark.parametrize("L", [np.nan, np.inf, -np.inf, 1e51])
def test_a_loss_that_is_no_sane_number_stops_it(L):
    with pytest.raises(Diverged, match=re.escape(f"diverged at step 1: the loss is {L:g}, the largest step 1. ")):
        guard(L, SANE, SANE, "step 1")
    guard(1.0, SANE, SANE, "step 1")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1e51])
@pytest.mark.parametrize("name", SANE)
def test_a_step_that_is_no_sane_number_stops_it(name, bad):
    steps = SANE | {name: SANE[name] + bad}
    with pytest.raises(Diverged, match=re.escape(f"the loss is 1, the largest step {abs(bad):g}. ")):
        guard(1.0, steps, SANE, "step 1")


@pytest.mark.parametrize("L, step", [(np.nan, 1.0), (np.inf, 1.0), (1.0, np.nan), (1.0, np.inf)])
def test_no_learning_rate_mends_a_number_that_is_none(L, step):
    with pytest.raises(Diverged, match="Look for 0/0, log 0 or inf - inf") as caught:
        guard(L, {"w": np.array(step)}, {"w": 1.0}, "step 1")
    assert "learning rate" not in str(caught.value)


@pytest.mark.parametrize("first", [relu, flatten])
def test_data_may_come_to_any_first_layer(first):
    x, params = np.array([[1.0, -2.0]]), {"W": np.ones((2, 1)), "b": np.zeros(1)}
    for layers, names in (([first], {}), ([first, (dense, "W", "b")], params)):
        y, back = compose(*layers, data=True)(x, params)
        dx, dparams = back(np.ones_like(y))
        y_too, back_too = compose(*layers)(x, params)
        assert dx is None and np.array_equal(y, y_too) and dparams.keys() == names.keys()
        assert all(np.array_equal(dparams[name], back_too(np.ones_like(y))[1][name]) for name in names)

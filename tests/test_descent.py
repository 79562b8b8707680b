"""Gradient descent on the worked examples of the notes, and how it ends."""

import numpy as np
import pytest

from nbcode.activations import softplus
from nbcode.data import dosage, heights
from nbcode.layers import dense
from nbcode.losses import ssr
from nbcode.optim import Diverged, adam, gradient_descent, momentum, rmsprop, sgd, update

weight, height = heights()
FINAL = {
    "W1": np.array([[3.34, -3.53]]),
    "b1": np.array([-1.43, 0.57]),
    "W2": np.array([[-1.22], [-2.30]]),
    "b2": np.array([2.61]),
}


def intercept_loss(intercept):
    L, back_ssr = ssr(intercept + 0.64 * weight, observed=height)
    return L, lambda: (back_ssr()[0].sum(),)


def line_loss(line):
    L, back_ssr = ssr(line["intercept"] + line["slope"] * weight, observed=height)

    def back():
        (dpredicted,) = back_ssr()
        return ({"intercept": dpredicted.sum(), "slope": (dpredicted * weight).sum()},)

    return L, back


def network(params):
    dose, effect = dosage()
    z, back_z = dense(dose, params["W1"], params["b1"])
    a, back_a = softplus(z)
    y, back_y = dense(a, params["W2"], params["b2"])
    L, back_L = ssr(y, observed=effect)

    def back():
        da, dW2, db2 = back_y(*back_L())
        _, dW1, db1 = back_z(*back_a(da))
        return ({"W1": dW1, "b1": db1, "W2": dW2, "b2": db2},)

    return L, back


def test_one_parameter_walks_as_in_the_notes():
    end = gradient_descent(intercept_loss, 0.0, lr=0.1, tol=1e-4)
    assert np.allclose(end.path[:6], [0, 0.57, 0.80, 0.89, 0.926, 0.941], atol=0.005)
    assert end.losses[0] == pytest.approx(3.156, abs=1e-3)
    assert end.params == pytest.approx(0.9507, abs=1e-4)
    assert "below 0.0001" in end.reason


def test_the_stop_is_the_first_step_below_tol():
    path = gradient_descent(intercept_loss, 0.0, tol=1e-4).path
    steps = np.abs(np.diff(path))
    assert steps[-1] < 1e-4 and (steps[:-1] >= 1e-4).all()


def test_two_parameters_reach_least_squares():
    end = gradient_descent(line_loss, {"intercept": 0.0, "slope": 1.0}, lr=0.01, tol=1e-9, max_steps=10_000)
    slope, intercept = np.polyfit(weight, height, 1)
    assert end.path[1] == pytest.approx({"intercept": 0.016, "slope": 1.008}, abs=1e-9)
    assert end.params == pytest.approx({"intercept": intercept, "slope": slope}, abs=1e-6)


def test_last_bias_alone():
    """b3 from 0 with the six others at their final values: 0, 1.57, 2.19, 2.44, 2.54 ... 2.61."""

    def loss(b3):
        L, back = network(FINAL | {"b2": b3})
        return L, lambda: (back()[0]["b2"],)

    end = gradient_descent(loss, np.zeros(1), lr=0.1)
    assert np.allclose(np.ravel(end.path[:5]), [0, 1.57, 2.19, 2.44, 2.54], atol=0.01)
    assert end.losses[0] == pytest.approx(20.4, abs=0.05)
    assert end.params[0] == pytest.approx(2.61, abs=0.005)


def test_all_seven_parameters_reach_the_published_network():
    start = {
        "W1": np.array([[2.74, -1.13]]),
        "b1": np.zeros(2),
        "W2": np.array([[0.36], [0.63]]),
        "b2": np.zeros(1),
    }
    end = gradient_descent(network, start, lr=0.01, tol=1e-8, max_steps=10_000)
    assert end.losses[0] == pytest.approx(1.896, abs=1e-3)
    assert end.losses[-1] < 1e-8
    for name in FINAL:
        assert np.allclose(end.params[name], FINAL[name], atol=0.01), name


def test_max_steps_is_said():
    end = gradient_descent(intercept_loss, 0.0, lr=1e-3, max_steps=7)
    assert len(end.losses) == 7 and end.reason == "7 steps were taken"


@pytest.mark.parametrize("lr", [1.0, 1e30, 1e200])
def test_divergence_is_named(lr):
    with pytest.raises(Diverged, match=r"diverged at step \d+.*A smaller learning rate"):
        gradient_descent(intercept_loss, 0.0, lr=lr)


def test_start_is_not_changed():
    start = {"W1": np.ones((1, 2)), "b1": np.zeros(2), "W2": np.ones((2, 1)), "b2": np.zeros(1)}
    gradient_descent(network, start, max_steps=3)
    assert (start["W1"] == 1).all() and (start["b1"] == 0).all()


@pytest.mark.parametrize("rule", [sgd(0.01), momentum(0.01), adam(0.1)])
def test_every_rule_drives_it(rule):
    """The path is that of update, which train takes too; and it leads to least squares."""
    start = {"intercept": 0.0, "slope": 1.0}
    end = gradient_descent(line_loss, start, rule=rule, tol=1e-9, max_steps=10_000)
    params, memory = start, {}
    for met in end.path[:50]:
        assert met == params
        (slopes,) = line_loss(params)[1]()
        params, _, memory = update(rule, params, slopes, memory)
    assert end.reason.startswith("every step is below 1e-09")
    slope, intercept = np.polyfit(weight, height, 1)
    assert end.params == pytest.approx({"intercept": intercept, "slope": slope}, abs=1e-6)


@pytest.mark.parametrize("start", [0.0, 0, np.zeros(()), np.zeros(1), [0.0], np.zeros((2, 3))])
def test_a_lone_parameter_keeps_its_shape(start):
    def loss(w):
        residual = np.asarray(w) - 1.0
        return (residual**2).sum(), lambda: (2 * residual,)

    for rule in (None, adam(0.05)):
        end = gradient_descent(loss, start, lr=0.3, rule=rule, tol=1e-6)
        assert end.path[0] is start and np.shape(end.params) == np.shape(start)
        assert end.params == pytest.approx(np.ones(np.shape(start)), abs=1e-3)


def test_no_step_is_a_descent_too():
    assert gradient_descent(intercept_loss, 2.0, max_steps=0) == (2.0, [], [2.0], "0 steps were taken")


def test_a_gradient_that_is_no_number_is_not_the_rate():
    with pytest.raises(Diverged, match="the loss is 1, the largest step nan. Look for 0/0"):
        gradient_descent(lambda w: (1.0, lambda: ({"a": np.ones(2), "b": np.nan},)), {"a": np.ones(2), "b": 1.0})


@pytest.mark.parametrize("rule", [sgd(-0.1), momentum(-0.1), rmsprop(-1e51), adam(-1e51)])
def test_a_negative_rate_climbs_and_no_smaller_one_helps(rule):
    with pytest.raises(Diverged, match="The steps lead uphill: the learning rate is negative.$"):
        gradient_descent(intercept_loss, 0.0, rule=rule)


@pytest.mark.parametrize("rule", [sgd(1.0), momentum(1.0), rmsprop(1e51), adam(1e51)])
def test_too_large_a_rate_is_named(rule):
    with pytest.raises(Diverged, match="A smaller learning rate may help.$"):
        gradient_descent(intercept_loss, 0.0, rule=rule)

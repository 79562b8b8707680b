"""Activations and losses: values, safety far from zero, kinks."""

import numpy as np
import pytest

from nbcode import activations, losses
from nbcode.check import check

rng = np.random.default_rng(0)
ACTIVATIONS = ["sigmoid", "tanh", "softplus", "relu", "leaky_relu", "softmax", "argmax"]


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("shape", [(3,), (4, 3), (2, 3, 2)])
def test_activation_gradients(name, shape):
    check(getattr(activations, name), rng.standard_normal(shape))


@pytest.mark.parametrize("name", ["ssr", "mse"])
@pytest.mark.parametrize("shape", [(3,), (4, 2)])
def test_regression_loss_gradients(name, shape):
    check(getattr(losses, name), rng.standard_normal(shape), observed=rng.standard_normal(shape))


def test_central_difference_agrees():
    check(activations.softplus, rng.standard_normal(5), central=True)


def test_check_names_the_wrong_gradient():
    def wrong(x, y):
        return x * y, lambda dz: (dz * y, dz * x * 1.001)

    with pytest.raises(AssertionError, match="gradient 2"):
        check(wrong, rng.standard_normal(4), rng.standard_normal(4))
    with pytest.raises(AssertionError, match="gradient 2"):
        check(wrong, rng.standard_normal(4), rng.standard_normal(4), central=True)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("z", [1e3, -1e3, 1e4, -1e4, 0.0, -40.0, 40.0])
def test_safe_far_from_zero(z):
    zs = np.array([z, 0.5 * z, 0.0])
    (a, back_a), (s, back_s), (p, back_p) = (
        f(zs) for f in (activations.sigmoid, activations.softplus, activations.softmax)
    )
    assert s == pytest.approx(np.logaddexp(0, zs), rel=1e-14, abs=0)
    assert back_s(1.0)[0] == pytest.approx(a, rel=1e-14)
    assert a[0] == pytest.approx(np.exp(-np.logaddexp(0, -z)), rel=1e-12, abs=0)
    assert p == pytest.approx(np.exp(zs - np.logaddexp.reduce(zs)), rel=1e-11, abs=0)
    assert all(np.isfinite(back(np.ones(3))[0]).all() for back in (back_a, back_s, back_p))


def test_known_values():
    assert activations.sigmoid(2.6)[0] == pytest.approx(0.9309, abs=5e-5)
    assert activations.softplus(0.0)[0] == pytest.approx(np.log(2))
    assert activations.softmax([1.43, -0.4, 0.23])[0] == pytest.approx([0.684, 0.110, 0.206], abs=5e-4)
    assert (activations.argmax([[1.43, -0.4, 0.23], [0, 2, 2]])[0] == [[1, 0, 0], [0, 1, 0]]).all()


def test_slopes_at_the_kink():
    assert activations.relu(0.0)[1](1.0) == (0.0,)
    assert activations.leaky_relu(0.0, alpha=0.25)[1](1.0) == (0.25,)
    assert activations.leaky_relu([-2.0, 2.0], alpha=0.25)[0] == pytest.approx([-0.5, 2])

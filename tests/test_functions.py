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


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("p, y, L", [(0.0, 0, 0.0), (1.0, 1, 0.0), (0.0, 1, -np.log(2.0**-52)), (1.0, 0, 36.04)])
def test_log_loss_is_finite_at_the_ends(p, y, L):
    loss, back = losses.log_loss([[p]], observed=[[y]])
    assert loss == pytest.approx(L, abs=0.01)
    assert np.isfinite(back()[0]).all()
    assert np.sign(back()[0].item()) == (1 if p > y or p == y == 0 else -1)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("z", [1e4, -1e4, 1e300])
def test_fused_cross_entropy_is_exact_far_from_zero(z):
    L, back = losses.softmax_cross_entropy([[z, 0.0], [0.0, z]], observed=[0, 0])
    wins = z > 0
    assert L == pytest.approx(abs(z) / 2)
    assert back()[0] == pytest.approx(np.array([[0, 0], [-1, 1]] if wins else [[-1, 1], [0, 0]]) / 2)


@pytest.mark.filterwarnings("error")
def test_cross_entropy_is_finite_at_zero():
    L, back = losses.cross_entropy([[1.0, 0.0]], observed=[1])
    assert 700 < L < 710 and np.isfinite(back()[0]).all() and back()[0][0, 1] < 0


def test_cross_entropy_of_the_notes():
    """The 2-2-3 network for iris with b3 = 0 and b3 = -2: probabilities, total, slope for b3."""
    x = np.array([[0.04, 0.42], [1.0, 0.54], [0.5, 0.37]])
    a = np.maximum(x @ [[-2.5, -1.5], [0.6, 0.4]] + [1.6, 0.7], 0)
    z = a @ [[-0.1, 2.4, -2.2], [1.5, -5.2, 3.7]] + [0, 0, 1]
    observed = [0, 2, 1]
    p, back_p = activations.softmax(z)
    L, back_L = losses.cross_entropy(p, observed=observed)
    assert p[range(3), observed] == pytest.approx([0.5677, 0.5761, 0.5182], abs=5e-5)
    assert 3 * L == pytest.approx(1.775, abs=5e-4)
    L, back = losses.softmax_cross_entropy(z - [2, 0, 0], observed=observed)
    assert 3 * L == pytest.approx(2.666, abs=5e-4) and back(3)[0].sum(axis=0)[0] == pytest.approx(-0.773, abs=5e-4)
    fused = losses.softmax_cross_entropy(z, observed=observed)[1]()[0]
    assert fused == pytest.approx(back_p(*back_L())[0])


def test_known_losses():
    predicted, observed = np.array([1.0, 2.0, 4.0]), np.array([1.0, 3.0, 1.0])
    values = {losses.ssr: 10, losses.mse: 10 / 3, losses.mae: 4 / 3}
    for loss, value in values.items():
        assert loss(predicted, observed=observed)[0] == pytest.approx(value)
    assert losses.mae(predicted, observed=observed)[1]()[0] == pytest.approx([0, -1 / 3, 1 / 3])
    L = losses.log_loss([0.8, 0.4], observed=[1, 0])[0]
    assert L == pytest.approx(-(np.log(0.8) + np.log(0.6)) / 2)


@pytest.mark.filterwarnings("error")
def test_each_row_has_its_own_largest():
    """Rows far apart: with one largest number for all of them the first row would be 0/0."""
    z = np.array([[0.0, 0.0], [1000.0, 1000.0]])
    assert (activations.softmax(z)[0] == 0.5).all()
    L, back = losses.softmax_cross_entropy(z, observed=[0, 1])
    assert L == pytest.approx(np.log(2)) and back()[0] == pytest.approx(np.array([[-1, 1], [1, -1]]) / 4)


@pytest.mark.filterwarnings("error")
def test_a_class_that_minus_infinity_rules_out():
    z = np.array([[0.0, -np.inf, 0.0]])
    L, back = losses.softmax_cross_entropy(z, observed=[0])
    assert L == pytest.approx(np.log(2)) and back()[0] == pytest.approx(np.array([[-0.5, 0, 0.5]]))
    assert losses.softmax_cross_entropy(z, observed=[1])[0] == np.inf
    assert activations.softmax(z)[0] == pytest.approx(np.array([[0.5, 0, 0.5]]))

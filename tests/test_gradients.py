"""Every way back: against the complex step, against wrong versions of itself, and as a linear, pure map."""

import numpy as np
import pytest
from cases import CASES, draw, upstream
from hypothesis import given, settings
from hypothesis import strategies as st

from nbcode.check import check
from nbcode.recurrent import gru, lstm, rnn

SEEDS = range(12)
seeds = st.integers(0, 2**32 - 1)
factors = st.integers(-1000, 1000).map(lambda n: n / 64)


@pytest.mark.parametrize("name", CASES)
def test_back_is_the_derivative(name):
    for seed in SEEDS:
        f, args, options = draw(name, seed)
        assert check(f, *args, seed=seed, **options) < 1e-10


@pytest.mark.parametrize("name", sorted(set(CASES) - {"argmax"}))
def test_central_difference_says_the_same(name):
    f, args, options = draw(name, 0)
    assert check(f, *args, central=True, **options) < 1e-6


def scaled(grad):
    return 1.001 * grad


def negated(grad):
    return -grad


def one_entry_negated(grad):
    grad = np.array(grad, float)
    grad.flat[np.abs(grad).argmax()] *= -1
    return grad


def transposed(grad):
    square = np.ndim(grad) > 1 and np.shape(grad)[-1] == np.shape(grad)[-2]  # else its shape would give it away
    return np.swapaxes(grad, -1, -2) if square else grad


def one_step_skipped(grad):
    grad = np.array(grad, float)
    grad[len(grad) // 2] = 0
    return grad


def wrong_out(f, k, change):
    """f with gradient k changed on its way out of back."""

    def mutant(*args, **options):
        y, back = f(*args, **options)
        return y, lambda *dys: tuple(change(g) if i == k else g for i, g in enumerate(back(*dys)))

    return mutant


def wrong_in(f, k, change):
    """f with the upstream gradient k changed on its way into back."""

    def mutant(*args, **options):
        y, back = f(*args, **options)
        return y, lambda *dys: back(*(change(g) if i == k else g for i, g in enumerate(dys)))

    return mutant


def forgetful(f, states, t):
    """A recurrent f whose way back stops at step t: no gradient passes from the later steps to the earlier."""

    def mutant(xs, *rest):
        (early, *state), back_early = f(xs[:t], *rest)
        (late, *state), back_late = f(xs[t:], *state, *rest[states:])

        def back(dhs, *dstate):
            dlate, _, *late_grads = back_late(dhs[t:], *dstate)
            dearly, dh0, *early_grads = back_early(dhs[:t])
            sums = [a + b for a, b in zip(early_grads[states - 1 :], late_grads[states - 1 :], strict=True)]
            return np.concatenate([dearly, dlate]), dh0, *early_grads[: states - 1], *sums

        return (np.concatenate([early, late]), *state), back

    return mutant


def mutants(name, f, args, options):
    """Wrong versions of f that give another gradient than f does."""
    layer = name in ("rnn", "gru", "lstm")
    rng = np.random.default_rng(1)
    y, back = f(*args, **options)
    dys = upstream(y, rng)
    out = [scaled, negated, one_entry_negated, transposed] + [one_step_skipped] * layer
    candidates = [wrong_out(f, k, change) for k in range(len(args)) for change in out]
    candidates += [wrong_in(f, k, change) for k in range(len(dys)) for change in (scaled, transposed)]
    if layer:
        candidates += [wrong_in(f, 0, one_step_skipped)]
        candidates += [forgetful(f, len(args) - 4, t) for t in range(1, len(args[0]))]
    for mutant in candidates:
        grads = mutant(*args, **options)[1](*dys)
        if not all(np.array_equal(g, m) for g, m in zip(back(*dys), grads, strict=True)):
            yield mutant


def caught(mutant, args, options):
    try:
        check(mutant, *args, **options)
    except AssertionError:
        return True
    return False


def test_every_mutant_is_caught(capsys):
    killed = {}
    for name in CASES:
        results = []
        for seed in SEEDS:
            f, args, options = draw(name, seed)
            results += [caught(mutant, args, options) for mutant in mutants(name, f, args, options)]
        assert all(results), f"{name}: {results.count(False)} of {len(results)} mutants survived"
        killed[name] = len(results)
    with capsys.disabled():
        print(f"\n{sum(killed.values())} mutants, every one caught: {killed}")
    assert all(n >= 12 for name, n in killed.items() if name != "argmax") and killed["argmax"] == 0


def test_a_forgetful_way_back_is_a_mutant():
    """The unchanged two halves, joined properly, would be right: so what is caught is the forgetting."""
    for name, f in (("rnn", rnn), ("gru", gru), ("lstm", lstm)):
        _, (xs, *rest), options = draw(name, 0)
        states = len(rest) - 3
        outputs, _ = forgetful(f, states, 1)(xs, *rest)
        for ours, theirs in zip(outputs, f(xs, *rest)[0], strict=True):
            assert np.allclose(ours, theirs, atol=1e-14)


@pytest.mark.parametrize("name", ["dense", "conv2d", "rnn", "gru", "lstm"])
def test_data_get_no_gradient_and_all_else_the_same(name):
    f, args, options = draw(name, 0)
    y, back = f(*args, **options)
    y_data, back_data = f(*args, **options, data=True)
    dys = upstream(y, np.random.default_rng(0))
    (_, *grads), (none, *grads_data) = back(*dys), back_data(*dys)
    assert none is None and all(map(np.array_equal, grads, grads_data))
    assert all(map(np.array_equal, y, y_data))


def test_check_notices_a_missing_gradient():
    def f(x, y):
        return x * y, lambda dz: (dz * y,)

    with pytest.raises(AssertionError, match="1 gradients for 2 arguments"):
        check(f, np.ones(2), np.ones(2))


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=seeds, a=factors, b=factors)
def test_back_is_linear(name, seed, a, b):
    f, args, options = draw(name, seed)
    rng = np.random.default_rng(seed)
    y, back = f(*args, **options)
    us, vs = upstream(y, rng), upstream(y, rng)
    both = back(*(a * u + b * v for u, v in zip(us, vs, strict=True)))
    for ours, du, dv in zip(both, back(*us), back(*vs), strict=True):
        assert np.allclose(ours, a * du + b * dv, rtol=1e-9, atol=1e-9 * (abs(a) + abs(b)))


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=seeds)
def test_nothing_is_changed_and_back_can_be_asked_twice(name, seed):
    f, args, options = draw(name, seed)
    before = [x.copy() for x in args]
    y, back = f(*args, **options)
    dys = upstream(y, np.random.default_rng(seed))
    kept, asked = [np.array(dy) for dy in dys], [np.array(v) for v in (y if isinstance(y, tuple) else (y,))]
    first = [np.array(g) for g in back(*dys)]
    second = back(*dys)
    assert all(map(np.array_equal, first, second)) and all(map(np.array_equal, dys, kept))
    assert all(map(np.array_equal, args, before))
    assert all(map(np.array_equal, asked, y if isinstance(y, tuple) else (y,)))


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=seeds)
def test_gradients_have_the_shapes_of_the_arguments(name, seed):
    f, args, options = draw(name, seed)
    y, back = f(*args, **options)
    grads = back(*upstream(y, np.random.default_rng(seed)))
    assert isinstance(grads, tuple)
    assert [np.shape(g) for g in grads] == [x.shape for x in args]
    assert all(np.asarray(g).dtype == float for g in grads)


@pytest.mark.parametrize("name", ["ssr", "mse", "mae", "log_loss", "cross_entropy", "softmax_cross_entropy"])
def test_a_loss_asked_without_argument_means_one(name):
    f, args, options = draw(name, 3)
    L, back = f(*args, **options)
    assert np.ndim(L) == 0
    assert np.array_equal(back()[0], back(1)[0]) and np.allclose(back(7.0)[0], 7 * back()[0])


NOT_ANALYTIC = {
    "abs": (np.abs, np.sign),
    "root of z times conj z": (lambda z: np.sqrt((z * np.conj(z)).real), np.sign),
    "conj": (np.conj, np.ones_like),
    "real": (np.real, np.ones_like),
    "sign of a complex number": (lambda z: z * np.sign(z), np.sign),
    "cast": (lambda z: np.asarray(np.real(z), float) ** 2, lambda z: 2 * z),
}


@pytest.mark.parametrize("name", NOT_ANALYTIC)
def test_check_says_where_f_is_not_analytic(name):
    """There the complex step gives something else than the derivative, and a wrong back may agree with it."""
    f, df = NOT_ANALYTIC[name]
    z = np.array([1.5, -0.5, -2.0, 0.25])
    wrong = np.imag(f(z + 1e-30j)) / 1e-30
    for slope in (wrong, df(z)):
        with pytest.raises(AssertionError, match="gradient 1: no verdict, f is not analytic there"):
            check(lambda z, slope=slope: (f(z), lambda dz: (slope * dz,)), z)
    assert check(lambda z: (f(z), lambda dz: (df(z) * dz,)), z, central=True) < 1e-6
    with pytest.raises(AssertionError, match="gradient 1: back gives"):
        check(lambda z: (f(z), lambda dz: (wrong * dz,)), z, central=True)


def test_one_entry_that_is_not_analytic_is_enough():
    z = np.random.default_rng(0).standard_normal((100, 100))
    inside = np.zeros_like(z)
    inside[50, 50] = 1

    def f(z):
        slope = (1 - inside) * (1 - np.tanh(z) ** 2)
        return np.where(inside, np.abs(z), np.tanh(z)).sum(), lambda dy: (dy * slope,)

    with pytest.raises(AssertionError, match="not analytic"):
        check(f, z)


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1.0, 1e4, 1e9])
def test_analytic_functions_pass_whatever_their_size(scale):
    x = np.array([1.0, -2.0, 0.5])

    def square(x, y):
        r = x - y
        return (r * r).sum(), lambda dL: (2 * dL * r, -2 * dL * r)

    assert check(square, scale * x, scale * (x + 1e-3)) < 1e-10
    assert check(lambda x: (scale * x**3, lambda dy: (3 * scale * x * x * dy,)), x) < 1e-10


@pytest.mark.parametrize("call", [0, 1, 2])
def test_each_of_three_directions_is_looked_at(call):
    """A gradient that is wrong along one direction alone: back is asked once for each."""
    calls = []

    def f(x):
        def back(dy):
            calls.append(dy)
            return ((1.001 if len(calls) == call + 1 else 1) * 2 * x * dy,)

        return x * x, back

    with pytest.raises(AssertionError, match="gradient 1: back gives"):
        check(f, np.ones(3))
    assert len(calls) == call + 1


@pytest.mark.parametrize("name", CASES)
def test_a_gradient_from_above_has_the_shape_of_the_output(name):
    """ValueError names it, what came and what was expected; one number stands for all entries."""
    f, args, options = draw(name, 0)
    y, back = f(*args, **options)
    ys = y if isinstance(y, tuple) else (y,)
    dys = upstream(y, np.random.default_rng(0))
    for k, dy in enumerate(dys):
        for wrong in (np.ones((5, *dy.shape)), np.ones((*dy.shape, 1)), dy[..., None, None]):
            with pytest.raises(ValueError, match=r"^d\w+ has shape \(.*\), expected \(.*\), as the output has"):
                back(*dys[:k], wrong, *dys[k + 1 :])
    full = back(*(np.full(np.shape(y), 0.5) for y in ys))
    assert all(map(np.array_equal, back(*[0.5] * len(ys)), full))


def test_what_the_loss_does_not_use_is_zero():
    for name in ("rnn", "gru", "lstm", "lstm_cell"):
        f, args, options = draw(name, 1)
        y, back = f(*args, **options)
        dys = upstream(y, np.random.default_rng(0))
        for k, dy in enumerate(dys):
            alone = [0] * k + [dy]
            full = [np.zeros_like(other) for other in dys]
            full[k] = dy
            assert all(map(np.array_equal, back(*alone), back(*full)))

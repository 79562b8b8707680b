"""The symbolic chain rule: paths, products of factors, the proof, the reverse pass, and what it refuses."""
import subprocess
import sys

import numpy as np
import pytest
from chains import (
    AT,
    DATA,
    GATES,
    PARAMETERS,
    SSR,
    H,
    L,
    S,
    a,
    a_s,
    b,
    b3,
    decayed,
    dosage,
    dose,
    i,
    lam,
    lstm,
    n,
    observed,
    operations,
    predicted,
    rnn,
    shoes,
    two_paths,
    w,
    w1,
    w3,
    x,
    xs,
    y1,
    ys,
    z,
    z1,
    zs,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Abs,
    Add,
    Eq,
    Function,
    Heaviside,
    IndexedBase,
    Matrix,
    Max,
    Min,
    Mod,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    Tuple,
    ceiling,
    cos,
    exp,
    floor,
    log,
    sign,
    sin,
    sqrt,
    symbols,
    tanh,
)

from nbcode.chain import Chain
from nbcode.chain.decide import NotDecided, vanishes
from nbcode.chain.expressions import is_zero, names, tidy

CHAINS = [shoes, two_paths, dosage, decayed, lambda: rnn(2)]
REAL = {"w": 0.7, "x": -1.3, "b": 0.4, "lam": 0.5}


def close(ours, theirs, tolerance=1e-12):
    np.testing.assert_allclose(np.asarray(ours, float), np.asarray(theirs, float), rtol=tolerance, atol=1e-14)


# The product of factors

def test_two_steps_multiply():
    chain = shoes()
    assert chain.paths(w) == [(S, H, w)]
    assert chain.factors((S, H, w)) == [Rational(1, 4), 2]
    assert chain.gradient(w) == Rational(1, 2)
    assert chain.prove(w) is chain


def test_several_paths_add():
    chain = two_paths()
    assert set(chain.paths(w)) == {(L, z, w), (L, a, w), (L, w)}
    assert is_zero(chain.gradient(w) - (a * x + z * (1 - tanh(b + w) ** 2) + 2 * w))


def test_inputs_are_parameters_and_data_not_the_index():
    assert {*dosage().inputs} == {*PARAMETERS, dose[i], observed[i]}
    assert dosage().data == ["dose", "observed"]
    assert names(Sum(xs[i] * w * i / n, (i, 1, n))) == names(xs[i] * w * i) == {xs[i], w}


def test_the_slopes_of_the_dosage_network_are_the_sums_of_the_notes():
    chain, residual = dosage(), observed[i] - predicted[i]
    assert chain.paths(w1) == [(SSR, predicted[i], y1[i], z1[i], w1)]
    for p, term in [(b3, -2 * residual), (w3, -2 * residual * y1[i]),
                    (w1, -2 * residual * w3 * exp(z1[i]) / (1 + exp(z1[i])) * dose[i])]:
        found = chain.gradient(p)
        assert found.limits == ((i, 1, n),) and is_zero(found.function - term)


def test_the_numbers_of_the_notes():
    ssr, slope = dosage().numpy(SSR, wrt=[b3])(AT, **DATA)
    assert (round(ssr, 2), round(slope, 2)) == (20.42, -15.66)
    # By hand: residuals, then their sum times -2.
    doses, seen = np.array(DATA["dose"]), np.array(DATA["observed"])
    bends = np.log1p(np.exp(3.34 * doses - 1.43)), np.log1p(np.exp(0.57 - 3.53 * doses))
    residuals = seen - (-1.22 * bends[0] - 2.30 * bends[1])
    close([ssr, slope], [(residuals ** 2).sum(), -2 * residuals.sum()])


def test_a_gradient_by_a_step_stops_at_that_step():
    chain = dosage()
    assert is_zero(chain.gradient(predicted[i]) + 2 * (observed[i] - predicted[i]))
    assert chain.gradient(SSR) == 1


def test_every_path_is_walked_however_many():
    """Eleven ways in parallel: the first and the last count like the others."""
    ways = symbols("s1:12", real=True)
    chain = Chain({**{s: (k + 1) * w for k, s in enumerate(ways)}, L: Add(*(s ** 2 for s in ways))}).prove(w)
    assert len(chain.paths(w)) == 11
    assert chain.gradient(w).xreplace({s: (k + 1) * w for k, s in enumerate(ways)}) == 2 * 506 * w
    deep = {s: t + 1 for s, t in zip(ways, (w, *ways), strict=False)}
    assert len(Chain({**deep, L: ways[-1] ** 2}).paths(w)[0]) == 13


def test_a_sum_depends_on_more_than_one_number_though_it_uses_one_name():
    chain = Chain({a_s[i]: w * xs[i], z: w ** 2, L: Sum(a_s[i] ** 2, (i, 1, n))})
    assert chain.has_more(L) and chain.has_more(a_s[i]) and not chain.has_more(z)
    assert r"\frac{\partial L}{\partial a_{i}}" in chain.derive(w)._repr_latex_()


# The proof

@pytest.mark.parametrize("p", PARAMETERS, ids=str)
def test_all_seven_parameters_are_proved(p):
    dosage().prove(p)


@pytest.mark.parametrize("make", CHAINS)
def test_every_name_is_proved_steps_and_data_too(make):
    chain = make()
    for p in [*chain.inputs, *chain.steps]:
        chain.prove(p)


def test_a_weight_of_an_lstm_is_proved_over_its_paths():
    chain = lstm(1)
    assert len(chain.paths(GATES[0])) == 1 and len(chain.paths(Symbol("x1", real=True))) == 4
    for p in GATES[::3]:
        chain.prove(p)


@pytest.mark.parametrize("step", [Max(0, w), Piecewise((w, w > 0), (w / 10, True)), sqrt(1 + w ** 2), cos(w) ** w,
                                  0.1 * w + 0.7 * w ** 2], ids=str)
def test_other_functions_and_decimals_are_proved(step):
    Chain({z: step, a: tanh(0.3 * z) + 0.9 * z, L: (0.31 - 1.7 * a) ** 2 * z}).prove(w)


def through(chain, link):
    """An input that the loss reaches by this link."""
    return next(p for p in chain.inputs if any(link in zip(path, path[1:], strict=False)
                                               for path in chain.paths(p)))


LINKS = [(make, link) for make in CHAINS for link in make().local]


@pytest.mark.parametrize(("make", "link"), LINKS, ids=lambda part: str(part) if isinstance(part, tuple) else "")
def test_a_wrong_factor_is_caught(make, link):
    chain = make()
    p, right = through(chain, link), chain.local[link]
    wrong = [right * 1.001, right * Rational(1001, 1000), -right, right + Rational(1, 1000), 0 * right]
    wrong += [right - term for term in Add.make_args(right) if right.is_Add]
    for chain.local[link] in wrong:
        with pytest.raises(AssertionError, match="not d"):
            chain.prove(p)
    chain.local[link] = right
    chain.prove(p)


def test_a_forgotten_path_is_caught():
    chain = two_paths()
    for path in chain.paths(w):
        chain.paths = lambda p, left_out=path: [each for each in Chain.paths(chain, p) if each != left_out]
        with pytest.raises(AssertionError):
            chain.prove(w)


def test_a_sum_in_place_of_the_product_is_caught():
    """The slip in the notes: 1/4 + 2 where 1/4 · 2 belongs."""
    chain = shoes()
    chain.gradient = lambda p: Add(*chain.factors(chain.paths(p)[0]))
    with pytest.raises(AssertionError):
        chain.prove(w)


def test_a_term_counted_at_every_point_instead_of_once_is_caught():
    chain = decayed()
    chain.gradient = lambda p: Sum(2 * xs[i] * (a_s[i] - ys[i]) / n + 2 * lam * w, (i, 1, n))
    with pytest.raises(AssertionError):
        chain.prove(w)


TINY = Rational(1, 10 ** 12)  # where numbers cannot tell it from zero, algebra must


@pytest.mark.parametrize("expr", [exp(x) - exp(w), exp(2 * x) - exp(x), tanh(x) - x, log(1 + exp(x)) - x,
                                  1 - tanh(x) ** 2, Max(0, x) - x, 1e-3 * x, 0.3 * x - 0.1 * x, exp(x / 2) - 1,
                                  exp(-x) - 1 / (1 + exp(x)), w ** 2 * x - x ** 2 * w,
                                  TINY * (exp(x) - exp(-x)), TINY * (exp(x) - exp(w)), TINY * (w - x)], ids=str)
def test_what_is_not_zero_is_not_called_zero(expr):
    assert not is_zero(expr)


@pytest.mark.parametrize("expr", [exp(x) * exp(w) - exp(x + w), exp(x / 2) ** 2 - exp(x),
                                  exp(x / 2) * exp(-x) - exp(-x / 2), (x ** 2 - 1) / (x + 1) - x + 1,
                                  (9 * x ** 2 - 1) / (3 * x - 1) - 3 * x - 1, (w ** 2 - x ** 2) / (w - x) - w - x,
                                  1 / (1 + exp(-x)) - exp(x) / (1 + exp(x)), exp(log(1 + exp(x))) - 1 - exp(x),
                                  tanh(x) - (exp(2 * x) - 1) / (exp(2 * x) + 1)], ids=str)
def test_zero_is_recognised(expr):
    assert is_zero(expr)


@pytest.mark.parametrize("expr", [-2 * (ys[i] - a_s[i]), 2 * (a_s[i] - ys[i]), -w - x, (x - 1) * (w - x) / 3,
                                  (b - x) ** 2 * (1 - x), (-x - w) * (-1 - b), 0 * x, 3 * sqrt(2) * (x - w), -x,
                                  exp(-x) / (1 + exp(-x)) ** 2, 0.5 * (w - x), Sum(-2 * xs[i], (i, 1, n)) - 2 * w],
                         ids=str)
def test_tidying_keeps_the_value(expr):
    before, after = (each.replace(Sum, lambda term, *_: lam * term) for each in (expr, tidy(expr)))
    assert is_zero(after - before)


KINKED = [
    {z: Max(0, w), a: Max(0, z), L: a ** 2},
    {z: Max(0, w), a: Abs(z), L: a},
    {z: Abs(w), L: z * Abs(z)},
    {z: Min(w, x, 1), L: z * Abs(z - w)},
    {z: sign(x) * w, a: Max(z, w), L: a ** 2},
    {z: w * x + b, a: Max(0, z), L: (1 - Max(0, a * w - 1)) ** 2},
    {z: Piecewise((w, w > 0), (w / 10, True)), L: Piecewise((z ** 2 / 2, Abs(z) <= 1), (Abs(z) - 1, True))},
    {z: tanh(w * x) + Abs(x), L: Abs(z) * Max(0, z)},
    {z: sin(w), a: Abs(z), L: Max(a, z)},
    {z: log(exp(Abs(w)) + 1), L: Abs(z) * z}]


@pytest.mark.parametrize("steps", KINKED, ids=str)
def test_kinks_are_decided_by_cases(steps):
    chain = Chain(steps).prove(w)
    right = chain.gradient(w)
    chain.gradient = lambda p: right * Rational(1001, 1000)
    with pytest.raises(AssertionError, match="not dL/dw"):
        chain.prove(w)


@pytest.mark.parametrize("wrong", [Piecewise((1, w > 1000), (0, True)), Max(0, -w - 40), 1 - Heaviside(w + 7)],
                         ids=str)
def test_what_is_wrong_in_one_case_only_is_caught(wrong):
    assert vanishes(wrong) is False


@pytest.mark.parametrize(("expr", "verdict"), [
    (Abs(w) ** 2 - w ** 2, True), (Abs(w * x) - Abs(w) * Abs(x), True), (Abs(w) - w, False),
    (Max(w, x) + Min(w, x) - w - x, True), (Max(w, x, 1) - Max(w, x), False), (Max(0, w) - w * Heaviside(w), True),
    (Piecewise((w, Eq(w, 1)), (0, True)), True), (Rational(1, 10 ** 12) * (w - x), False),
    (Abs(tanh(w)) - tanh(Abs(w)), True), (tanh(w) - w, False), (Heaviside(w) - 1, False),
    (Max(0, w ** 5 + w - 1) * Max(0, 1 - w - w ** 5), True),
    (xs[i] - xs[i] * sign(xs[i]) ** 2, True)], ids=str)
def test_zero_or_not(expr, verdict):
    assert vanishes(expr) is verdict


def test_what_is_not_decided_is_not_called_wrong():
    hidden = Function("f", real=True)(w)  # nobody can evaluate it
    assert vanishes(hidden) is None
    chain = two_paths()
    chain.gradient = lambda p: Chain.gradient(chain, p) + hidden
    with pytest.raises(NotDecided, match="is dL/dw is open: "):
        chain.prove(w)
    assert not issubclass(NotDecided, AssertionError) and not issubclass(AssertionError, NotDecided)


def test_too_many_cases_are_not_decided():
    zeros = [Max(s, 0) + Min(s, 0) - s for s in symbols("s1:9", real=True)]
    assert vanishes(Add(*zeros[:5])) is True and vanishes(Add(*zeros)) is None


@pytest.mark.parametrize("step", [sign(w), w ** 2 * Heaviside(w), floor(w), Mod(w, 2), w - ceiling(w)], ids=str)
def test_what_jumps_has_values_and_no_slope(step):
    chain = Chain({z: step + w, L: z ** 2})
    assert np.isfinite(chain.numpy(L)(w=0.7))
    for ask in (chain.prove, chain.gradient, lambda p: chain.numpy(wrt=[p]),
                lambda p: chain.javascript([p], [], [p])):
        with pytest.raises(ValueError, match="sign, Heaviside, floor and Mod jump"):
            ask(w)


# The reverse pass

def values_of(chain):
    """A number for every parameter and three for every column, the same in each run."""
    random = np.random.default_rng(7)
    at = {str(p): random.normal() for p in chain.inputs if str(p) not in chain.data}
    return at | {column: random.normal(size=3) for column in chain.data}


@pytest.mark.parametrize("make", CHAINS)
def test_the_reverse_pass_is_the_product_and_the_derivative_of_the_composed_loss(make):
    chain = make()
    at, wrt = values_of(chain), [*chain.inputs, *chain.steps]
    once_through = chain.numpy(*chain.steps, wrt=wrt)(at)[len(chain.steps):]
    for p, ours in zip(wrt, once_through, strict=True):
        product = chain.numpy(chain.gradient(p))(at)
        assert np.shape(product) == (() if isinstance(p, Symbol) else (3,))
        close(ours + np.zeros(3), product + np.zeros(3))
    for p in chain.inputs:
        if isinstance(p, Symbol):
            close(chain.numpy(chain.gradient(p))(at), chain.numpy(chain.composed().diff(p))(at))


def test_one_adjoint_for_each_name_but_the_loss():
    adjoints = [str(name) for name, _ in two_paths().reverse()]
    assert adjoints == ["da", "dz", "db", "dw", "dx"]
    assert dict(two_paths().reverse())[Symbol("dw")] == \
        2 * w + x * Symbol("dz") + (1 - tanh(b + w) ** 2) * Symbol("da")


def test_a_penalty_is_added_once_whatever_the_number_of_points():
    at = {"w": 3.0, "b": 0.0, "lam": 0.5, "x": np.arange(4.0), "y": 3 * np.arange(4.0)}  # a perfect fit
    loss, slope = decayed().numpy(L, wrt=[w])(at)
    close([loss, slope], [0.5 * 9, 0.5 * 6])


def test_a_parameter_inside_the_sum_and_a_step_without_data():
    """w enters at every point, in a step that has no index, and in the loss itself."""
    chain = Chain({z: w ** 2, zs_a[i]: z * xs[i], L: Sum((ys[i] - zs_a[i] - w) ** 2, (i, 1, n)) + z})
    chain.prove(w).prove(z)
    at = {"w": 0.7, "x": np.array([1.0, 2, 4]), "y": np.array([0.5, -1, 3])}
    residual = at["y"] - 0.49 * at["x"] - 0.7
    expected = (-2 * residual * (1.4 * at["x"] + 1)).sum() + 1.4
    close(chain.numpy(wrt=[w])(at), expected)
    close(chain.numpy(chain.gradient(w))(at), expected)


zs_a = IndexedBase("predicted", real=True)


def unrolled(at, T):
    """The loss of the LSTM, as a loop."""
    def sigmoid(s):
        return 1 / (1 + np.exp(-s))
    h, c = at["h0"], at["c0"]
    for t in range(1, T + 1):
        i_t, f_t, g_t, o_t = (squash(at[f"w_{gate}"] * at[f"x{t}"] + at[f"u_{gate}"] * h + at[f"b_{gate}"])
                              for gate, squash in zip("ifgo", (sigmoid, sigmoid, np.tanh, sigmoid), strict=True))
        c = f_t * c + i_t * g_t
        h = o_t * np.tanh(c)
    return (at["y"] - h) ** 2


def test_the_gradient_of_an_lstm_is_its_complex_step():
    chain = lstm(4)
    at = values_of(chain)
    loss, *slopes = chain.numpy(L, wrt=GATES)(at)
    close(loss, unrolled(at, 4))
    for p, slope in zip(GATES, slopes, strict=True):
        close(slope, np.imag(unrolled({**at, str(p): at[str(p)] + 1e-30j}, 4)) / 1e-30, 1e-10)


def test_a_gradient_costs_a_small_multiple_of_the_loss_and_each_step_in_time_the_same():
    losses, gradients = zip(*((operations(chain.program([L])), operations(chain.program([L], GATES)))
                              for chain in map(lstm, (4, 10, 16))), strict=True)
    for loss, gradient in zip(losses, gradients, strict=True):
        assert gradient < 4 * loss
    assert gradients[2] - gradients[1] == gradients[1] - gradients[0] < 4 * (losses[1] - losses[0])


# Data

def test_numbers_for_the_data_give_the_same_numbers():
    chain = dosage()
    close(chain.with_data(DATA).numpy(SSR, wrt=PARAMETERS)(AT), chain.numpy(SSR, wrt=PARAMETERS)(AT, **DATA))


@pytest.mark.parametrize("p", [w1, b3], ids=str)
def test_a_chain_with_data_is_proved_too(p):
    dosage().with_data({dose: [0, 0.5, 1], "observed": [0.1, 1, 0.3]}).prove(p)


def test_the_number_of_points_is_that_of_the_data():
    mean = Chain({L: Sum(w * xs[i] ** 3, (i, 1, n)) / n})
    assert mean.with_data({"x": [1, 2]}).steps[L] == w * 9 / 2
    assert mean.numpy(L)(w=2.0, x=[1, 2]) == 9


def test_the_index_itself_counts_the_points():
    chain = Chain({zs[i]: w * xs[i] * i, L: Sum(i * zs[i], (i, 1, n))})
    assert chain.with_data({"x": [5, 7]}).numpy(L)(w=1) == 5 + 4 * 7


def test_names_of_points_are_nobody_else_s():
    y_1, a_1, a_i2 = symbols("y_1 a_1 a_i2", real=True)
    for taken in (y_1, a_1, a_i2):
        chain = Chain({a_s[i]: w * xs[i] + taken, L: Sum((ys[i] - a_s[i]) ** 2 * b, (i, 1, n))})
        at = {"w": 0.7, "b": 2.0, str(taken): 0.3}
        close(chain.with_data({"x": [1, 2], "y": [3, 5]}).numpy(L, wrt=[w, taken])(at),
              chain.numpy(L, wrt=[w, taken])(at, x=[1, 2], y=[3, 5]))
    left = Chain({a_s[i]: w * xs[i] + y_1, L: Sum((ys[i] - a_s[i]) ** 2, (i, 1, n))}).with_data({"x": [1, 2]})
    assert [*map(str, left.inputs)] == ["w", "y_1", "y_i1", "y_i2"]
    both = Chain({a_s[i]: a_1 * xs[i] + a_i2, L: Sum(a_s[i], (i, 1, n))}).with_data({"x": [1, 2]})
    assert [*map(str, both.steps)] == ["a_ii1", "a_ii2", "L"]


@pytest.mark.parametrize("twin", [Symbol("n", real=True), Symbol("i", real=True)])
def test_what_counts_the_points_has_its_name_for_itself(twin):
    with pytest.raises(ValueError, match=f"{twin} counts the data points: give the other {twin} another name"):
        Chain({a_s[i]: w * xs[i] + twin, L: Sum(a_s[i], (i, 1, n))})


def test_data_that_are_not_given_stay_symbols():
    assert dosage().with_data({"dose": [0, 1]}).inputs[-2:] == [w3, Symbol("w4", real=True)]
    assert Symbol("observed_2", real=True) in dosage().with_data({"dose": [0, 1]}).inputs


@pytest.mark.parametrize(("make", "data", "message"), [
    (dosage, {"dose": [0, 1], "observed": [0]}, "one length"),
    (dosage, {"dosage": [0, 1]}, "the data of this chain are dose, observed; got dosage"),
    (dosage, {"z1": [0, 1]}, "got z1"),
    (dosage, {"dose": [], "observed": []}, "not empty"),
    (dosage, {}, "the data of this chain are dose, observed"),
    (shoes, {"w": [0, 1]}, "the data of this chain are none"),
    (lambda: Chain({L: Sum(w * xs[i], (i, 1, 3))}), {"x": [1, 2]}, "one length, 3"),
])
def test_data_that_do_not_fit_are_refused(make, data, message):
    with pytest.raises(ValueError, match=message):
        make().with_data(data)


# What a chain refuses

@pytest.mark.parametrize("thing", ["w", "__import__('os').getcwd()", "1", None, [w], Tuple(w, x), Eq(w, x), True,
                                   w > 0, Matrix([w])], ids=str)
def test_only_expressions_are_taken_and_no_text_is_evaluated(thing):
    for refused in (lambda: Chain({z: thing, L: z}), lambda: two_paths().numpy(thing),
                    lambda: two_paths().javascript([w, x, b], [thing]), lambda: two_paths().program([thing]),
                    lambda: dosage().with_data({"dose": [thing, 2], "observed": [1, 2]})):
        with pytest.raises(TypeError, match="is no expression of one number"):
            refused()


@pytest.mark.parametrize("number", [1, 0.5, np.float32(0.5), np.int8(3), Rational(1, 3)])
def test_numbers_of_every_kind_are_expressions(number):
    assert Chain({z: number, L: z * w}).numpy(L)(w=2) == 2 * float(number)


c, d = symbols("c d", real=True)
j = Symbol("j", integer=True)


@pytest.mark.parametrize(("steps", "message"), [
    ({z: w * z, L: z}, "a cycle: z uses z"),
    ({z: a, a: z, L: a}, "a cycle: z uses a uses z"),
    ({z: w * d, a: z, c: a, d: c + 1, L: d}, "a cycle: z uses d uses c uses a uses z"),
    ({a: z + 1, z: w, L: a}, "a uses z before it is defined: put the step z first"),
    ({L: z, z: w}, "L uses z before it is defined"),
    ({a: z, z: d, d: z, L: a}, "a uses z before it is defined"),  # and z and d, in a circle, lead nowhere else
    ([(z, w), (z, 2 * w), (L, z)], "each defined once; got z, z, L"),
    ({}, "a chain needs steps"),
    ({"z": 2 * w, L: z}, "'z' cannot name a step"),
    ({zs: 2 * w, L: z}, "z cannot name a step"),
    ({z: 2 * w, L: z + Symbol("w")}, "two names are written w"),
    ({zs[i]: w * xs[i], L: Sum((zs[i] - z) ** 2, (i, 1, n))}, "two names are written z"),
    ({L: Sum(xs[i] + IndexedBase("x")[i], (i, 1, n))}, "two names are written x"),
])
def test_names_out_of_order_or_not_told_apart_are_refused(steps, message):
    with pytest.raises(ValueError) as refusal:
        Chain(steps)
    assert message in str(refusal.value)


ONCE, RANGE = "a sum over data, as in the loss L, stands by itself", "the sum must run over one index"
INDEX, WITHIN = "the only index", "adds up over the data what is a sum already"


@pytest.mark.parametrize(("steps", "message"), [
    ({L: sqrt(Sum(w * xs[i], (i, 1, n)))}, ONCE),
    ({L: w * Sum(xs[i], (i, 1, n))}, ONCE),
    ({z: Sum(w * xs[i], (i, 1, n)), L: Sum((xs[i] - z) ** 2, (i, 1, n))}, WITHIN),
    ({z: Sum(w * xs[i], (i, 1, n)), a: z ** 2, L: Sum(xs[i] * a, (i, 1, n))}, WITHIN),
    ({z: Sum(w * xs[i], (i, 1, n)), ys[i]: xs[i] - z, L: Sum(ys[i], (i, 1, n))}, WITHIN),
    ({zs[i]: Sum(xs[j], (j, 1, n)), L: Sum(zs[i], (i, 1, n))}, ONCE),
    ({L: Sum(w * xs[i], (i, 1, n)) * Sum(ys[i], (i, 1, n))}, ONCE),
    ({L: Sum(w * xs[i], (i, 1, n)) + Sum(ys[j], (j, 1, n))}, ONCE),
    ({L: Sum(w * xs[i], (i, 1, n), (j, 1, n))}, RANGE),
    ({L: Sum(w * xs[i], (i, 0, n))}, RANGE),
    ({L: Sum(w * xs[i], (i, 1, n - 1))}, RANGE),
    ({zs[i]: w * xs[i], L: zs[i] ** 2}, "x[i], z[i] carry an index, so the loss L must be a Sum"),
    ({L: xs[1] * w + xs[2]}, "x[1], x[2] carry an index"),
    ({zs[i]: w * zs[i - 1] + xs[i], L: Sum(zs[i], (i, 1, n))}, INDEX),
    ({zs[j]: w * xs[j], L: Sum(zs[i], (i, 1, n))}, INDEX),
    ({L: Sum(w * xs[i, 1] + xs[i, 2], (i, 1, n))}, INDEX),
    ({z: w * xs[i], L: Sum(z * ys[i], (i, 1, n))}, "z has no index, but uses x[i]"),
    ({L: Sum(w * xs[i], (i, 1, n)) + xs[i]}, "L has no index, but uses x[i]"),
])
def test_sums_and_indices_that_would_be_misread_are_refused(steps, message):
    with pytest.raises(ValueError) as refusal:
        Chain(steps)
    assert message in str(refusal.value)


RESIDUALS = {zs[i]: ys[i] - w*xs[i], S: Sum(zs[i]**2, (i, 1, n))}


@pytest.mark.parametrize("steps", [
    RESIDUALS | {L: sqrt(S/n)}, RESIDUALS | {L: log(S) + w**2},
    RESIDUALS | {a: Sum(exp(w*xs[i]), (i, 1, n))/n, L: S/a},
    {S: Sum(exp(w*xs[i]), (i, 1, n)), L: S**2}, {a: w**2, S: Sum(exp(a*xs[i]), (i, 1, n)), L: log(S)*a}])
def test_what_is_made_of_a_sum_is_derived(steps):
    chain, h = Chain(steps).prove(w), 1e-6
    compute = chain.numpy(L, wrt=[w])
    at = {"w": 0.3, "x": [0.5, -1, 2], "y": [1, 0, 0.4]}
    ahead, behind = (compute(at | {"w": 0.3 + side})[0] for side in (h, -h))
    assert compute(at)[1] == pytest.approx((ahead - behind)/(2*h), rel=1e-7)
    with_numbers = chain.with_data({name: at[name] for name in chain.data})
    assert with_numbers.numpy(L, wrt=[w])(w=0.3) == pytest.approx(compute(at), rel=1e-12)


def test_a_wrong_slope_of_what_is_made_of_a_sum_is_found():
    chain = Chain(RESIDUALS | {L: sqrt(S/n)})
    chain.local[L, S] = 2*chain.local[L, S]
    with pytest.raises(AssertionError):
        chain.prove(w)


@pytest.mark.parametrize("ask", [Chain.paths, Chain.gradient, Chain.prove, Chain.derive,
                                 lambda chain, p: chain.numpy(wrt=[p])])
def test_a_loss_that_does_not_depend_on_the_parameter_is_refused(ask):
    with pytest.raises(ValueError, match="^L does not depend on d; it depends on b, w, x$"):
        ask(two_paths(), d)
    with pytest.raises(ValueError, match="does not depend on this w .a text, or other assumptions.; it depends"):
        ask(two_paths(), Symbol("w"))


def test_a_step_that_the_loss_does_not_use_leads_nowhere():
    chain = Chain({z: b ** 2, L: w})
    with pytest.raises(ValueError, match="^L does not depend on b; it depends on w$"):
        chain.gradient(b)
    assert chain.numpy(wrt=[b])(w=1, b=2) == 0


@pytest.mark.parametrize("make", [
    lambda dz: Chain({z: w * dz, L: z ** 2}),
    lambda dz: Chain({dz: w ** 2, z: dz + 1, L: z * dz}),
    lambda dz: Chain({zs[i]: w * xs[i], L: Sum((zs[i] - dz) ** 2, (i, 1, n))})])
@pytest.mark.parametrize("dz", [Symbol("dz", real=True), Symbol("dz")])
def test_a_name_may_be_written_like_an_adjoint(make, dz):
    """dz is dL/dz, unless the reader has a dz: then dL/dz is d_z."""
    other = Symbol("other", real=True)
    chain, odd = make(dz), make(other)
    assert [str(adjoint).partition("[")[0] for adjoint, _ in chain.reverse()].count("dz") == 0
    at = {"w": 0.7, "x": np.array([1.0, 2, 4])} if chain.data else {"w": 0.7}
    close(chain.numpy(L, wrt=[w, dz])(at, dz=0.3), odd.numpy(L, wrt=[w, other])(at, other=0.3))


# Chains nobody chose

UNARY = [tanh, exp, lambda s: log(1 + exp(s))]


@st.composite
def chains(draw):
    """Two to four random steps over w, x and b, and a loss that adds whatever is left over."""
    known, left = [w, x, b], {w, x, b}
    steps = {}
    for k in range(draw(st.integers(2, 4))):
        u, v = draw(st.sampled_from(known)), draw(st.sampled_from(known))
        expr = draw(st.sampled_from([u + v, u * v, *(f(u) for f in UNARY), 1 - 2 * u, u ** 2]))
        step = Symbol(f"s{k}", real=True)
        steps[step], left = expr, left - names(expr) | {step}
        known.append(step)
    return Chain({**steps, L: Add(*left)})


@given(chains())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_chain_is_proved_and_its_reverse_pass_is_the_product(chain):
    at = {w: 0.3, x: -0.4, b: 0.2}
    reverse = chain.numpy(L, wrt=[w, x, b])(at)
    for p, slope in zip((w, x, b), reverse[1:], strict=True):
        chain.prove(p)
        close(slope, chain.numpy(chain.gradient(p))(at), 1e-10)
        close(slope, chain.composed().diff(p).evalf(30, subs=at), 1e-10)


ALONE = """
import sys
before = {name.split(".")[0] for name in sys.modules}
sys.modules["numpy"] = sys.modules["matplotlib"] = None  # an import of either raises
from sympy import symbols, tanh
from nbcode.chain import Chain
w, x, a, L = symbols("w x a L", real=True)
chain = Chain({a: tanh(w*x), L: (1 - a)**2}).prove(w)
print(chain.derive(w)._repr_latex_(), chain.reverse(), chain.javascript([w, x], [L], [w]))
new = {name.split(".")[0] for name in sys.modules} - before - {*sys.stdlib_module_names}
assert new <= {"nbcode", "sympy", "mpmath", "gmpy2", "flint", "numpy", "matplotlib"}, new
"""


def test_nothing_but_sympy_is_needed():
    ran = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, encoding="utf-8")
    assert ran.returncode == 0 and "frac" in ran.stdout, ran.stderr

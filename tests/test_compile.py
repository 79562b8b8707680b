"""The two ways out of symbols: NumPy and JavaScript compute the same numbers, or say what is wrong."""
import numpy as np
import pytest
from chains import (
    AT,
    DATA,
    PARAMETERS,
    SSR,
    L,
    a,
    a_s,
    b,
    b3,
    decayed,
    dosage,
    i,
    n,
    predicted,
    run,
    two_paths,
    w,
    w1,
    x,
    xs,
    y1,
    ys,
    z,
    zs,
)
from mpmath import mpf, workdps
from sympy import (
    Abs,
    Catalan,
    Function,
    I,
    Max,
    Min,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    exp,
    gamma,
    lambdify,
    log,
    oo,
    pi,
    sqrt,
    symbols,
    tanh,
)

from nbcode.chain import Chain
from nbcode.chain.compile import straight_line, to_javascript
from nbcode.chain.stable import stable


def close(ours, theirs):
    np.testing.assert_allclose(np.asarray(ours, float), np.asarray(theirs, float), rtol=1e-12, atol=1e-300)


# Straight lines

def test_each_line_uses_only_what_stands_above_it_and_every_line_is_used():
    chain = dosage()
    lines, values = chain.program([SSR], PARAMETERS)
    known, used = {*map(str, chain.inputs)} | {"dose", "observed", "n"}, set()
    for name, expr in lines:
        assert {str(s) for s in expr.free_symbols} <= known, name
        assert str(name) not in known
        known.add(str(name))
        used |= expr.free_symbols
    used |= {symbol for value in values for symbol in value.free_symbols}
    assert {name for name, _ in lines} <= used


def test_what_the_outputs_do_not_need_is_left_out():
    assert [str(name) for name, _ in two_paths().program([z])[0]] == ["z"]
    assert two_paths().program([w])[0] == []


def test_a_common_subexpression_is_computed_once():
    lines, _ = straight_line([(z, exp(w * x) + 1), (a, exp(w * x) * 2)], [z * a])
    assert sum(expr.has(exp) for _, expr in lines) == 1


# NumPy

def test_data_are_arrays_and_steps_come_point_by_point():
    doses = np.array(DATA["dose"])
    hidden, guess, first = dosage().numpy(y1[i], predicted[i], 2 * y1[i] + b3)(AT, **DATA)
    close(hidden, np.log1p(np.exp(3.34 * doses - 1.43)))
    assert hidden.shape == guess.shape == (3,)
    close(first, 2 * hidden)


def test_whole_numbers_do_not_overflow():
    value, slope = Chain({L: 10 ** (8 * x)}).numpy(L, wrt=[x])(x=3)
    close([value, slope], [1e24, 8 * np.log(10) * 1e24])
    assert Chain({L: x ** 2}).numpy(L)(x=np.array([10 ** 10])) == 1e20


def test_parameters_broadcast_beside_the_data():
    chain = dosage()
    f = chain.numpy(SSR, predicted[i], b3 ** 2, wrt=[b3, w1])
    shifts = np.array([-1.0, 0.0, 2.61, 4.0])
    together = f({**AT, b3: shifts[:, None]}, **DATA)
    assert [value.shape for value in together] == [(4,), (4, 3), (4,), (4,), (4,)]
    for k, shift in enumerate(shifts):
        for all_, one in zip(together, f({**AT, b3: shift}, **DATA), strict=True):
            close(all_[k], one)


def test_a_penalty_broadcasts_like_the_sum_it_is_added_to():
    ws = np.array([[-1.0], [0.5]])
    f = decayed().numpy(L, wrt=[w])
    at = {"b": 0.1, "lam": 0.3, "x": [1.0, 2.0, 3.0], "y": [0.0, 1.0, 1.0]}
    loss, slope = f(at, w=ws)
    assert loss.shape == slope.shape == (2,)
    close([loss, slope], np.transpose([f(at, w=each) for each in ws[:, 0]]))


def test_a_grid_of_two_parameters():
    loss = decayed().numpy(L)(w=np.ones((4, 1, 1)), b=np.ones((5, 1)), lam=0, x=[1.0, 2.0], y=[0.0, 0.0])
    assert loss.shape == (4, 5)
    close(loss, (2 ** 2 + 3 ** 2) / 2)


def test_columns_that_are_not_used_may_have_another_length():
    assert dosage().numpy(predicted[i])(AT, dose=np.linspace(0, 1, 61), observed=[0, 1, 0]).shape == (61,)


def test_one_data_point_is_a_point_still():
    assert dosage().numpy(predicted[i])(AT, dose=[0.5]).shape == (1,)
    assert np.shape(dosage().numpy(SSR)(AT, dose=[0.5], observed=[1])) == ()
    close(dosage().numpy(SSR)(AT, dose=0.5, observed=1), dosage().numpy(SSR)(AT, dose=[0.5], observed=[1]))


@pytest.mark.parametrize(("inputs", "targets"), [([1, 2, 4], 1), (0.5, [0, 1, 3]), ([2], [0, 1, 3])])
def test_one_number_for_a_column_holds_at_every_point(inputs, targets):
    f, at = decayed().numpy(L, wrt=[w, b]), {"w": 0.7, "b": 0.1, "lam": 0.2}
    close(f(at, x=inputs, y=targets), f(at, x=np.zeros(3) + inputs, y=np.zeros(3) + targets))


def test_a_slope_that_is_the_same_at_every_point_counts_at_every_point():
    chain = Chain({a_s[i]: w * xs[i] + b, L: Sum(3 * a_s[i] + w, (i, 1, n))})
    close(chain.numpy(L, wrt=[w, b])(w=2, b=1, x=[1, 2, 4]), [3 * 17 + 6, 3 * 7 + 3, 9])


def test_a_sum_to_a_number_wants_as_many_points():
    f = Chain({L: Sum(w * xs[i], (i, 1, 3))}).numpy(L)
    assert f(w=2, x=[1, 2, 3]) == 12
    with pytest.raises(ValueError, match="must be of one length, 3; got {'x': 2}"):
        f(w=2, x=[1, 2])


def test_names_may_be_given_as_symbols_texts_or_keywords_and_too_many():
    f = two_paths().numpy(L)
    assert f({w: 1, x: 2, b: 3}) == f({"w": 1, "x": 2}, b=3) == f(w=1, x=2, b=3, unused=[[1], [2, 3]])


@pytest.mark.parametrize(("make", "given", "message"), [
    (two_paths, {"w": 1}, "numbers are missing for b, x; got w"),
    (dosage, {**AT, "dose": [1]}, "numbers are missing for observed; got"),
    (dosage, AT, "numbers are missing for dose, observed; got"),
    (lambda: Chain({SSR: exp(w)}), {}, "numbers are missing for w; got $")])
def test_missing_numbers_are_named(make, given, message):
    chain = make()
    with pytest.raises(TypeError, match=message):
        chain.numpy(chain.loss)(given)


@pytest.mark.parametrize("name", ["exp", "total", "lambda", "w'", "w_{11}", "_0", "v0", "numpy", "pi"])
def test_no_name_is_misread_as_code(name):
    p = Symbol(name, real=True)
    for chain in (Chain({z: exp(2 * p) * w, L: exp(2 * p) + z ** 2}),
                  Chain({p: exp(2 * x) * w, L: exp(2 * x) + p ** 2})):
        at = {"w": 0.5, "x": 0.3, name: 0.3}
        e = np.exp(0.6)
        close(chain.numpy(L, wrt=[w])(at), [e + e ** 2 / 4, e ** 2])


def test_largest_and_smallest_of_many_broadcast():
    chain = Chain({a_s[i]: Max(w, xs[i], 1), L: Sum(a_s[i] * Min(2, w, xs[i]), (i, 1, n))})
    close(chain.numpy(L, a_s[i], wrt=[w])(w=1.5, x=[0.0, 2.0, 3.0])[0], 0 + 2 * 1.5 + 3 * 1.5)
    close(chain.numpy(a_s[i])(w=1.5, x=[0.0, 2.0, 3.0]), [1.5, 2, 3])
    assert chain.numpy(L)(w=np.ones((4, 1)), x=[0.0, 2.0]).shape == (4,)


def test_the_index_is_the_number_of_the_point():
    chain = Chain({a_s[i]: w * xs[i] * i, L: Sum(i * a_s[i], (i, 1, n))})
    close(chain.numpy(L, a_s[i], wrt=[w])(w=2, x=[5, 7])[0], 2 * (5 + 4 * 7))
    close(chain.numpy(L, wrt=[w])(w=2, x=[5, 7]), chain.with_data({"x": [5, 7]}).numpy(L, wrt=[w])(w=2))
    assert chain.numpy(L)(w=np.ones((4, 1)), x=[5, 7]).shape == (4,)


@pytest.mark.parametrize(("given", "message"), [
    ({"x": [1, 2, 3], "y": [1, 2]}, "must be of one length, n; got {'x': 3, 'y': 2}"),
    ({"x": [[1], [2], [3]], "y": [1, 2, 3]}, r"data run over their last axis, not empty; x has shape \(3, 1\)"),
    ({"x": [], "y": []}, r"not empty; x has shape \(0,\)")])
def test_columns_that_do_not_fit_are_named(given, message):
    with pytest.raises(ValueError, match=message):
        decayed().numpy(L)({"w": 1, "b": 0, "lam": 0, **given})


@pytest.mark.parametrize("number", [pi, Rational(22, 7), np.float32(3), np.uint8(3), 3, True], ids=str)
def test_every_kind_of_number_becomes_a_float(number):
    value = Chain({L: x ** 2 * 100}).numpy(L)(x=number)
    assert value.dtype == float
    close(value, 100 * float(number) ** 2)


@pytest.mark.parametrize("thing", ["2", "pi", w, None, {}, [1, "2"]], ids=str)
def test_what_is_no_number_is_refused(thing):
    with pytest.raises(TypeError, match="^x must be a number or an array of numbers; got "):
        Chain({L: x ** 2}).numpy(L)(x=thing)


@pytest.mark.parametrize("expr", [Function("f")(w), Function("f")(w).diff(w)], ids=str)
def test_what_numpy_cannot_compute_is_named(expr):
    with pytest.raises(ValueError, match="there is no function|cannot be computed"):
        Chain({L: expr}).numpy(L)


@pytest.mark.parametrize("power", [Rational(*pair) for pair in ((1, 3), (-1, 3), (2, 3), (1, 2), (1, 5))])
def test_a_root_means_the_same_in_both_languages(power):
    """Below 0 it is no real number: what SymPy means is the principal root."""
    chain, rows = Chain({L: w ** power}), [[8.0], [-8.0], [0.3]]
    found = run(chain.javascript([w], [L], [w]), rows)
    with np.errstate(invalid="ignore"):
        expected = [chain.numpy(L, wrt=[w])(w=row[0]) for row in rows]
    assert found[1] == [None, None] and np.isnan(expected[1]).all()
    close([found[0], found[2]], [expected[0], expected[2]])


# Far from 0

FAR = [-1000.0, -800.0, -40.0, -3.0, -1e-9, 0.0, 1.0, 38.0, 900.0, 1000.0]
E1, E2, E3, S, P = symbols("E1 E2 E3 S P", real=True)
SIGMOID = 1 / (1 + exp(-w))
STEEP = {
    "softplus": {L: log(1 + exp(w))},
    "softplus, sharper": {L: log(1 + exp(5 * w)) / 5},
    "sigmoid": {z: SIGMOID, L: z},
    "sigmoid, the other way": {z: exp(w) / (1 + exp(w)), L: z},
    "log of a sigmoid": {z: SIGMOID, L: log(z)},
    "log of 1 - sigmoid": {z: SIGMOID, L: log(1 - z)},
    "log of a sigmoid, at once": {L: log(SIGMOID)},
    "log loss": {z: SIGMOID, L: -x * log(z) - (1 - x) * log(1 - z)},
    "log-sum-exp": {L: log(exp(w) + exp(x))},
    "log-sum-exp of three": {L: log(exp(w) + exp(2 * x) + exp(7))},
    "softmax": {L: exp(w) / (exp(w) + exp(x) + 1)},
    "cross entropy": {E1: exp(w), E2: exp(x), E3: exp(-w), S: E1 + E2 + E3, P: E2 / S, L: -log(P)},
    "swish": {z: SIGMOID, L: w * z},
    "quotient of sums": {L: (exp(w) - exp(-w)) / (exp(w) + exp(-w))}}


@pytest.mark.parametrize("name", STEEP)
def test_far_from_zero_both_languages_keep_their_digits(name):
    chain = Chain(STEEP[name])
    wrt = [p for p in (w, x) if p in chain.inputs]
    ours, exprs = chain.numpy(L, wrt=wrt), [chain.composed(), *(chain.composed().diff(p) for p in wrt)]
    rows = [(u, v) for u in FAR for v in (0.0, 0.25, 1.0)]
    exact = lambdify([w, x], exprs, "mpmath")
    with workdps(1500), np.errstate(over="raise", invalid="raise", divide="raise"):
        for row, found in zip(rows, run(chain.javascript([w, x], [L], wrt), rows), strict=True):
            expected = np.array([*map(float, exact(*map(mpf, row)))])
            np.testing.assert_allclose(ours(w=row[0], x=row[1]), expected, rtol=1e-12, atol=1e-15)
            np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", ["softplus", "sigmoid", "log of a sigmoid", "log of 1 - sigmoid", "log loss"])
def test_small_numbers_keep_their_digits_too(name):
    """The log loss of a sigmoid at z = 38 is 3e-17, not 0."""
    chain = Chain(STEEP[name])
    exprs = [chain.composed(), chain.composed().diff(w)]
    for u in (-38.0, 38.0):
        for v in (0.0, 1.0):
            with workdps(100):
                exact = [*map(float, lambdify([w, x], exprs, "mpmath")(mpf(u), mpf(v)))]
            np.testing.assert_allclose(chain.numpy(L, wrt=[w])(w=u, x=v), exact, rtol=1e-12)


@pytest.mark.parametrize("name", STEEP)
def test_the_complex_step_runs_through_the_steep_forms(name):
    f, slopes = (Chain(STEEP[name]).numpy(L, wrt=wrt) for wrt in ([], [w]))
    for u in FAR:
        for v in (0.25, 1.0):
            for h in (1e-30, -1e-30):
                assert f(w=u + 1j * h, x=v).imag / h == pytest.approx(slopes(w=u, x=v)[1], rel=1e-12, abs=1e-15)


def test_far_from_zero_with_data_and_by_the_steps_themselves():
    chain = Chain({zs[i]: w * xs[i], a_s[i]: 1 / (1 + exp(-zs[i])),
                   L: -Sum(ys[i] * log(a_s[i]) + (1 - ys[i]) * log(1 - a_s[i]), (i, 1, n)) / n})
    xs_, ys_ = np.array([-1000.0, 2.0, 1000.0]), np.array([1.0, 0.0, 1.0])
    loss, by_w, by_z, by_a = chain.numpy(L, wrt=[w, zs[i], a_s[i]])(w=1.0, x=[-30.0, 2.0, 30.0], y=ys_)
    s = 1 / (1 + np.exp(-np.array([-30.0, 2.0, 30.0])))
    close(by_a, (-ys_ / s + (1 - ys_) / (1 - s)) / 3)
    np.testing.assert_allclose(by_z, (s - ys_) / 3, rtol=1e-9, atol=1e-14)
    close(by_w, (by_z * [-30.0, 2.0, 30.0]).sum())
    close(chain.numpy(L, wrt=[w])(w=1.0, x=xs_, y=ys_),
          [(1000 + np.log1p(np.exp(2.0))) / 3, (1000 + 2 / (1 + np.exp(-2.0))) / 3])


def test_a_tower_of_sigmoids_stays_small():
    tower = w
    for _ in range(30):
        tower = 1 / (1 + exp(-x * tower))
    lines, values = straight_line([], [tower])
    assert sum(expr.count_ops() for _, expr in lines) < 30 * 12
    source = to_javascript([w, x], lines, values)
    level = 0.3
    for _ in range(30):
        level = 1 / (1 + np.exp(-2 * level))
    close(run(source, [[0.3, 2]]), [[level]])


@pytest.mark.parametrize("expr", [exp(w), w * exp(x), 1 + exp(w), (1 + exp(w)) ** 2, tanh(w), log(w), 1 / w],
                         ids=str)
def test_what_needs_no_other_form_stays(expr):
    assert stable(expr) == expr


# JavaScript

GRID = [(u, v) for u in np.linspace(-3, 3, 13) for v in (-1.7, -0.2, 0.0, 0.6, 2.0)]
SMOOTH = [exp(w) * x, log(1 + exp(w * x)), tanh(w) * tanh(x), 1 / (1 + exp(-w)) - x ** 2, sqrt(w ** 2 + 1) ** 3,
          x / 3 + Rational(1, 7) * w ** 3 + pi, exp(-w ** 2 / 2), (w - x) / (1 + Abs(w)), 0.1 * w + 1e-20 * x]
KINKED = [Max(0, w), Max(w / 100, w, x), Min(1, w * x), Abs(w - x),
          Piecewise((w, w > 0), (w / 10, True)), Piecewise((x, w < -1), (x * w, w <= 1), (-x, True))]


@pytest.mark.parametrize("step", [*SMOOTH, *KINKED], ids=str)
def test_javascript_computes_what_numpy_computes(step):
    chain = Chain({z: step, a: z * (2 - tanh(z)), L: (a - 1) ** 2 + 2 * a * x})
    at = np.transpose(GRID)
    ours = chain.numpy(z, L, wrt=[w, x])(w=at[0], x=at[1])
    close(run(chain.javascript([w, x], [z, L], [w, x]), GRID), np.transpose([v + 0 * at[0] for v in ours]))


def test_javascript_of_the_dosage_network():
    chain = dosage().with_data(DATA)
    rows = np.random.default_rng(3).normal(size=(20, 7)).tolist() + [[float(AT[p]) for p in PARAMETERS]]
    ours = dosage().numpy(SSR, wrt=PARAMETERS)
    expected = [ours(dict(zip(PARAMETERS, row, strict=True)), **DATA) for row in rows]
    found = run(chain.javascript(PARAMETERS, [SSR], PARAMETERS), rows)
    close(found, expected)
    assert [round(value, 2) for value in (found[-1][0], found[-1][-1])] == [20.42, -15.66]


@pytest.mark.parametrize("name", ["w'", "w_{11}", "1w", "w 1", "ŵ", "", "a-b", "w\n", "o", "new", "in", "lambda",
                                  "Math", "dx", "NaN", "p0", "v0", "_0", "arguments"])
def test_no_name_of_a_reader_clashes_in_javascript(name):
    p = Symbol(name, real=True)
    as_step = Chain({z: x * w, p: exp(z), L: p * z + x}).javascript([w, x], [L, p], [w, x])
    as_input = Chain({z: x * p, L: exp(z) * z + x}).javascript([p, x], [L], [p, x])
    e = np.exp(0.6)
    close(run(as_step, [[0.3, 2]])[0], [0.6 * e + 2, e, 2 * 1.6 * e, 0.3 * 1.6 * e + 1])
    close(run(as_input, [[0.3, 2]])[0], [0.6 * e + 2, 2 * 1.6 * e, 0.3 * 1.6 * e + 1])


@pytest.mark.parametrize("expr", [I * w, exp(I * w), oo, w + oo, -oo, gamma(w), Catalan * w, x * gamma(w),
                                  Piecewise((I, w > 0), (1, True))], ids=str)
def test_what_javascript_cannot_say_is_refused(expr):
    for lines, values in (([], [expr]), ([(z, expr)], [z])):
        with pytest.raises(ValueError, match="cannot be written in JavaScript"):
            to_javascript([w, x], lines, values)


def test_an_unknown_symbol_is_named():
    with pytest.raises(ValueError, match="b \\+ w uses b, which is neither an argument nor a step"):
        two_paths().javascript([w, x], [b + w])
    with pytest.raises(ValueError, match="uses b, x, which is"):
        Chain({z: w * x + b, L: z}).javascript([w], [L])


def test_a_step_cannot_be_an_argument_nor_an_argument_come_twice():
    for args in ([w, z, x, b], [w, w, x, b]):
        with pytest.raises(ValueError, match=f"{args[1]} would be defined twice"):
            two_paths().javascript(args, [L])


def test_javascript_needs_the_data_as_numbers():
    with pytest.raises(ValueError, match="needs the data as numbers: chain.with_data"):
        dosage().javascript(PARAMETERS, [SSR])

"""The two ways out of symbols: NumPy and JavaScript compute the same numbers, or say what is wrong."""
import re

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
    node,
    predicted,
    run,
    two_paths,
    w,
    w1,
    x,
    xs,
    y1,
    z,
)
from sympy import (
    Abs,
    Catalan,
    I,
    Max,
    Min,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    erf,
    exp,
    log,
    oo,
    pi,
    sqrt,
    symbols,
    tanh,
)

from nbcode.chain import Chain
from nbcode.chain.compile import JAVASCRIPT_WORDS, straight_line, to_javascript


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
    with pytest.raises(ValueError, match="broadcast"):
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


@pytest.mark.parametrize("name", ["w'", "w_{11}", "1w", "w 1", "ŵ", "wŵ", "", "a-b", "w\n"])
def test_a_name_that_is_no_javascript_name_is_refused(name):
    for source in (lambda p: Chain({L: exp(p)}).javascript([p], [L]),
                   lambda p: Chain({p: exp(w), L: p}).javascript([w], [L])):
        with pytest.raises(ValueError, match=f"^'{re.escape(name)}' cannot be a JavaScript name: use letters"):
            source(Symbol(name, real=True))


def test_reserved_words_are_refused_and_all_other_names_run():
    refused = """arguments await break case catch class const continue debugger default delete do else enum eval
        export extends false finally for function if implements import in instanceof interface let new null package
        private protected public return static super switch this throw true try typeof var void while with yield
        Math""".split()
    assert {*refused} == JAVASCRIPT_WORDS
    for word in refused:
        with pytest.raises(ValueError, match=f"'{word}' cannot be a JavaScript name"):
            to_javascript([Symbol(word)], [], [w])
    allowed = symbols("lambda of get set async undefined NaN Infinity Object data w_1 $w _ W1 gamma beta")
    source = ", ".join(Chain({z: 2 * p, L: exp(z)}).javascript([p], [z]) for p in allowed)
    assert node(f"return [{source}].map(f => f(data)[0]);", 3) == [6] * len(allowed)


@pytest.mark.parametrize("expr", [I * w, exp(I * w), oo, w + oo, -oo, erf(w), Catalan * w, x * erf(w),
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

"""Typed steps: what they mean, where they are wrong, and that nothing typed costs more than a moment."""
import math
import time

import numpy as np
import pytest
from chains import dosage, lstm, rnn, run, shoes
from sympy import Rational, Symbol, exp, log, symbols, tanh

from nbcode.chain import Chain
from nbcode.chain.typed.formula import FUNCTIONS
from nbcode.chain.typed.steps import StepsError, parse, read

w, b, x, y, z, a, L = symbols("w b x y z a L", real=True)


def text_of(chain):
    """The steps of a chain as one types them."""
    return "\n".join(f"{step} = {expr}".replace("Sum(", "sum(").replace(", (i, 1, n))", ")")
                     for step, expr in chain.steps.items())


@pytest.mark.parametrize("make", [shoes, dosage, lambda: rnn(3), lambda: lstm(2)])
def test_what_a_chain_prints_is_read_back(make):
    assert parse(text_of(make())).steps == make().steps


def test_steps_are_the_chain_of_a_notebook():
    typed = read("z = w*x + b  # the sum\n\na = log(1 + exp(z))\nL = (y - a)^2\nx = 2\nb = -1/2")
    assert typed.chain.steps == Chain({z: w*x + b, a: log(1 + exp(z)), L: (y - a)**2}).steps
    assert typed.inputs == [w, x, b, y]
    assert typed.start == {x: 2, b: Rational(-1, 2)} and typed.data == {}


def test_data_are_columns():
    typed = read("r[i] = y[i] - w*x[i]\nL = sum(r[i]**2)/n\nx[i] = 0, .5, 1e0\ny[i] = 1, -1, 1/4")
    assert typed.data == {"x": [0, Rational(1, 2), 1], "y": [1, -1, Rational(1, 4)]}
    assert typed.chain.with_data(typed.data).inputs == [w]


def test_one_expression_is_one_step():
    assert parse("z/(1 + exp(-z))").steps == {Symbol("f", real=True): z/(1 + exp(-z))}
    assert parse(" -z**2 ").steps == {Symbol("f", real=True): -z**2}
    assert parse("2**-z**2*3/4").steps == {Symbol("f", real=True): 2**(-z**2)*3/4}


def test_signs_stack_up():
    assert parse("--x").steps[Symbol("f", real=True)] == x
    assert parse("---x + y").steps[Symbol("f", real=True)] == y - x
    assert parse("y - -x").steps[Symbol("f", real=True)] == y + x
    assert parse("+-+x*-y").steps[Symbol("f", real=True)] == x*y
    assert parse("2**--x").steps[Symbol("f", real=True)] == 2**x


@pytest.mark.parametrize("name", ["o", "new", "in", "lambda", "var", "dx", "Math", "do", "class"])
def test_words_of_a_programming_language_are_names(name):
    p = Symbol(name, real=True)
    chain = parse(f"{name} = w*x\nL = {name}^2 + x").prove(x)
    assert chain.numpy(L, p, wrt=[x])(w=2, x=3) == (39, 6, 25)
    assert run(chain.javascript([w, x], [L, p], [x]), [[2, 3]]) == [[39, 6, 25]]
    assert parse(f"z = w*{name}\nL = z^2").prove(p).numpy(L)({"w": 2, name: 3}) == 36


GIVEN = {"cases": "z**2/2, z < 1/5, z", "softmax": "z, z, 1, y", "logsumexp": "z, 1, y", "max": "z, 0.3",
"min": "1/5, z, y*z"}
JUMP = "sign", "heaviside"
SLOPES = {"arcsin": (0.3, 0.6), "arccos": (0.3, 0.6)}


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in JUMP])
def test_every_function_is_derived_and_computed_alike_in_both_languages(name):
    chain = parse(f"a = {name}({GIVEN.get(name, 'z')})\nL = (y - a)**2").prove(z)
    points = [[z0, 0.4] for z0 in (0.1, 0.45, 0.9, 3.7) if name not in SLOPES or z0 < 1]
    compute = chain.numpy(L, wrt=[z])
    found = [compute(z=z0, y=y0) for z0, y0 in points]
    np.testing.assert_allclose(run(chain.javascript([z, y], [L], wrt=[z]), points), found, rtol=1e-12, atol=1e-14)
    for (z0, y0), (_, slope) in zip(points, found, strict=True):
        ahead, behind = (compute(z=z0 + side, y=y0)[0] for side in (1e-5, -1e-5))
        assert slope == pytest.approx((ahead - behind)/2e-5, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("name", JUMP)
def test_what_jumps_is_refused_with_what_to_write_instead(name):
    with pytest.raises(ValueError, match="write Abs, Max or Piecewise"):
        parse(f"{name}(x)").prove(x)


@pytest.mark.parametrize("text, means", [
    ("huber(x, 0.5)", lambda x: x**2/2 if abs(x) <= 0.5 else 0.5*(abs(x) - 0.25)),
    ("max(x, 1, x**2)", lambda x: max(x, 1, x**2)),
    ("min(x, 1, x**2)", lambda x: min(x, 1, x**2)), ("cbrt(x)", lambda x: np.cbrt(x)),
    ("log(x**2 + 1, 2)", lambda x: np.log2(x**2 + 1)),
    ("leaky_relu(x, 0.1)", lambda x: x if x > 0 else 0.1*x), ("elu(x)", lambda x: x if x > 0 else np.exp(x) - 1),
    ("cases(x**2, x < -1, -x, x <= 0.5, 7)", lambda x: x**2 if x < -1 else -x if x <= 0.5 else 7),
    ("hardtanh(x)", lambda x: min(1, max(-1, x))), ("hinge(x)", lambda x: max(0, 1 - x)),
    ("gelu(x)", lambda x: x*(1 + math.erf(x/2**0.5))/2), ("selu(x)", lambda x: 1.0507009873554805*(
        x if x > 0 else 1.6732632423543772*(np.exp(x) - 1))),
        ("softmax(x, x, 1, 0)", lambda x: np.exp(x)/(np.exp(x) + np.e + 1)),
])
def test_functions_mean_what_they_are_called(text, means):
    compute = parse(text).numpy(Symbol("f", real=True))
    for number in (-4.2, -1.1, -0.3, 0.2, 0.7, 1.3, 5.1):
        assert compute(x=number) == pytest.approx(means(number), rel=1e-14)


@pytest.mark.parametrize("text, steps", [
    ("sin(exp(x^2))", "u = x**2, v = exp(u), f = sin(v)"), ("(x^2 + 1)^5", "u = x**2 + 1, f = u**5"),
    ("x*sigmoid(x)", "u = 1/(1 + exp(-x)), f = u*x"), ("f(u) = tanh(3*u)", "v = 3*u, f = tanh(v)"), ("x^x",
    "f = x**x"),
    ("y = exp(-(x - m)^2/2)", "u = -m + x, v = -u**2/2, y = exp(v)"), ("w*x + b", "f = b + w*x"),
    ("tanh(w*x)^2 + tanh(w*x)", "u = w*x, v = tanh(u), f = v**2 + v"), ("z = w*x\nL = exp(z^2)",
    "z = w*x, L = exp(z**2)"),
    ("rmse(y[j] - w*x[j])", "u[j] = -w*x[j] + y[j], v = Sum(u[j]**2, (j, 1, n))/n, f = sqrt(v)"),
    ("log(sum(exp(w*x[i])))", "u[i] = w*x[i], v[i] = exp(u[i]), r = Sum(v[i], (i, 1, n)), f = log(r)"),
])
def test_a_single_formula_is_taken_apart(text, steps):
    typed = read(text, apart=True)
    assert ", ".join(map(str, typed.chain.__repr__().split("\n"))) == steps
    assert typed.chain.composed() == parse(text).composed()
    assert typed.made == [*typed.chain.steps][:-1] or "\n" in text


def test_what_would_have_too_many_parts_stays_whole():
    text = "*".join(f"exp({k}*x + 1)" for k in range(2, 12))
    assert len(read(text, apart=True).chain.steps) == 1


def test_sums_that_are_bent_become_steps():
    for text in ("L = w*sum(x[i]**2)", "L = rmse(y[i] - w*x[i])", "L = sum(x[i]*w)/sum(w**2*y[i])",
    "a = mean(x[i])\nL = (w - a)**2"):
        typed = read(text)
        assert len(typed.chain.steps) > 1 and not typed.chain.prove(w).loss == typed.made
    assert parse("L = rmse(y[i] - w*x[i])").numpy(L)(w=2, x=[1, 2], y=[3, 4]) == pytest.approx(0.5**0.5)
    assert parse("L = mean(w*x[i])").numpy(L)(w=2, x=[1, 2]) == 3


def test_other_ways_to_write_steps():
    assert parse("z = w*x; L = z**2;").steps == parse("z = w*x\nL = z**2").steps
    assert parse("f(x, w) = w*x").steps == {Symbol("f", real=True): w*x}
    assert read("L = sum(w*x[t])\nx[t] = [1, 2, 3]").data == {"x": [1, 2, 3]}
    assert parse("e = y - w*x\nL = e**2").composed() == (y - w*x)**2
    assert parse("h_t_new = w*x").loss == Symbol("h_t_new", real=True)


def test_functions_are_their_definitions():
    assert parse("sigmoid(z)").composed() == 1/(1 + exp(-z))
    assert parse("tanh(softplus(z))").composed() == tanh(log(1 + exp(z)))


WRONG = [  # text, line, column, part of the message
    ("", 1, 1, "nothing is typed"),
    ("x = 2", 1, 1, "only numbers"),
    ("z = tahn(w)", 1, 5, "not a function here; there are exp"),
    ("z = w(x)", 1, 5, "write w\\*\\(…\\)"),
    ("z = w*(x + b", 1, 13, "stays open"),
    ("z = exp(w", 1, 10, "bracket of exp"),
    ("z = w*x)", 1, 8, "not belong"),
    ("z = (w - 1,5)^2", 1, 11, "write a decimal point"),
    ("z = w*1,5", 1, 8, "write a decimal point"),
    ("z = 2x", 1, 6, "as in 2\\*x"),
    ("z = w x", 1, 7, "write \\*"),
    ("x*(2)(3)", 1, 6, "operator is missing"),
    ("z = w*", 1, 7, "missing at the end"),
    ("z = ()", 1, 6, "missing here"),
    ("x==2", 1, 3, "one = is enough"),
    ("softmax(z)", 1, 1, "first the raw output whose share it is"),
    ("tanh(x, y)", 1, 1, "is written tanh"),
    ("cases(x, x < 1)", 1, 1, "otherwise"),
    ("z = x < 1", 1, 7, "not belong"),
    ("exp(x < 1)", 1, 7, "stays open"),
    ("L = sum(x[i], 2)", 1, 5, "one term"),
    ("L = relue(x)", 1, 5, "Did you mean relu"),
    ("= x", 1, 1, "begins with its name"),
    ("2 = x", 1, 1, "begins with its name"),
    ("z w = x", 1, 3, "= is missing"),
    ("z = x\nx", 2, 2, "= is missing"),
    ("z = z + 1", 1, 5, "by itself"),
    ("a = z\nz = w", 1, 5, "before it is defined"),
    ("z = w\nz = x", 2, 1, "twice: line 1"),
    ("w = 3\nL = a", 1, 1, "no step uses w"),
    ("x, y", 1, 2, "not belong"),
    ("exp + 1", 1, 1, "write exp\\(…\\)"),
    ("exp = w", 1, 1, "is a function"),
    ("e**x", 1, 1, "exp\\(…\\)"),
    ("pi = x", 1, 1, "another value"),
    ("w_*x", 1, 1, "a name has letters"),
    ("a_b_c_d_e", 1, 1, "a name has letters"),
    ("_x + 1", 1, 1, "a name has letters"),
    ("x[i] + y[j]", 1, 10, "index of data is i"),
    ("x[q]", 1, 3, "index of data is i"),
    ("x[i + 1]", 1, 5, "index stays open"),
    ("L = w*x[i]", 1, 1, "must be a Sum"),
    ("L = x + sum(x[i])", 1, 1, "differ"),
    ("L = sum(sum(x[i]))", 1, 5, "once"),
    ("L = i*sum(x[i])", 1, 5, "i counts"),
    ("a = sum(x[i])\nL = sum(a*x[i])", 2, 1, "a sum already"),
    ("n = 2\nL = sum(w*x[i])/n", 1, 1, "another value"),
    ("L = sum(w*x[i]*y[i])\nx[i] = 1, 2\ny[i] = 1", 3, 1, "one length"),
    ("z[i] = w, 2\nL = sum(z[i])", 1, 1, "numbers"),
    ("sqrt(-1)*x", 1, 1, "not a real number"),
    ("log(-2)*x", 1, 1, "not a real"),
    ("log(0)", 1, 1, "infinite"),
    ("x/(y - y)", 1, 3, "divides by zero"),
    ("z = 1/0", 1, 7, "divides by zero"),
    ("1e999*x", 1, 1, "infinite"),
    ("1234567890123456*x", 1, 1, "15 characters"),
    ("x**1001", 1, 4, "above 1000"), ("9**101", 1, 4, "above 100 "),
    ("x.y", 1, 2, "full stop"),
]


@pytest.mark.parametrize("text, line, column, message", WRONG, ids=[repr(row[0]) for row in WRONG])
def test_what_is_wrong_is_pointed_at(text, line, column, message):
    with pytest.raises(StepsError, match=message) as error:
        read(text)
    assert (error.value.line, error.value.column) == (line, column)
    shown, caret = error.value.place.split("\n")
    assert caret == " "*(column - 1) + "^" and shown == text.split("\n")[line - 1][:40]


HOSTILE = {
    "a thousand brackets": "("*1000 + "x" + ")"*1000, "open brackets": "("*2999, "brackets of calls": "exp("*700,
    "import": "__import__('os').system('ls')", "eval": "eval('1')", "attribute": "x.__class__", "quotes": '"x"',
    "a tower": "9**9**9", "a tower over x": "x**9**9**9", "a wide tower": "2**"*900 + "2", "signs": "-"*2999,
    "towers of exp": "exp(exp(exp(exp(9))))*x", "powers of powers": "((((9**99)**99)**99)**99)**99",
    "small powers": "((((1/9)**15)**99)**99)**99", "a large number": "9"*2999, "an exponent": "1e" + "9"*2000,
    "zero to minus one": "0**-1", "cyrillic а": "а + 1", "full width": "ｘ + 1", "right to left": "\u202ex + 1",
    "mathematical x": "𝑥 + 1", "no width": "x\u200b + 1", "NUL": "\0", "a lone surrogate": "\ud800",
    "too long": "x + "*2000, "too many lines": "\n".join(f"a{k} = x" for k in range(100)),
    "semicolons": "a = x; import os", "an f-string": "f'{x}'", "a lambda": "lambda: 0", "a list": "[x for x in y]",
    "factorial": "9!!!", "script": "</script><script>alert(1)</script>", "TeX": r"\href{javascript:alert(1)}{x}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_ends_in_a_message_at_once(text):
    start = time.process_time()
    with pytest.raises(StepsError) as error:
        read(text)
    assert time.process_time() - start < 1
    assert len(error.value.what) < 250 and len(error.value.place) < 90
    assert all(c.isprintable() or c == "\n" for c in str(error.value))


def test_characters_that_look_right_are_named():
    with pytest.raises(StepsError, match=r"cyrillic small letter a.* cannot be read"):
        parse("а + 1")
    with pytest.raises(StepsError, match="minus sign.*write -\n"):
        parse("w − x")


def test_long_but_honest_text_is_read():
    deep = "\n".join(["a1 = tanh(w*x)", *(f"a{k} = tanh(w*a{k - 1})" for k in range(2, 50))])
    assert parse(deep).inputs == [w, x]
    assert parse("(" * 28 + "x" + ")" * 28 + " + 1").inputs == [x]

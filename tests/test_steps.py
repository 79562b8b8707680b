"""Typed steps: what they mean, where they are wrong, and that nothing typed costs more than a moment."""
import time

import pytest
from chains import dosage, lstm, rnn, run, shoes
from sympy import Float, Rational, Symbol, exp, log, symbols, tanh

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
    assert typed.data == {"x": [0, Float(0.5), Float(1)], "y": [1, -1, Rational(1, 4)]}
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


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_derived(name):
    chain = parse(f"a = {name}(z)\nL = (y - a)**2")
    chain.prove(z)
    assert chain.javascript([z, y], [L], wrt=[z])


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
    ("x==2", 1, 3, "missing here"),
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
    ("a_b_c", 1, 1, "a name has letters"),
    ("_x + 1", 1, 1, "a name has letters"),
    ("x[j]", 1, 3, "index of data is i"),
    ("x[i + 1]", 1, 5, "index stays open"),
    ("L = w*x[i]", 1, 1, "must be a Sum"),
    ("L = x + sum(x[i])", 1, 1, "differ"),
    ("L = sum(sum(x[i]))", 1, 5, "once"),
    ("L = i*sum(x[i])", 1, 5, "i counts"),
    ("a = sum(x[i])\nL = a", 1, 5, "only the loss"),
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
    ("x**101", 1, 4, "above 100"),
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

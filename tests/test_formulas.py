"""Formulas with a left side that is asserted: what `derivative` accepts, refuses and says of how it is known."""
import ast
from pathlib import Path

import nbformat
import pytest
from chains import SSR, L, a, b, b3, dosage, i, lstm, n, observed, predicted, w, w3, x, y, y1, z
from sympy import (
    Eq,
    Function,
    IndexedBase,
    MatMul,
    Matrix,
    MatrixSymbol,
    Max,
    Mul,
    Piecewise,
    Product,
    Rational,
    Sum,
    Symbol,
    exp,
    log,
    sin,
    symbols,
    tanh,
)

from nbcode.chain import Chain, Formula, derivative, latex

SIGMOID = {z: w * x, a: 1 / (1 + exp(-z)), L: (y - a) ** 2}
BOOK = Path(__file__).parent.parent / "book"
MIME = "application/vnd.nbcode.formula+json"


def tex(shown):
    return shown._repr_latex_().strip("$").removeprefix(r"\displaystyle ")


def test_a_derivative_is_proved_in_the_names_of_the_steps():
    shown = derivative(L, w, -2 * (y - a) * a * (1 - a) * x, of=SIGMOID)
    assert tex(shown).startswith(r"\frac{\partial L}{\partial w} = ") and shown.known == "proved"
    assert repr(shown).startswith("dL/dw = ")
    assert derivative(L, w, -2 * (y - a) * a * (1 - a) * x, of=Chain(SIGMOID)).known == "proved"


def test_a_long_derivative_by_a_step_is_checked_too():
    steps, h1 = lstm(3), Symbol("h1", real=True)
    right = steps.gradient(h1)
    assert derivative(steps.loss, h1, right, of=steps).known == "checked"
    with pytest.raises(AssertionError):
        derivative(steps.loss, h1, 2 * right, of=steps)


@pytest.mark.parametrize(("left", "right"), [
    ((L, w), -2 * (y - a) * a * (1 - a)), ((L, w), 2 * (y - a) * a * (1 - a) * x),
    ((L, x), -2 * (y - a) * a * (1 - a) * x), ((L, (w, w)), -2 * (y - a) * a * (1 - a) * x),
    ((z, w), w), ((z, w), 0)])
def test_a_wrong_derivative_raises(left, right):
    with pytest.raises(AssertionError, match="this is not d"):
        derivative(*left, right, of=SIGMOID)


def test_a_derivative_by_a_step_holds_that_step_fixed():
    shown = derivative(L, z, -2 * (y - a) * a * (1 - a), of=SIGMOID)
    assert tex(shown).startswith(r"\frac{\partial L}{\partial z}")
    assert tex(derivative(a, z, a * (1 - a), of=SIGMOID)) == r"\frac{d a}{d z} = a \left(1 - a\right)"


def test_several_right_sides_are_each_asserted():
    shown = derivative(a, z, exp(-z) / (1 + exp(-z)) ** 2, a * (1 - a), of=SIGMOID)
    assert tex(shown).count(" = ") == 2 and shown.right == exp(-z) / (1 + exp(-z)) ** 2
    with pytest.raises(AssertionError):
        derivative(a, z, a * (1 - a), a * (1 + a), of=SIGMOID)


def test_derivatives_of_sums_over_data():
    net = dosage()
    shown = derivative(SSR, w3, Sum(-2 * (observed[i] - predicted[i]) * y1[i], (i, 1, n)), of=net)
    assert tex(shown).startswith(r"\frac{\partial \text{SSR}}{\partial w_{3}} = \sum_{i=1}^{n}")
    second = derivative(SSR, (b3, w3), 2 * Sum(y1[i], (i, 1, n)), of=net)
    assert tex(second).startswith(r"\frac{\partial^{2} \text{SSR}}{\partial b_{3} \, \partial w_{3}} = 2 ")
    curvature = derivative(SSR, (b3, b3), 2 * n, of=net)
    assert tex(curvature) == r"\frac{\partial^{2} \text{SSR}}{\partial b_{3}^{2}} = 2 n"
    pointwise = derivative(SSR, predicted[i], -2 * (observed[i] - predicted[i]), of=net)
    assert {each.known for each in (shown, second, curvature, pointwise)} == {"proved"}
    with pytest.raises(AssertionError):
        derivative(SSR, (b3, b3), n, of=net)


def test_names_in_words_are_words():
    intercept = symbols("intercept", real=True)
    shown = derivative(SSR, intercept, -2 * (y - intercept), of={SSR: (y - intercept) ** 2})
    assert tex(shown).startswith(r"\frac{\partial \text{SSR}}{\partial \text{intercept}} = ")


def test_where_symbols_do_not_decide_numbers_check():
    steps, w_f = lstm(3), Symbol("w_f", real=True)
    shown = derivative(steps.loss, w_f, steps.gradient(w_f), of=steps)
    assert shown.known == "checked" and shown._repr_mimebundle_()[MIME]["known"] == "checked"
    with pytest.raises(AssertionError):
        derivative(steps.loss, w_f, steps.gradient(w_f) + Rational(1, 10 ** 12), of=steps)


def test_a_product_of_sums_is_never_compared_term_by_term():
    j = Symbol("j", integer=True)
    total = Sum(predicted[i], (i, 1, n))
    steps = {L: total ** 2 * w}
    assert derivative(L, w, total ** 2, of=steps).known == "proved"
    assert derivative(L, w, total * Sum(predicted[j], (j, 1, n)), of=steps).known == "checked"
    with pytest.raises(AssertionError):
        derivative(L, w, Sum(predicted[i] ** 2, (i, 1, n)), of=steps)


def test_a_derivative_by_a_matrix_is_asserted_entry_by_entry():
    W, v = MatrixSymbol("W", 2, 2), MatrixSymbol("v", 1, 2)
    filled = {W: Matrix(2, 2, symbols("w1:5")), v: Matrix([symbols("v1 v2")])}
    steps = {L: (filled[v] * filled[W] * filled[v].T)[0]}
    shown = derivative(L, W, v.T * v, of=steps, where=filled)
    assert tex(shown) == r"\frac{\partial L}{\partial W} = v^{T} v" and shown.known == "proved"
    with pytest.raises(AssertionError):
        derivative(L, W, 2 * v.T * v, of=steps, where=filled)
    with pytest.raises(AssertionError, match="numbers cannot be"):
        derivative(L, W, v, of=steps, where=filled)


def test_one_line_for_several_cases_is_asserted_in_each():
    k = Symbol("k", integer=True)
    w1, w2, x1, x2 = symbols("w1 w2 x1 x2", real=True)
    ws, xs = (IndexedBase(name, real=True) for name in "wx")
    cases = [{ws[k]: w1, xs[k]: x1}, {ws[k]: w2, xs[k]: x2}]
    steps = {z: w1 * x1 + w2 * x2}
    assert tex(derivative(z, ws[k], xs[k], of=steps, where=cases)) == r"\frac{\partial z}{\partial w_{k}} = x_{k}"
    with pytest.raises(AssertionError):
        derivative(z, ws[k], xs[k], of=steps, where=[cases[0], {ws[k]: w1, xs[k]: x2}])


def test_what_composes_may_be_one_expression():
    assert tex(derivative(log(a), z, 1 - a, of=SIGMOID)) == r"\frac{d \log{\left(a \right)}}{d z} = 1 - a"
    assert derivative(y, x, 2 * x * tanh(b), of=x ** 2 * tanh(b)).known == "proved"


def test_a_text_is_refused():
    for left in ("L", w), (L, "w"):
        with pytest.raises(TypeError, match="takes symbols"):
            derivative(*left, x, of=SIGMOID)
    harm = "__import__('os').abort()"
    for right, of, where in ((harm, {L: w}, {}), (1, harm, {}), (1, {L: harm}, {}), (1, {L: w}, {x: harm})):
        with pytest.raises(TypeError, match="takes symbols|is no expression"):
            derivative(L, w, right, of=of, where=where)
    with pytest.raises(TypeError, match="by a name"):
        derivative(L, w + 1, x, of=SIGMOID)


def test_of_a_bare_name_nothing_is_known():
    shown = Formula(a, sin(z), z)
    assert shown.known is None and shown._repr_mimebundle_() == {}
    assert tex(shown) == r"a = \sin{\left(z \right)} = z" and shown.right == sin(z)


def test_a_step_is_defined_and_what_is_composed_of_it_proved():
    chain = Chain(SIGMOID)
    assert chain._repr_mimebundle_()[MIME] == {"known": "defined"}
    assert Formula(a, chain.steps[a], of=chain)._repr_mimebundle_()[MIME]["known"] == "defined"
    assert Formula(a, 1 / (1 + exp(-w * x)), of=chain).known == "proved"
    assert Formula(a, SIGMOID[a], exp(z) / (1 + exp(z)), of=SIGMOID).known == "proved"
    assert Formula(log(a / (1 - a)), z, of=SIGMOID).known == "proved"
    for wrong in (1 / (1 + exp(w * x)), 1 / (1 + exp(-w * y))):
        with pytest.raises(AssertionError, match="a is not"):
            Formula(a, wrong, of=chain)


def test_an_identity_is_asserted_by_itself():
    assert Formula(a * (1 - a), Rational(1, 4) - (a - Rational(1, 2)) ** 2).known == "proved"
    assert Formula(log(Product(exp(y1[i]), (i, 1, n))), Sum(y1[i], (i, 1, n))).known == "proved"
    k = Symbol("k", integer=True, positive=True)
    powers = Sum((1 - w) * w ** (n - k), (k, 1, n))
    assert Formula(powers, 1 - w ** n).known == "checked"
    for left, wrong in ((a * (1 - a), a - a ** 3), (powers, 1 - w ** (n + 1))):
        with pytest.raises(AssertionError):
            Formula(left, wrong)


def test_a_solution_is_put_into_its_equation():
    best = Symbol("best", real=True)
    level = Eq(Sum(-2 * (observed[i] - b - w * y1[i]), (i, 1, n)), 0)
    mean = Sum(observed[i] - w * y1[i], (i, 1, n)) / n
    assert Formula(best, mean, of=level, where={best: b}).known == "proved"
    assert Formula(w, 1 / x, 2 / (2 * x), of=Eq(w * x, 1)).known == "proved"
    for wrong in (mean / 2, mean + 1):
        with pytest.raises(AssertionError):
            Formula(best, wrong, of=level, where={best: b})
    with pytest.raises(TypeError, match="not in the equation"):
        Formula(y, 1 / x, of=Eq(w * x, 1))


def test_what_a_name_stands_for_is_asserted_and_an_example_is_no_proof():
    rise, run, h = symbols("rise run h", real=True)
    assert Formula(rise / run, 2 * x + h, where={rise: (x + h) ** 2 - x ** 2, run: h}).known == "proved"
    cases = [{y: w * w, n: 2}, {y: w ** 3, n: 3}]
    assert Formula(y, w ** n, where=cases).known == "checked"
    with pytest.raises(AssertionError):
        Formula(y, w ** n, where=[*cases, {y: w ** 4, n: 3}])


def test_a_matrix_is_known_entry_by_entry():
    W, v, n_rows = MatrixSymbol("W", 2, 2), MatrixSymbol("v", 1, 2), Symbol("n", integer=True, positive=True)
    numbers = {W: Matrix(2, 2, symbols("w1:5")), v: Matrix([symbols("v1 v2")])}
    assert Formula(W, numbers[W], of={W: numbers[W]}).known == "defined"
    assert Formula(numbers[v] * numbers[W], v * W, where=numbers).known == "proved"
    X = MatrixSymbol("X", n_rows, 2)
    assert Formula((X * W).T, W.T * X.T).known == "proved"
    for left, wrong in ((numbers[v] * numbers[W], v * W.T), (numbers[v].T, v)):
        with pytest.raises(AssertionError):
            Formula(left, wrong, where=numbers)
    assert Formula(Matrix([[0.65, 1]]), MatMul(Matrix([[0.5, 1]]), Matrix([[0.3, 2], [0.5, 0]]))).known == "proved"


def test_a_product_keeps_the_order_in_which_it_was_written():
    product = Mul(y - w, b, a, 1 - a, x, evaluate=False)
    assert tex(Formula(L, product)) == r"L = \left(y - w\right) \, b \, a \, \left(1 - a\right) \, x"
    assert tex(derivative(L, z, Mul(y, a, 1 - a, evaluate=False), of={**SIGMOID, L: y * a})).endswith(
        r"y \, a \, \left(1 - a\right)")
    assert tex(Formula(L, y * b * a)) == "L = a b y"


def typed_left_sides(path):
    """How many Formula(…) in a notebook have a text on the left, or a slope, which is one."""
    cells = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    calls = [node for source in cells for node in ast.walk(ast.parse(source))
             if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Formula"]
    return sum(is_text(call.args[0]) for call in calls)


def is_text(node):
    """Whether an expression is a text or makes one, as far as its spelling says."""
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", "") in ("slope", "latex", "str")
    return (isinstance(node, ast.JoinedStr | ast.Constant) or isinstance(node, ast.BinOp) and is_text(node.left)
            or getattr(node, "id", "") == "slope")


@pytest.mark.parametrize("path", sorted(BOOK.glob("*.ipynb")), ids=lambda path: path.stem)
def test_left_sides_are_made_of_symbols(path):
    assert typed_left_sides(path) == 0


def test_a_typed_left_side_is_noticed(tmp_path):
    source = 'Formula("L", x)\nFormula(r"L" "x", x)\nFormula(f"{L}", x)\nFormula(slope(L, x), x)\nFormula(L, x)'
    path = tmp_path / "typed.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]), path)
    assert typed_left_sides(path) == 4


@pytest.mark.parametrize(("name", "expected"), [
    ("intercept_new", r"\text{intercept}_{\text{new}}"), ("w_new", r"w_{\text{new}}"), ("lr", r"\text{lr}"),
    ("error after", r"\text{error after}"), ("y_hat", r"\hat{y}"), ("y1_hat", r"\hat{y}_{1}"), ("n'", "n'"),
    ("intercept*", r"\text{intercept}^{*}"), ("w_ij", "w_{ij}"), ("h2_t_new", r"h_{2,t,\text{new}}"),
    ("theta_new", r"\theta_{\text{new}}"), ("h_tm1", "h_{t-1}"), ("h_tp1", "h_{t+1}"), ("lamda", r"\lambda"),
    ("w_prime", "w'"), ("yhat", r"\hat{y}")])
def test_words_and_subscripts_come_from_the_name(name, expected):
    assert latex(Symbol(name)) == expected


def test_a_bend_left_open_has_a_derivation_that_is_proved():
    bend = Function("f")
    chain = Chain({z: w*x + b, a: bend(z), L: (y - a)**2})
    assert chain.prove(w).derive(w).known == "proved"
    with pytest.raises(AssertionError):
        derivative(L, w, 2*(a - y)*x, of=chain)


def test_a_derivative_in_pieces_is_proved_piece_by_piece():
    bend = Max(0, z)
    right = Piecewise((0, z < 0), (0, Eq(z, 0)), (1, True))
    assert derivative(y, z, right, of={y: bend}).known == "proved"
    for wrong in (Piecewise((1, z < 0), (0, Eq(z, 0)), (1, True)), Piecewise((0, z < 0), (2, True))):
        with pytest.raises(AssertionError):
            derivative(y, z, wrong, of={y: bend})


@pytest.mark.parametrize("left", ["L", r"\frac{dL}{dw}"])
def test_a_formula_refuses_a_typed_left_side(left):
    with pytest.raises(TypeError, match="symbol"):
        Formula(left, w)

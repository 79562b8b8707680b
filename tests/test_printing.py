"""What a reader sees: derivations factor by factor, in the notation of the notes, as LaTeX that KaTeX accepts."""
import re
from pathlib import Path

import pytest
from chains import (
    SSR,
    H,
    L,
    a,
    b,
    b3,
    decayed,
    dosage,
    dose,
    i,
    node,
    observed,
    predicted,
    rnn,
    shoes,
    two_paths,
    w,
    w1,
    x,
    y,
    y1,
    z,
    z1,
)
from sympy import (
    Function,
    HadamardProduct,
    IndexedBase,
    MatAdd,
    MatMul,
    Matrix,
    MatrixSymbol,
    Max,
    Mul,
    Piecewise,
    Sum,
    Symbol,
    count_ops,
    exp,
    log,
    sqrt,
    symbols,
    tanh,
)

from nbcode.chain import Chain, Formula, latex
from nbcode.chain.expressions import is_zero
from nbcode.chain.narrow import WIDTH, width
from nbcode.chain.shown import MIME, Derivation, Links

KATEX = Path(__file__).parent.parent / "node_modules" / "katex" / "dist" / "katex.js"


def tex(shown):
    """The LaTeX of an object without what only sets sizes and gaps."""
    return re.sub(r"\\displaystyle *|\\, ", "", shown._repr_latex_().strip("$"))


def cells(shown):
    """The rows of a derivation, each as its cells without the dots between factors and the column rule."""
    body = re.fullmatch(r"\\begin\{array\}\{\w+\}(.*)\\end\{array\}", tex(shown)).group(1)
    return [[cell.strip() for cell in row.split("&") if cell.strip() not in ("", r"{}\cdot{}")]
            for row in re.split(r" \\\\(?:\[[\d.]+e[mx]\])? ", body)]


def test_two_steps_are_printed_factors_first_then_values_then_the_product():
    assert cells(shoes().derive(w)) == [
        [r"\frac{d S}{d w}", "=", r"\frac{d S}{d H}", r"\frac{d H}{d w}"],
        ["=", r"\frac{1}{4}", "2"],
        [r"=\mathrlap{\frac{1}{2}}"]]


def test_a_bend_left_open_has_a_slope_and_products_entry_by_entry_a_dot_in_a_circle():
    z = Symbol("z")
    bend = Function("varphi")(z)
    assert latex(bend.diff(z)) == r"\varphi'\left(z\right)"
    assert latex(bend.diff(z, z)) == r"\frac{d^{2}}{d z^{2}} \varphi{\left(z \right)}"
    assert latex(HadamardProduct(MatrixSymbol("A", 2, 2), MatrixSymbol("B", 2, 2))) == r"A \odot B"


def test_the_four_factors_of_w1_stand_over_their_values():
    residual = r"\left(\text{observed}_{i} - \text{predicted}_{i}\right)"
    sigmoid = r"\frac{e^{z_{1,i}}}{1 + e^{z_{1,i}}}"
    assert cells(dosage().derive(w1)) == [
        [r"\frac{\partial \text{SSR}}{\partial w_{1}}", r"=\sum_{i}",
         r"\frac{\partial \text{SSR}}{\partial \text{predicted}_{i}}",
         r"\frac{\partial \text{predicted}_{i}}{\partial y_{1,i}}",
         r"\frac{d y_{1,i}}{d z_{1,i}}", r"\frac{\partial z_{1,i}}{\partial w_{1}}"],
        [r"=\sum_{i}", f"- 2 {residual}", "w_{3}", sigmoid, r"\text{dose}_{i}"],
        [rf"=\mathrlap{{\sum_{{i=1}}^{{n}} -2 {residual} w_{{3}} {sigmoid} \text{{dose}}_{{i}}}}"]]


def test_every_path_has_a_row_of_factors_and_a_row_of_values():
    rows = cells(two_paths().derive(w))
    signs = [row[-3] if len(row) > 2 else row[0] for row in rows[1:6]]
    assert [row[0] for row in rows[1:6]] == ["+", "+", "=", "+", "+"], signs
    for path, factors, values in zip(two_paths().paths(w), rows[:3], rows[3:6], strict=True):
        links = list(zip(path, path[1:], strict=False))
        assert [latex(link[0]) in cell and latex(link[1]) in cell
                for link, cell in zip(links, factors[-len(links):], strict=True)] == [True] * len(links)
        assert len(values) == 1 + len(links)
    assert rows[6][0].startswith(r"=\mathrlap{")


def test_a_penalty_stands_beside_the_sum():
    rows = cells(decayed().derive(w))
    assert [row[0] for row in rows[1:4]] in (["+\\sum_{i}", "=", "+\\sum_{i}"], ["+", "=\\sum_{i}", "+"])


@pytest.mark.parametrize("make", [shoes, two_paths, dosage, decayed])
def test_the_simplified_product_is_the_product(make):
    chain = make()
    for p in chain.inputs:
        shown = chain.derive(p)
        ours, simple = (e.replace(Sum, lambda term, *_: term * b3) for e in (shown.product, shown.simplified))
        assert shown.product == chain.gradient(p) and shown.known == "proved"
        assert is_zero(chain.composed(ours - simple))
        assert repr(shown) == f"d{chain.loss}/d{p} = {shown.product}"


def test_the_simplified_product_is_shorter_where_paths_share_factors():
    shown = rnn(2).derive(w)
    assert count_ops(shown.simplified) < count_ops(shown.product)
    assert cells(shown)[-1] == [r"=\mathrlap{2 \left(h_{2} - y\right) \left(1 - h_{2}^{2}\right) "
                                r"\left(u x_{1} \left(1 - h_{1}^{2}\right) + x_{2}\right)}"]


def test_a_single_factor_is_shown_once():
    assert cells(Chain({L: w ** 2}).derive(w)) == [[r"\frac{d L}{d w}", "=", r"\frac{d L}{d w}"], ["=", "2 w"]]


def test_a_negative_factor_is_bracketed_after_another():
    values = cells(Chain({z: -3 * w, L: -2 * z}).derive(w))[1]
    assert values == ["=", "-2", r"\left(-3\right)"]
    values = cells(Chain({z: w ** 2 + w, L: z ** 2 + z}).derive(w))[1]
    assert values == ["=", r"\left(2 z + 1\right)", r"\left(2 w + 1\right)"]


@pytest.mark.parametrize(("expr", "expected"), [
    (y1[i], "y_{1,i}"),
    (predicted[i], r"\text{predicted}_{i}"),
    (SSR, r"\text{SSR}"),
    (b3, "b_{3}"),
    (Symbol("slope") * Symbol("weight"), r"\text{slope} \, \text{weight}"),
    (Symbol("w_11"), "w_{11}"),
    (Symbol("h2_t"), "h_{2,t}"),
    (Symbol("eta"), r"\eta"),
    (Symbol("alpha1"), r"\alpha_{1}"),
    (1 + exp(z1[i]), "1 + e^{z_{1,i}}"),
    (exp(z) - 1, "e^{z} - 1"),
    (log(1 + exp(z)), r"\log{\left(1 + e^{z} \right)}"),
    (w * x + b, "w x + b"),
    (Symbol("b1") + Symbol("w1") * dose[i], r"w_{1} \, \text{dose}_{i} + b_{1}"),
    (observed[i] - predicted[i], r"\text{observed}_{i} - \text{predicted}_{i}"),
    (1 - tanh(z) ** 2, r"1 - \tanh^{2}{\left(z \right)}"),
    (2 * z + 1, "2 z + 1"),
    (IndexedBase("w")[i, Symbol("j")], "w_{ij}"),
    (IndexedBase("w")[1, 2], "w_{1,2}"),
    (IndexedBase("x")[i + 1, Symbol("j")], "x_{i + 1,j}"),
    (y1[i] * (1 - y1[i]), r"y_{1,i} \left(1 - y_{1,i}\right)"),
    (Mul(a, y1[i], 1 - y1[i], 2, z - y, evaluate=False),
     r"a y_{1,i} \left(1 - y_{1,i}\right) \cdot 2 \left(z - y\right)"),
    (Mul(w, 1 - z, 2, z - y, evaluate=False), r"w \left(1 - z\right) \cdot 2 \left(z - y\right)"),
    (exp(-z ** 2 / 2), "e^{- z^{2} / 2}"),
    (exp(-z ** 2 / 2) / 2, r"\frac{e^{- z^{2} / 2}}{2}"),
], ids=str)
def test_notation(expr, expected):
    assert latex(expr) == expected


def test_one_factor_and_the_steps_themselves():
    chain = dosage()
    assert tex(chain.factor(SSR, predicted[i])) == (
        r"\frac{\partial \text{SSR}}{\partial \text{predicted}_{i}} = "
        r"- 2 \left(\text{observed}_{i} - \text{predicted}_{i}\right)")
    assert chain.factor(SSR, predicted[i]).right == chain.local[SSR, predicted[i]]
    assert tex(chain.factor(y1[i], z1[i])).startswith(r"\frac{d y_{1,i}}{d z_{1,i}} = ")
    lines = re.findall(r"(?:aligned\}|\] )(.*?)(?= \\\\|\\end)", tex(chain))
    assert lines[0] == r"z_{1,i} &= w_{1} \text{dose}_{i} + b_{1}" and len(lines) == len(chain.steps)


def test_links_lead_from_the_parameter_to_the_loss_with_slope_and_value_at_each():
    text = tex(shoes().links(w))
    pieces = ["& w", "[", "2", "]", r"\frac{d H}{d w}", "} H", "[", r"\frac{1}{4}", "]", r"\frac{d S}{d H}", "} S"]
    end = 0
    for piece in pieces:
        end = text.index(piece, end) + len(piece)
    assert repr(two_paths().links(w)).splitlines() == ["w -> a -> L", "w -> L", "w -> z -> L"]


def test_the_reverse_pass_is_printed_as_slopes():
    reverse = tex(dosage().reverse())
    assert r"\frac{\partial \text{SSR}}{\partial b_{3}} &= \sum_{i=1}^{n} " \
           r"\frac{\partial \text{SSR}}{\partial \text{predicted}_{i}}" in reverse
    assert "dpredicted" not in reverse and "text{d" not in reverse.replace(r"\text{dose}", "")


def test_what_alone_the_loss_depends_on_has_a_straight_d_in_the_reverse_pass_too():
    text = tex(Chain({z: w * x + b, L: 3 * z}).reverse())
    assert r"\frac{d L}{d z} &= 3" in text and r"\frac{\partial L}{\partial b} &= \frac{d L}{d z}" in text
    assert r"\partial z" not in text


def test_sums_below_one_another_have_room():
    assert r"\\[1.6em]" in tex(dosage().reverse()) and r"\\[0.9em]" in tex(two_paths().reverse())


def test_epsilon_is_the_letter_of_the_figures():
    assert latex(Symbol("epsilon")) == r"\varepsilon"


SIGMOID = 1 / (1 + exp(-z))
e1, e2, total, p1, z2_ = symbols("e1 e2 total p1 z2", real=True)
SOFTMAX = {e1: exp(z), e2: exp(z2_), total: e1 + e2, p1: e1 / total, L: -log(p1)}


@pytest.mark.parametrize(("step", "expr", "expected"), [
    (a, SIGMOID, r"a \left(1 - a\right)"),
    (a, exp(z) / (1 + exp(z)), r"a \left(1 - a\right)"),
    (a, tanh(z), "1 - a^{2}"),
    (a, exp(z), "a"),
    (a, exp(z) / (exp(z) + exp(b)), r"a \left(1 - a\right)"),
    (a, b * tanh(z), r"b \left(1 - \tanh^{2}{\left(z \right)}\right)"),
    (a, log(1 + exp(z)), r"\frac{e^{z}}{1 + e^{z}}"),
    (a, z ** 2, "2 z"),
], ids=str)
def test_a_factor_is_in_the_name_of_its_step_where_that_is_shorter(step, expr, expected):
    shown = Chain({step: expr}).factor(step, z)
    assert tex(shown).partition(" = ")[2] == expected and shown.known == "proved"


def test_a_sigmoid_of_several_names_has_its_name_too():
    assert tex(Chain({a: 1 / (1 + exp(-(w * x + b)))}).factor(a, w)).endswith(r"= a x \left(1 - a\right)")


@pytest.mark.parametrize(("steps", "p", "expected"), [
    ({z: w * x, a: SIGMOID, L: (a - y) ** 2}, w, r"2 \left(a - y\right) a \left(1 - a\right) x"),
    ({z: w * x, a: SIGMOID, L: -(y * log(a) + (1 - y) * log(1 - a))}, w, r"\left(a - y\right) x"),
    (SOFTMAX, z, "p_{1} - 1"),
    (SOFTMAX, z2_, r"\frac{e_{2}}{\text{total}}"),
    ({key: SOFTMAX[key] for key in (e1, e2, total, p1)}, z, r"p_{1} \left(1 - p_{1}\right)"),
    ({p1: exp(z) / (exp(z) + exp(b)), L: -log(p1)}, z, "p_{1} - 1"),
])
def test_the_last_line_is_the_school_book_form(steps, p, expected):
    shown = Chain(steps).derive(p)
    assert cells(shown)[-1] == [rf"=\mathrlap{{{expected}}}"] and shown.known == "proved"


def test_a_derivation_may_be_read_from_the_parameter():
    rows = cells(Chain({z: w * x, a: SIGMOID, L: (a - y) ** 2}).derive(w, start=w))
    assert rows[1] == ["=", "x", r"a \left(1 - a\right)", r"2 \left(a - y\right)"]
    assert rows[2] == [r"=\mathrlap{2 x a \left(1 - a\right) \left(a - y\right)}"]


def test_marks_come_from_assertions():
    chain = Chain({z: w * x, a: tanh(z), L: (a - y) ** 2})
    for shown in chain.derive(w), chain.links(w), chain.factor(a, z), chain.reverse(), chain.reverse(of=[w]):
        assert shown._repr_mimebundle_()[MIME]["known"] == "proved"
    chain.local[a, z] = 1 - a
    for show in (lambda: chain.derive(w), lambda: chain.links(w), lambda: chain.factor(a, z)):
        with pytest.raises((AssertionError, ArithmeticError)):
            show()
    with pytest.raises((AssertionError, ArithmeticError)):
        chain.reverse()._repr_mimebundle_()
    chain.local[a, z] = 1 - b  # what b means here, this chain cannot say
    assert chain.factor(a, z).known is None


def test_a_long_derivation_is_checked_in_numbers():
    assert rnn(4).derive(w).known == "checked"


def test_the_reverse_pass_can_leave_out_what_nobody_wants():
    shown = dosage().reverse(of=[w1, b3])
    assert [str(name) for name, _ in shown] == ["db3", "dw1"] and tex(shown).count("&=") == 2
    with pytest.raises(ValueError, match="does not depend on"):
        dosage().reverse(of=[x])


def test_the_narrow_form_stacks_each_factor_beside_its_value():
    narrow = dosage().derive(w1).narrow
    last, link = (rf"{part} \left(= " for part in (r"\frac{\partial z_{1,i}}{\partial w_{1}}",
                                                  r"\frac{d y_{1,i}}{d z_{1,i}}"))
    assert narrow.index(link) < narrow.index(last)
    assert width(narrow.rpartition(r"\end{array}")[0].split(r"\\[")[-1]) < WIDTH
    assert shoes().factor(H, w).narrow is None
    slope = Mul(w, y1[i], 1 - y1[i], 2, predicted[i] - y1[i], evaluate=False)
    as_written = Formula(Symbol("L"), Sum(slope, (i, 1, 9)))
    assert r"w y_{1,i} \left(1 - y_{1,i}\right)" in as_written.narrow and r"\cdot 2 \left(" in as_written.narrow
    first, second, third, fourth = symbols("first second third fourth")
    long = Formula(a, first * second + third * fourth + first * third + second * fourth)
    assert long.narrow.count(r"\\") >= 1


def test_a_long_sum_in_brackets_is_broken_between_its_terms():
    first, second, third, fourth = symbols("first second third fourth")
    long = first * second + third * fourth + first * third + second * fourth
    for number, others in ((-2, 1), (1, x), (3, x + first)):
        narrow = Formula(a, Mul(number, long, others, evaluate=False)).narrow
        lines = narrow.removeprefix(r"$\begin{aligned}").removesuffix(r"\end{aligned}$").split(r" \\[0.7em] ")
        assert len(lines) > 1 and max(map(width, lines)) <= WIDTH
        assert narrow.count(r"\bigl(") == narrow.count(r"\bigr)") == 1
    product = MatMul(Matrix([[3, 4]]), Matrix([[5, 6], [7, 8]]))
    assert latex(product) in Formula(a, MatAdd(product, Matrix([[9, 9]]))).narrow


def test_what_is_summed_stands_beside_the_sum():
    summed = dosage().derive(w1).narrow.split(r" \\[1.1em] ")
    assert r"\sum" in summed[-2] and summed[-1].startswith(r"\displaystyle \qquad\quad")


def test_a_term_that_fits_a_line_is_not_broken():
    a1, w11, w21, z1, z2, y2, t1, t2 = symbols("a1 w11 w21 z1 z2 y2 t1 t2", real=True)
    net = Chain({z1: w11 * a1, z2: w21 * a1, y2: 1 / (1 + exp(-z2)), L: (z1 - t1) ** 2 + (y2 - t2) ** 2})
    *_, before, last = net.derive(a1).narrow.split(r" \\[1.1em] ")
    assert before.endswith("w_{11}") and last.startswith(r"\displaystyle \quad + \left(t_{2} - y_{2}\right)")


def test_another_path_of_links_stands_apart():
    first, second, third = symbols("first second third", real=True)
    net = Chain({first: x * 2, second: x ** 2, third: first * second})
    assert net.links(x).narrow.count(r"\rule") == 1


def test_a_long_link_has_its_value_on_a_row_of_its_own():
    narrow = dosage().links(b3).narrow
    assert r"\\[0.8em] & \displaystyle = - 2" in narrow
    assert r"\frac{\partial \text{predicted}_{i}}{\partial b_{3}} = 1" in narrow


@pytest.mark.parametrize(("text", "letters"), [
    ("x", 1), (r"\text{dose}_{i}", 4.7), (r"\frac{1}{\text{total}}", 5.4), ("a + b", 4.4), (r"\left(a\right)", 3)])
def test_widths(text, letters):
    assert width(text) == pytest.approx(letters, abs=0.11)


def test_katex_accepts_every_formula():
    assert KATEX.exists(), "KaTeX is not installed: run `npm ci` in the repository first"
    kinked = Chain({z: Max(0, w * x), a: Piecewise((z, z > 1), (z / 10, True)), L: sqrt(1 + a ** 2)})
    chains = [shoes(), two_paths(), dosage(), decayed(), kinked, rnn(2),
              dosage().with_data({"dose": [0, 0.5, 1], "observed": [0, 1, 0]})]
    shown = [thing for chain in chains for thing in
             (chain, chain.reverse(), *(make(chain, p) for p in chain.inputs for make in (Derivation, Links)),
              *(chain.factor(*link) for link in chain.local))]
    narrow = [thing.narrow for thing in shown if getattr(thing, "narrow", None)]
    assert len(narrow) > 50
    formulas = [*(thing._repr_latex_() for thing in shown), *narrow]
    assert len(formulas) > 200 and all(re.fullmatch(r"\$[^$]+\$", formula) for formula in formulas)
    errors = node(f"""
        const katex = process.getBuiltinModule("module").createRequire({str(KATEX)!r})({str(KATEX)!r});
        return data.flatMap(formula => {{
            try {{ katex.renderToString(formula, {{throwOnError: true, strict: "error"}}); return []; }}
            catch (error) {{ return [formula + ": " + error.message]; }}
        }});""", [formula.strip("$") for formula in formulas])
    assert errors == []

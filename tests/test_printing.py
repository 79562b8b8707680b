"""What a reader sees: derivations factor by factor, in the notation of the notes, as LaTeX that KaTeX accepts."""
import re
from pathlib import Path

import pytest
from chains import (
    SSR,
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
    y1,
    z,
    z1,
)
from sympy import Max, Piecewise, Sum, Symbol, count_ops, exp, log, sqrt, tanh

from nbcode.chain import Chain, latex
from nbcode.chain.expressions import is_zero

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


def test_the_four_factors_of_w1_stand_over_their_values():
    residual = r"\left(\text{observed}_{i} - \text{predicted}_{i}\right)"
    sigmoid = r"\frac{e^{z_{1,i}}}{1 + e^{z_{1,i}}}"
    assert cells(dosage().derive(w1)) == [
        [r"\frac{\partial \text{SSR}}{\partial w_{1}}", r"=\sum_{i}",
         r"\frac{\partial \text{SSR}}{\partial \text{predicted}_{i}}",
         r"\frac{\partial \text{predicted}_{i}}{\partial y_{1,i}}",
         r"\frac{d y_{1,i}}{d z_{1,i}}", r"\frac{\partial z_{1,i}}{\partial w_{1}}"],
        [r"=\sum_{i}", f"- 2 {residual}", "w_{3}", sigmoid, r"\text{dose}_{i}"],
        [rf"=\mathrlap{{\sum_{{i=1}}^{{n}} - \frac{{2 w_{{3}} {residual} e^{{z_{{1,i}}}} "
         rf"\text{{dose}}_{{i}}}}{{1 + e^{{z_{{1,i}}}}}}}}"]]


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
        assert shown.product == chain.gradient(p) and is_zero(ours - simple)
        assert repr(shown) == f"d{chain.loss}/d{p} = {shown.product}"


def test_the_simplified_product_is_shorter_where_paths_share_factors():
    shown = rnn(2).derive(w)
    assert count_ops(shown.simplified) < count_ops(shown.product)
    assert [row[0] for row in cells(shown)[-2:]] == [rf"=\mathrlap{{{latex(each)}}}"
                                                     for each in (shown.product, shown.simplified)]


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


def test_katex_accepts_every_formula():
    assert KATEX.exists(), "KaTeX is not installed: run `npm ci` in the repository first"
    kinked = Chain({z: Max(0, w * x), a: Piecewise((z, z > 1), (z / 10, True)), L: sqrt(1 + a ** 2)})
    chains = [shoes(), two_paths(), dosage(), decayed(), kinked, rnn(2),
              dosage().with_data({"dose": [0, 0.5, 1], "observed": [0, 1, 0]})]
    shown = [thing for chain in chains for thing in
             (chain, chain.reverse(), *map(chain.derive, chain.inputs), *map(chain.links, chain.inputs),
              *(chain.factor(*link) for link in chain.local))]
    formulas = [thing._repr_latex_() for thing in shown]
    assert len(formulas) > 150 and all(re.fullmatch(r"\$[^$]+\$", formula) for formula in formulas)
    errors = node(f"""
        const katex = process.getBuiltinModule("module").createRequire({str(KATEX)!r})({str(KATEX)!r});
        return data.flatMap(formula => {{
            try {{ katex.renderToString(formula, {{throwOnError: true, strict: "error"}}); return []; }}
            catch (error) {{ return [formula + ": " + error.message]; }}
        }});""", [formula.strip("$") for formula in formulas])
    assert errors == []

"""What the box answers: the text is parsed, `nbcode.chain` derives, and the answer is said in blocks.

This runs where the book is built, for the example that stands in the page, and in the reader's browser. A block is
[kind, content]: "text"; "math", in TeX; "proof", a sentence; "figure", HTML; "script", which brings it to life.
"""
import gc
import json
from collections import Counter
from itertools import groupby
from unicodedata import normalize

from language import _
from sympy import Add, Dummy, Pow, Sum, Symbol, count_ops, exp, factor, factor_terms, fraction, together
from sympy.core.alphabets import greeks
from sympy.printing.pretty.pretty_symbology import pretty_symbol

from derive.figure import SUBSCRIPTS, LiveFigure
from nbcode.chain import derivative
from nbcode.chain.decide import NotDecided, vanishes
from nbcode.chain.expressions import each_term, listed, names, tidy
from nbcode.chain.schoolbook import factored, gathered, is_long, shortest
from nbcode.chain.shown import Derivation, Equation
from nbcode.chain.typed import StepsError, read

MOST, PATHS = 4, 16
GREEK = {word: pretty_symbol(word) for word in greeks} | {"lamda": "λ"}
MARKS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}


def answer(text, by="", name="derive"):
    """{"by", "inputs", "blocks", "python"} for typed steps and the names to derive by (or "", for the first).

    A name that stands twice asks for the second derivative by it too.
    """
    typed = read(text, apart=True)
    chain, counts = typed.chain, chosen(by, typed)
    by = [*counts]
    blocks = [["text", _("Taken apart into steps:") if typed.made else _("The steps:")], tex(chain)]
    for p, count in counts.items():
        blocks += derived(typed, p) + (second(chain, p) if count > 1 else [])
    blocks.append(["proof", _("Comparing with the derivative of the whole expression …")])
    try:
        figure = LiveFigure(typed, by, name)
        blocks += [["figure", figure.html], ["script", figure.script]]
        if figure.now[0] != figure.now[0]:
            other = f"{by[0]} = {abs(figure.start[by[0]]) + 1:g}"
            blocks.append(["text", _("Where the figure starts {loss} has no real value, so no dot is there: move "
                                     "a slider, or give another number, such as {other}.").format(
                                         loss=chain.loss, other=other)])
        if figure.held:
            held = listed(f"{p} = {figure.start[p]:g}" for p in figure.held)
            blocks.append(["text", _("Without a slider, to keep the figure small: {held}.").format(held=held)])
    except ValueError as error:
        blocks.append(["text", f"{error}."])
    return {"by": [*map(str, by)], "blocks": blocks, "python": python(typed, by, text)}


def spoken(name):
    """A name in a sentence, as it was typed: γ for gamma, ŷ for yhat, w₁ for w1."""
    base, _, rest = str(name).partition("_")
    letters = base.rstrip("0123456789")
    mark = next((mark for mark in MARKS if letters.endswith(mark) and len(letters) > len(mark)), "")
    letter = letters.removesuffix(mark)
    letter = GREEK.get(letter, letter) + MARKS.get(mark, "") + base[len(letters):].translate(SUBSCRIPTS)
    return normalize("NFC", letter) + ("" if not rest else "′" if rest == "prime" else f"_{rest}")


def tex(shown):
    return ["math", shown._repr_latex_().strip("$")]


def derived(typed, p):
    """The derivation of dL/dp; below it, where steps were made, the derivative in the names that were typed."""
    chain, loss = typed.chain, typed.chain.loss
    derivation = Derivation(chain, p)
    if not is_long(derivation.simplified):
        derivation.simplified = each_term(lambda term: gathered(term, chain.steps), derivation.simplified)
    derivation.simplified = in_roots(chain, whole_powers(in_shares(chain, derivation.simplified)))
    found, own = derivation.simplified, {*typed.made, chain.loss}
    if not derivation.has_product:
        said = _("The derivative of {loss} with respect to {p}:")
        blocks = [["text", said.format(loss=spoken(loss), p=spoken(p))], tex(Equation(derivation.slope, found))]
    else:
        said = _("The derivative of {loss} with respect to {p}, factor by factor, each over its value:")
        blocks = [["text", said.format(loss=spoken(loss), p=spoken(p))], tex(derivation)]
    if (typed.made or not derivation.has_product) and names(found) & own:
        whole = derivative(chain.loss, p, plain(chain.composed(found)), of=chain)
        said = _("With the formulas put back for the steps, {known}:").format(known=known(whole))
        blocks += [["text", said], tex(whole)]
    for group, is_here in shares(typed):
        if (less := with_shares(chain, found, group)) != found:
            said = _("Where {total} = 1, as here:") if is_here else _("Where {total} = 1:")
            said = said.format(total=" + ".join(map(str, group)))
            blocks += [["text", said], tex(Equation(derivation.slope, less))]
    return blocks


def second(chain, p):
    slope = plain(chain.composed(chain.gradient(p)).diff(p))
    shown = derivative(chain.loss, (p, p), plain(shortest(slope, chain.steps)), of=chain)
    said = _("The second derivative of {loss} with respect to {p}, {known}:")
    return [["text", said.format(loss=spoken(chain.loss), p=spoken(p), known=known(shown))], tex(shown)]


def known(shown):
    return _("proved") if shown.known == "proved" else _("checked")


def plain(expr):
    """An expression in its shortest usual form."""
    forms = [expr := whole_powers(expr), factor_terms(expr)]
    powers = [power.exp for power in expr.atoms(Pow) if power.exp.is_Integer]
    if not is_long(expr) and not expr.has(exp) and all(-10 < power < 10 for power in powers):
        forms.append(factor(expr))
    return min(forms, key=count_ops)


def shares(typed):
    """[(group, is_here)]: inputs of one letter, such as y1, y2, y3, whose numbers are 0 but for a single 1.

    Where they have no numbers, those beside as many steps that are the shares of a softmax, and not made of them.
    """
    found, made = [], [(steps, typed.chain.composed(steps[0])) for steps in softmaxes(typed.chain)]
    for group in of_one_letter(p for p in typed.inputs if isinstance(p, Symbol)):
        numbers = sorted(typed.start[p] for p in group if p in typed.start)
        if len(numbers) == len(group) and numbers[-2:] == [0, 1] and sum(numbers) == 1:
            found.append((group, True))
        elif not numbers and any(len(group) == len(steps) and names(share).isdisjoint(group)
                                 for steps, share in made):
            found.append((group, False))
    return found


def of_one_letter(names):
    """The names in groups of two or more that differ in their digits alone: [[y1, y2, y3]]."""
    groups = groupby(sorted(names, key=str), lambda p: str(p).rstrip("0123456789"))
    return [group for group in ([*group] for _, group in groups) if len(group) > 1]


def softmaxes(chain):
    """Groups of steps of one letter that are 1 together, as the shares of a softmax are."""
    steps = [step for step, value in chain.steps.items() if isinstance(step, Symbol) and not value.has(Sum)]
    return [group for group in of_one_letter(steps) if not chain.data and len(group) <= 8
            and vanishes(chain.composed(Add(*group)) - 1) is True]


def in_shares(chain, found):
    """found with a softmax's shares by name, p1 for exp(z1)/(exp(z1) + exp(z2)), where shorter and proved."""
    for steps in softmaxes(chain) if found.has(exp) else []:
        parts = [fraction(together(chain.steps[step])) for step in steps]
        (_, total), *_ = parts
        if all(below == total and isinstance(above, exp) for above, below in parts):
            size = Dummy(positive=True)
            put = {above: step * size for step, (above, _) in zip(steps, parts, strict=True)}
            less = tidy(factored(found.xreplace({total: size}).xreplace(put)))
            if not less.has(size) and count_ops(less) < count_ops(found) and vanishes(
                    chain.composed(found - less)) is True:
                found = less
    return found


def in_roots(chain, found):
    """found with a step that is a root by its name, 1/(2s) for 1/(2*sqrt(v)), where that is shorter."""
    for step, root in chain.steps.items():
        if not root.is_Pow or root.exp.is_Integer or not root.exp.is_Rational:
            continue
        less = found.replace(lambda e, root=root: e.is_Pow and e.base == root.base and not e.exp.is_Integer and (
            e.exp / root.exp).is_Integer, lambda e, step=step, root=root: step ** (e.exp / root.exp))
        found = min(found, *(tidy(form) for form in (less, factored(less))), key=count_ops)
    return found


def whole_powers(expr):
    """expr without decimals that are whole in its exponents: K, not K**1.0."""
    return expr.replace(lambda e: e.is_Pow and e.exp.is_Float and float(e.exp).is_integer(),
                        lambda e: e.base ** int(e.exp))


def with_shares(chain, found, group):
    """found where the names of the group are 1 together: the shortest that was proved, best as p1 - y1."""
    if (less := found.subs(Add(*group), 1)) != found:
        return less
    forms = [found]
    for steps in (steps for steps in softmaxes(chain) if len(steps) == len(group)):
        for y, step in zip(group, steps, strict=True):
            left = {y: 1 - Add(*group) + y, step: 1 - Add(*steps) + step}
            less = tidy(factored(found.xreplace(left)))
            if vanishes(chain.composed(found - less).xreplace({y: left[y]})) is True:
                forms.append(less)
    def is_odd(form):  # y1 - p1
        return any(form.expand().coeff(y).could_extract_minus_sign() < form.has(y) for y in group)
    best = min(forms, key=lambda form: (count_ops(form), is_odd(form)))
    return best if 2 * count_ops(best) <= count_ops(found) else found


def chosen(by, typed):
    """How often each symbol is to be derived by, from a text such as "w, b"."""
    inputs = [p for p in typed.inputs if isinstance(p, Symbol)]
    wanted = by.replace(",", " ").split() or [*map(str, inputs[:1])]
    known = {str(p): p for p in inputs}
    if not known and typed.inputs:
        raise ValueError(_("What is left has a value for each data point: derive by a name without an index, or "
                           "write the terms out, as in p1*log(p1/q1) + p2*log(p2/q2)."))
    if not known:
        raise ValueError(_("There is no name left to derive by: type a formula with a name in it, such as "
                           "w*x + b."))
    if len({*wanted}) > MOST or len(by) > 200:
        raise ValueError(_("Derive with respect to one to {most} names of {known}.").format(
            most=MOST, known=listed(known)))
    for name in dict.fromkeys(wanted):
        if name == str(typed.chain.loss):
            raise ValueError(_("{name} is what is derived: derive it with respect to one of {known}.").format(
                name=name, known=listed(known)))
        if name in map(str, typed.chain.steps):
            raise ValueError(_("{name} is a step: derive by what it is made of, one of {known}; or begin with the "
                               "step after it, where {name} is a name like any other.").format(
                                   name=name, known=listed(known)))
        if name not in known:
            raise ValueError(_("It cannot be derived with respect to {name}: there are {known}.").format(
                name=name[:30], known=listed(known)))
        if not (count := count_paths(typed.chain, known[name])):
            typed.chain.paths(known[name])
        if count > PATHS:
            raise ValueError(_("{loss} depends on {name} along {count} paths, too many to print (at most {most}): "
                               "derive by a name nearer to the loss, or with fewer steps.").format(
                                   loss=typed.chain.loss, name=name, count=count, most=PATHS))
    return {known[name]: count for name, count in Counter(wanted).items()}


def count_paths(chain, p):
    """How many paths lead from the loss to p, without walking each of them."""
    counts = {p: 1}
    for step, args in chain.uses.items():
        counts[step] = sum(counts.get(arg, 0) for arg in args)
    return counts[chain.loss]


def proof(text, by="", name=""):
    """Prove each derivative, and say so in a sentence."""
    typed = read(text, apart=True)
    by = chosen(by, typed)
    try:
        for p in by:
            typed.chain.prove(p)
    except NotDecided:
        return _("Not proved: the program could not bring it and the derivative of the whole expression to one "
                 "form.")
    except AssertionError:
        return _("Not right: at some numbers it differs from the derivative of the whole expression.")
    if len(by) == 1:
        return _("Proved: it equals the derivative of the whole expression, taken at once.")
    return _("Proved: each equals the derivative of the whole expression, taken at once.")


def python(typed, by, text):
    """A notebook cell that does the same, in names that no step can have."""
    steps = "\n".join(filter(None, (line.partition("#")[0].rstrip() for line in text.splitlines())))
    at = {**dict.fromkeys(map(str, typed.inputs), 0.5), **{str(p): float(v) for p, v in typed.start.items()}}
    at = {p: number for p, number in at.items() if "[" not in p}
    at |= {column: [float(number) for number in numbers] for column, numbers in typed.data.items()}
    numbers = "" if typed.chain.data and not typed.data else f"chain.numpy(chain.loss, wrt=by)({at})\n"
    return (f'from sympy import symbols\n\nfrom nbcode.chain import parse\n\nchain = parse("""\n{steps}\n""", '
            f'apart=True)\nby = symbols("{listed(by)}", real=True, seq=True)\ndisplay(chain)\nfor name in by:\n'
            f"    display(chain.derive(name))\n{numbers}")


def reply(what, text, by, name):
    """`answer` or `proof` as JSON; what is wrong with the text is {"error", "place", "line", "column"}."""
    try:
        return json.dumps({what: {"answer": answer, "proof": proof}[what](text, by, name)})
    except StepsError as error:
        return json.dumps({"error": error.what, "place": error.place, "line": error.line, "column": error.column})
    except ValueError as error:
        return json.dumps({"error": str(error)})
    except (RecursionError, MemoryError, OverflowError):
        return json.dumps({"error": _("This is too much for a page: take shorter or fewer steps.")})
    except Exception as error:  # SymPy has surprises; the reader's next derivation shall not suffer from one
        why = f"{type(error).__name__}: {str(error)[:200]}"
        return json.dumps({"error": _("SymPy could not do this ({why}).").format(why=why)})


def first():
    """Derive and prove something: what is imported, made and remembered for it is there for what comes next."""
    for what in ("answer", "proof"):
        reply(what, "z = w*x + b\na = tanh(z)\nL = (y - a)**2", "w, b", "one")
    gc.collect()

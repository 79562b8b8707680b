"""What the box answers: the text is parsed, `nbcode.chain` derives, and the answer is said in blocks.

This runs where the book is built, for the example that stands in the page, and in the reader's browser. A block is
[kind, content]: "text"; "math", in TeX; "proof", a sentence; "figure", HTML; "script", which brings it to life.
"""
import json
from keyword import iskeyword

from sympy import Symbol

from derive.figure import LiveFigure
from nbcode.chain.decide import NotDecided
from nbcode.chain.expressions import listed
from nbcode.chain.shown import Derivation
from nbcode.chain.typed import StepsError, read

MOST, PATHS = 4, 16


def answer(text, by="", name="derive"):
    """{"by", "inputs", "blocks", "python"} for typed steps and the names to derive by (or "", for the first)."""
    typed = read(text)
    chain, by = typed.chain, chosen(by, typed)
    blocks = [["text", "The steps:"], ["math", chain._repr_latex_().strip("$")]]
    for p in by:
        how = "" if len(chain.steps) == 1 else ", factor by factor, each over its value"
        blocks += [["text", f"The derivative of {chain.loss} by {p}{how}:"],
                   ["math", Derivation(chain, p)._repr_latex_().strip("$")]]
    blocks.append(["proof", "Comparing with the derivative of the whole expression …"])
    try:
        figure = LiveFigure(typed, by, name)
        blocks += [["figure", figure.html], ["script", figure.script]]
        if figure.held:
            blocks.append(["text", f"Without a slider, to keep the figure small: "
                                   f"{listed(f'{p} = {figure.start[p]:g}' for p in figure.held)}."])
    except ValueError as error:
        blocks.append(["text", f"{error}."])
    return {"by": [*map(str, by)], "blocks": blocks, "python": python(typed, by, text)}


def chosen(by, typed):
    """The symbols to derive by, from a text such as "w, b"."""
    inputs = [p for p in typed.inputs if isinstance(p, Symbol)]
    names = by.replace(",", " ").split() or [*map(str, inputs[:1])]
    known = {str(p): p for p in inputs}
    if not names or len(names) > MOST or len(by) > 200:
        raise ValueError(f"Derive by one to {MOST} names of {listed(known) or 'which there is none'}.")
    for name in dict.fromkeys(names):
        if name not in known:
            raise ValueError(f"It cannot be derived by {name[:30]}: there are {listed(known)}.")
        if not (count := count_paths(typed.chain, known[name])):
            typed.chain.paths(known[name])
        if count > PATHS:
            raise ValueError(f"{typed.chain.loss} depends on {name} along {count} paths, too many to print (at "
                             f"most {PATHS}): derive by a name nearer to the loss, or with fewer steps.")
    return [known[name] for name in dict.fromkeys(names)]


def count_paths(chain, p):
    """How many paths lead from the loss to p, without walking each of them."""
    counts = {p: 1}
    for step, args in chain.uses.items():
        counts[step] = sum(counts.get(arg, 0) for arg in args)
    return counts[chain.loss]


def proof(text, by="", name=""):
    """Prove each derivative, and say so in a sentence."""
    typed = read(text)
    by = chosen(by, typed)
    try:
        for p in by:
            typed.chain.prove(p)
    except NotDecided:
        return "Not proved: the program could not bring it and the derivative of the whole expression to one form."
    except AssertionError:
        return "Not right: at some numbers it differs from the derivative of the whole expression."
    return (f"Proved: {'it equals' if len(by) == 1 else 'each equals'} the derivative of the whole expression, "
            "taken at once.")


def python(typed, by, text):
    """A notebook cell that does the same."""
    steps = "\n".join(filter(None, (line.partition("#")[0].rstrip() for line in text.splitlines())))
    names = listed(f"{p}{'_' * iskeyword(str(p))}" for p in by)
    at = {**dict.fromkeys(map(str, typed.inputs), 0.5), **{str(p): float(v) for p, v in typed.start.items()}}
    at = {p: number for p, number in at.items() if "[" not in p}
    at |= {column: [float(number) for number in numbers] for column, numbers in typed.data.items()}
    shown = "".join(f"display(chain.prove({p}).derive({p}))\n" for p in names.split(", "))
    return (f'from sympy import symbols\n\nfrom nbcode.chain import parse\n\nchain = parse("""\n{steps}\n""")\n'
            f'{names}{"," * (len(by) == 1)} = symbols("{listed(by)}", real=True, seq=True)\n'
            f"display(chain)\n{shown}chain.numpy(chain.loss, wrt=[{names}])({at})\n")


def reply(what, text, by, name):
    """`answer` or `proof` as JSON; what is wrong with the text is {"error", "place", "line", "column"}."""
    try:
        return json.dumps({what: {"answer": answer, "proof": proof}[what](text, by, name)})
    except StepsError as error:
        return json.dumps({"error": error.what, "place": error.place, "line": error.line, "column": error.column})
    except ValueError as error:
        return json.dumps({"error": str(error)})
    except (RecursionError, MemoryError, OverflowError):
        return json.dumps({"error": "This is too much for a page: take shorter or fewer steps."})
    except Exception as error:  # SymPy has surprises; the reader's next derivation shall not suffer from one
        return json.dumps({"error": f"SymPy could not do this ({type(error).__name__}: {str(error)[:200]})."})

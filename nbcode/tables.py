"""Results as tables with named rows and columns, and a row times a matrix with its products in a line.

    table(p, columns=["setosa", "versicolor"], index=["flower 1", "flower 2"])
    product(x, W, b, into=[z1, z2])
"""
import html
import re
from numbers import Integral, Real

import numpy as np
from sympy import Basic

WHOLE = Integral | np.integer
MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"


class table:
    """Rows of numbers or words under the names of their `columns`, beside those in `index`, as text and as HTML.

    digits: how many decimals, one number for all columns or a list of them; columns of whole numbers have none.
    """

    def __init__(self, rows, columns=(), index=(), digits=2, caption=""):
        rows = [row if isinstance(row, list | tuple | np.ndarray) else [row] for row in rows]
        width = max((len(row) for row in rows), default=0)
        places = digits if isinstance(digits, list | tuple) else [digits] * width
        if {len(row) for row in rows} - {width} or len(places) != width:
            raise ValueError(f"the rows of a table are of one length: {sorted({len(row) for row in rows})}")
        if columns and len(columns) != width or index and len(index) != len(rows):
            raise ValueError(f"{len(rows)} rows of {width} cannot be named {list(columns)} and {list(index)}")
        self.columns, self.index, self.caption = list(columns), list(index), caption
        self.numeric = [all(is_number(row[k]) for row in rows) for k in range(width)]
        whole = [all(isinstance(row[k], WHOLE) for row in rows) for k in range(width)]
        places = [0 if is_whole else digits for is_whole, digits in zip(whole, places, strict=True)]
        self.cells = [[written(*cell) for cell in zip(row, places, strict=True)] for row in rows]

    def __repr__(self):
        head = [[*[""] * bool(self.index), *map(str, self.columns)]] if self.columns else []
        lines = head + [[*([str(name)] if self.index else []), *row]
                        for name, row in zip(self.index or self.cells, self.cells, strict=True)]
        right = [*[False] * bool(self.index), *self.numeric]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join("  ".join(cell.rjust(width) if is_right else cell.ljust(width)
                                   for cell, width, is_right in zip(line, widths, right, strict=True)).rstrip()
                         for line in lines)

    def _repr_html_(self):
        caption = f"<caption>{html.escape(self.caption)}</caption>" if self.caption else ""
        head = "".join(f'<th scope="col"{kind(is_right)}>{marked(name)}</th>'
                       for name, is_right in zip(self.columns, self.numeric, strict=False))
        corner = "<td></td>" if self.index else ""
        head = f"<thead><tr>{corner}{head}</tr></thead>" if head else ""
        body = "".join(
            "<tr>" + (f'<th scope="row">{marked(name)}</th>' if self.index else "")
            + "".join(f"<td{kind(is_right)}>{html.escape(cell)}</td>"
                      for cell, is_right in zip(row, self.numeric, strict=True)) + "</tr>"
            for name, row in zip(self.index or self.cells, self.cells, strict=True))
        return f'<div class="result-table"><table>{caption}{head}<tbody>{body}</tbody></table></div>'


class product:
    """One row times a matrix, plus b if given: for each result its products in a line, as text and as HTML.

    into: the names of the results; `values` are their numbers.
    """

    def __init__(self, row, W, b=None, into=(), digits=2):
        row, W = np.asarray(row, dtype=float), np.asarray(W, dtype=float)
        W = W.reshape(len(row), -1)
        b = None if b is None else np.asarray(b, dtype=float).reshape(W.shape[1])
        self.values = row @ W + (0 if b is None else b)
        if into and len(into) != len(self.values):
            raise ValueError(f"{len(self.values)} results cannot be named {list(into)}")
        self.into = list(into)
        self.sums = []
        for k, column in enumerate(W.T):
            pairs = [(written(x, digits), in_brackets(written(w, digits)))
                     for x, w in zip(row, column, strict=True)]
            terms = [f"{in_brackets(x) if n else x} {TIMES} {w}" for n, (x, w) in enumerate(pairs)]
            if b is not None:
                terms.append(in_brackets(written(b[k], digits)))
            self.sums.append([*terms, written(self.values[k], digits)])

    def __repr__(self):
        lines = [f"{' + '.join(terms)} = {result}" for *terms, result in self.sums]
        names = [f"{name} = " for name in map(str, self.into)] or [""] * len(lines)
        widest = max(map(len, names), default=0)
        return "\n".join(name.rjust(widest) + line for name, line in zip(names, lines, strict=True))

    def _repr_html_(self):
        lines = []
        for k, (*terms, result) in enumerate(self.sums):
            name = f"{marked(self.into[k])} = " if self.into else ""
            whole = " + ".join(f"<span>{term}</span>" for term in terms)
            lines.append(f"<p>{name}{whole} <span>= <strong>{result}</strong></span></p>")
        return f'<div class="result-product">{"".join(lines)}</div>'


def written(value, digits):
    """A number to so many decimals, with a real minus and no minus zero; else its text."""
    if isinstance(value, np.bool_ | bool):
        return "yes" if value else "no"
    if not is_number(value):
        return str(value)
    return re.sub(r"^-(0(\.0*)?)$", r"\1", f"{float(value):.{digits}f}").replace("-", MINUS)


def is_number(value):
    return (isinstance(value, Real) or isinstance(value, Basic) and bool(value.is_real and value.is_number)) \
        and not isinstance(value, bool)


def in_brackets(number):
    return f"({number})" if number.startswith(MINUS) else number


def marked(name):
    """A name as HTML: a symbol such as w1 as a letter with its subscript, else its text."""
    letter = re.fullmatch(r"([A-Za-z])_?(\w+)?", str(name)) if isinstance(name, Basic) else None
    if not letter:
        return html.escape(str(name))
    return f"<i>{letter[1]}</i>" + (f"<sub>{letter[2]}</sub>" if letter[2] else "")


def kind(is_right):
    return ' class="number"' if is_right else ""

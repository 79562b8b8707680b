"""The symbolic chain rule, with SymPy alone: it runs in a browser's Python too.

`chain` is the Chain of named steps; `expressions` says what it asks of an expression, `decide` whether one is 0,
`wellformed` what steps must keep to. `compile` leads out of symbols, in the forms of `stable`; `printing`,
`schoolbook`, `narrow` and `shown` onto the page, `known` says how a formula is known, `derivative` and `equal`
assert one; `typed` reads texts.
"""
from .chain import Chain
from .decide import NotDecided
from .derivative import derivative
from .equal import Formula
from .printing import aligned, latex, slope
from .typed import StepsError, parse

__all__ = ["Chain", "Formula", "NotDecided", "StepsError", "aligned", "derivative", "latex", "parse", "slope"]

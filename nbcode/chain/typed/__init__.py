"""Texts as steps: `formula` reads a line, with the `functions` there are, `steps` all, `apart` takes one apart."""
from .steps import StepsError, Typed, parse, read

__all__ = ["StepsError", "Typed", "parse", "read"]

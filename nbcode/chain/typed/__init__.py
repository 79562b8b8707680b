"""What a reader types, read and never run: `formula` reads an expression, `steps` a chain of them and numbers."""
from .steps import StepsError, parse, read

__all__ = ["StepsError", "parse", "read"]

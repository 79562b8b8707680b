"""Drawings of networks as Matplotlib figures, made from the model's own names and numbers.

`layered` draws nodes in columns, `unrolled` a recurrent cell in time, `memory_cell` an LSTM unit (`lit` lights
parts of it), `sketches` whole architectures side by side. `figure(layered(…), alt="…")` shows one.
"""
from .layered import layered, unrolled
from .memory_cell import lit, memory_cell
from .sketches import legend, sketches

__all__ = ["layered", "legend", "lit", "memory_cell", "sketches", "unrolled"]

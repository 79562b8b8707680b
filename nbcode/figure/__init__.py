"""Pictures for page and notebook, live where sliders are given.

`figure` is what an author writes, `picture` what it returns; `parts` are the artists that move, `svg` draws them,
`markup` is what stands around them. `figure.mjs` moves them on a page, `widget.mjs` joins it to a notebook.
"""
from .figure import (
    COLORS,
    STEPS,
    bar,
    cells,
    curve,
    figure,
    label,
    live_descent,
    panel,
    points,
    slider,
    tangent,
    trail,
)

__all__ = ["COLORS", "STEPS", "bar", "cells", "curve", "figure", "label", "live_descent", "panel", "points",
           "slider", "tangent", "trail"]

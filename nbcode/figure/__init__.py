"""Pictures for page and notebook, live where sliders are given.

`figure` is what an author writes, `picture` what it returns; `parts` are the artists that move, `svg` draws them,
`markup` is what stands around them. `figure.mjs` moves them on a page, `widget.mjs` joins it to a notebook.
"""
from .figure import (
    COLORS,
    FRAME,
    STEPS,
    bar,
    cells,
    curve,
    figure,
    label,
    live_descent,
    panel,
    points,
    shown,
    slider,
    tangent,
    trail,
)

__all__ = ["COLORS", "FRAME", "STEPS", "bar", "cells", "curve", "figure", "label", "live_descent", "panel",
           "points", "shown", "slider", "tangent", "trail"]

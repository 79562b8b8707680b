"""The bank of tasks, made of the book's own Chain.

`levels` make tasks from `scenes`; `lines` writes the derivation of a `net`, with `hints` and `slips`, and `proof`
proves it. `task` is the format; `texts` and `numbers` are formulas as text and in numbers; `bank` makes a level.
"""

"""The levels, in the order of the book: each module makes tasks of three grades."""

from . import activations, chain, logloss, paths, seven, squared, sums

LEVELS = {
    "chain": chain,
    "squared": squared,
    "sums": sums,
    "paths": paths,
    "seven": seven,
    "activations": activations,
    "logloss": logloss,
}

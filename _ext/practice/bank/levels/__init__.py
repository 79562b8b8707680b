"""The levels, in the order of the book: each module makes tasks of three grades."""

from . import (
    activations,
    attention,
    block,
    chain,
    convolution,
    logloss,
    lstm,
    matrix,
    memory,
    paths,
    seven,
    softmax,
    squared,
    sums,
    time,
)

LEVELS = {
    "chain": chain,
    "squared": squared,
    "sums": sums,
    "paths": paths,
    "seven": seven,
    "activations": activations,
    "logloss": logloss,
    "softmax": softmax,
    "matrix": matrix,
    "convolution": convolution,
    "time": time,
    "lstm": lstm,
    "memory": memory,
    "attention": attention,
    "block": block,
}

"""Argmax and softmax."""
from functools import cache

import numpy as np
from sympy import E, diff, exp, limit, oo, simplify, symbols

from nbcode.activations import argmax, relu, softmax, tanh
from nbcode.data import iris
from nbcode.layers import dense
from nbcode.losses import softmax_cross_entropy, ssr
from nbcode.network import compose, init, normal
from nbcode.optim import gradient_descent

z = symbols("z1:4", real=True)
P = [exp(k) / sum(map(exp, z)) for k in z]
labels = np.eye(3)
flowers, species = iris()
rows = np.random.default_rng(13).normal(scale=3, size=(200, 3))
shapes = {"W1": (2, 4), "b1": (4,), "W2": (4, 3), "b2": (3,)}
model = compose((dense, "W1", "b1"), tanh, (dense, "W2", "b2"))


def _raw(x):
    """The iris network of the notes."""
    hidden, _ = relu(dense(x, np.array([[-2.5, -1.5], [0.6, 0.4]]), np.array([1.6, 0.7]))[0])
    return dense(hidden, np.array([[-0.1, 2.4, -2.2], [1.5, -5.2, 3.7]]), np.array([0.0, 0.0, 1.0]))[0]


worked = _raw(np.array([[0.0, 1.0]]))           # 1.43, -0.44, 0.23


def _between(a):
    return ((a >= 0) & (a <= 1)).all()


def _shares(a):
    return _between(a) and np.allclose(np.sum(a, axis=-1), 1)


def _one_hot(a):
    return ((np.sort(a, axis=-1)[..., :-1] == 0).all() and (a.max(axis=-1) == 1).all())


def _starts():
    return [init(shapes, np.random.default_rng(seed), weights=normal) for seed in range(3)]


def _quotient(output, at, h=1e-7):
    """The slopes of each output by each raw output, by a step of h to either side."""
    return [(output(at + h*e)[0] - output(at - h*e)[0]) / (2*h) for e in labels]


@cache
def _trained(output):
    """The first start after 50 steps: softmax with its loss, or SSR behind argmax. And whether it moved."""
    def loss(params):
        raw, back_model = model(flowers, params)
        if output is softmax:
            L, back_loss = softmax_cross_entropy(raw, observed=species)
            return L, lambda: (back_model(*back_loss())[1],)
        out, back = output(raw)
        L, back_loss = ssr(out, observed=labels[species])
        return L, lambda: (back_model(*back(*back_loss()))[1],)
    start = _starts()[0]
    end = gradient_descent(loss, start, lr=0.5, max_steps=50).params
    return end, any((end[name] != start[name]).any() for name in start)


def _hits(params):
    return (argmax(model(flowers, params)[0])[0] == labels[species]).all(axis=1).mean()


def sq_09_labels_z():
    """Of labels and raw outputs, which has a single 1 and else 0 in every row?"""
    raw_outputs, observed = _raw(flowers), labels[species]
    return _one_hot(raw_outputs), _one_hot(observed)


def sq_09_normalise():
    """Is every row between 0 and 1 one of shares? And softmax's?"""
    cube = np.vstack([np.full(3, 0.9), np.random.default_rng(0).uniform(size=(50, 3))])
    assert _between(cube)
    return all(map(_shares, cube)), all(map(_shares, softmax(rows)[0]))


def sq_09_argmax():
    chosen, _ = argmax(rows)
    return _one_hot(chosen) and (rows[chosen == 1] == rows.max(axis=1)).all()


def sq_09_argmax_loss():
    """A loss costs more for a miss than for a hit. And what SSR, which does, sends through argmax."""
    pairs = [(observed, out, (observed == out).all()) for observed in labels for out in labels]

    def tells(loss):
        return max(loss(o, a) for o, a, hit in pairs if hit) < min(loss(o, a) for o, a, hit in pairs if not hit)
    _, back_ssr = ssr(labels[[0]], observed=labels[[2]])
    message, = argmax(worked)[1](*back_ssr())
    return tells(lambda o, a: -(o - a).sum()), tells(lambda o, a: ((o - a)**2).sum()) and not message.any()


def sq_09_argmax_derivative():
    """At a tie, and elsewhere: there the output that is 1 is as flat as those that are 0."""
    tie = np.array([0.23, -0.44, 0.23])
    at_a_tie = [_quotient(argmax, tie, h)[0][0] for h in (0.1, 0.01, 0.001)]
    elsewhere = np.array(_quotient(argmax, rows))
    the_ones = argmax(rows)[0] == 1
    return not any(at_a_tie), not elsewhere[:, the_ones].any() and not elsewhere.any() and np.allclose(
        at_a_tie, [5, 50, 500])


def sq_09_no_step():
    _, moved = _trained(argmax)
    return not moved


def sq_09_argmax_out_softmax_train():
    """Trained with softmax it learns; argmax gives one verdict of its output, before softmax or after."""
    end, _ = _trained(softmax)
    raw = model(flowers, end)[0]
    return _hits(end) > 0.9 and np.array_equal(argmax(raw)[0], argmax(softmax(raw)[0])[0])


def sq_09_fraction():
    """With the raw outputs for v, or their exponentials."""
    def fraction(v):
        return v / v.sum(axis=1, keepdims=True)
    return _shares(fraction(worked)), np.allclose(fraction(np.exp(worked)), softmax(worked)[0])


def sq_09_softmax_range():
    return simplify(sum(P)) == 1 and all(simplify(1 - p).is_positive for p in P)


def sq_09_as_probs():
    """They have the form; but twice the raw outputs give the same verdicts, with another certainty."""
    once, twice = (softmax(k * _raw(flowers))[0] for k in (1, 2))
    hits = [(p.argmax(axis=1) == species).mean() for p in (once, twice)]
    claimed = [p.max(axis=1).mean() for p in (once, twice)]
    return _shares(once) and _shares(twice) and hits[0] == hits[1] and claimed[1] - claimed[0] > 0.15


def sq_09_softmax_formula():
    """With the number e itself, which knows no index, every share is a third; with the exponent it is softmax."""
    at, (own, *_) = dict(zip(z, worked[0], strict=True)), softmax(worked)[0][0]
    with_index = E / sum([E]*3)
    return bool(abs(with_index - own) < 1e-9), abs(P[0].subs(at) - own) < 1e-9


def sq_09_nonzero_derivative():
    never_0 = all(simplify(diff(p, k)).is_positive for p, k in zip(P, z, strict=True))
    return never_0 and _trained(softmax)[1]


def nl_05_no_argmax():
    """Whatever the loss asks for, nothing arrives; through softmax something does."""
    messages = np.random.default_rng(5).normal(size=rows.shape)
    through_argmax, through_softmax = (f(rows)[1](messages)[0] for f in (argmax, softmax))
    return not through_argmax.any() and through_softmax.any(axis=1).all()


def nl_05_softmax_training():
    before, after = _starts()[0], _trained(softmax)[0]
    return _hits(before) < 0.7 < _hits(after) and _hits(_trained(argmax)[0]) == _hits(before)


def nl_05_range():
    """All of 0 to 1, and nothing beyond: the ends are limits, and every value has a raw output."""
    ends = [limit(P[0].subs({z[1]: 0, z[2]: 0}), z[0], end) for end in (-oo, oo)]
    rises = simplify(diff(P[0], z[0])).is_positive
    return ends == [0, 1] and rises and _between(softmax(rows)[0])


def nl_05_probs_extent():
    """One flower, three random starts: well-formed rows, and no two alike."""
    first, second, third = (softmax(model(np.array([[0.5, 0.45]]), start)[0])[0] for start in _starts())
    apart = [abs(a - b).max() for a, b in ((first, second), (second, third), (third, first))]
    return all(map(_shares, (first, second, third))) and min(apart) > 0.1


def nl_05_probability_range():
    return not _between(worked) and _between(softmax(worked)[0])


def in_13_numerical():
    """The exponential of 1000 is beyond a computer's numbers, and softmax needs care for it."""
    huge = np.array([1000.0, 999, 998])
    with np.errstate(over="ignore", invalid="ignore"):
        as_defined = np.exp(huge) / np.exp(huge).sum()
    return np.isnan(as_defined).any() and np.allclose(softmax(huge)[0], softmax(huge - 1000)[0])

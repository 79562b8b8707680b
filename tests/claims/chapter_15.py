"""Losses and cross entropy."""
import numpy as np
from sympy import Abs, Rational, diff, exp, limit, log, oo, simplify, symbols

from nbcode import losses
from nbcode.activations import argmax, relu, softmax, tanh
from nbcode.chain import Chain
from nbcode.data import iris
from nbcode.layers import dense
from nbcode.losses import cross_entropy, softmax_cross_entropy
from nbcode.network import compose, init, normal
from nbcode.optim import gradient_descent

p, q, r = symbols("p q r", positive=True)
z, s, CE = symbols("z s CE", real=True)
o = symbols("o1:4", real=True)
ps = symbols("p1:4", positive=True)
full = -sum(seen*log(share) for seen, share in zip(o, ps, strict=True))
one_hot = np.eye(3, dtype=int).tolist()
squash = 1/(1 + exp(-z))
rng = np.random.default_rng(15)
rows = 5*rng.normal(size=(200, 3))

# the three flowers of the notes: setosa, virginica, versicolor
flowers, species = np.array([[0.04, 0.42], [1, 0.54], [0.5, 0.37]]), np.array([0, 2, 1])
hidden, _ = relu(dense(flowers, np.array([[-2.5, -1.5], [0.6, 0.4]]), np.array([1.6, 0.7]))[0])
raw, _ = dense(hidden, np.array([[-0.1, 2.4, -2.2], [1.5, -5.2, 3.7]]), np.array([0, 0, 1.0]))
shares, _ = softmax(raw)
p_observed = shares[range(3), species]
total = 3*softmax_cross_entropy(raw, observed=species)[0]


def _seen(hot):
    return full.subs(dict(zip(o, hot, strict=True)))


def _nothing_comes_back(activation):
    back = activation(rows)[1]
    return not back(rng.normal(size=rows.shape))[0].any()


def _accepts(loss, observed):
    """Whether a loss takes observations, for predictions of 0.25 each."""
    try:
        return np.isfinite(loss(np.full(len(observed), 0.25), observed=np.array(observed))[0])
    except ValueError:
        return False


def _grows_exponentially(loss, x, end=oo):
    """Grows, in the end, at a constant per cent of itself: neither at less and less, nor without bound."""
    rate = limit(diff(loss, x) / loss, x, end, "-")
    return bool(0 < rate < oo)


def sq_11_want_argmax():
    """An observation has one 1 and else 0. With two and more outputs argmax has this form, and softmax has not."""
    def like_an_observation(activation):
        outs = [activation(rng.normal(size=(50, K)))[0] for K in (2, 3, 10)]
        return all(set(out.ravel()) == {0, 1} and (out.sum(axis=1) == 1).all() for out in outs)
    return like_an_observation(argmax) and not like_an_observation(softmax)


def sq_11_argmax_bad_derivative():
    return _nothing_comes_back(argmax)


def sq_11_use_softmax():
    out, _ = softmax(rows)
    between = out.min() >= 0 and out.max() <= 1 and np.allclose(out.sum(axis=1), 1)
    return between and not _nothing_comes_back(softmax)


def sq_11_when_01():
    """Being fair costs log 3 on the average of the three answers. Can outputs between 0 and 1 undercut that?"""
    def average(rows):
        return min(cross_entropy(np.array([row]*3), observed=[0, 1, 2])[0] for row in rows)
    both_terms = [losses.log_loss(np.full(2, g), observed=np.array([0.0, 1.0]))[0] for g in (0.01, 0.5, 0.9)]
    return average([[0.9, 0.9, 0.9]]) >= np.log(3), average(softmax(rows)[0]) >= np.log(3) and (
        min(both_terms) >= np.log(2))


def sq_11_neg_log():
    """Softmax gives three numbers; the loss is one."""
    def is_the_loss(value):
        return np.shape(value) == () and np.isclose(value, cross_entropy(shares[:1], observed=species[:1])[0])
    return is_the_loss(-np.log(softmax(raw[0])[0])), is_the_loss(-np.log(softmax(raw[0])[0][species[0]]))


def sq_11_not_standard():
    """For an observation that is not one-hot, -log of one share is not enough; for those of a network it is."""
    unsure = _seen([Rational(1, 2), Rational(1, 2), 0])
    return not any((unsure + log(share)).equals(0) for share in ps) and [*map(_seen, one_hot)] == [
        -log(share) for share in ps]


def sq_11_expanding():
    """Three products for each flower; added, the -log of one share."""
    products = -np.eye(3)[species] * np.log(shares)
    return products.shape == (3, 3) and np.allclose(products.sum(axis=1), -np.log(p_observed))


def sq_11_full_form():
    """n as one line further down, over the data points, for a class; or over the classes."""
    observed, predicted = np.eye(3)[species], shares
    over_points = [-(observed[:, c] * np.log(predicted[:, c])).sum() for c in range(3)]
    over_classes = [-(observed[i] * np.log(predicted[i])).sum() for i in range(3)]
    each = [cross_entropy(shares[[i]], observed=species[[i]])[0] for i in range(3)]
    return np.allclose(over_points, each), np.allclose(over_classes, each)


def sq_11_total_error():
    return np.isclose((-np.log(p_observed)).sum(), total) and round(total, 3) == 1.775


def sq_11_ssr_from_ce():
    each = -np.log(p_observed)
    squares = (each**2).sum(), ((1 - p_observed)**2).sum()
    return any(np.isclose(squares, total)), np.isclose(each.sum(), total)


def sq_11_range():
    """Why not the shares themselves: a residual of them is bounded by 1, and so is its square. -log is not."""
    ends = [limit(f, p, 0, "+") for f in (1 - p, (1 - p)**2, -log(p))]
    return ends == [1, 1, oo] and shares.min() >= 0 and shares.max() <= 1


def sq_11_exponential():
    """As 1 - p grows, 1/p, or a raw value that is the opposite of right: a logarithm, and in the last a line."""
    of_miss, of_inverse, of_raw = -log(1 - r), log(q), -log(squash).subs(z, -p)
    readings = [(of_miss, r, 1), (of_inverse, q, oo), (of_raw, p, oo)]
    true = [simplify(of_miss.subs(r, 1 - 1/q) - of_inverse) == 0, limit(of_inverse, q, oo) == oo,
            limit(of_raw / p, p, oo) == 1, diff(-log(p), p) == -1/p]
    return any(_grows_exponentially(*reading) for reading in readings), all(true)


def sq_11_penalises_more():
    """More than the square of the residual for every p below 1: equal at 1, and steeper all the way down."""
    extra = -log(p) - (1 - p)**2
    steeper = simplify(-diff(extra, p) - (2*(p - Rational(1, 2))**2 + Rational(1, 2)) / p) == 0
    return steeper and extra.subs(p, 1) == 0 and limit(extra, p, 0, "+") == oo


def sq_11_larger_slope():
    """The size of the slope falls as p grows, and beyond bounds it exceeds that of the square."""
    slope, of_square = diff(-log(p), p), diff((1 - p)**2, p)
    return (-diff(Abs(slope), p)).is_positive and limit(slope / of_square, p, 0, "+") == oo


def sq_11_larger_step():
    """Of the raw value: the worse, the larger with cross entropy; and with the square it takes far longer."""
    def steps(loss, start):
        slope, path = diff(loss.subs(p, squash), z), [start]
        f = Chain({s: slope}).numpy(s)
        while path[-1] < 0:
            path.append(path[-1] - f({z: path[-1]}))
        return np.diff(path)
    with_log, with_square = (steps(loss, -5.0) for loss in (-log(p), (1 - p)**2))
    return (np.diff(with_log) < 0).all() and with_log[0] > 10*with_square[0] and (
        [len(with_log), len(with_square)] == [6, 85])


def sq_11_softmax_probs():
    by_hand = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
    return np.allclose(by_hand, shares) and p_observed.round(2).tolist() == [0.57, 0.58, 0.52]


def nl_05_ce_often():
    """It tells how well a network fits: it falls while the network learns the 150 flowers, and hits go up."""
    x, y = iris()
    shapes = {"W1": (2, 4), "b1": (4,), "W2": (4, 3), "b2": (3,)}
    model = compose((dense, "W1", "b1"), tanh, (dense, "W2", "b2"))

    def loss(params):
        out, back = model(x, params)
        L, back_loss = softmax_cross_entropy(out, observed=y)
        return L, lambda: (back(*back_loss())[1],)
    found = gradient_descent(loss, init(shapes, np.random.default_rng(0), weights=normal), lr=0.5, max_steps=50)
    hits = [(model(x, params)[0].argmax(axis=1) == y).mean() for params in (found.path[0], found.params)]
    return np.all(np.diff(found.losses) < 0) and hits[0] < 0.7 < 0.9 < hits[1]


def nl_06_only_observed():
    """With one 1 in an observation, one logarithm is left; with two there would be two."""
    left = [len(_seen(hot).atoms(log)) for hot in (*one_hot, (1, 1, 0))]
    slopes, = cross_entropy(shares, observed=species)[1]()
    return left == [1, 1, 1, 2] and (np.count_nonzero(slopes, axis=1) == 1).all()


def nl_06_total_error():
    each = [cross_entropy(shares[[i]], observed=species[[i]])[0] for i in range(3)]
    return np.isclose(sum(each), total) and np.round(each, 2).tolist() == [0.57, 0.55, 0.66]


def nl_06_residual():
    """Of all nine, by asking SSR: its slope is minus two residuals."""
    slopes, = losses.ssr(shares, observed=np.eye(3)[species])[1]()
    residuals = -slopes / 2
    return np.allclose(residuals, 1 - shares), np.allclose(residuals[range(3), species], 1 - p_observed) and (
        np.allclose(residuals[np.eye(3)[species] == 0], -shares[np.eye(3)[species] == 0]))


def bt_05_logloss():
    """Two points, one of each answer: as printed the minus ends before the second term."""
    y, share = np.array([1.0, 0.0]), np.array([0.9, 0.2])
    first, second = y*np.log(share), (1 - y)*np.log(1 - share)
    loss, _ = losses.log_loss(share, observed=y)
    return np.isclose(-first.mean() + second.mean(), loss), np.isclose(-(first + second).mean(), loss)


def bt_05_binary_typical():
    """Made for 0 and 1: it takes no other outcome, and asks for the share of ones."""
    guesses, votes = np.linspace(0.01, 0.99, 99), np.array([1.0, 1, 1, 0])
    best = guesses[np.argmin([losses.log_loss(np.full(4, g), observed=votes)[0] for g in guesses])]
    takes = [_accepts(losses.log_loss, observed) for observed in ([0.0, 1.0], [0.0, 2.5], [-1.0, 1.0])]
    return takes == [True, False, False] and np.isclose(best, votes.mean())


def bt_05_logloss_exponential():
    """As the probability moves away from the label, or the raw value behind it does."""
    away = [losses.log_loss(np.array([abs(y - d)]), observed=np.array([y]))[0]
            for y in (0.0, 1.0) for d in (0.5, 0.99)]
    of_distance, of_raw = -log(1 - r), -log(1 - squash)
    as_stated = _grows_exponentially(of_distance, r, 1) or _grows_exponentially(of_raw, z)
    return as_stated, limit(of_distance, r, 1, "-") == oo and np.allclose(
        away, [float(of_distance.subs(r, d)) for d in (0.5, 0.99)]*2)


def bt_05_multiclass():
    """With two classes it is log-loss itself; with ten it goes on in the same way."""
    y, share = np.array([1, 0, 0]), np.array([0.9, 0.2, 0.6])
    two = cross_entropy(np.column_stack([1 - share, share]), observed=y)[0]
    ten, _ = softmax(rng.normal(size=(3, 10)))
    return np.isclose(two, losses.log_loss(share, observed=y)[0]) and np.isclose(
        cross_entropy(ten, observed=y)[0], -np.log(ten[range(3), y]).mean())


def bt_05_mae():
    y, estimate = rng.normal(size=(2, 7))
    return np.isclose(sum(abs(a - b) for a, b in zip(y, estimate, strict=True)) / 7,
                      losses.mae(estimate, observed=y)[0])


def bt_05_mae_homogeneous():
    """A unit more costs the same everywhere, and a miss above as much as one below. With MSE only the second."""
    def cost(loss, residual):
        return loss(np.zeros(1), observed=np.array([residual]))[0]

    def alike(loss):
        sides = all(np.isclose(cost(loss, d), cost(loss, -d)) for d in (0.1, 1, 10))
        return sides, np.allclose([cost(loss, d + 1) - cost(loss, d) for d in (0, 1, 10)], cost(loss, 1))
    return alike(losses.mae) == (True, True) and alike(losses.mse) == (True, False)


def bt_05_continuous():
    """They take outcomes of any size; log-loss takes none of these."""
    outcomes = [-3.2, 0.7, 180.5]
    return [_accepts(loss, outcomes) for loss in (losses.mae, losses.mse, losses.log_loss)] == [True, True, False]


def bt_05_mse():
    y, estimate = rng.normal(size=(2, 7))
    return np.isclose(sum((a - b)**2 for a, b in zip(y, estimate, strict=True)) / 7,
                      losses.mse(estimate, observed=y)[0])


def bt_05_mse_exponential():
    """Against the error; doubled, it costs four times as much."""
    small, doubled = (losses.ssr(np.zeros(1), observed=np.array([error]))[0] for error in (3.0, 6.0))
    return _grows_exponentially(r**2, r), doubled == 4*small

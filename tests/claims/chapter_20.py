"""What the notes say about convolutional networks, computed."""
import numpy as np
from sympy import symbols

from nbcode.activations import relu
from nbcode.check import check
from nbcode.data import digits, noughts_and_crosses, shift
from nbcode.layers import conv2d, dense, flatten, maxpool2d, meanpool2d
from nbcode.losses import softmax_cross_entropy
from nbcode.network import compose, init
from nbcode.optim import sgd
from nbcode.train import train

images, classes = noughts_and_crosses()
kernel = np.array([[0.0, 0, 1], [0, 1, 0], [1, 0, 0]])
K, b = kernel[None, None], np.array([-2.0])
rng = np.random.default_rng(20)

z, _ = conv2d(images, K, b)
y, _ = relu(z)
p, _ = maxpool2d(y)

_model = compose((conv2d, "K", "b1"), relu, maxpool2d, flatten, (dense, "W2", "b2"), relu, (dense, "W3", "b3"))
_given = {"K": K, "b1": b, "W2": np.array([[-0.8], [-0.07], [0.2], [0.17]]), "b2": np.array([0.97]),
          "W3": np.array([[-1.33, 1.33]]), "b3": np.array([1.45, -0.45])}


def _says(x, params=_given):
    return _model(x, params)[0].argmax(axis=1).tolist()


def _weights(pixels, nodes):
    """How many weights a dense layer really has, and may be taught."""
    z, back = dense(np.ones((1, pixels)), np.ones((pixels, nodes)), np.zeros(nodes))
    return int((back(np.ones_like(z))[1] != 0).sum())


def _map_size(n, k=3, **options):
    return conv2d(np.zeros((1, 1, n, n)), np.zeros((1, 1, k, k)), np.zeros(1), **options)[0].shape[2:]


def _numbers_left(n=6, k=3, kernels=1, **options):
    maps, _ = conv2d(np.zeros((1, 1, n, n)), np.zeros((kernels, 1, k, k)), np.zeros(kernels), **options)
    return maxpool2d(maps)[0].size


def _as_matrix(kernel, n=6):
    """The convolution of an n x n picture as the matrix of a dense layer, its columns the cells of the map."""
    single = np.eye(n*n).reshape(-1, 1, n, n)
    return conv2d(single, kernel[None, None], np.zeros(1))[0].reshape(n*n, -1)


def _seen_by(cell):
    """Which pixels of 6 x 6 a cell of the map depends on."""
    return _as_matrix(np.ones((3, 3)))[:, 4*cell[0] + cell[1]].reshape(6, 6) != 0


def _kernel_learns():
    """From random numbers to both pictures named correctly, by the slopes of nbcode, which the check confirms."""
    start = init({name: w.shape for name, w in _given.items()}, np.random.default_rng(0))
    run = train(_model, softmax_cross_entropy, start, images, classes, rule=sgd(0.5), epochs=300, progress=False)
    moved = np.abs(run.params["K"] - start["K"]).max() > 0.1
    slopes_are_right = check(conv2d, images, start["K"], start["b1"]) < 1e-10
    return bool(slopes_are_right and moved and _says(images, run.params) == [0, 1])


def _alike(step):
    """Mean correlation, over all digits, of two pixels that lie `step` apart in a row or in a column."""
    sheets = digits()[0].reshape(-1, 8, 8)
    sheets = sheets - sheets.mean(axis=0)
    sheets /= np.maximum(sheets.std(axis=0), 0.05)
    return np.mean([(a*b).mean() for a, b in ((sheets[:, :, step:], sheets[:, :, :-step]),
                                              (sheets[:, step:], sheets[:, :-step]))])


def sq_13_flatten():
    rows, _ = flatten(images)
    weights = np.arange(36.0)[:, None]
    reached = [_weights(rows.shape[1], 1), int((dense(np.eye(36), weights + 1, np.zeros(1))[0] != 0).sum())]
    return rows.shape == (2, 6*6) and rows[0].tolist() == images[0, 0].ravel().tolist() and reached == [36, 36]


def sq_13_scaling():
    sides = np.array([8, 16, 32])
    dense_weights = [_weights(n*n, 10) for n in sides]
    _, back = conv2d(np.ones((1, 1, 32, 32)), K, b)
    one_kernel = back(np.ones((1, 1, 30, 30)))[1].size
    return dense_weights == [dense_weights[0]*4**k for k in range(3)] and one_kernel == K.size == 9


def sq_13_weight_per_pixel():
    pixels, nodes = 36, 5
    count = _weights(pixels, nodes)
    return count == pixels, count == pixels*nodes


def sq_13_too_heavy():
    side, nodes = 224, 100
    by_dense, by_kernel = side*side*nodes, np.prod(_map_size(side))*K.size
    return _weights(28*28, nodes) == 28*28*nodes and by_dense > 10*by_kernel and by_dense > 5_000_000


def sq_13_filter_3x3():
    fits = [k for k in range(1, 7) if _map_size(6, k) == (7 - k, 7 - k)]
    return fits == [3], fits == [1, 2, 3, 4, 5, 6] and kernel.shape == (3, 3)


def sq_13_kernel_values():
    return p[:, 0].tolist() == [[[1, 0], [0, 1]], [[0, 1], [1, 0]]] and _says(images) == [0, 1]


def sq_13_kernel_learned():
    return _kernel_learns()


def sq_13_iterative():
    by_hand = [[(images[0, 0, r:r + 3, c:c + 3]*kernel).sum() - 2 for c in range(4)] for r in range(4)]
    return by_hand == z[0, 0].tolist()


def sq_13_smaller_image():
    return all(_map_size(n) == (n - 2, n - 2) for n in range(3, 12))


def sq_13_nine_to_one():
    return all(_seen_by(cell).sum() == 9 for cell in np.ndindex(4, 4)) and _map_size(3) == (1, 1)


def sq_13_dot_product():
    x, w = rng.normal(size=(2, 3, 3))
    overlaid = conv2d(x[None, None], w[None, None], np.zeros(1))[0].item()
    return np.isclose(overlaid, x.ravel() @ w.ravel()) and np.isclose(overlaid, (x*w).sum())


def sq_13_add_bias():
    without, _ = conv2d(images, K, np.zeros(1))
    return (z == without - 2).all() and z.max() == 1 and (without > 0).sum() > (z > 0).sum()


def sq_13_stride_1():
    every, _ = conv2d(images, K, b)
    second, _ = conv2d(images, K, b, stride=2)
    third, _ = conv2d(images, K, b, stride=3)
    return (second == every[:, :, ::2, ::2]).all() and (third == every[:, :, ::3, ::3]).all()


def sq_13_stride_cost():
    costs = [9*int(np.prod(_map_size(28, stride=s))) for s in (1, 2, 3, 4)]
    return costs == sorted(costs, reverse=True) and len(set(costs)) == 4


def sq_13_correlated_lossless():
    matrix = _as_matrix(kernel)
    rank = np.linalg.matrix_rank(matrix)
    return bool(rank == 36), bool(rank == 16 and _alike(1) > 0.2)


def sq_13_relu_after():
    return (y == np.where(z > 0, z, 0)).all() and (y != z).any() and _says(images) == [0, 1]


def sq_13_max_pool():
    blocks = [[y[0, 0, r:r + 2, c:c + 2].max() for c in (0, 2)] for r in (0, 2)]
    return blocks == p[0, 0].tolist() and y[0, 0, :2, :2].size == 4


def sq_13_no_overlap():
    counts = np.zeros((4, 4))
    for r, c in np.ndindex(4, 4):
        lone = np.zeros((1, 1, 4, 4))
        lone[0, 0, r, c] = 1
        counts[r, c] = maxpool2d(lone)[0].sum()          # in how many windows does this cell stand?
    return (counts == 1).all()


def sq_13_filter_relu_pool():
    return [images.shape[2:], z.shape[2:], y.shape[2:], p.shape[2:]] == [(6, 6), (4, 4), (4, 4), (2, 2)] and \
        _seen_by((1, 2)).sum() == 9 and y.min() >= 0 > z.min() and z[0, 0].size == 4*p[0, 0].size


def sq_13_best_match():
    def score(patch, w=kernel):
        return conv2d(patch[None, None], w[None, None], np.zeros(1))[0].item()
    def patches(ink):
        return [np.reshape([n >> k & 1 for k in range(9)], (3, 3))*1.0 for n in range(512) if n.bit_count() in ink]
    only_the_stroke = [[(q == kernel).all() for q in patches(ink) if score(q) >= 3] == [True]
                       for ink in (range(10), [3])]      # among all patches; among those with as much ink
    return only_the_stroke[0], only_the_stroke[1] and score(np.ones((3, 3))) == score(kernel) == 3


def sq_13_mean_pool():
    means, _ = meanpool2d(y)
    by_hand = y[:, :, :2, :2].mean(axis=(2, 3))
    return (means[:, :, 0, 0] == by_hand).all() and ((means > 0) == (p > 0)).all()


def sq_13_flatten_pooled():
    rows, _ = flatten(p)
    hidden, _ = relu(dense(rows, _given["W2"], _given["b2"])[0])
    answers, _ = dense(hidden, _given["W3"], _given["b3"])
    return rows.tolist() == [[1, 0, 0, 1], [0, 1, 1, 0]] and np.allclose(answers, _model(images, _given)[0])


def sq_13_output_class():
    answers, _ = _model(images, _given)
    return answers.round(2).tolist() == [[1, 0], [-0.01, 1.01]] and _says(images) == classes.tolist()


def sq_13_pipeline():
    steps = flatten(maxpool2d(relu(conv2d(images, K, b)[0])[0])[0])[0]
    return np.allclose(compose((conv2d, "K", "b1"), relu, maxpool2d, flatten)(images, _given)[0], steps)


def sq_13_6x6_to_4():
    choices = [_numbers_left(), _numbers_left(k=5), _numbers_left(padding=1), _numbers_left(kernels=8)]
    return set(choices) == {4}, choices == [4, 1, 9, 32]


def sq_13_cluster():
    rows, columns = np.nonzero(_seen_by((1, 2)))
    return np.ptp(rows) == np.ptp(columns) == 2 and len(rows) == 9 > 1


def nl_08_fewer_inputs():
    return flatten(p)[0].shape[1] == 4 < flatten(images)[0].shape[1] == 36


def nl_08_shift():
    moves = [{"down": d, "right": e} for d, e in ((1, 0), (-1, 0), (0, 1), (0, -1))]
    kept = sum(a == c for move in moves for a, c in zip(_says(shift(images, **move)), classes, strict=True))
    def pooled(r, c):
        lone = np.zeros((1, 1, 4, 4))
        lone[0, 0, r, c] = 1
        return maxpool2d(lone)[0].tolist()
    inside = all(pooled(r, c) == pooled(0, 0) for r, c in np.ndindex(2, 2))
    return kept == 8, kept == 4 and inside and pooled(1, 2) != pooled(1, 1)


def nl_08_correlations():
    """Neighbours on digits are alike; a window of neighbours sees that, and pixels far apart are not."""
    rows, columns = np.nonzero(_seen_by((0, 0)))
    return _alike(1) > 0.2 > 4*abs(_alike(4)) and max(np.ptp(rows), np.ptp(columns)) == 2


def nl_08_learned_filter():
    k = symbols("k:9", real=True)
    nought = images[:1].astype(int).astype(object)
    cell = conv2d(nought, np.array(k).reshape(1, 1, 3, 3), np.zeros(1, int))[0][0, 0, 0, 0]
    by_symbols = [cell.diff(w) for w in k]
    g = np.zeros((1, 1, 4, 4))
    g[0, 0, 0, 0] = 1
    _, dK, _ = conv2d(images[:1], K, b)[1](g)
    return by_symbols == dK.astype(int).ravel().tolist() and _kernel_learns()


def nl_08_convolved():
    def convolution(x, w):  # as mathematics defines it, where the whole kernel lies on the picture
        return np.array([[sum(w[i, j]*x[r + 2 - i, c + 2 - j] for i, j in np.ndindex(3, 3)) for c in range(4)]
                         for r in range(4)])
    w = np.arange(9.0).reshape(3, 3)
    ours = conv2d(images[:1], w[None, None], np.zeros(1))[0][0, 0]
    correlation = np.array([[(images[0, 0, r:r + 3, c:c + 3]*w).sum() for c in range(4)] for r in range(4)])
    turned = kernel[::-1, ::-1]
    same_for_theirs = (kernel == turned).all() and (convolution(images[0, 0], kernel) == z[0, 0] + 2).all()
    return (convolution(images[0, 0], w) == ours).all(), (correlation == ours).all() and same_for_theirs


def nl_08_feature_map():
    moved, _ = conv2d(images[:, :, :, 1:], K, b)           # one pixel further right
    return z.shape == (2, 1, 4, 4) and (moved == z[:, :, :, 1:]).all()


def nl_08_cell_neighbours():
    return all((np.argwhere(_seen_by((r, c))) == np.argwhere(np.ones((3, 3))) + [r, c]).all()
               for r, c in np.ndindex(4, 4))


def nl_08_relu():
    return y[0, 0].tolist() == [[1, 0, 0, 0], [0]*4, [0]*4, [0, 0, 0, 1]] and (y[z < 0] == 0).all()


def nl_08_max_pool():
    x = rng.normal(size=(1, 1, 4, 4))
    regions = x.reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(2, 2, 4)
    return (maxpool2d(x)[0][0, 0] == regions.max(axis=2)).all() and sq_13_no_overlap()


def nl_08_mean_pool():
    x = rng.normal(size=(1, 1, 4, 4))
    regions = x.reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(2, 2, 4)
    return np.allclose(meanpool2d(x)[0][0, 0], regions.mean(axis=2))

"""Index notation: the 784-16-16-10 perceptron."""
from functools import cache
from itertools import pairwise

import numpy as np
from sympy import Add, Float, IndexedBase, MatrixSymbol, Mul, Sum, diff, exp, simplify, symbols

from nbcode.activations import relu, sigmoid
from nbcode.chain import Chain
from nbcode.check import check
from nbcode.data import digits
from nbcode.layers import dense, flatten
from nbcode.losses import mse, one_hot, ssr
from nbcode.network import compose, init, normal, zeros
from nbcode.optim import gradient_descent, sgd, update
from nbcode.train import train


def _sigma(z):
    return 1 / (1 + exp(-z))


w, p, b, z, a, y, u, C0, C = symbols("w p b z a y u C0 C", real=True)
w11, w12, w21, w22, p1, p2, b1, b2, z1, z2, a1, a2, y1, y2 = symbols(
    "w11 w12 w21 w22 p1 p2 b1 b2 z1 z2 a1 a2 y1 y2", real=True)
one = Chain({z: w*p + b, a: _sigma(z), C0: (a - y)**2})                     # one neuron in each layer
at = {w: 0.7, p: 0.6, b: -0.2, y: 1}
layer = Chain({z1: w11*p1 + w12*p2 + b1, z2: w21*p1 + w22*p2 + b2,          # two neurons in each layer
               a1: _sigma(z1), a2: _sigma(z2), C0: (a1 - y1)**2 + (a2 - y2)**2})
places = {w11: 0.5, w12: -1.2, w21: 0.8, w22: 1.5, p1: 0.3, p2: 0.9, b1: 0.1, b2: -0.4, y1: 1, y2: 0}
three = (np.array([[0.2, 0.5, 0.9]]), np.array([[0.3, -1, 0.4], [1.2, 0.1, -0.6], [-0.5, 0.8, 0.7]]), np.zeros(3))
pair = Chain({z1: w11*p + b1, a1: _sigma(z1),                               # two neurons in a row
              z2: w22*a1 + b2, a2: _sigma(z2), C0: (a2 - y2)**2})
pair_and_slopes = pair.numpy(C0, wrt=[w11, w22])
begin = {p: 1, y2: 1, b1: 0, b2: 0, w11: -1.0, w22: 2.0}
hills = Chain({C: (u**2 - 1)**2 + 0.4*u})                                   # two valleys
height, height_and_slope = hills.numpy(C), hills.numpy(C, wrt=[u])

x, digit = digits()
wanted = one_hot(digit, 10)
order = np.random.default_rng(0).permutation(len(x))
seen, held_out = order[:1437], order[1437:]
W, bias, picture = np.random.default_rng(1).normal(size=(16, 64)), np.random.default_rng(2).normal(size=16), x[3]
sums = [sum(W[j, k] * picture[k] for k in range(64)) + bias[j] for j in range(16)]     # one by one


def _network(*sizes, bend=relu):
    layers, shapes = [], {}
    for n, (here, there) in enumerate(pairwise(sizes), 1):
        shapes |= {f"W{n}": (here, there), f"b{n}": (there,)}
        layers += [(dense, f"W{n}", f"b{n}"), sigmoid if n == len(sizes) - 1 else bend]
    return layers, shapes


def _count(*sizes):
    return sum(int(np.prod(shape)) for shape in _network(*sizes)[1].values())


layers, shapes = _network(64, 16, 16, 10)
model = compose(*layers)
start = init(shapes, np.random.default_rng(0))


def _columns(rows, params=start):
    """The activations of every layer, input first."""
    return [rows, *(compose(*layers[:2*n])(rows, params)[0] for n in (1, 2, 3))]


def _cost(out, *, observed):
    L, back = ssr(out, observed=one_hot(observed, 10))
    return L / len(out), lambda dL=1: back(dL / len(out))


def _slopes(loss, params=start, rows=slice(None)):
    """L, and its slope by every parameter."""
    out, back = model(x[rows], params)
    L, back_loss = loss(out, observed=wanted[rows])
    return L, back(*back_loss())[1]


def _learn(params=start, *, model=model, rule=None, epochs=10, data=seen):
    return train(model, _cost, params, x[data], digit[data], rule=rule or sgd(1.0), epochs=epochs, progress=False)


@cache
def _learned():
    return _learn()


def _right(params):
    return (model(x[held_out], params)[0].argmax(axis=1) == digit[held_out]).mean()


def _learns(**start):
    return _right(_learn(init(shapes, np.random.default_rng(0), **start)).params) > 0.85


@cache
def _alike():
    """How much neighbours resemble each other: the first layer's weights, drawn and learned, and the ink."""
    smooth = compose(*_network(64, 16, 16, 10, bend=sigmoid)[0])
    end = _learn(model=smooth, epochs=40).params

    def alike(picture):
        q = picture.reshape(8, 8)
        return np.corrcoef(np.r_[q[1:].ravel(), q[:, 1:].ravel()], np.r_[q[:-1].ravel(), q[:, :-1].ravel()])[0, 1]
    drawn, learned, ink = ([alike(q) for q in rows] for rows in (start["W1"].T, end["W1"].T, x))
    return np.array(drawn), np.array(learned), np.mean(ink), end


def _stepped(chain, at, name):
    """The slope of the loss from the loss alone, by an imaginary step."""
    return chain.numpy(chain.loss)({**at, name: at[name] + 1e-30j}).imag / 1e-30


def _agrees(product, chain, at, name):
    return bool(np.isclose(float(chain.composed(product).subs(at)), _stepped(chain, at, name), rtol=1e-12))


def _last_layer(p, W, b):
    """The cost of one example with the weights of three neurons, from three; rows are examples."""
    z, back_z = dense(p, W, b)
    a, back_a = sigmoid(z)
    L, back_L = ssr(a, observed=np.eye(3)[:1])
    return L, lambda dL=1: back_z(*back_a(*back_L(dL)))


def _descend(begin):
    def valley(at):
        L, slope = height_and_slope({u: at})
        return L, lambda: (slope,)
    return gradient_descent(valley, begin, lr=0.05, tol=1e-8).params


def _in_a_row(at):
    L, *slopes = pair_and_slopes({**begin, **at})
    return L, lambda: (dict(zip((w11, w22), slopes, strict=True)),)


def _fits(f, *args):
    try:
        f(*args)
    except ValueError:
        return False
    return True


def bb_01_neuron_number():
    """For one picture, each column holds as many numbers as it has neurons."""
    return [column.size for column in _columns(x[:1])] == [64, 16, 16, 10]


def bb_01_pixel_activation():
    """Ink in a single pixel: this neuron alone is active, and what arrives are its own weights."""
    arriving, _ = dense(np.eye(64), start["W1"], np.zeros(16))
    return np.array_equal(arriving, start["W1"]) and x.min() == 0 and x.max() == 1


def bb_01_layers():
    """With the hidden layers cut off from one another, no ink can reach the outputs."""
    cut = _columns(x, start | {"W2": np.zeros((16, 16))})
    whole = _columns(x)
    return np.ptp(whole[3], axis=0).all() and np.ptp(cut[1], axis=0).any() and not np.ptp(cut[3], axis=0).any()


def bb_01_input_count():
    return [n for n in range(1, 101) if _fits(dense, x[:1], np.ones((n, 16)), bias)] == [8 * 8]


def bb_01_hidden_choice():
    """Networks with other hidden layers give ten outputs too, and all their gradients are right."""
    for hidden in ((1,), (3, 5), (20, 2), (16, 16)):
        layers, shapes = _network(64, *hidden, 10, bend=sigmoid)
        params = init(shapes, np.random.default_rng(0))
        other = compose(*layers)

        def whole(*values, params=params, other=other):
            out, back = other(x[:4], dict(zip(params, values, strict=True)))
            return out, lambda dout: tuple(back(dout)[1][name] for name in params)
        if whole(*params.values())[0].shape != (4, 10) or check(whole, *params.values()) > 1e-10:
            return False
    return True


def bb_01_output_10():
    """After learning, the pictures of each digit excite the output neuron of that number most."""
    out, _ = model(x, _learned().params)
    return [out[digit == d].mean(axis=0).argmax() for d in range(10)] == sorted(set(digit)) == [*range(10)]


def bb_01_weights():
    """A neuron becomes active: the next one rises, stays or falls as the weight between them says."""
    weights = np.array([[2.0, 0.0, -2.0]])
    silent, active = (sigmoid(dense(np.array([[held]]), weights, np.zeros(3))[0])[0] for held in (0.0, 1.0))
    return np.array_equal(np.sign(active - silent), np.sign(weights))


def bb_01_squish():
    """Weighted sums leave the range from 0 to 1; squeezed they keep their order, and stay inside."""
    loose = np.sort(dense(x, W.T, bias)[0].ravel())
    squeezed, _ = sigmoid(loose)
    return loose[0] < 0 and 1 < loose[-1] and 0 < squeezed[0] and squeezed[-1] < 1 and np.diff(squeezed).min() >= 0


def bb_02_weighted_sum():
    held = sigmoid(dense(x[:5], W.T, bias)[0])[0][:, 0]
    weighted = x[:5] @ W[0]
    return np.allclose(sigmoid(weighted)[0], held), np.allclose(sigmoid(weighted + bias[0])[0], held)


def bb_02_bias_example():
    weighted = np.arange(21)
    held, _ = sigmoid(weighted - 10.0)
    return held[10] < 0.05, held[10] == 0.5 and weighted[held > 0.5].tolist() == [*range(11, 21)]


def bb_02_layers_learn():
    """Are the learned weights a part of a digit? In a stroke, neighbours would be as alike as pixels are."""
    drawn, learned, ink, _ = _alike()
    return learned.mean() >= ink, drawn.mean() < 0.1 < learned.mean() < 0.8*ink


def bb_02_matrix():
    (rows, columns), product = W.shape, W @ picture
    return _fits(np.add, product, np.ones(columns)), _fits(np.add, product, np.ones(rows))


def bb_02_row():
    """Other weights in row 5: the sum of neuron 5 changes, and no other."""
    other = W.copy()
    other[5] += 1
    return np.flatnonzero(~np.isclose(other @ picture + bias, sums)).tolist() == [5]


def bb_02_layer_eq():
    """Without the equals sign the line is a product."""
    held = np.array([float(_sigma(Float(s))) for s in sums])
    squeezed = sigmoid(W @ picture + bias)[0]
    return np.allclose(held * squeezed, held), np.allclose(held, squeezed)


def bb_02_easier():
    """A layer from 3 to 2 neurons: three letters, or 11."""
    W, a, b = MatrixSymbol("W", 2, 3), MatrixSymbol("a", 3, 1), MatrixSymbol("b", 2, 1)
    short = W*a + b
    written_out = [Add(*(W[j, k]*a[k, 0] for k in range(3))) + b[j, 0] for j in range(2)]
    letters = {letter for line in written_out for letter in line.atoms(type(W[0, 0]))}
    return [*short.as_explicit()] == written_out and (len(short.free_symbols), len(letters)) == (3, 2*3 + 3 + 2)


def bb_02_python():
    w, a, b = W, picture, bias
    a = sigmoid(np.dot(w, a) + b)[0]
    return np.allclose(a, [float(_sigma(Float(s))) for s in sums])


def bb_02_function():
    """The same neuron holds another number for each picture, and the same one when the picture comes again."""
    held = sigmoid(dense(np.vstack([x[:20], x[:20]]), W.T, bias)[0])[0][:, 0]
    return len(set(held[:20].round(9))) == 20 and np.allclose(held[:20], held[20:])


def bb_03_relu():
    """The larger of 0 and the sum; with it in place of the sigmoid the hidden layers learn."""
    grid = np.linspace(-3, 3, 13)
    return relu(grid)[0].tolist() == [max(0, t) for t in grid] and _right(_learned().params) > 0.85


def bb_03_off():
    """Below 0 it says nothing and learns nothing; above it does both."""
    below, above = (relu(sign * np.linspace(0.1, 5, 9)) for sign in (-1, 1))
    return [f[0].any() or f[1](np.ones(9))[0].any() for f in (below, above)] == [False, True]


def bb_03_784():
    return flatten(np.zeros((1, 28, 28)))[0].shape == (1, 784)


def bb_03_13k():
    return round(_count(784, 16, 16, 10), -3) == 13_000


def bb_03_random_init():
    """Does it learn only if the biases are drawn too? Or with biases of 0 as well, but not with weights of 0?"""
    drawn, at_zero, weights_at_zero = _learns(biases=normal), _learns(biases=zeros), _learns(weights=zeros)
    return drawn and not at_zero, drawn and at_zero and not weights_at_zero


def bb_03_rubbish():
    L, slopes = _slopes(mse)
    return _right(start) < 0.2 and L > 0 and all(slope.any() for slope in slopes.values())


def bb_03_cost():
    predicted = model(x[3:4], start)[0]
    return np.isclose(ssr(predicted, observed=wanted[3:4])[0],
                      sum((predicted[0, d] - (d == digit[3]))**2 for d in range(10)))


def bb_03_average():
    """The mean over all entries, times the ten entries of a picture."""
    out = model(x, start)[0]
    each = [ssr(row, observed=wish)[0] for row, wish in zip(out, wanted, strict=True)]
    return np.isclose(10 * mse(out, observed=wanted)[0], np.mean(each))


def bb_04_total_or_average():
    """The slopes of both differ by one number for all: the same way down, the same minima."""
    (_, total), (_, average) = _slopes(ssr), _slopes(mse)
    return all(np.allclose(total[name], len(x) * 10 * average[name], rtol=1e-9, atol=1e-12) for name in start)


def bb_04_nn_function():
    layers, shapes = _network(784, 16, 16, 10)
    large, params = compose(*layers), init(shapes, np.random.default_rng(0))
    rows = np.random.default_rng(0).random((3, 800))
    return large(rows[:, :784], params)[0].shape == (3, 10) and not _fits(large, rows[:, :783], params)


def bb_04_params():
    """784 numbers in and 10 out: does that make 13,002 parameters, or only with two hidden layers of 16?"""
    counts = {hidden: _count(784, hidden, hidden, 10) for hidden in range(1, 41)}
    return set(counts.values()) == {13_002}, [h for h, n in counts.items() if n == 13_002] == [16] and (
        784*16 + 16*16 + 16*10 + 16 + 16 + 10 == 13_002)


def bb_04_cost_one_number():
    """One number, in which every picture has a say."""
    L, back = mse(model(x, start)[0], observed=wanted)
    return np.ndim(L) == 0 and back()[0].any(axis=1).all()


def bb_04_goal():
    """The slopes by weights and biases give the way: against them the cost falls, along them it rises."""
    here, slopes = _slopes(mse)
    for kind in ("W", "b"):
        some = [name for name in start if name[0] == kind]
        down, up = ({name: start[name] + step*slopes[name] for name in some} for step in (-0.1, 0.1))
        if not _slopes(mse, start | down)[0] < here < _slopes(mse, start | up)[0]:
            return False
    return True


def bb_04_slope_left():
    where = np.array([-1.7, -1.3, -0.9, -0.5, 0, 0.5, 1.2, 1.7])
    here, slope = height_and_slope({u: where})
    aside = np.where(slope > 0, -0.001, 0.001)
    return {*np.sign(slope)} == {-1, 1} and (height({u: where + aside}) < here).all()


def bb_04_iterate_min():
    """Where the steps end the slope is 0, and to both sides it is higher."""
    end = _descend(1.4)
    left, here, right = height({u: end + np.array([-0.01, 0, 0.01])})
    return abs(height_and_slope({u: end})[1]) < 1e-6 and here < min(left, right)


def bb_04_which_minimum():
    """Two starts, two minima, and only one of them is the lowest point."""
    east, west = (height({u: _descend(side)}) for side in (1.4, -1.4))
    lowest = height({u: np.linspace(-2, 2, 4001)}).min()
    return east > lowest + 0.5 and abs(west - lowest) < 1e-4


def bb_05_cost_average():
    """An epoch with a learning rate of 0, in uneven batches: the loss that the trainer reports."""
    each = ((model(x[:100], start)[0] - wanted[:100])**2).sum(axis=1)
    return np.isclose(_learn(rule=sgd(0.0), epochs=1, data=np.arange(100)).losses[0], each.mean())


def bb_05_improvement():
    """A lower cost: is every prediction better, and one more right? Or is the mean?"""
    before, after = np.array([0.51, 0.51, 0.51]), np.array([0.99, 0.99, 0.49])      # all should be 1
    each, now = ((1 - before)**2, (1 - after)**2)
    rights, rights_now = ((out > 0.5).sum() for out in (before, after))
    assert ssr(after, observed=np.ones(3))[0] < ssr(before, observed=np.ones(3))[0]
    return (now <= each).all() and rights_now >= rights, now.mean() < each.mean() and rights_now < rights


def bb_05_backprop_heart():
    """Everything else as before, but steps as long in a random direction: hardly anything is learned."""
    rng = np.random.default_rng(0)

    def blind(x, params):
        out, back = model(x, params)

        def anywhere(dout):
            dx, slopes = back(dout)
            noise = {name: rng.normal(size=slope.shape) for name, slope in slopes.items()}
            return dx, {name: noise[name] * np.linalg.norm(slopes[name]) / np.linalg.norm(noise[name])
                        for name in slopes}
        return out, anywhere
    return _right(_learned().params) > 0.85 and _right(_learn(model=blind, epochs=5).params) < 0.3


def bb_05_learn_is_min():
    """The cost made small, most digits are read; made large by the same steps, hardly any."""
    low, high = _learned(), _learn(rule=sgd(-1.0), epochs=3)
    return low.losses[-1] < 0.3 < low.losses[0] < high.losses[-1] and _right(low.params) > 0.85 > 0.2 > (
        _right(high.params))


def bb_05_visualise():
    """The weights to a neuron are a picture; laid on the ink it gives the neuron's sum."""
    pictures = W.reshape(16, 8, 8)
    return np.allclose([(q * picture.reshape(8, 8)).sum() for q in pictures] + bias, sums)


def bb_05_basic():
    """None of the sixteen pictures is as coherent as ink; where no picture has ink they are still as drawn."""
    _, learned, ink, end = _alike()
    blank = (x[seen] == 0).all(axis=0)
    return (learned < ink).all() and blank.any() and np.array_equal(end["W1"][blank], start["W1"][blank])


def bb_07_cost0():
    grid = np.linspace(0, 1, 5)
    return all(np.isclose(ssr(np.array([a]), observed=np.array([y]))[0], (a - y)**2) for a in grid for y in grid)


def bb_07_z_or_a():
    """The neuron's two numbers in nbcode, before the bend and after: which of them is w p + b?"""
    before, _ = dense([[at[p]]], [[at[w]]], [at[b]])
    after, _ = sigmoid(before)
    line = at[w]*at[p] + at[b]
    return np.allclose(after, line), np.allclose(before, line) and np.allclose(after, float(_sigma(line)))


def bb_07_tiny_change():
    """The change of the cost by that of w nears the derivative, ten times nearer for a tenth of the change."""
    run, true = one.numpy(C0), one.numpy(C0, wrt=[w])(at)[1]
    off = [(run({**at, w: at[w] + h}) - run(at))/h - true for h in (1e-2, 1e-3, 1e-4)]
    return np.allclose(np.divide(off[:2], off[1:]), 10, rtol=0.05) and abs(off[-1]) < 1e-4


def bb_07_dependency():
    """Another w: another z, a and C0; and it is the only way from w to the cost."""
    run = one.numpy(z, a, C0)
    moved = np.subtract(run({**at, w: 0.8}), run(at))
    return moved.all() and one.paths(w) == [(C0, a, z, w)]


def bb_07_chain():
    dz_dw, da_dz, dC_da = diff(w*p + b, w), diff(_sigma(z), z), diff((a - y)**2, a)
    return _agrees(dz_dw * da_dz * dC_da, one, at, w)


def bb_07_multiply():
    """Three ratios of changes multiplied give the ratio of the last change to the first; added they do not."""
    run, dw = one.numpy(z, a, C0), 1e-3
    dz, da, dC = np.subtract(run({**at, w: at[w] + dw}), run(at))
    ratios = dz/dw, da/dz, dC/da
    return np.isclose(np.prod(ratios), dC/dw, rtol=1e-9) and not np.isclose(sum(ratios), dC/dw)


def bb_08_C():
    """What nbcode's ssr sends back is the slope of this cost, and both are 0 where the neuron is right."""
    grid = np.linspace(-1, 2, 7)
    cost, back = zip(*(ssr(np.array([g]), observed=np.array([1.0])) for g in grid), strict=True)
    slopes = [float(diff((a - y)**2, a).subs({a: g, y: 1})) for g in grid]
    return np.allclose([send()[0].item() for send in back], slopes) and cost[4] == 0 == slopes[4]


def bb_08_z():
    q, v, c = np.random.default_rng(0).normal(size=(3, 5))
    return np.allclose([dense([[q_k]], [[v_k]], [c_k])[0].item() for q_k, v_k, c_k in zip(q, v, c, strict=True)],
                       v*q + c)


def bb_08_a():
    neuron, q = compose((dense, "w", "b"), sigmoid), np.linspace(-3, 3, 7)
    held, _ = neuron(q[:, None], {"w": [[1.7]], "b": [0.4]})
    return np.allclose(held.ravel(), 1 / (1 + np.exp(-(1.7*q + 0.4))))


def bb_08_dC_da():
    L, back = ssr(np.array([0.3, 0.8]), observed=np.array([0.0, 1.0]))
    return simplify(diff((a - y)**2, a) - 2*(a - y)) == 0 and np.allclose(back()[0], [2*0.3, 2*(0.8 - 1)])


def bb_08_da_dz():
    grid = np.linspace(-4, 4, 9)
    slopes = sigmoid(grid)[1](np.ones(9))[0]
    return one.local[a, z] == diff(_sigma(z), z) and np.allclose(slopes, sigmoid(grid + 1e-30j)[0].imag / 1e-30)


def bb_08_dz_dw():
    return diff(one.steps[z], w) == p and dense([[0.6]], [[0.7]], [-0.2])[1](np.ones((1, 1)))[1].item() == 0.6


def bb_08_dC_dw():
    return _agrees(p * diff(_sigma(z), z) * 2*(a - y), one, at, w)


def bb_08_average():
    """The slope of the average cost, by an imaginary step, and the mean of the examples' own slopes."""
    i, n = symbols("i n", integer=True)
    ps, zs, as_, ys = (IndexedBase(name, real=True) for name in "p z a y".split())
    average = Chain({zs[i]: w*ps[i] + b, as_[i]: _sigma(zs[i]), C: Sum((as_[i] - ys[i])**2, (i, 1, n))/n})
    before, should = np.array([0.1, 0.5, 0.9]), np.array([0, 1, 1])
    true = average.numpy(C)({w: 0.7 + 1e-30j, b: -0.2}, p=before, y=should).imag / 1e-30
    single = [_stepped(one, {**at, p: p_k, y: y_k}, w) for p_k, y_k in zip(before, should, strict=True)]
    return np.isclose(true, np.mean(single), rtol=1e-12)


def bb_08_full_gradient():
    """As many partials as weights and biases, each of them the mean over all examples."""
    _, together = _slopes(mse, rows=[0, 1, 2, 3])
    alone = [_slopes(mse, rows=[r])[1] for r in range(4)]
    return sum(slope.size for slope in together.values()) == _count(64, 16, 16, 10) and all(
        np.allclose(together[name], np.mean([each[name] for each in alone], axis=0)) for name in start)


def bb_08_bias():
    return _agrees(diff(w*p + b, b) * diff(_sigma(z), z) * diff((a - y)**2, a), one, at, b)


def bb_09_same_concept():
    """One layer further back: is the slope by p1 one product of links, or the sum over both outputs?"""
    products = [Mul(*layer.factors(path)) for path in layer.paths(p1)]
    over_j = sum(w_j1 * diff(_sigma(z_j), z_j) * 2*(a_j - y_j)
                 for w_j1, z_j, a_j, y_j in ((w11, z1, a1, y1), (w21, z2, a2, y2)))
    return any(_agrees(product, layer, places, p1) for product in products), _agrees(over_j, layer, places, p1)


def bb_09_cost():
    a, y = np.array([[0.2, 0.7, 0.9]]), np.array([[0.0, 1.0, 0.0]])
    return np.isclose(ssr(a, observed=y)[0], sum((a[0, j] - y[0, j])**2 for j in range(3)))


def bb_09_index():
    """w_21 begins at p1, which it is multiplied by, and ends at z2, the only sum that it enters."""
    ends = [step for step in (z1, z2) if layer.steps[step].has(w21)]
    return ends == [z2] and diff(layer.steps[z2], w21) == p1


def bb_09_dC_dwjk():
    ends, starts = ((z1, a1, y1), (z2, a2, y2)), (p1, p2)
    weights = ((w11, w12), (w21, w22))
    return all(_agrees(diff(layer.steps[z_j], weights[j][k]) * diff(_sigma(z_j), z_j) * diff((a_j - y_j)**2, a_j),
                       layer, places, weights[j][k]) and diff(layer.steps[z_j], weights[j][k]) == starts[k]
               for j, (z_j, a_j, y_j) in enumerate(ends) for k in (0, 1))


def bb_09_cost_per_weight():
    """Nine weights: nine costs, or one cost with nine derivatives?"""
    L, back = _last_layer(*three)
    assert check(_last_layer, *three) < 1e-10
    _, weights, _ = three
    return np.size(L) == weights.size, np.size(L) == 1 and back()[1].shape == weights.shape


def bb_09_value_update():
    """The index formula's values times the learning rate are what an update takes off, and the cost falls."""
    p, W, b = three
    (act,), _ = sigmoid(p @ W)
    dW = np.array([[p[0, k] * act[j]*(1 - act[j]) * 2*(act[j] - (j == 0)) for j in range(3)] for k in range(3)])
    new, _, _ = update(sgd(0.1), {"W": W}, {"W": _last_layer(*three)[1]()[1]}, {})
    return np.allclose(new["W"], W - 0.1*dW) and _last_layer(p, W - 0.1*dW, b)[0] < _last_layer(*three)[0]


def bb_09_sequential():
    """A step of descent: the later weight first, then the earlier with fresh slopes, or both from one gradient?"""
    old = {v: begin[v] for v in (w11, w22)}
    step = gradient_descent(_in_a_row, old, lr=4, max_steps=1).params
    slopes, = _in_a_row(old)[1]()
    together = {v: old[v] - 4*slopes[v] for v in old}
    in_turn = {**old, w22: together[w22]}
    in_turn[w11] -= 4*_in_a_row(in_turn)[1]()[0][w11]
    found = [str(adjoint) for adjoint, _ in pair.reverse()]
    backwards = found.index("dz2") < found.index("dz1")

    def same(other):
        return np.allclose([step[v] for v in old], [other[v] for v in old])
    return same(in_turn), same(together) and backwards


def bb_09_recalc():
    """Five steps of descent through two layers: ten calculations of the slopes, or five?"""
    asked = []

    def loss(at):
        L, back = _in_a_row(at)
        asked.append(back()[0][w11])
        return L, back
    gradient_descent(loss, {v: begin[v] for v in (w11, w22)}, lr=1, tol=0, max_steps=5)
    return len(asked) == 5*2, len(asked) == 5 == len({*np.round(asked, 6)})


def bb_09_activations_change():
    """Another w21: another a2, and so another cost, which sees the weights through the activations alone."""
    run = layer.numpy(a1, a2, C0)
    moved = np.subtract(run({**places, w21: 2.0}), run(places))
    return (moved != 0).tolist() == [False, True, True] and layer.uses[C0] == [a1, a2, y1, y2]

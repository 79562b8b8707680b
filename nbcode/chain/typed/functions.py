"""The functions that a typed formula may call: a table of what each means, and of how many arguments it takes."""
from sympy import (
    Abs,
    And,
    Float,
    Heaviside,
    Piecewise,
    Rational,
    acos,
    asin,
    atan,
    cos,
    cosh,
    erf,
    exp,
    log,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

_LEAK = Rational(1, 100)


def _largest(*u):
    """The largest, in pieces, as one differentiates it: max(0, z) is 0 where z < 0, else z."""
    return Piecewise(*((each, And(*(other < each for other in u[k:]))) for k, each in enumerate(u, 1)))


def _smallest(*u):
    return Piecewise(*((each, And(*(each < other for other in u[k:]))) for k, each in enumerate(u, 1)))


def _relu(z):
    return Piecewise((0, z < 0), (z, True))


def _leaky_relu(z, slope=_LEAK):
    return Piecewise((slope * z, z < 0), (z, True))


def _elu(z, alpha=1):
    return Piecewise((alpha * (exp(z) - 1), z < 0), (z, True))


def _selu(z):
    scale, alpha = Float(1.0507009873554805), Float(1.6732632423543772)
    return Piecewise((scale * alpha * (exp(z) - 1), z < 0), (scale * z, True))


def _huber(r, d=1):
    """Half the square of a residual up to d on either side, and a straight line from there on."""
    return Piecewise((r ** 2 / 2, Abs(r) <= d), (d * (Abs(r) - d / 2), True))


def _cbrt(x):
    """The real cube root, on both sides of 0."""
    return Piecewise((-((-x) ** Rational(1, 3)), x < 0), (x ** Rational(1, 3), True))


def _hardtanh(z):
    return Piecewise((-1, z < -1), (1, z > 1), (z, True))


def _cases(*parts):
    """cases(value, condition, …, otherwise)."""
    return Piecewise(*zip(parts[:-1:2], parts[1::2], strict=True), (parts[-1], True))


def _softmax(z, *outputs):
    """The share of one raw output, named first, among all of them."""
    return exp(z) / sum(map(exp, outputs))


_MANY = 20
FUNCTIONS = {  # name: (meaning, fewest and most arguments)
    "exp": (exp, 1, 1), "log": (lambda x, base=None: log(x) / log(base) if base else log(x), 1, 2),
    "ln": (log, 1, 1),
    "log2": (lambda x: log(x) / log(2), 1, 1), "log10": (lambda x: log(x) / log(10), 1, 1),
    "log1p": (lambda x: log(1 + x), 1, 1), "expm1": (lambda x: exp(x) - 1, 1, 1),
    "sqrt": (sqrt, 1, 1), "cbrt": (_cbrt, 1, 1), "square": (lambda x: x ** 2, 1, 1),
    "abs": (Abs, 1, 1), "sign": (sign, 1, 1), "heaviside": (Heaviside, 1, 1), "max": (_largest, 1, _MANY),
    "min": (_smallest, 1, _MANY),
    "sin": (sin, 1, 1), "cos": (cos, 1, 1), "tan": (tan, 1, 1), "sec": (lambda x: 1 / cos(x), 1, 1),
    "csc": (lambda x: 1 / sin(x), 1, 1), "cot": (lambda x: cos(x) / sin(x), 1, 1),
    "arcsin": (asin, 1, 1), "arccos": (acos, 1, 1), "arctan": (atan, 1, 1),
    "sinh": (sinh, 1, 1), "cosh": (cosh, 1, 1), "tanh": (tanh, 1, 1), "erf": (erf, 1, 1),
    "sigmoid": (lambda z: 1 / (1 + exp(-z)), 1, 1), "softplus": (lambda z: log(1 + exp(z)), 1, 1),
    "relu": (_relu, 1, 1),
    "leaky_relu": (_leaky_relu, 1, 2), "elu": (_elu, 1, 2), "selu": (_selu, 1, 1),
    "swish": (lambda z: z / (1 + exp(-z)), 1, 1),
    "gelu": (lambda z: z * (1 + erf(z / sqrt(2))) / 2, 1, 1), "softsign": (lambda z: z / (1 + Abs(z)), 1, 1),
    "hardtanh": (_hardtanh, 1, 1),
    "hinge": (lambda margin: _relu(1 - margin), 1, 1), "huber": (_huber, 1, 2), "cases": (_cases, 3, _MANY),
    "softmax": (_softmax, 3, _MANY),
    "logsumexp": (lambda *z: log(sum(map(exp, z))), 2, _MANY),
}
SUMS = "sum", "mean", "rmse"  # over the data, of one formula
USAGE = {
    "log": "log(x), or log(x, 2) to the base 2", "max": "max(u, v)", "min": "min(u, v)",
    "leaky_relu": "leaky_relu(z) or leaky_relu(z, 0.1)",
    "elu": "elu(z) or elu(z, 0.5)", "huber": "huber(r) or huber(r, 0.5)",
    "cases": "cases(value, condition, otherwise), as in cases(r**2/2, r < 1, r - 1/2)",
    "softmax": "softmax(z1, z1, z2, z3): first the raw output whose share it is, then all of them",
    "logsumexp": "logsumexp(z1, z2, z3), with every raw output",
}

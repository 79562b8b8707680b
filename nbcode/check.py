"""Is `back` the derivative of what stands above it? `check` asks with numbers, `prove` with symbols."""

import numpy as np


def check(f, *args, central=False, seed=0, directions=3, **options):
    """Compare back with the derivative of f along random directions, one argument at a time.

    The complex step Im f(x + ih v) / h has no rounding error to speak of: tolerance 1e-10. Where f cannot take
    complex numbers, central=True takes (f(x + hv) - f(x - hv)) / 2h: tolerance 1e-6. Stay off kinks.
    Returns the largest relative error; AssertionError names the argument that fails.
    """
    rng, tolerance, worst = np.random.default_rng(seed), 1e-6 if central else 1e-10, 0.0
    args = [np.asarray(x, dtype=float) for x in args]
    ys, back = f(*args, **options)
    for _ in range(directions):
        dys = [rng.standard_normal(np.shape(y)) for y in _many(ys)]
        grads = back(*dys)
        assert len(grads) == len(args), f"back returns {len(grads)} gradients for {len(args)} arguments"
        for k, (x, dx) in enumerate(zip(args, grads, strict=True)):
            assert np.shape(dx) == x.shape, f"gradient {k + 1} has shape {np.shape(dx)}, its argument {x.shape}"
            v = rng.standard_normal(x.shape)
            slopes = _slopes(lambda x, k=k: f(*args[:k], x, *args[k + 1 :], **options)[0], x, v, central)
            true = sum((dy * slope).sum() for dy, slope in zip(dys, slopes, strict=True))
            scale = max(abs(true), np.abs(dx * v).sum(), np.finfo(float).tiny)
            worst = max(worst, error := abs((dx * v).sum() - true) / scale)
            assert error < tolerance, (
                f"gradient {k + 1}: back gives {(dx * v).sum():.12g}, the function itself {true:.12g} "
                f"(relative error {error:.1e})"
            )
    return worst


def _slopes(f, x, v, central):
    """The derivative of each output of f at x along v."""
    if central:
        h = 1e-6
        return [(right - left) / (2 * h) for right, left in zip(_many(f(x + h * v)), _many(f(x - h * v)), strict=True)]
    h = 1e-30
    return [np.imag(y) / h for y in _many(f(x + 1j * h * v))]


def _many(ys):
    return ys if isinstance(ys, tuple) else (ys,)

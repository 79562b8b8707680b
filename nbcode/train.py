"""The training loop: epochs of mini-batches, a progress bar, and four reasons to stop."""

import sys
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from .fit import clean, whole
from .optim import guard, sgd, update


class Training(NamedTuple):
    """The last parameters; the loss and accuracy of every epoch, as met while learning; why it stopped."""

    params: dict
    losses: list
    accuracies: list
    reason: str


def train(model, loss, params, x, observed, *, rule=None, epochs=10, batch_size=32, seed=0, progress=True, tol=0.0,
          patience=None):
    """Minimise loss(model(x, params)[0], observed=observed) by mini-batches; rule is sgd() unless given.

    Stops after `epochs`; with tol=..., when every |step| of an epoch is below it; with patience=..., after so many
    epochs without a lower loss. Diverged when the loss or a step grows without bound. ValueError where x and
    observed differ in length, or batch_size, epochs or patience is no whole number or too small.
    """
    x, observed = clean("x", x), np.asarray(observed)  # labels stay whole numbers
    if len(x) != len(observed):
        raise ValueError(f"observed has {len(observed)} rows, expected one for each of the {len(x)} of x")
    parts = -(-len(x) // whole("batch_size", batch_size, 1))
    epochs, patience = whole("epochs", epochs), patience and whole("patience", patience)
    rng, rule, memory, losses, accuracies = np.random.default_rng(seed), rule or sgd(), {}, [], []
    with reporter(epochs, progress) as report:
        for epoch in range(1, epochs + 1):
            rows = rng.permutation(len(x))
            batches = [(x[batch], observed[batch]) for batch in np.array_split(rows, parts)]
            params, memory, y, step = run(model, loss, params, batches, rule, memory, epoch)
            losses.append(loss(y, observed=observed[rows])[0])
            accuracies.append(correct(y, observed[rows]) / len(x))
            report(losses[-1], accuracies[-1])
            if reason := why_stop(losses, step, tol, patience):
                return Training(params, losses, accuracies, reason)
    return Training(params, losses, accuracies, f"{epochs} epochs were run")


def run(model, loss, params, batches, rule, memory, epoch):
    """One epoch: the new params and memory, the outputs as met on the way, the largest |step|."""
    ys, largest_step = [], 0
    for n, (x, observed) in enumerate(batches, 1):
        with np.errstate(over="ignore", invalid="ignore"):
            y, back_model = model(x, params)
            L, back_loss = loss(y, observed=observed)
            _, slopes = back_model(*back_loss())
            params, steps, memory = update(rule, params, slopes, memory)
        largest_step = max(largest_step, guard(L, steps, slopes, f"epoch {epoch}, batch {n}"))
        ys.append(y)
    return params, memory, np.concatenate(ys), largest_step


def why_stop(losses, step, tol, patience):
    """Why training should stop after these losses and this largest step; None where it should go on."""
    if step < tol:
        return f"every step of epoch {len(losses)} is below {tol:g}"
    if patience is not None and len(losses) - 1 - int(np.argmin(losses)) >= patience:
        return f"no lower loss in {patience} epochs"
    return None


def correct(y, observed):
    """How many examples are right: the largest output for a class number, else every output on the side of 1/2."""
    if observed.ndim < y.ndim:
        return int((y.argmax(axis=-1) == observed).sum())
    return int(((y > 0.5) == (observed > 0.5)).reshape(len(y), -1).all(axis=1).sum())


@contextmanager
def reporter(epochs, progress):
    """report(loss, accuracy) after every epoch: on a bar, or in a line each where tqdm, an extra, is missing."""
    try:
        from tqdm import tqdm
    except ImportError:
        tqdm = None
    if not (progress and tqdm):
        yield lambda *numbers: progress and print("loss={:.4f}, accuracy={:.3f}".format(*numbers), file=sys.stderr)
        return
    with tqdm(total=epochs, unit="epoch") as bar:

        def report(L, accuracy):
            bar.set_postfix(loss=f"{L:.4f}", accuracy=f"{accuracy:.3f}")
            bar.update()

        yield report

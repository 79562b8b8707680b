"""The training loop: epochs of mini-batches, a progress bar, and four reasons to stop."""

from typing import NamedTuple

import numpy as np

from .fit import clean
from .optim import guard, largest, sgd, update


class Training(NamedTuple):
    """The last parameters; the loss and accuracy of every epoch, as met while learning; why it stopped."""

    params: dict
    losses: list
    accuracies: list
    reason: str


def train(model, loss, params, x, observed, *, rule=None, epochs=10, batch_size=32, seed=0, progress=True, **stop):
    """Minimise loss(model(x, params)[0], observed=observed) by mini-batches; rule is sgd() unless given.

    Stops after `epochs`; with tol=..., when every |step| of an epoch is below it; with patience=..., after so many
    epochs without a lower loss. Diverged when the loss or a step grows without bound. ValueError where x and
    observed differ in length or batch_size is below 1.
    """
    from tqdm import tqdm  # only here: the rest of the package needs NumPy and SymPy alone

    x, observed = clean("x", x), clean("observed", observed)
    if len(x) != len(observed):
        raise ValueError(f"observed has {len(observed)} rows, expected one for each of the {len(x)} of x")
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}, expected 1 or more")
    rng, rule, memory, losses, accuracies = np.random.default_rng(seed), rule or sgd(), {}, [], []
    bar = tqdm(range(1, epochs + 1), disable=not progress, unit="epoch")
    for epoch in bar:
        batches = np.array_split(rng.permutation(len(x)), -(-len(x) // batch_size))
        batches = [(x[rows], observed[rows]) for rows in batches]
        params, memory, L, hits, step = run(model, loss, params, batches, rule, memory, epoch)
        losses.append(L / len(x))
        accuracies.append(hits / len(x))
        bar.set_postfix(loss=f"{losses[-1]:.4f}", accuracy=f"{accuracies[-1]:.3f}")
        if reason := why_stop(losses, step, **stop):
            bar.close()
            return Training(params, losses, accuracies, reason)
    return Training(params, losses, accuracies, f"{epochs} epochs were run")


def run(model, loss, params, batches, rule, memory, epoch):
    """One epoch: the new params and memory, loss and hits summed over the examples, the largest |step|."""
    total = hits = largest_step = 0
    for n, (x, observed) in enumerate(batches, 1):
        with np.errstate(over="ignore", invalid="ignore"):
            y, back_model = model(x, params)
            L, back_loss = loss(y, observed=observed)
            _, slopes = back_model(*back_loss())
            params, steps, memory = update(rule, params, slopes, memory)
        guard(L, steps, f"epoch {epoch}, batch {n}")
        total, hits = total + L * len(x), hits + correct(y, observed)
        largest_step = max(largest_step, largest(steps))
    return params, memory, total, hits, largest_step


def why_stop(losses, step, *, tol=0.0, patience=None):
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

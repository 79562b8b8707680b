"""How long one training step takes beside PyTorch's, in one run on one thread.

    pip install torch==2.13.0
    pytest -q -n 0 -p no:nbval -o addopts="" -s benchmarks

The two sides take turns, round after round, so that what else the machine does falls on both. Nothing here asserts
a time: the ratios are printed, of the fastest steps and of the median ones, since other programs can only add to a
time. What is asserted is that both sides do the same work. The table names the kernels that both sides chose here;
an OPENBLAS_CORETYPE in the environment would choose others for NumPy alone: unset it first.
"""

import os
import statistics
import time

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import pytest  # noqa: E402
import threadpoolctl  # noqa: E402
from steps import MODELS, ours, theirs  # noqa: E402

torch = pytest.importorskip("torch")
torch.set_num_threads(1)
SECONDS = 5  # for each model
rows = []


@pytest.fixture(scope="module", autouse=True)
def ratios():
    yield
    blas = [pool["architecture"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    print(f"\n\nkernels: NumPy {', '.join(blas)}, PyTorch {torch.backends.cpu.get_cpu_capability()}")
    print(f"{'one training step':44s}     nbcode     PyTorch   ratio   of medians")
    print(*rows, sep="\n")


@pytest.mark.parametrize("name", MODELS)
def test_same_work(name):
    mine, other = ours(name), theirs(name)
    for _ in range(1 if "GRU" in name else 3):  # see start in steps.py
        assert mine() == pytest.approx(other(), rel=1e-9)


@pytest.mark.parametrize("name", MODELS)
def test_step(name):
    mine, other = take_turns(ours(name), theirs(name), steps=1 if name[0] in "cdeghij" else 10)
    times = f"{min(mine) * 1e6:8.0f} us {min(other) * 1e6:8.0f} us"
    ratio, of_medians = (f(mine) / f(other) for f in (min, statistics.median))
    rows.append(f"{name:44s}{times}  {ratio:6.2f}  {of_medians:6.2f}")


def take_turns(*sides, steps):
    """How long each step took on each side; one side takes so many steps in a row, then the other."""
    times = [[] for _ in sides]
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        for side, taken in zip(sides, times, strict=True):
            for _ in range(steps):
                start = time.perf_counter()
                side()
                taken.append(time.perf_counter() - start)
    return times

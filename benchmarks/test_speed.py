"""How long one training step takes beside PyTorch's, in one run on one thread.

    pip install torch==2.13.0
    pytest -q -n 0 -p no:nbval -o addopts="" -s benchmarks

Nothing here asserts a time: the ratios are printed, of the fastest rounds and of the median ones, since other
programs can only add to a time. What is asserted is that both sides do the same work.
"""

import os

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import pytest  # noqa: E402
from steps import MODELS, ours, theirs  # noqa: E402

torch = pytest.importorskip("torch")
torch.set_num_threads(1)
SIDES = {"nbcode": ours, "PyTorch": theirs}
seconds = {}


@pytest.fixture(scope="module", autouse=True)
def ratios():
    yield
    print(f"\n\n{'one training step':44s}     nbcode     PyTorch   ratio   of medians")
    for name in MODELS:
        if all((name, side) in seconds for side in SIDES):
            (mine, my_median), (other, other_median) = (seconds[name, side] for side in SIDES)
            times = f"{mine * 1e6:8.0f} us {other * 1e6:8.0f} us"
            print(f"{name:44s}{times}  {mine / other:6.2f}  {my_median / other_median:6.2f}")


@pytest.mark.parametrize("name", MODELS)
def test_same_work(name):
    mine, other = ours(name), theirs(name)
    for _ in range(3):
        assert mine() == pytest.approx(other(), rel=1e-9)


@pytest.mark.parametrize("name, side", [(name, side) for name in MODELS for side in SIDES])
def test_step(benchmark, name, side):
    step = SIDES[side](name)
    benchmark.pedantic(step, rounds=100, iterations=1 if name[0] in "cde" else 20, warmup_rounds=5)
    seconds[name, side] = benchmark.stats.stats.min, benchmark.stats.stats.median

"""What the gradient of an LSTM costs in symbols: one unit, twelve parameters, T days unrolled.

    python benchmarks/gradient_program.py

In seconds of this processor: to take in the named steps, to derive the reverse pass for all twelve slopes, to
compile it for NumPy (which derives it again). Then the operations of that program, and how many times the loss's.
"""
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from chains import GATES, L, lstm, operations  # noqa: E402


def timed(f, *args, **options):
    start = time.process_time()
    made = f(*args, **options)
    return time.process_time() - start, made


print("   T   steps s  derive s  compile s  lines  operations  times")
for T in 4, 16, 64, 200:
    naming, chain = timed(lstm, T)
    deriving, program = timed(chain.program, [L], GATES)
    compiling, _ = timed(chain.numpy, L, wrt=GATES)
    size, alone = operations(program), operations(chain.program([L]))
    seconds = f"{naming:10.2f}{deriving:10.2f}{compiling:11.2f}"
    print(f"{T:4d}{seconds}{len(program[0]):7d}{size:12,d}{size / alone:7.2f}")

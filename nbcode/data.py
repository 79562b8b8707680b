"""The data sets of the notes, each as the arrays a model takes: rows are examples; and MNIST."""

import gzip
import os
import zlib
from pathlib import Path
from urllib.request import urlopen

import numpy as np

MNIST = "https://storage.googleapis.com/cvdf-datasets/mnist/"
BYTES = b"\0\0\x08"


def dosage():
    """Doses 0, 0.5, 1 and their effectiveness 0, 1, 0.   Two arrays (3, 1)."""
    return np.array([[0.0], [0.5], [1.0]]), np.array([[0.0], [1.0], [0.0]])


def heights():
    """Weights 0.5, 2.3, 2.9 and heights 1.4, 1.9, 3.2, for a line by gradient descent.   Two arrays (3,)."""
    return np.array([0.5, 2.3, 2.9]), np.array([1.4, 1.9, 3.2])


def iris():
    """Petal and sepal width, each scaled to 0..1 (150, 2); species 0 setosa, 1 versicolor, 2 virginica (150,).

    Fisher 1936, as scikit-learn ships it.
    """
    from sklearn.datasets import load_iris

    flowers = load_iris()
    widths = flowers.data[:, [3, 1]]
    low, high = widths.min(axis=0), widths.max(axis=0)
    return (widths - low) / (high - low), flowers.target


def noughts_and_crosses():
    """An O and an X of 6 x 6 pixels, ink 1 and paper 0 (2, 1, 6, 6), and their classes 0 and 1 (2,)."""
    cross = np.eye(6) + np.eye(6)[::-1]
    nought = np.array([[abs(2 * i - 5) + abs(2 * j - 5) == 6 for j in range(6)] for i in range(6)], float)
    return np.stack([nought, cross])[:, None], np.arange(2)


def shift(images, *, down=0, right=0):
    """The images moved by whole pixels; what leaves is lost, what enters is 0.   (N, C, H, W) -> the same"""
    H, W = images.shape[2:]
    padded = np.pad(images, [(0, 0), (0, 0), (abs(down),) * 2, (abs(right),) * 2])
    return padded[:, :, abs(down) - down :, abs(right) - right :][:, :, :H, :W]


def companies():
    """Share prices of companies A and B on days 1 to 4 (T = 4, N = 2, D = 1) and on day 5 (N = 2, 1)."""
    days = np.array([[0, 0.5, 0.25, 1], [1, 0.5, 0.25, 1]])
    return days.T[:, :, None], np.array([[0.0], [1.0]])


def digits():
    """1797 handwritten digits of 8 x 8 pixels in 0..1 (1797, 64) and their labels (1797,), from scikit-learn."""
    from sklearn.datasets import load_digits

    data = load_digits()
    return data.data / 16, data.target


def mnist(folder=None, source=None):
    """(x, labels) to learn from and (x, labels) to test on: 28 x 28 pixels in 0..1 (N, 784), labels (N,).

    Files that `folder` (or NBCODE_DATA, or ~/.cache/nbcode) lacks are fetched from the address `source` (or
    NBCODE_MNIST). ValueError where a file is not what it should be. LeCun, Cortes, Burges 1998.
    """
    folder = Path(folder or os.environ.get("NBCODE_DATA") or Path.home() / ".cache" / "nbcode")
    source = source or os.environ.get("NBCODE_MNIST") or MNIST

    def load(part, kind):
        name = f"{part}-{kind}-ubyte.gz"
        return read_idx(fetch(f"{source.rstrip('/')}/{name}", folder / name))

    return tuple(
        (load(part, "images-idx3").reshape(-1, 784) / 255, load(part, "labels-idx1").astype(int))
        for part in ("train", "t10k")
    )


def fetch(address, path):
    """The file at the path, fetched first if it is not there; a broken transfer leaves nothing behind."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            with urlopen(address, timeout=60) as response:
                partial.write_bytes(response.read())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    return path


def read_idx(path):
    """The array in a gzipped IDX file of bytes: 0, 0, 8, number of axes, their lengths, the entries."""
    try:
        content = gzip.decompress(Path(path).read_bytes())
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{path} is not a whole gzip file ({error}): remove it to fetch it again") from error
    if content[:3] != BYTES:
        raise ValueError(f"{path} starts with {content[:3]!r}, expected {BYTES!r}: an IDX file of bytes")
    start = 4 + 4 * content[3]
    shape = np.frombuffer(content[4:start], ">u4").astype(int)
    if len(content) - start != shape.prod():
        raise ValueError(f"{path} holds {len(content) - start} entries, expected {shape.prod()} for shape {shape}")
    return np.frombuffer(content[start:], np.uint8).reshape(shape)

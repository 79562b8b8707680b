"""The notes' data sets, and the MNIST loader on small files of the same format."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from nbcode.data import companies, digits, fetch, iris, mnist, noughts_and_crosses, read_idx, shift


def test_iris_is_scaled_as_in_the_notes():
    x, species = iris()
    assert x.shape == (150, 2) and x.min(axis=0).tolist() == [0, 0] and x.max(axis=0).tolist() == [1, 1]
    rows = {tuple(np.round(row, 2)) + (int(kind),) for row, kind in zip(x, species, strict=True)}
    assert {(0.04, 0.42, 0), (1.0, 0.54, 2), (0.5, 0.37, 1)} <= {(round(a, 2), round(b, 2), c) for a, b, c in rows}


def test_shapes():
    images, labels = noughts_and_crosses()
    assert images.shape == (2, 1, 6, 6) and labels.tolist() == [0, 1] and set(images.flat) == {0, 1}
    assert (images == images[:, :, ::-1]).all() and (images == images[:, :, :, ::-1]).all()
    xs, fifth = companies()
    assert xs.shape == (4, 2, 1) and fifth.shape == (2, 1)
    assert xs[:, 0, 0].tolist() == [0, 0.5, 0.25, 1] and xs[:, 1, 0].tolist() == [1, 0.5, 0.25, 1]
    x, labels = digits()
    assert x.shape == (1797, 64) and (x.min(), x.max()) == (0, 1) and set(labels) == set(range(10))


@pytest.mark.parametrize("down, right", [(1, 0), (-1, 0), (0, 1), (0, -1), (2, -3)])
def test_shift_moves_every_pixel(down, right):
    images = np.arange(1.0, 61.0).reshape(2, 1, 5, 6)
    moved = shift(images, down=down, right=right)
    for i in range(5):
        for j in range(6):
            inside = 0 <= i - down < 5 and 0 <= j - right < 6
            assert (moved[:, 0, i, j] == (images[:, 0, i - down, j - right] if inside else 0)).all()


def write_idx(path, array):
    header = bytes([0, 0, 8, array.ndim]) + b"".join(int(n).to_bytes(4, "big") for n in array.shape)
    path.write_bytes(gzip.compress(header + array.astype(np.uint8).tobytes()))


@pytest.fixture
def source(tmp_path):
    """A folder that serves as the source: 5 pictures to learn from and 3 to test on."""
    rng, folder = np.random.default_rng(0), tmp_path / "source"
    folder.mkdir()
    for part, n in (("train", 5), ("t10k", 3)):
        write_idx(folder / f"{part}-images-idx3-ubyte.gz", rng.integers(0, 256, (n, 28, 28)))
        write_idx(folder / f"{part}-labels-idx1-ubyte.gz", np.arange(n))
    return folder


def test_mnist_is_fetched_read_and_kept(source, tmp_path):
    cache = tmp_path / "cache"
    (x, labels), (x_test, labels_test) = mnist(cache, source.as_uri())
    assert x.shape == (5, 784) and x_test.shape == (3, 784) and 0 <= x.min() < 0.01 < 0.99 < x.max() <= 1
    assert labels.tolist() == [0, 1, 2, 3, 4] and labels_test.tolist() == [0, 1, 2]
    pixels = read_idx(source / "train-images-idx3-ubyte.gz")
    assert np.array_equal(np.round(255 * x).reshape(5, 28, 28), pixels)
    for file in source.iterdir():
        file.unlink()
    again = mnist(cache, source.as_uri())
    assert np.array_equal(again[0][0], x) and len(list(cache.iterdir())) == 4


def test_mnist_by_environment(source, tmp_path, monkeypatch):
    monkeypatch.setenv("NBCODE_DATA", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("NBCODE_MNIST", source.as_uri() + "/")
    assert mnist()[1][1].tolist() == [0, 1, 2] and (tmp_path / "elsewhere").is_dir()


def test_nothing_is_kept_of_a_failed_transfer(source, tmp_path):
    (source / "train-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(OSError):
        mnist(tmp_path / "cache", source.as_uri())
    assert [file.name for file in (tmp_path / "cache").iterdir()] == ["train-images-idx3-ubyte.gz"]


def test_a_broken_file_is_named(tmp_path):
    path = tmp_path / "images.gz"
    write_idx(path, np.zeros((2, 3, 3)))
    whole = gzip.decompress(path.read_bytes())
    broken = {
        b"not gzip at all": "not a whole gzip file",
        path.read_bytes()[:-12]: "not a whole gzip file",
        gzip.compress(b"\0\0\x0d" + whole[3:]): "expected .*: an IDX file of bytes",
        gzip.compress(whole[:-1]): "holds 17 entries, expected 18",
    }
    for content, message in broken.items():
        path.write_bytes(content)
        with pytest.raises(ValueError, match=f"images.gz .*{message}"):
            read_idx(path)


def test_a_file_is_there_whole_or_not_at_all(source, tmp_path, monkeypatch):
    """The disk is full half way: nothing of the file is left, and the next call fetches all of it."""
    cache, write = tmp_path / "cache", Path.write_bytes

    def half(path, content):
        write(path, content[: len(content) // 2])
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OSError, match="no space left"):
        mnist(cache, source.as_uri())
    assert list(cache.iterdir()) == []
    monkeypatch.undo()
    assert mnist(cache, source.as_uri())[0][1].tolist() == [0, 1, 2, 3, 4]


def test_a_reader_meets_no_half_file(source, tmp_path, monkeypatch):
    """While it is being written the file has another name: a second program that looks for it fetches its own."""
    cache, write, seen = tmp_path / "cache", Path.write_bytes, []

    def slow(path, content):
        write(path, content[:5])
        seen.extend(file.name for file in cache.glob("*.gz"))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", slow)
    fetch(f"{source.as_uri()}/train-labels-idx1-ubyte.gz", cache / "labels.gz")
    assert seen == [] and [file.name for file in cache.iterdir()] == ["labels.gz"]

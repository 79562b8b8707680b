"""What the README shows works: its lines of Python run, its targets and files exist."""
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_lines_of_python_run():
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names = {}
    exec(block, names)
    assert names["slope"] == pytest.approx(2 * (names["loss"] ** 0.5) * 2 / (1 + 2.718281828459045 ** -2.5))
    assert names["dW"].tolist() == [[1.0], [2.0]]


@pytest.mark.parametrize("target", re.findall(r"\bmake (\w+)", README))
def test_target_exists(target):
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)


def test_plain_commands_are_those_behind_make():
    for command in ("-m venv .venv", "install -r requirements.txt", "npm ci", "jupyter-book build .", "pytest",
                    "tools/execute.py"):
        assert command in README and command.split()[-1] in MAKEFILE


@pytest.mark.parametrize("path", re.findall(r"^\| (`.*?`) \|", README, re.MULTILINE))
def test_named_files_exist(path):
    assert all((ROOT / name).exists() for name in re.findall(r"`([^`]+)`", path))


def test_every_part_of_the_requirements_is_pulled_in():
    """Each file of requirements/ is installed by requirements.txt, and all in it is pinned."""
    def lines(path):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("-r "):
                yield from lines(path.parent / line[3:])
            elif line and not line.startswith("#"):
                yield line

    parts = {line for path in ROOT.glob("requirements/*.txt") for line in lines(path)}
    assert set(lines(ROOT / "requirements.txt")) == parts
    assert all("==" in line for line in parts - {"-e ."})
    assert set(lines(ROOT / ".binder/requirements.txt")) < parts

"""The rooms of nbcode: what each may import, and that a name stands for one thing."""

import ast
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from zipfile import ZipFile

import pytest

import nbcode

ROOT = Path(__file__).parent.parent
PACKAGE = Path(nbcode.__file__).parent
ROOMS = {"numbers": set(), "chain": set(), "chain.typed": {"chain"}, "figure": {"chain"},
         "diagrams": {"figure", "chain"}}  # what each may use
FILES = {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}
FILES = {name.removesuffix(".__init__"): path for name, path in FILES.items() if name != "__init__"}
ROOM_NAMES = [name for name in FILES if FILES[name].name == "__init__.py"]


def room(module):
    return max((name for name in ROOMS if f"{module}.".startswith(f"{name}.")), key=len, default="numbers")


@cache
def tree(module):
    return ast.parse(FILES[module].read_text(encoding="utf-8"))


def imports(module):
    """The modules of nbcode that a module imports, wherever in it."""
    package = (module if module in ROOM_NAMES else module.rpartition(".")[0]).split(".")
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = ["nbcode", *filter(None, package)][: 1 - node.level or None] if node.level else []
            base = ".".join([*start, *filter(None, [node.module])])
            targets = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        else:
            continue
        yield from (t.removeprefix("nbcode.") for t in targets if t.removeprefix("nbcode.") in FILES
                    and t.startswith("nbcode."))


GRAPH = {module: set(imports(module)) - {module} for module in FILES}


def test_the_graph_is_read_rightly():
    assert GRAPH["train"] == {"fit", "optim"} and GRAPH["losses"] == {"fit"}
    assert "chain.chain" in GRAPH["chain"] and "chain.expressions" in GRAPH["chain.chain"]
    assert {room(module) for module in GRAPH} == set(ROOMS)


def test_no_import_goes_in_a_circle():
    assert list(TopologicalSorter(GRAPH).static_order())  # CycleError names the modules of a circle


@pytest.mark.parametrize("name", ROOMS)
def test_four_floors_at_most(name):
    inside = {module for module in GRAPH if room(module) == name and module not in ROOM_NAMES}

    @cache
    def floor(module):
        return 1 + max((floor(below) for below in GRAPH[module] & inside), default=0)

    assert max(map(floor, inside)) <= 4, {module: floor(module) for module in sorted(inside, key=floor)}


@pytest.mark.parametrize("module", FILES)
def test_a_room_uses_only_rooms_below(module):
    above = {"chain.typed"} if module == "chain" else set()  # what the chain's front offers too
    assert {room(used) for used in GRAPH[module]} <= ROOMS[room(module)] | {room(module)} | above


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", cwd=PACKAGE.parent)


def test_the_chain_needs_sympy_alone():
    assert run("import sys, nbcode.chain; print(*{'numpy', 'matplotlib'} & {*sys.modules})").stdout.strip() == ""


def test_a_module_is_there_without_its_own_import():
    found = run("import nbcode; print(nbcode.layers.dense.__name__, 'train' in dir(nbcode)); nbcode.lairs")
    assert found.stdout.strip() == "dense True"
    assert "nbcode has no 'lairs'; there are activations, attention, " in found.stderr


def test_every_module_at_the_top_is_offered():
    assert set(nbcode.MODULES) == {module for module in FILES if "." not in module}


@pytest.mark.parametrize("name", ROOM_NAMES)
def test_a_room_says_what_is_in_it(name):
    text = ast.get_docstring(tree(name))
    inside = {module.removeprefix(f"{name}.").split(".")[0] for module in FILES if module.startswith(f"{name}.")}
    assert len(text.splitlines()) <= 6
    assert {module for module in inside if f"`{module}`" not in text and f"`{module}." not in text} == set()


def test_a_public_name_is_defined_once():
    places = defaultdict(set)
    for module in FILES:
        for node in tree(module).body:
            names = [target.id for target in getattr(node, "targets", []) if isinstance(target, ast.Name)]
            for name in [*names, *([node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef) else [])]:
                if not name.startswith("_"):
                    places[name].add(module)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_no_function_is_long():
    """25 lines at most, its docstring aside."""
    lengths = {}
    for module in FILES:
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.FunctionDef):
                first = node.body[1 if ast.get_docstring(node) else 0]
                above = first.lineno - node.body[0].lineno  # the lines of the docstring
                lengths[module, node.name] = node.end_lineno - node.lineno + 1 - above
    assert {name: length for name, length in lengths.items() if length > 25} == {}


def test_what_is_installed_is_every_room():
    settings = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    installed = set(settings["tool"]["setuptools"]["packages"])
    assert installed == {"nbcode", *(f"nbcode.{name}" for name in ROOM_NAMES)}


def test_no_text_is_ever_evaluated():
    """sympify is always strict, and nothing is handed to eval or exec."""
    calls = [(module, node) for module in FILES for node in ast.walk(tree(module)) if isinstance(node, ast.Call)]
    called = [(module, getattr(node.func, "id", getattr(node.func, "attr", "")), node) for module, node in calls]
    loose = [(module, node.lineno) for module, name, node in called if name in {"eval", "exec", "parse_expr"} or
             name == "sympify" and not any(word.arg == "strict" for word in node.keywords)]
    assert loose == []


def in_the_system_s_encoding(text):
    """Lines of a program that read, write or ask another program in an encoding that is not said."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or any(word.arg == "encoding" for word in node.keywords):
            continue
        name, words = getattr(node.func, "attr", ""), {word.arg for word in node.keywords}
        mode = [each.value for each in node.args[1:2] if isinstance(each, ast.Constant)]
        opened = getattr(node.func, "id", "") == "open" and not (mode and "b" in mode[0])
        asked = name in ("run", "Popen", "check_output") and "text" in words
        if opened or asked or name in ("read_text", "write_text"):
            yield node.lineno


def test_every_text_is_read_and_written_in_utf_8():
    """On Windows it would else be another one; Ruff sees a path only where it knows that it is one."""
    left = {".venv", "node_modules", "_build", "build"}
    paths = [path for path in ROOT.rglob("*.py") if left.isdisjoint(path.relative_to(ROOT).parts)]
    found = {f"{path.relative_to(ROOT)}:{line}" for path in paths
             for line in in_the_system_s_encoding(path.read_text(encoding="utf-8"))}
    assert len(paths) > 150 and not found


@pytest.mark.parametrize("text, seen", [
    ("open(a)", True), ("open(a, 'w')", True), ("open(a, 'rb')", False), ("open(a, encoding='utf-8')", False),
    ("(a / b).read_text()", True), ("a.write_text(b, encoding='utf-8')", False),
    ("subprocess.run(a, text=True)", True),
    ("subprocess.run(a, capture_output=True)", False), ("page.open(a)", False)])
def test_what_is_read_otherwise_is_seen(text, seen):
    assert bool([*in_the_system_s_encoding(text)]) == seen


def test_what_is_installed_is_the_whole_package(tmp_path):
    """Who has it from the repository's address has every module, and the files that pictures need."""
    copy = tmp_path / "book"
    shutil.copytree(PACKAGE, copy / "nbcode", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    program = f"from setuptools.build_meta import build_wheel; build_wheel({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", program], cwd=copy, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    there = {path.relative_to(copy).as_posix() for path in (copy / "nbcode").rglob("*") if path.is_file()}
    assert {name for name in ZipFile(wheel).namelist() if name.startswith("nbcode/")} == there

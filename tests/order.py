"""Who runs what, and when: what shares work runs in one process, what takes longest begins first."""
import inspect
import re
from pathlib import Path

import pytest
from browser import LEFT_OUT, ROOT
from nbval.plugin import IPyNbFile
from remembered import Notebook
from xdist.scheduler import LoadScopeScheduling

CHAPTERS = {path.stem for path in ROOT.glob("book/*.ipynb")}
# Seconds of the longest groups, as measured on two cores by three processes (--junitxml): their order matters.
LONG = {"test_pdf": 115, "test_derive": 87, "22_lstm": 79, "test_typed": 68, "20_convolution": 59,
        "21_recurrent": 56, "12_index_notation": 53, "25_transformer_block": 49, "10_logistic_regression": 49,
        "19_minibatch_sgd": 47, "18_vanishing_gradients": 44, "test_fork": 43, "test_practice": 40,
        "17_backprop_matrix_form": 40, "zoo": 38, "24_attention": 35, "test_reading": 34,
        "08_backprop_all_parameters": 34, "23_steps_with_memory": 29, "05_gradient_descent": 29,
        "09_activations": 28, "test_site": 27, "01_main_ideas": 26, "test_chain": 26, "test_against_keras": 26,
        "test_lab": 19, "notes_checked": 19, "test_practice_page": 17, "04_computation_graphs": 17,
        "test_compile": 17, "test_fields": 16, "test_figure": 15, "test_firefox": 14, "02_tensors": 13,
        "test_claims": 13}
CHAPTER = 22  # seconds of any other chapter: they come before the many files of a few seconds, which fill both up

SLOW = {"site", "browser", "firefox", "execute"}  # fixtures; a file with a test that needs one is not quick
# Not quick either: what loads and compiles a whole library, and what proves a collection line by line.
UNHURRIED = {"test_against_keras", "test_typed", "test_practice", "test_proofs"}


def group(nodeid):
    """A chapter's notebook and all tests that have the chapter or its page as parameter are one group.

    So are all questions to any other page (test_pages), and else a file's tests.
    """
    file, _, name = nodeid.partition("::")
    parameter = name.rpartition("[")[2].rstrip("]")
    page = re.fullmatch(r"(?:book/)?(\w+)\.html-(?:desk|phone)", parameter)
    return page[1] if page else parameter if parameter in CHAPTERS else Path(file).stem


class Groups(LoadScopeScheduling):
    """xdist's scheduler, which gives a whole group to one process; in the order of the tests (pyproject.toml)."""

    def _split_scope(self, nodeid):
        return group(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return Groups(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(parent):
    return [Notebook.from_parent(parent, path=each.path) if isinstance(each, IPyNbFile) else each
            for each in (yield)]


def pytest_ignore_collect(collection_path, config):
    return True if config.option.markexpr == "quick" and collection_path.stem in UNHURRIED else None


def told_by(function):
    """What a function says, its helpers and the constants of its file: among them chapters by name."""
    found, left = {}, [inspect.unwrap(function)]
    while left:
        one = left.pop()
        names = [one.__globals__.get(name) for name in re.findall(r"\w+", inspect.getsource(one))]
        found[one] = inspect.getsource(one), repr([each for each in names if isinstance(each, (str, tuple))])
        helpers = {each for each in names if inspect.isfunction(each) and each.__module__.startswith("test_")}
        left += helpers - found.keys()
    return " ".join(part for parts in found.values() for part in parts)


def asks_what_is_left_out(item):
    """Is it asked of a page that the book leaves out (CONTRIBUTING.md, "Make it your own")?"""
    if SLOW.isdisjoint(getattr(item, "fixturenames", ())):
        return False
    fixtures = [each.func for found in item._fixtureinfo.name2fixturedefs.values() for each in found]
    said = [told_by(each) for each in [item.function, *fixtures] if each.__module__.startswith("test_")]
    return any(name in text for name in LEFT_OUT for text in [item.nodeid, *said])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """The longest group first; in a group the notebook first, figures before axe's questions, which change a page.

    `-m quick`: no browser, no built site, no kernel.
    """
    unasked = [item for item in items if LEFT_OUT and asks_what_is_left_out(item)]
    items[:] = [item for item in items if item not in unasked]
    config.hook.pytest_deselected(items=unasked)
    slow = {item.path for item in items if item.path.stem in UNHURRIED
            or not SLOW.isdisjoint(getattr(item, "fixturenames", SLOW))}
    for item in items:
        if item.path not in slow:
            item.add_marker("quick")
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")

    def place(item):
        name = group(item.nodeid)
        return -LONG.get(name, CHAPTER if name in CHAPTERS else 0), name, item.path.suffix != ".ipynb", item.path

    items.sort(key=place)

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
LONG = {"test_pages": 180, "test_pages phone": 155, "test_derive": 130, "test_pdf": 100, "test_typed": 90,
        "20_convolution": 70, "test_fork": 65, "17_backprop_matrix_form": 60, "22_lstm": 55,
        "19_minibatch_sgd": 48, "test_against_keras": 45, "test_reading": 42, "25_transformer_block": 42,
        "test_site": 38, "21_recurrent": 36, "12_index_notation": 35, "test_practice": 33,
        "18_vanishing_gradients": 33, "test_chain": 32, "test_proofs": 30, "10_logistic_regression": 28,
        "23_steps_with_memory": 28, "24_attention": 28, "08_backprop_all_parameters": 27, "zoo": 25,
        "test_assignments": 25, "test_lab": 22, "05_gradient_descent": 22, "test_practice_page": 17,
        "test_figure_on_a_page": 17, "test_fields": 16, "test_figure": 16, "test_compile": 15, "test_policy": 14,
        "test_printing": 13, "test_claims": 12, "test_firefox": 12, "test_light": 10}
CHAPTER = 18  # seconds of any other chapter: they come before the many files of a few seconds, which fill both up

PAGES, LAST = "test_pages", "~"  # the file whose questions are put page by page; after every page's name
SLOW = {"site", "browser", "firefox", "execute"}  # fixtures; a file with a test that needs one is not quick
# Not quick either: what loads and compiles a whole library, and what proves a collection line by line.
UNHURRIED = {"test_against_keras", "test_typed", "test_practice", "test_proofs"}


def group(nodeid):
    """A chapter's notebook and all tests that have the chapter as parameter are one group; else a file is one.

    Of the questions to every page, those asked on a phone are a group of their own.
    """
    file, _, name = nodeid.partition("::")
    parameter = name.rpartition("[")[2].rstrip("]")
    phone = " phone" if Path(file).stem == PAGES and parameter.endswith("phone") else ""
    return parameter if parameter in CHAPTERS else Path(file).stem + phone


def page(item):
    """The page that is asked: in test_pages all questions to one page come together, then those to none."""
    asked = item.path.stem == PAGES and hasattr(item, "callspec")
    return item.callspec.params.get("path", LAST) if asked else LAST


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
    """The longest group first; in a group the notebook first. `-m quick`: no browser, no built site, no kernel."""
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
        return -LONG.get(name, CHAPTER if name in CHAPTERS else 0), name, item.path.suffix != ".ipynb", page(item)

    items.sort(key=place)

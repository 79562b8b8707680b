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
# Seconds of the longest groups, as measured on two cores (--junitxml): all that matters is their order.
LONG = {"test_pages": 140, "test_pages phone": 125, "test_derive": 120, "test_pdf": 85, "20_convolution": 75,
        "test_reading": 50, "22_lstm": 47, "17_backprop_matrix_form": 45, "12_index_notation": 44,
        "test_typed": 43,
        "19_minibatch_sgd": 40, "test_site": 38, "21_recurrent": 37, "test_practice": 37,
        "10_logistic_regression": 33, "25_transformer_block": 32, "18_vanishing_gradients": 28,
        "24_attention": 25, "test_against_keras": 24, "test_lab": 20, "test_fields": 20, "test_chain": 20,
        "test_assignments": 16, "test_practice_page": 16, "test_proofs": 15, "test_fork": 13, "test_policy": 12,
        "test_figure_on_a_page": 12, "test_compile": 10, "test_firefox": 10}
CHAPTER = 18  # seconds of any other chapter: they come before the many files of a few seconds, which fill both up

PAGES, LAST = "test_pages", "~"  # the file whose questions are put page by page; after every page's name
SLOW = {"site", "browser", "firefox", "execute"}  # fixtures; a file with a test that needs one is not quick
# Not quick either: what loads a whole library before its first test, and what proves a collection line by line.
LOADED, PROVED = {"test_against_keras"}, {"test_typed", "test_practice", "test_proofs"}


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
    return True if config.option.markexpr == "quick" and collection_path.stem in LOADED | PROVED else None


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
    slow = {item.path for item in items if item.path.stem in LOADED | PROVED
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

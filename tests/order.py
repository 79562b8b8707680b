"""Who runs what, and when: what shares work runs in one process, what takes longest begins first."""
from pathlib import Path

import pytest
from browser import ROOT
from nbval.plugin import IPyNbFile
from remembered import Notebook
from xdist.scheduler import LoadScopeScheduling

CHAPTERS = {path.stem for path in ROOT.glob("book/*.ipynb")}
# Seconds of the longest groups, roughly: all that matters is their order.
LONG = {"test_pages": 400, "test_derive": 120, "test_site": 80, "test_firefox": 70, "test_pdf": 60,
        "17_backprop_matrix_form": 50, "19_minibatch_sgd": 40, "18_vanishing_gradients": 40}

SLOW = {"site", "browser", "firefox", "execute"}  # fixtures; a file with a test that needs one is not quick


def group(nodeid):
    """A chapter's notebook and all tests that have the chapter as parameter are one group; else a file is one."""
    file, _, name = nodeid.partition("::")
    chapter = name.rpartition("[")[2].rstrip("]")
    return chapter if chapter in CHAPTERS else Path(file).stem


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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """The longest group first; in a group the notebook first. `-m quick`: no browser, no built site, no kernel."""
    slow = {item.path for item in items if not SLOW.isdisjoint(getattr(item, "fixturenames", SLOW))}
    for item in items:
        if item.path not in slow:
            item.add_marker("quick")

    def place(item):
        name = group(item.nodeid)
        return -LONG.get(name, 0), name, item.path.suffix != ".ipynb"

    items.sort(key=place)

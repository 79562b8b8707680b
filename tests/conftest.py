"""Fixtures for tests in a real browser on the built site (`make book` builds it)."""
import gc
import os

import order
import pytest
from browser import BRIEF, MISSING, NO_FIREFOX, PATIENCE, SITE, Watch, executable, firefox_executable, serve, stale
from marionette_driver.marionette import Marionette
from opened import Opened, Window
from playwright.sync_api import sync_playwright


def pytest_configure(config):
    # Two processes that each think with all cores wait for one another: a cell of four seconds took 76.
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    config.pluginmanager.register(order)
    config.addinivalue_line("markers", "browser: opens pages in one (given by order.py)")
    config.addinivalue_line("markers", "quick: needs no browser, no built site and no kernel (given by order.py)")


def pytest_collection_finish():
    gc.freeze()  # what is loaded by now stays: it need not be looked through again whenever garbage is collected
    gc.set_threshold(50_000, 20, 100)  # nor need what SymPy makes as often as Python would


def patient(opens):
    """A browser's new_page or new_context, all of whose waits are as long as a slow machine needs."""
    def opened(**options):
        made = opens(**options)
        made.set_default_timeout(1000 * PATIENCE)
        return made
    return opened


@pytest.fixture(scope="session")
def browser():
    path = executable()
    if not path:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=BRIEF)
        browser.new_context, browser.new_page = patient(browser.new_context), patient(browser.new_page)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def firefox():
    """Firefox, driven by Mozilla's own client."""
    path = firefox_executable()
    if not path:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_FIREFOX)
    client = Marionette(bin=path, headless=True, port=0, gecko_log=os.devnull)  # 0: any that is free
    client.start_session()
    client.timeout.script = PATIENCE
    yield client
    client.quit()
    client.cleanup()


@pytest.fixture(scope="session")
def site():
    """Folder of the built site, as new as its sources."""
    complaint = stale()
    if complaint:
        pytest.fail(complaint)
    return SITE


@pytest.fixture(scope="session")
def address(site):
    """Where a server on this machine shows the site."""
    server, address = serve(site)
    yield address
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def reader(browser, address):
    """A function that opens a page of the book in a size, and keeps it until the next."""
    windows, now = {}, {}

    def open_page(path, size):
        if size not in windows:
            windows[size] = Window(browser, address, size)
        if size not in now or now[size].path != path:
            now[size] = Opened(windows[size], path)
        return now[size]

    yield open_page
    for window in windows.values():
        window.page.close()


@pytest.fixture
def new_page(browser, address):
    """A function that opens a watched page; at the end no page may have complained or called another host.

    Keywords go to the browser's context: viewport=..., color_scheme="dark", java_script_enabled=False, ...
    """
    contexts, watches = [], []

    def open_page(**options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        watches.append(Watch(page, address))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [complaint for watch in watches for complaint in watch.complaints] == []


@pytest.fixture
def page(new_page):
    """One watched page, 1280 by 800."""
    return new_page(viewport={"width": 1280, "height": 800})

"""The site under a strict content policy: its own files only, no script in a page but two known ones, no eval."""
import base64
import re
from hashlib import sha256

import pytest
from browser import Watch
from test_site import DESK, PAGES

INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
# The theme's first lines, which choose light or dark before anything is drawn, and the search page's focus.
KNOWN = "document.documentElement.dataset.mode = localStorage", "// Activate the search field on page load"
# Formulas and figures bear their measures in style attributes.
POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; script-src 'self' {}"


@pytest.fixture(scope="module")
def policy(site):
    scripts = {script for path in ("book/index.html", "search.html")
               for script in INLINE.findall((site / path).read_text(encoding="utf-8"))}
    hashes = (base64.b64encode(sha256(script.encode()).digest()).decode() for script in sorted(scripts))
    return POLICY.format(" ".join(f"'sha256-{each}'" for each in hashes))


@pytest.fixture(scope="module")
def window(browser, address, policy):
    """What it loads comes as a server with the policy would send it."""
    page = browser.new_page(viewport=DESK)

    def send(route):
        response = route.fetch()
        route.fulfill(response=response, headers={**response.headers, "content-security-policy": policy})

    page.route(re.compile(r"\.html"), send)
    yield page, Watch(page, address)
    page.close()


@pytest.fixture
def strict(window, address):
    """A function that opens a page of the site under the policy."""
    page, watch = window

    def visit(path):
        page.goto(f"{address}/{path}", wait_until="networkidle")
        return page

    yield visit
    assert not watch.complaints


@pytest.mark.parametrize("path", [*PAGES, "genindex.html", "search.html"])
def test_no_other_script_stands_in_a_page(site, path):
    html = (site / path).read_text(encoding="utf-8")
    scripts = INLINE.findall(html)
    assert len(scripts) <= 2 and all(script.strip().startswith(KNOWN) for script in scripts)
    assert not re.search(r"<[^>]*\s(on\w+=|href=.javascript:)", html)


@pytest.mark.parametrize("path", [path for path in PAGES if re.search(r"book/(03|08|20)_", path)])
def test_figures_are_live(strict, path):
    page = strict(path)
    page.wait_for_function("!document.querySelector('.nbfig[data-live=off]')")
    figure = page.locator(".nbfig[data-live=on]").first
    before = figure.locator(".nbfig-panels").inner_html()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowRight"):  # one of them moves it, wherever it starts
        figure.locator("input[type=range]").first.press(key)
    assert before != figure.locator(".nbfig-panels").inner_html()


def test_search_ledger_and_modes_work(strict):
    page = strict("search.html?q=softmax")
    page.locator("#search-results a[href*=softmax]").first.wait_for()
    page = strict("book/notes_checked.html")
    claims = page.locator(".claim.holds")
    assert claims.first.is_visible()
    page.locator(".ledger [value=holds]").uncheck()
    assert not claims.first.is_visible()
    before = page.evaluate("document.documentElement.dataset.mode")
    page.locator(".theme-switch-button:visible").first.click()
    assert page.evaluate("document.documentElement.dataset.mode") != before
    assert strict("book/derive.html").locator(".derive-form").is_visible()
    strict("book/practice.html?level=chain").locator(".practice-body math").first.wait_for()


def test_printing_is_a_button(strict):
    page = strict("book/index.html")
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.locator(".dropdown-download-buttons button").first.click()
    page.locator("[data-print]").click()
    assert page.title() == "printed"


def test_the_policy_is_strict(browser, address, policy):
    page = browser.new_page()
    bodies = {"page.html": "<script>document.title = 'inline'</script><script src='own.js'></script>",
              "own.js": "document.title += 'own'; document.title += eval('1');"}
    page.route("**/*", lambda route: route.fulfill(
        body=bodies[route.request.url.rpartition("/")[2]], headers={"content-security-policy": policy}))
    page.goto(f"{address}/page.html")
    assert page.title() == "own"
    page.close()

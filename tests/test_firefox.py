"""The built site in Firefox; the pages that have live figures are tried there in test_figures_in_browser.py."""
from pathlib import Path

import pytest
from browser import too_wide, until
from marionette_driver.by import By
from marionette_driver.keys import Keys
from test_figures_in_browser import LIVE
from test_site import PAGES

from nbcode.chain import parse

STILL = [path for path in PAGES if Path(path).stem not in LIVE]


@pytest.fixture
def dark(firefox):
    firefox.set_pref("ui.systemUsesDarkTheme", 1)
    yield firefox
    firefox.set_pref("ui.systemUsesDarkTheme", 0)


@pytest.mark.parametrize("path", STILL)
def test_a_page_fits_and_its_figures_are_live(firefox, address, path):
    firefox.navigate(f"{address}/{path}")
    assert not too_wide(firefox)
    until(firefox, "!document.querySelector('.nbfig[data-live]:not([data-live=on])')")


def test_too_wide_is_seen(firefox, address):
    firefox.navigate(f"{address}/book/references.html")
    firefox.execute_script("document.body.insertAdjacentHTML('beforeend', '<p style=\"width: 3000px\">wide</p>');")
    assert too_wide(firefox)


def test_the_page_is_dark_where_the_system_is(dark, address):
    dark.navigate(f"{address}/book/index.html")
    until(dark, "document.documentElement.dataset.theme === 'dark'")
    red, green, blue = dark.execute_script(
        "return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number);")
    assert max(red, green, blue) < 64


def test_play_learns(firefox, address):
    firefox.navigate(f"{address}/book/index.html")
    firefox.execute_script("document.querySelector('[data-do=play]').click();")
    until(firefox, "Number(document.querySelector('output[data-steps]').textContent) > 5")
    firefox.execute_script("document.querySelector('[data-do=play]').click();")
    assert firefox.execute_script("return document.querySelector('[data-do=play]').textContent;") == "Play"


def test_the_browser_derives(firefox, address):
    """Python itself runs in Firefox too, and finds what it finds here."""
    steps = "z = 7*w*x\nL = (y - z)**2"
    firefox.navigate(f"{address}/book/derive.html")
    firefox.execute_script("""
        document.querySelector(".derive-steps").value = arguments[0];
        document.querySelector(".derive-by").value = "w";
        document.querySelector("[data-act=derive]").click();
    """, [steps])
    until(firefox, "!document.querySelector('[data-act=derive]').getAttribute('aria-disabled')")
    shown = firefox.execute_script(
        "return [...document.querySelectorAll('.derive-answer annotation')].map((one) => one.textContent);")
    chain = parse(steps)
    w, = (name for name in chain.inputs if str(name) == "w")
    assert [f"${tex}$" for tex in shown] == [each._repr_latex_() for each in (chain, chain.derive(w))]


def test_answers_are_read_checked_and_kept(firefox, address):
    """A number, a formula and a choice, by keyboard; a hint opens the next one; all is there after a reload."""
    def find(field, what="input"):
        return firefox.find_element(By.CSS_SELECTOR, f"#answer-ex-06-{field} {what}")

    def said(field):
        return until(firefox, f"document.querySelector('#answer-ex-06-{field} [role=status]').textContent")

    firefox.navigate(f"{address}/book/06_backprop_one_bias.html")
    find("mean--2").send_keys("-0,3" + Keys.ENTER)
    assert said("mean--2") == "Close: the sign is lost; all else is right."
    find("output-softplus").send_keys("1/(1 + e^-z3)")
    fraction = "document.querySelector('#answer-ex-06-output-softplus mfrac')"
    assert until(firefox, f"{fraction}?.getBoundingClientRect().width > 9")
    find("output-softplus").send_keys(Keys.ENTER)
    find("mean", "[value='it stays']").send_keys(Keys.SPACE)
    find("mean", "[type=submit]").send_keys(Keys.ENTER)
    assert said("output-softplus") == said("mean") == "✓ Right."
    hints = "[...document.querySelectorAll('.hints')].find((one) => one.children.length > 1).children"
    assert firefox.execute_script(f"return {hints}[1].checkVisibility();") is False
    firefox.execute_script(f"{hints}[0].querySelector('summary').click();")
    assert until(firefox, f"{hints}[1].checkVisibility()")
    firefox.refresh()
    assert said("output-softplus") == said("mean") == "✓ Right."
    firefox.execute_script("localStorage.clear();")

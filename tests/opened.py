"""A page of the built site, loaded once on a desk and once on a phone, for all that any file asks of it there.

The load is the one that is hardest on a reader: letters of formulas come after the first paint.
"""
from urllib.parse import unquote, urlsplit

from browser import DESK, PHONE, SET, Watch

SIZES = {"desk": DESK, "phone": PHONE}

SHIFTS = """new PerformanceObserver((list) => {
  for (const {value, hadRecentInput} of list.getEntries())
    if (!hadRecentInput) window.shifted = (window.shifted ?? 0) + value;
}).observe({type: "layout-shift", buffered: true});"""
# A page shows its text after three seconds, letters of formulas or not: not measured by a busy machine's clock.
PATIENT = """const wait = setTimeout;
window.setTimeout = (what, time, ...more) => wait(what, time >= 3000 ? 1e6 : time, ...more);"""
READ = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  for (let before = -1; scrollY > before;) {
    before = scrollY;
    scrollBy({top: 900, behavior: "instant"});
    await frame();
    await frame();
  }
}"""


class Opened:
    """A page, loaded by a browser that has seen nothing of the site, and read to its end."""

    def __init__(self, window, path):
        self.path, self.chapter = path, path.removeprefix("book/").removesuffix(".html")
        self.page, self.watch = page, watch = window.page, window.watch
        window.forget()
        page.goto(f"{window.address}/{path}", wait_until="commit")
        page.wait_for_function("performance.getEntriesByType('paint').length")
        window.let_fonts_come()
        page.wait_for_load_state("networkidle")
        page.wait_for_function(SET)
        asked = [urlsplit(url).path for url in watch.requests if url.startswith("http")]
        self.files = [unquote(path).removeprefix("/") for path in asked]
        page.evaluate(READ)
        self.shifted = page.evaluate("window.shifted ?? 0")

    def paint(self, scheme):
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        self.page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)


class Window:
    """One window of a size for all pages, since a new one costs as much as a load; each page finds it as new."""

    def __init__(self, browser, address, size):
        self.address, self.page = address, browser.new_page(viewport=SIZES[size])
        self.watch, self.late, self.painted = Watch(self.page, address), [], False
        self.client = self.page.context.new_cdp_session(self.page)
        self.page.add_init_script(SHIFTS + PATIENT)
        self.page.route("**/*.woff2*", self.hold)  # with a route, Playwright also turns the cache off

    def hold(self, route):
        if self.painted:
            route.continue_()
        else:
            self.late.append(route)

    def let_fonts_come(self):
        self.painted = True
        for route in self.late:
            route.continue_()

    def forget(self):
        """Leave the page, and all that the browser has kept of the site."""
        self.page.goto("about:blank")
        self.client.send("Storage.clearDataForOrigin", {"origin": self.address, "storageTypes": "all"})
        self.client.send("Network.clearBrowserCache")
        self.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        self.watch.complaints, self.watch.requests, self.late, self.painted = [], [], [], False

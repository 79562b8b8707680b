"""A real browser on the built site: where it is found, and what every page must not do."""
import os
import shutil
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import yaml
from marionette_driver import Wait

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "_ext"))
from language import in_words  # noqa: E402

SITE = ROOT / "_build" / "html"
SETTINGS = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
LISTED = [CONTENTS["root"], *(page["file"] for part in CONTENTS["parts"] for page in part["chapters"])]
LEFT_OUT = {path.stem for path in ROOT.glob("book/[0-9]*.ipynb")} - {Path(page).stem for page in LISTED}
ICON = Path(SETTINGS["html"]["favicon"]).name
TOLD = SETTINGS["sphinx"]["config"]["solutions"]  # are solutions on the pages?
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
SET = "!document.documentElement.classList.contains('unset')"  # the letters of formulas have come
PATIENCE = 120  # seconds that a slow and busy machine may take until a page is as a test waits for it
# Each window has two pages of Chromium's own behind its address bar, which cost as much as a page of the book.
# Chromium obeys the last list of features alone: behind ours stand those that Playwright wants left out.
WITHOUT = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
           "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
           "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay",
           "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
           "ThirdPartyStoragePartitioning")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", f"--disable-features={','.join(WITHOUT)}"]
# Where a page is asked for seconds, what V8 spends on making its code faster does not come back.
BRIEF = [*FLAGS, "--js-flags=--no-opt"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "no Chromium found: install it (Debian: apt install chromium), or set CHROMIUM to its path"
NO_FIREFOX = "no Firefox found: install it (Debian: apt install firefox-esr), or set FIREFOX to its path"


def executable():
    """Path of a Chromium or Chrome, or None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def firefox_executable():
    """Path of a Firefox, or None."""
    return os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")


def stale(site=SITE, root=ROOT):
    """What is wrong with the built site, as a sentence; empty if it is as new as its sources."""
    pairs = [(path, site / "book" / f"{path.stem}.html") for path in root.glob("book/*.*")
             if path.suffix in (".ipynb", ".md") and path.stem not in LEFT_OUT]
    pairs += [(root / "nbcode" / "figure" / f"figure.{old}", site / "_static" / f"figure.{new}")
              for old, new in (("mjs", "js"), ("css", "css"))]
    old = [source.name for source, built in pairs
           if not built.exists() or built.stat().st_mtime < source.stat().st_mtime]
    # Sphinx copies a static file only where its content has changed; scripts in the book's words.
    copies = [(path, site / "_static" / path.name) for path in root.glob("_ext/static/*")]
    old += [source.name for source, built in copies if not built.exists() or text(built) != in_words(text(source))]
    return f"the built site lacks or is older than {', '.join(old)}: run `make book`" if old else ""


def text(path):
    return path.read_text(encoding="utf-8")


def until(firefox, script):
    """Wait until an expression is true in Firefox; what it is then."""
    return Wait(firefox, timeout=PATIENCE).until(lambda _: firefox.execute_script(f"return {script};"))


OVERFLOW = """
  for (const section of document.querySelectorAll("section")) section.style.contentVisibility = "visible";
  return document.documentElement.scrollWidth - innerWidth;
"""


def too_wide(firefox):
    """The widths of Firefox's window, which cannot be narrower, in which its page does not fit."""
    wide, now = [], firefox.window_rect["width"]
    for width in sorted((1280, 500), key=lambda width: width != now):  # each change lays the whole page out anew
        firefox.set_window_rect(width=width, height=900)
        wide += [width] if firefox.execute_script(OVERFLOW) > 0 else []
    return wide


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def serve(folder):
    """(server, address) of a folder on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


def icon_without_net(failure, url):
    """Chromium asks for a site's icon again when a page changes its address, also once a test has cut the net."""
    return "net::ERR_INTERNET_DISCONNECTED" in failure and urlsplit(url).path.endswith(f"/_static/{ICON}")


class Watch:
    """Collects what a page complains about and whom it calls; `watch.complaints` must stay empty."""

    def __init__(self, page, address):
        self.complaints, self.requests = [], []
        self.host = urlsplit(address).netloc
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        page.on("request", self.request)
        page.on("requestfailed", self.failed)
        page.on("response", self.response)

    def console(self, message):
        if message.type == "error" and not icon_without_net(message.text, message.location["url"]):
            self.complaints.append(f"console: {message.text} {message.location['url']}")

    def request(self, request):
        self.requests.append(request.url)
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob", "file", "about") and url.netloc != self.host:
            self.complaints.append(f"request to another host: {request.url}")

    def failed(self, request):
        left = request.failure == "net::ERR_ABORTED"  # the page was left before the answer came
        if not left and not icon_without_net(request.failure, request.url):
            self.complaints.append(f"failed: {request.url} {request.failure}")

    def response(self, response):
        if response.status >= 400:
            self.complaints.append(f"{response.status}: {response.url}")

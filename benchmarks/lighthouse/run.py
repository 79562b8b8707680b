"""Lighthouse on the built site, beside a plain Jupyter Book page of the same chapter, built in the same run.

    make book && cd benchmarks/lighthouse && npm install --no-package-lock && python run.py [rounds]

Prints, for the landing page and the heaviest chapters, the median of three rounds: the four scores, and what the
performance score is made of. Pages come from a server on this machine that compresses them as any host does.
"""
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import yaml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from browser import FLAGS, MISSING, SITE, executable  # noqa: E402

CHAPTER = "08_backprop_all_parameters"
OURS = ["index.html", f"{CHAPTER}.html", "22_lstm.html"]
AUDITS = {"first paint": "first-contentful-paint", "largest paint": "largest-contentful-paint",
          "blocked": "total-blocking-time", "shift": "cumulative-layout-shift", "speed index": "speed-index"}
COMPRESSED = {".html", ".css", ".js", ".mjs", ".svg", ".json"}


class Host(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return self.send_error(404)
        data = path.read_bytes()
        self.send_response(200)
        if path.suffix in COMPRESSED:
            data = gzip.compress(data, 9)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", len(data))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(data)


def serve(folder):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def plain_book(folder):
    """The site of a Jupyter Book of one chapter, as it comes; MathJax lies beside it: nothing here is online."""
    shutil.copy(ROOT / "book" / f"{CHAPTER}.ipynb", folder)
    config = {"title": "Plain", "execute": {"execute_notebooks": "off"},
              "sphinx": {"config": {"mathjax_path": "mathjax/tex-mml-chtml.js"}}}
    (folder / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: {CHAPTER}\n", encoding="utf-8")
    subprocess.run(["jupyter-book", "build", folder, "--quiet"], check=True, capture_output=True)
    site = folder / "_build" / "html"
    shutil.copytree(HERE / "node_modules" / "mathjax" / "es5", site / "_static" / "mathjax")
    return site


def measure(url, form):
    """(scores, numbers) of one run of Lighthouse."""
    command = [HERE / "node_modules" / ".bin" / "lighthouse", url, "--quiet", "--output=json",
               f"--chrome-flags=--headless {' '.join(FLAGS)}"] + ["--preset=desktop"] * (form == "desktop")
    report = json.loads(subprocess.run(command, check=True, capture_output=True,
                                       env={**os.environ, "CHROME_PATH": executable()}).stdout)
    scores = [100 * category["score"] for category in report["categories"].values()]
    return scores, [report["audits"][name]["numericValue"] for name in AUDITS.values()]


def main(rounds=3):
    if not executable():
        sys.exit(MISSING)
    print("| page | form | performance | accessibility | best practices | seo | " + " | ".join(AUDITS) + " |")
    print("|---" * (6 + len(AUDITS)) + "|")
    with tempfile.TemporaryDirectory() as folder:
        ours, plain = serve(SITE), serve(plain_book(Path(folder)))
        pages = [(f"{ours}/book/{page}", page) for page in OURS]
        pages.append((f"{plain}/{CHAPTER}.html", "plain book, chapter 8"))
        for url, name in pages:
            for form in ("mobile", "desktop"):
                runs = [measure(url, form) for _ in range(rounds)]
                each = " / ".join(f"{scores[0]:.0f}" for scores, _ in runs)
                rest = medians(scores[1:] for scores, _ in runs)
                times = medians(numbers for _, numbers in runs)
                shown = [f"{v:.3f}" if title == "shift" else f"{v:.0f} ms"
                         for title, v in zip(AUDITS, times, strict=True)]
                print("|", " | ".join([name, form, each, *(f"{v:.0f}" for v in rest), *shown]), "|", flush=True)


def medians(rows):
    return [statistics.median(column) for column in zip(*rows, strict=True)]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

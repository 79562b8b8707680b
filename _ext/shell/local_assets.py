"""The book's own stylesheet and KaTeX's, served from the site itself; nothing comes from another host."""
import json
import re
import shutil
from functools import cache
from pathlib import Path
from subprocess import PIPE, Popen

from sphinx.errors import ExtensionError
from sphinxcontrib import katex

from shell.node import NODE

HERE = Path(__file__).parents[1]
KATEX = HERE.parent / "node_modules" / "katex" / "dist"


def copy_katex(app):
    """Stylesheet and WOFF2 fonts of the very version of KaTeX that renders the formulas."""
    if not KATEX.is_dir():
        raise ExtensionError("the fonts of the formulas are missing: run `npm ci` (see README.md)")
    css = (KATEX / "katex.min.css").read_text(encoding="utf-8")
    if f'"{katex.katex_version}"' not in css:
        raise ExtensionError(f"package.json must ask for katex {katex.katex_version}, which renders the formulas")
    target = Path(app.outdir, "_static", "katex")
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    css = re.sub(r',url\([^)]*\) format\("(woff|truetype)"\)', "", css)
    (target / "katex.min.css").write_text(css, encoding="utf-8")
    for font in KATEX.glob("fonts/*.woff2"):
        shutil.copyfile(font, target / "fonts" / font.name)


class Renderer:
    """KaTeX in the node that requirements.txt installs, over its input and output: the same on every system.

    It ends with the build, whose end of the pipe is closed then. A busy machine has all the time it needs.
    """

    def __init__(self):
        command = [NODE, HERE / "shell" / "katex.mjs", KATEX / "katex.min.js"]
        self.process = Popen(command, stdin=PIPE, stdout=PIPE, encoding="utf-8")

    def render(self, request, timeout=None):
        if self.process.poll() is None:
            print(json.dumps(request), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise ExtensionError("KaTeX has stopped: run `npm ci` (see README.md)")
        return json.loads(answer)


def start_node(app, config):
    katex.KaTeXServer.get = cache(Renderer)


def drop_launch_buttons(app, config):
    """Binder and Colab need to know where the repository is."""
    if not config.html_theme_options.get("repository_url"):
        config.html_theme_options.pop("launch_buttons", None)


def all_when_extras_change(app, env, added, changed, removed):
    """Every page, when what shapes pages is newer than the last build: Sphinx looks at the pages alone."""
    last = Path(app.doctreedir, "environment.pickle")
    extras = [path for folder in (HERE, HERE.parent / "nbcode", HERE.parent / "book" / "ledger")
              for path in folder.rglob("*.*") if "__pycache__" not in path.parts]
    new = last.exists() and max(path.stat().st_mtime for path in extras) > last.stat().st_mtime
    return sorted(env.found_docs) if new else []


def setup(app):
    app.connect("env-get-outdated", all_when_extras_change)
    app.connect("config-inited", start_node)
    app.connect("config-inited", drop_launch_buttons)
    app.connect("builder-inited", copy_katex)
    app.connect("builder-inited", lambda app: app.config.html_static_path.append(str(HERE / "static")))
    app.add_css_file("book.css", priority=900)
    app.add_js_file("book.js")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

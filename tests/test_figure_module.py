"""figure.mjs without a browser: node's own test runner runs figure.test.mjs."""
import re
import sys

from browser import ROOT

sys.path.insert(0, str(ROOT / "_ext"))
from pages.live_figures import classic  # noqa: E402
from shell.node import run  # noqa: E402

MODULE = """// -- a part --
const say = (n) => `${n}  of // a text "here" ` + "two  spaces";   // a "comment
const odd = (text) => text.replace(/[−–]  x"/g, "-  ").length / 2 / 1;   // a pattern, a quotient

function mount() { // says all
  return [say(1), odd(`a–  x"`),
    - - 1];
}

export { mount, odd };
"""


def test_the_parts_of_the_module():
    ran = run("--test", ROOT / "tests" / "figure.test.mjs")
    assert ran.returncode == 0, ran.stdout
    assert re.search(r"pass [1-9]\d", ran.stdout)


def test_what_a_page_gets_is_the_module_without_its_comments():
    """Texts and patterns stay as they are, and what is left computes the same."""
    script = classic(MODULE)
    assert "comment" not in script and "a part" not in script and "says" not in script and "\n" not in script[:-1]
    ran = run("-", given=f"{script}; console.log(JSON.stringify(nbcode.mount()))")
    assert ran.stdout.strip() == r'["1  of // a text \"here\" two  spaces",2,1]', ran.stderr

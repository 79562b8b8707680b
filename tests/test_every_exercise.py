"""Every exercise of the book, answered in a real browser: what is right in three spellings, and what is wrong.

tests/answers/solutions.json has what each solution says, as a student would type it. From it the wrong answers are
made. All fields of all chapters stand on one page, as the build made them, and are filled in through their boxes;
what the page says is compared with what Python says, remark by remark.
"""
import gzip
import html
import json
import re

import numpy as np
import pytest
import sympy as sp
import yaml
from browser import LEFT_OUT, LISTED, ROOT, TOLD
from test_answers import HERE, expression_of, on_the_page, typed
from test_site import DESK

from nbcode.exercises import as_array, remarks

SOLUTIONS = json.loads(HERE.joinpath("solutions.json").read_text(encoding="utf-8"))
PLACE = re.compile(r"""<div class="(?:answer|prediction)" id="[^"]+" data-\w+='[^']+'>.*?</div>""", re.DOTALL)
FIELD = re.compile(r"""<div class="answer" id="([^"]+)" data-answer='([^']+)'>.*?</div>""", re.DOTALL)
# What is to be said of each kind of slip; a lure of the exercise has precedence.
SAID = {
    "sign": "Close: the sign is lost; all else is right.",
    "missing": "Close: a factor .+ is missing.",
    "too many": "Close: there is one factor .+ too many.",
    "times 3": "Close: the form is right, but it is multiplied by a wrong number.",
    "a stranger": "Not yet: qq should not be in it.",
    "names absent": "Not yet: .+ should be in it as well.",
    "digits": r"Close: give \d digits that count.",
    "one entry": r"Not yet: \d+ of \d+ entries are right.|Not yet.",
    "shape": r"Not yet: your answer has shape .+, expected is shape .+",
    "transposed": "Close: the entries are right, but rows and columns have changed places.",
    "lure": "Not yet: that is .+",
    "not understood": "A number, a name or a bracket is missing at the end.",
    "right": "Right.",
}
ANSWER = """async (cases) => {
  const turn = () => new Promise((go) => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = go;
    port2.postMessage(0);
  });
  const said = [];
  for (const [id, typed] of cases) {
    const form = document.getElementById(id).querySelector("form");
    const inputs = [...form.querySelectorAll("input")], remark = form.querySelector("[role=status]");
    inputs.forEach((input, k) => {
      if (input.type === "radio") return input.checked = input.value === typed[0];
      input.value = typed[k] ?? "";
      input.dispatchEvent(new Event("input", {bubbles: true}));
    });
    remark.textContent = "";
    form.requestSubmit();
    while (!remark.textContent) await turn();
    said.push(remark.textContent.replace("✓ ", ""));
  }
  return said;
}"""


@pytest.fixture(scope="module")
def asked(site):
    """{id: (what it asks, its element)} of every field of the built book."""
    pages = sorted(site.glob("book/*.html"))
    return {found[1]: (json.loads(html.unescape(found[2])), found[0]) for page in pages
            for found in FIELD.finditer(page.read_text(encoding="utf-8")) if "self" not in found[2]}


def test_every_field_has_its_solution(asked):
    assert not asked.keys() - SOLUTIONS.keys(), "tests/answers/solutions.json lacks what answers these"
    assert LEFT_OUT or len(asked) == len(SOLUTIONS)


def test_every_exercise_has_a_hint():
    for path in sorted(ROOT.glob("book/*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        for exercise in text.split("```{exercise}")[1:]:
            assert ":::{hint}" in exercise.partition("```{solution-start}")[0], (path.name, exercise[:60])


def test_each_part_asks_for_a_why(site):
    """One exercise or more of each part has no answer to check: one compares with the solution if it is told."""
    for part in yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"][:-1]:
        pages = [(site / f"{chapter['file']}.html").read_text(encoding="utf-8") for chapter in part["chapters"]]
        assert any('"kind":"self"' in html.unescape(page) for page in pages) == TOLD, part["caption"]


def test_most_predictions_are_settled(site):
    """At least two thirds of the boxes get their answer from a checked cell; a chapter has five, or nearly."""
    asked = [json.loads(html.unescape(data))["kind"] for page in site.glob("book/*.html")
             for data in re.findall("data-prediction='([^']+)'", page.read_text(encoding="utf-8"))]
    chapters = [page for page in LISTED if re.match(r"book/\d", page)]
    assert len(asked) >= 4.8 * len(chapters) and 3 * asked.count("line") <= len(asked)


def test_what_a_page_weighs_more_before_a_field_is_used(site):
    """The script of every page, its rules in the stylesheet, and what the fields ask: 8 kB on their way."""
    style = (site / "_static" / "site.css").read_text(encoding="utf-8")
    rules = re.search(r"\.answer\s*\{[^}]*\}\s*\.prediction\s*\{.*\.go-on\s*\{[^}]*\}\s*\}", style, re.DOTALL)[0]
    script = (site / "_static" / "answers.js").read_bytes()
    always = packed(script) + packed(style.encode()) - packed(style.replace(rules, "").encode())
    for page in sorted(site.glob("book/*.html")):
        text = page.read_text(encoding="utf-8")
        more = packed(text.encode()) - packed(re.sub(PLACE, "", text).encode())
        assert always + more <= 8000, (page.name, always, more)


def packed(data):
    return len(gzip.compress(data, 9))


def spellings(page, right):
    """What a solution says, box by box, in three ways; a number also as a decimal and as a fraction."""
    if page["kind"] != "number":
        return right
    values = [float(sp.sympify(each)) for each in right]
    plain = [f"{value:.{page['digits'] + 1}g}" for value in values]
    if not page["shape"]:
        plain = [each.replace(".", ",") for each in plain]
    return [right, [each.replace("-", "−") for each in plain], [f"({2 * value:.7g})/2" for value in values]]


def arrays(rows):
    """Texts typed into boxes, [(page, [text, …])], as SymPy's arrays: the page's reader, then the strict one."""
    read = on_the_page([{"page": page, "boxes": texts} for page, texts in rows])
    assert not [row for row in zip(rows, read, strict=True) if isinstance(row[1], str)]  # a sentence: not read
    return [as_array(np.reshape([expression_of(text) for text in texts], page["shape"]))
            for (page, _), texts in zip(rows, read, strict=True)]


def slips(page, answer):
    """{kind: a wrong answer} as SymPy's arrays, from the right one."""
    number, many = page["kind"] == "number", answer.size > 1
    wrong = {"sign": -answer, "a stranger": answer + sp.Symbol("qq")}
    if number:
        wrong["digits"] = answer * (1 + 15 * sp.Float(10)**-page["digits"])
    else:
        letter = sp.Symbol(page["names"][0])
        wrong |= {"missing": answer / letter, "too many": answer * letter, "times 3": 3 * answer,
                  "names absent": 0 * answer + 3}
    if many or number:
        wrong["one entry"] = answer.copy()
        wrong["one entry"].flat[0] = 5 * answer.flat[0] + 7
    if many:
        wrong["shape"] = np.concatenate([answer, answer[:1]])
    if answer.ndim == 2:
        wrong["transposed"] = answer.T
    wrong = {kind: as_array(each) for kind, each in wrong.items()}
    return {kind: each for kind, each in wrong.items() if each.shape != answer.shape or (each != answer).any()}


def by_python(answer, page):
    return next(filter(None, remarks(answer, page)), "Right.")


def boxes(answer):
    """Texts for the boxes of a field; an answer of another shape is typed into the first one, with commas."""
    texts = typed(answer)
    return np.ravel(texts).tolist(), [json.dumps(texts).replace('"', "")]


@pytest.fixture(scope="module")
def cases(asked):
    """[(field, kind, what is typed into its boxes, what Python says)]"""
    rows, made = [], []
    for name, (page, _) in asked.items():
        solution = SOLUTIONS[name]
        if page["kind"] == "choice":
            made += [(name, "right" if text == solution["right"] else "choice", [text], said)
                     for text, said in zip(page["choices"], page["verdicts"], strict=True)]
            continue
        rows += [(name, "right", page, each) for each in spellings(page, solution["right"])]
        rows += [(name, "lure", page, each) for each in solution.get("lures", {}).values()]
    for (name, kind, page, texts), answer in zip(rows, arrays([row[2:] for row in rows]), strict=True):
        made.append((name, kind, texts, by_python(answer, page)))
        if kind == "right" and (name, "sign") not in {each[:2] for each in made}:
            for slip, wrong in slips(page, answer).items():
                flat, one = boxes(wrong)
                other = wrong.shape != tuple(page["shape"])
                made.append((name, slip, one if other else flat, by_python(wrong, page)))
            made.append((name, "not understood", [f"{texts[0]} + ", *texts[1:]], None))
    return made


def test_what_is_to_be_said_is_said(cases):
    """In Python: each solution is right, each kind of slip has its remark, and each field meets five or more."""
    for name, kind, texts, said in cases:
        if said is not None and kind != "choice":
            assert re.fullmatch(f"{SAID[kind]}|Not yet: that is .+", said), (name, kind, texts, said)
    kinds = {}
    for name, kind, *_ in cases:
        kinds.setdefault(name, []).append(kind)
    for name, found in kinds.items():
        assert found.count("right") == 3 and len(found) >= 8 or set(found) == {"right", "choice"}, (name, found)


def test_the_page_says_the_same(new_page, address, asked, cases):
    page = new_page(viewport=DESK)
    places = "".join(f"<div class=answering>{element}</div>" for _, element in asked.values())
    body = (f"<!doctype html><html lang=en data-content_root='../'><meta charset=utf-8><title>All</title>"
            f"<article><h1>All</h1>{places}</article><script src='../_static/answers.js'></script>")
    page.route("**/book/all.html", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(f"{address}/book/all.html")
    told = page.evaluate(ANSWER, [[name, texts] for name, _, texts, _ in cases])
    assert len(told) == len(cases)
    for (name, kind, texts, said), heard in zip(cases, told, strict=True):
        assert heard == said or said is None and re.fullmatch(SAID[kind], heard), (name, kind, texts, said, heard)

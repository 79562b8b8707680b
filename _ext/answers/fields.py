"""A field at each exercise, hints that open one at a time, options in boxes of predictions, the line that settles.

What stands here is the place and what to ask; page.mjs makes the field. Without scripts a sentence says how to
check in the notebook.
"""
import json
import re
from html import escape

from docutils import nodes
from language import _
from reading.outputs import ANSWER, PREDICTION, of_kind
from shell.by_page import keep_by_page
from sphinx.util import logging
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node, exercise_subtitle, solution_node

EXERCISES = exercise_node, exercise_enumerable_node
log = logging.getLogger(__name__)


class shut(nodes.General, nodes.Element):
    """A `details` of a kind; `line` is its summary."""


def open_shut(self, node):
    self.body.append(f'<details class="{node["kind"]}">\n<summary>{escape(node["line"])}</summary>\n')


def close_shut(self, node):
    self.body.append("</details>\n")


def raw(html):
    return nodes.raw("", html, format="html")


def place(kind, name, data, inside=""):
    """An element for page.mjs, with what it asks in an attribute."""
    text = escape(json.dumps(data, ensure_ascii=False, separators=(",", ":")), quote=False).replace("'", "&#39;")
    return raw(f'<div class="{kind}" id="{escape(name)}" data-{kind}=\'{text}\'>{inside}</div>\n')


def cells(doctree):
    return {node["cell_index"]: node for node in doctree.findall(nodes.container)
            if node.get("nb_element") == "cell_code"}


def part(cell, name):
    return next((child for child in cell.children if child.get("nb_element") == f"cell_code_{name}"), None)


def put_in(app, doctree):
    """All of it into a page. A site whose settings say `solutions: false` has none, nor code that tells them."""
    env, told = app.env, app.config.solutions
    if not told:
        for solution in list(doctree.findall(solution_node)):
            solution.parent.remove(solution)
    asked, by_index = of_kind(env, ANSWER), cells(doctree)
    exercises, env.exercises[env.docname] = answered(doctree), []
    for node, between in exercises.items():
        gather_hints(node, between)
    for node, between in exercises.items():
        fields = put_fields(node, between, asked, told)
        env.exercises[env.docname] += [{**fields, "title": title(node)}] if fields["fields"] else []
    for index, settled in of_kind(env, PREDICTION).items():
        for each in settled:
            settle(doctree, each, by_index[index], env.docname)
    for_oneself(doctree, env.docname)


def answered(doctree):
    """{exercise: what stands between it and its solution, or the next exercise}."""
    found, last = {}, (*EXERCISES, solution_node, nodes.section)
    for node in doctree.findall(lambda one: isinstance(one, EXERCISES)):
        siblings = node.parent.children
        rest = siblings[siblings.index(node) + 1:]
        end = next((k for k, one in enumerate(rest) if isinstance(one, last)), len(rest))
        found[node] = rest[:end]
    return found


def put_fields(exercise, between, questions, told):
    """A field for each of its cells that checks; {id, fields: how many}.

    Where there is none, or the exercise asks for a why (`:class: why`), a question stands after its solution, if
    solutions are `told`.
    """
    name = f"answer-{exercise.get('label') or exercise['ids'][0]}"
    asked = [(cell, data) for cell in between if cell.get("nb_element") == "cell_code"
             for data in questions.get(cell["cell_index"], ())]
    why = told and (not asked or "why" in exercise["classes"])
    names = [name, *(f"{name}--{order}" for order in range(2, len(asked) + why + 1))][:len(asked) + why]
    for each, (cell, data) in zip(names, asked, strict=False):
        put_field(cell, data | {"fields": len(names)}, each, told)
    if why:
        compare(exercise, names[-1], len(names))
    return {"id": name, "fields": len(names)}


def title(node):
    return node.next_node(exercise_subtitle).astext().strip("() ")


def gather_hints(exercise, between):
    """The hints of an exercise, each closed, in one place before its solution."""
    hints = [node for node in between if isinstance(node, nodes.hint)]
    group = nodes.container(classes=["hints"])
    for k, hint in enumerate(hints, 1):
        line = _("Hint") if len(hints) == 1 else _("Hint {k} of {all}").format(k=k, all=len(hints))
        group += shut("", *hint.children, kind="hint", line=line)
        hint.parent.remove(hint)
    if hints:
        last = [node for node in between if node not in hints]
        parent = exercise.parent
        parent.insert(parent.index(last[-1] if last else exercise) + 1, group)


def put_field(cell, data, name, told):
    """The field in place of what the cell printed; its code, which tells the answer, is closed or left out."""
    source = part(cell, "source")
    comment = re.search(r"answer = None\s*#\s*(.+)", source.astext())
    label = comment[1].strip() if comment else _("your answer")
    label = re.sub(r"^[a-z]{2,}\b", lambda word: word[0].capitalize(), label)
    asked = data | {"label": label}
    if "verdicts" in data:
        asked["verdicts"] = [*map(in_words, data["verdicts"])]
    line = _("The code that checks (it gives the answer away)")
    code = shut("", source.deepcopy(), kind="answer-code", line=line)
    in_notebook = _("To check an answer, open this chapter's notebook, replace <code>None</code> by it and run "
                    "the cell.")
    box = nodes.container(classes=["answering"])
    box += [place("answer", name, asked, f"<p>{in_notebook}</p>"), *([code] if told else [])]
    cell.replace_self(box)


def in_words(verdict):
    """What nbcode/exercises.py says of one of several texts, in the words of the book."""
    name = re.fullmatch(r"Not yet: that is (.*)\.", verdict)
    if name:
        return _("Not yet: that is {name}.").format(name=name[1])
    return _("Right.") if verdict == "Right." else _("Not yet.")


def compare(exercise, name, fields):
    """At the end of the solution: did you have it?"""
    siblings = exercise.parent.children
    after = siblings[siblings.index(exercise) + 1:]
    solution = next((one for one in after if isinstance(one, solution_node)), None)
    if solution:
        solution += place("answer", name, {"kind": "self", "fields": fields})


def predictions(doctree):
    boxes = doctree.findall(nodes.admonition)
    return [node for node in boxes if node.next_node(nodes.title).astext() in ("Predict", _("Predict"))]


def settle(doctree, data, cell, docname):
    """The options into the box named predict-…, and one line where a cell settles it."""
    name = f"predict-{data['name']}"
    box = next((node for node in predictions(doctree) if name in node["ids"]), None)
    if not box:
        log.warning(f"settle({data['name']!r}, …) has no box with the name {name}", location=cell)
        return
    key = f"{docname.rpartition('/')[2]}-{name}"
    asked = {word: value for word, value in data.items() if word != "name"}
    box += place("prediction", key, asked)
    truth = escape(asked["options"][asked["held"]] if asked["kind"] == "choice" else f"{asked['value']:g}")
    said = _("It turned out: {truth}.").format(truth=truth)
    part(cell, "output").children = [raw(f'<p class="settled" data-settles="{key}">{said}</p>')]


def for_oneself(doctree, docname):
    """A line to write in each box that no cell settles."""
    for order, node in enumerate(predictions(doctree)):
        title = node.next_node(nodes.title)
        title.replace_self(nodes.title("", _("Predict")))
        if 'class="prediction"' not in node.children[-1].astext():
            name = next((each for each in node["ids"] if each.startswith("predict-")), f"predict-{order}")
            node += place("prediction", f"{docname.rpartition('/')[2]}-{name}", {"kind": "line"})


def setup(app):
    app.add_config_value("solutions", True, "env", bool)
    app.add_node(shut, html=(open_shut, close_shut))
    keep_by_page(app, "exercises")
    app.connect("doctree-read", put_in, priority=400)  # before the code of cells is closed
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

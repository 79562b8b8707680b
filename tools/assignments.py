"""An assignment for each part of the book, made from its exercises; otter-grader grades it.

    python tools/assignments.py              every part, from the built site
    python tools/assignments.py 2 --into X   the second part alone, into the folder X

A student gets the exercises, a cell for each answer, and tests that say whether it has the form that is asked
for. The teacher's archive has the hidden tests: they compare with the numbers that the book's pages compare with,
at odd points. No answer stands in the student's notebook, and no formula of one in either.
"""
import argparse
import re
from pathlib import Path

import nbformat
import yaml
from built import language
from language import _
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

ROOT = Path(__file__).parent.parent
SITE, TARGET = ROOT / "_build" / "html" / "_sources", ROOT / "_build" / "assignments"
FIELD = "application/vnd.nbcode.answer+json"
LABEL = re.compile(r"answer = None\s*#\s*(.+)")
START = """from nbcode.exercises import as_array, remarks
from sympy import *"""

CONFIG = '""" # BEGIN TEST CONFIG\n{}\n""" # END TEST CONFIG\n'
FORM, HIDDEN = CONFIG.format("points: 0"), CONFIG.format("points: 1\nhidden: true")


def parts():
    """(caption, notebooks) of the numbered parts."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    return [(part["caption"], [f"{each['file']}.ipynb" for each in part["chapters"]])
            for part in contents if part.get("numbered")]


def questions(notebook):
    """{name: (text, label, what a page knows of the answer)} of all answers that a chapter asks for."""
    found, text, number = {}, "", ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text, number = reading(cell.source, text, number)
        elif number and LABEL.search(cell.source):
            field = next((output.data[FIELD] for output in cell.outputs if FIELD in output.get("data", ())), None)
            if field:
                name = f"q{number.replace('.', '_')}"
                count = sum(each.startswith(name) and each[len(name):len(name) + 1] in ("", "_") for each in found)
                found[f"{name}_{count + 1}" if count else name] = text, LABEL.search(cell.source)[1], field
                text = ""
    return found


def reading(source, text, number):
    """The exercise so far, and its number, after one more cell of text; nothing once its solution begins."""
    named = re.escape(_("Exercise"))
    exercises = [*re.finditer(rf"> \*\*{named} (\d+\.\d+) \((.+?)\)\*\*", source)]
    begins = re.escape(_("Solution to {exercise}")).replace(re.escape("{exercise}"), named)
    solution = re.search(rf"<details><summary><b>{begins}", source)
    if exercises:
        begin, number = exercises[-1].start(), exercises[-1][1]
        return source[begin:], number
    if solution or re.search(r"^#", source, re.MULTILINE):
        return "", ""
    return f"{text}\n\n{source}".strip() if number else "", number


def variables(field):
    """{a name in Python: the name in the formula} of all that may stand in an answer."""
    names = sorted([*field.get("names", ()), *field.get("spare", ())])
    return {re.sub(r"\W+", "_", name).strip("_"): name for name in names}


def declared(field):
    return "".join(f"{name} = Symbol({symbol!r})\n" for name, symbol in variables(field).items())


def form(name, field):
    """Lines that fail where an answer has not the form that is asked for."""
    if field["kind"] == "choice":
        return f"assert {name} in {field['choices']!r}, {_('choose one of these texts')!r}"
    shape, known = tuple(field["shape"]), [*variables(field).values()]
    wanted = _("give a number") if not known else _("give a formula")
    wanted = _("give a list of shape {shape}").format(shape=shape) if shape else wanted
    names = _("in {letters}").format(letters=", ".join(known)) if known else _("without letters")
    return (f"answer = as_array({name})\n"
            f"assert answer.size and answer.shape == {shape}, {wanted!r}\n"
            f"assert {{str(letter) for entry in answer.flat for letter in entry.free_symbols}} <= "
            f"set({known!r}), {names!r}")


def right(name, field):
    """Lines that fail where an answer is wrong; they know numbers, and no formula."""
    if field["kind"] == "choice":
        verdicts = dict(zip(field["choices"], field["verdicts"], strict=True))
        return f"assert {verdicts!r}[{name}] == 'Right.'"
    return f"page = {field!r}\nassert not any(remarks(as_array({name}), page))"


def question(name, text, label, field):
    """The cells of a question, as otter-grader wants them."""
    choices = ""
    if field["kind"] == "choice":
        choices = "\n\n" + _("One of: {choices}.").format(choices=", ".join(map(repr, field["choices"])))
    return [new_raw_cell(f"# BEGIN QUESTION\nname: {name}"),
            new_markdown_cell(f"{text}{choices}".strip() or _("And {label}:").format(label=label)),
            new_code_cell(f"{declared(field)}{name} = None  # {label}"),
            new_raw_cell("# BEGIN TESTS"),
            new_code_cell(FORM + form(name, field)), new_code_cell(HIDDEN + right(name, field)),
            new_raw_cell("# END TESTS"), new_raw_cell("# END QUESTION")]


def master(title, notebooks):
    """A part's assignment, before otter-grader makes the student's and the teacher's copies of it."""
    language()
    task = _("Replace each `None` by your answer: a number, a list, a text, or a formula in the letters that "
             "stand above it, such as `2*x*exp(-w)`.")
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    url = settings["repository"]["url"]
    config = {"name": title, "solutions_pdf": False, "export_cell": {"run_tests": True, "pdf": False},
              "requirements": [f"nbcode[book] @ git+{url}"] if url else []}
    cells = [new_raw_cell(f"# ASSIGNMENT CONFIG\n{yaml.safe_dump(config)}"),
             new_markdown_cell(f"# {title}\n\n{task}"), new_code_cell(START)]
    for path in notebooks:
        chapter = nbformat.read(SITE / path, as_version=4)
        heading = next(cell.source for cell in chapter.cells if cell.cell_type == "markdown").partition("\n")[0]
        cells.append(new_markdown_cell(f"#{heading}"))
        for name, asked in questions(chapter).items():
            cells += question(name, *asked)
    return new_notebook(cells=cells, metadata={"kernelspec": {
        "name": "python3", "display_name": "Python 3", "language": "python"}})


def make(order, target):
    """The student's and the teacher's copy of one part's assignment."""
    from otter.assign import main as assign  # it loads much: whoever asks only for the questions does without

    caption, notebooks = parts()[order - 1]
    folder = target / f"part_{order}"
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / f"part_{order}.ipynb"
    nbformat.write(master(caption, notebooks), source)
    assign(str(source), str(folder), no_run_tests=True, no_pdfs=True)
    source.unlink()
    print(f"{caption}: {folder / 'student'} for the class, {folder / 'autograder'} to grade with")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("part", type=int, nargs="*", help="which parts; all if none is given")
    asked.add_argument("--into", type=Path, default=TARGET)
    given = asked.parse_args()
    for order in given.part or range(1, len(parts()) + 1):
        make(order, given.into)

"""What was checked in each chapter, counted in notebooks and ledger: the directives {status} and {versions}."""
import json
import platform
import re
from importlib.metadata import version
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from language import _

from pages.ledger import published

ROOT = Path(__file__).parents[2]
def columns():
    """{kind of check: (heading, what it counts)}"""
    return {
        "chapter": (_("chapter"), ""),
        "formulas": (_("formulas"), _("printed by the objects that the cells assert")),
        "proofs": (_("proofs"), _("calls of `prove`: a gradient equals the derivative of the whole, in symbols")),
        "checks": (_("checks"), _("calls of `check` and complex steps: the same gradient with numbers")),
        "asserts": (_("asserts"), _("lines that stop the build of the notebook if they are not true")),
        "outputs": (_("outputs"), _("cells whose printed output is compared with the published one")),
        "live": (_("live"), _("figures whose numbers a browser compares with NumPy's")),
        "claims": (_("claims"), _("claims of the notes, settled by machine + read; the part *Beyond the notes* "
                                  "has none")),
    }



def counts(notebook):
    """One row of the table, from the notebook's cells."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    code = "\n".join("".join(cell["source"]) for cell in cells)
    outputs = [output for cell in cells for output in cell["outputs"]]
    html = "".join("".join(output.get("data", {}).get("text/html", "")) for output in outputs)
    return {
        "formulas": sum("text/latex" in output.get("data", {}) for output in outputs),
        "proofs": len(re.findall(r"\bprove\(", code)),
        "checks": len(re.findall(r"\bcheck\(|1e-30", code)),
        "asserts": len(re.findall(r"^\s*assert\b", code, re.MULTILINE)),
        "outputs": sum(bool(cell["outputs"]) for cell in cells),
        "live": len(re.findall(r'<figure class="nbfig"[^>]*\bdata-live=', html)),
    }


def heading(number, notebook):
    """The title of a chapter with its number, or of an appendix, which has none."""
    title = "".join(notebook["cells"][0]["source"]).partition("\n")[0].removeprefix("# ")
    return f"{number} {title}" if number else _("Appendix: {title}").format(title=f"{title[0].lower()}{title[1:]}")


def table(columns, rows):
    """Lines of a Markdown table."""
    return [f"| {' | '.join(map(str, row))} |" for row in [columns, ["---"] * len(list(columns)), *rows]]


class Status(Directive):
    """A row for each chapter and one for all of them."""

    def run(self):
        rows, total = [], dict.fromkeys(list(columns())[1:-1], 0)
        machine = read = 0
        env = self.state.document.settings.env
        ledger = {chapter["page"]: chapter["claims"] for chapter in published(env.config).values()}
        for page in [*env.chapters.numbers, *({"book/zoo"} & env.found_docs)]:
            path = ROOT / f"{page}.ipynb"
            notebook = json.loads(path.read_text(encoding="utf-8"))
            row, claims = counts(notebook), ledger.get(page, [])
            total = {name: total[name] + row[name] for name in total}
            by_eye = sum("read" in claim for claim in claims)
            by_machine = len(claims) - by_eye
            machine, read = machine + by_machine, read + by_eye
            link = f"[{heading(env.chapters.numbers.get(page), notebook)}]({path.name})"
            rows.append([link, *row.values(), f"{by_machine} + {by_eye}" if claims else ""])
        rows.append([f"**{_('all')}**", *(f"**{count}**" for count in total.values()), f"**{machine} + {read}**"])
        legend = [f"- *{name}*: {meaning}" for name, meaning in columns().values() if meaning]
        return parsed(self, [*legend, "", *table([name for name, meaning in columns().values()], rows)])


class Versions(Directive):
    """The versions that this site was built with, of all that requirements.txt asks for, part by part."""

    def run(self):
        parts = ("notebooks", "keras", "site", "assignments", "tests")
        text = "".join((ROOT / "requirements" / f"{part}.txt").read_text(encoding="utf-8") for part in parts)
        names = re.findall(r"^([\w.-]+)==", text, re.MULTILINE)
        rows = [["Python", platform.python_version()], *([name, version(name)] for name in names)]
        return parsed(self, table([_("package"), _("version")], rows))


def parsed(directive, lines, *classes):
    """Markdown as nodes, in place of the directive."""
    block = nodes.container(classes=["status", *classes])
    directive.state.nested_parse(lines, directive.content_offset, block)
    return [block]


def setup(app):
    app.add_directive("status", Status)
    app.add_directive("versions", Versions)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

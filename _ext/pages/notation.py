"""The table of symbols, book/notation.yml, as a page: the directive {notation}."""
from pathlib import Path

import yaml
from docutils.parsers.rst import Directive
from language import _

from pages.status import parsed, table

FILE = Path(__file__).parents[2] / "book" / "notation.yml"


def columns():
    return {"symbol": _("symbol"), "meaning": _("meaning"), "shape": _("shape"), "code": _("in code"),
            "notes": _("in the notes")}


def groups():
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


class Notation(Directive):
    """One table for each group of symbols."""

    def run(self):
        self.state.document.settings.env.note_dependency(str(FILE))
        lines = []
        for group in groups():
            rows = [[row[column] for column in columns()] for row in group["rows"]]
            lines += [f"**{group['group']}**", "", *table(columns().values(), rows), ""]
        return parsed(self, lines, "notation")


def setup(app):
    app.add_directive("notation", Notation)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""The table of symbols, book/notation.yml, as a page: the directive {notation}."""
from pathlib import Path

import yaml
from docutils.parsers.rst import Directive

from pages.status import parsed, table

FILE = Path(__file__).parents[2] / "book" / "notation.yml"
COLUMNS = {"symbol": "symbol", "meaning": "meaning", "shape": "shape", "code": "in code", "notes": "in the notes"}


def groups():
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


class Notation(Directive):
    """One table for each group of symbols."""

    def run(self):
        self.state.document.settings.env.note_dependency(str(FILE))
        lines = []
        for group in groups():
            rows = [[row[column] for column in COLUMNS] for row in group["rows"]]
            lines += [f"**{group['group']}**", "", *table(COLUMNS.values(), rows), ""]
        return parsed(self, lines, "notation")


def setup(app):
    app.add_directive("notation", Notation)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""Writes the boxes of book/ledger/ into the chapters, each into the cell that carries its label."""
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "_ext"))
from pages.ledger import box_source, chapters  # noqa: E402


def write(chapter):
    """One chapter's boxes; SystemExit names a box that has no cell."""
    path = ROOT / f"{chapter['page']}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cells = {cell.source.partition("\n")[0]: cell for cell in notebook.cells if cell.cell_type == "markdown"}
    for box in chapter.get("boxes", ()):
        cell = cells.get(f"({box['label']})=")
        if cell is None:
            raise SystemExit(f"{path.name} has no markdown cell that begins with ({box['label']})=")
        cell.source = box_source(box, chapter["claims"])
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for chapter in chapters().values():
        if chapter.get("boxes"):
            write(chapter)

"""Run notebooks from top to bottom and save them with their outputs, without what changes from run to run.

    python tools/execute.py                          every notebook of the book
    python tools/execute.py book/03_chain_rule.ipynb
"""
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

BOOK = Path(__file__).parent.parent / "book"
WIDGET = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}
VOLATILE = ("execution", "collapsed", "scrolled", "trusted", "ExecuteTime", "widgets")


def execute(path):
    """Run the notebook and save it; CellExecutionError leaves the file as it was."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, kernel_name="python3", coalesce_streams=True,
                   resources={"metadata": {"path": str(path.parent)}}).execute()
    clean(notebook)
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


def clean(notebook):
    """Keep sources, outputs, execution counts and tags; drop times, widget state and views."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        for key in VOLATILE:
            cell.metadata.pop(key, None)
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(WIDGET, None)


def main(paths):
    for path in paths or sorted(BOOK.glob("*.ipynb")):
        start = time.perf_counter()
        try:
            execute(Path(path))
        except CellExecutionError as error:
            sys.exit(f"{path}\n{error}")
        print(f"{path}  {time.perf_counter() - start:.1f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

"""The live figures of a notebook, handed on by the kernel that has run it: each notebook is run once.

nbval runs it and compares what it prints; by `Notebook` its figures are left for test_figures_in_browser.
"""
import tempfile
from pathlib import Path

import cloudpickle
import nbformat
from browser import PATIENCE
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell
from nbval.plugin import IPyNbFile

HERE = Path(__file__).parent
# In the kernel, before the first cell and after the last; no name of it is left for the notebook.
START = f"""import sys
sys.path.append({str(HERE)!r})
import in_kernel
in_kernel.start()
sys.path.pop()
del in_kernel, sys"""
END = "__import__('in_kernel').save({!r})"

handed_on = {}  # {chapter: its figures, pickled}, of the notebooks that nbval has run in this process


def load(path):
    """{id: Picture}, the notebook's live figures: from nbval's run or, where none was asked for, from one now."""
    if path.stem not in handed_on:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "figures")
            notebook = nbformat.read(path, as_version=4)
            notebook.cells = [new_code_cell(START), *notebook.cells, new_code_cell(END.format(str(file)))]
            NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}}).execute()
            handed_on[path.stem] = file.read_bytes()
    return cloudpickle.loads(handed_on[path.stem])


class Notebook(IPyNbFile):
    """nbval's notebook, whose kernel hands on its figures before it stops."""

    def collect(self):
        for cell in super().collect():
            cell.output_timeout = PATIENCE  # until what it printed has come; nbval gives it five seconds
            yield cell

    def setup(self):
        super().setup()
        self.tell(START)

    def teardown(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "figures")
            self.tell(END.format(str(file)))
            handed_on[self.path.stem] = file.read_bytes()
        super().teardown()

    def tell(self, code):
        reply = self.kernel.kc.execute(code, silent=True, reply=True, timeout=PATIENCE)["content"]
        assert reply["status"] == "ok", reply

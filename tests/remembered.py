"""The live figures of a notebook, handed on by the kernel that has run it: each notebook is run once.

nbval runs it and compares what it prints; by `Notebook` its figures are left for test_figures_in_browser. It runs
as at a stranger's who took the notebook alone: in an empty folder, with what its first cell installs (test_edition
shows that the offered notebook has the same code).
"""
import re
import sys
import tempfile
from pathlib import Path

import bare
import cloudpickle
import nbformat
from browser import PATIENCE, ROOT
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell
from nbval.plugin import IPyNbFile

HERE = Path(__file__).parent
sys.path.append(str(ROOT / "_ext"))
# In the kernel, before the first cell and after the last; no name of it is left for the notebook.
START = """import sys
sys.path.append({here!r})
import in_kernel
in_kernel.start({folder!r}, {missing})
sys.path.pop()
del in_kernel, sys"""
END = "__import__('in_kernel').save({!r})"

handed_on = {}  # {chapter: its figures, pickled}, of the notebooks that nbval has run in this process


def start(path, folder):
    """What the kernel is told before the notebook's first cell: to go to this folder, an empty one."""
    from edition import install  # here, since it loads Sphinx

    first_cell = install(nbformat.read(path, as_version=4), url="")
    extras = re.search(r"\[([\w,]+)\]", first_cell)[1].split(",")
    return START.format(here=str(HERE), folder=folder, missing=bare.missing(*extras))


def load(path):
    """{id: Picture}, the notebook's live figures: from nbval's run or, where none was asked for, from one now."""
    if path.stem not in handed_on:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "figures")
            notebook = nbformat.read(path, as_version=4)
            before, after = start(path, folder), END.format(str(file))
            notebook.cells = [new_code_cell(before), *notebook.cells, new_code_cell(after)]
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
        self.folder = tempfile.TemporaryDirectory()
        self.tell(start(self.path, self.folder.name))

    def teardown(self):
        file = Path(self.folder.name, "figures")
        self.tell(END.format(str(file)))
        handed_on[self.path.stem] = file.read_bytes()
        super().teardown()
        self.folder.cleanup()  # now that no kernel stands in it

    def tell(self, code):
        reply = self.kernel.kc.execute(code, silent=True, reply=True, timeout=PATIENCE)["content"]
        assert reply["status"] == "ok", reply

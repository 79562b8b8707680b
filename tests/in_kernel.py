"""In a notebook's kernel: it stands alone; every live figure is kept when made, and written to a file at the end.

Each kernel loads this module, so it asks for little; what is done with the file stands in remembered.py.
"""
import os
import sys

import cloudpickle

made = {}  # {id: Picture}


class Missing:
    """Of these modules Python finds none, though they are installed."""

    def __init__(self, names):
        self.names = frozenset(names)

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"{name} is not of what the first cell installs", name=name)


def start(folder, missing):
    """Go to the folder, be without the modules of these names, and keep every live figure from now on."""
    os.chdir(folder)
    sys.meta_path.insert(0, Missing(missing))
    from nbcode.figure.picture import Picture

    init = Picture.__init__

    def remember(self, *args, **options):
        init(self, *args, **options)
        made.update({self.id: self} if self.live else {})

    Picture.__init__ = remember


class Pickler(cloudpickle.Pickler):
    """Functions made while a notebook runs are kept too; a figure's widget belongs to its kernel.

    Formulas have been compiled: SymPy would think through each of them again where it is read.
    """

    def reducer_override(self, it):
        from nbcode.figure.parts import Part
        from nbcode.figure.picture import Picture

        if isinstance(it, Picture):
            left = "html", "widget", "scalars", "steps"
            kept = {name: value for name, value in vars(it).items() if name not in left}
            return object.__new__, (Picture,), kept
        if isinstance(it, Part):
            return object.__new__, (Part,), vars(it) | {"function": it.function is not None or None}
        return super().reducer_override(it)


def save(path):
    with open(path, "wb") as file:
        Pickler(file).dump(made)

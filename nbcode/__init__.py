"""The code behind the book: gradients derived with SymPy, evaluated with NumPy, shown in live figures.

At the top stand the numbers, NumPy to be read in one sitting; `chain` is the chain rule in symbols, `figure` the
pictures of page and notebook, `diagrams` the drawings of networks. A room or module is loaded when it is used.
"""
from importlib import import_module

MODULES = ("activations", "attention", "chain", "check", "data", "diagrams", "exercises", "figure", "fit",
           "layers", "losses", "network", "optim", "points", "recurrent", "tables", "train")


def __getattr__(name):
    if name in MODULES:
        return import_module(f"nbcode.{name}")
    raise AttributeError(f"nbcode has no {name!r}; there are {', '.join(MODULES)}")


def __dir__():
    return [*globals(), *MODULES]

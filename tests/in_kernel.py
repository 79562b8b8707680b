"""In a notebook's kernel: every live figure that is made is kept, and in the end written to a file.

Each kernel loads this module, so it asks for little; what is done with the file stands in remembered.py.
"""
import cloudpickle

made = {}  # {id: Picture}


def start():
    """Keep every live figure that is made from now on."""
    from nbcode.figure.picture import Picture

    init = Picture.__init__

    def remember(self, *args, **options):
        init(self, *args, **options)
        made.update({self.id: self} if self.live else {})

    Picture.__init__ = remember


class Pickler(cloudpickle.Pickler):
    """Functions made while a notebook runs are kept too; a figure's widget belongs to its kernel."""

    def reducer_override(self, it):
        from nbcode.figure.picture import Picture

        if isinstance(it, Picture):
            kept = {name: value for name, value in vars(it).items() if name not in ("html", "widget")}
            return object.__new__, (Picture,), kept
        return super().reducer_override(it)


def save(path):
    with open(path, "wb") as file:
        Pickler(file).dump(made)

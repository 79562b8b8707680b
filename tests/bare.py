"""What a stranger's environment has, who took one notebook into an empty folder and let its first cell install."""
import functools
import re
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions

from packaging.requirements import Requirement


@functools.cache
def missing(*extras):
    """The modules that are installed here but come neither with nbcode[extras] nor with a notebook's kernel."""
    there = {*needed("nbcode", *extras), *needed("ipykernel")}
    return sorted(module for module, names in packages_distributions().items()
                  if there.isdisjoint(map(plain, names)))


def needed(name, *extras):
    """The names of a distribution and of all that it asks for, and so on."""
    found, waiting = set(), [(name, extras)]
    while waiting:
        name, extras = waiting.pop()
        if (plain(name), *extras) in found:
            continue
        try:
            asked = map(Requirement, distribution(name).requires or [])
        except PackageNotFoundError:  # for another system or version of Python
            continue
        found.add((plain(name), *extras))
        waiting += [(one.name, tuple(one.extras)) for one in asked
                    if not one.marker or any(one.marker.evaluate({"extra": extra}) for extra in ("", *extras))]
    return {name for name, *_ in found}


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()

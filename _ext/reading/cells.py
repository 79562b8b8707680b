"""What a code cell is to somebody who reads the page: told from the cell itself, never by hand.

A cell that prints is an output cell. A silent one that asserts or calls a check is a check cell, any other is
set-up. The words of a check are the comment that the cell begins with; the tag show-code leaves a cell open.
"""
import ast
import re
from itertools import groupby

from language import _

CHECKS = {"check", "prove"}
SHOWN = 3  # names of a set-up cell
MINUS = re.compile(r"(?<![\w-])-(?=\d)")


def kind(source, prints):
    if prints:
        return "output"
    return "check" if checks(source) else "set-up"


def checks(source):
    """Does a line of the cell stop the notebook if something is not so?"""
    parts = list(ast.walk(ast.parse(source)))
    called = {getattr(one.func, "id", getattr(one.func, "attr", "")) for one in parts if isinstance(one, ast.Call)}
    return any(isinstance(one, ast.Assert) for one in parts) or bool(called & CHECKS)


def words(source):
    """The comment that a cell with a check begins with, in one line; empty if there is none."""
    return comment(source) if checks(source) else ""


def comment(source):
    """The comment that a cell begins with, in one line."""
    comment = re.match(r"(?:#.*\n?)*", source)[0]
    text = " ".join(line.lstrip("#").strip() for line in comment.splitlines()).strip()
    return "`".join(part if k % 2 else MINUS.sub("−", part) for k, part in enumerate(text.split("`")))


def content(source):
    """What a set-up cell brings, in its first comment; else that it imports, its functions, or its names."""
    if said := comment(source):
        return said
    body = ast.parse(source).body
    if any(isinstance(one, (ast.Import, ast.ImportFrom)) for one in body):
        return _("imports")
    names = [one.name for one in body if isinstance(one, (ast.FunctionDef, ast.ClassDef))]
    given = (target for one in body if isinstance(one, ast.Assign) for target in one.targets)
    names = names or [name.id for target in given for name in ast.walk(target)
                      if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)]
    names = list(dict.fromkeys(names))
    return ", ".join(f"`{name}`" for name in names[:SHOWN]) + (" …" if len(names) > SHOWN else "")


def lines(run):
    """What stands on the page for cells that no text parts, [(source, prints)]: [(kind, line, their numbers)].

    Silent cells join the output cell that they lead up to; those that check something in words have a line of
    their own, which neighbours share.
    """
    out, waiting = [], []
    for k, (source, prints) in enumerate(run):
        if not prints:
            waiting.append(k)
            continue
        alone = max((n for n in waiting if words(run[n][0])), default=-1)
        out += silent(run, [n for n in waiting if n <= alone])
        said = words(source)
        out.append(("output", checked(said) if said else _("Code"), [n for n in waiting if n > alone] + [k]))
        waiting = []
    return [*out, *silent(run, waiting)]


def silent(run, numbers):
    """The lines of neighbours that print nothing."""
    for what, group in groupby(numbers, key=lambda n: kind(*run[n])):
        group = list(group)
        said = [(words if what == "check" else content)(run[n][0]) for n in group]
        said = list(dict.fromkeys(filter(None, said)))
        if what == "check":
            yield what, checked("; ".join(said)), group
        else:
            yield what, _("Set-up: {what}").format(what=", ".join(said)) if said else _("Set-up"), group


def checked(said):
    return _("checked: {words}").format(words=said) if said else _("checked")

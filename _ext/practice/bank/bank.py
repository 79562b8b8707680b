"""A level's tasks: made from a seed, each proved, none degenerate, no two neighbours with the same answer."""

from random import Random

from .levels import LEVELS
from .proof import degenerate, prove
from .task import with_a_slip

EACH = {"derive": 13, "slip": 3}  # tasks of each grade


def level(name):
    """What stands in the file of a level."""
    module, tasks = LEVELS[name], []
    for grade in (1, 2, 3):
        tasks += [(grade, task) for task in ordered(chosen(name, module, grade), tasks[-1][1] if tasks else None)]
    data = [task.data(f"{name}-{k:02}", grade) for k, (grade, task) in enumerate(tasks, 1)]
    return {"id": name, "title": module.TITLE, "chapter": module.CHAPTER, "about": module.ABOUT, "tasks": data}


def chosen(name, module, grade):
    """Tasks of one grade, no two alike."""
    rng, found = Random(f"{name} {grade}"), {}
    kinds = [kind for kind, count in getattr(module, "EACH", EACH).items() for _ in range(count)]
    for kind in kinds:
        for _ in range(400):
            task = module.make(grade, rng)
            if kind == "slip":
                task = with_a_slip(task, rng)
            key = (kind, task.net.steps, task.lines[-1].left, task.lines[-1].right)
            if key not in found and not degenerate(task):
                found[key] = task
                break
        else:
            raise ValueError(f"level {name} has too few tasks of grade {grade}")
    for task in found.values():
        prove(task)
    return list(found.values())


def ordered(tasks, last):
    """The tasks with a find-the-slip after every few, no answer following itself."""
    slips = [task for task in tasks if task.kind == "slip"]
    others = [task for task in tasks if task.kind != "slip"]
    every, rows = max(1, len(others) // max(1, len(slips))), []
    for k, task in enumerate(others, 1):
        rows += [task, *([slips.pop(0)] if slips and k % every == 0 else [])]
    rows += slips
    for k, task in enumerate(rows):
        before = rows[k - 1] if k else last
        if before and task.answer == before.answer:
            swap = next(j for j in range(k + 1, len(rows)) if rows[j].answer != before.answer)
            rows[k], rows[swap] = rows[swap], rows[k]
    return rows

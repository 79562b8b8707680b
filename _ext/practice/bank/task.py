"""A task and its lines, as the page takes them (the format of a level's file)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Slip:
    text: str
    kind: str
    remark: str


@dataclass(frozen=True)
class Line:
    """left = right. claim: (y, x), that right is dy/dx; `made` makes right of the texts of earlier lines."""

    left: str
    right: str
    hints: tuple
    slips: tuple
    ask: str = ""
    kind: str = ""
    digits: int = 3
    claim: tuple = ()
    made: Callable | None = None

    def data(self):
        page = {
            "left": self.left,
            "right": self.right,
            "hints": list(self.hints),
            "slips": [[slip.text, slip.kind, slip.remark] for slip in self.slips],
        }
        page |= {"ask": self.ask} if self.ask else {}
        return (
            page
            | ({"kind": self.kind} if self.kind else {})
            | ({"digits": self.digits} if self.kind == "number" else {})
        )


@dataclass(frozen=True)
class Task:
    title: str
    story: str
    net: object
    lines: tuple
    words: dict = field(default_factory=dict)
    at: dict = field(default_factory=dict)
    shapes: dict = field(default_factory=dict)
    kind: str = "derive"
    false: int | None = None
    shown: tuple = ()

    @property
    def answer(self):
        return (
            self.lines[-1].right
            if self.false is None
            else f"{self.lines[self.false].left} {self.shown[self.false]}"
        )

    def data(self, name, grade):
        page = {
            "id": name,
            "kind": self.kind,
            "grade": grade,
            "title": self.title,
            "story": self.story,
            "steps": [list(step) for step in self.net.steps],
        }
        page |= {key: value for key in ("words", "at", "shapes") if (value := getattr(self, key))}
        page["lines"] = [line.data() for line in self.lines]
        return page | ({"false": self.false, "shown": list(self.shown)} if self.false is not None else {})


def with_a_slip(task, rng):
    """The task as a finished derivation in which one line is false; lines made of it carry the slip on."""
    false = rng.choice([k for k, line in enumerate(task.lines) if line.slips])
    line = task.lines[false]
    planted = rng.choice(line.slips)
    lines = [
        each for k, each in enumerate(task.lines) if each.kind != "number" or k == false
    ]  # later numbers would tell
    lines[false] = replace(line, slips=(planted, *(slip for slip in line.slips if slip != planted)))
    shown = []
    for k, each in enumerate(lines):
        shown.append(planted.text if k == false else each.made(shown) if each.made else each.right)
    story = f"{task.story} One line of this derivation is false: which one, and what should stand there?"
    at = task.at if any(line.kind == "number" for line in lines) else {}
    return replace(task, kind="slip", at=at, lines=tuple(lines), false=false, shown=tuple(shown), story=story)

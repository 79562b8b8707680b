"""The bank of tasks in the site: a file for each level, and a list of the levels.

Making it takes seconds, so it is kept, for every build of this copy of the project, until something that it is
made of changes.
"""

import json
import os
from hashlib import sha256
from pathlib import Path

from practice.bank.bank import level
from practice.bank.levels import LEVELS

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCES = HERE / "bank", ROOT / "nbcode" / "chain"
KEPT = ROOT / "node_modules" / ".cache" / "practice"


def write_levels(app):
    if app.builder.format == "html":
        write(Path(app.outdir, "_static", "practice"), KEPT)


def write(folder, kept):
    """levels.json and a file for each level into a folder; `kept` is where what was made before lies."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made(kept).items():
        folder.joinpath(f"{name}.json").write_text(text, encoding="utf-8")


def made(kept):
    """{name: text of its file}"""
    sources = [path for source in SOURCES for path in sorted(source.rglob("*.py"))]
    edition = sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    done = kept / f"practice-{edition}.json"
    if not done.exists():
        levels = [level(name) for name in LEVELS]
        files = {"levels": [about(each) for each in levels], **{each["id"]: each for each in levels}}
        texts = {name: json.dumps(data, ensure_ascii=False, separators=(",", ":")) for name, data in files.items()}
        kept.mkdir(parents=True, exist_ok=True)
        for old in sorted(kept.glob("practice-*.json"), key=os.path.getmtime)[:-4]:  # those of four branches stay
            old.unlink(missing_ok=True)
        part = kept / f"practice-{os.getpid()}.part"
        part.write_text(json.dumps(texts), encoding="utf-8")
        part.replace(done)
    return json.loads(done.read_text(encoding="utf-8"))


def about(level):
    """What the list of levels says of one."""
    kinds = [task["kind"] for task in level["tasks"]]
    counts = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    return {key: level[key] for key in ("id", "title", "chapter", "about")} | {
        "tasks": len(kinds),
        "kinds": counts,
    }


def setup(app):
    app.connect("builder-inited", write_levels)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

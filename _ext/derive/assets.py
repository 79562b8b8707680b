"""What the box serves from the book's own site: Pyodide, SymPy compiled for it, nbcode as it is, KaTeX, scripts.

Nothing of it is loaded before a reader asks for a derivation, but the box's own script and stylesheet.
"""
import json
import os
import shutil
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import mpmath
import sympy
from language import for_the_browser, in_words, table
from shell.local_assets import KATEX
from shell.node import bundle, run
from sphinx.errors import ExtensionError

HERE = Path(__file__).parent
NBCODE, MODULES = HERE.parent.parent / "nbcode", HERE.parent.parent / "node_modules"
FIGURES = HERE.parent / "language" / "figures.py"
PYODIDE, CACHE = MODULES / "pyodide", MODULES / ".cache" / "derive"
STAND_IN = "PRESET"  # for the name of the box; page.mjs puts the name there
RUNTIME = "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"
UNUSED = set("tests benchmarks sandbox autolev _antlr stats holonomic liealgebras categories diffgeom crypto "
             "quantum mechanics biomechanics continuum_mechanics control optics hep".split())  # by no derivation


def write_assets(app):
    if app.builder.format != "html":
        return
    if not PYODIDE.is_dir():
        raise ExtensionError("Python for the browser is missing: run `npm ci` (see README.md)")
    target = Path(app.outdir, "_static", "derive")
    shutil.rmtree(target, ignore_errors=True)
    loaded = {name: PYODIDE.joinpath(name).read_bytes() for name in RUNTIME}
    loaded |= {"sympy.zip": library().read_bytes(), "book.zip": book()}
    lock = json.loads(PYODIDE.joinpath("pyodide-lock.json").read_text(encoding="utf-8")) | {"packages": {}}
    about = json.dumps({"sizes": {name: len(data) for name, data in loaded.items()}, "lock": lock}).encode()
    worker = in_words(HERE.joinpath("worker.mjs").read_text(encoding="utf-8"))
    files = loaded | {"files.json": about, "worker.mjs": worker.encode(), "presets.json": answers(),
                      "katex.min.js": KATEX.joinpath("katex.min.js").read_bytes()}
    scripts = [path for room in ("derive", "answers") for path in sorted(HERE.parent.glob(f"{room}/*.*js*"))]
    sources = [json.dumps(table()).encode(), *(path.read_bytes() for path in scripts)]
    folder = target / sha256(b"".join([*files.values(), *sources])).hexdigest()[:12]  # all of one edition
    folder.mkdir(parents=True)
    for name, data in files.items():
        folder.joinpath(name).write_bytes(data)
    shutil.copyfile(HERE / "derive.css", target / "derive.css")
    shutil.copyfile(HERE / "offline.js", Path(app.outdir, "derive.offline.js"))  # it serves what is below it
    bundle("the box", HERE / "bundle.mjs", target, folder, folder.name)


def book():
    """nbcode's symbolic half and this box's Python, as a zip of sources; `language` gives the words alone."""
    files = dict.fromkeys(["nbcode/__init__.py", "nbcode/figure/__init__.py", "derive/__init__.py"], "")
    files |= {path.relative_to(NBCODE.parent).as_posix(): path.read_text(encoding="utf-8")
              for path in [*sorted(NBCODE.glob("chain/**/*.py")), NBCODE / "figure" / "markup.py"]}
    files |= {f"derive/{name}.py": HERE.joinpath(f"{name}.py").read_text(encoding="utf-8")
              for name in ("answer", "figure", "panel")}
    files |= {"language/__init__.py": for_the_browser(),
              "language/figures.py": FIGURES.read_text(encoding="utf-8")}
    return zipped(files)


def answers():
    """What Python in the browser would answer to each preset, by the same code; kept until that code changes."""
    from derive import presets
    from derive.answer import answer, proof

    texts = [path.read_bytes() for path in [*sorted(NBCODE.glob("chain/**/*.py")), *sorted(HERE.glob("*.py"))]]
    about = [repr(presets()).encode(), sympy.__version__.encode(), json.dumps(table()).encode(), *texts]
    done = CACHE / f"presets-{sha256(b''.join(about)).hexdigest()[:12]}.json"
    if not done.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        made = [{"answer": answer(each["steps"], each["by"], STAND_IN), "proof": proof(each["steps"], each["by"])}
                for each in presets()]
        part = CACHE / f"{os.getpid()}-presets.json"
        part.write_text(json.dumps(made), encoding="utf-8")
        part.replace(done)
    return done.read_bytes()


def library():
    """Path of SymPy and mpmath as installed here, compiled by Pyodide; kept until one of the three changes."""
    about = [sympy.__version__, mpmath.__version__, PYODIDE.joinpath("package.json").read_text(encoding="utf-8"),
             HERE.joinpath("precompile.mjs").read_text(encoding="utf-8"), sorted(UNUSED)]
    done = CACHE / f"sympy-{sha256(repr(about).encode()).hexdigest()[:12]}.zip"
    if not done.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        source, made = (CACHE / f"{os.getpid()}-{name}.zip" for name in ("source", "made"))
        source.write_bytes(zipped(dict(sources(sympy) + sources(mpmath))))
        ran = run(HERE / "precompile.mjs", PYODIDE, source, made)
        source.unlink()
        if ran.returncode:
            raise ExtensionError(f"SymPy could not be compiled for the browser:\n{ran.stderr}")
        made.replace(done)
    return done


def sources(package):
    """[(path in the zip, text)] of a package's modules."""
    root = Path(package.__file__).parent
    paths = [path for path in sorted(root.rglob("*.py")) if UNUSED.isdisjoint(path.relative_to(root).parts)]
    return [(path.relative_to(root.parent).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


def zipped(files):
    """A zip of {path: text}, the same bytes every time."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), text, zipfile.ZIP_DEFLATED)
    return data.getvalue()

// Compiles a zip of Python sources with the very Python that will run them: node precompile.mjs PYODIDE IN.zip OUT.zip
// SymPy's import in the browser then takes half a second instead of nine.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, source, target] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const python = await loadPyodide({ indexURL: folder });
python.FS.writeFile("/source.zip", readFileSync(source));
python.runPython(`
import importlib._bootstrap_external as loader, zipfile
with zipfile.ZipFile("/source.zip") as source, zipfile.ZipFile("/target.zip", "w") as target:
    for name in source.namelist():
        code = compile(source.read(name), f"/{name}", "exec", dont_inherit=True, optimize=2)  # without docstrings
        entry = zipfile.ZipInfo(f"{name}c")
        target.writestr(entry, loader._code_to_hash_pyc(code, bytes(8), False), zipfile.ZIP_DEFLATED, 9)
`);
writeFileSync(target, python.FS.readFile("/target.zip"));

"""The notebooks that pages, Colab and Binder offer: made from the book's own, to stand alone.

Plain Markdown in place of the site's boxes, so that every front end shows them; a figure is its picture until it
is run (a notebook that is not trusted shows its HTML as a heap of letters); solutions are closed; and the first
cell installs nbcode where it is missing. Code runs in the order of the chapter.
"""
from pathlib import Path

import nbformat
from language import _
from nbformat.v4 import new_code_cell

from .markdown import Names, Reader

INSTALL = """# {first}
from importlib.util import find_spec

if not all(map(find_spec, {packages})):
    {otherwise}"""
FROM = '%pip install --quiet "nbcode[book{extra}] @ git+{url}"'
CLOSED = {"jupyter": {"source_hidden": True, "outputs_hidden": True}, "cellView": "form",  # this for Colab,
          "transient": {"remove_source": True}}                                        # and this for nbconvert


def edition(notebook, names, url, solutions=True):
    """The notebook as it is offered, with or without `solutions`.

    `names` knows the numbers of exercises and formulas; `url` may be empty.
    """
    reader, cells = Reader(names), [new_code_cell(install(notebook, url), id="install")]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = reader.plain(cell.source, solutions)
        elif reader.solution and not solutions:
            continue
        elif reader.solution:
            cell.outputs, cell.execution_count = [], None
            cell.metadata |= CLOSED
        else:
            for output in cell.outputs:
                if "image/png" in output.get("data", ()):
                    output.data.pop("text/html", None)
        if cell.source.strip():
            cells.append(cell)
    notebook.cells = cells
    return notebook


def install(notebook, url):
    """The first cell's program. It imports nothing: a chapter chooses Keras's backend before its import."""
    packages, needs, extra = ["nbcode"], _("nbcode, the package of its book"), ""
    if any("import jax" in cell.source for cell in notebook.cells if cell.cell_type == "code"):
        packages, extra = [*packages, "jax", "keras"], ",keras"
        needs = _("nbcode, the package of its book, and Keras on JAX")
    nowhere = _("pip install '.[book{extra}]' in a copy of the book installs {needs}")
    nowhere = nowhere.format(extra=extra, needs=needs)
    otherwise = FROM.format(extra=extra, url=url) if url else f"raise ImportError({nowhere!r})"
    first = _("This notebook needs {needs}: run this cell first.").format(needs=needs)
    return INSTALL.format(first=first, packages=packages, otherwise=otherwise)


def write(app, exception):
    if exception or app.builder.name != "html":
        return
    url = app.config.html_theme_options.get("repository_url", "")
    for page in sorted(app.env.found_docs):
        source = Path(app.env.doc2path(page))
        if source.suffix == ".ipynb":
            names = Names(app.env, page, app.config.html_baseurl)
            target = Path(app.outdir, "_sources", f"{page}.ipynb")
            own = nbformat.read(source, as_version=4)
            nbformat.write(edition(own, names, url, app.config.solutions), target)


def setup(app):
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

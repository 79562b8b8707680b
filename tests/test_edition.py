"""The notebooks that pages offer: the chapter's code in its order, in Markdown that every front end shows."""
import re
import subprocess
import sys
from html import unescape
from types import SimpleNamespace

import bare
import in_kernel
import nbformat
import pytest
import remembered
from browser import LISTED, ROOT, TOLD
from IPython.core.inputtransformer2 import TransformerManager
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

sys.path.insert(0, str(ROOT / "_ext"))
from edition import edition  # noqa: E402
from edition.markdown import Names, Reader  # noqa: E402
from pages.chapters import Chapters  # noqa: E402

URL = "https://example.org/book"
NOTEBOOKS = sorted(path.stem for path in ROOT.glob("book/*.ipynb") if f"book/{path.stem}" in LISTED)


@pytest.fixture(params=NOTEBOOKS)
def offered(site, request):
    """(the notebook as it is offered, the chapter's own)"""
    name = f"book/{request.param}.ipynb"
    return tuple(nbformat.read(folder / name, as_version=4) for folder in (site / "_sources", ROOT))


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_it_runs_as_the_chapter_does(offered):
    """Its first cell comes before the chapter's, in their order; those of solutions only if these are told."""
    copy, own = offered
    nbformat.validate(copy)
    kept, solving = [], False
    for cell in own.cells:
        if cell.cell_type == "code" and (TOLD or not solving):
            kept.append(cell.source)
        for begins in re.findall(r"\{solution-(start|end)\}", cell.source):
            solving = begins == "start"
    assert [cell.source for cell in code(copy)[1:]] == kept


def test_its_texts_need_no_extension(offered):
    texts = "\n\n".join(cell.source for cell in offered[0].cells if cell.cell_type == "markdown")
    texts = re.sub(r"(\$\$?|`)[^$`]*\1", "…", texts)  # formulas and code
    assert not re.findall(r":::|\{[\w:-]+\}|^:\w+:|^\([\w-]+\)=|\]\([^:)]*\)|^: ", texts, re.MULTILINE)
    assert texts.count("<details>") == texts.count("</details>")


def test_figures_are_pictures_and_solutions_are_closed(offered):
    copy, own = offered
    pictures = [out for cell in code(own) for out in cell.outputs if "image/png" in out.get("data", ())]
    offered_pictures = [out for cell in code(copy) for out in cell.outputs if "image/png" in out.get("data", ())]
    closed = [cell for cell in code(copy) if cell.metadata.get("jupyter", {}).get("source_hidden")]
    assert not any("text/html" in out.data for out in offered_pictures)
    assert not any(cell.outputs for cell in closed)
    assert len(offered_pictures) >= len(pictures) - len(closed)


def test_every_solution_is_offered_closed(site):
    text = (ROOT / "book/03_chain_rule.ipynb").read_text(encoding="utf-8")
    copy = nbformat.read(site / "_sources/book/03_chain_rule.ipynb", as_version=4)
    solved = [cell.source for cell in copy.cells if "Solution to Exercise" in cell.source]
    numbers = {re.search(r"Solution to Exercise \d+\.(\d)", source)[1] for source in solved}
    assert numbers == ({"1", "2", "3", "4"} if TOLD else set()) and text.count("solution-start") == 4
    assert all(source.startswith("<details>") for source in solved)


@pytest.fixture
def names():
    """What a build knows, in small."""
    people = {"author": [SimpleNamespace(prelast_names=["van"], last_names=[name]) for name in ("A", "B", "C")]}
    data = {"many": SimpleNamespace(persons=people, fields={"year": "1999"}),
            "deck": SimpleNamespace(persons={}, fields={"key": "The deck"})}
    domains = {"math": SimpleNamespace(equations={"eq-x": ("book/03", "3.1")}),
               "cite": SimpleNamespace(bibdata=SimpleNamespace(data=SimpleNamespace(entries=data)))}
    chapters = Chapters.__new__(Chapters)
    chapters.numbers, chapters.titles, chapters.missing = {"book/04": 3}, {"book/05": "Descent"}, {"eq-y"}
    env = SimpleNamespace(get_domain=domains.get, chapters=chapters,
                          toc_fignumbers={"book/03": {"exercise": {"ex-one": (3, 2)}}})
    return lambda baseurl="": Names(env, "book/03", baseurl)


@pytest.mark.parametrize("typed, plain", [
    ("{term}`slope <slope of a line>` in {eq}`eq-x`", "slope in (3.1)"),
    ("by {eq}`eq-y`", "by a formula"),
    ("{cite:p}`many,deck`, {cite:t}`many`", "(van A et al., 1999; The deck), van A et al. (1999)"),
    ("[Chapter 4](04.ipynb#a), [this](#b), [that](https://example.org)",
     "Chapter 3, this, [that](https://example.org)"),
    ("[Chapter 5](05.ipynb), [steps](05.ipynb#a) in [chapter 5](05.ipynb)",
     "The chapter “Descent”, steps in the chapter “Descent”"),
    ("chapters [4](04.ipynb) and [5](05.ipynb)", "chapters 3 and “Descent”"),
    ("(here)=\n## Head\n\n```{index} one; two\n```\n\nText", "## Head\n\nText"),
    ("**Move**\n: A figure.", "- **Move**: A figure."),
    (":::{admonition} Predict\n:class: tip\n:name: predict-x\nWhich?\n\nWhy?\n:::",
     "> **Predict**\n>\n> Which?\n>\n> Why?"),
    ("```{exercise} Two\n:label: ex-one\n\nHow many?\n```", "> **Exercise 3.2 (Two)**\n>\n> How many?"),
    (":::{hint}\n:class: dropdown\nSee {eq}`eq-x`.\n:::",
     "<details><summary><b>Hint</b></summary>\n\nSee (3.1).\n\n</details>"),
])
def test_each_box_and_role_is_plain(names, typed, plain):
    assert Reader(names()).plain(typed) == plain


def test_links_lead_to_the_site_where_it_has_an_address(names):
    reader = Reader(names("https://example.org/b"))
    assert reader.plain("[4](04_graphs.ipynb#a) [own](derive.md) [here](#c)") == (
        "[4](https://example.org/b/book/04_graphs.html#a) [own](https://example.org/b/book/derive.html) "
        "[here](https://example.org/b/book/03.html#c)")


def small(names, url, solutions=True):
    own = new_notebook(cells=[
        new_markdown_cell("```{solution-start} ex-one\n:class: dropdown\n```\n\nFirst."), new_code_cell("1 + 1"),
        new_markdown_cell("Then.\n\n```{solution-end}\n```\n\nAfter."), new_code_cell("import jax")])
    return edition(own, names(), url, solutions).cells


def test_a_solution_over_several_cells_is_closed_and_no_further(names):
    first, one, two, three, four = small(names, URL)
    assert one.source == "<details><summary><b>Solution to Exercise 3.2</b></summary>\n\nFirst.\n\n</details>"
    assert two.metadata["jupyter"]["source_hidden"] and not four.metadata
    assert three.source.endswith("Then.\n\n</details>\n\nAfter.")


def test_an_edition_without_solutions_has_none_of_their_cells(names):
    first, after, own = small(names, URL, solutions=False)
    assert (after.source, own.source) == ("After.", "import jax")


@pytest.mark.parametrize("missing", ["nbcode", "keras", "jax"])
@pytest.mark.parametrize("url", [URL, ""])
def test_its_first_cell_installs_what_is_missing_or_says_how(names, monkeypatch, url, missing):
    program = TransformerManager().transform_cell(small(names, url)[0].source)
    asked = []
    shell = SimpleNamespace(run_line_magic=lambda *words: asked.append(words))
    exec(program, {"get_ipython": lambda: shell})
    assert not asked                                # all is here
    monkeypatch.setitem(sys.modules, missing, None)  # and now it is missing
    if url:
        exec(program, {"get_ipython": lambda: shell})
        assert asked == [("pip", f'install --quiet "nbcode[book,keras] @ git+{URL}"')]
    else:
        with pytest.raises(ImportError, match=r"pip install '.\[book,keras\]' .* installs nbcode, .* and Keras"):
            exec(program, {"get_ipython": lambda: shell})


def test_a_stranger_s_kernel_has_what_the_first_cell_installs():
    """So the notebooks are run (remembered.py); the extra of chapters 19 and 20 brings their two packages."""
    plain, with_keras = bare.missing("book"), bare.missing("book", "keras")
    assert {"sphinx", "pytest", "lxml", "jax", "keras"} <= {*plain}
    assert not {"nbcode", "numpy", "sympy", "matplotlib", "sklearn", "ipykernel"} & {*plain}
    assert {"sphinx", "pytest"} <= {*with_keras} and not {"jax", "keras"} & {*with_keras}
    with pytest.raises(ModuleNotFoundError, match="first cell"):
        in_kernel.Missing(plain).find_spec("sphinx.errors")
    assert in_kernel.Missing(plain).find_spec("numpy.linalg") is None  # Python looks for it as ever
    needs = {path.stem: remembered.start(path, "folder") for path in ROOT.glob("book/*.ipynb")}
    assert {name for name, told in needs.items() if "'jax'" not in told} == {"19_minibatch_sgd", "20_convolution"}


def test_it_reads_well_as_a_page(site, tmp_path):
    """nbconvert's own page of it: boxes, hints and pictures, nothing of the site's markup."""
    subprocess.run([sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", tmp_path,
                    site / "_sources/book/03_chain_rule.ipynb"], check=True, capture_output=True)
    html = (tmp_path / "03_chain_rule.html").read_text(encoding="utf-8")
    assert "<summary><b>Hint</b></summary>" in html and "<blockquote>" in html and "data:image/png" in html
    assert "{admonition}" not in html and "solution-start" not in html
    copy = nbformat.read(site / "_sources/book/03_chain_rule.ipynb", as_version=4)
    closed = [cell for cell in code(copy) if cell.metadata.get("jupyter", {}).get("source_hidden")]
    words = unescape(re.sub(r"<[^>]+>", "", html))
    assert bool(closed) == TOLD and not [cell.source for cell in closed if cell.source in words]
    assert all(cell.source in words for cell in code(copy) if cell not in closed)

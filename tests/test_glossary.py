"""The words of the book: what a chapter sets in bold stands in the glossary, and so in the index."""
import re
from pathlib import Path

import nbformat
import pytest

BOOK = Path(__file__).parent.parent / "book"
CHAPTERS = [*sorted(BOOK.glob("[0-9]*.ipynb")), BOOK / "zoo.ipynb"]
BOLD = re.compile(r"(?<![*\w])\*\*([^*\n]+)\*\*(?!\*)")
ENTRY = re.compile(r"^(\S.*)\n  \S", re.MULTILINE)

# set in bold for the eye, or everyday words: no terms of their own
EMPHASISED = {word.strip() for word in """
adds over kernels; at the loss; by symbols; cliff; colour; convention; cost; dark dot; eigenvectors;
exponential; factor; found by play; fused; jax; keras; locality; logarithm; long way;
max pooling; mean pooling; multiply; one more layer;
partial; predicted minus observed; product; quarter; quotient; reuses; reverse mode; several;
sharing; short way; square root; state; switch; tensorflow; through the bend; white dot; you need;
you will derive; you will find
""".split(";")}
# another form of an entry's word
FORMS = {"output gate": "gate", "unrolled": "unrolling", "saturated": "saturation", "invariance": "equivariance",
         "activation": "activation function", "vanishes": "vanishing gradient", "explodes": "exploding gradient"}


def words(path):
    return "\n".join(cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "markdown")


def entries(glossary):
    """The glossary's terms, and what is indented below them."""
    return ENTRY.findall(glossary)


def terms(text):
    """What a text sets in bold and what may be a term: three words at most, and no sentence."""
    for bold in BOLD.findall(text):
        if len(bold.split()) <= 3 and bold[0].isalpha() and bold[-1] not in ".:!?,":
            yield bold.lower()


def known(term, glossary):
    term = FORMS.get(term, term)
    return term in EMPHASISED or any(form in glossary for form in (term, term.removesuffix("s")))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_term_in_bold_is_in_the_glossary(path):
    glossary = {entry.lower() for entry in entries((BOOK / "glossary.md").read_text(encoding="utf-8"))}
    assert [term for term in terms(words(path)) if not known(term, glossary)] == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_is_in_the_index(path):
    assert "{index}" in words(path)


def test_the_glossary_is_in_order_and_says_where():
    text = (BOOK / "glossary.md").read_text(encoding="utf-8")
    names = entries(text)
    assert names == sorted(names, key=str.lower) and len(set(names)) == len(names) > 50
    blocks = text.split("```{glossary}\n")[1].split("\n\n")
    assert [block.split("\n")[0] for block in blocks if not re.search(r"See \[.+\]\(\w+\.ipynb\)", block)] == []


def test_terms_are_found():
    text = "A **secant**, two **raw outputs**; **Predict.** and **this is a whole sentence** are none. ***Both***"
    assert list(terms(text)) == ["secant", "raw outputs"]
    assert known("raw outputs", {"raw output"}) and not known("secant", {"tangent"})

"""The words of the interface, read out of the sources into _ext/locale (_ext/language says how they are marked).

    python tools/words.py       interface.pot anew; each language's .po gets what is new and loses what is gone
    python tools/words.py fr    the same, and begins a language
"""
import ast
import io
import sys

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from built import ROOT
from jinja2.ext import babel_extract
from language import DOMAIN, FOLDER, SAID

SOURCES = "_ext", "nbcode/figure", "tools"
MARKERS = "_ext/language/bundle.mjs", "_ext/language/words.mjs"  # where it is said what is marked
HEAD = r"""msgid ""
msgstr ""
"Language: {}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"

"""


def of_program(text):
    """The words of a program in Python, those in its f-strings too, in their order."""
    def below(node):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
            yield from (each.value for each in node.args if isinstance(each, ast.Constant))
        for child in ast.iter_child_nodes(node):
            yield from below(child)

    return below(ast.parse(text))


def of_template(text):
    return (word for _, _, word, _ in babel_extract(io.BytesIO(text.encode()), ["_"], (), {}))


def of_script(text):
    return (match[1] for match in SAID.finditer(text))


WAYS = {".py": of_program, ".html": of_template, ".js": of_script, ".mjs": of_script}


def template(root=ROOT):
    """All words as the sources have them."""
    found = Catalog(fuzzy=False)
    for path in (path for source in SOURCES for path in sorted((root / source).rglob("*")) if path.suffix in WAYS):
        place = path.relative_to(root).as_posix()
        for word in WAYS[path.suffix](path.read_text(encoding="utf-8")) if place not in MARKERS else ():
            found.add(word, locations=[(place, 0)])
    return found


def text(catalogue, language=""):
    """A catalogue as it stands in its file."""
    data = io.BytesIO()
    write_po(data, catalogue, width=0, omit_header=True, sort_by_file=True, ignore_obsolete=True,
             include_lineno=False)
    return HEAD.format(language) + data.getvalue().decode()


def file(language):
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def merged(language, words):
    """A language's catalogue with these words and no others."""
    path = file(language)
    own = read_po(io.BytesIO(path.read_bytes()), language) if path.exists() else Catalog(language)
    own.update(words, no_fuzzy_matching=True)
    return own


def main(*more):
    words = template()
    (FOLDER / f"{DOMAIN}.pot").write_text(text(words), encoding="utf-8")
    for language in sorted({*more, *(path.name for path in FOLDER.iterdir() if path.is_dir())}):
        catalogue = merged(language, words)
        file(language).parent.mkdir(parents=True, exist_ok=True)
        file(language).write_text(text(catalogue, language), encoding="utf-8")
        missing = sum(not message.string for message in catalogue if message.id)
        print(f"{language}: {len(catalogue)} words, {missing} of them without translation")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""One catalogue has every word of the interface: none is unmarked, untranslated, or left over."""
import re
import sys

import pytest
from browser import ROOT
from unmarked import in_program, in_script, in_style, in_template, literals

sys.path[:0] = [str(ROOT / "_ext"), str(ROOT / "tools")]
import language  # noqa: E402
import words  # noqa: E402

FOR_AUTHORS = {"boxes.py", "execute.py", "words.py"}  # tools that speak to nobody else
STORIES = "bank"  # tells what tasks tell
LOOK = {".py": in_program, ".mjs": in_script, ".js": in_script, ".html": in_template, ".css": in_style}
SOURCES = [path.relative_to(ROOT).as_posix() for source in words.SOURCES
           for path in sorted((ROOT / source).rglob("*"))
           if path.suffix in LOOK and path.name not in FOR_AUTHORS and STORIES not in path.parts]
SOURCES = [path for path in SOURCES if not re.match(r"nbcode/.*\.py", path)]  # the package speaks English
NAMED = re.compile(r"\$?\{\w*\}")
LANGUAGES = sorted(path.name for path in language.FOLDER.iterdir() if path.is_dir())


@pytest.fixture
def german():
    language.speak("de")
    yield
    language.speak("en")


@pytest.mark.parametrize("path", SOURCES)
def test_a_word_that_a_reader_sees_is_marked(path):
    assert LOOK["." + path.rpartition(".")[2]]((ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("suffix, text", [
    (".mjs", 'button("Erase", go)'), (".mjs", 'say("done")'), (".mjs", 'const A = "It is kept."'),
    (".mjs", 'make("p", { textContent: it ? "yes" : _`no` })'), (".mjs", "throw new NotRead(`${c} is it.`)"),
    (".mjs", 'box.setAttribute("aria-label", "it")'), (".js", "p.innerHTML = `<p>${a ? `b` : \"\"} it goes</p>`"),
    (".py", 'line = "Hint"'), (".py", 'f"<p>{a}Not in {b} at all</p>"'), (".py", "f\"{name('It is so.')}\""),
    (".html", "<p>{{ a }} here</p>"), (".html", '<a title="go">{{ _("Go") }}</a>'), (".html", "<b>Go</b>"),
    (".css", 'a::after { content: " (see " attr(href) ")"; }')])
def test_an_unmarked_word_is_seen(suffix, text):
    assert LOOK[suffix](text)


@pytest.mark.parametrize("suffix, text", [
    (".mjs", "say(_`done`)"), (".mjs", 'make("p", { className: "answer said" })'), (".mjs", '// say("Not me.")'),
    (".mjs", 'a.replace(/"it is"/g, "")'), (".py", '"""What it does."""'), (".py", 'line = _("Hint")'),
    (".py", 'log.warning("it is not there")'), (".html", '<p class="a b">{{ _("Go there") }}{# or not #}</p>'),
    (".css", 'a { content: "" var(--true-is) "→"; }')])
def test_what_is_marked_or_unseen_is_no_complaint(suffix, text):
    assert LOOK[suffix](text) == []


def test_the_scripts_are_read_as_they_are_written():
    """Every mark is found, and most texts would be seen without it: the rest are single words in small letters."""
    seen = total = 0
    for path in (ROOT / path for path in SOURCES if path.endswith("js")):
        code = path.read_text(encoding="utf-8")
        marked = language.SAID.findall(code) if path.parent.name != "language" else []
        assert len(marked) == sum(ahead.endswith("_") for _, ahead, _ in literals(code)), path
        assert not re.search(r"\(_[,)].*[^\w$.}`]_`", code), f"{path}: a parameter is named as the mark is"
        total += len(marked)
        bare = in_script(language.SAID.sub(lambda found: f"`{found[1]}`", code))
        seen += sum(NAMED.sub("{}", text) in bare for text in marked)
    assert total > 200 and seen > 0.9 * total


def test_the_catalogue_has_the_words_of_the_sources_and_no_others():
    ran = "run `python tools/words.py`"
    found = words.template()
    assert (language.FOLDER / "interface.pot").read_text(encoding="utf-8") == words.text(found), ran
    for each in LANGUAGES:
        kept = words.file(each).read_text(encoding="utf-8")
        assert kept == words.text(words.merged(each, found), each), ran


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_word_is_said(name):
    for message in language.catalogue(name):
        if message.id:
            assert message.string.strip() and not message.fuzzy, message.id
            texts = [re.sub(r"\\\w+(?:\{\w+\})+", "", text) for text in (message.id, message.string)]
            holes = [sorted(set(NAMED.findall(text))) for text in texts]
            assert holes[0] == holes[1], message.id
            spaces = [(text[:1] == " ", text[-1:] == " ") for text in (message.id, message.string)]
            assert spaces[0] == spaces[1] and message.string.count("`") == message.id.count("`"), message.id
            code = [re.findall(r"</?\w+>|`[^`]*`", text) for text in (message.id, message.string)]
            assert code[0] == code[1], message.id


def test_german_has_its_own_quotes_and_says_du():
    for message in language.catalogue("de"):
        if message.id:
            assert not re.search(r"“[^“”]*”|\bSie (?:können|haben|müssen)\b|\bIhre?\b", message.string), message.id
            assert message.string.count("„") == message.id.count("“") + message.string.count("„Ableiten“") \
                + message.string.count("„Zurücksetzen“"), message.id


def test_a_script_gets_the_words_of_the_language(german):
    assert language.in_words("a(_`Check`, `${b}_`, _`${done} tasks done`)") == (
        "a(`Prüfen`, `${b}_`, `${done} Aufgaben erledigt`)")
    assert language.in_words("import { _ } from \"x\";\nconst _ = String.raw;  // marks\n_`\\frac is written "
                             "\\frac{above}{below}.`") == "`\\\\frac schreibt man \\\\frac{oben}{unten}.`"
    assert language._("Found a mistake?") == "Fehler gefunden?" and language._("Not a word") == "Not a word"


def test_a_language_begins_in_english(tmp_path, monkeypatch, capsys):
    for module in (language, words):
        monkeypatch.setattr(module, "FOLDER", tmp_path)
    words.main("fr")
    assert "words, " in capsys.readouterr().out
    path = words.file("fr")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('msgid "Check"\nmsgstr ""', 'msgid "Check"\nmsgstr "Vérifier"'), encoding="utf-8")
    language.speak("fr")
    assert language.in_words("_`Check` + _`Kept.`") == "`Vérifier` + `Kept.`"
    assert language.table() == {"Check": "Vérifier"}
    words.main()  # what is translated stays
    assert words.file("fr").read_text(encoding="utf-8").count('msgstr "Vérifier"') == 1
    language.speak("en")


def test_a_language_that_is_not_there_is_english():
    language.speak("fr")
    assert language._("Found a mistake?") == "Found a mistake?" and language.table() == {}
    language.speak("en")


def test_python_in_the_browser_says_the_same(german):
    there = {}
    exec(language.for_the_browser(), there)
    assert there["_"]("The steps:") == language._("The steps:") == "Die Schritte:" != there["_"]("The steps")
    assert there["_"]("learning rate") == "Lernrate" and len(there["WORDS"]) < len(language.table()) / 4

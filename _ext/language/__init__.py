"""Every word of the interface in the book's language (`language` in _config.yml), from one catalogue.

    _("Found a mistake?")            in Python and in templates; what changes is put in by .format(name=…)
    _`${done} of ${all} done`        in scripts; between the braces stands a name, and no text has a backtick in it

The words are in _ext/locale: interface.pot as they are written here, de/LC_MESSAGES/interface.po in German, and
so on; English needs no file. `python tools/words.py` reads them out of the sources. In scripts the words of the
language take their place while the site is built, so that no page pays for a second language.
"""
import io
import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from sphinx import locale
from sphinx.locale import _ as of_sphinx
from sphinx.locale import get_translation

DOMAIN, FOLDER = "interface", Path(__file__).parents[1] / "locale"  # "book" would be that of the pages in book/
OTHERS = "sphinx", "booktheme"  # Sphinx and the theme speak for themselves, but for better()
SAID = re.compile(r"(?<![\w$.}`])_`([^`]*)`")
UNUSED = re.compile(r"^(?:import \{ _ \} from .*|const _ = String\.raw;.*)\n+", re.MULTILINE)
found, spoken = get_translation(DOMAIN), []


def _(text):
    return str(found(text))


def catalogue(language):
    """The words of a language, as Babel reads them."""
    path = FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    return read_po(io.BytesIO(path.read_bytes()), language) if path.exists() else None


def speak(language):
    """From now on `_` gives the words of this language; English ones where there are no others."""
    words = catalogue(language)
    spoken[:] = words or ()
    locale.translators.pop(("general", DOMAIN), None)
    for domain in (DOMAIN, *OTHERS) if words else ():
        before = locale.translators.pop(("general", domain), None)
        with TemporaryDirectory() as folder:
            target = Path(folder, language, "LC_MESSAGES", f"{domain}.mo")
            target.parent.mkdir(parents=True)
            with target.open("wb") as file:
                write_mo(file, words)
            locale.init([folder], language, domain)
        if before:
            locale.translators["general", domain].add_fallback(before)


def table(*files):
    """{word: word of the language}, of these files or folders alone where some are named."""
    said = (message for message in spoken if message.id and message.string)
    return {message.id: message.string for message in said
            if not files or any(place.startswith(files) for place, line in message.locations)}


def for_the_browser():
    """`_` of Derive your own, for Python in the browser: what stands there in place of this file."""
    files = "_ext/derive/answer.py", "_ext/derive/figure.py", "_ext/language/"
    words = json.dumps(table(*files), ensure_ascii=False)
    return f"WORDS = {words}\n\n\ndef _(text):\n    return WORDS.get(text, text)\n"


def in_words(script):
    """A script with the words of the book's language in place of those that are marked."""
    def said(match):
        return "`{}`".format(_(match[1]).replace("\\", "\\\\"))
    return SAID.sub(said, UNUSED.sub("", script))


def give_words(app, pagename, templatename, context, doctree):
    context["_"] = of_sphinx  # with the book's own before them


def better():
    """Words of Sphinx and the theme that their own catalogues lack, or have in a poor or stiff way."""
    return [_("By"), _("By the"), _("Copyright"), _("Contents"), _("Download this page"), _("Print to PDF"),
            _("Download source file"), _("Download notebook file"), _("Launch"), _("Open an issue"),
            _("open issue"), _("Edit this page"), _("suggest edit"), _("Source repository"), _("Repository"),
            _("Launch on"), _("Launch interactive content"), _("Link to this heading"), _("Link to this term"),
            _("Link to this table"), _("Link to this image"), _("Link to this equation"), _("Version warning"),
            _("Permalink to this equation")]


def name_search(app, config):
    config.html_theme_options["search_bar_text"] = _("Search this book")


def write_scripts(app):
    """The scripts of static/ in the book's words, which Sphinx copies in place of those that lie there."""
    target = Path(app.doctreedir, "scripts")
    target.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.with_name("static").glob("*.js"):
        target.joinpath(path.name).write_text(in_words(path.read_text(encoding="utf-8")), encoding="utf-8")
    app.config.html_static_path.append(str(target))


def write_styles(app):
    """What stylesheets say, as their variables."""
    said = {"step-aside": _("A step aside:"), "true-is": _("True is:")}
    target = Path(app.outdir, "_static", "language.css")
    target.parent.mkdir(parents=True, exist_ok=True)
    lines = (f"--{name}: {json.dumps(f'{text} ', ensure_ascii=False)};" for name, text in said.items())
    target.write_text(f":root {{ {' '.join(lines)} }}\n", encoding="utf-8")


def setup(app):
    speak(app.config.language)
    app.setup_extension("language.figures")
    app.connect("builder-inited", write_scripts, priority=600)  # after static/ itself (shell/local_assets.py)
    app.connect("config-inited", name_search)
    app.connect("builder-inited", write_styles)
    app.add_css_file("language.css", priority=860)
    app.connect("html-page-context", give_words)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

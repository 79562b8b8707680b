"""What stands around live figures, in the words of the book: notebooks keep it in English, as nbcode writes it.

Derive your own does the same in the reader's browser.
"""
import re

from language import _

WORDS = {
    "Step": _("Step"), "Play": _("Play"), "Reset": _("Reset"), "Back": _("Back"), "Next": _("Next"),
    "Copy as Python": _("Copy as Python"), "Copy numbers": _("Copy numbers"), "learning rate": _("learning rate"),
}
BUTTON = re.compile(r'(<button type="button" data-do="\w+">)([^<]+)')
SLIDER = re.compile(r"(<label class=\"nbfig-slider\"><span>)([^<]+)(?=</span>)")
SPOKEN = re.compile(r'(<input type="range"[^>]* aria-label=")([^"]+)')
TYPED = re.compile(r'(<input type="text"[^>]* data-name="[^>]* aria-label=")([^"]+), as a number"')
STEPS = re.compile(r"<span>steps = (?=<output[^>]* data-steps>)")


def in_words(html):
    """A page, or a figure alone."""
    def word(text):
        return WORDS.get(text, text)

    for pattern in (BUTTON, SLIDER, SPOKEN):
        html = pattern.sub(lambda found: found[1] + word(found[2]), html)
    html = TYPED.sub(lambda found: f'{found[1]}{_("{name}, as a number").format(name=word(found[2]))}"', html)
    return STEPS.sub(f'<span>{_("steps")} = ', html)


def change(app, pagename, templatename, context, doctree):
    if 'class="nbfig"' in context.get("body", ""):
        context["body"] = in_words(context["body"])


def setup(app):
    app.connect("html-page-context", change)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

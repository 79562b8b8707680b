"""What readers by keyboard and by ear miss in the HTML that the theme and its helpers write.

static/book.js lets the keyboard scroll boxes that are wider than the page, in place of the theme's script, which
looks at the whole page at once. The rest of the mends are in _ext/templates.
"""
import re
from pathlib import Path

from language import _
from sphinx.errors import ExtensionError

from shell.icons import THEME

MENDS = [
    # What is read aloud is what is written: "Show the code", not "Toggle hidden content".
    (r'<summary aria-label="Toggle hidden content">', "<summary>"),
    # The empty corner of a table heads nothing.
    (r"<th([^>]*)>\s*(?:<p>\s*</p>)?\s*</th>", r"<td\1></td>"),
    # An id is one element's.
    (r' id="(?:exercise|solution)-content"', ""),
    # A role that was given up; the entries stand in a list.
    (r'role="doc-biblioentry"', 'role="listitem"'),
]


def mended(html):
    for pattern, better in MENDS:
        html = re.sub(pattern, better, html)
    formula = f'<span class="katex-display" role="group" aria-label="{_("formula")}">'  # a long one scrolls
    return html.replace('<span class="katex-display">', formula)


SCROLLING = ('["pre",".nboutput > .output_area",".cell_output > .output",".jp-RenderedHTMLCommon",'
             '".pst-scrollable-table-container"]')


def leave_scrolling(app, exception):
    """The theme's script, which now finds no box to look at."""
    if exception or app.builder.format != "html":
        return
    name = "scripts/pydata-sphinx-theme.js"
    script = THEME.joinpath(name).read_text(encoding="utf-8")
    if script.count(SCROLLING) != 1:
        raise ExtensionError(f"{name} of this pydata-sphinx-theme names the boxes that scroll in another way")
    script = re.sub(r"\n//# sourceMappingURL=.*", "", script.replace(SCROLLING, "['none']"))
    Path(app.outdir, "_static", name).write_text(script, encoding="utf-8")


def change(app, pagename, templatename, context, doctree):
    if "body" in context:
        context["body"] = mended(context["body"])


def setup(app):
    app.connect("html-page-context", change)
    app.connect("build-finished", leave_scrolling)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""What readers by keyboard and by ear miss in the HTML that the theme and its helpers write.

The theme's own script lets the keyboard scroll boxes of certain classes where they are wider than the page; the
formulas' boxes join them. The rest of the mends are in _ext/templates.
"""
import re

MENDS = [
    # What is read aloud is what is written: "Show the code", not "Toggle hidden content".
    (r'<summary aria-label="Toggle hidden content">', "<summary>"),
    # A long formula scrolls sideways, by arrow keys too.
    (r'<span class="katex-display">',
     '<span class="katex-display pst-scrollable-table-container" role="group" aria-label="formula">'),
    # The empty corner of a table heads nothing.
    (r"<th([^>]*)>\s*(?:<p>\s*</p>)?\s*</th>", r"<td\1></td>"),
    # A role that was given up; the entries stand in a list.
    (r'role="doc-biblioentry"', 'role="listitem"'),
]


def mended(html):
    for pattern, better in MENDS:
        html = re.sub(pattern, better, html)
    return html


def change(app, pagename, templatename, context, doctree):
    if "body" in context:
        context["body"] = mended(context["body"])


def setup(app):
    app.connect("html-page-context", change)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

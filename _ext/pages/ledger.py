"""The ledger of what the notes claim: read, shown as a page, and linked with the boxes in the chapters.

book/ledger/NN.yml holds the claims and boxes of one chapter, zoo.yml those of the appendix, and a chapter beyond
the notes has none; tests/claims/chapter_NN.py settles the claims. The directive {ledger} shows them all. Its
filters are check boxes and CSS, so they work without scripts too.
"""
import re
from collections import Counter
from functools import cache
from pathlib import Path

import yaml
from docutils import nodes
from docutils.parsers.rst import Directive
from language import _
from sphinx import addnodes
from sphinx.util import logging

ROOT = Path(__file__).parents[2]
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it has been built
VERDICTS = "holds", "incomplete", "slip", "contradiction"
PAGE = "book/notes_checked"


@cache  # every page asks
def chapters(root=ROOT):
    """{"01": {"page": ..., "claims": [...], "boxes": [...]}, ..., "zoo": ...}, in the order of the book."""
    files = sorted((root / "book" / "ledger").glob("*.yml"))
    return {file.stem: yaml.load(file.read_text(encoding="utf-8"), Loader) for file in files}


def published(config):
    """Those of them whose page is in the book."""
    return {n: chapter for n, chapter in chapters().items() if chapter["page"] in config.external_site_map}


def count(app, config):
    """How many claims the book settles, for its pages to say: {{ claims }}."""
    claims = sum(len(chapter["claims"]) for chapter in published(config).values())
    config.myst_substitutions = config.myst_substitutions | {"claims": claims}


def box_source(box, claims):
    """A box of the ledger as it stands in its chapter: a markdown cell of its own, closed unless it says `open`.

    It is a slip if one of the claims it answers is wrong, a missing condition if they are only incomplete.
    """
    verdicts = {claim["verdict"] for claim in claims if claim.get("box") == box["label"]}
    kind = _("A missing condition") if verdicts == {"incomplete"} else _("A common slip")
    closed = "" if box.get("open") else " dropdown"
    return (f"({box['label']})=\n:::{{admonition}} {kind}: {box['title']}\n:class: notes-checked{closed}\n"
            f"{box['text'].strip()}\n:::")


def settler(claim):
    return "by-reading" if "read" in claim else "by-machine"


def said(value):
    """A verdict or what settled a claim, as a page says it; the name of a note."""
    return {"holds": _("holds"), "incomplete": _("incomplete"), "slip": _("a slip"), "contradiction": _("at odds"),
            "by-reading": _("by reading"), "by-machine": _("by machine")}.get(value, value)


def slug(text):
    return re.sub(r"\W+", "-", text.lower()).strip("-")


class Ledger(Directive):
    """Every claim, by chapter: what the note says, the verdict, what is true, and what settles it."""

    def run(self):
        found = published(self.state.document.settings.env.config)
        claims = [claim for chapter in found.values() for claim in chapter["claims"]]
        return [self.filters(claims), *(self.chapter(n, chapter) for n, chapter in found.items())]

    def filters(self, claims):
        """Rows of check boxes for the verdicts, the notes and what settles a claim, each with its count."""
        rows = []
        for legend, kind in ((_("Verdict"), lambda claim: claim["verdict"]),
                             (_("Note"), lambda claim: claim["note"]), (_("Settled"), settler)):
            boxes = "".join(
                f'<label><input type="checkbox" checked value="{slug(value)}"> '
                f"{said(value)} <b>{count}</b></label>"
                for value, count in Counter(map(kind, claims)).most_common()
            )
            rows.append(f"<fieldset><legend>{legend}</legend>{boxes}</fieldset>")
        return nodes.raw("", f'<form class="ledger">{"".join(rows)}</form>', format="html")

    def chapter(self, n, chapter):
        section = nodes.section(ids=[f"chapter-{n}"], names=[f"chapter-{n}"])
        title = nodes.title("", "")
        title += reference(chapter["page"], "", chapter["title"])
        return section.__iadd__([title, *(self.claim(n, claim, chapter["page"]) for claim in chapter["claims"])])

    def claim(self, n, claim, page):
        kinds = [slug(value) for value in (claim["verdict"], claim["note"], settler(claim))]
        row = nodes.container(classes=["claim", *kinds], ids=[claim["id"].lower()])
        head = nodes.paragraph("", "", nodes.inline("", said(claim["verdict"]), classes=["verdict"]))
        head += [nodes.Text(" "), nodes.inline("", f"{claim['note']}, {claim['part']}", classes=["source"])]
        row += [head, *self.text(claim["says"], "says")]
        if "correct" in claim:
            row += self.text(claim["correct"], "correct")
        return row.__iadd__([self.settled(n, claim, page)])

    def text(self, markdown, kind):
        """Markdown with formulas, as the nodes of one block."""
        block = nodes.container(classes=[kind])
        self.state.nested_parse([markdown], self.content_offset, block)
        return [block]

    def settled(self, n, claim, page):
        line = nodes.paragraph(classes=["settled"])
        line += reference(page, claim.get("box") or claim.get("where", ""), _("in the chapter"))
        function = f"chapter_{n}.{claim['id'].replace('-', '_')}"
        how = [nodes.Text(_("settled by") + " "), nodes.literal("", function)]
        if "read" in claim:
            how = [nodes.Text(_("read, not machine-checked: {why}").format(why=claim["read"]))]
        if "pen" in claim:
            how.append(nodes.Text(" · " + _("a slip of the pen: {pen}").format(pen=claim["pen"])))
        return line.__iadd__([nodes.Text(" · "), *how, nodes.Text(" · "), nodes.literal("", claim["id"])])


def reference(page, anchor, text):
    """A link to another page of the book; Sphinx makes it relative when the page is written."""
    link = addnodes.pending_xref("", nodes.inline("", text), refdomain=None, reftype="ledger", reftarget=page)
    return link.__class__("", *link.children, **{**link.attributes, "anchor": anchor})


def resolve(app, env, node, content):
    """The address of a page of the ledger's links, with its anchor."""
    if node["reftype"] != "ledger":
        return None
    if node["reftarget"] not in env.all_docs:
        logging.getLogger(__name__).warning("the ledger asks for a page that is not in the book: %s",
                                            node["reftarget"], type="ledger")
        return content
    uri = app.builder.get_relative_uri(node["refdoc"], node["reftarget"])
    return nodes.reference("", "", content, refuri=uri + (f"#{node['anchor']}" if node["anchor"] else ""),
                           internal=True)


def link_boxes(app, doctree):
    """Below each box in a chapter: the claims it answers, in the ledger."""
    claims = [claim for chapter in chapters().values() for claim in chapter["claims"] if "box" in claim]
    for box in doctree.findall(lambda node: "notes-checked" in node.get("classes", ()) if
                               isinstance(node, nodes.Element) else False):
        named = [claim for claim in claims if claim["box"] in box["ids"]]
        if named:
            line = nodes.paragraph("", _("In the ledger:") + " ")
            for k, claim in enumerate(named):
                line += [nodes.Text(", " if k else ""), reference(PAGE, claim["id"].lower(), claim["id"])]
            opening = f'<details class="in-ledger"><summary>{_("Where the notes have it")}</summary>\n'
            box += [nodes.raw("", opening, format="html"), line, nodes.raw("", "</details>\n", format="html")]


def setup(app):
    app.add_directive("ledger", Ledger)
    app.connect("config-inited", count, priority=950)  # the contents are read at 900
    app.connect("doctree-read", link_boxes)
    app.connect("missing-reference", resolve)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""Which chapters the book has, and their numbers: their places among the numbered lines of `_toc.yml`.

A book may leave chapters out: take their lines out of `_toc.yml` and keep the files. What stays is numbered anew,
"chapter 5" in a link becomes the number that the chapter has, and a link to what is left out becomes plain words.
"""
import json
import re
from pathlib import Path

from docutils import nodes
from language import _
from sphinx import addnodes

ALONE = re.compile(r"^\d+$")  # chapters [4](04_x.ipynb) and [5](05_y.ipynb)


class Chapters:
    """`numbers` of the chapters of the book, by page; `titles` of those left out; `missing`, their formulas."""

    def __init__(self, site_map, folder):
        self.numbers = {page: k for k, page in enumerate(numbered(site_map), 1)}
        self.titles, self.missing = {}, set()
        for path in sorted(Path(folder).glob("[0-9][0-9]_*.ipynb")):
            page = f"{path.parent.name}/{path.stem}"
            if page not in site_map:
                cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
                self.titles[page] = next(filter(None, map(heading, cells)), path.stem)
                tags = (tag for cell in cells for tag in cell["metadata"].get("tags", ()))
                self.missing |= {tag for tag in tags if tag.startswith("eq-")}

    def words(self, text, page):
        """The text of a link to a page, with the number that its chapter has, or its title if it is left out."""
        number, title = self.numbers.get(page), self.titles.get(page)
        if number:
            text = ALONE.sub(str(number), text)
            return re.sub(rf"\b({'|'.join(ways())}) \d+", rf"\1 {number}", text)
        if title:
            text = ALONE.sub(f"“{title}”", text)
            for chapter, the_chapter in ways().items():
                text = re.sub(rf"\b{chapter} \d+", the_chapter.format(title=title), text)
        return text


def ways():
    """What stands in links before a chapter's number, in English and the book's language: {it: with a title}."""
    return {"chapter": "the chapter “{title}”", "Chapter": "The chapter “{title}”",
            _("chapter"): _("the chapter “{title}”"), _("Chapter"): _("The chapter “{title}”")}


def a_formula():
    return _("a formula")


def numbered(site_map):
    """Pages of the numbered parts, in their order."""
    return [file for part in site_map.root.subtrees if part.numbered for file in part.files()]


def heading(cell):
    found = cell["cell_type"] == "markdown" and re.match(r"# ([^:\n]+)", "".join(cell["source"]))
    return found and found[1]


def begin(app):
    """All pages are read anew when the chapters have changed."""
    before = getattr(app.env, "chapters", None)
    app.env.chapters = Chapters(app.config.external_site_map, Path(app.srcdir, "book"))
    app.env.chapters_changed = before is not None and vars(before) != vars(app.env.chapters)


def outdated(app, env, added, changed, removed):
    return env.found_docs - removed if env.chapters_changed else []


def tell(app, doctree):
    """Links that say a chapter's number say the number it has; links to what is left out are words."""
    chapters = app.env.chapters
    for link in list(doctree.findall(addnodes.pending_xref)):
        page = link["reftarget"]
        if link["refdomain"] == "doc" and page in chapters.titles:
            link.replace_self(nodes.inline("", chapters.words(link.astext(), page)))
        elif link["refdomain"] == "doc" and page in chapters.numbers:
            for text in list(link.findall(nodes.Text)):
                text.parent.replace(text, nodes.Text(chapters.words(text, page)))
        elif link["reftype"] == "eq" and page in chapters.missing:
            link.replace_self(nodes.inline("", a_formula()))


def setup(app):
    app.connect("builder-inited", begin)
    app.connect("env-get-outdated", outdated)
    app.connect("doctree-read", tell)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

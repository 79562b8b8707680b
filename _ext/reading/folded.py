"""A box of the class dropdown is the browser's own `details`: a search in the page and a link open it."""
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform


class folded(nodes.General, nodes.Element):
    """A closed box; its first child is its title."""


class folded_title(nodes.TextElement):
    pass


class Fold(SphinxPostTransform):
    default_priority = 950  # when exercises and solutions have their titles

    def run(self):
        for box in list(self.document.findall(nodes.Admonition)):
            if "dropdown" in box["classes"] and isinstance(box[0], nodes.title):
                kind = [box.tagname] if type(box).__module__ == nodes.__name__ else []
                classes = ["admonition", *kind, *(name for name in box["classes"] if name != "dropdown"), "folded"]
                for link in list(box[0].findall(nodes.reference)):
                    link.replace_self(link.children)  # a click on a title opens its box, and leads nowhere
                title = folded_title("", "", *box[0].children)
                box.replace_self(folded("", title, *box[1:], ids=box["ids"], classes=list(dict.fromkeys(classes))))


def open_box(self, node):
    self.body.append(self.starttag(node, "details"))


def close_box(self, node):
    self.body.append("</details>\n")


def open_title(self, node):
    self.body.append('<summary class="admonition-title">')


def close_title(self, node):
    self.body.append("</summary>\n")


def setup(app):
    app.add_post_transform(Fold)
    app.add_node(folded, html=(open_box, close_box))
    app.add_node(folded_title, html=(open_title, close_title))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

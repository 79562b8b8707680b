"""A step aside: text and cells from {aside-start} to {aside-end}, closed behind a title, which is its address."""
from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

log = logging.getLogger(__name__)


class aside(nodes.General, nodes.Element):
    """Its first child is its title."""


class aside_title(nodes.TextElement):
    pass


class start(nodes.Invisible, nodes.Element):
    pass


class end(nodes.Invisible, nodes.Element):
    pass


class Start(Directive):
    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        text, messages = self.state.inline_text(self.arguments[0], self.lineno)
        return [start("", aside_title("", "", *text)), *messages]


class End(Directive):
    def run(self):
        return [end()]


class Gather(SphinxTransform):
    default_priority = 11  # solutions, which are gathered in the same way, come before

    def apply(self):
        for node in list(self.document.findall(start)):
            siblings = node.parent.children
            here = siblings.index(node)
            ends = [k for k, one in enumerate(siblings) if k > here and isinstance(one, end)]
            if not ends or any(isinstance(one, start) for one in siblings[here + 1:ends[0]]):
                log.warning("an aside must end in the section where it starts", location=node)
                continue
            inside = siblings[here + 1:ends[0]]
            title = node[0].astext()
            node.parent[here:ends[0] + 1] = [aside("", *node.children, *inside, ids=[nodes.make_id(title)])]
        for node in list(self.document.findall(end)):
            log.warning("an aside ends here that did not start", location=node)


def open_tag(self, node):
    self.body.append(f'<details class="step-aside" id="{node["ids"][0]}">')


def close_tag(self, node):
    self.body.append("</details>\n")


def open_title(self, node):
    self.body.append("<summary>")


def close_title(self, node):
    self.body.append("</summary>\n")


def setup(app):
    app.add_directive("aside-start", Start)
    app.add_directive("aside-end", End)
    app.add_transform(Gather)
    app.add_node(aside, html=(open_tag, close_tag))
    app.add_node(aside_title, html=(open_title, close_title))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

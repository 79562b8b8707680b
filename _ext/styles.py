"""The theme's stylesheet without the rules that no page of the book can use: a third of its weight is left.

A rule stays when each class in its selector stands somewhere in the site's pages or scripts.
"""
import re
from pathlib import Path

from icons import THEME

NAME = "styles/pydata-sphinx-theme.css"
STRING = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|url\([^)\"']*\)")


def used_words(site):
    """Everything in the pages and the scripts that could be the name of a class."""
    words = set()
    for path in [*site.rglob("*.html"), *site.rglob("*.js")]:
        words.update(re.findall(r"[\w-]+", path.read_text(encoding="utf-8", errors="ignore")))
    return words


def pruned(css, words):
    """The stylesheet without comments and without the rules for classes that are not among the words."""
    strings = []

    def put_aside(text):
        strings.append(text[0])
        return f"\0{len(strings) - 1}\0"

    css = STRING.sub(put_aside, re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    css = rules(css, words)
    return re.sub("\0(\\d+)\0", lambda number: strings[int(number[1])], css)


def rules(css, words):
    out = []
    for head, body in blocks(css):
        if re.match(r"\s*@(media|supports)", head):
            inside = rules(body[1:-1], words)
            out.append(f"{head}{{{inside}}}" if inside else "")
        elif head.lstrip().startswith("@"):
            out.append(head + body)
        elif selectors := [one for one in re.split(r",(?![^(]*\))", head) if usable(one, words)]:
            out.append(",".join(selectors) + body)
    return "".join(out)


def blocks(css):
    """(selector or at-rule, its block with braces), one after the other; at-rules without a block come along."""
    start = depth = 0
    for brace in re.finditer(r"[{}]", css):
        depth += 1 if brace[0] == "{" else -1
        if brace[0] == "{" and depth == 1:
            opened = brace.start()
        if depth == 0:
            yield css[start:opened], css[opened:brace.end()]
            start = brace.end()


def usable(selector, words):
    plain = re.sub(r":(not|is|where|has)\((?:[^()]|\([^()]*\))*\)", "", selector)
    return all(name.replace("\\", "") in words for name in re.findall(r"\.((?:[\w-]|\\.)+)", plain))


def write(app, exception):
    """From the theme's own file, each time: a page added later may use more of it."""
    if exception or app.builder.format != "html":
        return
    source, target = THEME / NAME, Path(app.outdir, "_static", NAME)
    target.write_text(pruned(source.read_text(encoding="utf-8"), used_words(Path(app.outdir))), encoding="utf-8")


def setup(app):
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

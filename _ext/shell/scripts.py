"""No script stands in a page but the theme's first: a strict content policy stops none, and none holds a page up.

What the theme's helpers write into each page is one file for all, and a page's live figures are a file of its own,
without spaces and zeros at the ends of numbers (and shorter yet by `programs`). The template
(_ext/templates/layout.html) lets every script wait until the page is read.
"""
import re
from pathlib import Path

from sphinx.errors import ExtensionError

from shell.programs import fewer, together

FIGURE = re.compile(r'<script type="module">(.*?)</script>', re.DOTALL)
MOUNT = re.compile(r'(.*?)window\.nbcode&&nbcode\.mount\(document\.getElementById\(("[^"]*")\),(.*)\);?',
                   re.DOTALL)
UNUSED = "DOCUMENTATION_OPTIONS.pagename"  # asked for by a menu of versions, which this book does not have
STRING = re.compile(r'"(?:\\.|[^"\\])*"')
SHORTER = [(re.compile(pattern), shorter) for pattern, shorter in [
    (r"\(\((\w+ (?:==|[<>]=?) [\d.]+)\) \? \( 1 \) : \( 0 \)\)", r"+(\1)"),
    (r"(?<![\w.])(\d+)\.(\d*?)0+(?![\w.])", lambda number: number[1] + (f".{number[2]}" if number[2] else "")),
    (r"(?<![\w.])0\.(?=\d)", "."),
    (r" ?([*/=(){}\[\],:;?<>&|]) ?", r"\1"), (r"(?<![-+ ]) ?([-+]) ?(?![-+ ])", r"\1")]]
PLACE = re.compile(r'(?<="axes":\[)[^\]]+')  # of the axes in a picture: to a ten-thousandth of a pixel
USUAL = re.compile(r'"(?:closed|dots)":false,|,"(?:closed|dots)":false(?=\})')


def short(script):
    """The script of a figure, as it is made: no comments, and strings between double quotes only."""
    strings = STRING.findall(script)
    parts = STRING.split(script)
    if any(sign in "".join(parts) for sign in ("'", "`", "//", "/*")):
        return script
    for pattern, shorter in SHORTER:
        parts = [pattern.sub(shorter, part) for part in parts]
    script = "".join(part + string for part, string in zip(parts, [*strings, ""], strict=True))
    script = PLACE.sub(lambda axes: ",".join(f"{float(number):.7g}" for number in axes[0].split(",")), script)
    return fewer(USUAL.sub("", script))


def waiting(script):
    """The script, which says what a figure is, for the moment when the page has time for it (pages/live.js)."""
    figure = MOUNT.fullmatch(script.strip())
    if not figure:
        if "nbcode.mount(" in script:  # its page leaves out what live.js puts back
            raise ExtensionError(f"the script of a figure must end with nbcode.mount(…): {script[:200]}")
        return f"{{{script}}}"
    ahead, element, spec = figure.groups()
    spec = spec.replace(f'"name":{element.replace("fig-", "", 1)},', "", 1)  # it is that of the element
    made = f"{{{ahead}return{spec};}}" if ahead else f"({spec})"
    return f"nbcode.live({element},()=>{made});"


def gather(app, pagename, templatename, context, doctree):
    files = context["script_files"]
    inline = [script.attributes["body"] for script in files if not script.filename]
    files[:] = [script for script in files if script.filename]
    lines = dict.fromkeys(body for body in inline if UNUSED not in body)
    add(app, "settings.js", "\n".join(lines), 250)  # between Sphinx's options and who asks for them
    figures = FIGURE.findall(context.get("body", ""))
    if figures:
        context["body"] = FIGURE.sub("", context["body"])
        text = together(waiting(short(script)) for script in figures)
        add(app, f"figures/{pagename.replace('/', '-')}.js", text, 900)


def add(app, name, text, priority):
    path = Path(app.outdir, "_static", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")
    app.add_js_file(name, priority=priority)


def setup(app):
    app.connect("html-page-context", gather, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""Pictures with no more points, marks, names and shades than an eye can tell apart.

A curve keeps the points from which it would else stray by more than `NEAR`; round marks of one look are one path
of dots, and lines of one look are one path; a path that no one sees before a script draws it anew is empty; names
within a picture are short; a sheet of shades is a picture of few colours.
"""
import base64
import io
import re
from itertools import groupby

import numpy as np
from PIL import Image

NEAR = 0.06  # of a point, which is 1.3 pixels: less than what is lost where a coordinate is a tenth
SHADES, STEP = 64, 8  # colours of a sheet; steps of its opacity, of 255, where it has more
POLYLINE = re.compile(r"M[^A-Z]*(?:L[^A-Z]*){3,}[Zz]?")
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
UNSEEN = re.compile(r'(<path [^>]*?) d="[^"]*"(?=[^>]*visibility: hidden)')
NAMES = re.compile(r'((?: id="|url\(#|href="#))(fig-[\w-]+?-(?:[pm][0-9a-f]{10}|clip\d+))(?=["\)])')
CIRCLE = re.compile(r'<defs><path id="([^"]+)" d="M0 ([\d.]+)(c[^"a-z]*z)" '
                    r'style="stroke: ([^;"]*)(?:; stroke-width: ([\d.]+))?"/></defs>')
MARKS = re.compile(r'(?:<g clip-path="[^"]*">(?:<use [^>]*/>)+</g>|<use [^>]*/>)+')
MARK = re.compile(r'<g( clip-path="[^"]*")>|<use href="#([^"]*)" x="([^"]*)" y="([^"]*)" style="([^"]*)"/>')
PATH = re.compile(r'<path d="[^"]*"(?: clip-path="[^"]*")? style="[^"]*"/>')
RUN = re.compile(rf"(?:{PATH.pattern}){{2,}}")
SHEET = re.compile(r'(?<=href="data:image/png;base64,) ?([^"]*)')


def straight(path):
    """Path data without the points that lie between others."""
    return POLYLINE.sub(lambda line: thinned(line[0]), path)


def thinned(line):
    points = np.reshape([float(number) for number in NUMBER.findall(line)], (-1, 2))
    kept = "L".join(f"{x:.10g} {y:.10g}" for x, y in points[needed(points)])
    return f"M{kept}{'Z' if line[-1] in 'Zz' else ''}"


def needed(points):
    """The indices of points from which the line through them never strays by more than NEAR."""
    kept, parts = {0, len(points) - 1}, [(0, len(points) - 1)]
    while parts:
        first, last = parts.pop()
        if last - first > 1:
            away = distances(points[first + 1:last], points[first], points[last])
            if away.max() > NEAR:
                middle = first + 1 + int(away.argmax())
                kept.add(middle)
                parts += [(first, middle), (middle, last)]
    return sorted(kept)


def distances(points, start, end):
    """How far points are from the straight line from start to end."""
    way, size = end - start, ((end - start)**2).sum()
    share = np.clip((points - start) @ way / size, 0, 1) if size else np.zeros(len(points))
    return np.hypot(*(points - start - share[:, None] * way).T)


def dots(svg):
    """The round marks of one colour as dots of a path, which are drawn the same."""
    circles = {name: (stroke, 2 * float(radius) + float(width or 1)) for name, radius, curve, stroke, width
               in CIRCLE.findall(svg) if len(NUMBER.findall(curve)) == 48}
    svg = MARKS.sub(lambda marks: joined_marks(marks[0], circles), svg)
    for name in circles:
        if f'href="#{name}"' not in svg:
            svg = re.sub(rf'<defs><path id="{re.escape(name)}".*?</defs>', "", svg)
    return svg


def joined_marks(text, circles):
    clip, marks = "", []
    for clipped, name, x, y, style in MARK.findall(text):
        clip = clipped if not name else clip
        if name:
            marks.append(((clip, name, style), (x, y)))
    if text.count("<use ") > len(marks):
        return text
    out = ""
    for (clip, name, style), group in groupby(marks, key=lambda mark: mark[0]):
        places = [place for _, place in group]
        color, size = circles.get(name, ("", 0))
        if color and style.startswith(f"fill: {color}; stroke: {color}") and "opacity" not in style:
            path = "".join(f"M{x} {y}h0" for x, y in places)
            look = f"stroke: {color}; stroke-width: {size:g}; stroke-linecap: round"
            out += f'<path d="{path}"{clip} style="{look}"/>'
        else:
            uses = "".join(f'<use href="#{name}" x="{x}" y="{y}" style="{style}"/>' for x, y in places)
            out += f"<g{clip}>{uses}</g>" if clip else uses
    return out


def by_look(svg):
    """Of paths of one colour that follow each other, one for each look: no one sees which is drawn first."""
    return RUN.sub(lambda run: "".join(one for color, paths in groupby(PATH.findall(run[0]), key=ink)
                                       for one in (joined(paths) if color else paths)), svg)


def joined(paths):
    looks = {}
    for path in paths:
        _, line, look = path.split('"', 2)
        looks[look] = looks.get(look, "") + line
    return [f'<path d="{line}"{look}' for look, line in looks.items()]


def ink(path):
    """The one colour of a path that hides what is below it; "" for any other."""
    style = path.partition('style="')[2]
    fill, stroke = (re.findall(rf"(?<![-\w]){name}: ([^;\"]*)", style) for name in ("fill", "stroke"))
    return stroke[0] if fill and stroke and fill[0] in ("none", stroke[0]) and "opacity" not in style else ""


def unseen(svg):
    """Without what a hidden path would draw: the script that shows it draws it, too."""
    return UNSEEN.sub(r"\1", svg)


def renamed(html):
    """Names of clips and marks, which no one types, as _0, _1, … on each page."""
    names = {}
    return NAMES.sub(lambda name: name[1] + names.setdefault(name[2], f"_{len(names)}"), html)


def sheets(svg):
    return SHEET.sub(lambda sheet: base64.b64encode(few_colours(base64.b64decode(sheet[1]))).decode(), svg)


def few_colours(png):
    """The same picture with a palette, if it is smaller."""
    shades = np.array(Image.open(io.BytesIO(png)).convert("RGBA"))
    shades[shades[..., 3] == 0] = 0
    if len(np.unique(shades.reshape(-1, 4), axis=0)) > SHADES:
        shades[..., 3] = np.minimum(255, np.round(shades[..., 3] / STEP) * STEP)
    colours, index = np.unique(shades.reshape(-1, 4), axis=0, return_inverse=True)
    if len(colours) > 256:
        return png
    order = np.argsort(colours[:, 3], kind="stable")  # what is opaque comes last, and is not listed
    picture = Image.fromarray(np.argsort(order)[index].reshape(shades.shape[:2]).astype(np.uint8), "P")
    picture.putpalette(colours[order, :3].ravel().tolist())
    data = io.BytesIO()
    picture.save(data, "png", optimize=True, transparency=bytes(colours[order, 3].tolist()))
    return min(png, data.getvalue(), key=len)

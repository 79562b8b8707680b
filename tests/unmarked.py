"""Words that a reader would see and that no catalogue has: literals of the interface that are not marked.

What a literal is for is told from itself and the code around it; no list names a literal, all name kinds.
"""
import ast
import re

WORDS = re.compile(r"[^\W\d_]{2,},? [^\W\d_]{2,}|^\W*[A-Z][a-z]+\W*$|[^\W\d_]{2,} ?[.…!?]$")
VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)  # a path's commands have none
TAG = re.compile(r"<[^<>]*>|&\w+;")
NAMES = {"Python", "Ctrl", "K", "et al."}  # the same in every language


def is_said(text):
    """Does it look like words, once tags and what is put in are taken away?"""
    text = re.sub(r"\$?\{[^{}]*\}", " ", TAG.sub(" ", text)).strip()
    return bool(WORDS.search(text) and VOWEL.search(text)) and text not in NAMES


# -- scripts ------------------------------------------------------------------------------------------------------

LETTERS = re.compile(r"[^\W\d_]{2}")
SHOWN = re.compile(  # any letters here are seen
    r'(?:textContent|title|placeholder|alt)(?::| =) *[^,;`"]*$|aria-label"?[:,] *[^,;`"]*$'
    r'|\b(?:say|append|button|complain|finish|NotRead|Error|legend)\((?:"p", )?$')
UNSEEN = [re.compile(kind) for kind in (
    r'(?:className|class|type|href|rel|name|tag)"?(?::| =|=) *(?:\w+ \? )?$',  # classes and kinds of elements
    r"(?:querySelector(?:All)?|closest|closest\?\.|matches|classList\.\w+|\.all|element)\($",  # selectors
    r'(?:LEFT_OUT|PAPER|BOXES|NOT_WORDS) = $|style\.\w+ [+=]+ $|\.style, \w+: $|\["root", $',  # and rules of style
    r"=== $|\bcase $|(?:\bon|EventListener)\($",  # what is compared with; names of events
    r"matchMedia\($|getPropertyValue\($|setProperty\($",  # conditions and names of styles
    r"from $|import\($|new URL\($",  # addresses of scripts
    r'^  (?:\w{3,4}: "[^"]*", )*\w{3,4}: $',  # abbreviations that the search knows
    r"new Set\(\[.*$")]  # names in formulas
CODE = re.compile(r'^\s*(?:from nbcode|import |dict\(|url\(|M\d|#|\.[\w-]+|translate|color-mix|"use strict)'
                  r"|[=;{]\s*\n|^\w+: \w+;")
REGEX = re.compile(r"/(?![/*])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")


def literals(code):
    """(where, what stands before it in the line, text) of every literal of a script."""
    at, depth, last = 0, [], ""
    while at < len(code):
        c = code[at]
        if code.startswith("//", at):
            at = code.find("\n", at) % (len(code) + 1)
        elif c == "/" and not re.search(r"[\w$)\]}]\s*$", last) and (found := REGEX.match(code, at)):
            at, last = found.end(), "/x"
        elif c in "\"'":
            end = re.compile(rf"(?:[^\\{c}]|\\.)*{c}").match(code, at + 1).end()
            yield at, before(code, at), code[at + 1:end - 1]
            at, last = end, '"'
        elif c == "`" or c == "}" and depth and depth[-1][0] == 0:
            start, parts = (at, []) if c == "`" else depth.pop()[1:]
            found = re.compile(r"(?:[^\\`$]|\\.|\$(?!\{))*").match(code, at + 1)
            parts.append(found[0])
            if code[found.end()] == "`":
                yield start, before(code, start), "{}".join(parts)
                at = found.end() + 1
            else:
                depth.append((0, start, parts))
                at = found.end() + 2
            last = "`" if code[at - 1] == "`" else "{"
        else:
            if depth and c in "{}":
                depth[-1] = (depth[-1][0] + (1 if c == "{" else -1), *depth[-1][1:])
            at, last = at + 1, (last + c)[-8:]


def before(code, at):
    return code[code.rfind("\n", 0, at) + 1:at]


def in_script(code):
    """The literals of a script that a reader would see and that are not marked."""
    return [text for _, ahead, text in literals(code) if not re.search(r"(?<![\w$])_$", ahead)
            and (LETTERS.search(text) and SHOWN.search(ahead) or is_said(text))
            and not any(kind.search(ahead) for kind in UNSEEN) and not CODE.search(text)]


# -- programs in Python -------------------------------------------------------------------------------------------

TO_AUTHORS = {"warning", "ExtensionError", "error", "ArgumentParser", "add_argument", "print", "exit", "bundle"}
PATTERNS = {"compile", "sub", "match", "fullmatch", "search", "findall", "finditer", "split", "xpath", "replace",
            "startswith", "endswith", "removeprefix", "removesuffix", "count", "namedtuple", "partition"}
PROGRAM = re.compile(
    r"^\W*[a-z_.-]+$|^(?:assert|raise|import|from|def|%pip|page|answer|chain|WORDS)\b|\bimport \w+"
    r"|=>|@page|= (?:Symbol|None)|# (?:BEGIN|END|ASSIGNMENT)|use strict|^/|^[a-z]+(?:-[a-z]+)+(?: [a-z-]+)*$"
    r"|^[a-z]+-\w+ \w+$|^\W?class=")


def in_program(code):
    """The texts of a program in Python that a reader would see and that are not marked.

    Not seen are docstrings, what authors are told, patterns, programs and styles, and a text that is looked for:
    the same one is marked elsewhere in the file.
    """
    tree, marked = ast.parse(code), set()

    def texts(node):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name == "_":
                marked.update(each.value for each in node.args if isinstance(each, ast.Constant))
            if name == "_" or name in TO_AUTHORS | PATTERNS:
                return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "{}".join(part.value for part in node.values if isinstance(part, ast.Constant))
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    yield from texts(part)
        else:
            for child in ast.iter_child_nodes(node):
                yield from texts(child)

    return [text for text in list(texts(tree)) if is_said(text) and not PROGRAM.search(text.strip())
            and text not in marked]


# -- templates ----------------------------------------------------------------------------------------------------

def in_template(html):
    """The naked text of a template, and that of its attributes that are read aloud."""
    html = re.sub(r"(?s)\{#.*?#\}|\{%.*?%\}|<(script|style).*?</\1>|<!--.*?-->", " ", html)
    html = re.sub(r"(?s)\{\{.*?\}\}", " ", html)
    spoken = re.findall(r'\b(?:title|aria-label|placeholder|alt)="([^"]*)"', html)
    return [text for text in [*spoken, *re.split(r"<[^<>]*>", html)] if LETTERS.search(text)
            and text.strip() not in NAMES]


# -- styles -------------------------------------------------------------------------------------------------------

def in_style(css):
    """Words that a stylesheet puts into a page."""
    texts = [text for rule in re.findall(r"\bcontent: ?([^;}]*)", css) for text in re.findall(r'"([^"]*)"', rule)]
    return [text for text in texts if LETTERS.search(text)]

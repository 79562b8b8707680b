"""The tags of a page without those that say nothing: what Sphinx and its theme write for stylesheets of others.

Each page is read as it is about to be written, with all that the theme puts around its text.
"""
import re

TYPED = re.compile(r"(<(pre|textarea)\b.*?</\2>)", re.DOTALL)
ARTICLE = re.compile(r"<article.*?</article>", re.DOTALL)
LESS = [(re.compile(pattern), better) for pattern, better in [
    (r'<div class="highlight-none notranslate">(<div class="highlight">\0\d+\0</div>)\s*</div>', r"\1"),
    (r'(class="(?!(?:[^"]* )?cell(?:_output)?[ "])[^"]*) docutils container"', r'\1"'),  # the theme moves these
    (r'(<code class="short) docutils literal notranslate">(.*?)(?=</code>)', lambda code: short(code)),
    (r'class="docutils literal notranslate"', 'class="literal"'),
    (r'(?<!<li class="toctree-l\d">)<a class="reference (?:in|ex)ternal"', "<a"),  # a script looks for these
    (r'<span class="(?:xref )?std std-[^"]*">([^<]*)</span>', r"\1"),
    (r' class="row-(?:odd|even)"', "")]]
OUTSIDE = [(re.compile(pattern, re.DOTALL), better) for pattern, better in [
    (r"<!--.*?-->", ""), (r'(?<=/>)<meta name="viewport"[^>]*>|<meta name="docsearch:[^>]*>', ""),
    (r'<div id="ethical-ad-placement"[^>]*>.*?</div>', ""),
    (r'<div class="pst-async-banner-revealer[^>]*>.*?</aside>\s*</div>', ""),
    (r' data-cfasync="false"', ""), (r"\s*\n\s*", "\n")]]


def short(code):
    """Code that stays on its line needs no mark around each word."""
    return f'{code[1]} literal">' + re.sub(r'<span class="pre">([^<]*)</span>', r"\1", code[2])


def plain(html):
    """The page without what no stylesheet and no script asks for; what is typed stays as it is."""
    typed = []

    def put_aside(text):
        typed.append(text[0])
        return f"\0{len(typed) - 1}\0"

    html = ARTICLE.sub(lambda article: plain_article(article[0]), TYPED.sub(put_aside, html))
    for pattern, better in OUTSIDE:
        html = pattern.sub(better, html)
    return re.sub("\0(\\d+)\0", lambda number: typed[int(number[1])], html)


def plain_article(html):
    for pattern, better in LESS:
        html = pattern.sub(better, html)
    return html


def take_over(app):
    render = app.builder.templates.render
    app.builder.templates.render = lambda name, context: plain(render(name, context))


def setup(app):
    app.connect("builder-inited", take_over)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""Markdown, code and docstrings as HTML that reads well without scripts."""

import html
import re
from html.parser import HTMLParser

import latex2mathml.converter
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name


def markdown(text, link=lambda target: target, prefix=""):
    """Markdown as HTML: `link` rewrites every address, and headings get an id that begins with `prefix`."""
    engine = MarkdownIt("commonmark", {"highlight": lambda code, language, _: coloured(code, language)}).enable("table")
    dollarmath_plugin(engine, renderer=formula)
    tokens = engine.parse(text)
    for token, following in zip(tokens, tokens[1:], strict=False):
        if token.type == "heading_open":
            token.attrSet("id", prefix + slug(following.content))
    for child in [child for token in tokens for child in token.children or []]:
        for name in ("href", "src"):
            if name in child.attrs:
                child.attrSet(name, link(child.attrs[name]))
    page = engine.renderer.render(tokens, engine.options, {})
    page = page.replace("<table>", '<div class="table" tabindex="0"><table>').replace("</table>", "</table></div>")
    for wide in ("<pre", '<div class="math block"'):
        page = page.replace(
            f"{wide}>", f'{wide} tabindex="0">'
        )  # what scrolls sideways must be reached from the keyboard
    return page


def slug(heading):
    """A heading as the id that code hosts give it: "## What you made" -> "what-you-made"."""
    return re.sub(r"[^\w-]", "", re.sub(r"[`*]", "", heading).strip().lower().replace(" ", "-"))


def coloured(code, language="python"):
    """Code as HTML with classes for its colours; unknown languages stay plain."""
    if language not in ("python", "json"):
        return html.escape(code)
    return highlight(code, get_lexer_by_name(language), HtmlFormatter(nowrap=True))


def formula(latex, options):
    """LaTeX as MathML, which browsers draw by themselves."""
    return latex2mathml.converter.convert(latex, display="block" if options["display_mode"] else "inline")


def docstring(text):
    """A docstring as HTML: paragraphs, `code`, and indented blocks as they stand. Asterisks are products here."""
    blocks = re.split(r"\n\s*\n", (text or "").strip())
    return "\n".join(
        f'<pre tabindex="0"><code>{html.escape(block)}</code></pre>'
        if block.startswith(("  ", ">>>"))
        else f"<p>{inline(block)}</p>"
        for block in blocks
    )


def inline(text):
    """`code` in plain text, and nothing else, as HTML."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


BLOCKS = {"p", "li", "pre", "div", "td", "th", "tr", "summary", "img", "br", "blockquote"}


class _Text(HTMLParser):
    """The sections of a page: [(id, heading, text), ...], split at headings with an id, main text alone."""

    def __init__(self):
        super().__init__()
        self.sections, self.inside, self.heading, self.skipped = [], False, None, None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.inside |= tag == "main"
        if tag in ("script", "style", "math", "aside"):
            self.skipped = self.skipped or tag
        if tag in ("h1", "h2", "h3") and self.inside and not self.skipped:
            self.sections.append([attributes.get("id", ""), "", ""])
            self.heading = tag
        if tag in BLOCKS:
            self.handle_data(" ")

    def handle_endtag(self, tag):
        self.inside &= tag != "main"
        if tag == self.skipped:
            self.skipped = None
        if tag == self.heading:
            self.heading = None

    def handle_data(self, data):
        if self.inside and self.sections and not self.skipped:
            self.sections[-1][1 if self.heading else 2] += data


def sections(page):
    """The searchable text of a built page: [(id, heading, text), ...]."""
    reader = _Text()
    reader.feed(page)
    return [(anchor, " ".join(heading.split()), " ".join(text.split())) for anchor, heading, text in reader.sections]

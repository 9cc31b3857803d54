"""HTML bodies as plain text: structure and quote depth stay, text that no reader would see goes."""

from __future__ import annotations

import re
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from email_assistant.mail.html.bounds import MAX_HTML, sane_html
from email_assistant.mail.html.hiding import Declarations, declarations, is_gone, styles_of_sheets
from email_assistant.mail.html.line import Line
from email_assistant.mail.html.looks import Look, look_of
from email_assistant.mail.html.marks import ListMark, link_target
from email_assistant.mail.message import MAX_LINES
from email_assistant.mail.text.prompt_injection import prompt_injection

_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div",
        "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
        "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table",
        "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    }
)  # fmt: skip
_APART = frozenset(
    {
        "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre", "blockquote",
    }
)  # fmt: skip  # a blank line around
_UNSEEN = frozenset(
    {
        "head", "script", "style", "title", "template", "noscript", "object", "iframe", "svg", "math",
        "select", "meta", "link", "audio", "video", "canvas", "map",
    }
)  # fmt: skip
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_BLANKS_IN_LINE = re.compile(r"[ \t\f]+")
_ZERO_WIDTH = re.compile(r"[\u00ad\u034f\u200b\u2060\ufeff]|\u200c(?=\s|$)")
_LETTER, _WORDS = re.compile(r"\w"), re.compile(r"[^\W\d_]\W+[^\W\d_]")
_FILE_NAME = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|bmp|tiff?)$", re.IGNORECASE)
MAX_PREVIEW = 300
"""Characters of the line that a newsletter hides above its text, for inboxes to show beside the subject."""
MAX_IMAGES, MAX_ALT = 50, 500
_DEEPEST_QUOTE = 50
_DEEPEST_LIST = 20
_EMBEDDED_DATA = re.compile(r"\bdata:[\w/+.-]{1,80};base64,[A-Za-z0-9+/=\s]*+", re.IGNORECASE)
_SOURCE = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_ELEMENT_ALONE = re.compile(
    r"\s*<(div|p|table|span|center|font|style|meta|h[1-6]|ul|ol|b|br)\b[^<>]*>", re.IGNORECASE
)
_CLOSING_TAG = re.compile(r"</[a-z][a-z0-9]*>", re.IGNORECASE)
_RULE_LINE = "_" * 32  # what Outlook writes for the line above a quoted message


class ReadHtml(NamedTuple):
    """The text, whether any was left out because it was hidden, and whether the rest was read to its end."""

    text: str
    hidden: bool
    complete: bool = True


def looks_like_html(text: str, *, named: bool = False) -> bool:
    """Return whether a plain text is HTML's source: a document, or an element from its beginning to its end.

    Where its file is `named` so, any closing tag in it is enough.
    """
    if _SOURCE.match(text) or (named and _CLOSING_TAG.search(text[:MAX_HTML])):
        return True
    return (
        _ELEMENT_ALONE.match(text) is not None
        and text.rstrip().endswith(">")
        and len(_CLOSING_TAG.findall(text[:MAX_HTML])) > 1
    )


def html_to_text(html: str) -> ReadHtml:
    """Read an HTML body as text.

    A list's items get their mark, a quotation its `> `, a table with borders or headings its `|`, struck text
    its `~~`, and a link its target where the text does not say it. The walk keeps its own stack, so that no
    nesting is too deep.
    """
    html, complete = sane_html(_EMBEDDED_DATA.sub("data:", html))
    try:
        parser = LexborHTMLParser(html)
    except SelectolaxError:  # nothing in it to parse
        return ReadHtml("", hidden=False)
    if parser.root is None:
        return ReadHtml("", hidden=False)
    styles, all_styles = styles_of_sheets(parser, html.count("<"))
    writer = _Writer(styles)
    writer.walk(parser.body or parser.root, Look() if all_styles else Look(background=None))
    return ReadHtml(writer.text(), writer.hidden, complete=writer.complete and complete)


class _Writer:
    """The text as it grows: finished lines, and the one that is being written."""

    def __init__(self, styles: dict[int, Declarations]) -> None:
        self.hidden = False
        self.complete = True
        self._preview = ""  # what is hidden above all that is seen
        self._images: list[str] = []  # the words that stand for them
        self._styles = styles
        self._lines: list[str] = []
        self._line = Line()
        self._depth = 0
        self._depth_above = 0  # of the line above
        self._apart = False  # whether a blank line is due before the next text
        self._lists: list[ListMark] = []
        self._grids: list[bool] = []  # per open table whether its cells are set apart by marks
        self._link: list[str] | None = None  # the text of the open link

    def walk(self, root: LexborNode, look: Look) -> None:
        """Visit every node that is seen, in order, and every element once more when it ends."""
        todo: list[tuple[LexborNode, bool, Look]] = [(root, False, look)]
        while todo and len(self._lines) < MAX_LINES:
            node, ends, look = todo.pop()
            if ends:
                self._end(node)
            elif node.is_text_node:
                self._write(node.text_content or "", look)
            elif node.is_element_node and node.tag not in _UNSEEN:
                attributes = node.attributes
                style = self._styles.get(node.mem_id, {}) | declarations(attributes.get("style") or "")
                closed = node.tag == "dialog" and "open" not in attributes
                if closed or "hidden" in attributes or is_gone(style):
                    self._leave_out(node.text())
                    continue
                look = look_of(node.tag or "", attributes, style, look)
                self._begin(node, attributes, style)
                todo.append((node, True, look))
                children = []
                child = node.first_child
                while child is not None:
                    children.append((child, False, look))
                    child = child.next
                todo.extend(reversed(children))
        self.complete = not todo

    def text(self) -> str:
        """Return all that was written; of a mail that is all images, what stands in their places."""
        self._break()
        if not any(_LETTER.search(line) for line in self._lines):
            self._lines += self._images
        return "\n".join(self._lines).strip("\n")

    def _leave_out(self, text: str) -> None:
        """Pass over what nobody sees; a few words above all else are what inboxes show beside the subject."""
        if self.hidden or not _LETTER.search(text):
            return
        self._preview += f" {text}"
        above_all = not self._line and not any(map(str.strip, self._lines))
        is_preview = above_all and len(" ".join(_ZERO_WIDTH.sub("", self._preview).split())) <= MAX_PREVIEW
        self.hidden |= not is_preview or bool(prompt_injection(self._preview))

    def _begin(self, node: LexborNode, attributes: dict[str, str | None], style: Declarations) -> None:
        tag = node.tag or ""
        if tag == "br":
            self._break(force=True)
        elif tag == "img":
            self._write_image(attributes)
        elif tag in {"td", "th"} and self._line:
            self._line.add(" | " if self._grids and self._grids[-1] else " ")
        elif tag in _BLOCKS and tag not in {"td", "th"}:
            self._break(apart=tag in _APART and not (tag in {"ul", "ol"} and self._lists))
        match tag:
            case "blockquote" if _is_quote(node):
                self._depth += 1
            case "ul" | "ol":
                self._lists.append(ListMark(tag, attributes, style, items=_items(node, attributes)))
            case "li":
                indent = "  " * (min(len(self._lists), _DEEPEST_LIST) - 1)
                self._line = Line(indent + (self._lists[-1] if self._lists else ListMark()).next(attributes))
            case "a":
                self._link = []
            case "table":
                border = (attributes.get("border") or "0").strip()
                self._grids.append(border not in {"", "0"})
            case "th" if self._grids:
                self._grids[-1] = True
            case "hr":
                self._put(_RULE_LINE)

    def _end(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "a":
            self._end_link(node.attributes.get("href") or "")
        if tag in _BLOCKS and tag not in {"td", "th"}:
            self._break(apart=tag in _APART and not (tag in {"ul", "ol"} and len(self._lists) > 1))
        match tag:
            case "blockquote" if _is_quote(node):
                self._depth -= 1
            case "ul" | "ol" if self._lists:
                self._lists.pop()
            case "table" if self._grids:
                self._grids.pop()

    def _end_link(self, href: str) -> None:
        text, self._link = "".join(self._link or ()), None
        if not (target := link_target(href, text)):
            return
        if self._line:
            self._line.close_with(f" <{target}>")
        elif self._lines:
            self._lines[-1] += f" <{target}>"

    def _write(self, text: str, look: Look) -> None:
        if not look.is_seen:
            self._leave_out(text)
            return
        text = _ZERO_WIDTH.sub("", text)
        if self._link is not None:
            self._link.append(text)
        if not look.keeps:
            self._line.write(_BLANKS.sub(" ", text).replace("\u00a0", " "), look)
            return
        first, *rest = text.replace("\r\n", "\n").split("\n")
        self._write_kept(first, look)
        for line in rest:
            self._break(force=True)
            self._write_kept(line, look)

    def _write_kept(self, text: str, look: Look) -> None:
        """Write text whose line ends are kept, and unless they collapse its blanks too."""
        if look.keeps == "pre-line":
            self._line.write(_BLANKS_IN_LINE.sub(" ", text).replace("\u00a0", " "), look)
        else:
            self._line.write(text, look, as_it_is=True)

    def _write_image(self, attributes: dict[str, str | None]) -> None:
        alt = " ".join((attributes.get("alt") or "")[:MAX_ALT].split())
        if alt and not alt.isascii() and len(alt) <= 8:  # an emoji
            self._line.add(alt)
        elif _WORDS.search(alt) and len(self._images) < MAX_IMAGES and not _FILE_NAME.search(alt):
            tiny = any((attributes.get(side) or "").strip() in {"0", "1"} for side in ("width", "height"))
            if not tiny and alt not in self._images:
                self._images.append(alt)

    def _break(self, *, force: bool = False, apart: bool = False) -> None:
        """End the line, where it has text or `force` says so; `apart` wants a blank line before the next."""
        if self._line or force:
            line = str(self._line)
            self._put(line if line == "-- " else line.rstrip())
        self._line = Line()
        self._apart |= apart and bool(self._lines)

    def _put(self, line: str) -> None:
        prefix = ">" * min(self._depth, _DEEPEST_QUOTE)
        if self._apart and self._lines and self._lines[-1].strip("> "):
            self._lines.append(prefix[: self._depth_above])
        self._apart = False
        self._depth_above = len(prefix)
        self._lines.append(f"{prefix} {line}" if prefix and line else prefix or line)


def _items(node: LexborNode, attributes: dict[str, str | None]) -> int:
    """Return the number with which a list begins: that of its items if it counts down, else 1."""
    if "reversed" not in attributes:
        return 1
    return sum(1 for each in node.iter(include_text=False) if each.tag == "li")


def _is_quote(node: LexborNode) -> bool:
    """Return whether a blockquote is a quotation: programs that indent with it say "no border"."""
    style = node.attributes.get("style") or ""
    return not re.search(r"border\s*:\s*(?:none|0)", style, re.IGNORECASE) or "type" in node.attributes

"""HTML bodies as plain text: structure and quote depth stay, text that no reader would see goes."""

from __future__ import annotations

import re
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from email_assistant.mail.html_hiding import (
    Declarations,
    declarations,
    hiding_text,
    is_gone,
    styles_of_sheets,
)
from email_assistant.mail.message import MOST_LINES

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
_ZERO_WIDTH = re.compile(r"[\u00ad\u034f\u200b\u2060\ufeff]|\u200c(?=\s|$)")
_DEEPEST_QUOTE = 50
_DEEPEST_ELEMENT = 6_000
# Those that the parser does not close of itself.
_NESTING_TAG = re.compile(
    r"<(/?)(?!(?:p|li|td|th|tr|dt|dd|br|hr|img|meta|link|input|col|option|wbr|area|base)\b)[a-z]",
    re.IGNORECASE,
)
_RULE_LINE = "_" * 32  # what Outlook writes for the line above a quoted message


class ReadHtml(NamedTuple):
    """The text, whether any was left out because it was hidden, and whether the rest was read to its end."""

    text: str
    hidden: bool
    complete: bool = True


def html_to_text(html: str) -> ReadHtml:
    """Read an HTML body as text.

    A list's items get their mark, a quotation its `> `, a table with borders or headings its `|`. The walk
    keeps its own stack, so that no nesting is too deep.
    """
    end = _end_of_sane_nesting(html)
    try:
        parser = LexborHTMLParser(html[:end])
    except SelectolaxError:  # nothing in it to parse
        return ReadHtml("", hidden=False)
    if parser.root is None:
        return ReadHtml("", hidden=False)
    writer = _Writer(styles_of_sheets(parser, html.count("<", 0, end)))
    writer.walk(parser.body or parser.root)
    return ReadHtml(writer.text(), writer.hidden, complete=writer.complete and end == len(html))


def _end_of_sane_nesting(html: str) -> int:
    """Where elements get nested so deep that the parser, quadratic in the depth, would not come to an end."""
    depth = 0
    if html.count("<") > _DEEPEST_ELEMENT:
        for tag in _NESTING_TAG.finditer(html):
            depth = max(0, depth - 1) if tag[1] else depth + 1
            if depth > _DEEPEST_ELEMENT:
                return tag.start()
    return len(html)


class _Writer:
    """The text as it grows: finished lines, and the one that is being written."""

    def __init__(self, styles: dict[int, Declarations]) -> None:
        self.hidden = False
        self.complete = True
        self._styles = styles
        self._lines: list[str] = []
        self._line = ""
        self._depth = 0
        self._depth_above = 0  # of the line above
        self._preformatted = 0
        self._apart = False  # whether a blank line is due before the next text
        self._lists: list[int | None] = []  # per open list the number of its last item, None without numbers
        self._grids: list[bool] = []  # per open table whether its cells are set apart by marks

    def walk(self, root: LexborNode) -> None:
        """Visit every node that is seen, in order, and every element once more when it ends."""
        todo: list[tuple[LexborNode, bool, frozenset[str]]] = [(root, False, frozenset())]
        while todo and len(self._lines) < MOST_LINES:
            node, ends, unseen = todo.pop()
            if ends:
                self._end(node)
            elif node.is_text_node:
                self._write(node.text_content or "", unseen=bool(unseen))
            elif node.is_element_node and node.tag not in _UNSEEN:
                attributes = node.attributes
                style = self._styles.get(node.mem_id, {}) | declarations(attributes.get("style") or "")
                if "hidden" in attributes or is_gone(style):
                    self.hidden |= bool(re.search(r"\w", node.text()))
                    continue
                unseen = hiding_text(style, unseen)
                self._begin(node)
                todo.append((node, True, unseen))
                children = []
                child = node.first_child
                while child is not None:
                    children.append((child, False, unseen))
                    child = child.next
                todo.extend(reversed(children))
        self.complete = not todo

    def text(self) -> str:
        """All that was written."""
        self._break()
        return "\n".join(self._lines).strip("\n")

    def _begin(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "br":
            self._break(force=True)
        elif tag == "img":
            self._write_emoji(node.attributes.get("alt") or "")
        elif tag in {"td", "th"} and self._line.strip():
            self._line += " | " if self._grids and self._grids[-1] else " "
        elif tag in _BLOCKS and tag not in {"td", "th"}:
            self._break(apart=tag in _APART and not (tag in {"ul", "ol"} and self._lists))
        match tag:
            case "blockquote" if _is_quote(node):
                self._depth += 1
            case "pre":
                self._preformatted += 1
            case "ul" | "ol":
                self._lists.append(0 if tag == "ol" else None)
            case "li":
                self._line = self._item_mark()
            case "table":
                border = (node.attributes.get("border") or "0").strip()
                self._grids.append(border not in {"", "0"})
            case "th" if self._grids:
                self._grids[-1] = True
            case "hr":
                self._put(_RULE_LINE)

    def _end(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in _BLOCKS and tag not in {"td", "th"}:
            self._break(apart=tag in _APART and not (tag in {"ul", "ol"} and len(self._lists) > 1))
        match tag:
            case "blockquote" if _is_quote(node):
                self._depth -= 1
            case "pre":
                self._preformatted -= 1
            case "ul" | "ol" if self._lists:
                self._lists.pop()
            case "table" if self._grids:
                self._grids.pop()

    def _item_mark(self) -> str:
        indent = "  " * (min(len(self._lists), 20) - 1)
        if self._lists and (number := self._lists[-1]) is not None:
            self._lists[-1] = number + 1
            return f"{indent}{number + 1}. "
        return f"{indent}- "

    def _write(self, text: str, *, unseen: bool) -> None:
        if unseen:
            self.hidden |= bool(re.search(r"\w", text))
            return
        text = _ZERO_WIDTH.sub("", text)
        if self._preformatted:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self._line += first
            for line in rest:
                self._break(force=True)
                self._line = line
            return
        text = _BLANKS.sub(" ", text).replace("\u00a0", " ")
        if not self._line or self._line.endswith(" "):
            text = text.lstrip(" ") if not self._line.strip() or self._line.endswith(" ") else text
        self._line += text

    def _write_emoji(self, alt: str) -> None:
        if alt and not alt.isascii() and len(alt) <= 8:
            self._line += alt

    def _break(self, *, force: bool = False, apart: bool = False) -> None:
        """End the line, where it has text or `force` says so; `apart` wants a blank line before the next."""
        if self._line.strip() or force:
            self._put(self._line if self._line == "-- " else self._line.rstrip())
        self._line = ""
        self._apart |= apart and bool(self._lines)

    def _put(self, line: str) -> None:
        prefix = ">" * min(self._depth, _DEEPEST_QUOTE)
        if self._apart and self._lines and self._lines[-1].strip("> "):
            self._lines.append(prefix[: self._depth_above])
        self._apart = False
        self._depth_above = len(prefix)
        self._lines.append(f"{prefix} {line}" if prefix and line else prefix or line)


def _is_quote(node: LexborNode) -> bool:
    """Whether a blockquote is a quotation: some programs indent with it, and say that it has no border."""
    style = node.attributes.get("style") or ""
    return not re.search(r"border\s*:\s*(?:none|0)", style, re.IGNORECASE) or "type" in node.attributes

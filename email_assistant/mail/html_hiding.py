"""What CSS keeps from being seen: the way to put words before a model that no reader of the email saw."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

Declarations = dict[str, str]
"""CSS properties and their values, both in lower case."""

_ZERO = re.compile(r"0*(?:\.0*)?(?:px|pt|em|rem|%)?|1px")
_FAR_OUT = re.compile(r"-\d{3,}(?:\.\d*)?(?:px|pt|em|rem|%)?")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_INHERITED = {  # what a descendant may set otherwise, and then be seen
    "font-size": _ZERO,
    "visibility": re.compile("hidden|collapse"),
    "color": re.compile("transparent"),
}
_MOST_STYLE = 200_000  # characters of style sheets
_MOST_STEPS = 60_000_000
"""At about 50 ns, while the parser looks for a selector; a large newsletter takes half of them."""
_COUNTS_SIBLINGS = re.compile(r":nth-|:.*~|\\", re.IGNORECASE | re.DOTALL)
"""A selector, escaped or not, for which the parser goes through all elements for each."""


def declarations(style: str) -> Declarations:
    """Read a `style` attribute or the body of a rule; of a property set twice, the last counts."""
    found = {}
    for declaration in _COMMENT.sub("", style).lower().split(";"):
        name, colon, value = declaration.replace("!important", "").partition(":")
        if colon:
            found[name.strip()] = value.strip()
    return found


def is_gone(style: Declarations) -> bool:
    """Whether an element is not seen, and nothing in it."""
    return (
        style.get("display") == "none"
        or style.get("mso-hide") == "all"
        or _is_zero(style.get("opacity"))
        or any(_FAR_OUT.fullmatch(style.get(name, "")) for name in ("text-indent", "left", "top"))
        or (
            style.get("overflow") == "hidden"
            and any(_is_zero(style.get(name)) for name in ("height", "max-height", "width", "max-width"))
        )
    )


def hiding_text(style: Declarations, inherited: frozenset[str]) -> frozenset[str]:
    """The properties that make an element's own text unseen, given those of its parent."""
    if not style.keys() & _INHERITED.keys():
        return inherited
    found = set(inherited)
    for name, unseen in _INHERITED.items():
        if value := style.get(name):
            (found.add if unseen.fullmatch(value) else found.discard)(name)
    return frozenset(found)


def styles_of_sheets(parser: LexborHTMLParser, tags: int) -> dict[int, Declarations]:
    """What the document's own style sheets say of each node by its id; empty where they hide nothing.

    Rules for some screens only, within `@media`, are passed over, and those that would take too long to find
    among so many `tags`.
    """
    sheets = "\n".join(node.text() for node in parser.css("style"))[:_MOST_STYLE]
    rules = [(selector, declarations(body)) for selector, body in _rules(_COMMENT.sub("", sheets))]
    if not any(is_gone(style) or hiding_text(style, frozenset()) for _, style in rules):
        return {}
    found: dict[int, Declarations] = {}
    left = _MOST_STEPS
    for selector, style in rules:
        steps = (len(selector) + 20) * tags ** (2 if _COUNTS_SIBLINGS.search(selector) else 1)
        if steps > left:
            continue
        left -= steps
        try:
            for node in parser.css(selector):
                found.setdefault(node.mem_id, {}).update(style)
        except (SelectolaxError, ValueError):
            continue  # a selector that is none
    return found


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """The selector and the body of each rule that stands in no other, found in one pass."""
    opened: list[str] = []
    text = body = ""
    for piece in re.split("([{};])", sheet):
        match piece:
            case "{":
                opened.append(text.strip())
                body = ""
            case "}":
                if len(opened) == 1 and not opened[0].startswith("@"):
                    yield opened[0], body + text
                opened, body = opened[:-1], ""
            case ";":
                body += f"{text};"
        text = "" if piece in "{};" else piece


def _is_zero(value: str | None) -> bool:
    return bool(value) and _ZERO.fullmatch(value or "") is not None

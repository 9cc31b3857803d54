"""What HTML says by numbers and targets instead of by text: the marks of lists, and where links lead."""

from __future__ import annotations

import re
from urllib.parse import unquote

from email_assistant.mail.html.hiding import Declarations

MAX_TARGET = 300
"""Characters of a link's target; one that is longer counts clicks, and tells no more than its host."""
_TO_PERSON = re.compile(r"(mailto|tel|sms|xmpp|sip):(?://)?([^?]+)", re.IGNORECASE)
_TO_PAGE = re.compile(r"(?:https?|ftp)://[^\s<>]+", re.IGNORECASE)
_NO_NAME = re.compile(r"^(?:https?|ftp)://(?:www\.)?|^www\.|[\s\u200b/]+$|^\s+", re.IGNORECASE)
_INTEGER = re.compile(r"\s*([+-]?\d{1,9})\b")
_BY_LETTER = {
    "a": "a",
    "lower-alpha": "a",
    "lower-latin": "a",
    "A": "A",
    "upper-alpha": "A",
    "upper-latin": "A",
}
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MAX_ROMAN = 3_999


class ListMark:
    """The mark of each item of one list."""

    def __init__(
        self,
        tag: str = "ul",
        attributes: dict[str, str | None] | None = None,
        style: Declarations | None = None,
        *,
        items: int = 1,
    ) -> None:
        attributes, style = attributes or {}, style or {}
        self._numbered = tag == "ol"
        self._step = -1 if "reversed" in attributes else 1
        self._kind = style.get("list-style-type") or attributes.get("type") or style.get("list-style") or "1"
        self._number = _integer(attributes.get("start"), items)

    def next(self, attributes: dict[str, str | None]) -> str:
        """Return the mark of the next item, with the blank behind it."""
        if not self._numbered:
            return "- "
        number = _integer(attributes.get("value"), self._number)
        self._number = number + self._step
        return f"{self._said(number)}. "

    def _said(self, number: int) -> str:
        kind = self._kind.split(" ")[0]
        if (first := _BY_LETTER.get(kind)) and 1 <= number <= 26:
            return chr(ord(first) + number - 1)
        if kind in {"i", "I", "lower-roman", "upper-roman"} and 1 <= number <= _MAX_ROMAN:
            roman = ""
            for value, letters in _ROMAN:
                roman += letters * (number // value)
                number %= value
            return roman.upper() if kind in {"I", "upper-roman"} else roman
        return str(number)


def _integer(value: str | None, otherwise: int) -> int:
    found = _INTEGER.match(value or "")
    return int(found[1]) if found else otherwise


def link_target(href: str, text: str) -> str:
    """Return where a link leads, as it is to stand behind its text.

    It is "" if the text says it, or there is none.
    """
    href = href.strip()[: MAX_TARGET * 10]
    if person := _TO_PERSON.match(href):
        target = " ".join(unquote(person[2]).split())[:MAX_TARGET]
        same = "".join(target.split()).casefold() in "".join(text.split()).casefold()
        return "" if same or re.search(r"[<>]", target) else target
    if not _TO_PAGE.fullmatch(href) or not re.search(r"\w", text):
        return ""
    if _name_of_page(href) == _name_of_page(text):
        return ""
    return href if len(href) <= MAX_TARGET else f"{'/'.join(href.split('/')[:3])[:MAX_TARGET]}/…"


def _name_of_page(address: str) -> str:
    return _NO_NAME.sub("", _NO_NAME.sub("", address)).casefold()

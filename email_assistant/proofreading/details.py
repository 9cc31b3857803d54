"""The details in a text that must not be made up: links, addresses, amounts, bank accounts, cards, phones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

from email_assistant.mail.text.locales import COMMON_WORDS
from email_assistant.normalization import normalize

Kind = Literal["link", "address", "account", "card", "phone", "amount"]

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# A name with a dot is a link where a path follows or its last part is one that names of files and sentences
# without a space between them do not have: top-level domains are too many, and new ones come, for a list.
_LINK = re.compile(
    r"(?:\b(?:https?|ftp)://|\bwww\.)[^\s<>\"”“’)\]}]+"
    r"|(?<![\w.@/-])(?:[\w-]{1,63}\.){1,8}(?P<top>[a-z]{2,24}|xn--[\w-]{1,59})\b(?![\w@-])"
    r"(?P<path>/[^\s<>\"”“’)\]}]*)?",
    re.IGNORECASE,
)
_NO_TOP = frozenset(
    re.findall(
        r"\w+",
        "pdf doc docx xls xlsx ppt pptx txt csv jpg jpeg png gif svg zip rar html htm js ts py md ics eml "
        "msg json xml mp3 mp4 mov odt ods rtf exe toml yaml yml",
    )
)
_SURE_TOP = frozenset(("com", "net", "org", "info", "eu", "de"))
_MIN_BEFORE_SHORT_TOP = 4
"""Letters before a last part of two: "do.it" is two words."""
_IBAN = re.compile(r"\b[A-Z]{2} ?\d{2}(?:[ ./-]{0,2}[A-Z0-9]){11,30}\b")
_SMALL_IBAN = re.compile(
    r"\b[a-z]{2} ?\d{2}(?:[ .-]?[a-z0-9]{4}){2,7}(?:[ .-]?(?=[a-z]{0,2}\d)[a-z0-9]{1,3})?\b", re.IGNORECASE
)
_MIN_IBAN_DIGITS = 10
_BIC = re.compile(
    r"\b(?:BIC|SWIFT)\b\W{0,3}(?:code\W{0,3})?([A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b", re.IGNORECASE
)
_ACCOUNT = re.compile(
    r"\b(?:account|acct|a/c|sort\s+code|routing|konto|kontonummer|blz|compte|cuenta|conto|conta|rekening)\b"
    r"(?:\s*(?:number|no\.?|nr\.?|n°|número|is|:|#))*\s*(\d[\d -]{4,}\d)",
    re.IGNORECASE,
)
_WALLET = re.compile(
    r"(?<![\w/.-])(?:0x[0-9a-fA-F]{40}|bc1[a-z0-9]{25,60}|(?=\w{0,40}\d)[A-Za-z0-9]{26,64})(?![\w-])"
)
_MIN_WALLET_DIGITS = 3
_CARD = re.compile(r"(?<![\w-])\d(?:[ .-]{0,2}\d){12,18}(?![\w-])")
_PHONE = re.compile(
    r"(?<![\w.,/-])(?:(?:\+|00|\(0|0|\(\d)(?:[\d ()/-]|\.(?! )){6,20}\d|\d{3}([.-])\d{3}\1\d{4})(?![\w-])"
)
_DATE = re.compile(r"^\D*(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2})\b")

_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f'’.,]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d)"
_NO_CENTS = r"(?:[.,](?:-{1,2}|–|—))?"
_SCALE = r"(?:\s?(?:k|m|bn|mio|mrd|thousand|tausend|mille|mil|miles|millions?|millionen|milioni|billion)\b)?"
_CURRENCY = (
    r"(?:[$€£¥₹₽₩₺₴₫฿₿]|(?:US|A|C|NZ|HK|S)\$|R\$|kr\b|zł\b|Kč\b|Fr\.|\bRs\b\.?|"
    r"(?<![^\W\d_])(?:EUR|USD|GBP|CHF|JPY|CNY|RMB|INR|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|TRY|BRL|MXN|ZAR|SGD|HKD|ILS|AED|"
    r"BTC|ETH|euros?|dollars?|pounds?|francs?|franken|yen|rupees?|pesos?|reais|kroner|kronor|złotych|cents?)(?![^\W\d_]))"
)
_AMOUNT = re.compile(
    rf"{_CURRENCY}\s?(?P<after>(?:{_NUMBER}){_SCALE}){_NO_CENTS}"
    rf"|(?<![\w.,])(?P<before>(?:{_NUMBER}){_SCALE}){_NO_CENTS}\s?{_CURRENCY}",
    re.IGNORECASE,
)
_ANY_NUMBER = re.compile(rf"(?<![\w.,])(?:{_NUMBER}){_SCALE}", re.IGNORECASE)
_CURRENCY_SIGNS = re.findall(
    r"\S+",
    "$ € £ ¥ ₹ ₽ ₩ ₺ ₴ ₫ ฿ ₿ kr zł kč fr. rs eur usd gbp chf jpy cny rmb inr aud cad nzd sek nok dkk pln "
    "czk huf "
    "try brl mxn zar sgd hkd ils aed btc eth dollar pound franc franken yen rupee peso reais złotych cent",
)
"""What an amount has one of, in small letters: a look for these is cheaper than for the whole."""
_DIGIT = re.compile(r"\d")
_PATTERNS: tuple[tuple[Kind, re.Pattern[str], re.Pattern[str]], ...] = (
    ("address", re.compile("@"), _ADDRESS),
    ("link", re.compile(r"\.\w|://"), _LINK),
    ("account", _DIGIT, _IBAN),
    ("account", re.compile("BIC|SWIFT", re.IGNORECASE), _BIC),
    ("account", _DIGIT, _SMALL_IBAN),
    ("account", _DIGIT, _ACCOUNT),
    ("account", _DIGIT, _WALLET),
    ("card", _DIGIT, _CARD),
    ("amount", _DIGIT, _AMOUNT),
    ("phone", _DIGIT, _PHONE),
)
"""Those that hold others first; each after what a text must have for it: few drafts have any of it."""

_SCALES = {
    "k": 3,
    "thousand": 3,
    "tausend": 3,
    "mille": 3,
    "mil": 3,
    "miles": 3,
    "bn": 9,
    "billion": 9,
    "mrd": 9,
}
_MILLIONS = 6


# Dashes of any length are written between digits; what has no width parts a word for programs only.
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_NO_WIDTH = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


_PIECE = 1_000


class Detail(NamedTuple):
    """A detail as it is written, and in the one form in which two writings of it are the same."""

    kind: Kind
    written: str
    same_as: str


def details(text: str) -> Iterator[Detail]:
    """Yield each detail of `text`; what is part of one is not found again."""
    text = plain(text)
    lowered = text.lower()
    for kind, needs, pattern in _PATTERNS:
        if not needs.search(text) or (
            kind == "amount" and not any(sign in lowered for sign in _CURRENCY_SIGNS)
        ):
            continue
        found, text = _take(kind, pattern, text)
        yield from found


def _take(kind: Kind, pattern: re.Pattern[str], text: str) -> tuple[list[Detail], str]:
    """Return the details of one kind, and the text without them, in one pass: there may be many."""
    found: list[Detail] = []

    def blanked(match: re.Match[str]) -> str:
        detail = _detail(kind, match)
        if detail is None:
            return match[0]
        found.append(detail)
        return chr(0x2400) * len(match[0])

    text = pattern.sub(blanked, text)
    return found, text


def numbers(text: str) -> set[str]:
    """Return every number of `text`, whatever it counts."""
    text = plain(text)
    return {number_value(found[0]) for found in _ANY_NUMBER.finditer(text)}


def digit_runs(text: str) -> list[str]:
    """Return the digits of every long number of `text`, without what is between them."""
    runs = re.findall(r"\d(?:[\s()./-]*\d){5,}", plain(text))
    return [re.sub(r"\D", "", run) for run in runs]


def plain(text: str) -> str:
    """Return `text` in one spelling: marks joined to their letters, wide and styled letters as usual ones.

    It is done piece by piece, since the time of a normalization grows with the square of a run of marks.
    """
    if text.isascii():
        return text
    text = _NO_WIDTH.sub("", text)
    pieces = (text[at : at + _PIECE] for at in range(0, len(text), _PIECE))
    return _DASHES.sub("-", "".join(normalize("NFKC", piece) for piece in pieces))


def _detail(kind: Kind, found: re.Match[str]) -> Detail | None:
    written = found[0].strip()
    match kind:
        case "address":
            return Detail(kind, written.rstrip("."), written.rstrip(".").casefold())
        case "link":
            written = written.rstrip(".,;:!?*_'")
            if found["top"] and not found["path"] and not _ends_a_domain(written):
                return None
            same_as = re.sub(r"^(?:[a-z]+://)?(?:www\.)?", "", written.casefold()).rstrip("/")
            return Detail(kind, written, same_as)
        case "account":
            same_as = re.sub(r"[^A-Z0-9]", "", (found[1] if found.re.groups else found[0]).upper())
            count = sum(map(str.isdigit, same_as))
            if (found.re is _SMALL_IBAN and count < _MIN_IBAN_DIGITS) or (
                found.re is _WALLET and count < _MIN_WALLET_DIGITS
            ):
                return None
            return Detail(kind, written, same_as)
        case "card":
            digits = re.sub(r"\D", "", written)
            return Detail(kind, written, digits) if _passes_luhn(digits) else None
        case "phone":
            digits = re.sub(r"\D", "", written)
            return None if _DATE.match(written) or len(digits) < 7 else Detail(kind, written, digits)
        case "amount":
            return Detail(kind, written, number_value(found["after"] or found["before"]))


def _ends_a_domain(written: str) -> bool:
    before, _, top = written.rpartition(".")
    if top.lower() in _NO_TOP or (top != top.lower() and before != before.upper()):
        return False
    name = before.rpartition(".")[2]
    if not re.search(r"[^\W\d_]", name):
        return False
    if top.lower() in _SURE_TOP:
        return True
    common = any(top.lower() in words for words in COMMON_WORDS.values())
    if len(top) > 2:
        return not common and len(name) > 1
    return len(name) >= _MIN_BEFORE_SHORT_TOP if common else len(name) > 1


def _passes_luhn(digits: str) -> bool:
    """Check ISO/IEC 7812-1, annex B: all card numbers pass, and one in ten other numbers."""
    doubled = [
        sum(divmod(2 * int(d), 10)) if place % 2 else int(d) for place, d in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0


def number_value(written: str) -> str:
    """Return a number in one form: 1.250,00 and 1,250 and 1250 are the same, and so are 5k and 5000."""
    scale = re.search(r"[^\W\d_]+$", written)
    number = re.sub(r"[^\d.,]", "", written)
    whole, _, cents = number.rpartition(number[-3]) if re.search(r"[.,]\d{2}$", number) else (number, "", "")
    if re.search(r"^\d+[.,]\d$", number):
        whole, cents = re.split("[.,]", number)
    power = _SCALES.get(scale[0].lower(), _MILLIONS) if scale else 0
    try:
        value = Decimal(f"{re.sub(r'[^0-9]', '', whole) or 0}.{cents or 0}").scaleb(power)
    except InvalidOperation:
        return number
    return f"{value.normalize():f}"

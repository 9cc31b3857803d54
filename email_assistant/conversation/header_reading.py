"""Read typed changes to the header of the reply, such as "cc Lee" or "change the subject to …"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from typing import Literal

from email_assistant.conversation.commands import Readdress, SetHeader
from email_assistant.conversation.header import ReplyHeader, person_called, unknown_person
from email_assistant.errors import InvalidInput
from email_assistant.mail import Mailbox
from email_assistant.mail.wire.header_decoding import parse_mailboxes
from email_assistant.mail.wire.header_encoding import addr_spec
from email_assistant.proofreading.people import names

Column = Literal[
    "cc", "bcc", "to", "set", "only", "remove", "reply_all", "reply_one", "no_cc", "no_bcc", "subject", "me",
]  # fmt: skip
"""What `header_words.toml` has of a language."""

MAX_SAID = 4_000
"""Characters of a message about the header."""
_MAX_NAME_WORDS = 3
_AND = re.compile(r"\s*[,;、，]\s*|\s+(?:and|und|et|y|e|ed|en|och|i|&|as well as|sowie)\s+|と", re.IGNORECASE)
_PLACES = {
    "{who}": r"(?P<who>\S[^\n]*?)",
    "{what}": r"(?P<what>\S[^\n]*?)",
    "{address}": r"(?P<who>[^\s@]+@[^\s@]+)",
}
_NAMED = re.compile(r"[^\W\d_][^<>@;\n]{0,100}<[^<>\s]{1,320}@[^<>\s]{1,320}>")
_NOT_KNOWN = "Your own address is not known. Add it to your settings, or write it here."
_QUOTES = "\"“”„«»「」『』'‘’ "
_FIELD_NAMED = re.compile(r"(?<!\w)(?:b?cc|cci|cco|ccn|u?dw)(?!\w)", re.IGNORECASE)

_WHOLE: dict[Column, SetHeader] = {
    "reply_one": SetHeader(reply_all=False),
    "reply_all": SetHeader(reply_all=True),
    "no_cc": SetHeader(cc=()),
    "no_bcc": SetHeader(bcc=()),
}
_ADDED: tuple[Literal["bcc", "cc", "to"], ...] = ("bcc", "cc", "to")


def read_header(
    text: str, header: Callable[[], ReplyHeader], draft: str = ""
) -> SetHeader | Readdress | None:
    """Return what a message says of the header; None if it speaks of anything else.

    Args:
        text: the message, on one line and without words of politeness around it.
        header: gives the header as it is, from which people are known by their names.
        draft: the newest draft. Whom it names may be meant there.

    Raises:
        InvalidInput: it names somebody of whom no address is known.
    """
    if len(text) > MAX_SAID:
        return None
    if subject := _found("subject", text):
        what = subject["what"].strip(_QUOTES)
        return SetHeader(subject=what) if what else None
    for column, command in _WHOLE.items():
        if _found(column, text):
            return command
    now = header()
    for field in _ADDED:
        if people := _people(field, text, now):
            return Readdress("add", people, field=field)
    if people := _people("only", text, now):
        return Readdress("only", people)
    if people := _people("set", text, now):
        return Readdress("set", people, field="to")
    if (people := _people("remove", text, now)) and _are_meant(people, now, draft, text):
        return Readdress("remove", people)
    return None


def _people(column: Column, text: str, header: ReplyHeader) -> tuple[Mailbox, ...]:
    """Return whom the message names; () if it is not about people, or only seems to be."""
    for pattern in _patterns(column):
        if not (found := pattern.fullmatch(text)):
            continue
        people, unknown = _resolved(found["who"], header)
        if not unknown:
            return tuple(dict.fromkeys(people))
        around = text[: found.start("who")] + " " + text[found.end("who") :]
        if (_FIELD_NAMED.search(around) or people) and all(map(_is_like_a_name, unknown)):
            raise unknown_person(unknown[0])
    return ()


def _resolved(who: str, header: ReplyHeader) -> tuple[list[Mailbox], list[str]]:
    """Return the people whom `who` names, and what of it names nobody."""
    people: list[Mailbox] = []
    unknown: list[str] = []
    for part in _parts(who):
        part = part.strip(_QUOTES)  # noqa: PLW2901
        if not part:
            continue
        if part.casefold() in _me() and (header.own or not _called(part, header)):
            if header.own is None:
                raise InvalidInput(_NOT_KNOWN)
            people.append(header.own)
        elif one := _called(part, header):
            people.append(one)
        else:
            unknown.append(part)
    if unknown and "<" in who:  # "Doe, Jo <jo@example.com>" is one person
        written = parse_mailboxes(who)
        if all(addr_spec(each.address) for each in written):
            return [*written], []
    return people, unknown if people or unknown else [who]


def _parts(who: str) -> Iterable[str]:
    named = _NAMED.findall(who)
    return [*named, *_AND.split(_NAMED.sub(",", who))]


def _called(part: str, header: ReplyHeader) -> Mailbox | None:
    given = parse_mailboxes(part)
    return person_called(given[0], header) if len(given) == 1 else None


def _are_meant(people: tuple[Mailbox, ...], header: ReplyHeader, draft: str, text: str) -> bool:
    """Return whether these people are to leave the recipients, not the text: each is one, and it is clear."""
    copied = {addr_spec(each.address) for each in header.cc + header.bcc}
    recipients = copied | {addr_spec(each.address) for each in header.to}
    addresses = {addr_spec(each.address) for each in people}
    if not addresses <= recipients:
        return False
    in_text = any(names(each.name) & names(draft, longest=len(draft)) for each in people)
    return addresses <= copied or not in_text or "@" in text


def _is_like_a_name(part: str) -> bool:
    words = part.split()
    return "@" in part or len(words) == 1 or (len(words) <= _MAX_NAME_WORDS and part[:1].isupper())


def _found(column: Column, text: str) -> re.Match[str] | None:
    return next((found for pattern in _patterns(column) if (found := pattern.fullmatch(text))), None)


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files(__package__) / "header_words.toml").read_text(encoding="utf-8"))


@cache
def _me() -> frozenset[str]:
    return frozenset(word for words in _table().values() for word in words.get("me", ()))


@cache
def _patterns(column: Column) -> tuple[re.Pattern[str], ...]:
    found = dict.fromkeys(pattern for words in _table().values() for pattern in words.get(column, ()))
    return tuple(re.compile(_filled(each), re.IGNORECASE) for each in found)


def _filled(pattern: str) -> str:
    for place, named in _PLACES.items():
        pattern = pattern.replace(place, named)
    return pattern

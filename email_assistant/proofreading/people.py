"""Who writes and who is answered, as a mail and the settings name them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from importlib.resources import files
from itertools import chain, pairwise

from pydantic import BaseModel, ConfigDict

from email_assistant.brief import Brief, Person
from email_assistant.mail import IncomingEmail, Mailbox
from email_assistant.normalization import normalize
from email_assistant.proofreading.letter import greeted_name, is_closing, is_name, locate
from email_assistant.proofreading.remembering import remembered

MAX_READ = 20_000
"""Characters of a mail that are read for names."""


class _Words(BaseModel):
    """One language's; `people.toml` says what each field is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    not_a_person: tuple[str, ...]
    titles: tuple[str, ...]
    everybody: tuple[str, ...]


def _read() -> list[_Words]:
    table = tomllib.loads(files(__package__).joinpath("people.toml").read_text(encoding="utf-8"))
    return [_Words.model_validate(each) for each in table.values()]


def _any_of(words: Iterable[tuple[str, ...]]) -> str:
    return "|".join(chain.from_iterable(words))


_WORDS = _read()
_NOT_A_PERSON = re.compile(
    rf"[\d@_/|]|\b(?:{_any_of(each.not_a_person for each in _WORDS)})\b", re.IGNORECASE
)
_TITLE = re.compile(rf"^(?:(?:{_any_of(each.titles for each in _WORDS)})\b\.?\s*)+", re.IGNORECASE)
_HONORIFIC = re.compile(
    r"[\s，,、]*(?:様|さま|さん|先生|殿|御中|您好|你好|女士|小姐|先生|씨|님)+[\s，,。：:！!、]*$"
)
_EVERYBODY = re.compile(
    rf"\b(?:{_any_of(each.everybody for each in _WORDS)})\b|大家|各位|皆様|皆さん|ご担当者|担当者",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)?")
_SEVERAL = re.compile(r"\s*(?:,|/|&|、|\b(?:and|und|et|y|e|en|och|og|i|ed|و)\b)\s*", re.IGNORECASE)


@remembered
def sender_name(email: IncomingEmail) -> tuple[str, str]:
    """Return the sender's first and full name, "" if a name is not known or not a person's.

    The full name keeps its title, the first one does not. A mailbox of a company is no person: whoever
    signed below the mail is.
    """
    shown = email.sender.name if email.sender else ""
    signed = _signed_name(email.newest[-MAX_READ:], email.signature[:MAX_READ])
    if len(persons_name(signed).split()) > 1 and not names(signed) & names(shown):
        shown, signed = signed, shown
    for name in (shown, signed):
        if full := persons_name(name):
            return (without_title(full)).split()[0], full
    return "", ""


def sender_of(email: IncomingEmail) -> Person:
    """Return who wrote the mail, by their name without a title."""
    addresses = (email.sender.address,) if email.sender and email.sender.address else ()
    return Person(without_title(sender_name(email)[1]), addresses)


def user_of(email: IncomingEmail, name: str = "", addresses: Sequence[str] = ()) -> Person:
    """Return who answers: by the settings, else the one recipient, else whom the newest message greets.

    Args:
        email: the mail to be answered.
        name: the user's name in the settings, "" if it is not set.
        addresses: the user's own addresses in the settings.
    """
    own = tuple(addresses)
    if name.strip():
        return Person(" ".join(name.split()), own)
    mine = {address.strip().casefold() for address in own}
    greeted = greeted_in(email)
    sender = email.sender.address.casefold() if email.sender else ""
    mailboxes = [each for each in (*email.to, *email.cc) if each.address.casefold() in mine]
    if not mailboxes:
        to = [each for each in email.to if not sender or each.address.casefold() != sender]
        mailboxes = to if len(to) == 1 else [each for each in to if greeted and _is_called(each, greeted)]
    if len(mailboxes) == 1:
        (mailbox,) = mailboxes
        shown = without_title(persons_name(mailbox.name))
        if shown or not greeted or _is_called(mailbox, greeted):
            return Person(shown or greeted, own or ((mailbox.address,) if mailbox.address else ()))
    return Person(greeted, own)


def greeted_recipient(email: IncomingEmail) -> tuple[str, ...]:
    """Return the only recipient's address if the newest message greets them: it is surely the user's."""
    recipients, greeted = (*email.to, *email.cc), greeted_in(email)
    is_greeted = len(recipients) == 1 and greeted and _is_called(recipients[0], greeted)
    return (recipients[0].address,) if is_greeted and recipients[0].address else ()


def greeted_in(email: IncomingEmail) -> str:
    """Return the one person whom the newest message greets by the first or the whole name; else ""."""
    greeting = greeting_in(email)
    called = greeted_name(greeting)
    bare = called_name(greeting)
    if not bare or bare != _HONORIFIC.sub("", called).strip() or len(names_in(greeting)) > 1:
        return ""  # of "Mr Okafor" nobody knows how he signs
    return bare


@remembered
def greeting_in(email: IncomingEmail) -> str:
    """Return the line in which the newest message greets, or ""."""
    start = email.newest[:2_000]
    return start[slice(*locate(start).greeting)].strip()


def called_name(greeting: str) -> str:
    """Return whom a greeting names, without title; "" if it names nobody or all."""
    name = _HONORIFIC.sub("", without_title(greeted_name(greeting))).strip()
    return (
        "" if not name or _EVERYBODY.search(name) or not is_name(name) or _NOT_A_PERSON.search(name) else name
    )


def names_in(greeting: str) -> list[str]:
    """Return the names in a greeting of several people."""
    return [part for part in _SEVERAL.split(greeted_name(greeting)) if part]


def persons_name(shown: str) -> str:
    """Return a display name in the order in which it is said; "" if it is not a person's."""
    full = " ".join(re.sub(r"\(.*?\)|[\"“”]|^'|'$|\bvia\b.*$", " ", shown[:200]).split())
    if full.count(",") == 1:
        full = " ".join(" ".join(reversed(full.split(","))).split())
    if re.search(r"[^\W\d_]", full) and len(full.split()) <= 5 and not _NOT_A_PERSON.search(full):
        return full
    return ""


def without_title(name: str) -> str:
    """Return a name without "Dr." and the like before it."""
    return _TITLE.sub("", name) or name


def is_persons(name: str) -> bool:
    """Return whether a name is a person's, not a team's."""
    return not _NOT_A_PERSON.search(name) and not _EVERYBODY.search(name)


def names(text: str, *, longest: int = 400) -> set[str]:
    """Return the words of a name in a form that can be compared: no case, no accents."""
    folded = normalize("NFKD", text[:longest]).casefold()
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    return {word for word in re.findall(r"[^\W\d_]+", plain) if len(word) > 1 or ord(word) > 0x2E80}


def is_called(words: Iterable[str], known: Iterable[str]) -> bool:
    """Return whether any of the words is a known name, its short form or its inflected one."""
    known = list(known)
    return any(_is_same(word, name) for word in words for name in known)


def known_as_user(brief: Brief) -> set[str]:
    """Return the words by which the user is named: their name, and whom the mail greets."""
    greeting = greeting_in(brief.email)
    called = called_name(greeting)
    return (names(brief.user.name) | (names(called) if len(names_in(greeting)) == 1 else set())) - _of_sender(
        brief
    )


def known_as_sender(brief: Brief) -> set[str]:
    """Return the words by which the sender is named: in their mailbox and below their mail."""
    return _of_sender(brief) - names(brief.user.name)


def _of_sender(brief: Brief) -> set[str]:
    return names(brief.sender.name) | names(" ".join(sender_name(brief.email)))


def _is_same(word: str, name: str) -> bool:
    if word == name:
        return True
    short, long = sorted((word, name), key=len)
    if len(short) < 3:
        return ord(short[0]) > 0x2E80 and long.startswith(short)
    return long.startswith(short) or (long[: len(short) - 1] == short[:-1] and len(long) - len(short) <= 1)


def _is_called(mailbox: Mailbox, greeted: str) -> bool:
    local = re.split(r"[._+-]", mailbox.address.partition("@")[0])
    return is_called(names(greeted), names(mailbox.name) | names(" ".join(local)))


def _signed_name(newest: str, signature: str) -> str:
    """Return the name below the closing, or on the last line."""
    ended = [line.strip() for line in newest.splitlines() if line.strip()][-6:]
    signed = [line.strip(" -") for line in signature.splitlines() if line.strip(" -")][:6]
    lines = [*ended, *signed]
    for closing, name in pairwise(lines):
        if is_closing(closing) and re.fullmatch(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,3}", name):
            return name
    if signed:
        return signed[0] if _SIGNED.fullmatch(signed[0]) else ""
    above, last = ["", "", *ended][-2:]
    if " " in above and " " not in last and _SIGNED.fullmatch(above):
        return above  # what they are stands below their name
    return last if above and _SIGNED.fullmatch(last) else ""

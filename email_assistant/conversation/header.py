"""The header of the reply, which is whom it goes to and its subject: by the email, or as the user chose."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel

from email_assistant.conversation.commands import Readdress, SetHeader
from email_assistant.errors import InvalidInput
from email_assistant.mail import IncomingEmail, Mailbox, Recipients, reply_recipients, reply_subject
from email_assistant.mail.message import HeaderText
from email_assistant.mail.wire.header_decoding import parse_mailboxes
from email_assistant.mail.wire.header_encoding import addr_spec
from email_assistant.proofreading.people import greeted_recipient, names

MAX_RECIPIENTS = 10_000
"""People whom one reply goes to."""
MAX_SUBJECT = 500
"""Characters of a subject; longer ones no mail program shows."""
MAX_GIVEN = 1_000_000
"""Characters of a list of addresses."""
_MAX_SHOWN = 60  # characters of what was given that are repeated to the user
_MAX_NAME = 200


class Header(BaseModel):
    """What the user chose of the header; what is None follows from the email and the profile."""

    reply_all: bool | None = None
    to: tuple[Mailbox, ...] | None = None
    cc: tuple[Mailbox, ...] | None = None
    bcc: tuple[Mailbox, ...] = ()
    subject: HeaderText | None = None


@dataclass(frozen=True)
class Own:
    """What of the user's profile a header follows from."""

    addresses: tuple[str, ...] = ()
    reply_all: bool = False
    name: str = ""

    @property
    def mailbox(self) -> Mailbox | None:
        """The user's own, where an address is set."""
        return Mailbox(name=self.name, address=self.addresses[0]) if self.addresses else None


@dataclass(frozen=True)
class ReplyHeader:
    """The header as it stands."""

    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()
    subject: str = ""
    reply_all: bool = False
    others: bool = False
    """Whether the email has other recipients, so that there is a choice whom to answer."""
    known: tuple[Mailbox, ...] = ()
    """The people whom the user may name: those of the email, and those whom the reply goes to."""
    own: Mailbox | None = None
    """The user, if their address is known."""

    @property
    def recipients(self) -> Recipients:
        """Whom the reply goes to."""
        return Recipients(to=self.to, cc=self.cc, bcc=self.bcc)


def reply_header(email: IncomingEmail | None, chosen: Header, own: Own) -> ReplyHeader:
    """Return the header that the reply has by the email, by what the user chose, and by their profile."""
    email = email or IncomingEmail()
    everybody = reply_recipients(email, own=own.addresses or greeted_recipient(email), reply_all=True)
    others = len(everybody.to + everybody.cc) > 1
    reply_all = (own.reply_all if chosen.reply_all is None else chosen.reply_all) and others
    implied = everybody if reply_all else reply_recipients(email, own=own.addresses)
    to = implied.to if chosen.to is None else chosen.to
    cc = implied.cc if chosen.cc is None else chosen.cc
    authors = (email.sender, *email.co_authors) if email.sender else ()
    named = (*to, *cc, *chosen.bcc, *authors, *email.reply_to, *email.to, *email.cc)
    return ReplyHeader(
        to=to,
        cc=cc,
        bcc=chosen.bcc,
        subject=reply_subject(email.subject) if chosen.subject is None else chosen.subject,
        reply_all=reply_all,
        others=others,
        known=_each_once(named),
        own=own.mailbox,
    )


def with_header(
    email: IncomingEmail | None, chosen: Header, own: Own, command: SetHeader | Readdress
) -> Header:
    """Return what is chosen after `command`.

    Raises:
        InvalidInput: it names somebody of whom no address is known, or too many people.
    """
    before = reply_header(email, chosen, own)
    if isinstance(command, Readdress):
        after = _readdressed(chosen, before, command)
    else:
        after = chosen
        if command.reply_all is not None:
            after = _to_all(email, after, own, reply_all=command.reply_all)
        if command.subject is not None:
            after = after.model_copy(update={"subject": _subject(command.subject)})
        given = {"to": command.to, "cc": command.cc, "bcc": command.bcc}
        found = {name: people_called(each, before) for name, each in given.items() if each is not None}
        after = _each_in_one_field(email, after.model_copy(update=found), own)
    header = reply_header(email, after, own)
    if len(header.to + header.cc + header.bcc) > MAX_RECIPIENTS:
        raise InvalidInput(f"A reply can go to at most {MAX_RECIPIENTS:,} people. Leave some out.")
    return after


def people_called(given: Iterable[str], header: ReplyHeader) -> tuple[Mailbox, ...]:
    """Return the mailboxes of people who are given by their address, or by a name that is known.

    Raises:
        InvalidInput: an address is invalid, or a name fits nobody or several people.
    """
    found: list[Mailbox] = []
    for text in given:
        if len(text) > MAX_GIVEN:
            raise InvalidInput("This list of addresses is too long. Shorten it.")
        for mailbox in parse_mailboxes(text):
            one = person_called(mailbox, header)
            if one is None:
                raise unknown_person(mailbox.address or mailbox.name)
            found.append(one)
    return _each_once(found)


def person_called(given: Mailbox, header: ReplyHeader) -> Mailbox | None:
    """Return the mailbox that an address or the name of somebody known stands for; None if it is neither.

    Raises:
        InvalidInput: the name fits more than one.
    """
    if addr_spec(given.address):
        known = next((each for each in header.known if _key(each) == _key(given)), None)
        return known if known and not given.name else given
    name = given.name or given.address
    words = names(name)
    if not words or "@" in name or len(name) > _MAX_NAME:  # half an address is no name
        return None
    mine = _key(header.own) if header.own else ""
    called = [
        each
        for each in header.known
        if addr_spec(each.address) and words <= _words_of(each) and _key(each) != mine
    ]
    called = [each for each in called if _words_of(each) == words] or called
    # Of Lee Park and Sam Lee, the first is called Lee.
    called = [each for each in called if names(each.name.split(" ")[0]) == words] or called
    if len(called) > 1:
        shown = " or ".join(f"{_plain(each.name)} ({_plain(each.address)})" for each in called[:3])
        raise InvalidInput(f"{_shown(name)} may be {shown}. Say which.")
    return called[0] if called else None


def _readdressed(chosen: Header, before: ReplyHeader, command: Readdress) -> Header:
    """Take who is added to one field out of the others: nobody gets the same mail twice."""
    if command.how == "only":
        return chosen.model_copy(update={"reply_all": False, "to": command.people, "cc": (), "bcc": ()})
    moved = {_key(each) for each in command.people}
    now = {"to": before.to, "cc": before.cc, "bcc": before.bcc}
    after = {name: tuple(each for each in people if _key(each) not in moved) for name, people in now.items()}
    if command.how == "set":
        after[command.field] = command.people
    elif command.how == "add":
        if moved <= {_key(each) for each in now[command.field]}:
            return chosen
        after[command.field] += command.people
    return chosen.model_copy(update={name: each for name, each in after.items() if each != now[name]})


def _each_in_one_field(email: IncomingEmail | None, chosen: Header, own: Own) -> Header:
    """Leave everybody in one field: who is in To is not in Cc, and who is in either is not in Bcc."""
    header, seen = reply_header(email, chosen, own), set[str]()
    update: dict[str, tuple[Mailbox, ...]] = {}
    for name, people in (("to", header.to), ("cc", header.cc), ("bcc", header.bcc)):
        kept = tuple(each for each in people if _key(each) not in seen)
        seen |= {_key(each) for each in people}
        if kept != people:
            update[name] = kept
    return chosen.model_copy(update=update)


def _to_all(email: IncomingEmail | None, chosen: Header, own: Own, *, reply_all: bool) -> Header:
    """Return the recipients of a reply to all, or to the sender alone.

    Recipients whom the user added stay.
    """
    before = reply_header(email, chosen, own)
    readdressed = chosen.model_copy(update={"reply_all": reply_all, "to": None, "cc": None})
    all_ = reply_header(email, readdressed.model_copy(update={"reply_all": True}), own)
    of_email = {_key(each) for each in (*all_.to, *all_.cc)}
    implied = reply_header(email, readdressed, own)
    added: dict[str, tuple[Mailbox, ...]] = {}
    for name, now, people in (("to", before.to, implied.to), ("cc", before.cc, implied.cc)):
        if others := tuple(each for each in now if _key(each) not in of_email):
            added[name] = (*people, *others)
    return readdressed.model_copy(update=added)


def _words_of(mailbox: Mailbox) -> set[str]:
    return names(mailbox.name) or names(re.sub(r"[._+-]", " ", mailbox.address.partition("@")[0]))


def _each_once(mailboxes: Iterable[Mailbox]) -> tuple[Mailbox, ...]:
    kept: dict[str, Mailbox] = {}
    for each in mailboxes:
        before = kept.get(_key(each))
        if before is None or (each.name and not before.name):
            kept[_key(each)] = each
    return tuple(kept.values())


def _key(mailbox: Mailbox) -> str:
    return (addr_spec(mailbox.address) or mailbox.address or mailbox.name).casefold()


def _subject(text: str) -> str:
    subject = " ".join(text.split())
    if len(subject) > MAX_SUBJECT:
        raise InvalidInput(f"A subject may have at most {MAX_SUBJECT} characters. Shorten it.")
    return subject


def unknown_person(given: str) -> InvalidInput:
    """Return why somebody who was given so cannot be a recipient."""
    if "@" in given:
        return InvalidInput(f"{_shown(given)} is not an email address. Correct it.")
    return InvalidInput(f"No address of {_shown(given)} is known. Write the address itself.")


def _plain(text: str) -> str:
    """Return what of somebody's text can be repeated in a sentence of ours: no markup."""
    return " ".join(re.sub(r"[^\w\s.@+'’-]|_", " ", text).split())


def _shown(text: str) -> str:
    text = _plain(text)
    return f"“{text[:_MAX_SHOWN]}…”" if len(text) > _MAX_SHOWN else f"“{text}”"

"""Whom a reply goes to, what it is called, and what thread it lies in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from pydantic import BaseModel, ConfigDict

from email_assistant.mail.message import IncomingEmail, Mailbox
from email_assistant.mail.wire.header_encoding import addr_spec

# What mail programs put before a reply's subject, in their languages; a number counts the replies.
_COUNT = r"\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]\s*"
_REPLY_PREFIX = re.compile(
    r"\s*(?:re|aw|ang\.?|odg|antw(?:ort)?\.?|sv|svar|odp|odpov[eě]ď|ynt|yan[ıi]t|bls|ats|atb\.?|vá|απ|απάντηση|σχετ|betr\.?|rif\.?"
    r"|réf\.?|rép\.?|réponse|respuesta|resposta|risposta|antwoord|vastaus|vast\.?|válasz|răsp\.?"
    r"|ответ|отв\.?|відп\.?|відповідь|одг\.?|رد|השב|תגובה|תשובה|ตอบ(?:กลับ)?|trả\s+lời|balas"
    rf"|回[复復覆]|答[复覆]|返信|답장|회신){_COUNT}",
    re.IGNORECASE,
)
# These begin subjects of people's own as well: `R: Programming in R`, `VS: code`. They are prefixes before
# another, where they are doubled, or where they count.
_DOUBTFUL_PREFIX = re.compile(rf"\s*(r|vs|res)(?:{_COUNT}(?:\1{_COUNT})+|{_COUNT})", re.IGNORECASE)
# What the reader's own mail gateway puts before it.
_GATEWAY_MARK = re.compile(
    r"\s*(?:[\[(*{<]{1,3}\s*(?:ext(?:ern(?:al|e|o)?)?)(?:\s+(?:e-?mail|sender|mail))?\s*[\])*}>]{1,3}\s*[:：]?"
    r"|ext(?:ern(?:al|e)?)?\s*[:：])\s*",
    re.IGNORECASE,
)
_OF_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_LIST_TAGS = re.compile(r"\s*((?:\[[^\[\]]{1,60}\]\s*){1,4})")


class Recipients(BaseModel):
    """Whom a reply goes to."""

    model_config = ConfigDict(frozen=True)

    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()


def reply_subject(subject: str) -> str:
    """Put one `Re: ` before the subject, however many replies it went through (RFC 5322 section 3.6.5).

    A list's tag stays: `[users] Re: AW: plan` becomes `Re: [users] plan`. "" stays "".
    """
    tags: list[str] = []
    rest = " ".join(subject.split())
    if not rest:
        return ""
    at = 0
    while True:
        if prefix := _REPLY_PREFIX.match(rest, at):
            at = prefix.end()
        elif end := _end_of_doubtful(rest, at):
            at = end
        elif (mark := _GATEWAY_MARK.match(rest, at)) and _is_prefixed(rest, mark.end()):
            at = mark.end()
        # Tags are passed over only on the way to another prefix, so `[1] [1] x` keeps all it has.
        elif (found := _LIST_TAGS.match(rest, at)) and _is_prefixed(rest, found.end()):
            tags += re.findall(r"\[[^\[\]]+\]", found[1])
            at = found.end()
        else:
            break
    rest = rest[at:]
    tags = [tag for tag in dict.fromkeys(tags) if not rest.startswith(tag)]
    return " ".join(["Re:", *tags, rest]).strip()


def _is_prefixed(subject: str, at: int) -> bool:
    """Return whether the prefix of a reply follows, a gateway's mark before it or not."""
    if mark := _GATEWAY_MARK.match(subject, at):
        at = mark.end()
    return _REPLY_PREFIX.match(subject, at) is not None or _end_of_doubtful(subject, at) is not None


def _end_of_doubtful(subject: str, at: int) -> int | None:
    """Return where a prefix that may be a word of the writer's ends; None if it may."""
    found = _DOUBTFUL_PREFIX.match(subject, at)
    if not found:
        return None
    sure = len(re.findall(r"[:：]", found[0])) > 1 or re.search(r"\d", found[0])
    return found.end() if sure or _REPLY_PREFIX.match(subject, found.end()) else None


def reply_references(email: IncomingEmail) -> tuple[str, ...]:
    """Return references of a reply (RFC 5322 section 3.6.4): those of its parent, and the parent's own id.

    Where the parent has none, its In-Reply-To stands in, if that is one id. An id that only SMTPUTF8 could
    send is left out; a parent with no other id has no thread.
    """
    if not is_sendable(email.message_id):
        return ()
    before = email.references or (email.in_reply_to if len(email.in_reply_to) == 1 else ())
    earlier = (each for each in dict.fromkeys(before) if is_sendable(each) and each != email.message_id)
    return (*earlier, email.message_id)


def is_sendable(message_id: str) -> bool:
    """Return whether a message id can stand in a header line of 7-bit mail."""
    return re.fullmatch(r"<[!-;=?-~]{1,990}>", message_id) is not None


def reply_recipient(email: IncomingEmail) -> Mailbox | None:
    """Return the first recipient of a plain reply: Reply-To, else From (RFC 5322 section 3.6.2)."""
    to = reply_recipients(email).to
    return to[0] if to else None


def reply_recipients(
    email: IncomingEmail, *, own: Collection[str] = (), reply_all: bool = False
) -> Recipients:
    """Return To and Cc of a reply (RFC 5322 sections 3.6.2 and 3.6.3): Reply-To, else From, never Sender.

    Args:
        email: The email to be answered.
        own: The user's own addresses. They are left out, with a `+tag` as well: an email of one's own is
            answered to whom its Reply-To names, as a form on one's website does, else where it went, and a
            note to oneself to oneself.
        reply_all: Add To and Cc of the original to Cc; Mail-Followup-To, where given, goes before all.
    """
    mine = frozenset(map(_inbox, own))
    authors = (email.sender, *email.co_authors) if email.sender else ()
    others = (*email.to, *email.cc)
    if reply_all and (to := _each_once(email.mail_followup_to, set(), without=mine)):
        return Recipients(to=to)
    asked = [email.reply_to, authors]
    if any(_inbox(author.address) in mine for author in authors):
        asked.append(email.to)
    for mailboxes in asked:
        seen: set[str] = set()
        if to := _each_once(mailboxes, seen, without=mine):
            return Recipients(to=to, cc=_each_once(others, seen, without=mine) if reply_all else ())
    if reply_all and (to := _each_once(others, set(), without=mine)):
        return Recipients(to=to)
    to_oneself = (_each_once(mailboxes, set(), without=()) for mailboxes in asked)
    return Recipients(to=next(filter(None, to_oneself), ()))


def _each_once(
    mailboxes: Iterable[Mailbox], seen: set[str], *, without: Collection[str]
) -> tuple[Mailbox, ...]:
    """Return the mailboxes that mail can be sent to, without those that were seen before."""
    kept = []
    for mailbox in mailboxes:
        key = mailbox.address.casefold()
        if key not in seen and addr_spec(mailbox.address) and _inbox(mailbox.address) not in without:
            seen.add(key)
            kept.append(mailbox)
    return tuple(kept)


def _inbox(address: str) -> str:
    """Return the inbox that an address leads to: without case and `+tag`, and for Gmail without dots."""
    local, _, domain = addr_spec(address).casefold().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _OF_GMAIL:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"

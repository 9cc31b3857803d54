"""What tells that a program wrote an email: addresses that take no answers, subjects, header fields."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from importlib.resources import files

from email_assistant.mail.message import Mailbox
from email_assistant.mail.parsing.source import Header
from email_assistant.normalization import normalize

_TABLE: dict[str, list[str]] = tomllib.loads(
    files(__package__).joinpath("program_mail.toml").read_text(encoding="utf-8")
)
_BULK = frozenset({"bulk", "junk", "auto_reply"})
_ANSWERED_BY_PROGRAMS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-mail-autoreply",
)


def _unaccented(text: str) -> str:
    folded = normalize("NFKD", text.casefold()).replace("ı", "i").replace("ł", "l")
    return "".join(character for character in folded if not unicodedata.combining(character))


def _beginnings(subjects: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(_unaccented(subject)) for subject in subjects))


# The words of a phrase may be parted as an address parts them; run together they may stand within a word.
_NO_ANSWERS = re.compile(
    "|".join(
        rf"{re.escape(phrase.replace(' ', ''))}|(?<![^\W\d_]){phrase.replace(' ', '[._+-]?')}"
        for phrase in map(_unaccented, _TABLE["no_answers"])
    )
    + r"|^(?:.*[._+-])?(?:mailer-daemon|postmaster|bounces?|unattended)(?:[._+-].*)?@"
)
_AUTOMATIC = _beginnings(_TABLE["automatic"])
_BOUNCED = _beginnings(_TABLE["bounced"])
_MAIL_SERVER = re.compile(
    r"mailer-daemon|postmaster@|microsoftexchange[0-9a-f]{8}|mail delivery|^microsoft outlook$"
)


def takes_no_answers(address: str) -> bool:
    """Return whether an address says, before or behind its @, that nobody reads what is sent to it."""
    return _NO_ANSWERS.search(_unaccented(address[:320])) is not None


def is_automatic_subject(subject: str) -> bool:
    """Return whether a subject begins as programs begin those of automatic answers."""
    return _AUTOMATIC.match(_unaccented(subject[:100])) is not None


def is_bounce_subject(subject: str) -> bool:
    """Return whether a subject begins as mail servers begin those of messages that they could not deliver."""
    return _BOUNCED.match(_unaccented(subject[:100])) is not None


def is_mail_server(sender: Mailbox | None) -> bool:
    """Return whether a sender is a mail server."""
    return sender is not None and any(
        _MAIL_SERVER.search(text.casefold()) for text in (sender.name, sender.address)
    )


def automatic(header: Header) -> str:
    """Return the field that tells that a program wrote (RFC 3834 section 2), "" if none does."""
    submitted = header.value("auto-submitted").split(" ")[0]
    if submitted and submitted != "no":
        return f"Auto-Submitted: {submitted}"
    if (precedence := header.value("precedence")) in _BULK:
        return f"Precedence: {precedence}"
    if header.raw("return-path").strip() == "<>":
        return "it came without a Return-Path"
    # Programs that send notices ask Exchange so not to answer them, and Exchange's own answers do.
    suppressed = header.value("x-auto-response-suppress")
    if suppressed and suppressed != "none":
        return f"X-Auto-Response-Suppress: {suppressed}"
    return "an automatic answer" if any(name in header for name in _ANSWERED_BY_PROGRAMS) else ""

"""The envelope that carries untrusted text to a model as data, and that no text can close.

An envelope is a pair of tags. `escape` leaves no `<` in what lies between them, nor a character that looks
like one, so that whatever a mail says, it cannot write a tag; the control tokens of chat templates
(`<|im_start|>`, `<start_of_turn>`, `</s>`, `[INST]` …) fall apart in the same way.
"""

from __future__ import annotations

import re
import unicodedata

from email_assistant.mail import IncomingEmail, Mailbox

MAX_NEWEST = 40_000
"""Characters of the newest message that a model is given."""
MAX_QUOTED = 20_000
"""Characters of the quoted history that a model is given; the oldest, at the end, are left out first."""

# Characters that a reader, or a model that normalizes, may take for "less than".
_LESS_THAN = re.compile("[<＜﹤‹〈⟨❮❰〈˂᚜ᐸ⧼⦑⪡≺]")
_CONTROL_TOKEN = re.compile(
    r"[\[［](?=/?(?:INST|SYS|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|gMASK|sop)[\]］])"
)
_LINE_BREAK = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
# Joiners are spelling in Persian, the Indic scripts and emoji; elsewhere they only hide something.
_HIDDEN_JOINER = re.compile(r"(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_KEPT = {"\n", "\t", "\u200c", "\u200d"}


def escape(text: str) -> str:
    """`text` without characters that cannot be seen, and without any that could begin a tag."""
    text = _HIDDEN_JOINER.sub("", _LINE_BREAK.sub("\n", text))
    if not text.isascii() or not text.isprintable():
        text = "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in _UNSEEN)
    return _CONTROL_TOKEN.sub("&#91;", _LESS_THAN.sub("&lt;", text))


def enclose(tag: str, text: str) -> str:
    """`text` as a block between two tags, or "" where there is none."""
    text = escape(text).strip()
    return f"<{tag}>\n{text}\n</{tag}>" if text else ""


def _enclose_line(tag: str, text: str) -> str:
    text = " ".join(escape(text).split())
    return f"<{tag}>{text}</{tag}>" if text else ""


def _shorten(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return f"{text[:limit]}\n[{len(text) - limit} more characters are left out here]"


def enclose_email(email: IncomingEmail) -> str:
    """The email as data: its header fields, the newest message, the quoted history."""
    sender = email.sender or Mailbox()
    newest = email.newest or email.text
    date = getattr(email, "date", None)
    attachments = ", ".join(attachment.filename for attachment in getattr(email, "attachments", ()))
    parts = (
        _enclose_line("from", f"{sender.name} ({sender.address})" if sender.address else sender.name),
        _enclose_line("date", date.isoformat(sep=" ", timespec="minutes") if date else ""),
        _enclose_line("subject", email.subject),
        _enclose_line("language", getattr(email, "language", "")),
        _enclose_line("attachments", attachments),
        enclose("newest_message", _shorten(newest, MAX_NEWEST)),
        enclose("quoted_history", _shorten(getattr(email, "quoted", ""), MAX_QUOTED)),
    )
    return "\n".join(("<email>", *filter(None, parts), "</email>"))

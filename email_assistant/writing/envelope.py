"""The envelope that carries untrusted text to a model as data, and that no text can close.

An envelope is a pair of tags. `escape` leaves no `<` in what lies between them, nor a character that looks
like one, so that whatever a mail says, it cannot write a tag; the control tokens of chat templates
(`<|im_start|>`, `<start_of_turn>`, `</s>`, `[INST]` …) fall apart in the same way.
"""

from __future__ import annotations

import re
import unicodedata

from email_assistant.mail import IncomingEmail, Mailbox
from email_assistant.proofreading.given import MAX_NEWEST, parted

MAX_SIGNATURE = 2_000
MAX_QUOTED = 20_000
"""Characters of the quoted history that a model is given; the oldest, at the end, are left out first."""

MAX_RECIPIENTS = 20
"""Mailboxes of To and of Cc that a model is given."""

# Characters that a reader, or a model that normalizes, may take for "less than".
_LESS_THAN = re.compile("[<＜﹤‹〈⟨❮❰〈˂᚜ᐸ⧼⦑⪡≺\u2329❬≮≪ᚲ\U0001d236]")
_ESCAPED = re.compile("&(?=(?:lt|amp|#91);)")
_CONTROL_TOKEN = re.compile(
    r"[\[［](?=/?(?:INST|SYS|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|gMASK|sop)[\]］])"
)
_LINE_BREAK = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
# Joiners are spelling in Persian, the Indic scripts and emoji; elsewhere they only hide something.
_HIDDEN_JOINER = re.compile(r"(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_KEPT = {"\n", "\t", "\u200c", "\u200d"}


def escape(text: str) -> str:
    """Return `text` without characters that cannot be seen, and without any that could begin a tag."""
    text = _HIDDEN_JOINER.sub("", _LINE_BREAK.sub("\n", text))
    if unseen := [c for c in {*text} - _KEPT if unicodedata.category(c) in _UNSEEN]:
        text = text.translate(dict.fromkeys(map(ord, unseen)))
    return _CONTROL_TOKEN.sub("&#91;", _LESS_THAN.sub("&lt;", _ESCAPED.sub("&amp;", text)))


def unescape(text: str) -> str:
    """Return `text` as a person writes it, where a model copied what `escape` had written."""
    return text.replace("&lt;", "<").replace("&#91;", "[").replace("&amp;", "&")


def enclose(tag: str, text: str) -> str:
    """Return `text` as a block between two tags, or "" if there is none."""
    text = escape(text).strip()
    return f"<{tag}>\n{text}\n</{tag}>" if text else ""


def left_out(email: IncomingEmail) -> int:
    """Return how many characters of an over-long mail no model is given."""
    return sum(missing for _, missing in (_newest(email), _signature(email), _quoted(email)))


def _newest(email: IncomingEmail) -> tuple[str, int]:
    """Return the newest message without what speaks to an AI, and how much of its end is missing."""
    text, to_machines = parted(email)
    if to_machines:
        text += "\n\n[A passage that speaks to an AI is left out here]"
    return text, max(0, len(email.newest or email.text) - MAX_NEWEST)


def _signature(email: IncomingEmail) -> tuple[str, int]:
    return _shortened(email.signature, MAX_SIGNATURE)


def _quoted(email: IncomingEmail) -> tuple[str, int]:
    return _shortened(email.quoted, MAX_QUOTED)


def _shortened(text: str, limit: int) -> tuple[str, int]:
    kept = _cut(text, limit)
    return kept, len(text) - len(kept)


def _cut(text: str, limit: int) -> str:
    """Truncate to `limit` characters, where an older quote begins or else at the end of a line."""
    if len(text) <= limit:
        return text
    end = depth = older = 0
    for line in text[:limit].splitlines(keepends=True):
        deeper = line[: len(line) - len(line.lstrip("> "))].count(">")
        if deeper > depth and end > limit // 2:
            older = end
        end, depth = end + len(line), deeper
    return text[:older] or text[: text.rfind("\n", 0, limit) + 1] or text[:limit]


def _noted(text: str, missing: int) -> str:
    return f"{text}\n[{missing} more characters are left out here]" if missing else text


def enclose_email(email: IncomingEmail) -> str:
    """Return the email as data: header fields as in a mail, and the newest message, signature included."""
    sender = email.sender or Mailbox()
    header = {
        "From": _shown(sender),
        "To": ", ".join(_shown(mailbox) for mailbox in email.to[:MAX_RECIPIENTS]),
        "Cc": ", ".join(_shown(mailbox) for mailbox in email.cc[:MAX_RECIPIENTS]),
        "Date": email.date.isoformat(sep=" ", timespec="minutes") if email.date else "",
        "Subject": email.subject,
        "Attachments": ", ".join(attachment.filename for attachment in email.attachments),
    }
    lines = [f"{name}: {' '.join(text.split())}" for name, text in header.items() if text]
    body = "\n".join(filter(None, (_noted(*_newest(email)), _noted(*_signature(email)))))
    return enclose("email", "\n".join((*lines, "", body))) or "<email>\n</email>"


def enclose_earlier(email: IncomingEmail) -> str:
    """Return what the email quotes of earlier messages, as data; "" if nothing."""
    return enclose("earlier_messages", _noted(*_quoted(email)))


def _shown(mailbox: Mailbox) -> str:
    return f"{mailbox.name} ({mailbox.address})" if mailbox.name and mailbox.address else str(mailbox)

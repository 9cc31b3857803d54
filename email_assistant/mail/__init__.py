"""RFC 5322 mail in and out: parse, split, compose. Knows nothing of models or the web."""

from email_assistant.mail.compose import compose_reply, reply_text
from email_assistant.mail.instructions import Paste, propose_split, split_paste
from email_assistant.mail.mailto import mailto_link
from email_assistant.mail.message import Attachment, EmailWarning, IncomingEmail, Mailbox, WarningCode
from email_assistant.mail.reading import is_email_source, parse_email
from email_assistant.mail.reply import (
    Recipients,
    reply_recipient,
    reply_recipients,
    reply_references,
    reply_subject,
)
from email_assistant.mail.thread import join_thread, same_thread
from email_assistant.mail.trimming import Trimmed, trim_for_model

__all__ = [
    "Attachment",
    "EmailWarning",
    "IncomingEmail",
    "Mailbox",
    "Paste",
    "Recipients",
    "Trimmed",
    "WarningCode",
    "compose_reply",
    "is_email_source",
    "join_thread",
    "mailto_link",
    "parse_email",
    "propose_split",
    "reply_recipient",
    "reply_recipients",
    "reply_references",
    "reply_subject",
    "reply_text",
    "same_thread",
    "split_paste",
    "trim_for_model",
]

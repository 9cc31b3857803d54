"""RFC 5322 mail in and out: parse, split, compose. Knows nothing of models or the web."""

from email_assistant.mail.instructions import Paste, split_paste
from email_assistant.mail.message import Attachment, EmailWarning, IncomingEmail, Mailbox, WarningCode
from email_assistant.mail.reading import parse_email
from email_assistant.mail.reply import Recipients, reply_recipient, reply_recipients, reply_subject

__all__ = [
    "Attachment",
    "EmailWarning",
    "IncomingEmail",
    "Mailbox",
    "Paste",
    "Recipients",
    "WarningCode",
    "parse_email",
    "reply_recipient",
    "reply_recipients",
    "reply_subject",
    "split_paste",
]

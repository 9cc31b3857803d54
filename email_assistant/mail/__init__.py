"""RFC 5322 mail in and out: parse, split, compose. Knows nothing of models or the web."""

from email_assistant.mail.message import Attachment, EmailWarning, IncomingEmail, Mailbox, WarningCode
from email_assistant.mail.parsing.reading import is_email_source, parse_email
from email_assistant.mail.paste.instructions import Paste, propose_split, split_paste
from email_assistant.mail.paste.new_mail import NewMail, new_mail
from email_assistant.mail.replying.compose import compose_reply, quote_of, reply_text, signature_below
from email_assistant.mail.replying.filename import attached_as, reply_filename
from email_assistant.mail.replying.mailto import mailto_link
from email_assistant.mail.replying.reply import (
    Recipients,
    reply_recipient,
    reply_recipients,
    reply_references,
    reply_subject,
)
from email_assistant.mail.thread import join_thread, same_thread

__all__ = [
    "Attachment",
    "EmailWarning",
    "IncomingEmail",
    "Mailbox",
    "NewMail",
    "Paste",
    "Recipients",
    "WarningCode",
    "attached_as",
    "compose_reply",
    "is_email_source",
    "join_thread",
    "mailto_link",
    "new_mail",
    "parse_email",
    "propose_split",
    "quote_of",
    "reply_filename",
    "reply_recipient",
    "reply_recipients",
    "reply_references",
    "reply_subject",
    "reply_text",
    "same_thread",
    "signature_below",
    "split_paste",
]

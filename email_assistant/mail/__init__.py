"""RFC 5322 mail in and out: parse, split, compose. Knows nothing of models or the web."""

from email_assistant.mail.message import Attachment, IncomingEmail, Mailbox, parse_email

__all__ = ["Attachment", "IncomingEmail", "Mailbox", "parse_email"]

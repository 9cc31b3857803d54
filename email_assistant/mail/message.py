"""An email as it was received. (Skeleton: to be replaced by the real reader.)"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from email_assistant.errors import InvalidEmail


class Mailbox(BaseModel):
    """RFC 5322 section 3.4: a display name and an addr-spec; either may be empty."""

    model_config = ConfigDict(frozen=True)

    name: str = ""
    address: str = ""


class Attachment(BaseModel):
    """What a message carries beside its text; `size` in bytes."""

    model_config = ConfigDict(frozen=True)

    filename: str = ""
    media_type: str = "application/octet-stream"
    size: int = 0


class IncomingEmail(BaseModel):
    """The email to be answered; JSON-safe, so that it can lie in the Burr state."""

    model_config = ConfigDict(frozen=True)

    subject: str = ""
    sender: Mailbox | None = None
    text: str = ""

    @property
    def newest(self) -> str:
        """The newest message, quotes and signature off."""
        return self.text


def parse_email(data: bytes | str, filename: str | None = None) -> IncomingEmail:
    """Read raw .eml or .msg bytes, or pasted text."""
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    if not text.strip():
        raise InvalidEmail("There is no text in this email. Paste it again, or attach it as a .eml file.")
    return IncomingEmail(text=text)

"""The chat for `chainlit run chainlit_app.py`; `email-assistant serve` needs no such file."""

from email_assistant.chat.standalone import door

__all__ = ["door"]

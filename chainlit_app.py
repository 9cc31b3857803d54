"""The chat for `chainlit run chainlit_app.py`; `email-assistant serve` needs no such file."""

from email_assistant.chat import standalone

__all__ = ["standalone"]

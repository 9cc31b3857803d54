"""The command `email-assistant`: its commands, and how it ends.

Nothing that takes time to import is imported before a command needs it, and Chainlit only to serve.
"""

from email_assistant.cli.program import main

__all__ = ["main"]

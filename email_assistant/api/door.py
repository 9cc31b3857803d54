"""What the routes stand on: the service, who may call it, and the calls that run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request

from email_assistant.api.turns import Turns
from email_assistant.service.assistant import EmailAssistant

SignIn = Callable[[Request], Awaitable[str]]
"""Tells whose conversations a request may see, or raises `NotSignedIn`."""


class HttpDoor:
    """Connects requests with the service; each request has it in its state, from the server's lifespan."""

    def __init__(self, assistant: EmailAssistant, sign_in: SignIn) -> None:
        self.assistant, self.sign_in = assistant, sign_in
        self.turns = Turns()

    async def close(self) -> None:
        """Stop what still runs, before the service is closed."""
        await self.turns.close()

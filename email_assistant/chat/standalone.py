"""The chat under Chainlit's own server, for `chainlit run`."""

from __future__ import annotations

from contextlib import AsyncExitStack

import chainlit as cl

from email_assistant.chat.door import ChatDoor
from email_assistant.chat.host import environment
from email_assistant.chat.host.install import install
from email_assistant.chat.host.rules import BLOCKED_ROUTES
from email_assistant.errors import SettingsError
from email_assistant.guard import EdgeMiddleware, LanguageMiddleware
from email_assistant.service.opening import open_assistant
from email_assistant.settings import load_settings

settings = load_settings()
if settings.auth != "local":
    raise SettingsError(
        "`chainlit run` serves this machine only. Use `email-assistant serve` to let others in."
    )
environment.set_secret(settings)
app = install(settings)
app.add_middleware(EdgeMiddleware, blocked=BLOCKED_ROUTES)
app.add_middleware(LanguageMiddleware)
_open = AsyncExitStack()


@cl.on_chat_start
async def begin() -> None:
    """Do nothing: `chainlit run` demands a callback before it starts."""


@cl.on_app_startup
async def start() -> None:
    """Open the service, and the door to it."""
    assistant = await _open.enter_async_context(open_assistant(settings))
    ChatDoor(assistant, settings).register()


@cl.on_app_shutdown
async def stop() -> None:
    """Close it."""
    await _open.aclose()

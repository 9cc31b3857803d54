"""The chat under Chainlit's own server, as `chainlit run` starts it."""

from __future__ import annotations

from contextlib import AsyncExitStack

import chainlit as cl
from chainlit.server import app

from email_assistant.chat.door import ChatDoor
from email_assistant.chat.host import environment, routes, sign_in, sockets
from email_assistant.errors import SettingsError
from email_assistant.guard import Guard
from email_assistant.service.assistant import open_assistant
from email_assistant.settings import load_settings

settings = load_settings()
if settings.auth != "local":
    raise SettingsError(
        "`chainlit run` serves this machine only. Use `email-assistant serve` to let others in."
    )
environment.set_secret(settings)
routes.check_sessions(app)
sockets.check_events()
app.add_middleware(Guard)
_open = AsyncExitStack()


@cl.on_chat_start
async def never() -> None:
    """Never called: `chainlit run` demands a callback before it starts, and the door registers its own."""


@cl.on_app_startup
async def start() -> None:
    """Open the service, and the door to it."""
    assistant = await _open.enter_async_context(open_assistant(settings))
    ChatDoor(assistant, offline=settings.offline).register()
    sign_in.register(settings, assistant.accounts, app)


@cl.on_app_shutdown
async def stop() -> None:
    """Close it."""
    await _open.aclose()

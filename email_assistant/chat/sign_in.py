"""Who is signed in at the chat."""

from __future__ import annotations

import chainlit as cl
from starlette.datastructures import Headers

from email_assistant.errors import SettingsError
from email_assistant.settings import LOCAL_USER, Settings


def register(settings: Settings) -> None:
    """Give Chainlit the sign-in that is configured.

    Raises:
        SettingsError: it is not available.
    """
    if settings.auth != "local":
        raise SettingsError(f"EMAIL_ASSISTANT_AUTH={settings.auth} is not available yet. Use local.")
    cl.header_auth_callback(sign_in_locally)


async def sign_in_locally(headers: Headers) -> cl.User:
    """The one user of this machine. The guard has let in loopback only."""
    return cl.User(identifier=LOCAL_USER)

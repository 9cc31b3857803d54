"""The entry to Chainlit: its app, held to the rules of this server."""

from __future__ import annotations

from chainlit.config import config as chainlit_config
from chainlit.server import app as chainlit_app
from chainlit.server import sio
from fastapi import FastAPI

from email_assistant.chat.host import card_sources, refusals, routes, sign_in, sockets
from email_assistant.chat.host.auto_sign_in import AutoSignIn
from email_assistant.chat.host.rules import MAX_SOCKET_MESSAGE
from email_assistant.chat.host.splash import Splash
from email_assistant.settings import Settings


def install(settings: Settings) -> FastAPI:
    """Return Chainlit's app with its events, routes, errors and first page held to our rules.

    `environment` prepares what Chainlit reads, before this file is imported. The callbacks come later:
    `ChatDoor` registers them once there is a service.

    Raises:
        SettingsError: nobody could sign in like this.
    """
    sign_in.check(settings)
    sio.eio.max_http_buffer_size = MAX_SOCKET_MESSAGE
    sio.eio.transports = ["websocket"]
    # The configuration file can only name light or dark; the page also takes the system's choice.
    chainlit_config.ui.default_theme = "system"
    chainlit_app.add_middleware(Splash)
    chainlit_app.add_middleware(AutoSignIn)
    refusals.register(chainlit_app)
    chainlit_app.router.routes[:0] = [*routes.router.routes, *card_sources.router.routes]
    sockets.wrap_handlers()
    return chainlit_app

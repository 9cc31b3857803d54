"""One ASGI app from both doors: its middleware, its lifespan, and how it is served."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from typing import Any, TypedDict

import uvicorn
from starlette.applications import Starlette

from email_assistant.api.app import mount
from email_assistant.api.callers import signed_in
from email_assistant.api.door import HttpDoor
from email_assistant.chat.host import environment
from email_assistant.chat.host.rules import BLOCKED_ROUTES, MAX_SOCKET_MESSAGE
from email_assistant.errors import SettingsError, cause_of
from email_assistant.guard import (
    AuthenticationMiddleware,
    EdgeMiddleware,
    EdgePolicy,
    LanguageMiddleware,
    Probes,
    RequestIds,
)
from email_assistant.guard.sessions import Sessions
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.opening import open_assistant
from email_assistant.settings import Settings
from email_assistant.telemetry import MakeWatcher
from email_assistant.telemetry.logs import log_to_stderr

log = logging.getLogger("email_assistant")

BACKLOG = 2048
"""Connections that wait to be accepted; as uvicorn has it."""

GRACE = 4
"""Seconds that running turns have to end at a shutdown, and then connections to close.
Together less than the ten after which a container is killed."""

FOR_THIS_MACHINE = (
    "It is for whoever uses this machine, without signing in. Put no proxy before it, which would let others "
    "in and cannot always be told: set EMAIL_ASSISTANT_AUTH first."
)

NOBODY = "Nobody can sign in yet. Add the first user with `email-assistant users add NAME`."


class ServerState(TypedDict):
    """The state of each request."""

    assistant: EmailAssistant
    http_door: HttpDoor


def create_app(settings: Settings, watchers: Sequence[MakeWatcher] = ()) -> Starlette:
    """Build the app with both doors, whose turns `watchers` watch too.

    Raises:
        SettingsError: it must not be served with these settings.
    """
    if settings.auth == "local" and not is_loopback(settings.host):
        raise SettingsError(
            f"EMAIL_ASSISTANT_HOST={settings.host} would let others in without signing in. "
            "Use 127.0.0.1, or set EMAIL_ASSISTANT_AUTH."
        )
    if not is_loopback(settings.host) and not settings.url and not settings.hosts:
        raise SettingsError(
            f"EMAIL_ASSISTANT_HOST={settings.host} lets others connect. Set EMAIL_ASSISTANT_URL to the "
            "address that they open, such as https://mail.example.com."
        )
    environment.prepare(settings)
    # Only now: Chainlit reads its environment when it is imported.
    from email_assistant.chat.door import ChatDoor
    from email_assistant.chat.host.install import install

    chat = install(settings)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[ServerState]:
        asyncio.get_running_loop().set_exception_handler(_note)
        async with open_assistant(settings, watchers=watchers) as assistant:
            app.state.assistant = assistant
            ChatDoor(assistant, settings).register()
            http_door = HttpDoor(assistant, signed_in, _place(settings))
            if settings.auth == "password" and not await assistant.accounts.users():
                print(NOBODY, file=sys.stderr, flush=True)  # noqa: T201
            tasks = [asyncio.create_task(task) for task in (assistant.warm_up(), assistant.tidy())]
            yield {"assistant": assistant, "http_door": http_door}
            for task in tasks:
                task.cancel()
            await http_door.close()

    app = Starlette(lifespan=lifespan)
    mount(app)
    app.mount("/", chat)  # last: it answers every path
    policy = EdgePolicy.from_settings(settings)
    app.add_middleware(
        AuthenticationMiddleware,
        auth=settings.auth,
        sessions=Sessions(*environment.signing_secrets(settings)),
        identity=policy.identity,
        per_minute=None if policy.local else settings.requests_per_minute,
    )
    app.add_middleware(Probes)
    app.add_middleware(EdgeMiddleware, policy=policy, blocked=BLOCKED_ROUTES)
    app.add_middleware(LanguageMiddleware)
    app.add_middleware(RequestIds)  # the last one is the outermost
    return app


def _place(settings: Settings) -> str:
    """Return the folder with the data, told only to whoever uses this machine."""
    return str(settings.data_dir) if settings.auth == "local" and not settings.database_url else ""


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve(settings: Settings) -> None:
    """Serve until interrupted, after printing the address.

    Raises:
        EmailAssistantError: the address is taken, or the database or the model cannot be opened.
    """
    log_to_stderr(settings.log_format)
    if settings.unread:
        print(settings.unread, file=sys.stderr, flush=True)  # noqa: T201
    with ExitStack() as stack:
        watchers = []
        if settings.metrics_port is not None:
            from email_assistant.telemetry.prometheus import metrics_at

            watchers.append(stack.enter_context(metrics_at(settings.metrics_port)))
        _serve(settings, watchers)


def _serve(settings: Settings, watchers: Sequence[MakeWatcher]) -> None:
    app, listening = create_app(settings, watchers), _listen(settings)
    # Opened once before: uvicorn would print a traceback of what fails while it starts.
    asyncio.run(_open_and_close(settings))
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        ws_max_size=MAX_SOCKET_MESSAGE,
        # It would cost a quarter of a megabyte for each open tab, and each word would be compressed alone.
        ws_per_message_deflate=False,
        # `EdgePolicy` trusts the proxies that are set, and no others; uvicorn would trust this machine.
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
    )
    _Server(config, app, settings).run(sockets=[listening])


def _note(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what asyncio reports, such as that the system gives no more connections."""
    error = context.get("exception")
    log.error("%s: %s", context["message"], cause_of(error) if error else "no error")


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        bound = socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as refused:
        raise SettingsError(
            f"{settings.host} port {settings.port} cannot be listened on: {os.strerror(refused.errno or 0)}. "
            "Choose another port with --port or EMAIL_ASSISTANT_PORT."
        ) from None
    # asyncio sends small pieces at once (TCP_NODELAY) only where a socket names its protocol, which
    # `create_server` leaves open; without it every answer would wait 40 ms for the client's receipt.
    return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=bound.detach())


async def _open_and_close(settings: Settings) -> None:
    async with open_assistant(settings) as assistant:
        await assistant.try_out_files()


class _Server(uvicorn.Server):
    """Prints the address, also of a port that the system chose, and lets turns end before it shuts down."""

    def __init__(self, config: uvicorn.Config, app: Starlette, settings: Settings) -> None:
        super().__init__(config)
        self._app, self._settings = app, settings

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        # All that was imported stays: to look through it for garbage would stop every stream for 0.1 seconds.
        gc.freeze()
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            print(f"Email Assistant is at http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)  # noqa: T201
            if self._settings.auth == "local":
                print(FOR_THIS_MACHINE, flush=True)  # noqa: T201

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # First: the sockets are still open to show how a turn ended, and calls get their answers.
        await self._app.state.assistant.drain(GRACE, delay=self._settings.shutdown_delay)
        await super().shutdown(sockets)

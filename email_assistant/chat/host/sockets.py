"""The socket events that a browser may send: few of Chainlit's, and each validated first."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

from chainlit.context import init_ws_context
from chainlit.server import sio
from chainlit.session import WebsocketSession
from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError

from email_assistant.chat import texts
from email_assistant.chat.host import page
from email_assistant.chat.host.session import (
    discard_unsent_files,
    resume,
    sessions_of,
    start_over_if_unknown,
    unsent_files,
)
from email_assistant.store.database import DatabaseUnavailable
from email_assistant.store.rows import is_id

PASSED_THROUGH_EVENTS = ("clear_session", "stop")
"""Events without a payload. Those that are neither here nor validated below are dropped."""

UNSENT_FOR = 120
"""Seconds that unsent files are kept for a tab that has disconnected: it may reconnect."""

TRY_AGAIN = 3
"""Seconds until the conversation of a tab is read again: about as long as a toast stays."""

MAX_SESSIONS = 40
"""Sessions kept per user: those of open tabs and, for an hour, of closed ones."""


PROCESS = str(uuid.uuid4())
"""Identifies this process: a page that finds another one knows that its unsaved messages are lost."""


class Handshake(BaseModel):
    """The payload of a connection. Chainlit names a folder after the session, so it must be a UUID."""

    model_config = ConfigDict(extra="ignore")

    sessionId: uuid.UUID  # noqa: N815 - Chainlit's name
    threadId: str | None = Field(default=None, max_length=100)  # noqa: N815 - if not ours, the store knows none

    @classmethod
    def read(cls, auth: Any) -> dict[str, Any]:
        """Return the handshake in Chainlit's form, reduced to what is used.

        Raises:
            ConnectionRefusedError: it is malformed.
        """
        try:
            read = cls.model_validate(auth)
        except ValidationError:
            raise ConnectionRefusedError(texts.BAD_TAP) from None
        return {
            "sessionId": str(read.sessionId),
            "threadId": read.threadId or "",
            "clientType": "webapp",
            "userEnv": "{}",
            "chatProfile": "",
        }


class TypedMessage(BaseModel):
    """The message of a `client_message`."""

    model_config = ConfigDict(extra="ignore")

    id: uuid.UUID
    output: str
    edited: str = ""
    """The text in the open editor of the draft that it speaks of."""


class FileReference(BaseModel):
    """A file that was uploaded before."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(max_length=40)


class ClientMessage(BaseModel):
    """The payload of `client_message`."""

    model_config = ConfigDict(extra="ignore")

    message: TypedMessage
    fileReferences: list[FileReference] | None = Field(default=None, max_length=10)  # noqa: N815

    def for_chainlit(self, user: str) -> dict[str, Any]:
        """Return the payload in Chainlit's form, reduced to what is used."""
        return {
            "message": {
                "id": str(self.message.id),
                "threadId": "",
                "name": user,
                "type": "user_message",
                "output": self.message.output,
                "createdAt": None,
                "metadata": {"edited": self.message.edited},
            },
            "fileReferences": [{"id": file.id} for file in self.fileReferences or []] or None,
        }


class PanelSettings(RootModel[dict[str, str | bool | None]]):
    """The payload of `chat_settings_change`: the fields of the panel, whose values are validated later."""

    root: dict[str, str | bool | None] = Field(max_length=10)


def wrap_handlers() -> None:
    """Replace Chainlit's handlers of socket events by those that validate before they call it."""
    chainlits = sio.handlers["/"]
    handlers = {name: chainlits[name] for name in PASSED_THROUGH_EVENTS}
    handlers["disconnect"] = _removing_unsent_files(chainlits["disconnect"])
    handlers["connect"] = _validated_connect(chainlits["connect"])
    handlers["connection_successful"] = _retry_until_loaded(chainlits["connection_successful"])
    handlers["client_message"] = _validated_message(chainlits["client_message"])
    handlers["chat_settings_change"] = _validated_settings(chainlits["chat_settings_change"])
    sio.handlers["/"] = handlers


def _validated_connect(connect: Callable[..., Any]) -> Callable[..., Any]:
    async def checked(sid: str, environ: dict[str, Any], auth: Any = None) -> Any:
        handshake = Handshake.read(auth)
        if handshake["threadId"] and not is_id(handshake["threadId"]):
            handshake["threadId"] = str(uuid.uuid4())  # unknown as well, and nothing that somebody wrote
        # Chainlit would ask here already whose conversation it is. Every load asks that, and the database may
        # be gone: the socket must open all the same, so that the page can be notified.
        answer = await connect(sid, environ, handshake | {"threadId": ""})
        session = WebsocketSession.get(sid)
        if session and handshake["threadId"]:
            resume(session, handshake["threadId"])
        if session and session.user:
            await _delete_oldest(session.user.identifier, but=session)
        return answer

    return checked


def _retry_until_loaded(show: Callable[..., Any]) -> Callable[..., Any]:
    async def until_shown(sid: str) -> None:
        """Show the tab its conversation as soon as the database can be read."""
        waited = False
        while (session := WebsocketSession.get(sid)) and sio.manager.is_connected(sid, "/"):
            init_ws_context(session)
            try:
                await show(sid)
            except DatabaseUnavailable as error:
                waited = True
                await page.toast(str(error))
                await asyncio.sleep(TRY_AGAIN)
                continue
            start_over_if_unknown(session)
            await page.name_process(PROCESS)
            if waited:  # so has the sidebar
                await page.refresh_sidebar(session.thread_id, sid)
            return

    return until_shown


def _validated_message(message: Callable[..., Any]) -> Callable[..., Any]:
    async def checked(sid: str, payload: Any = None) -> None:
        session = WebsocketSession.get(sid)
        if session is None:  # Chainlit has dropped the session; the page reconnects
            return
        init_ws_context(session)
        try:
            received = ClientMessage.model_validate(payload)
        except ValidationError:
            await page.toast(texts.BAD_TAP)
            await page.end_busy()
            return
        valid = received.for_chainlit(session.user.identifier if session.user else "")
        if any(file.id not in unsent_files(session) for file in received.fileReferences or []):
            # Chainlit would drop the file, and the instructions would be read as the email.
            await page.toast(texts.FILES_GONE)
            await page.give_back(valid["message"]["id"], lost=True)
            await page.remove(valid["message"])
            await page.end_busy()
            return
        await message(sid, valid)

    return checked


def _removing_unsent_files(disconnect: Callable[..., Any]) -> Callable[..., Any]:
    async def disconnected(sid: str, *reason: Any) -> None:
        session = WebsocketSession.get(sid)
        await disconnect(sid)
        if session and unsent_files(session):
            task = asyncio.create_task(_remove_unsent(session, sid))
            _removals.add(task)
            task.add_done_callback(_removals.discard)

    return disconnected


_removals: set[asyncio.Task[None]] = set()


async def _remove_unsent(session: WebsocketSession, sid: str) -> None:
    """Remove what a tab uploaded and did not send, unless it reconnects."""
    await asyncio.sleep(UNSENT_FOR)
    if session.socket_id != sid or sio.manager.is_connected(sid, "/"):
        return
    discard_unsent_files(session)


def _validated_settings(change: Callable[..., Any]) -> Callable[..., Any]:
    async def checked(sid: str, payload: Any = None) -> None:
        session = WebsocketSession.get(sid)
        if session is None:
            return
        try:
            settings = PanelSettings.model_validate(payload).root
        except ValidationError:
            init_ws_context(session)
            await page.toast(texts.BAD_TAP)
            return
        await change(sid, settings)

    return checked


async def _delete_oldest(user: str, *, but: WebsocketSession) -> None:
    """Delete the oldest closed sessions of a user above the limit: each takes memory for an hour."""
    theirs = sessions_of(user)
    for session in theirs[: max(0, len(theirs) - MAX_SESSIONS)]:
        if session is not but and not sio.manager.is_connected(session.socket_id, "/"):
            await session.delete()

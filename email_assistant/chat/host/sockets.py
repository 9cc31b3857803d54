"""What a browser may say over its socket: few of Chainlit's events, and each of them checked before."""

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
from email_assistant.store.conversations import is_id
from email_assistant.store.database import DatabaseUnavailable

UNCHANGED = ("clear_session", "stop")
"""Events that bring nothing along; what is neither one of them nor checked here is not heard."""

UNSENT_FOR = 120
"""Seconds that files which were not sent are kept for a tab that is gone: it may only have lost its way."""

TRY_AGAIN = 3
"""Seconds until a tab whose conversation could not be read is tried again: about as long as a toast stays."""

MAX_SESSIONS = 40
"""Tabs of one user that are kept, open ones and, for an hour, closed ones."""


PROCESS = str(uuid.uuid4())
"""Names this process to the page, which so finds out that the one it had sent a message to has ended."""


class Handshake(BaseModel):
    """What a browser connects with. Chainlit names a folder after the session, so only a UUID will do."""

    model_config = ConfigDict(extra="ignore")

    sessionId: uuid.UUID  # noqa: N815 - Chainlit's name
    threadId: str | None = Field(default=None, max_length=100)  # noqa: N815 - if not ours, the store knows none

    @classmethod
    def read(cls, auth: Any) -> dict[str, Any]:
        """The handshake as Chainlit takes it, with nothing in it that is not used here.

        Raises:
            ConnectionRefusedError: it cannot be read.
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


class ChatMessage(BaseModel):
    """A message as the page sends it."""

    model_config = ConfigDict(extra="ignore")

    id: uuid.UUID
    output: str


class File(BaseModel):
    """A file that was uploaded before."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(max_length=40)


class Said(BaseModel):
    """The event `client_message`."""

    model_config = ConfigDict(extra="ignore")

    message: ChatMessage
    fileReferences: list[File] | None = Field(default=None, max_length=10)  # noqa: N815

    def as_chainlit_takes_it(self, user: str) -> dict[str, Any]:
        """The payload, with nothing in it that is not used here."""
        return {
            "message": {
                "id": str(self.message.id),
                "threadId": "",
                "name": user,
                "type": "user_message",
                "output": self.message.output,
                "createdAt": None,
            },
            "fileReferences": [{"id": file.id} for file in self.fileReferences or []] or None,
        }


class PanelSettings(RootModel[dict[str, str | bool | None]]):
    """The event `chat_settings_change`: the fields of the settings panel; what they hold is checked later."""

    root: dict[str, str | bool | None] = Field(max_length=10)


def check_events() -> None:
    """Stand before Chainlit's handlers of socket events."""
    chainlits = sio.handlers["/"]
    heard = {name: chainlits[name] for name in UNCHANGED}
    heard["disconnect"] = _tidied(chainlits["disconnect"])
    heard["connect"] = _checked_connect(chainlits["connect"])
    heard["connection_successful"] = _patient(chainlits["connection_successful"])
    heard["client_message"] = _checked_message(chainlits["client_message"])
    heard["chat_settings_change"] = _checked_settings(chainlits["chat_settings_change"])
    sio.handlers["/"] = heard


def _checked_connect(connect: Callable[..., Any]) -> Callable[..., Any]:
    async def checked(sid: str, environ: dict[str, Any], auth: Any = None) -> Any:
        handshake = Handshake.read(auth)
        if handshake["threadId"] and not is_id(handshake["threadId"]):
            handshake["threadId"] = str(uuid.uuid4())  # unknown as well, and nothing that somebody wrote
        # Chainlit would ask here already whose conversation it is. Every load asks that, and the database may
        # be gone: the socket must open all the same, so that the page can be told.
        answer = await connect(sid, environ, handshake | {"threadId": ""})
        session = WebsocketSession.get(sid)
        if session and handshake["threadId"]:
            resume(session, handshake["threadId"])
        if session and session.user:
            await _forget_oldest(session.user.identifier, but=session)
        return answer

    return checked


def _patient(show: Callable[..., Any]) -> Callable[..., Any]:
    async def until_shown(sid: str) -> None:
        """Show the tab its conversation, as soon as the database gives it."""
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


def _checked_message(message: Callable[..., Any]) -> Callable[..., Any]:
    async def checked(sid: str, payload: Any = None) -> None:
        session = WebsocketSession.get(sid)
        if session is None:  # Chainlit has forgotten it; the page connects anew
            return
        init_ws_context(session)
        try:
            said = Said.model_validate(payload)
        except ValidationError:
            await page.toast(texts.BAD_TAP)
            await page.end_busy()
            return
        taken = said.as_chainlit_takes_it(session.user.identifier if session.user else "")
        if any(file.id not in unsent_files(session) for file in said.fileReferences or []):
            # Chainlit would drop the file, and the instructions would be read as the email.
            await page.toast(texts.FILES_GONE)
            await page.give_back(taken["message"]["id"], lost=True)
            await page.remove(taken["message"])
            await page.end_busy()
            return
        await message(sid, taken)

    return checked


def _tidied(disconnect: Callable[..., Any]) -> Callable[..., Any]:
    async def tidied(sid: str, *reason: Any) -> None:
        session = WebsocketSession.get(sid)
        await disconnect(sid)
        if session and unsent_files(session):
            task = asyncio.create_task(_remove_unsent(session, sid))
            _tidying.add(task)
            task.add_done_callback(_tidying.discard)

    return tidied


_tidying: set[asyncio.Task[None]] = set()


async def _remove_unsent(session: WebsocketSession, sid: str) -> None:
    """Remove what a tab uploaded and did not send, unless it opens its socket again."""
    await asyncio.sleep(UNSENT_FOR)
    if session.socket_id != sid or sio.manager.is_connected(sid, "/"):
        return
    discard_unsent_files(session)


def _checked_settings(change: Callable[..., Any]) -> Callable[..., Any]:
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


async def _forget_oldest(user: str, *, but: WebsocketSession) -> None:
    """Keep no more sessions of a user than a person has tabs: each takes memory for an hour."""
    theirs = sessions_of(user)
    for session in theirs[: max(0, len(theirs) - MAX_SESSIONS)]:
        if session is not but and not sio.manager.is_connected(session.socket_id, "/"):
            await session.delete()

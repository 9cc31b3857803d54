"""The session of a browser tab: the only code that reads or writes what Chainlit keeps of it.

Functions that take no session are about the tab whose event is being handled.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

import chainlit as cl
from chainlit.chat_context import chat_context
from chainlit.context import ChainlitContextException, context
from chainlit.session import BaseSession, WebsocketSession, ws_sessions_id

STOP_NOTICE = "Task manually stopped."
"""What Chainlit itself writes into the chat at Stop."""

_signed_in: ContextVar[str] = ContextVar("signed_in", default="")


def owner() -> str:
    """Return the user on whose behalf Chainlit calls: of the tab, or of the HTTP request."""
    try:
        user = context.session.user
    except ChainlitContextException:
        return _signed_in.get()
    return user.identifier if user else ""


def set_requesting_user(name: str) -> None:
    """Remember who sent this HTTP request: Chainlit asks the data layer for them before anything else."""
    _signed_in.set(name)


def app_id() -> str:
    """Return the conversation of the tab, which may not have begun."""
    return str(context.session.thread_id)


def has_begun() -> bool:
    """Return whether the conversation has begun, so that a tab which reconnects is sent it."""
    return bool(context.session.thread_id_to_resume)


def mark_begun() -> None:
    """Send the tab its conversation, from now on, when it reconnects."""
    context.session.thread_id_to_resume = context.session.thread_id


def let_stop_reach(task: asyncio.Task[Any]) -> None:
    """Let Stop cancel `task`: it cancels one only, which Chainlit sets when a message comes."""
    context.session.current_task = task


def stop_reaches_another() -> bool:
    """Return whether Stop would cancel another task than the current one, such as that of a new message."""
    task = context.session.current_task
    return task is not None and task is not asyncio.current_task() and not task.done()


async def remove_stop_notices() -> None:
    """Take Chainlit's own word about Stop off the page: the conversation says it better."""
    for notice in [each for each in chat_context.get() if each.content == STOP_NOTICE]:
        await notice.remove()


def last_typed_id() -> str:
    """Return the id of the newest message that was typed in the tab, also if no callback saw it.

    It is "" if there is none.
    """
    typed = [each.id for each in chat_context.get() if each.type == "user_message"]
    return str(typed[-1]) if typed else ""


def take_files(message: cl.Message) -> list[tuple[str, bytes]]:
    """Read what is attached, each with its name, and remove Chainlit's copies."""
    attached = [(element, Path(str(element.path))) for element in message.elements if element.path]
    taken = [(str(element.name), path.read_bytes()) for element, path in attached]
    for element, path in attached:
        context.session.files.pop(element.id, None)
        path.unlink(missing_ok=True)
    return taken


T = TypeVar("T")


class PerTab(Generic[T]):
    """A value for each tab, forgotten with its session, which the value must not hold.

    Args:
        make: the value of a tab that has none.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._values: WeakKeyDictionary[BaseSession, T] = WeakKeyDictionary()

    def get(self) -> T:
        """Return the tab's value."""
        if context.session not in self._values:
            self._values[context.session] = self._make()
        return self._values[context.session]

    def set(self, value: T) -> None:
        """Replace the tab's value."""
        self._values[context.session] = value


def all_sessions() -> list[WebsocketSession]:
    """Return those of all tabs: the open ones and, for an hour, the closed ones."""
    return [*ws_sessions_id.values()]


def sessions_of(user: str | None) -> list[WebsocketSession]:
    """Return those of a user's tabs, oldest first."""
    return [each for each in all_sessions() if each.user and each.user.identifier == user]


def resume(session: WebsocketSession, app_id: str) -> None:
    """Let a new session show an earlier conversation, unless it resumes one already."""
    if not session.restored:
        session.thread_id = session.thread_id_to_resume = app_id


def start_over_if_unknown(session: WebsocketSession) -> None:
    """Give a tab whose conversation was not found another one, which begins with the next message."""
    if session.thread_id_to_resume and not session.has_first_interaction:
        session.thread_id, session.thread_id_to_resume = str(uuid.uuid4()), None


def unsent_files(session: WebsocketSession) -> dict[str, Path]:
    """Return what a tab uploaded and has not sent yet, by the ids that the page knows."""
    return {file_id: Path(str(file["path"])) for file_id, file in session.files.items()}


def discard_unsent_files(session: WebsocketSession) -> None:
    """Remove what a tab uploaded and did not send."""
    for file in unsent_files(session).values():
        file.unlink(missing_ok=True)
    session.files.clear()

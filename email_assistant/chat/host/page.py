"""What the page of a tab is sent: steps, cards, streamed words, and events of its own.

Unless they name other tabs, these functions are about the tab whose event is being handled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from chainlit.context import context
from chainlit.element import ElementDict
from chainlit.server import sio
from chainlit.step import StepDict
from chainlit.types import ThreadDict

from email_assistant.chat.host.session import sessions_of, stop_reaches_another
from email_assistant.translations import accepted, retold, speaking


async def show_step(step: StepDict) -> None:
    """Add a step, or bring it up to date."""
    await context.emitter.send_step(step)


async def show_element(element: ElementDict) -> None:
    """Add an element, or bring it up to date."""
    await context.emitter.send_element(element)


async def remove(item: Mapping[str, Any]) -> None:
    """Take a step or an element off the page."""
    if "forId" in item:
        await context.emitter.emit("remove_element", {"id": item["id"]})
    else:
        await context.emitter.delete_step(cast(StepDict, item))


async def show_thread(thread: ThreadDict) -> None:
    """Show a whole thread in place of all that is there."""
    await context.emitter.resume_thread(thread)


async def stream(step_id: str, words: str) -> None:
    """Add words to a step."""
    await context.emitter.send_token(id=step_id, token=words)


async def restart_stream(step_id: str) -> None:
    """Take back all words of a step."""
    await context.emitter.send_token(id=step_id, token="", is_sequence=True)


async def toast(sentence: str, kind: Literal["error", "info", "success"] = "error") -> None:
    """Show a sentence that goes away by itself."""
    await context.emitter.send_toast(retold(sentence), kind)


async def begin_busy() -> None:
    """Show that something runs, with a button that stops it."""
    await context.emitter.task_start()


async def end_busy() -> None:
    """Show that nothing runs, unless something else does, which says itself when it has ended.

    The page assumes that something runs as soon as it has sent a message.
    """
    if not stop_reaches_another():
        await context.emitter.task_end()


async def confirm_saved(message_id: str) -> None:
    """Tell the page that it need not keep this message any longer."""
    await context.emitter.emit("saved", message_id)


async def give_back(message_id: str, *, lost: bool = False) -> None:
    """Tell the page that this message was not used: it gives a pasted email back.

    Args:
        message_id: of the message.
        lost: whether the server has lost the files that were attached.
    """
    await context.emitter.emit("unused", {"id": message_id, "lost": lost})


async def name_process(name: str) -> None:
    """Name this server process: the page finds out that the one which it sent a message to has ended."""
    await context.emitter.emit("server", name)


async def refresh_sidebar(app_id: str, change: str) -> None:
    """Let the sidebar read its list again, which it does if `change` is something new."""
    await context.emitter.emit("first_interaction", {"interaction": change, "thread_id": app_id})


async def refresh_lists(user: str, gone: frozenset[str]) -> None:
    """Let all tabs of a user read their list again, and leave a conversation that is `gone`."""
    for session in sessions_of(user):
        left = session.thread_id if session.thread_id in gone else None
        await sio.emit("conversations", {"gone": left}, to=session.socket_id)


async def refresh_settings(user: str) -> None:
    """Let all tabs of a user know that something else is set for all replies."""
    for session in sessions_of(user):
        await sio.emit("settings", {}, to=session.socket_id)


async def toast_other_tabs(user: str, app_id: str, sentence: str) -> None:
    """Show a sentence in each tab of a user that shows another conversation."""
    for session in sessions_of(user):
        if session.thread_id != app_id:
            with speaking(accepted(session.language)):
                told = retold(sentence)
            await sio.emit("toast", {"message": told, "type": "info"}, to=session.socket_id)

"""Burr's application of one conversation: resume it at the next action, and run it to where it halts."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from typing import Any

from burr.core import Application, ApplicationBuilder, Graph, State
from burr.lifecycle import LifecycleAdapter

from email_assistant.conversation.graph import HALT_AFTER, HALT_BEFORE
from email_assistant.conversation.migration import migrated
from email_assistant.conversation.planning import Plan
from email_assistant.conversation.state import initial_state
from email_assistant.service.glance import glance_at
from email_assistant.service.turns import Delta, Progress, Restarted
from email_assistant.store.rows import Glance, Status
from email_assistant.store.states import LoadedState

_in_turn: ContextVar[bool] = ContextVar("in_turn", default=False)


def _may_be_logged(record: logging.LogRecord) -> bool:
    """Return whether a record of Burr holds no mail text, as far as the level tells.

    Burr logs the beginning of every state value beside an action that fails. The exception itself reaches
    the caller. What other applications in this process log is theirs.
    """
    return record.levelno < logging.ERROR or not _in_turn.get()


logging.getLogger("burr.core.application").addFilter(_may_be_logged)


class StateMachine:
    """Runs conversations on one graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def next_action(self, saved: LoadedState | None) -> str:
        """Return the action that a stored conversation goes on with."""
        if saved is None or saved.conversation.position is None:
            return "process_input"
        return self.action_after(saved.conversation.position, saved.conversation.status, saved.state)

    def action_after(self, action: str, status: Status | None, state: dict[str, Any]) -> str:
        """Return the action that follows one which ended with `status` and left `state`."""
        if status != "completed":
            return action
        following = self._graph.get_next_node(action, State(state), "process_input")
        return following.name if following else action

    def glance(self, state: State[Any], position: str, status: Status) -> Glance:
        """Return what a list shows of a conversation whose action at `position` ended with `status`."""
        whole = migrated(state.get_all())
        return glance_at(whole, status, self.action_after(position, status, whole))

    async def run(  # noqa: PLR0917 - what a turn is made of
        self,
        owner: str,
        app_id: str,
        saved: LoadedState | None,
        plan: Plan,
        hooks: Sequence[LifecycleAdapter],
        tell: Callable[[Progress], Awaitable[None]],
    ) -> None:
        """Go on at the planned action with its inputs, until the person must speak again."""
        builder: ApplicationBuilder[Any] = ApplicationBuilder().with_identifiers(app_id, owner)
        if saved:
            builder = builder.with_identifiers(sequence_id=saved.conversation.sequence_id)
        application = await (
            builder.with_graph(self._graph)
            .with_state(**(saved.state if saved else initial_state()))
            .with_entrypoint(plan.entry or self.next_action(saved))
            .with_hooks(*hooks)
            .abuild()
        )
        token = _in_turn.set(True)
        try:
            await _run(application, plan.inputs, tell)
        finally:
            _in_turn.reset(token)


async def _run(
    application: Application[Any], inputs: dict[str, Any], tell: Callable[[Progress], Awaitable[None]]
) -> None:
    _, container = await application.astream_result(
        halt_after=HALT_AFTER, halt_before=HALT_BEFORE, inputs=inputs
    )
    # Both are closed by hand: a stream left to the garbage collector stays open at the model's end.
    words = aiter(container)
    try:
        async for item in words:
            if "delta" in item:
                await tell(Delta(item["delta"]))
            elif "restart" in item:
                await tell(Restarted())
    finally:
        await words.aclose()  # type: ignore[attr-defined]  # it is an async generator
        await container.streaming_result_generator.aclose()

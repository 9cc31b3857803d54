"""One turn as it is watched: what was said, what it led to, and what it took."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Literal, Protocol

from burr.core import Action, State
from burr.lifecycle import LifecycleAdapter, PostRunStepHook, PreRunStepHook

from email_assistant.conversation.state import ConversationState, Draft
from email_assistant.errors import EmailAssistantError
from email_assistant.watching import (
    STOPPED,
    CallEnded,
    Clarified,
    Event,
    Judged,
    StepBegan,
    StepEnded,
    request_id,
    tell,
)

Outcome = Literal[
    "asked", "draft", "accepted", "answered", "changed", "unchanged", "refused", "stopped", "failed"
]


@dataclass
class Turn:
    """What is known of a turn; more at its end than before."""

    app_id: str
    command: str
    """What the person said, by its kind."""
    began: float = field(default_factory=monotonic)
    request_id: str = field(default_factory=request_id.get)
    seconds: float = 0
    step: str = ""
    """The action that it came to last."""
    outcome: Outcome = "failed"
    error: str | None = None
    """The type of what it failed with, or `STOPPED`."""
    clarified: Clarified | None = None
    judged: list[Judged] = field(default_factory=list)
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    drafts: list[Draft] = field(default_factory=list)
    """The new ones."""
    version: int = 0
    """That of the newest draft, 0 before there is one."""
    state: ConversationState | None = field(default=None, repr=False)
    _before: ConversationState = field(default_factory=ConversationState, repr=False)

    def begin(self, state: ConversationState) -> None:
        """Say what the conversation was before."""
        self._before, self.version = state, len(state.draft_history)

    def end(self, state: ConversationState, *, waits_for: str | None, answered: bool = False) -> None:
        """Say what it is now."""
        self.state, self.version = state, len(state.draft_history)
        self.drafts = state.draft_history[len(self._before.draft_history) :]
        if answered:
            self.outcome = "answered"
        elif state.version == self._before.version:
            self.outcome = "unchanged"
        elif state.final_draft is not None and len(state.acceptances) > len(self._before.acceptances):
            self.outcome = "accepted"
        elif waits_for == "clarify_instructions":
            self.outcome = "asked"
        else:
            self.outcome = "draft" if self.drafts else "changed"

    def fail(self, error: BaseException) -> None:
        """Say what ended it."""
        stopped = isinstance(error, asyncio.CancelledError | GeneratorExit)
        self.error = STOPPED if stopped else type(error).__name__
        if stopped:
            self.outcome = "stopped"
        else:
            refused = isinstance(error, EmailAssistantError) and not self.step
            self.outcome = "refused" if refused else "failed"

    def notice(self, event: Event) -> None:
        """Take note of what happens in it."""
        match event:
            case StepBegan(action=action):
                self.step = action
            case Clarified():
                self.clarified = event
            case Judged():
                self.judged.append(event)
            case CallEnded(call=call):
                self.calls += 1
                self.input_tokens += call.input_tokens or 0
                self.output_tokens += call.output_tokens or 0


class TurnWatcher(Protocol):
    """Watches one turn."""

    @property
    def hooks(self) -> Sequence[LifecycleAdapter]:
        """What it has of Burr's hooks."""

    def notice(self, event: Event) -> None:
        """Note something that happens in the turn."""

    def end(self, turn: Turn) -> None:
        """End the turn, whatever became of it."""


class Steps(PreRunStepHook, PostRunStepHook):
    """Tells of the actions of a turn.

    Burr hands over neither an exception nor a result where a step that does not stream is cancelled.
    """

    def pre_run_step(self, *, action: Action, state: State[Any], **_: Any) -> None:
        """Implement Burr's hook before an action."""
        tell(StepBegan(action.name, len(state.get("draft_history", []))))

    def post_run_step(
        self, *, action: Action, result: dict[str, Any] | None, exception: BaseException | None, **_: Any
    ) -> None:
        """Implement Burr's hook after an action."""
        if exception is None or isinstance(exception, asyncio.CancelledError | GeneratorExit):
            error = STOPPED if exception or result is None else None
        else:
            error = type(exception).__name__
        tell(StepEnded(action.name, error))

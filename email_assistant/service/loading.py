"""Load a conversation: its saved state, and the view that every door shows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from burr.core import State

from email_assistant.conversation.migration import migrated
from email_assistant.service.cost import Prices
from email_assistant.service.models import Models
from email_assistant.service.turns import RunningTurn, RunningTurns, with_stopped
from email_assistant.service.view import ConversationView, view_of
from email_assistant.store.conversations import Conversations
from email_assistant.store.preferences import Profiles
from email_assistant.store.states import LoadedState, States
from email_assistant.telemetry import Telemetry


@dataclass(frozen=True)
class ViewLoader:
    """Combines what the database has of a conversation with the turn of it that runs now."""

    conversations: Conversations
    states: States
    profiles: Profiles
    turns: RunningTurns
    models: Models
    telemetry: Telemetry
    prices: Prices
    asked: dict[str, str] = field(default_factory=dict)
    """The questions that turns of this process answer now, by conversation."""

    async def view(self, owner: str, app_id: str) -> ConversationView:
        """Load the view alone.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
        """
        view, _ = await self.load(owner, app_id)
        return view

    async def load(self, owner: str, app_id: str) -> tuple[ConversationView, LoadedState | None]:
        """Load the view and the saved state that it shows; None while nothing was said.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
        """
        view, saved = await self._read(owner, app_id)
        if view.next_step != "retry" or self.turns.runs(app_id):
            return view, saved
        elsewhere = await self.turns.elsewhere(app_id)
        if elsewhere and elsewhere.lives:
            action = self.models.machine().next_action(saved)
            return replace(view, running=action, words=elsewhere.words), saved
        # Between the two looks it may have ended elsewhere.
        return await self._read(owner, app_id, left_words=elsewhere.words if elsewhere else "")

    async def load_for(
        self, turn: RunningTurn, owner: str, app_id: str
    ) -> tuple[ConversationView, LoadedState | None]:
        """Load it for a turn that begins, after saving what a process that died had written.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
        """
        view, saved = await self.load(owner, app_id)
        if saved and (state := self._rescued(saved, turn.left_words)) != saved.state:
            await self.states.save_beside(owner, saved, State(state))
            return await self.load(owner, app_id)
        return view, saved

    def _rescued(self, saved: LoadedState, words: str) -> dict[str, Any]:
        """Return the state with the words of a draft that a process which died had written."""
        if not words or self.models.machine().next_action(saved) != "formulate_draft":
            return saved.state
        return with_stopped(State(saved.state), words).get_all()

    async def _read(
        self, owner: str, app_id: str, left_words: str = ""
    ) -> tuple[ConversationView, LoadedState | None]:
        # Before the state: a turn that ends meanwhile is seen to run, not to fail.
        running = self.turns.now(app_id)
        saved = await self.states.load(owner, app_id)
        if saved:
            saved = replace(saved, state=migrated(saved.state))
            saved = replace(saved, state=self._rescued(saved, left_words))
        row = saved.conversation if saved else await self.conversations.find(owner, app_id)
        view = view_of(
            row,
            saved,
            self.models.machine().next_action(saved),
            running=running.action if running else None,
            preferences=await self.profiles.get(owner),
            prices=self.prices,
        )
        if page := self.telemetry.link(owner, app_id):
            view = replace(view, monitor=page)
        view = replace(view, model=self.models.named(chosen_model(view)).name)
        if running:
            question = self.asked.get(app_id, "")
            view = replace(view, words=running.words, seconds=running.seconds, asking=question)
        return view, saved


def chosen_model(view: ConversationView) -> str:
    """Return the model that the owner chose for the conversation, or else for all of theirs."""
    return view.state.model or view.preferences.model

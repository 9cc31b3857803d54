"""Execute one turn: read the command, run the state machine to where the person must speak again, save."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from burr.core import State
from burr.lifecycle import LifecycleAdapter

from email_assistant.conversation.actions import with_entry, with_use
from email_assistant.conversation.asking import answer
from email_assistant.conversation.commands import Ask, Command, EmailFile, NewEmail, SignAs
from email_assistant.conversation.planning import Plan, plan
from email_assistant.conversation.state import Aside, Original
from email_assistant.errors import StaleDraft
from email_assistant.mail import IncomingEmail
from email_assistant.mail_reader import MailReader
from email_assistant.service.changes import Changes
from email_assistant.service.loading import ViewLoader, chosen_model
from email_assistant.service.models import Models
from email_assistant.service.profile import ProfileEditor
from email_assistant.service.turns import Delta, Listener, Progress, Restarted, RunningTurns, StepStarted
from email_assistant.service.view import ConversationView, own_of
from email_assistant.store.files import Files
from email_assistant.store.states import LoadedState, SaveAfterStep, States
from email_assistant.telemetry import Telemetry
from email_assistant.watching import counting
from email_assistant.writing.model import Restart

ANSWERING = "answer_question"
"""What begins where a question is answered beside the reply; it is no action of the state machine."""


@dataclass(frozen=True)
class TurnExecutor:
    """Executes turns, each under the claim on its conversation."""

    loader: ViewLoader
    states: States
    files: Files
    profile: ProfileEditor
    turns: RunningTurns
    models: Models
    reader: MailReader
    changes: Changes
    telemetry: Telemetry
    hooks: Sequence[LifecycleAdapter]

    async def execute(
        self, owner: str, app_id: str, command: Command, seen: int | None, listener: Listener
    ) -> ConversationView:
        """Execute a turn, watched by telemetry (see `EmailAssistant.turn`)."""
        with self.telemetry.turn(app_id, type(command).__name__) as watched:
            await self.loader.conversations.find(owner, app_id)  # a foreign one is unknown, also while busy
            async with (
                self.changes.told_after(owner),
                self.turns.begin(app_id, owner=owner) as turn,
            ):
                before, saved = await self.loader.load_for(turn, owner, app_id)
                watched.begin(before.state)
                if seen is not None and seen != before.version:
                    raise StaleDraft(
                        "This conversation was continued elsewhere. Look at the newest draft first."
                    )
                step = await self._plan(owner, before, command)
                if step is None:
                    watched.end(before.state, waits_for=before.next_step)
                    return before

                async def follow(event: Progress) -> None:
                    if not isinstance(event, Delta | Restarted):
                        await self.changes.tell(owner)
                    await listener(event)

                turn.begin(before, follow)
                helped, asks = None, isinstance(step.command, Ask)
                if asks:
                    helped = await self._answer(owner, before, saved, step, turn.tell)
                else:
                    saving = SaveAfterStep(self.states.save, turn.unfinished)
                    hooks = [saving, turn, *watched.hooks, *self.hooks]
                    machine = self.models.machine(chosen_model(before))
                    await machine.run(owner, app_id, saved, step, hooks, turn.tell)
            view = helped or await self.loader.view(owner, app_id)
            watched.end(view.state, waits_for=view.next_step, answered=asks)
            return view

    async def _plan(self, owner: str, before: ConversationView, command: Command) -> Plan | None:
        """Plan the step that the command leads to, and keep what comes with it: emails, the sender's name."""

        async def parse(data: bytes | str, filename: str | None) -> IncomingEmail:
            return await self.reader.read_email(data, filename, owner)

        step = await plan(before.next_step, before.state, command, parse, own_of(before.preferences))
        if step is None:
            return None
        if isinstance(step.command, NewEmail) and step.command.files:
            step.inputs["originals"] = await self._store_originals(owner, before.app_id, step.command.files)
        if isinstance(step.command, SignAs):
            name = {"name": step.inputs["text"]}
            await self.profile.change(owner, lambda kept: kept.model_copy(update=name))
        step.inputs["profile"] = (await self.profile.profiles.get(owner)).model_dump(mode="json")
        return step

    async def _store_originals(
        self, owner: str, app_id: str, files: tuple[EmailFile, ...]
    ) -> list[dict[str, Any]]:
        kept = []
        for file in files:
            original = Original(file_id=str(uuid4()), filename=file.filename, size=len(file.content))
            await self.files.put(owner, app_id, original.file_id, file.content)
            kept.append(original.model_dump())
        return kept

    async def _answer(
        self,
        owner: str,
        before: ConversationView,
        saved: LoadedState | None,
        step: Plan,
        follow: Listener,
    ) -> ConversationView | None:
        """Answer a question beside the reply: what the conversation waits for stays as it is.

        Of an answer that is stopped, the words so far are saved. Before anything was said in a conversation,
        the answer is not saved; it is in the view that is returned.
        """
        question, words = step.inputs["question"], ""
        model = self.models.named(chosen_model(before))
        asking = answer(model, before.state, step.inputs["profile"], question)
        stopped: asyncio.CancelledError | None = None
        with counting() as calls:
            try:
                if saved:
                    self.loader.asked[before.app_id] = question
                    await follow(StepStarted(ANSWERING, replace(before, asking=question)))
                async with aclosing(asking) as pieces:
                    async for piece in pieces:
                        words = "" if isinstance(piece, Restart) else words + piece
                        await follow(Restarted() if isinstance(piece, Restart) else Delta(piece))
            except asyncio.CancelledError as cancelled:
                if not words.strip():
                    raise
                stopped = cancelled
            finally:
                self.loader.asked.pop(before.app_id, None)
        aside = Aside(question=question, answer=words.strip())
        if saved:
            state = with_entry(State(saved.state), "asides", aside)
            for call in calls:
                state = with_use(state, call.model, call.input_tokens, call.output_tokens)
            await self.states.save_beside(owner, saved, state)
        if stopped:
            raise stopped
        if saved:
            return None
        return replace(before, state=before.state.model_copy(update={"asides": [aside]}))

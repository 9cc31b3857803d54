"""The one service behind every door: load a conversation, run it to where a person must speak, stream."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast, get_args

from burr.core import Action, Application, ApplicationBuilder, State
from burr.core.persistence import AsyncBaseStateLoader, PersistedStateData
from burr.lifecycle import PreRunStepHookAsync

from email_assistant.conversation.feedback import understand
from email_assistant.conversation.graph import HALT_AFTER, HALT_BEFORE, build_graph
from email_assistant.conversation.inputs import AnswersGiven, EmailGiven, FeedbackGiven, RetryAsked, Said
from email_assistant.conversation.state import ConversationState, InputStep, NextStep, initial_state
from email_assistant.errors import InvalidInput, StaleDraft, WrongStep
from email_assistant.mail import parse_email
from email_assistant.settings import Settings, private_dir
from email_assistant.store.claims import Claims
from email_assistant.store.conversations import Conversation, Conversations, Page
from email_assistant.store.database import Database, open_database
from email_assistant.store.persister import LoadedState, SaveAfterStep, StatePersister
from email_assistant.writing import create_model
from email_assistant.writing.model import LanguageModel

# Burr logs the beginning of every state value beside a failing action, and those are mail text. The
# exception itself reaches the caller.
logging.getLogger("burr.core.application").disabled = True

TITLE_LENGTH = 60
LONGEST_SAID = 100_000
"""Characters of instructions, of an answer or of feedback."""


@dataclass(frozen=True)
class StepStarted:
    """An action of the state machine begins."""

    action: str


@dataclass(frozen=True)
class Delta:
    """The next words of the draft that is being written."""

    text: str


Progress = StepStarted | Delta
Listener = Callable[[Progress], Awaitable[None]]


@dataclass(frozen=True)
class ConversationView:
    """A conversation as every door sees it.

    `next_step` is what it waits for; None where it is done, though one more feedback reopens it. `problem`
    says why the last step did not finish, where that is known. `running` is the action that runs now.
    """

    app_id: str
    title: str
    created_at: datetime
    updated_at: datetime
    state: ConversationState
    next_step: NextStep | None
    problem: str | None
    running: str | None

    @property
    def version(self) -> int:
        """Grows with everything that is said or shown; two views of the same version show the same."""
        return len(self.state.timeline)


async def nobody(_: Progress) -> None:
    """The listener of a turn that nobody watches."""


class EmailAssistant:
    """Open one with `open_assistant`. Every call is scoped by `owner`: a foreign conversation is unknown."""

    def __init__(self, database: Database, model: LanguageModel) -> None:
        self.model = model
        self._graph = build_graph(model)
        self._conversations = Conversations(database)
        self._persister = StatePersister(database, _title)
        self._claims = Claims(database)
        self._turns: dict[str, _Turn] = {}

    async def create(self, owner: str, app_id: str | None = None) -> ConversationView:
        """Begin a conversation, under `app_id` (a UUID) where the door already has one."""
        return await self.view(owner, (await self._conversations.create(owner, app_id)).app_id)

    async def view(self, owner: str, app_id: str) -> ConversationView:
        """The conversation as it stands.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
        """
        if saved := await self._persister.load(owner, app_id):
            return self._view(saved["conversation"], saved)
        return self._view(await self._conversations.find(owner, app_id), None)

    async def page(self, owner: str, *, cursor: str | None = None, search: str = "", size: int = 20) -> Page:
        """Some of the owner's conversations, newest activity first (see `Conversations.page`)."""
        return await self._conversations.page(owner, cursor=cursor, search=search, size=size)

    async def rename(self, owner: str, app_id: str, title: str) -> None:
        """Give a conversation the person's own title."""
        await self._conversations.rename(owner, app_id, title)

    async def delete(self, owner: str, app_id: str) -> None:
        """Remove a conversation and all that belongs to it; a turn of it is stopped first.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
            ConversationBusy: another process runs a turn of it.
        """
        await self.stop(owner, app_id)
        await self.settled(app_id)
        async with self._turn(app_id):
            await self._conversations.delete(owner, app_id)

    async def turn(
        self, owner: str, app_id: str, said: Said, *, seen: int | None = None, listener: Listener = nobody
    ) -> ConversationView:
        """Take what the person said and run to where they must speak again.

        What was said is saved before a model is asked, so that a failed turn can be retried. To stop a
        turn, cancel the task that awaits it.

        Args:
            owner: whose conversation.
            app_id: which one.
            said: what the conversation waits for (see `ConversationView.next_step`).
            seen: the version that the person looked at while they spoke, to refuse what they did not see.
            listener: is told of each step and each piece of the draft.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
            InvalidInput: what was said cannot be used.
            ConversationBusy: a turn of it is running, here or in another process.
            WrongStep: it waits for something else.
            StaleDraft: it went on since `seen`.
            ModelError: the model failed; what was said is kept, and `RetryAsked` runs the step again.
        """
        await self._conversations.find(owner, app_id)  # a stranger is not told either that it is busy
        async with self._turn(app_id) as turn:
            before = await self.view(owner, app_id)
            if seen is not None and seen != before.version:
                raise StaleDraft("This conversation went on elsewhere. Look at the newest draft first.")
            entry, inputs = _enter(before, said)
            application = await self._application(owner, app_id, entry, turn.announced_to(listener))
            await _run(application, inputs, listener)
        return await self.view(owner, app_id)

    async def stop(self, owner: str, app_id: str) -> None:
        """Stop the turn that runs, if one does; the step that it was at can be retried."""
        await self._conversations.find(owner, app_id)
        if turn := self._turns.get(app_id):
            turn.stop()

    async def settled(self, app_id: str) -> None:
        """Wait until no turn of the conversation runs."""
        if turn := self._turns.get(app_id):
            await turn.ended.wait()

    async def aclose(self) -> None:
        """Stop all turns, and wait until each has saved how far it came."""
        turns = list(self._turns.values())
        for turn in turns:
            turn.stop()
        for turn in turns:
            await turn.ended.wait()

    @asynccontextmanager
    async def _turn(self, app_id: str) -> AsyncIterator[_Turn]:
        turn = _Turn()
        try:
            async with self._claims.hold(app_id):
                self._turns[app_id] = turn
                yield turn
        finally:
            # Only now: whoever waits for the end can begin a turn then.
            if self._turns.get(app_id) is turn:
                del self._turns[app_id]
            turn.ended.set()

    async def _application(
        self, owner: str, app_id: str, entry: str | None, hook: PreRunStepHookAsync
    ) -> Application[Any]:
        return await (
            ApplicationBuilder()
            .with_graph(self._graph)
            .with_identifiers(app_id=app_id, partition_key=owner)
            .initialize_from(
                _EnterAt(self._persister, entry) if entry else self._persister,
                resume_at_next_action=True,
                default_state=initial_state(),
                default_entrypoint="process_input",
            )
            .with_hooks(SaveAfterStep(self._persister), hook)
            .abuild()
        )

    def _view(self, row: Conversation, saved: LoadedState | None) -> ConversationView:
        turn = self._turns.get(row.app_id)
        state = ConversationState.model_validate(saved["state"].get_all() if saved else {})
        next_step: NextStep | None = "process_input"
        if saved:
            action = saved["position"]
            if saved["status"] == "completed":
                following = self._graph.get_next_node(action, saved["state"], "process_input")
                action = following.name if following else action
            next_step = cast(NextStep, action) if action in get_args(InputStep) else "retry"
            if state.final_draft is not None:
                next_step = None
        return ConversationView(
            app_id=row.app_id,
            title=row.title,
            created_at=row.created_at,
            updated_at=row.updated_at,
            state=state,
            next_step=next_step,
            problem=row.problem.sentence if row.problem else None,
            running=turn.action if turn else None,
        )


@asynccontextmanager
async def open_assistant(settings: Settings) -> AsyncIterator[EmailAssistant]:
    """Open the service with the configured database and model, and close both after the block."""
    private_dir(settings.data_dir)
    async with (
        open_database(settings.sqlalchemy_url) as database,
        aclosing(create_model(settings)) as model,
        aclosing(EmailAssistant(database, model)) as assistant,
    ):
        yield assistant


def _enter(view: ConversationView, said: Said) -> tuple[str | None, dict[str, Any]]:
    """The action to enter at, None for the next one, and its inputs.

    Raises:
        WrongStep, InvalidInput: as `EmailAssistant.turn`.
    """
    _check_length(said)
    step = view.next_step
    interrupted, drafts = step == "retry", len(view.state.draft_history)
    match said:
        case EmailGiven(email, instructions, typed):
            _expect(step == "process_input", view, "an email")
            return None, {
                "incoming_email": parse_email(email).model_dump(mode="json"),
                "email_to_respond": email,
                "response_instructions": instructions,
                "typed_email": typed,
            }
        case AnswersGiven(answers, remark, typed):
            added = interrupted and not drafts and not answers
            _expect(step == "clarify_instructions" or added, view, "answers")
            questions = [] if added else view.state.clarification_questions
            if len(answers) != len(questions):
                raise InvalidInput(f"Give one answer for each of the {len(questions)} questions, or none.")
            entry = "clarify_instructions" if added else None
            return entry, {"answers": list(answers), "remark": remark, "typed_answers": typed}
        case FeedbackGiven(text):
            _expect(step in ("process_feedback", None) or (interrupted and drafts > 0), view, "feedback")
            understand(text, drafts)
            return "process_feedback" if interrupted else None, {"feedback": text}
        case RetryAsked():
            _expect(interrupted, view, "a retry")
            return None, {}


def _check_length(said: Said) -> None:
    """The mail's own length is checked where it is read."""
    match said:
        case EmailGiven(instructions=instructions):
            texts = {"The instructions are": instructions}
        case AnswersGiven(answers, remark, typed):
            texts = {"An answer is": max([*answers, remark, typed or ""], key=len)}
        case FeedbackGiven(text):
            texts = {"The feedback is": text}
        case RetryAsked():
            texts = {}
    for what, text in texts.items():
        if len(text) > LONGEST_SAID:
            raise InvalidInput(
                f"{what} {len(text):,} characters long, and at most {LONGEST_SAID:,} can be used. Shorten it."
            )


def _expect(fits: bool, view: ConversationView, given: str) -> None:
    if not fits:
        raise WrongStep(
            f"The conversation does not wait for {given} now; its next step is {view.next_step or 'none'}.",
            next_step=view.next_step,
        )


async def _run(application: Application[Any], inputs: dict[str, Any], listener: Listener) -> None:
    _, container = await application.astream_result(
        halt_after=HALT_AFTER, halt_before=HALT_BEFORE, inputs=inputs
    )
    # Both are closed by hand: a stream left to the garbage collector stays open at the model's end.
    words = aiter(container)
    try:
        async for item in words:
            if "delta" in item:
                await listener(Delta(item["delta"]))
    finally:
        await words.aclose()  # type: ignore[attr-defined]  # it is an async generator
        await container.streaming_result_generator.aclose()


class _EnterAt(AsyncBaseStateLoader):
    """Loads a conversation so that Burr goes on at `entry` instead of the action that comes next."""

    def __init__(self, persister: StatePersister, entry: str) -> None:
        self._persister, self._entry = persister, entry

    async def load(self, *args: Any, **kwargs: Any) -> PersistedStateData | None:
        saved = await self._persister.load(*args, **kwargs)
        # A failed position is where Burr begins; a completed one is what it goes on from.
        if saved:
            saved["position"], saved["status"] = self._entry, "failed"
        return saved

    async def list_app_ids(self, partition_key: str, **kwargs: Any) -> list[str]:
        return await self._persister.list_app_ids(partition_key)


class _Turn(PreRunStepHookAsync):
    """A turn that runs: its task, the action that it is at, and an event for its end."""

    def __init__(self) -> None:
        task = asyncio.current_task()
        assert task  # noqa: S101 - a coroutine runs in a task
        self.task = task
        self.action: str | None = None
        self.ended = asyncio.Event()
        self._listener: Listener = nobody

    def stop(self) -> None:
        """Cancel it, once: it must not be disturbed again while it saves how far it came."""
        if not self.task.cancelling():
            self.task.cancel()

    def announced_to(self, listener: Listener) -> _Turn:
        """The hook that tells `listener` of each action that begins."""
        self._listener = listener
        return self

    async def pre_run_step(self, *, action: Action, **_: Any) -> None:
        self.action = action.name
        await self._listener(StepStarted(action.name))


def _title(state: State[Any]) -> str:
    """The mail's subject, or else the beginning of its text."""
    email = ConversationState.model_validate(state.get_all()).incoming_email
    if email is None:
        return ""
    title = " ".join((email.subject or email.newest or email.text).split())
    return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"

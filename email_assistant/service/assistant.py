"""The one service behind every door: load a conversation, run it to where a person must speak, stream."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import uuid4

from burr.core import State
from burr.core.persistence import AsyncBaseStateSaver
from burr.lifecycle import LifecycleAdapter

from email_assistant.conversation.actions import with_entry, with_use
from email_assistant.conversation.asking import answer
from email_assistant.conversation.commands import Ask, Command, EmailFile, NewEmail, SignAs
from email_assistant.conversation.migration import migrated
from email_assistant.conversation.planning import Plan, plan
from email_assistant.conversation.state import Aside, Original
from email_assistant.errors import QuotaExceeded, StaleDraft, WrongStep
from email_assistant.mail import IncomingEmail, compose_reply, mailto_link
from email_assistant.mail_reader import MailReader
from email_assistant.service.accounts import Accounts
from email_assistant.service.changes import Changes
from email_assistant.service.cost import Prices
from email_assistant.service.glance import glance_at
from email_assistant.service.models import Models
from email_assistant.service.turns import Delta, Listener, Progress, Restarted, RunningTurns, ignore_progress
from email_assistant.service.view import ConversationView, own_of, view_of
from email_assistant.settings import Settings, private_dir
from email_assistant.store.claims import Claims
from email_assistant.store.conversations import Conversation, Conversations, Glance, Page, Status
from email_assistant.store.database import HELD_BACK, Database, run_to_completion
from email_assistant.store.files import Files
from email_assistant.store.opening import open_database
from email_assistant.store.preferences import Preferences, Profiles
from email_assistant.store.repeats import IdempotencyKeys, Repeat
from email_assistant.store.states import LoadedState, SaveAfterStep, States
from email_assistant.telemetry import MakeWatcher, Telemetry, WatchedTurn
from email_assistant.telemetry.hooks import load_factories
from email_assistant.watching import counting
from email_assistant.writing import create_model
from email_assistant.writing.catalog import Catalog
from email_assistant.writing.drafting import Drafting
from email_assistant.writing.model import LanguageModel, Restart


@dataclass(frozen=True)
class Limits:
    """What one user may have, where people sign in."""

    conversations: int
    turns: int


@dataclass(frozen=True)
class Emptied:
    """What became of all conversations of a person."""

    deleted: int
    kept: int
    """How many another process works on."""
    all_is_gone: bool
    """Whether no byte is left of those that are deleted."""

    @property
    def detail(self) -> str:
        """What is left and what to do, in a sentence; "" where nothing is."""
        if self.kept == 1:
            return "1 conversation is still being worked on elsewhere. Stop it there, then delete again."
        if self.kept:
            return (
                f"{self.kept} conversations are still being worked on elsewhere. "
                "Stop them there, then delete again."
            )
        return "" if self.all_is_gone else HELD_BACK


class EmailAssistant:
    """Open one with `open_assistant`. Every call is scoped by `owner`: a foreign conversation is unknown."""

    def __init__(
        self,
        database: Database,
        model: LanguageModel,
        telemetry: Telemetry | None = None,
        limits: Limits | None = None,
        drafting: Drafting | None = None,
        *,
        hooks: Sequence[LifecycleAdapter] = (),
        prices: Prices | None = None,
        model_choice: bool = True,
    ) -> None:
        self._models = Models(model, drafting or Drafting(), choice=model_choice)
        self._hooks = hooks
        self._prices = prices or Prices()
        self._limits = limits
        self._telemetry = telemetry or Telemetry()
        self._machine = self._models.machine()
        self._database = database
        self._conversations = Conversations(database)
        self._states = States(database, self._describe)
        self._files = Files(database)
        self._preferences = Profiles(database)
        claims = Claims(database)
        self._turns = RunningTurns(claims, limits.turns if limits else None)
        self.changes = Changes()
        """Tells of what changes in the owners' lists."""
        self.accounts = Accounts(database)
        self._keys = IdempotencyKeys(database, claims)
        self._reader = MailReader()

    async def create(self, owner: str, app_id: str | None = None) -> ConversationView:
        """Begin a conversation, under `app_id` (a UUID) where the door already has one.

        Raises:
            QuotaExceeded: the owner keeps as many as they may.
        """
        if self._limits and await self._conversations.count(owner) >= self._limits.conversations:
            raise QuotaExceeded(
                f"You keep {self._limits.conversations} conversations, and no more are possible. "
                "Delete some that you do not need any more, then try again."
            )
        return await self.view(owner, (await self._conversations.create(owner, app_id)).app_id)

    async def view(self, owner: str, app_id: str) -> ConversationView:
        """The conversation as it stands.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
        """
        view, _ = await self._load(owner, app_id)
        return view

    async def page(
        self,
        owner: str,
        *,
        cursor: str | None = None,
        search: str = "",
        archived: bool | None = None,
        size: int = 20,
    ) -> Page:
        """Some of the owner's conversations, newest activity first (see `Conversations.page`)."""
        ask = partial(
            self._conversations.page, owner, cursor=cursor, search=search, archived=archived, size=size
        )
        if search.strip():
            await self._states.project(owner)
        page = await ask()
        old = [row.app_id for row in page.conversations if not row.stage]
        if old and await self._states.project(owner, old):
            page = await ask()
        rows = [await self._as_it_stands(row) for row in page.conversations]
        return Page(tuple(rows), page.next_cursor)

    async def _as_it_stands(self, row: Conversation) -> Conversation:
        """A row whose step did not finish waits for somebody to run it again, unless somebody runs it now."""
        if row.stage in ("writing", "failed"):
            runs = self._turns.runs(row.app_id) or await self._turns.runs_elsewhere(row.app_id)
            return replace(row, stage="writing" if runs else "failed")
        return row

    async def check_health(self) -> None:
        """Ask the database for something.

        Raises:
            DatabaseUnavailable: it does not answer, or was found damaged.
        """
        await self._conversations.page("", size=1)
        self._database.raise_if_damaged()

    async def resolve_id(self, owner: str, beginning: str) -> str:
        """The id that `beginning` abbreviates (see `Conversations.resolve_id`).

        Raises:
            ConversationNotFound: no conversation of the owner begins so, or several do.
        """
        return await self._conversations.resolve_id(owner, beginning)

    async def rename(self, owner: str, app_id: str, title: str) -> None:
        """Give a conversation the person's own title."""
        await self._conversations.rename(owner, app_id, title)
        await self.changes.tell(owner)

    async def archive(self, owner: str, app_ids: Sequence[str], *, archived: bool = True) -> None:
        """Take conversations off the list, or put them back (see `Conversations.archive`)."""
        await self._conversations.archive(owner, app_ids, archived=archived)
        await self.changes.tell(owner)

    async def delete(self, owner: str, app_id: str) -> bool:
        """Remove a conversation and all that belongs to it; a turn of it is stopped first.

        Returns whether all bytes are gone; where somebody reads the database, the last ones go later.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
            ConversationBusy: another process runs a turn of it.
        """
        await self.stop(owner, app_id)
        async with self._turns.begin(app_id):
            await self._conversations.delete(owner, app_id)
            self._telemetry.forget(app_id)
        await self.changes.tell(owner, app_id)
        return await self._database.truncate_wal()  # the claim on it as well

    async def delete_all(self, owner: str) -> Emptied:
        """Remove all conversations of `owner` and all that belongs to them; turns of them are stopped first.

        Those that another process works on stay. The profile stays as well.
        """
        for app_id in filter(self._turns.runs, await self._conversations.ids(owner)):
            self._turns.stop(app_id)
            await self._turns.wait_here(app_id)
        gone, kept = await self._conversations.delete_all(owner)
        for app_id in gone:
            self._telemetry.forget(app_id)
        await self.changes.tell(owner, *gone)
        return Emptied(len(gone), kept, all_is_gone=await self._database.truncate_wal())

    async def ids(self, owner: str, *, begun: bool = False) -> list[str]:
        """The ids of all conversations of `owner`, oldest first, or of those in which something was said."""
        return await self._conversations.ids(owner, begun=begun)

    async def turn(
        self,
        owner: str,
        app_id: str,
        command: Command,
        *,
        seen: int | None = None,
        listener: Listener = ignore_progress,
    ) -> ConversationView:
        """Take what the person said and run to where they must speak again.

        A command that changes nothing, such as going back to a version equal to the newest one, leaves the
        conversation at its version.

        What was said is saved before a model is asked, so that a failed turn can be retried. To stop a
        turn, cancel the task that awaits it.

        Args:
            owner: whose conversation.
            app_id: which one.
            command: what the person said; typed words are read here, where it is known what they answer.
            seen: the version that the person looked at while they spoke, to refuse what they did not see.
            listener: is told of each step and each piece of the draft.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
            RateLimited: as many turns of the owner run as may.
            InvalidInput: what was said cannot be used.
            ConversationBusy: a turn of it is running, here or in another process.
            WrongStep: it waits for something else.
            StaleDraft: it went on since `seen`.
            OpenGaps, OtherEmail: the person must decide first.
            ModelError: the model failed; what was said is kept, and `Retry` runs the step again.
        """
        with self._telemetry.turn(app_id, type(command).__name__) as watched:
            return await self._turn(owner, app_id, command, seen, listener, watched)

    async def _turn(  # noqa: PLR0917 - as `turn`
        self,
        owner: str,
        app_id: str,
        command: Command,
        seen: int | None,
        listener: Listener,
        watched: WatchedTurn,
    ) -> ConversationView:
        await self._conversations.find(owner, app_id)  # a foreign one is unknown, also while it is busy
        async with (
            self._turns.limited(owner),
            self.changes.told_after(owner),
            self._turns.begin(app_id) as turn,
        ):
            before, saved = await self._load(owner, app_id)
            watched.begin(before.state)
            if seen is not None and seen != before.version:
                raise StaleDraft("This conversation went on elsewhere. Look at the newest draft first.")

            async def parse(data: bytes | str, filename: str | None) -> IncomingEmail:
                return await self._reader.read_email(data, filename, owner)

            step = await plan(before.next_step, before.state, command, parse, own_of(before.preferences))
            if step is None:
                watched.end(before.state, waits_for=before.next_step)
                return before
            if isinstance(step.command, NewEmail) and step.command.files:
                step.inputs["originals"] = await self._store_originals(owner, app_id, step.command.files)
            if isinstance(step.command, SignAs):
                name = {"name": step.inputs["text"]}
                await self.change_preferences(owner, lambda kept: kept.model_copy(update=name))
            step.inputs["profile"] = (await self.preferences(owner)).model_dump(mode="json")

            async def follow(event: Progress) -> None:
                if not isinstance(event, Delta | Restarted):
                    await self.changes.tell(owner)
                await listener(event)

            turn.begin(before, follow)
            if isinstance(step.command, Ask):
                view = await self._answer(owner, before, saved, step, follow)
                watched.end(view.state, waits_for=view.next_step, answered=True)
                return view
            saving = SaveAfterStep(self._states.save, turn.unfinished)
            hooks = [saving, turn, *watched.hooks, *self._hooks]
            machine = self._models.machine(_chosen(before))
            await machine.run(owner, app_id, saved, step, hooks, turn.tell)
        view = await self.view(owner, app_id)
        watched.end(view.state, waits_for=view.next_step)
        return view

    async def _answer(
        self,
        owner: str,
        before: ConversationView,
        saved: LoadedState | None,
        step: Plan,
        follow: Listener,
    ) -> ConversationView:
        """Answer a question beside the reply: what the conversation waits for stays as it is.

        Where nothing was said yet, nothing is kept.
        """
        question, words = step.inputs["question"], ""
        model = self._models.named(_chosen(before))
        asking = answer(model, before.state, step.inputs["profile"], question)
        with counting() as calls:
            async with aclosing(asking) as pieces:
                async for piece in pieces:
                    words = "" if isinstance(piece, Restart) else words + piece
                    await follow(Restarted() if isinstance(piece, Restart) else Delta(piece))
        aside = Aside(question=question, answer=words.strip())
        if saved is None:
            return replace(before, state=before.state.model_copy(update={"asides": [aside]}))
        state = with_entry(State(saved.state), "asides", aside)
        for call in calls:
            state = with_use(state, call.model, call.input_tokens, call.output_tokens)
        await self._save_beside(owner, saved, state)
        return await self.view(owner, before.app_id)

    async def _save_beside(self, owner: str, saved: LoadedState, state: State[Any]) -> None:
        """Save a state that waits for the same as the one before."""
        row = saved.conversation
        assert row.position and row.status  # noqa: S101 - a conversation with a state has both
        number = row.sequence_id + 1
        saving = self._states.save(owner, row.app_id, number, row.position, state, row.status, row.problem)
        await run_to_completion(saving)

    async def original(self, owner: str, app_id: str, file_id: str) -> bytes:
        """The bytes of a file that an email came as.

        Raises:
            ConversationNotFound: there is none such, or it is not `owner`'s.
        """
        return await self._files.get(owner, app_id, file_id)

    async def preferences(self, owner: str) -> Preferences:
        """What the owner set for all replies."""
        return await self._preferences.get(owner)

    async def set_preferences(self, owner: str, preferences: Preferences) -> None:
        """Keep what the owner sets for all replies.

        Raises:
            InvalidInput: it names a model that cannot be chosen.
        """
        await self.change_preferences(owner, lambda _: preferences)

    async def change_preferences(
        self, owner: str, alter: Callable[[Preferences], Preferences]
    ) -> Preferences:
        """Keep what `alter` makes of what the owner set for all replies.

        Raises:
            InvalidInput: it names a model that cannot be chosen.
        """
        kept = await self.preferences(owner)
        wanted = alter(kept).model
        # One that was chosen before stays, also while the server cannot be asked.
        if wanted and wanted != kept.model:
            await self._models.check(wanted)
        changed = await self._preferences.change(owner, alter)
        if changed.model_dump() != kept.model_dump():
            await self.changes.tell_settings(owner)
        return changed

    async def learn_from(self, owner: str, app_id: str) -> Preferences:
        """Keep the newest draft that the person edited as an example of how they write.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
            WrongStep: no draft of it was edited by hand.
            InvalidInput: it is too long for an example.
        """
        view = await self.view(owner, app_id)
        edited = [draft.body for draft in view.state.draft_history if draft.origin == "edited"]
        if not edited:
            raise WrongStep(
                "There is no draft yet that you edited by hand. Edit one until it reads as you write, then "
                "learn from it.",
                next_step=view.next_step,
            )
        return await self.change_preferences(owner, lambda kept: kept.with_example(edited[-1]))

    async def reply_file(
        self, owner: str, app_id: str, *, reply_all: bool | None = None, quote: bool | None = None
    ) -> bytes:
        """The current draft as a .eml that mail programs open for sending.

        Args:
            owner: whose conversation.
            app_id: which one.
            reply_all: whether it goes to all recipients; None as chosen in the conversation.
            quote: whether it quotes the email; None as the owner prefers.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
            WrongStep: there is no draft yet.
        """
        view = await self._with_draft(owner, app_id)
        header, preferences = view.header_if(reply_all), view.preferences
        return compose_reply(
            view.state.incoming_email or IncomingEmail(),
            view.state.current_draft,
            sender=preferences.mailbox,
            quote=preferences.quote if quote is None else quote,
            signature=preferences.signature,
            subject=header.subject,
            recipients=header.recipients,
        )

    async def reply_link(
        self, owner: str, app_id: str, *, reply_all: bool | None = None, quote: bool = False
    ) -> str | None:
        """A `mailto:` link that opens the current draft in the mail program; None where it does not fit.

        Raises:
            ConversationNotFound, WrongStep: as `reply_file`.
        """
        view = await self._with_draft(owner, app_id)
        header = view.header_if(reply_all)
        return mailto_link(
            view.state.incoming_email or IncomingEmail(),
            view.state.current_draft,
            quote=quote,
            signature=view.preferences.signature,
            subject=header.subject,
            recipients=header.recipients,
        )

    async def stop(self, owner: str, app_id: str) -> ConversationView:
        """Stop the turn that runs, if one does, and wait for its end; its step can be retried.

        One that another process runs goes on: `ConversationView.running` tells of it.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
        """
        await self._conversations.find(owner, app_id)
        self._turns.stop(app_id)
        await self._turns.wait_here(app_id)
        return await self.view(owner, app_id)

    async def wait_idle(self, owner: str, app_id: str) -> ConversationView:
        """Wait until no turn of the conversation runs, here or in another process.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
        """
        await self._conversations.find(owner, app_id)
        await self._turns.wait_idle(app_id)
        return await self.view(owner, app_id)

    async def follow(self, owner: str, app_id: str) -> AsyncGenerator[Progress, None]:
        """What happens in the turn that runs in this process, if one does, until it ends.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
        """
        await self._conversations.find(owner, app_id)
        async with aclosing(self._turns.follow(app_id)) as events:
            async for event in events:
                yield event

    def once(self, owner: str, key: str, request: str) -> AbstractAsyncContextManager[Repeat]:
        """Do what `request` says in the block, unless it was done under this key (see `IdempotencyKeys`)."""
        return self._keys.claim(owner, key, request)

    async def drain(self, grace: float) -> None:
        """Let all turns end within `grace` seconds, then stop the others."""
        await self._turns.drain(grace)

    async def models(self) -> Catalog:
        """Which models the model's server has, and what is wrong with the connection."""
        return await self._models.catalog()

    @property
    def model(self) -> LanguageModel:
        """The model that is set."""
        return self._models.set

    @property
    def model_choice(self) -> bool:
        """Whether people may choose another model than the one that is set."""
        return self._models.choice

    async def choose_model(self, owner: str, app_id: str, name: str = "") -> ConversationView:
        """Let another model write in a conversation from now on; "" leaves it to the owner's profile.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
            ConversationBusy: a turn of it is running, here or in another process.
            WrongStep: nothing was said in it yet.
            InvalidInput: the server does not offer this model, or none may be chosen.
        """
        await self._conversations.find(owner, app_id)
        if name:
            await self._models.check(name)
        async with self.changes.told_after(owner), self._turns.begin(app_id):
            before, saved = await self._load(owner, app_id)
            if saved is None:
                raise WrongStep(
                    "Nothing was said in this conversation yet. Begin it first, or choose the model in your "
                    "profile.",
                    next_step=before.next_step,
                )
            if (before.state.model or "") != name:
                await self._save_beside(owner, saved, State(saved.state).update(model=name or None))
        return await self.view(owner, app_id)

    async def aclose(self) -> None:
        """Stop all turns."""
        await self._turns.aclose()
        await self._reader.aclose()
        self.accounts.close()

    async def warm_up(self) -> None:
        """Start what the first turn would wait for."""
        await self._reader.start()

    async def _with_draft(self, owner: str, app_id: str) -> ConversationView:
        view = await self.view(owner, app_id)
        if not view.state.draft_history:
            raise WrongStep("There is no draft yet.", next_step=view.next_step)
        return view

    async def _store_originals(
        self, owner: str, app_id: str, files: tuple[EmailFile, ...]
    ) -> list[dict[str, Any]]:
        kept = []
        for file in files:
            original = Original(file_id=str(uuid4()), filename=file.filename, size=len(file.content))
            await self._files.put(owner, app_id, original.file_id, file.content)
            kept.append(original.model_dump())
        return kept

    def _describe(self, state: State[Any], position: str, status: Status) -> Glance:
        whole = migrated(state.get_all())
        return glance_at(whole, status, self._machine.action_after(position, status, whole))

    async def _load(self, owner: str, app_id: str) -> tuple[ConversationView, LoadedState | None]:
        view, saved = await self._read(owner, app_id)
        if view.next_step != "retry" or self._turns.runs(app_id):
            return view, saved
        if await self._turns.runs_elsewhere(app_id):
            return replace(view, running=self._machine.next_action(saved)), saved
        return await self._read(owner, app_id)  # between the two looks it may have ended elsewhere

    async def _read(self, owner: str, app_id: str) -> tuple[ConversationView, LoadedState | None]:
        # Before the state: a turn that ends meanwhile is seen to run, not to fail.
        running = self._turns.now(app_id)
        saved = await self._states.load(owner, app_id)
        if saved:
            saved = replace(saved, state=migrated(saved.state))
        row = saved.conversation if saved else await self._conversations.find(owner, app_id)
        action = running.action if running else None
        view = view_of(
            row,
            saved,
            self._machine.next_action(saved),
            running=action,
            preferences=await self.preferences(owner),
            prices=self._prices,
        )
        if page := self._telemetry.link(owner, app_id):
            view = replace(view, monitor=page)
        view = replace(view, model=self._models.named(_chosen(view)).name)
        if running:
            view = replace(view, words=running.words, seconds=running.seconds)
        return view, saved


def _chosen(view: ConversationView) -> str:
    """The model that the owner chose for the conversation, or else for all of theirs."""
    return view.state.model or view.preferences.model


@asynccontextmanager
async def open_assistant(
    settings: Settings,
    *,
    model: LanguageModel | None = None,
    hooks: Sequence[LifecycleAdapter] = (),
    persister: AsyncBaseStateSaver | None = None,
    watchers: Sequence[MakeWatcher] = (),
) -> AsyncIterator[EmailAssistant]:
    """Open the service with the configured database, and close it after the block.

    Args:
        settings: what `load_settings` read from the environment, or what a program sets.
        model: writes instead of the configured one; it stays the caller's to close.
        hooks: Burr's hooks for every turn; a step's state is saved before they are told of its end.
        persister: is given each state too. Conversations are loaded from the database, never from it.
        watchers: make more of what watches each turn.

    Raises:
        EmailAssistantError: the database, the model or what watches cannot be opened; the text says why.
    """
    limits = None
    if settings.auth != "local":
        limits = Limits(settings.conversations_per_user, settings.turns_per_user)
    drafting = Drafting(settings.proofreader, settings.second_attempt, settings.notes_first)
    telemetry = Telemetry(
        settings.watchers,
        private_dir(settings.data_dir) / "burr",
        load_factories(settings.hook_factories),
        page=settings.burr_url,
        with_subjects=settings.burr_subjects,
        more=watchers,
    )
    copies = [SaveAfterStep(persister.save)] if persister else []
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings))
        if model is None:
            model = await stack.enter_async_context(aclosing(create_model(settings)))
        assistant = EmailAssistant(
            database,
            model,
            telemetry,
            limits,
            drafting,
            hooks=[*copies, *hooks],
            prices=Prices.of(settings),
            model_choice=settings.may_choose_model,
        )
        yield await stack.enter_async_context(aclosing(assistant))

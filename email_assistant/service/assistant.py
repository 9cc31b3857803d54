"""The one service behind every door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from dataclasses import dataclass
from typing import Any

from burr.core import State
from burr.lifecycle import LifecycleAdapter

from email_assistant.conversation.commands import Command
from email_assistant.errors import QuotaExceeded, WrongStep
from email_assistant.mail_reader import MailReader
from email_assistant.service import reply
from email_assistant.service.accounts import Accounts
from email_assistant.service.changes import Changes
from email_assistant.service.cost import Prices
from email_assistant.service.deletion import Deletion, Emptied
from email_assistant.service.executor import TurnExecutor
from email_assistant.service.listing import ConversationList
from email_assistant.service.loading import ViewLoader
from email_assistant.service.models import Models
from email_assistant.service.profile import ProfileEditor
from email_assistant.service.turns import Listener, Progress, RunningTurns, ignore_progress
from email_assistant.service.view import ConversationView
from email_assistant.store.claims import Claims
from email_assistant.store.conversations import Conversations
from email_assistant.store.database import Database, DatabaseUnavailable
from email_assistant.store.files import Files
from email_assistant.store.pages import Page
from email_assistant.store.preferences import Preferences, Profiles
from email_assistant.store.processes import Processes
from email_assistant.store.repeats import IdempotencyKeys, Repeat
from email_assistant.store.states import States
from email_assistant.telemetry import Telemetry
from email_assistant.writing.catalog import Catalog
from email_assistant.writing.drafting import Drafting
from email_assistant.writing.model import LanguageModel
from email_assistant.writing.rehearsal import rehearse

TIDIED_EVERY = 3600
"""Seconds."""


@dataclass(frozen=True)
class Limits:
    """What one user may have, where people sign in."""

    conversations: int
    turns: int


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
        processes: Processes | None = None,
        files: Files | None = None,
    ) -> None:
        telemetry = telemetry or Telemetry()
        claims = Claims(database, processes=processes)
        self._limits = limits
        self._database = database
        self._models = Models(model, drafting or Drafting(), choice=model_choice)
        self._conversations = Conversations(database)
        self._states = States(database, self._models.machine().glance)
        self._files = files or Files(database)
        self._profiles = Profiles(database)
        self._keys = IdempotencyKeys(database, claims)
        self._turns = RunningTurns(claims, limits.turns if limits else None)
        self._reader = MailReader()
        self.is_ending = False
        """Whether it is about to close, so that others should be asked from now on."""
        self.changes = Changes()
        """Notifies of changes in the owners' lists."""
        self.accounts = Accounts(database)
        self._list = ConversationList(self._conversations, self._states, self._turns)
        self._deletion = Deletion(
            database, self._conversations, self._files, self._turns, self.changes, telemetry
        )
        self._profile = ProfileEditor(self._profiles, self._models, self.changes)
        self._loader = ViewLoader(
            self._conversations,
            self._states,
            self._profiles,
            self._turns,
            self._models,
            telemetry,
            prices or Prices(),
        )
        self._executor = TurnExecutor(
            self._loader,
            self._states,
            self._files,
            self._profile,
            self._turns,
            self._models,
            self._reader,
            self.changes,
            telemetry,
            hooks,
        )

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
        """Return the conversation as it stands.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
        """
        return await self._loader.view(owner, app_id)

    async def page(
        self,
        owner: str,
        *,
        cursor: str | None = None,
        search: str = "",
        archived: bool | None = None,
        size: int = 20,
    ) -> Page:
        """Return some of the owner's conversations, newest activity first (see `Conversations.page`)."""
        return await self._list.page(owner, cursor=cursor, search=search, archived=archived, size=size)

    async def check_health(self) -> None:
        """Ask the database for something.

        Raises:
            DatabaseUnavailable: it does not answer, or was found damaged.
        """
        await self._conversations.page("", size=1)
        self._database.raise_if_damaged()

    async def try_out_files(self) -> None:
        """Try all that the file storage must permit.

        Raises:
            SettingsError: it cannot be used; the text says why.
        """
        await self._files.try_out()

    async def resolve_id(self, owner: str, beginning: str) -> str:
        """Return the id that `beginning` abbreviates (see `Conversations.resolve_id`).

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
            ConversationBusy: another process runs a turn of it, and did not stop it in time.
        """
        await self.stop(owner, app_id)
        return await self._deletion.delete(owner, app_id)

    async def delete_all(self, owner: str) -> Emptied:
        """Remove all conversations of `owner` and all that belongs to them; turns of them are stopped first.

        Those that another process works on, and does not stop in time, stay. The profile stays as well.
        """
        return await self._deletion.delete_all(owner)

    async def ids(self, owner: str, *, begun: bool = False) -> list[str]:
        """Return the ids of the owner's conversations, oldest first; if `begun`, of those with a message."""
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
            listener: called for each step and each piece of the draft.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
            RateLimited: as many turns of the owner run as may.
            InvalidInput: what was said cannot be used.
            ConversationBusy: a turn of it is running, here or in another process.
            WrongStep: it waits for something else.
            StaleDraft: it went on since `seen`.
            OpenGaps, OtherEmail: the person must decide first.
            FilesUnavailable: a file of the email cannot be saved; nothing was done.
            ModelError: the model failed; the input is saved, and `Retry` runs the step again.
        """
        return await self._executor.execute(owner, app_id, command, seen, listener)

    async def original(self, owner: str, app_id: str, file_id: str) -> bytes:
        """Return the bytes of a file that an email came as.

        Raises:
            ConversationNotFound: there is no such file, or it is not `owner`'s.
            FilesUnavailable: it cannot be read now.
        """
        return await self._files.get(owner, app_id, file_id)

    async def preferences(self, owner: str) -> Preferences:
        """Return what the owner set for all replies."""
        return await self._profiles.get(owner)

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
        return await self._profile.change(owner, alter)

    async def learn_from(self, owner: str, app_id: str) -> Preferences:
        """Keep the newest draft that the person edited as an example of how they write.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
            WrongStep: no draft of it was edited by hand.
            InvalidInput: it is too long for an example.
        """
        return await self._profile.learn_from(owner, await self.view(owner, app_id))

    async def reply_file(
        self, owner: str, app_id: str, *, reply_all: bool | None = None, quote: bool | None = None
    ) -> bytes:
        """Return the current draft as a .eml that mail programs open for sending.

        Args:
            owner: whose conversation.
            app_id: which one.
            reply_all: whether it goes to all recipients; None as chosen in the conversation.
            quote: whether it quotes the email; None as the owner prefers.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
            WrongStep: there is no draft yet.
        """
        view = await self.view(owner, app_id)
        return reply.reply_file(view, reply_all=reply_all, quote=quote)

    async def reply_link(
        self, owner: str, app_id: str, *, reply_all: bool | None = None, quote: bool = False
    ) -> str | None:
        """Return a `mailto:` link that opens the current draft in the mail program; None if it does not fit.

        Raises:
            ConversationNotFound, WrongStep: as `reply_file`.
        """
        view = await self.view(owner, app_id)
        return reply.reply_link(view, reply_all=reply_all, quote=quote)

    async def stop(self, owner: str, app_id: str) -> ConversationView:
        """Stop the turn that runs, if one does, and wait for its end; its step can be retried.

        It may run in another process. Should that not stop it within seconds, as when it hangs,
        `ConversationView.running` tells of it.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
        """
        await self._conversations.find(owner, app_id)
        await self._turns.stop(app_id)
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
        """Yield what happens in the turn that runs in this process, if one does, until it ends.

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

    async def drain(self, grace: float, *, delay: float = 0) -> None:
        """Go on for `delay` seconds as one that ends; let turns end within `grace`, then stop the others."""
        self.is_ending = True
        await asyncio.sleep(delay)
        await self._turns.drain(grace)

    async def models(self) -> Catalog:
        """Return which models the model's server has, and what is wrong with the connection."""
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
        async with self.changes.told_after(owner), self._turns.begin(app_id) as turn:
            before, saved = await self._loader.load_for(turn, owner, app_id)
            if saved is None:
                raise WrongStep(
                    "Nothing was said in this conversation yet. Begin it first, or choose the model in your "
                    "profile.",
                    next_step=before.next_step,
                )
            if (before.state.model or "") != name:
                state: State[Any] = State(saved.state).update(model=name or None)
                await self._states.save_beside(owner, saved, state)
        return await self.view(owner, app_id)

    async def aclose(self) -> None:
        """Stop all turns."""
        await self._turns.aclose()
        self._turns.leave()
        await self._reader.aclose()
        self.accounts.close()

    async def tidy(self) -> None:
        """Remove every hour what of deleted files could not be removed at once. It does not end."""
        while True:
            with suppress(DatabaseUnavailable):
                await self._files.sweep()
            await asyncio.sleep(TIDIED_EVERY)

    async def warm_up(self) -> None:
        """Start what the first turn would wait for."""
        await asyncio.gather(self._reader.start(), asyncio.to_thread(rehearse))

"""Delete one conversation, or all of an owner's, with everything that belongs to them."""

from __future__ import annotations

from dataclasses import dataclass

from email_assistant.service.changes import Changes
from email_assistant.service.turns import RunningTurns
from email_assistant.store.conversations import Conversations
from email_assistant.store.database import HELD_BACK, Database
from email_assistant.store.files import Files
from email_assistant.telemetry import Telemetry


@dataclass(frozen=True)
class Emptied:
    """What became of all conversations of a person."""

    deleted: int
    kept: int
    """How many another process works on, and did not stop."""
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


@dataclass(frozen=True)
class Deletion:
    """Deletes conversations. A turn of one is stopped first."""

    database: Database
    conversations: Conversations
    files: Files
    turns: RunningTurns
    changes: Changes
    telemetry: Telemetry

    async def delete(self, owner: str, app_id: str) -> bool:
        """Delete one that no turn runs of here, and return whether all its bytes are gone.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
            ConversationBusy: a turn of it runs, here or in another process.
        """
        async with self.turns.begin(app_id):
            await self.conversations.delete(owner, app_id)
            self.telemetry.forget(app_id)
        await self.changes.tell(owner, app_id)
        files_are_gone = await self.files.sweep(app_id)
        return await self.database.truncate_wal() and files_are_gone  # the claim on it as well

    async def delete_all(self, owner: str) -> Emptied:
        """Delete all of an owner's, except those that another process works on and does not stop in time."""
        await self.turns.stop_all(owner, {*await self.conversations.ids(owner)})
        gone, kept = await self.conversations.delete_all(owner)
        for app_id in gone:
            self.telemetry.forget(app_id)
        await self.changes.tell(owner, *gone)
        files_are_gone = await self.files.sweep()
        return Emptied(len(gone), kept, await self.database.truncate_wal() and files_are_gone)

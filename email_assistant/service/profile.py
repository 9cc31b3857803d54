"""What an owner sets for all replies, checked before it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from email_assistant.errors import WrongStep
from email_assistant.service.changes import Changes
from email_assistant.service.models import Models
from email_assistant.service.view import ConversationView
from email_assistant.store.preferences import Preferences, Profiles


@dataclass(frozen=True)
class ProfileEditor:
    """Changes the owners' profiles, and tells who watches them."""

    profiles: Profiles
    models: Models
    changes: Changes

    async def change(self, owner: str, alter: Callable[[Preferences], Preferences]) -> Preferences:
        """Keep what `alter` makes of the owner's preferences.

        Raises:
            InvalidInput: it names a model that cannot be chosen.
        """
        kept = await self.profiles.get(owner)
        wanted = alter(kept).model
        # One that was chosen before stays, also while the server cannot be asked.
        if wanted and wanted != kept.model:
            await self.models.check(wanted)
        changed = await self.profiles.change(owner, alter)
        if changed.model_dump() != kept.model_dump():
            await self.changes.tell_settings(owner)
        return changed

    async def learn_from(self, owner: str, view: ConversationView) -> Preferences:
        """Keep the newest draft that the person edited as an example of how they write.

        Raises:
            WrongStep: no draft of it was edited by hand.
            InvalidInput: it is too long for an example.
        """
        edited = [draft.body for draft in view.state.draft_history if draft.origin == "edited"]
        if not edited:
            raise WrongStep(
                "There is no draft yet that you edited by hand. Edit one until it reads as you write, then "
                "learn from it.",
                next_step=view.next_step,
            )
        return await self.change(owner, lambda kept: kept.with_example(edited[-1]))

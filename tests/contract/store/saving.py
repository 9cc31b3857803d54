"""What the tests of the store share: whose conversation, the fixture `save`, and what it saved."""

from typing import Protocol

from email_assistant.store.states import LoadedState, States

OWNER = "sam"


class Save(Protocol):
    """Save one step of the conversation `app_id`; what is not said takes a default."""

    async def __call__(
        self, sequence_id: int = ..., *, owner: str = ..., app_id: str = ..., **state: object
    ) -> None: ...


async def saved(states: States, app_id: str) -> LoadedState:
    """Return what is saved of a conversation of which something is."""
    loaded = await states.load(OWNER, app_id)
    assert loaded is not None
    return loaded

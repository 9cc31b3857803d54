"""What each owner sets for all replies."""

from __future__ import annotations

from email.utils import formataddr
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Connection, delete, insert, select

from email_assistant.store.database import Database
from email_assistant.store.schema import preferences

Address = Annotated[str, StringConstraints(pattern=r"^[^@\s<>]+@[^@\s<>]+$", max_length=320)]


class Preferences(BaseModel):
    """How the person writes and is reached."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(default="", max_length=200)
    """Signs the drafts."""
    addresses: tuple[Address, ...] = Field(default=(), max_length=50)
    """The person's own addresses; the first one sends. None of them gets a reply to all."""
    signature: str = Field(default="", max_length=5_000)
    """Stands below a reply's file, after `-- `."""
    facts: str = Field(default="", max_length=5_000)
    """What replies may say of the person: hours, address, links."""
    tone: str = Field(default="", max_length=500)
    """How they write, in their words."""
    length: str = Field(default="", max_length=200)
    """How long their replies are, in their words."""
    examples: tuple[str, ...] = Field(default=(), max_length=5)
    """Mails that they sent, for a model to write alike."""
    reply_all: bool = False
    """Whether a reply goes to all unless chosen otherwise."""
    quote: bool = True
    """Whether a reply's file quotes the mail that it answers."""

    @property
    def mailbox(self) -> str:
        """Whom a reply is from; "" where no address is set."""
        if not self.addresses:
            return ""
        return formataddr((self.name, self.addresses[0]))


class PreferencesStore:
    """The preferences in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, owner: str) -> Preferences:
        """The owner's preferences, or the defaults."""
        query = select(preferences.c.preferences).where(preferences.c.owner == owner)
        saved = await self._database.read(lambda connection: connection.scalar(query))
        return Preferences.model_validate_json(saved) if saved else Preferences()

    async def put(self, owner: str, wanted: Preferences) -> None:
        """Keep them in the place of the earlier ones."""
        row = {"owner": owner, "preferences": wanted.model_dump_json()}

        def put(connection: Connection) -> None:
            connection.execute(delete(preferences).where(preferences.c.owner == owner))
            connection.execute(insert(preferences).values(row))

        await self._database.run(put)

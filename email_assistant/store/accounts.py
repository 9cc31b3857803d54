"""The rows of who may sign in: users and their API tokens. Passwords and tokens come here as hashes only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from email_assistant.errors import AccountNotFound, InvalidInput
from email_assistant.normalization import normalize
from email_assistant.store.database import Database
from email_assistant.store.schema import ended_sessions, tokens, users

MAX_NAME = 254
"""Characters, as many as an address may have (RFC 3696, erratum 1690)."""
USE_NOTED_EVERY = timedelta(minutes=1)
"""A token's last use is kept to the minute, so that not every call writes."""


@dataclass(frozen=True)
class User:
    """Somebody who may sign in; `password_hash` is None for whoever signs in elsewhere.

    `epoch` counts up when all sessions of the user end.
    """

    name: str
    password_hash: str | None
    disabled: bool
    epoch: int
    created_at: datetime


@dataclass(frozen=True)
class Token:
    """An API token without its text. `last_used_at` is to the minute, None before the first use."""

    owner: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


def folded_name(name: str) -> str:
    """Return the one way to write a name: in any case and any width of its letters it is the same user.

    Raises:
        InvalidInput: it is empty, too long, or has characters that cannot be seen.
    """
    # The length comes first: normalizing a long run of combining marks takes the square of its length.
    folded = _fold(name).strip() if len(name) <= MAX_NAME else ""
    if not folded or len(folded) > MAX_NAME or not folded.isprintable():
        raise InvalidInput(f"A name has 1 to {MAX_NAME} characters, all of which can be seen.")
    return folded


def _fold(name: str) -> str:
    return normalize("NFKC", normalize("NFKC", name).casefold())


class Users:
    """The users in a database. Every `name` is one that `folded_name` made."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, name: str, password_hash: str | None = None) -> User:
        """Let somebody in from now on.

        Raises:
            InvalidInput: there is a user of this name.
        """
        user = User(name, password_hash, disabled=False, epoch=0, created_at=datetime.now(UTC))
        try:
            await self._database.write(
                lambda connection: connection.execute(insert(users).values(**vars(user)))
            )
        except IntegrityError:
            raise InvalidInput(f"There is a user {name!r} already.") from None
        return user

    async def find(self, name: str) -> User | None:
        """Return the user of this name."""
        return await self._find(users.c.name == name)

    async def with_session(self, name: str, session: str) -> User | None:
        """Return the user of this name, unless this session was ended."""
        ended = exists().where(ended_sessions.c.key == session)
        return await self._find(users.c.name == name, ~ended)

    async def _find(self, *conditions: ColumnElement[bool]) -> User | None:
        rows = await self._database.fetch(select(users).where(*conditions))
        return User(**rows[0]._mapping) if rows else None

    async def end_session(self, session: str, ends_at: datetime) -> None:
        """Let this session hold no longer; it would have ended at `ends_at`."""
        now = datetime.now(UTC)
        row = self._database.insert(ended_sessions).values(key=session, ends_at=ends_at)

        def end(connection: Connection) -> None:
            connection.execute(delete(ended_sessions).where(ended_sessions.c.ends_at <= now))
            connection.execute(row.on_conflict_do_nothing())

        await self._database.write(end)

    async def all(self) -> list[User]:
        """Return every user, by name."""
        query = select(users).order_by("name")
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [User(**row._mapping) for row in rows]

    async def set_password(self, name: str, password_hash: str) -> None:
        """Replace the password, which ends the user's sessions.

        Raises:
            AccountNotFound: there is no such user.
        """
        await self._change(name, password_hash=password_hash, epoch=users.c.epoch + 1)

    async def rehash(self, name: str, password_hash: str, *, instead_of: str) -> None:
        """Keep the same password under a newer hash, unless it was changed meanwhile."""
        same = users.c.name == name, users.c.password_hash == instead_of
        rehash = update(users).where(*same).values(password_hash=password_hash)
        await self._database.write(lambda connection: connection.execute(rehash))

    async def set_disabled(self, name: str, disabled: bool) -> None:
        """Keep somebody out, which ends their sessions, or let them in again.

        Raises:
            AccountNotFound: there is no such user.
        """
        await self._change(name, disabled=disabled, epoch=users.c.epoch + 1)

    async def end_sessions(self, name: str) -> None:
        """End all sessions that the user has.

        Raises:
            AccountNotFound: there is no such user.
        """
        await self._change(name, epoch=users.c.epoch + 1)

    async def _change(self, name: str, **values: Any) -> None:
        change = update(users).where(users.c.name == name).values(**values)
        if not await self._database.write(lambda connection: connection.execute(change).rowcount):
            raise AccountNotFound(f"There is no user {name!r}. `email-assistant users list` shows all.")


class Tokens:
    """The API tokens in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, owner: str, name: str, hashed: str) -> None:
        """Keep a token of `owner` by the hash of its text.

        Raises:
            AccountNotFound: there is no such user.
            InvalidInput: the owner has a token of this name.
        """
        row = {"hash": hashed, "owner": owner, "name": name, "created_at": datetime.now(UTC)}

        def add(connection: Connection) -> None:
            if not connection.scalar(select(users.c.name).where(users.c.name == owner)):
                raise AccountNotFound(f"There is no user {owner!r}. `email-assistant users list` shows all.")
            connection.execute(insert(tokens).values(row))

        try:
            await self._database.write(add)
        except IntegrityError:
            raise InvalidInput(
                f"There is a token {name!r} already. Revoke it, or choose another name."
            ) from None

    async def use(self, hashed: str) -> str | None:
        """Return the name of the user whose token it is, None if it is nobody's or the user is disabled."""
        now = datetime.now(UTC)
        known = select(tokens.c.owner, tokens.c.last_used_at).join(users)
        rows = await self._database.fetch(known.where(tokens.c.hash == hashed, users.c.disabled.is_(False)))
        if not rows:
            return None
        owner, last_used_at = rows[0].owner, rows[0].last_used_at
        if last_used_at is None or last_used_at < now - USE_NOTED_EVERY:
            stale = or_(tokens.c.last_used_at.is_(None), tokens.c.last_used_at < now - USE_NOTED_EVERY)
            note = update(tokens).where(tokens.c.hash == hashed, stale).values(last_used_at=now)
            await self._database.write(lambda connection: connection.execute(note))
        return str(owner)

    async def all(self, owner: str) -> list[Token]:
        """Return the owner's tokens, by name."""
        columns = select(tokens.c.owner, tokens.c.name, tokens.c.created_at, tokens.c.last_used_at)
        query = columns.where(tokens.c.owner == owner).order_by("name")
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [Token(**row._mapping) for row in rows]

    async def revoke(self, owner: str, name: str) -> None:
        """Make a token useless.

        Raises:
            AccountNotFound: the owner has no token of this name.
        """
        revoke = delete(tokens).where(tokens.c.owner == owner, tokens.c.name == name)
        if not await self._database.write(lambda connection: connection.execute(revoke).rowcount):
            raise AccountNotFound(
                f"{owner!r} has no token {name!r}. `email-assistant tokens list` shows all."
            )

"""The rows of who may come in: users and their API tokens. Passwords and tokens come here as hashes only."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from email_assistant.errors import AccountNotFound, InvalidInput
from email_assistant.store.database import Database
from email_assistant.store.schema import ended_sessions, tokens, users

MAX_NAME = 254
"""Characters, as many as an address may have (RFC 3696, erratum 1690)."""
USE_NOTED_EVERY = timedelta(minutes=1)
"""A token's last use is kept to the minute, so that not every call writes."""


@dataclass(frozen=True)
class User:
    """Somebody who may come in; `password_hash` is None for whoever signs in elsewhere.

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
    """The one way to write a name: in any case and any width of its letters it is the same user.

    Raises:
        InvalidInput: it is empty, too long, or has characters that cannot be seen.
    """
    # The length comes first: normalizing a long run of combining marks takes the square of its length.
    folded = _fold(name).strip() if len(name) <= MAX_NAME else ""
    if not folded or len(folded) > MAX_NAME or not folded.isprintable():
        raise InvalidInput(f"A name has 1 to {MAX_NAME} characters, all of which can be seen.")
    return folded


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


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
            async with self._database.begin() as connection:
                await connection.execute(insert(users).values(**vars(user)))
        except IntegrityError:
            raise InvalidInput(f"There is a user {name!r} already.") from None
        return user

    async def find(self, name: str) -> User | None:
        """The user of this name."""
        async with self._database.begin() as connection:
            row = (await connection.execute(select(users).where(users.c.name == name))).first()
        return User(**row._mapping) if row else None

    async def with_session(self, name: str, session: str) -> User | None:
        """The user of this name, unless this session was ended."""
        ended = exists().where(ended_sessions.c.key == session)
        async with self._database.begin() as connection:
            row = (await connection.execute(select(users).where(users.c.name == name, ~ended))).first()
        return User(**row._mapping) if row else None

    async def end_session(self, session: str, ends_at: datetime) -> None:
        """Let this session hold no longer; it would have ended at `ends_at`."""
        now = datetime.now(UTC)
        row = {"key": session, "ends_at": ends_at}
        async with self._database.begin() as connection:
            await connection.execute(delete(ended_sessions).where(ended_sessions.c.ends_at <= now))
            if not await connection.scalar(select(ended_sessions.c.key).filter_by(key=session)):
                await connection.execute(insert(ended_sessions).values(row))

    async def all(self) -> list[User]:
        """Every user, by name."""
        async with self._database.begin() as connection:
            return [User(**row._mapping) for row in await connection.execute(select(users).order_by("name"))]

    async def set_password(self, name: str, password_hash: str) -> None:
        """Replace the password, which ends the user's sessions.

        Raises:
            AccountNotFound: there is no such user.
        """
        await self._change(name, password_hash=password_hash, epoch=users.c.epoch + 1)

    async def rehash(self, name: str, password_hash: str, *, instead_of: str) -> None:
        """Keep the same password under a newer hash, unless it was changed meanwhile."""
        same = users.c.name == name, users.c.password_hash == instead_of
        async with self._database.begin() as connection:
            await connection.execute(update(users).where(*same).values(password_hash=password_hash))

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
        async with self._database.begin() as connection:
            changed = await connection.execute(update(users).where(users.c.name == name).values(**values))
        if not changed.rowcount:
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
        try:
            async with self._database.begin() as connection:
                if not await connection.scalar(select(users.c.name).where(users.c.name == owner)):
                    raise AccountNotFound(
                        f"There is no user {owner!r}. `email-assistant users list` shows all."
                    )
                await connection.execute(insert(tokens).values(row))
        except IntegrityError:
            raise InvalidInput(
                f"There is a token {name!r} already. Revoke it, or choose another name."
            ) from None

    async def use(self, hashed: str) -> str | None:
        """The name of the user whose token it is, None if it is nobody's or the user is disabled."""
        now = datetime.now(UTC)
        known = select(tokens.c.owner, tokens.c.last_used_at).join(users)
        stale = or_(tokens.c.last_used_at.is_(None), tokens.c.last_used_at < now - USE_NOTED_EVERY)
        async with self._database.begin() as connection:
            row = (
                await connection.execute(known.where(tokens.c.hash == hashed, users.c.disabled.is_(False)))
            ).first()
            if row is None:
                return None
            if row.last_used_at is None or row.last_used_at < now - USE_NOTED_EVERY:
                mine = update(tokens).where(tokens.c.hash == hashed, stale)
                await connection.execute(mine.values(last_used_at=now))
        return str(row.owner)

    async def all(self, owner: str) -> list[Token]:
        """The owner's tokens, by name."""
        columns = select(tokens.c.owner, tokens.c.name, tokens.c.created_at, tokens.c.last_used_at)
        async with self._database.begin() as connection:
            found = await connection.execute(columns.where(tokens.c.owner == owner).order_by("name"))
            return [Token(**row._mapping) for row in found]

    async def revoke(self, owner: str, name: str) -> None:
        """Make a token useless.

        Raises:
            AccountNotFound: the owner has no token of this name.
        """
        mine = tokens.c.owner == owner, tokens.c.name == name
        async with self._database.begin() as connection:
            revoked = await connection.execute(delete(tokens).where(*mine))
        if not revoked.rowcount:
            raise AccountNotFound(
                f"{owner!r} has no token {name!r}. `email-assistant tokens list` shows all."
            )

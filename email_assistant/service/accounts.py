"""Who may sign in: passwords, sessions that can be ended, and personal API tokens."""

from __future__ import annotations

import asyncio
import hashlib
import math
import secrets
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from email_assistant.errors import InvalidInput, NotSignedIn, RateLimited, SignInRefused
from email_assistant.normalization import normalize
from email_assistant.settings import LOCAL_USER, Settings
from email_assistant.store.accounts import MAX_NAME, Token, Tokens, User, Users, folded_name
from email_assistant.store.attempts import Attempts
from email_assistant.store.database import Database
from email_assistant.store.opening import open_database
from email_assistant.store.rates import Rates

MIN_PASSWORD, MAX_PASSWORD = 12, 1024
"""In characters. Length counts for more than kinds of characters (NIST SP 800-63B, section 3.1.1)."""

WINDOW = timedelta(minutes=15)
MAX_PER_NAME = 5
MAX_PER_ADDRESS = 30
"""Attempts in a window, after which even the right password waits."""
KNOWN_FOR = timedelta(days=90)
"""How long a user who signed in from an address may do so again while others there are kept waiting: an
office shares one address, and one of it must not lock out all."""

HASHING = 2
"""Passwords hashed at once. Each takes 64 MB and a tenth of a second: more would let strangers fill the
memory."""

TOKEN_PREFIX = "email-assistant-"  # noqa: S105 - so that a token that leaked is found by searching for it
MAX_TOKEN_NAME = 100

REFUSED = "The name or the password is not right, or the user is disabled. Check both and try again."

Clock = Callable[[], datetime]
Result = TypeVar("Result")


def now_in_utc() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Accounts:
    """The users of a database. One object for the life of the server.

    Args:
        database: where they are kept; it stays the caller's to close.
        clock: tells the time, against which attempts to sign in are limited.
        hasher: by default argon2id as the second recommendation of RFC 9106 section 4.
    """

    def __init__(
        self, database: Database, clock: Clock = now_in_utc, hasher: PasswordHasher | None = None
    ) -> None:
        self._users = Users(database)
        self._tokens = Tokens(database)
        self._attempts = Attempts(database)
        self.rates = Rates(database)
        """Of requests."""
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._hashing = asyncio.Semaphore(HASHING)
        self._threads: ThreadPoolExecutor | None = None
        self._nobodys_hash: str | None = None

    async def add(self, name: str, password: str) -> User:
        """Add a user with a password.

        Raises:
            InvalidInput: the name is taken, or one of the two cannot be used.
        """
        return await self._users.add(_not_local(folded_name(name)), await self._hash(_checked(password)))

    async def set_password(self, name: str, password: str) -> None:
        """Replace the password, which ends the user's sessions.

        Raises:
            AccountNotFound: there is no such user.
            InvalidInput: the password cannot be used.
        """
        await self._users.set_password(folded_name(name), await self._hash(_checked(password)))

    async def disable(self, name: str) -> None:
        """Disable a user: no session, password or token works any more. Their data stays.

        Raises:
            AccountNotFound: there is no such user.
        """
        await self._users.set_disabled(folded_name(name), True)

    async def enable(self, name: str) -> None:
        """Enable a user who was disabled.

        Raises:
            AccountNotFound: there is no such user.
        """
        await self._users.set_disabled(folded_name(name), False)

    async def sign_out_everywhere(self, name: str) -> None:
        """End all sessions of a user; their tokens stay.

        Raises:
            AccountNotFound: there is no such user.
        """
        await self._users.end_sessions(folded_name(name))

    async def users(self) -> list[User]:
        """Return every user, by name."""
        return await self._users.all()

    async def sign_in(self, name: str, password: str, address: str) -> User:
        """Return the user of this name and password, who tries from the client at `address`.

        It takes the same time whether there is such a user or not.

        Raises:
            SignInRefused: the name or the password is wrong, or the user is disabled.
            RateLimited: too many attempts for this name or from this address; the text says how long to wait.
        """
        try:
            folded = folded_name(name)
        except InvalidInput:
            folded = name[:MAX_NAME]  # nobody's, but the attempt counts, under a key of bounded length
        of_name, of_address, of_both = f"name {folded}", f"address {address}", f"known {folded} {address}"
        limits = [(of_name, MAX_PER_NAME), (of_address, MAX_PER_ADDRESS)]
        if await self._attempts.is_noted(of_both, self._clock()):
            limits.pop()
        for key, most in limits:
            # Counted before the password is looked at, so that many attempts at once are counted as well.
            attempts, ends_at = await self._attempts.count(key, self._clock(), WINDOW)
            if attempts > most:
                raise _too_many(ends_at - self._clock())
        user = await self._users.find(folded) if folded.isprintable() and folded != LOCAL_USER else None
        if not await self._is_password(user, password) or user is None or user.disabled:
            raise SignInRefused(REFUSED)
        await self._attempts.forget(of_name)
        if len(limits) > 1:
            await self._attempts.take_back(of_address)
        await self._attempts.note(of_both, self._clock() + KNOWN_FOR)
        return user

    async def admit(self, name: str) -> User:
        """Return the user whom another service vouches for; add them when first seen.

        Raises:
            NotSignedIn: the name cannot be used, or the user is disabled.
        """
        try:
            folded = _not_local(folded_name(name))
        except InvalidInput as refused:
            raise NotSignedIn(str(refused)) from None
        written = [normalize(form, name) for form in ("NFC", "NFD")]
        if name not in written or folded != written[0].strip().lower():
            # Two names of the one who vouches must never become the same one here, but for their case.
            raise NotSignedIn("This name has letters that look like others. Use one without them.")
        if (user := await self._users.find(folded)) is None:
            try:
                user = await self._users.add(folded)
            except InvalidInput:  # at the same moment
                return await self.admit(name)
        if user.disabled:
            raise NotSignedIn("This user is disabled. Ask whoever runs this server.")
        return user

    async def has_session(self, name: str, epoch: int, session: str = "") -> bool:
        """Return whether the session that began in `epoch` still holds."""
        user = await self._users.with_session(name, session) if name != LOCAL_USER else None
        return user is not None and not user.disabled and user.epoch == epoch

    async def end_session(self, session: str, ends_at: datetime) -> None:
        """End one session before its time, which is `ends_at`."""
        await self._users.end_session(session, ends_at)

    async def create_token(self, owner: str, name: str) -> str:
        """Return a new API token of `owner`: its text is returned here and never again.

        Raises:
            AccountNotFound: there is no such user.
            InvalidInput: the owner has one of this name, or the name cannot be used.
        """
        if not name.strip() or not name.isprintable() or len(name) > MAX_TOKEN_NAME:
            raise InvalidInput(f"A token's name has 1 to {MAX_TOKEN_NAME} characters.")
        token = TOKEN_PREFIX + secrets.token_urlsafe(32)
        await self._tokens.add(folded_name(owner), name.strip(), _token_hash(token))
        return token

    async def owner_of_token(self, token: str) -> str | None:
        """Return the user of an API token, which is looked up by its hash and never compared."""
        owner = await self._tokens.use(_token_hash(token)) if token.startswith(TOKEN_PREFIX) else None
        return None if owner == LOCAL_USER else owner

    async def tokens(self, owner: str) -> list[Token]:
        """Return the owner's tokens, by name."""
        return await self._tokens.all(folded_name(owner))

    async def revoke_token(self, owner: str, name: str) -> None:
        """Revoke a token.

        Raises:
            AccountNotFound: the owner has no token of this name.
        """
        await self._tokens.revoke(folded_name(owner), name)

    async def _is_password(self, user: User | None, password: str) -> bool:
        if self._nobodys_hash is None:
            self._nobodys_hash = await self._hash(secrets.token_urlsafe())
        kept = user.password_hash if user else None
        right = await self._verify(kept or self._nobodys_hash, password[:MAX_PASSWORD])
        if user is None or kept is None or not right or len(password) > MAX_PASSWORD:
            return False
        if self._hasher.check_needs_rehash(kept):
            await self._users.rehash(user.name, await self._hash(password), instead_of=kept)
        return True

    async def _hash(self, password: str) -> str:
        async with self._hashing:
            return await self._in_thread(self._hasher.hash, _bytes(password))

    async def _verify(self, hashed: str, password: str) -> bool:
        async with self._hashing:
            try:
                return await self._in_thread(self._hasher.verify, hashed, _bytes(password))
            except Argon2Error:
                return False

    async def _in_thread(self, work: Callable[..., Result], *given: Any) -> Result:
        # Threads of their own: others may be busy with what nobody signs in for.
        if self._threads is None:
            self._threads = ThreadPoolExecutor(HASHING, thread_name_prefix="passwords")
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)

    def close(self) -> None:
        """Let go of the threads."""
        if self._threads:
            self._threads.shutdown(wait=False)


@asynccontextmanager
async def open_accounts(settings: Settings) -> AsyncIterator[Accounts]:
    """Provide the accounts of the configured database, without a server."""
    async with open_database(settings) as database:
        accounts = Accounts(database)
        try:
            yield accounts
        finally:
            accounts.close()


def _not_local(name: str) -> str:
    """Return `name`, unless it is that of the history which this machine has where nobody signs in."""
    if name == LOCAL_USER:
        raise InvalidInput(
            f"The name {name!r} stands for whoever uses this machine without signing in. Choose another."
        )
    return name


def _checked(password: str) -> str:
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise InvalidInput(f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} characters.")
    return password


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _too_many(wait: timedelta) -> RateLimited:
    minutes = max(1, math.ceil(wait.total_seconds() / 60))
    return RateLimited(
        "Too many attempts to sign in. Wait 1 minute, then try again."
        if minutes == 1
        else f"Too many attempts to sign in. Wait {minutes} minutes, then try again.",
        retry_after=wait.total_seconds(),
    )

"""Users and tokens: names are the same in any case, disabled means out, a revoked token is nobody's."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from email_assistant.errors import AccountNotFound, InvalidInput
from email_assistant.store import schema
from email_assistant.store.accounts import MAX_NAME, Tokens, User, Users, folded_name
from email_assistant.store.attempts import Attempts
from email_assistant.store.database import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WINDOW = timedelta(minutes=15)


@pytest.fixture
def users(database: Database) -> Users:
    return Users(database)


@pytest.fixture
def tokens(database: Database) -> Tokens:
    return Tokens(database)


@pytest.fixture
def attempts(database: Database) -> Attempts:
    return Attempts(database)


@pytest.mark.parametrize("written", ["sam", "SAM", " Sam ", "ｓａｍ"])
def test_a_name_is_the_same_in_any_writing(written: str) -> None:
    assert folded_name(written) == "sam"


@pytest.mark.parametrize(
    "name", ["", "  ", "s\u200bam", "s\0am", "s\nam", "\ud800", "x" * (MAX_NAME + 1), "ﷺ" * 254]
)
def test_a_name_that_cannot_be_seen_or_is_too_long_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="A name has 1 to 254 characters"):
        folded_name(name)


async def sam(users: Users) -> User:
    found = await users.find("sam")
    assert found is not None
    return found


async def test_a_user_is_found_as_added(users: Users) -> None:
    added = await users.add("sam", "hash")

    assert await users.find("sam") == added
    assert (added.disabled, added.epoch) == (False, 0)
    assert await users.find("eve") is None


async def test_a_name_is_given_once(users: Users) -> None:
    await users.add("sam", "hash")

    with pytest.raises(InvalidInput, match="There is a user 'sam' already"):
        await users.add("sam", "other")

    assert (await sam(users)).password_hash == "hash"


async def test_users_are_listed_by_name(users: Users) -> None:
    for name in ("sam", "ana", "kim"):
        await users.add(name)

    assert [user.name for user in await users.all()] == ["ana", "kim", "sam"]


async def test_whatever_ends_sessions_begins_a_new_epoch(users: Users) -> None:
    await users.add("sam", "hash")

    await users.end_sessions("sam")
    await users.set_password("sam", "new")
    await users.set_disabled("sam", True)
    disabled = await sam(users)
    await users.set_disabled("sam", False)

    assert (disabled.password_hash, disabled.disabled, disabled.epoch) == ("new", True, 3)
    assert (await sam(users)).epoch == 4  # so that no session of before comes back


async def test_a_newer_hash_does_not_undo_a_changed_password(users: Users) -> None:
    await users.add("sam", "old")

    await users.rehash("sam", "old, hashed anew", instead_of="old")
    assert (await sam(users)).password_hash == "old, hashed anew"
    await users.rehash("sam", "stale", instead_of="old")
    assert (await sam(users)).password_hash == "old, hashed anew"


async def test_an_unknown_user_is_told_in_words(users: Users, tokens: Tokens) -> None:
    for call in (
        users.set_password("eve", "x"),
        users.set_disabled("eve", True),
        users.end_sessions("eve"),
        tokens.add("eve", "laptop", "f" * 64),
    ):
        with pytest.raises(AccountNotFound, match="There is no user 'eve'"):
            await call


async def test_a_token_is_its_owners_until_it_is_revoked(users: Users, tokens: Tokens) -> None:
    await users.add("sam")
    await tokens.add("sam", "laptop", "a" * 64)

    assert await tokens.use("a" * 64) == "sam"
    assert await tokens.use("b" * 64) is None
    await tokens.revoke("sam", "laptop")
    assert await tokens.use("a" * 64) is None
    with pytest.raises(AccountNotFound, match="'sam' has no token 'laptop'"):
        await tokens.revoke("sam", "laptop")


async def test_a_token_of_a_disabled_user_is_nobodys(users: Users, tokens: Tokens) -> None:
    await users.add("sam")
    await tokens.add("sam", "laptop", "a" * 64)

    await users.set_disabled("sam", True)

    assert await tokens.use("a" * 64) is None


async def test_nobody_else_can_revoke_a_token(users: Users, tokens: Tokens) -> None:
    await users.add("sam")
    await users.add("eve")
    await tokens.add("sam", "laptop", "a" * 64)

    with pytest.raises(AccountNotFound):
        await tokens.revoke("eve", "laptop")

    assert await tokens.use("a" * 64) == "sam"


async def test_token_names_are_each_owners_own(users: Users, tokens: Tokens) -> None:
    await users.add("sam")
    await users.add("eve")
    await tokens.add("sam", "laptop", "a" * 64)
    await tokens.add("eve", "laptop", "b" * 64)

    with pytest.raises(InvalidInput, match="There is a token 'laptop' already"):
        await tokens.add("sam", "laptop", "c" * 64)

    assert [(token.owner, token.name) for token in await tokens.all("sam")] == [("sam", "laptop")]


async def test_the_last_use_is_noted_to_the_minute(database: Database, users: Users, tokens: Tokens) -> None:
    await users.add("sam")
    await tokens.add("sam", "laptop", "a" * 64)
    assert (await tokens.all("sam"))[0].last_used_at is None

    async def noted() -> datetime:
        await tokens.use("a" * 64)
        last_used_at = (await tokens.all("sam"))[0].last_used_at
        assert last_used_at is not None
        return last_used_at

    first = await noted()
    assert await noted() == first
    earlier = update(schema.tokens).values(last_used_at=first - timedelta(minutes=2))
    await database.write(lambda connection: connection.execute(earlier))
    assert await noted() >= first


async def test_attempts_count_until_their_window_ends(attempts: Attempts) -> None:
    for expected in (1, 2, 3):
        assert await attempts.count("sam", NOW, WINDOW) == (expected, NOW + WINDOW)
    assert await attempts.count("eve", NOW, WINDOW) == (1, NOW + WINDOW)

    later = NOW + WINDOW
    assert await attempts.count("sam", later, WINDOW) == (1, later + WINDOW)


async def test_attempts_at_the_same_moment_are_all_counted(attempts: Attempts) -> None:
    counted = await asyncio.gather(*(attempts.count("sam", NOW, WINDOW) for _ in range(10)))

    assert sorted(count for count, _ in counted) == list(range(1, 11))


async def test_attempts_are_forgotten_or_taken_back(attempts: Attempts) -> None:
    for _ in range(3):
        await attempts.count("sam", NOW, WINDOW)

    await attempts.take_back("sam")
    assert (await attempts.count("sam", NOW, WINDOW))[0] == 3
    await attempts.forget("sam")
    assert (await attempts.count("sam", NOW, WINDOW))[0] == 1


async def test_no_name_is_kept_with_the_attempts_and_none_of_a_past_window(
    database: Database, attempts: Attempts
) -> None:
    await attempts.count("hunter2", NOW, WINDOW)
    await attempts.count("\ud800\0", NOW, WINDOW)
    await attempts.count("sam", NOW + 2 * WINDOW, WINDOW)

    rows = await database.fetch(select(schema.sign_in_attempts))
    assert len(rows) == 1
    assert "hunter2" not in str(rows)

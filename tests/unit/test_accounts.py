"""Signing in: the right password, and not too often; whoever is out stays out."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import pytest
from argon2 import PasswordHasher

from email_assistant.errors import AccountNotFound, InvalidInput, NotSignedIn, RateLimited, SignInRefused
from email_assistant.service.accounts import MAX_PER_ADDRESS, MAX_PER_NAME, TOKEN_PREFIX, WINDOW, Accounts
from email_assistant.store.accounts import MAX_NAME, Users
from email_assistant.store.database import Database
from email_assistant.store.opening import open_url

PASSWORD = "correct horse battery"
HERE = "192.0.2.1"
QUICK = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)


class Clock:
    """Tells a time that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_url(f"sqlite:///{tmp_path / 'conversations.db'}") as opened:
        yield opened


@pytest.fixture
async def accounts(database: Database, clock: Clock) -> Accounts:
    accounts = Accounts(database, clock, QUICK)
    await accounts.add("Sam", PASSWORD)
    return accounts


async def fail(accounts: Accounts, name: str = "sam", address: str = HERE) -> None:
    with pytest.raises(SignInRefused, match="The name or the password is not right"):
        await accounts.sign_in(name, "wrong", address)


async def test_the_right_password_signs_in_under_any_writing_of_the_name(accounts: Accounts) -> None:
    for name in ("sam", "SAM", " Sam"):
        assert (await accounts.sign_in(name, PASSWORD, HERE)).name == "sam"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("sam", "wrong"),
        ("sam", ""),
        ("sam", PASSWORD.upper()),
        ("sam", PASSWORD + "\0"),
        ("sam", "\ud800"),
        ("sam", PASSWORD + "x" * 2000),
        ("eve", PASSWORD),
        ("", PASSWORD),
        ("s\0am", PASSWORD),
        ("\ud800", PASSWORD),
        ("x" * 9999, PASSWORD),
    ],
)
async def test_anything_else_is_refused_alike(accounts: Accounts, name: str, password: str) -> None:
    with pytest.raises(SignInRefused, match="The name or the password is not right"):
        await accounts.sign_in(name, password, HERE)


async def test_a_password_longer_than_any_is_not_cut_to_the_right_one(accounts: Accounts) -> None:
    await accounts.set_password("sam", "x" * 1024)

    assert await accounts.sign_in("sam", "x" * 1024, HERE)
    with pytest.raises(SignInRefused):
        await accounts.sign_in("sam", "x" * 1025, HERE)


async def test_an_unknown_user_takes_the_time_of_a_known_one(database: Database, clock: Clock) -> None:
    accounts = Accounts(database, clock)
    await accounts.add("sam", PASSWORD)
    taken: dict[str, list[float]] = {"sam": [], "eve": []}
    await fail(accounts, "anybody")
    for _ in range(4):
        for name, times in taken.items():
            began = time.process_time()
            await fail(accounts, name)
            times.append(time.process_time() - began)
            clock.now += WINDOW
    # Hashing takes dozens of milliseconds, all else less than one of them.
    assert median(taken["eve"]) > median(taken["sam"]) / 3


async def test_after_too_many_attempts_even_the_right_password_waits(
    accounts: Accounts, clock: Clock
) -> None:
    for _ in range(MAX_PER_NAME):
        await fail(accounts)
    clock.now += timedelta(minutes=2, seconds=30)

    with pytest.raises(RateLimited, match="Wait 13 minutes, then try again") as refused:
        await accounts.sign_in("SAM", PASSWORD, "192.0.2.99")

    assert refused.value.retry_after == 12.5 * 60
    clock.now += timedelta(minutes=12, seconds=30)
    assert await accounts.sign_in("sam", PASSWORD, HERE)


async def test_an_unknown_name_is_locked_like_a_known_one(accounts: Accounts) -> None:
    for _ in range(MAX_PER_NAME):
        await fail(accounts, "eve")

    with pytest.raises(RateLimited):
        await accounts.sign_in("eve", "wrong", HERE)


async def test_a_name_longer_than_any_costs_no_more_than_one_that_is_too_long_by_a_letter(
    accounts: Accounts, database: Database
) -> None:
    async def cpu(name: str) -> float:
        started = time.process_time()
        await fail(accounts, name)
        return time.process_time() - started

    just_too_long = median([await cpu("x" * (MAX_NAME + 1)) for _ in range(3)])
    # Normalizing this many marks of mixed classes takes minutes.
    assert await cpu("a" + "\u0301\u0316" * 500_000) < just_too_long + 1


async def test_a_name_longer_than_any_is_locked_after_too_many_attempts(accounts: Accounts) -> None:
    for _ in range(MAX_PER_NAME):
        await fail(accounts, "x" * 100_000)
    with pytest.raises(RateLimited):
        await accounts.sign_in("x" * 100_000, PASSWORD, HERE)


async def test_one_address_cannot_try_name_after_name(accounts: Accounts) -> None:
    for number in range(MAX_PER_ADDRESS):
        await fail(accounts, f"name {number}")

    with pytest.raises(RateLimited):
        await accounts.sign_in("sam", PASSWORD, HERE)
    assert await accounts.sign_in("sam", PASSWORD, "192.0.2.99")


async def test_many_attempts_at_once_are_counted_one_by_one(accounts: Accounts) -> None:
    results = await asyncio.gather(
        *(accounts.sign_in("sam", f"guess {number}", HERE) for number in range(MAX_PER_NAME + 5)),
        return_exceptions=True,
    )

    assert [type(result) for result in results].count(SignInRefused) == MAX_PER_NAME
    assert [type(result) for result in results].count(RateLimited) == 5


async def test_another_server_process_counts_on(accounts: Accounts, database: Database, clock: Clock) -> None:
    other = Accounts(database, clock, QUICK)
    for number in range(MAX_PER_NAME):
        await fail(accounts if number % 2 else other)

    with pytest.raises(RateLimited):
        await other.sign_in("sam", PASSWORD, HERE)


async def test_signing_in_begins_the_count_anew(accounts: Accounts) -> None:
    for _ in range(MAX_PER_NAME - 1):
        await fail(accounts)
    assert await accounts.sign_in("sam", PASSWORD, HERE)

    await fail(accounts)
    for _ in range(MAX_PER_ADDRESS):  # whoever signs in is no attacker, also behind one shared address
        assert await accounts.sign_in("sam", PASSWORD, HERE)


async def test_a_disabled_user_stays_out_and_looks_like_none(accounts: Accounts) -> None:
    user = await accounts.sign_in("sam", PASSWORD, HERE)
    token = await accounts.create_token("sam", "laptop")
    await accounts.disable("sam")

    with pytest.raises(SignInRefused, match="The name or the password is not right"):
        await accounts.sign_in("sam", PASSWORD, HERE)
    with pytest.raises(NotSignedIn, match="This user is disabled"):
        await accounts.admit("sam")
    assert not await accounts.has_session("sam", user.epoch)
    assert await accounts.owner_of_token(token) is None

    await accounts.enable("sam")
    assert await accounts.sign_in("sam", PASSWORD, HERE)
    assert not await accounts.has_session("sam", user.epoch)  # a session that ended does not come back
    assert await accounts.owner_of_token(token) == "sam"


async def test_signing_out_everywhere_ends_the_sessions_and_keeps_the_tokens(accounts: Accounts) -> None:
    user = await accounts.sign_in("sam", PASSWORD, HERE)
    token = await accounts.create_token("sam", "laptop")
    assert await accounts.has_session("sam", user.epoch)

    await accounts.sign_out_everywhere("sam")

    assert not await accounts.has_session("sam", user.epoch)
    assert await accounts.owner_of_token(token) == "sam"


async def test_a_new_password_ends_the_sessions(accounts: Accounts) -> None:
    user = await accounts.sign_in("sam", PASSWORD, HERE)

    await accounts.set_password("sam", "another long password")

    assert not await accounts.has_session("sam", user.epoch)
    await fail(accounts)
    assert await accounts.sign_in("sam", "another long password", HERE)


async def test_a_password_under_weaker_parameters_is_hashed_anew(database: Database, clock: Clock) -> None:
    users = Users(database)
    weak = QUICK.hash(PASSWORD)
    await users.add("kim", weak)

    await Accounts(database, clock).sign_in("kim", PASSWORD, HERE)

    found = await users.find("kim")
    assert found
    assert found.password_hash != weak
    assert found.epoch == 0
    assert await Accounts(database, clock).sign_in("kim", PASSWORD, HERE)


async def test_passwords_and_tokens_are_not_kept_as_text(
    accounts: Accounts, database: Database, tmp_path: Path
) -> None:
    token = await accounts.create_token("sam", "laptop")

    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())  # noqa: ASYNC240 - small
    assert b"$argon2id$" in written
    assert PASSWORD.encode() not in written
    assert token.removeprefix(TOKEN_PREFIX).encode() not in written


@pytest.mark.parametrize("password", ["", "short", "x" * 1025])
async def test_a_password_of_another_length_is_refused(accounts: Accounts, password: str) -> None:
    for call in (accounts.add("kim", password), accounts.set_password("sam", password)):
        with pytest.raises(InvalidInput, match="A password has 12 to 1024 characters"):
            await call


async def test_whom_somebody_else_vouches_for_is_added_once_and_has_no_password(accounts: Accounts) -> None:
    admitted = await asyncio.gather(*(accounts.admit("Kim@Example.com") for _ in range(3)))

    assert {user.name for user in admitted} == {"kim@example.com"}
    with pytest.raises(SignInRefused):
        await accounts.sign_in("kim@example.com", "", HERE)


@pytest.mark.parametrize("name", ["sém", "SÉM", "Sém", "se\u0301m"])
async def test_a_name_with_an_accent_is_admitted_in_any_case(accounts: Accounts, name: str) -> None:
    assert (await accounts.admit(name)).name == "sém"


@pytest.mark.parametrize("name", ["local", "LoCaL", " local ", "ｌocal"])
async def test_nobody_has_the_name_of_the_one_who_does_not_sign_in(
    accounts: Accounts, database: Database, name: str
) -> None:
    with pytest.raises(InvalidInput, match="stands for whoever uses this machine"):
        await accounts.add(name, PASSWORD)
    with pytest.raises(NotSignedIn):
        await accounts.admit(name)

    # Not even who was added by an earlier version.
    await Users(database).add("local", QUICK.hash(PASSWORD))
    token = await accounts.create_token("local", "laptop")
    with pytest.raises(SignInRefused):
        await accounts.sign_in(name, PASSWORD, HERE)
    assert not await accounts.has_session("local", 0)
    assert await accounts.owner_of_token(token) is None


async def test_one_of_an_office_does_not_lock_out_who_signed_in_there_before(
    accounts: Accounts, clock: Clock
) -> None:
    await accounts.add("kim", PASSWORD)
    assert await accounts.sign_in("sam", PASSWORD, HERE)
    clock.now += timedelta(days=30)
    for number in range(MAX_PER_ADDRESS):
        await fail(accounts, f"name {number}")

    assert await accounts.sign_in("sam", PASSWORD, HERE)
    with pytest.raises(RateLimited):
        await accounts.sign_in("kim", PASSWORD, HERE)
    for _ in range(MAX_PER_NAME):  # a known place is not one to guess from
        await fail(accounts)
    with pytest.raises(RateLimited):
        await accounts.sign_in("sam", PASSWORD, HERE)


async def test_a_session_that_was_signed_out_holds_no_more(accounts: Accounts, clock: Clock) -> None:
    user = await accounts.sign_in("sam", PASSWORD, HERE)

    for _ in range(2):
        await accounts.end_session("this one", datetime.now(UTC) + timedelta(days=1))

    assert not await accounts.has_session("sam", user.epoch, "this one")
    assert await accounts.has_session("sam", user.epoch, "another")


@pytest.mark.parametrize("name", ["ſam", "ｓam", "\u212aim", "", "s\u200bam"])
async def test_nobody_is_admitted_under_a_name_that_only_looks_like_anothers(
    accounts: Accounts, name: str
) -> None:
    with pytest.raises(NotSignedIn):
        await accounts.admit(name)


async def test_a_token_is_good_until_revoked(accounts: Accounts) -> None:
    token = await accounts.create_token("SAM", "laptop")

    assert await accounts.owner_of_token(token) == "sam"
    for wrong in ("", token + "x", token[:-1], TOKEN_PREFIX, "\ud800", TOKEN_PREFIX + "\ud800"):
        assert await accounts.owner_of_token(wrong) is None
    assert [each.name for each in await accounts.tokens("sam")] == ["laptop"]

    await accounts.revoke_token("sam", "laptop")

    assert await accounts.owner_of_token(token) is None


async def test_a_token_needs_a_user_and_a_name(accounts: Accounts) -> None:
    with pytest.raises(AccountNotFound):
        await accounts.create_token("eve", "laptop")
    for name in ("", " ", "a\nb", "x" * 101):
        with pytest.raises(InvalidInput, match="A token's name"):
            await accounts.create_token("sam", name)

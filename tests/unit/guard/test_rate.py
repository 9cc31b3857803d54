"""The rate limits: so many at once, so many a minute, each for themselves."""

import pytest

from email_assistant.guard import rate
from email_assistant.guard.rate import MAX_BUCKETS, RateLimit, SharedRateLimit
from email_assistant.store.database import DatabaseUnavailable
from email_assistant.store.rates import Rates


class Clock:
    """Tells seconds that a test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_after_as_many_as_are_allowed_one_waits_for_the_next() -> None:
    clock = Clock()
    limit = RateLimit(60, clock)

    assert [limit.take("sam") for _ in range(60)] == [0] * 60
    assert limit.take("sam") == 1
    clock.now += 0.5
    assert limit.take("sam") == 0.5
    clock.now += 0.5
    assert limit.take("sam") == 0
    assert limit.take("sam") == 1


def test_everybody_has_their_own() -> None:
    limit = RateLimit(1, Clock())

    assert (limit.take("sam"), limit.take("eve"), limit.take("sam")) == (0, 0, 60)


def test_it_never_saves_up_more_than_a_minute() -> None:
    clock = Clock()
    limit = RateLimit(2, clock)
    limit.take("sam")
    clock.now += 9999

    assert [limit.take("sam") for _ in range(3)] == [0, 0, 30]


def test_it_forgets_whom_it_need_not_remember() -> None:
    clock = Clock()
    limit = RateLimit(1, clock)
    limit.take("sam")
    for number in range(MAX_BUCKETS - 1):
        limit.take(f"{number}")
    clock.now += 61
    limit.take("kim")

    assert len(limit._buckets) == 1
    assert limit.take("kim") == 60


class Bucket(Rates):
    """What the database answers, and how often it was asked."""

    def __init__(self, *answers: tuple[int, float]) -> None:
        self.answers, self.asked = [*answers], 0

    async def take(self, key: str, most: int, per_minute: int) -> tuple[int, float]:
        self.asked += 1
        return self.answers.pop(0)


async def test_the_database_is_asked_once_for_many_requests() -> None:
    limit, bucket = SharedRateLimit(600, Clock()), Bucket((30, 0.0), (1, 0.0))

    assert [await limit.take(bucket, "sam") for _ in range(31)] == [0] * 31
    assert bucket.asked == 2


async def test_who_was_refused_is_told_so_without_asking_again_before_the_time() -> None:
    clock, bucket = Clock(), Bucket((0, 2.0), (1, 0.0))
    limit = SharedRateLimit(600, clock)

    assert [await limit.take(bucket, "sam") for _ in range(3)] == [2.0] * 3
    clock.now += 2
    assert await limit.take(bucket, "sam") == 0
    assert bucket.asked == 2


async def test_what_is_left_is_not_saved_up_for_later() -> None:
    clock, bucket = Clock(), Bucket((30, 0.0), (30, 0.0))
    limit = SharedRateLimit(600, clock)

    await limit.take(bucket, "sam")
    clock.now += 61
    assert [await limit.take(bucket, "sam") for _ in range(30)] == [0] * 30
    assert bucket.asked == 2


async def test_nobody_is_refused_because_the_database_is_away() -> None:
    class Away(Rates):
        def __init__(self) -> None:
            pass

        async def take(self, key: str, most: int, per_minute: int) -> tuple[int, float]:
            raise DatabaseUnavailable("Away.")

    assert await SharedRateLimit(1, Clock()).take(Away(), "sam") == 0


async def test_blocks_and_refusals_of_the_past_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "MAX_BUCKETS", 2)
    clock, bucket = Clock(), Bucket((2, 0.0), (2, 0.0), (0, 5.0), (0, 5.0), (2, 0.0))
    limit = SharedRateLimit(600, clock)
    for name in ("sam", "eve", "kim", "jo"):
        await limit.take(bucket, name)
    clock.now += 61
    await limit.take(bucket, "pat")

    assert ([*limit._left], [*limit._refused]) == (["pat"], [])

"""The rate limit: so many at once, so many a minute, each for themselves."""

from email_assistant.guard.rate import MAX_BUCKETS, RateLimit


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

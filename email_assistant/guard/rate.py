"""How many requests a minute somebody may make, told by a bucket that refills."""

from __future__ import annotations

import time
from collections.abc import Callable

MAX_BUCKETS = 10_000


class RateLimit:
    """A token bucket for each key, in this process: two processes let twice as much through.

    Args:
        per_minute: as many at once, and as many a minute in the long run.
        clock: tells seconds.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}  # what is left, and when it was counted

    def times(self, factor: int) -> RateLimit:
        """Another limit, so many times as high."""
        return RateLimit(int(self._most * factor), self._clock)

    def take(self, key: str) -> float:
        """Take one: 0 if there was one, else the seconds until there will be."""
        now = self._clock()
        left, counted_at = self._buckets.get(key, (self._most, now))
        left = min(self._most, left + (now - counted_at) * self._most / 60)
        if left < 1:
            return (1 - left) * 60 / self._most
        if len(self._buckets) >= MAX_BUCKETS:
            self._forget_full(now)
        self._buckets[key] = (left - 1, now)
        return 0

    def _forget_full(self, now: float) -> None:
        refilled_in = 60.0
        self._buckets = {
            key: bucket for key, bucket in self._buckets.items() if now - bucket[1] < refilled_in
        }

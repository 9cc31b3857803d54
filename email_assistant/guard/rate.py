"""A rate limit by token buckets."""

from __future__ import annotations

import time
from collections.abc import Callable

MAX_BUCKETS = 10_000


class RateLimit:
    """A token bucket per key, in this process: two processes allow twice as much.

    Args:
        per_minute: requests at once, and per minute in the long run.
        clock: the time in seconds.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}  # what is left, and when it was counted

    def times(self, factor: int) -> RateLimit:
        """Return another limit, `factor` times as high."""
        return RateLimit(int(self._most * factor), self._clock)

    def take(self, key: str) -> float:
        """Take one token: 0 if there was one, else the seconds until the next one."""
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

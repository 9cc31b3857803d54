"""Rate limits by token buckets: in this process, or in the database for all processes together."""

from __future__ import annotations

import time
from collections.abc import Callable

from email_assistant.store.database import DatabaseUnavailable
from email_assistant.store.rates import MINUTE, Rates

MAX_BUCKETS = 10_000
BLOCKS = 20
"""In so many blocks a minute's tokens are taken from the database, so that few requests wait for it."""


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


class SharedRateLimit:
    """A token bucket per key for all processes that share a database.

    Those together never allow more than one would. What is left of a process's last block is lost to the
    others.

    Args:
        per_minute: as of `RateLimit`.
        clock: the time in seconds, by which blocks are forgotten.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._block = max(1, per_minute // BLOCKS)
        self._left: dict[str, tuple[int, float]] = {}  # of a block, and until when that holds
        self._refused: dict[str, float] = {}  # until when

    async def take(self, rates: Rates, key: str) -> float:
        """Take one token: 0 if there was one, else the seconds until the next one."""
        now = self._clock()
        if (until := self._refused.get(key, now)) > now:
            return until - now
        if not self._left_of(key, now):
            try:
                taken, wait = await rates.take(key, self._block, self._per_minute)
            except DatabaseUnavailable:
                return 0  # whatever the request is for says so
            self._forget_old(now)
            if not taken:
                self._refused[key] = now + wait
                return wait
            # Another request may have taken a block meanwhile.
            self._left[key] = (self._left_of(key, now) + taken, now + MINUTE)
        left, until = self._left[key]
        self._left[key] = (left - 1, until)
        return 0

    def _left_of(self, key: str, now: float) -> int:
        left, until = self._left.get(key, (0, now))
        return left if until > now else 0

    def _forget_old(self, now: float) -> None:
        if len(self._left) >= MAX_BUCKETS:
            self._left = {key: block for key, block in self._left.items() if block[0] and block[1] > now}
        if len(self._refused) >= MAX_BUCKETS:
            self._refused = {key: until for key, until in self._refused.items() if until > now}

"""Watching the turns: their log, and Burr's tracking, OpenTelemetry or both where they are asked for."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic
from urllib.parse import quote

from burr.lifecycle import LifecycleAdapter

from email_assistant.settings import Watcher, private_dir
from email_assistant.telemetry.hooks import Factory, GivenHooks
from email_assistant.telemetry.logs import TurnLog
from email_assistant.telemetry.turn import Steps, Turn, TurnWatcher
from email_assistant.watching import watched_by, with_id

log = logging.getLogger(__name__)

PROJECT = "email-assistant"

MakeWatcher = Callable[[Turn], TurnWatcher]


class Telemetry:
    """What watches beside the log; each turn is given watchers of its own.

    Args:
        watchers: which.
        folder: where Burr's tracking writes.
        factories: make more hooks.
        page: the address of Burr's page, for links to it.
        with_subjects: whether that page lists conversations by their subjects.
        more: make more watchers.

    Raises:
        SettingsError: the packages that it needs are not installed, or its folder cannot be used.
    """

    def __init__(
        self,
        watchers: Sequence[Watcher] = (),
        folder: Path = Path("burr"),
        factories: Sequence[Factory] = (),
        *,
        page: str | None = None,
        with_subjects: bool = False,
        more: Sequence[MakeWatcher] = (),
    ) -> None:
        self._folder, self._with_subjects = folder, with_subjects
        self._page = page if "burr" in watchers else None
        self._make: list[MakeWatcher] = [TurnLog, *more]
        if "burr" in watchers:
            private_dir(folder)
            self._make.append(self._track)
        if "opentelemetry" in watchers:
            self._make += _spans_and_measures()
        self._make += [partial(GivenHooks, factory) for factory in factories]

    @contextmanager
    def turn(self, app_id: str, command: str) -> Iterator[WatchedTurn]:
        """Watch the turn in the block, whatever becomes of it."""
        with with_id():
            turn = Turn(app_id, command)
            watchers = [made for make in self._make if (made := _made(make, turn))]
            with watched_by(turn.notice, *(each.notice for each in watchers)):
                hooks = [hook for each in watchers for hook in each.hooks]
                try:
                    yield WatchedTurn(turn, [Steps(), *hooks])
                except BaseException as error:
                    turn.fail(error)
                    raise
                finally:
                    turn.seconds = monotonic() - turn.began
                    for each in reversed(watchers):
                        _end(each, turn)

    def forget(self, app_id: str) -> None:
        """Remove what was written of a conversation."""
        shutil.rmtree(self._folder / PROJECT / app_id, ignore_errors=True)

    def link(self, owner: str, app_id: str) -> str | None:
        """Return where Burr's page shows a conversation, if it is tracked and the page's address is known."""
        return self._page and f"{self._page}/project/{PROJECT}/{quote(owner, safe='')}/{app_id}"

    def _track(self, turn: Turn) -> TurnWatcher:
        from email_assistant.telemetry.burr_tracking import Tracker, Tracking

        return Tracking(Tracker(PROJECT, str(self._folder), with_subjects=self._with_subjects))


class WatchedTurn:
    """A turn, and Burr's hooks that watch it."""

    def __init__(self, turn: Turn, hooks: Sequence[LifecycleAdapter]) -> None:
        self.hooks = hooks
        self.begin, self.end = turn.begin, turn.end


def _spans_and_measures() -> list[MakeWatcher]:
    from opentelemetry import trace

    from email_assistant.telemetry.exporting import export
    from email_assistant.telemetry.measures import Instruments, TurnMeasures
    from email_assistant.telemetry.spans import TurnSpans

    export()
    return [
        partial(TurnSpans, tracer=trace.get_tracer(PROJECT)),
        partial(TurnMeasures, measured=Instruments()),
    ]


def _made(make: MakeWatcher, turn: Turn) -> TurnWatcher | None:
    try:
        return make(turn)
    except Exception as failure:
        log.warning("A turn is not watched: %s", type(failure).__name__)
        return None


def _end(watcher: TurnWatcher, turn: Turn) -> None:
    try:
        watcher.end(turn)
    except Exception as failure:
        log.warning("A watcher failed: %s", type(failure).__name__)

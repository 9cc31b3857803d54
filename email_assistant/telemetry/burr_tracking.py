"""Burr's tracking: every step of every conversation in files, for Burr's own page."""

from __future__ import annotations

import logging
from functools import wraps
from pathlib import Path
from typing import Any

from burr.lifecycle.internal import REGISTERED_SYNC_HOOKS
from burr.tracking import LocalTrackingClient

from email_assistant.telemetry.turn import Turn
from email_assistant.watching import Event

log = logging.getLogger(__name__)


class Tracker(LocalTrackingClient):
    """Burr's tracking into files for its UI: the whole state at every step, mail text included.

    A turn outlives the failure of any of its hooks: a full disk, for instance.
    """

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in REGISTERED_SYNC_HOOKS:
            return found

        @wraps(found)
        def hook(**event: Any) -> None:
            try:
                found(**event)
            except Exception as failure:  # its text may hold mail
                log.warning("Tracking of %s failed: %s", name, type(failure).__name__)

        return hook


class Tracking:
    """Watches one turn: a tracker holds the open log of one application."""

    def __init__(self, project: str, folder: Path) -> None:
        self.hooks = [Tracker(project=project, storage_dir=str(folder))]

    def notice(self, event: Event) -> None:
        """Do nothing yet."""

    def end(self, turn: Turn) -> None:
        """Do nothing: each line is in the log already."""

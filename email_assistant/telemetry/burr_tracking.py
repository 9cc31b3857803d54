"""Burr's tracking: every step of every conversation in files, for Burr's own page."""

from __future__ import annotations

import json
import logging
import re
from functools import wraps
from pathlib import Path
from typing import Any

from burr.core import Action, State
from burr.lifecycle.internal import REGISTERED_SYNC_HOOKS
from burr.tracking import LocalTrackingClient

from email_assistant.settings import write_whole
from email_assistant.telemetry.turn import Turn
from email_assistant.watching import CallEnded, Clarified, Event, Judged

log = logging.getLogger(__name__)

MAX_LABEL = 60


class Tracker(LocalTrackingClient):
    """Burr's tracking into files for its UI: the whole state at every step, mail text included.

    A turn outlives the failure of any of its hooks: a full disk, for instance.

    Args:
        project: Burr's name for all conversations.
        storage_dir: the folder that all of it lies in.
        with_subjects: whether a conversation is listed by the subject of its email, not by its user.
    """

    def __init__(self, project: str, storage_dir: str, *, with_subjects: bool = False) -> None:
        super().__init__(project=project, storage_dir=storage_dir)
        self._with_subjects = with_subjects
        self._step: dict[str, Any] = {}

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

    def pre_run_step(self, *, action: Action, sequence_id: int, **event: Any) -> None:  # type: ignore[override]
        """Implement Burr's hook before an action."""
        self._step = {"action": action.name, "action_sequence_id": sequence_id}
        super().pre_run_step(action=action, sequence_id=sequence_id, **event)

    def post_run_step(self, *, state: State[Any], app_id: str, **event: Any) -> None:  # type: ignore[override]
        """Implement Burr's hook after an action."""
        super().post_run_step(state=state, app_id=app_id, **event)
        subject = (state.get("incoming_email") or {}).get("subject")
        if self._with_subjects and subject:
            self._label(app_id, subject)

    def add(self, attributes: dict[str, Any]) -> None:
        """Say something of the step that runs."""
        if self._step:
            self.do_log_attributes(attributes=attributes, tags={}, span=None, **self._step)

    def _label(self, app_id: str, subject: str) -> None:
        """List a conversation by its subject. The page shows the partition key, and has it in its paths."""
        label = " ".join(re.sub(r"[^\w .,:'()-]", " ", subject).split())[:MAX_LABEL].strip()
        path = Path(self.storage_dir) / app_id / self.METADATA_FILENAME
        metadata = json.loads(path.read_text(encoding="utf-8"))
        if label and metadata["partition_key"] != label:
            write_whole(path, json.dumps(metadata | {"partition_key": label}).encode())


class Tracking:
    """Watches one turn: a tracker holds the open log of one application."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker, self._calls = tracker, 0
        self.hooks = [tracker]

    def notice(self, event: Event) -> None:
        """Say beside the step what was decided and what it took."""
        match event:
            case Clarified(questions, why):
                self._tracker.add({"why it asked": why, "questions": questions})
            case Judged(attempt, codes, repaired):
                self._tracker.add({f"findings of {attempt}": list(codes), f"repaired {attempt}": repaired})
            case CallEnded(call):
                self._calls += 1
                told = {
                    "model": call.model,
                    "task": call.task,
                    "prompt": call.prompt,
                    "input_tokens": call.input_tokens,
                    "output_tokens": call.output_tokens,
                    "seconds": round(call.seconds, 3),
                    "finish": call.finish,
                    "error": call.error,
                }
                self._tracker.add({f"model call {self._calls}": told})

    def end(self, turn: Turn) -> None:
        """Do nothing: each line is in the log already."""

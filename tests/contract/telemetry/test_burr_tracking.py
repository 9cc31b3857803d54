"""What Burr's page is told of a conversation, and that a tracker which fails breaks no turn."""

from __future__ import annotations

import json
import stat
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from email_assistant.conversation.commands import NewEmail
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.document import state_of
from email_assistant.store.opening import open_url
from email_assistant.telemetry import PROJECT, Telemetry
from email_assistant.writing.offline import OfflineWriter
from tests.contract.telemetry.watched import OWNER, ask_model, converse
from tests.fakes.openai_server import FakeOpenAI


async def test_burr_tracks_every_step_in_a_private_folder_until_the_conversation_is_deleted(
    tmp_path: Path,
) -> None:
    app_id = await converse(tmp_path, "burr")

    tracked = tmp_path / "burr" / PROJECT / app_id
    lines = [json.loads(line) for line in (tracked / "log.jsonl").read_text().splitlines()]
    ended = [line["sequence_id"] for line in lines if line["type"] == "end_entry"]
    assert ended == [0, 1, 2, 3, 4]
    assert stat.S_IMODE((tmp_path / "burr").stat().st_mode) == 0o700

    deleted = await converse(tmp_path, "burr", delete=True)
    assert not (tmp_path / "burr" / PROJECT / deleted).exists()


def tracked(folder: Path, app_id: str) -> tuple[str, list[tuple[str, Any]]]:
    """Return what Burr's page lists a conversation by, and what it shows beside its steps."""
    of = folder / "burr" / PROJECT / app_id
    lines = [json.loads(line) for line in (of / "log.jsonl").read_text().splitlines()]
    attributes = [(line["key"], line["value"]) for line in lines if line["type"] == "attribute"]
    return json.loads((of / "metadata.json").read_text())["partition_key"], attributes


async def test_burrs_page_shows_what_was_decided_and_what_the_model_took(
    tmp_path: Path, openai_server: FakeOpenAI
) -> None:
    app_id = await ask_model(tmp_path, openai_server, "burr")

    label, attributes = tracked(tmp_path, app_id)
    assert label == OWNER
    assert ("why it asked", "ask_left_open") in attributes
    call, *_ = [value for key, value in attributes if key == "model call 1"]
    assert (call["model"], call["task"], call["error"]) == ("small", "clarify", None)
    assert call["input_tokens"] > 0


@pytest.mark.parametrize(
    ("subject", "label"),
    [("Lunch", "Lunch"), ("50% off? a/b #1", "50 off a b 1"), ("Mittag äöü", "Mittag äöü")],
)
async def test_burrs_page_lists_by_subject_where_that_is_allowed(
    tmp_path: Path, subject: str, label: str
) -> None:
    telemetry = Telemetry(["burr"], tmp_path / "burr", page="http://127.0.0.1:7241", with_subjects=True)
    async with (
        open_url(f"sqlite:///{tmp_path / 'x.db'}") as database,
        aclosing(EmailAssistant(database, OfflineWriter(delay=0), telemetry)) as assistant,
    ):
        app_id = (await assistant.create(OWNER)).app_id
        mail = NewEmail(f"From: Dana <dana@example.com>\nSubject: {subject}\n\nLunch?\n\nDana", "say yes")
        view = await assistant.turn(OWNER, app_id, mail)

    assert tracked(tmp_path, app_id)[0] == label
    assert state_of(view).monitor == f"http://127.0.0.1:7241/project/email-assistant/sam/{app_id}"


async def test_a_tracker_that_cannot_write_breaks_no_turn(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "burr").mkdir()
    (tmp_path / "burr" / PROJECT).write_text("a file where the folder should be")

    await converse(tmp_path, "burr")

    assert "Tracking of post_application_create failed" in caplog.text
    assert "Lunch" not in caplog.text

"""Files that are attached in the chat: kept with the conversation, and nowhere else."""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path

import pytest

from tests.integration.chainlit_client import Tab
from tests.integration.processes import ServerProcess

MAIL = b"From: Dana <dana@example.com>\nSubject: Lunch\n\nShall we have lunch, with Brombeermarmelade?"


async def upload(tab: Tab, name: str = "a.eml", content: bytes = MAIL, kind: str = "message/rfc822") -> str:
    answer = await tab.http.post(
        "/project/file", params={"session_id": tab.session_id}, files={"file": (name, content, kind)}
    )
    answer.raise_for_status()
    return str(answer.json()["id"])


def on_disk(server: ServerProcess) -> list[Path]:
    return [path for path in (server.data_dir / "chainlit" / ".files").rglob("*") if path.is_file()]


async def test_what_was_sent_is_no_longer_in_chainlits_folder(tab: Tab, server: ServerProcess) -> None:
    before = set(on_disk(server))
    file_id = await upload(tab)
    (uploaded,) = set(on_disk(server)) - before
    assert uploaded.stat().st_mode & 0o077 == 0

    message = {"message": tab.page.typed("Instructions: yes"), "fileReferences": [{"id": file_id}]}
    await tab._emit("client_message", message)
    await tab.page.until(lambda page: page.cards("EmailCard") or page.cards("DraftCard"))

    assert set(on_disk(server)) == before
    answer = await tab.http.get(f"/project/file/{file_id}", params={"session_id": tab.session_id})
    assert answer.status_code == 404


async def test_a_file_is_handed_out_as_a_file_and_never_as_a_page(tab: Tab) -> None:
    page = b"<script>alert(1)</script>"
    file_id = await upload(tab, "a.eml", page)

    answer = await tab.http.get(
        f"/project/file/{file_id}", params={"session_id": tab.session_id}, headers={"Accept": "text/html"}
    )

    assert answer.content == page
    assert answer.headers["content-disposition"] == "attachment"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.html", "application/xhtml+xml"),
        ("a.svg", "image/svg+xml"),
        ("a.eml.html", "message/rfc822"),
        ("a.exe", "application/octet-stream"),
    ],
)
async def test_only_mail_is_taken(tab: Tab, name: str, kind: str) -> None:
    answer = await tab.http.post(
        "/project/file", params={"session_id": tab.session_id}, files={"file": (name, b"x", kind)}
    )
    assert answer.status_code == 400
    assert answer.json()["detail"]


async def test_an_empty_file_gets_a_sentence(tab: Tab) -> None:
    answer = await tab.http.post(
        "/project/file",
        params={"session_id": tab.session_id},
        files={"file": ("a.eml", b"", "message/rfc822")},
    )
    assert answer.status_code == 400
    assert "empty" in answer.json()["detail"]


async def test_a_file_that_is_too_large_gets_a_sentence(tab: Tab) -> None:
    content = b"x" * 27_000_000
    answer = await tab.http.post(
        "/project/file",
        params={"session_id": tab.session_id},
        files={"file": ("a.eml", content, "message/rfc822")},
    )
    assert answer.status_code == 413
    assert "Save the email without its attachments" in answer.json()["detail"]


async def test_more_files_than_anybody_sends_at_once_get_a_sentence(tab: Tab) -> None:
    for _ in range(20):
        await upload(tab)
    answer = await tab.http.post(
        "/project/file",
        params={"session_id": tab.session_id},
        files={"file": ("a.eml", MAIL, "message/rfc822")},
    )
    assert answer.status_code == 429
    assert "Send the message" in answer.json()["detail"]


def test_what_a_killed_server_left_goes_at_the_next_start(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data")
    server.start()
    server.stop()
    files = tmp_path / "data" / "chainlit" / ".files"
    old, new = files / str(uuid.uuid4()), files / str(uuid.uuid4())
    for folder in (old, new):
        folder.mkdir(parents=True)
        (folder / "a.eml").write_bytes(MAIL)
    long_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (long_ago, long_ago))

    server.start()
    server.stop()

    assert not old.exists()
    assert new.exists()

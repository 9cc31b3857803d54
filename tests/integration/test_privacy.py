"""A whole run, with failures, as loud as can be: nothing private in a log, nothing that others can read."""

from __future__ import annotations

import logging
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.chainlit_client import Tab
from tests.integration.processes import COMMAND, ModelProcess, ServerProcess

# Each word stands at one place only, so that a leak names where it came from.
WORDS = {
    "sender": "ursel.quill@example.com",
    "subject": "Zeppelinflug",
    "mail": "Brombeermarmelade",
    "instructions": "Tannenzapfen",
    "answer": "Gartenschlauch",
    "draft": "Wolkenkratzer",
    "second draft": "Regenschirm",
    "feedback": "Schmetterling",
    "edit": "Kaffeekanne",
    "key": "sk-secret-key",
    "file": "Pusteblume",
}
MAIL = f"From: Ursel <{WORDS['sender']}>\nSubject: {WORDS['subject']}\n\nWould you like {WORDS['mail']}?"

LOUD = """
import logging, sys
logging.basicConfig(level=1, stream=sys.stderr)
logging.getLogger().setLevel(1)
from email_assistant.cli import main
main()
"""
"""The command with every logger at its loudest."""


@pytest.fixture
def loud(shared_model: ModelProcess, tmp_path: Path) -> Iterator[ServerProcess]:
    command = [COMMAND[0], "-c", LOUD, "serve", "--port", "0"]
    server = ServerProcess(tmp_path / "data", model_url=shared_model.url, command=command)
    server.environment |= {"CHAINLIT_DEBUG": "true", "PYTHONASYNCIODEBUG": "1", "OPENAI_LOG": "debug"}
    server.start()
    yield server
    server.stop()


@pytest.fixture
def usual(shared_model: ModelProcess, tmp_path: Path) -> Iterator[ServerProcess]:
    server = ServerProcess(tmp_path / "data", model_url=shared_model.url)
    server.start()
    yield server
    server.stop()


async def _converse(server: ServerProcess, model: ModelProcess) -> str:
    """Return a conversation through both doors, in which much goes wrong."""
    ids = []
    async with Tab(server.url) as tab:
        model.will(
            {"questions": ["When?"]},
            {"status": 500},
            {"text": f"Dear Ursel, {WORDS['draft']}."},
            {"text": f"Dear Ursel, {WORDS['second draft']}."},
            {"status": 401},
        )
        await tab.say(f"Instructions: say {WORDS['instructions']}\n\n{MAIL}")
        await tab.say(WORDS["answer"])
        await tab.say("retry")
        await tab.say(f"mention {WORDS['feedback']}")
        await tab.say(f"Edit:\n{WORDS['edit']}")
        await tab.say(f"{WORDS['feedback']} again")
        await tab.act("say", {"text": WORDS["feedback"], "seen": 0})
        ids.append(tab.conversation)
        await tab.http.put("/project/thread", json={"threadId": tab.conversation, "name": WORDS["subject"]})
        await tab.sidebar(search=WORDS["subject"])
        await tab.http.post("/project/action", content=f'{{"sessionId": "{WORDS["feedback"]}')
        await tab.http.put(f"/api/v1/process_feedback/{uuid.uuid4()}", json={"feedback": WORDS["feedback"]})
        await tab.http.put(
            f"/api/v1/process_feedback/{tab.conversation}", json={"feedbak": WORDS["feedback"]}
        )
        created = (await tab.http.post("/api/v1/create")).json()["app_id"]
        upload = f"From: x@example.com\nSubject: Hi\n\n{WORDS['file']}".encode()
        model.will({"status": 429}, {"cut": True})
        await tab.http.put(
            f"/api/v1/upload_email/{created}",
            files={"files": (f"{WORDS['file']}.eml", upload, "message/rfc822")},
            data={"response_instructions": WORDS["instructions"]},
        )
        await tab.http.post(f"/api/v1/retry/{created}")
        await tab.http.get(f"/api/v1/{created}/state", headers={"Authorization": f"Bearer {WORDS['key']}"})
    return str(ids[0])


async def test_no_log_has_mail_text_addresses_or_keys(loud: ServerProcess, model: ModelProcess) -> None:
    assert logging.getLevelName(1) == "Level 1"
    app_id = await _converse(loud, model)
    loud.stop()

    written = loud.output()
    assert "DEBUG" in written  # it was loud
    assert app_id  # and it happened
    assert [name for name, word in WORDS.items() if word in written] == []
    for path in loud.data_dir.rglob("*.log"):
        assert [name for name, word in WORDS.items() if word in path.read_text(errors="replace")] == []


async def test_nobody_else_can_read_the_data(usual: ServerProcess, model: ModelProcess) -> None:
    await _converse(usual, model)

    found = {
        path: stat.S_IMODE(path.lstat().st_mode) for path in [usual.data_dir, *usual.data_dir.rglob("*")]
    }
    home = usual.data_dir / "home"
    open_to_others = [
        str(path.relative_to(usual.data_dir))
        for path, mode in found.items()
        if mode & 0o077 and home not in (path, *path.parents)
    ]
    assert open_to_others == []
    assert stat.S_IMODE(usual.data_dir.stat().st_mode) == 0o700


async def test_no_byte_of_a_deleted_conversation_stays_on_the_disk(
    usual: ServerProcess, model: ModelProcess
) -> None:
    app_id = await _converse(usual, model)
    async with Tab(usual.url) as tab:
        listed = (await tab.http.get("/api/v1/conversations")).json()
        assert WORDS["subject"] in str(listed)
        for conversation in listed["conversations"]:
            answer = await tab.http.delete(f"/api/v1/delete/{conversation['app_id']}")
            assert answer.status_code < 300

    for path in usual.data_dir.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert [name for name, word in WORDS.items() if word.encode() in content] == [], path
            assert app_id.encode() not in content, path

"""The metrics for Prometheus are at an address of their own, and say what the turns led to."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import httpx
import pytest

from email_assistant.errors import SettingsError
from email_assistant.telemetry.prometheus import metrics_at
from tests.integration.processes import ModelProcess, running_server

EMAIL = {"email_to_respond": "Lunch on Tuesday?\n\nDana", "response_instructions": "Say yes."}


def test_what_turns_led_to_is_read_at_a_port_of_its_own(shared_model: ModelProcess, tmp_path: Path) -> None:
    shared_model.reset()
    with running_server(
        tmp_path / "data", model_url=shared_model.url, EMAIL_ASSISTANT_METRICS_PORT="0"
    ) as server:
        with httpx.Client(base_url=f"{server.url}/api/v1", timeout=60) as calls:
            app_id = calls.post("/create").json()["app_id"]
            calls.put(f"/initialize_draft/{app_id}", json=EMAIL).raise_for_status()
            calls.put(f"/process_feedback/{app_id}", json={"feedback": ""}).raise_for_status()
        events = [json.loads(line)["event"] for line in server.output().splitlines() if line.startswith("{")]
        [address] = [event.removeprefix("Metrics are at ") for event in events if "Metrics" in event]

        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/metrics", address)
        metrics = httpx.get(address).text
        public = httpx.get(f"{server.url}/metrics").text

    for expected in (
        r'email_assistant_turns_total\{.*command="NewEmail".*outcome="draft".*\} 1\.0',
        r'email_assistant_turns_total\{.*outcome="accepted".*\} 1\.0',
        r"email_assistant_clarifications_total\{",
        r'gen_ai_client_token_usage_count\{.*gen_ai_token_type="output".*\}',
        r"email_assistant_conversation_drafts_count\{",
    ):
        assert re.search(expected, metrics), metrics
    assert "Lunch" not in metrics
    assert app_id not in metrics
    assert "email_assistant_turns" not in public


def test_a_port_that_is_taken_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match="EMAIL_ASSISTANT_METRICS_PORT"), metrics_at(port):
            pass

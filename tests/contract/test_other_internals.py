"""What this product reaches into of other libraries than Chainlit where no public API gives it.

A version that changes something of it fails here, with a message that names the file that needs it.
"""

from __future__ import annotations

import codecs
import inspect
import re
import sqlite3
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import openai
import pytest
import uvicorn
from burr.core import State
from burr.core.action import AsyncStreamingResultContainer
from burr.lifecycle.internal import REGISTERED_ASYNC_HOOKS, REGISTERED_SYNC_HOOKS
from burr.tracking import LocalTrackingClient
from sqlalchemy import create_engine
from starlette.routing import Mount

from email_assistant.telemetry.burr_tracking import Tracker
from tests.contract.shapes import shape_of

SHAPES = {
    "burr.core.action:Action.optional_and_required_inputs": ("property", "store/states.py"),
    "burr.core.action:AsyncStreamingResultContainer": (
        "(streaming_result_generator, initial_state, process_result, callback)", "service/machine.py",
    ),
    "burr.core.action:AsyncStreamingResultContainer.__aiter__": ("(self)", "service/machine.py"),
    "burr.core.application:Application.astream_result": (
        "(self, halt_after, halt_before=, inputs=)", "service/machine.py",
    ),
    "burr.core.application:logger": ("Logger", "service/machine.py"),
    "burr.core.graph:Graph.get_next_node": ("(self, prior_step, state, entrypoint)", "service/machine.py"),
    "burr.core.application:ApplicationBuilder.with_entrypoint": ("(self, action)", "service/machine.py"),
    "burr.core.application:ApplicationBuilder.with_identifiers": (
        "(self, app_id=, partition_key=, sequence_id=)", "service/machine.py",
    ),
    "burr.core.persistence:AsyncBaseStateSaver.save": (
        "(self, partition_key, app_id, sequence_id, position, state, status, **kwargs)", "store/states.py",
    ),
    "burr.lifecycle:PostRunStepHookAsync.post_run_step": (
        "(self, *, app_id, partition_key, sequence_id, state, action, result, exception, **future_kwargs)",
        "store/states.py",
    ),
    "burr.lifecycle:PreRunStepHookAsync.pre_run_step": (
        "(self, *, app_id, partition_key, sequence_id, state, action, inputs, **future_kwargs)",
        "service/turns.py",
    ),
    "burr.tracking:LocalTrackingClient": (
        "(project, storage_dir=, serde_kwargs=)",
        "telemetry/burr_tracking.py",
    ),
    "olefile:OleFileIO._open": ("(self, start, size=, force_FAT=)", "mail/msg.py"),
    "openai:AsyncOpenAI.get": (
        "(self, path, *, cast_to, options=, stream=, stream_cls=)", "writing/completions.py",
    ),
    "openai:AsyncOpenAI.post": (
        "(self, path, *, cast_to, body=, content=, files=, options=, stream=, stream_cls=)",
        "writing/completions.py",
    ),
    "openai:AsyncOpenAI._should_retry": ("(self, response)", "writing/completions.py"),
    "openai:AsyncStream": ("(*, cast_to, response, client, options=)", "writing/completions.py"),
    "oxmsg.domain.encodings:encoding_from_codepage": ("(codepage)", "mail/msg.py"),
    "oxmsg.domain.model:UnrecognizedCodePageError": ("exception", "mail/msg.py"),
    "oxmsg.domain.model:UnsupportedEncodingError": ("exception", "mail/msg.py"),
    "oxmsg.storage:Storage": ("(path, streams, storages)", "mail/msg.py"),
    "oxmsg.storage:Stream": ("(path, bytes_)", "mail/msg.py"),
    "sqlalchemy.pool:ConnectionPoolEntry.invalidate": ("(self, e=, soft=)", "store/sqlite.py"),
    "starlette.requests:cookie_parser": ("(cookie_string)", "guard/sessions.py"),
    "uvicorn:Server.run": ("(self, sockets=)", "server.py"),
    "uvicorn:Server.shutdown": ("(self, sockets=)", "server.py"),
    "uvicorn:Server.startup": ("(self, sockets=)", "server.py"),
}  # fmt: skip
"""Each with its shape, as in the tests of Chainlit, and with the file that needs it."""


@pytest.mark.parametrize("name", SHAPES)
def test_the_library_has_what_we_reach_into(name: str) -> None:
    expected, file = SHAPES[name]
    found = shape_of(name)
    assert found == expected, f"{name} is {found} and was {expected}; needed by {file}"


async def test_a_stream_of_burr_can_be_closed_by_hand() -> None:
    async def items() -> AsyncGenerator[Any, None]:
        yield {"delta": "Hi"}, None

    given = items()
    unused: Any = None
    container = AsyncStreamingResultContainer(given, State(), unused, unused)
    assert container.streaming_result_generator is given, "needed by service/machine.py"
    assert inspect.isasyncgen(aiter(container)), "needed by service/machine.py"
    await given.aclose()


def test_every_hook_of_burrs_tracking_is_kept_from_breaking_a_turn(tmp_path: Path) -> None:
    hooks = {
        hook for hook in REGISTERED_SYNC_HOOKS | REGISTERED_ASYNC_HOOKS if hasattr(LocalTrackingClient, hook)
    }
    assert {"post_application_create", "post_run_step"} < hooks <= REGISTERED_SYNC_HOOKS, (
        "needed by telemetry/burr_tracking.py"
    )
    tracker = Tracker(project="any", storage_dir=str(tmp_path))
    for hook in hooks:
        getattr(tracker, hook)(nothing="that it takes")


def test_uvicorn_says_whether_it_has_started_and_where_it_listens() -> None:
    assert uvicorn.Server(uvicorn.Config("app")).started is False, "needed by server.py"
    assert "self.servers = " in inspect.getsource(uvicorn.Server.startup), "needed by server.py"


def test_openai_obeys_a_header_field_that_forbids_to_ask_again() -> None:
    source = inspect.getsource(openai.AsyncOpenAI._should_retry)
    assert 'response.headers.get("x-should-retry")' in source, "needed by writing/completions.py"
    assert "self.response = " in inspect.getsource(openai.AsyncStream.__init__), (
        "needed by writing/completions.py"
    )


def test_a_mount_of_starlette_matches_by_a_pattern_of_its_own() -> None:
    assert isinstance(Mount("/api", routes=[]).path_regex, re.Pattern), "needed by api/app.py"


def test_sqlalchemy_gives_the_connection_of_pythons_sqlite() -> None:
    with create_engine("sqlite+pysqlite://").connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection), "needed by store/sqlite.py"
        driver.close()


@pytest.mark.parametrize(("codec", "is_text"), [("latin-1", True), ("base64", False)])
def test_python_tells_charsets_from_other_codecs(codec: str, is_text: bool) -> None:
    found: Any = codecs.lookup(codec)
    assert found._is_text_encoding is is_text, "needed by mail/charsets.py"

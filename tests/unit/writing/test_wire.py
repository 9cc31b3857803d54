"""The stream of a completion, whatever bytes a server sends."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from email_assistant.writing.model import Usage
from email_assistant.writing.wire import Delta, read_deltas

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "delta", "content", "usage", "error", "prompt_tokens", "text"]), inner
        )
    ),
    max_leaves=8,
)


async def deltas(*pieces: bytes) -> list[Delta]:
    async def arriving() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    return [delta async for delta in read_deltas(arriving())]


def event(**fields: object) -> bytes:
    return f"data: {json.dumps(fields)}\n\n".encode()


def chunk(**delta: object) -> bytes:
    return event(choices=[{"index": 0, "delta": delta}])


async def test_events_are_found_however_the_bytes_arrive() -> None:
    wire = b": hello\r\n\r\n" + chunk(content="on\u2028e") + b"event: x\nid: 1\n" + chunk(content=" two")
    whole = await deltas(wire)
    assert [delta.text for delta in whole if delta.is_progress] == ["on\u2028e", " two"]
    assert await deltas(*(bytes([byte]) for byte in wire)) == whole


async def test_nothing_is_read_behind_the_end() -> None:
    assert await deltas(b"data: [DONE]\n\n", b"data: nonsense\n\n") == [Delta(done=True)]


async def test_thoughts_and_counts_are_told_from_text() -> None:
    parts = [{"type": "thinking", "thinking": [{"type": "text"}]}, {"type": "text", "text": "Hello"}]
    usage = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
    found = await deltas(
        chunk(reasoning="hm"),
        chunk(content=parts),
        event(choices=[], usage=usage),
        event(choices=[], usage={"total_tokens": 7}),
    )
    assert found == [Delta(thought="hm"), Delta(text="Hello", thought=" "), Delta(usage=Usage(3, 4)), Delta()]
    assert [delta.is_progress for delta in found] == [True, True, True, False]


@pytest.mark.parametrize(
    "data", [b"{", b"[]", b"1", b'{"choices": [1]}', b"[" * 200_000, b"\xff", b'{"usage": 1}']
)
async def test_what_is_no_completion_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - what is wrong with it is of no matter
        await deltas(b"data: " + data + b"\n\n")


@given(st.lists(JSON, max_size=3))
async def test_no_json_leads_to_any_other_error(events: list[object]) -> None:
    try:
        found = await deltas(*(f"data: {json.dumps(each)}\n\n".encode() for each in events))
    except ValueError:
        return
    assert all(
        isinstance(text, str) for delta in found for text in (delta.text, delta.thought, delta.refusal)
    )

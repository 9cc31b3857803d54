"""The stream of a completion, whatever bytes a server sends."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from email_assistant.writing.model import Usage
from email_assistant.writing.wire import Delta, OtherProtocol, WebPage, read_deltas

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


@pytest.mark.parametrize(
    "around",
    [
        b"data: [done]\n\n",
        b'DATA: "[DONE]"\n\n',
        b"\xef\xbb\xbf  data: data: [DONE]\n\n",
        b"event: ping\ndata: 10:15\n\ndata: heartbeat\n\ndata: null\n\ndata: []\n\ndata: [DONE]\n\n",
        b'data: {"type": "status", "message": "Working"}\n\ndata: [DONE]\n\n',
        b'data: {"code": 0, "msg": "success"}\n\ndata: [DONE]\n\n',
        b'data: {"error": {"code": 0, "message": ""}, "choices": [], "usage": "none"}\n\ndata: [DONE]\n\n',
    ],
)
async def test_what_a_server_adds_to_a_stream_changes_no_word(around: bytes) -> None:
    found = await deltas(chunk(content="Hello"), around)
    assert [delta for delta in found if delta.is_progress] == [Delta(text="Hello"), Delta(done=True)]


@pytest.mark.parametrize(
    "answer",
    [
        b'[{"choices": [{"delta": {"content": "Hel"}}]}, {"choices": [{"delta": {"content": "lo"}}]}]',
        b'data: "{\\"choices\\": [{\\"delta\\": {\\"content\\": \\"Hello\\"}}]}"\n\n',
        b'data: {"choices": [{"index": "0", "delta": "Hello"}]}\n\n',
        b'data: {"choices": [{"delta": {"text": "Hello", "content": false}}]}\n\n',
        b': hi\n{"choices": [{"content": "Hello"}]}\n',
        event(
            choices=[
                {
                    "delta": {
                        "content": [
                            {"type": "reasoning_text", "text": "hm"},
                            {"text": "hm", "thought": True},
                            {"type": "output_text", "text": {"value": "Hello"}},
                        ]
                    }
                }
            ]
        ),
    ],
)
async def test_a_text_is_found_wherever_servers_put_it(answer: bytes) -> None:
    assert "".join(delta.text for delta in await deltas(b"\n\n", answer)) == "Hello"


@pytest.mark.parametrize(
    "failure",
    [
        b"event: error\ndata: Internal Server Error\n\n",
        b"data: Error: out of memory\n\n",
        b'{"error": {"code": 500}}\n',
        b'data: {"choices": [{"delta": {}, "error": {"code": 502}}]}\n\n',
        b'data: {"base_resp": {"status_code": 1008}}\n\n',
        b'data: {"error_code": 17}\n\n',
    ],
)
async def test_an_error_in_a_stream_is_one_whatever_its_form(failure: bytes) -> None:
    assert any(delta.error for delta in await deltas(chunk(content="Hello"), failure))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"Ollama is running", WebPage),
        (b'event: message_start\ndata: {"type": "message_start", "message": {}}\n\n', OtherProtocol),
    ],
)
async def test_what_speaks_no_chat_is_told_from_a_bad_answer(answer: bytes, error: type[ValueError]) -> None:
    with pytest.raises(error):
        await deltas(answer)


@given(st.lists(JSON, max_size=3))
async def test_no_json_leads_to_any_other_error(events: list[object]) -> None:
    try:
        found = await deltas(*(f"data: {json.dumps(each)}\n\n".encode() for each in events))
    except ValueError:
        return
    assert all(
        isinstance(text, str) for delta in found for text in (delta.text, delta.thought, delta.refusal)
    )

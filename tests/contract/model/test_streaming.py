"""How a draft comes from a model's server: its words, its silences, its end."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from email_assistant.errors import (
    ModelCutOff,
    ModelInvalidAnswer,
    ModelTimeout,
)
from email_assistant.writing import Clarifications, Restart, Usage
from email_assistant.writing.body import joined
from tests.contract.model.writers import BRIEF, OpenWriter, written
from tests.fakes.openai_server import FakeOpenAI, Reply


async def test_chunks_without_words_are_no_sign(openai_server: FakeOpenAI, open_writer: OpenWriter) -> None:
    empty = (
        'data: {"choices": [{"index": 0, "delta": {"content": null}, "finish_reason": null}]}\n\n: wait\n\n'
    )
    openai_server.will(Reply(raw=empty * 3, stall=True), Reply(raw=empty * 3))
    with pytest.raises(ModelTimeout):
        await written(open_writer(timeout=0.2))
    openai_server.release()
    with pytest.raises(ModelInvalidAnswer):
        await written(open_writer())


async def test_a_slow_reader_is_not_taken_for_a_slow_model(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(text="one two three", stall=True, after=1))
    stream = open_writer(timeout=1).stream(BRIEF)
    assert await anext(stream) == "one"
    await asyncio.sleep(1.2)  # the time itself is what is tested
    openai_server.release()
    assert [piece async for piece in stream if isinstance(piece, str)] == [" two", " three"]


async def test_a_model_that_goes_round_in_circles_is_stopped_and_said_once(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    round_ = "Please let me know whether the yard is open before the others arrive. "
    openai_server.will(Reply(text="Noon suits me. " + round_ * 1_000, rate=500))
    pieces = [piece async for piece in open_writer().stream(BRIEF)]
    body = "".join(map(str, pieces[max(at for at, piece in enumerate(pieces) if piece == Restart()) + 1 :]))
    assert body == f"Noon suits me. {round_}".strip()
    exchange = await openai_server.exchange()
    await asyncio.wait_for(exchange.ended.wait(), 1)
    assert exchange.sent < 200
    assert exchange.outcome == "client closed"


async def test_closing_the_generator_closes_the_models_stream(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(endless=True, rate=100))
    stream = open_writer().stream(BRIEF)
    await anext(stream)
    await stream.aclose()
    exchange = await openai_server.exchange()
    await asyncio.wait_for(exchange.ended.wait(), 1)
    assert exchange.outcome == "client closed"


@pytest.mark.parametrize("reply", [Reply(stall=True), Reply(endless=True, rate=100)])
async def test_a_cancelled_call_closes_the_models_stream(
    openai_server: FakeOpenAI, open_writer: OpenWriter, reply: Reply
) -> None:
    openai_server.will(replace(reply))
    call = asyncio.create_task(open_writer().parse(BRIEF, Clarifications))
    exchange = await openai_server.exchange()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.wait_for(exchange.ended.wait(), 1)
    assert exchange.outcome == "client closed"


async def test_a_start_that_fails_is_tried_again(openai_server: FakeOpenAI, open_writer: OpenWriter) -> None:
    openai_server.will(Reply(status=500, headers={"Retry-After-Ms": "1"}), Reply(text="Hello"))
    assert await written(open_writer(max_retries=1)) == "Hello"
    assert len(openai_server.exchanges) == 2


async def test_a_draft_that_has_begun_is_never_begun_again(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(cut=True, after=2))
    with pytest.raises(ModelCutOff):
        await written(open_writer(max_retries=2))
    assert len(openai_server.exchanges) == 1


async def test_tokens_are_counted_where_the_server_counts_them(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(text="one two three"), Reply(text="one", usage=False))
    writer = open_writer()
    *_, last = [piece async for piece in writer.stream(BRIEF)]
    assert isinstance(last, Usage)
    assert last.output_tokens == 3
    assert [piece async for piece in writer.stream(BRIEF)] == ["one"]


async def test_an_answer_that_is_complete_is_not_waited_for(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    chunk = 'data: {"choices": [{"delta": {"content": "Hello"}, "finish_reason": "stop"}]}\n\n'
    openai_server.will(Reply(raw=chunk, stays=True))
    assert await asyncio.wait_for(written(open_writer(timeout=30)), 5) == "Hello"


async def test_a_server_that_says_it_is_there_is_waited_for(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(text="Hello", comments=5))
    assert await written(open_writer(timeout=0.5)) == "Hello"


async def test_thoughts_in_the_text_are_taken_back(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(text="Ana wants lunch.\n</think>\n\nHi Ana, yes."))
    items = [item async for item in open_writer().stream(BRIEF)]
    assert Restart() in items
    assert joined(items) == "Hi Ana, yes."


async def test_empty_deltas_and_thoughts_are_no_words(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(text="one two", null_content=True, think="Let me see."))
    assert [p async for p in open_writer().stream(BRIEF) if isinstance(p, str)] == ["one", " two"]


async def test_line_breaks_of_unicode_inside_a_chunk_are_text(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(text="one\u2028two\x85three"))
    assert await written(open_writer()) == "one\u2028two\x85three"


async def test_many_drafts_are_written_at_once(openai_server: FakeOpenAI, open_writer: OpenWriter) -> None:
    openai_server.will(Reply(text="one two three", times=None, stall=True, after=1))
    writer = open_writer()
    drafts = [asyncio.create_task(written(writer)) for _ in range(50)]
    await (await openai_server.exchange(49)).first_token.wait()
    openai_server.release()
    assert await asyncio.gather(*drafts) == ["one two three"] * 50

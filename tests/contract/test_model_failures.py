"""Every way in which a model's server can fail, over a real socket: the error, and what the person reads."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from email_assistant.errors import (
    ModelBusy,
    ModelCutOff,
    ModelError,
    ModelInputTooLong,
    ModelNonsense,
    ModelNotFound,
    ModelOutOfService,
    ModelRefused,
    ModelRejectedKey,
    ModelTimeout,
    ModelUnreachable,
)
from email_assistant.mail import IncomingEmail, Mailbox
from email_assistant.writing import Brief, Clarifications, Usage
from email_assistant.writing.openai_writer import OpenAIWriter
from email_assistant.writing.prompts import load_prompts
from tests.fakes.openai_server import FakeOpenAI, Reply

KEY = "sk-very-secret"
BRIEF = Brief(
    IncomingEmail(
        subject="Lunch", sender=Mailbox(name="Ana", address="ana@example.com"), text="Shall we have lunch?"
    ),
    "say yes",
)
PRIVATE = (KEY, "lunch", "ana@", "say yes", "told to fail", "verbatim")

OpenWriter = Callable[..., OpenAIWriter]


@pytest.fixture
async def open_writer(openai_server: FakeOpenAI) -> AsyncIterator[OpenWriter]:
    writers = []

    def open_one(base_url: str = "", timeout: float = 5, max_retries: int = 0) -> OpenAIWriter:
        writer = OpenAIWriter(
            model="fake",
            prompts=load_prompts(),
            api_key=KEY,
            base_url=base_url or openai_server.url,
            timeout=timeout,
            max_retries=max_retries,
        )
        writers.append(writer)
        return writer

    yield open_one
    for writer in writers:
        await writer.aclose()


async def written(writer: OpenAIWriter, brief: Brief = BRIEF) -> str:
    return "".join([piece async for piece in writer.stream(brief) if isinstance(piece, str)])


def assert_says_what_to_do(failure: ModelError) -> None:
    sentence = str(failure)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert any(word in sentence for word in ("ry again", "start again", "Start again", "use another model"))
    assert not any(text in sentence.lower() for text in PRIVATE)


FAILURES = [
    (Reply(status=401), ModelRejectedKey, "OPENAI_API_KEY"),
    (Reply(status=403), ModelRejectedKey, "OPENAI_API_KEY"),
    (Reply(status=404), ModelNotFound, "EMAIL_ASSISTANT_MODEL"),
    (Reply(status=400, error={"code": "model_not_found"}), ModelNotFound, "EMAIL_ASSISTANT_MODEL"),
    (Reply(status=408), ModelTimeout, "no sign"),
    (Reply(status=413), ModelInputTooLong, "shorter"),
    (Reply(status=429), ModelBusy, "in a moment"),
    (Reply(status=429, headers={"Retry-After": "21"}), ModelBusy, "in 21 seconds"),
    (Reply(status=429, headers={"Retry-After": "Wed, 01 Jan 2020 00:00:00 GMT"}), ModelBusy, "moment"),
    (Reply(status=429, error={"code": "insufficient_quota"}), ModelBusy, "credit"),
    (Reply(status=402), ModelBusy, "busy"),
    (Reply(status=400), ModelError, "status 400"),
    (Reply(status=400, raw="verbatim"), ModelError, "status 400"),
    (Reply(status=400, error={"code": "context_length_exceeded"}), ModelInputTooLong, "shorter"),
    (
        Reply(status=500, error={"message": "the request exceeds the available context"}),
        ModelInputTooLong,
        "",
    ),
    (Reply(status=400, error={"code": "content_filter"}), ModelRefused, "declined"),
    (Reply(status=500), ModelOutOfService, "status 500"),
    (Reply(status=503, raw="<html>verbatim</html>"), ModelOutOfService, "status 503"),
    (Reply(cut=True), ModelUnreachable, "cannot be reached"),
    (Reply(cut=True, after=0), ModelCutOff, "broke off"),
    (Reply(cut=True, after=2), ModelCutOff, "broke off"),
    (Reply(finish=None), ModelCutOff, "broke off"),
    (Reply(finish="length"), ModelCutOff, "without coming to an end"),
    (Reply(endless=True), ModelCutOff, "without coming to an end"),
    (Reply(text="", think="hmm " * 60_000), ModelCutOff, "without coming to an end"),
    (Reply(text="", refusal="I won't, verbatim."), ModelRefused, "declined"),
    (Reply(finish="content_filter", after=2), ModelRefused, "declined"),
    (Reply(stream_error={"message": "verbatim"}, after=2), ModelOutOfService, "failed"),
    (Reply(stream_error={"code": "context_length_exceeded"}, after=0), ModelInputTooLong, "shorter"),
    (Reply(text=""), ModelNonsense, "empty"),
    (Reply(text=" \n "), ModelNonsense, "empty"),
    (Reply(text="<think>verbatim"), ModelNonsense, "empty"),
    (Reply(raw="<html>verbatim</html>"), ModelNonsense, "could not be understood"),
    (Reply(raw="data: verbatim\n\n"), ModelNonsense, "could not be understood"),
    (Reply(raw="data: [1]\n\n"), ModelNonsense, "could not be understood"),
    (Reply(raw='data: {"choices": "verbatim"}\n\n'), ModelNonsense, "could not be understood"),
    (Reply(raw="data: " + "x" * 2_000_000), ModelNonsense, "could not be understood"),
]


@pytest.mark.parametrize(("reply", "error", "phrase"), FAILURES)
async def test_a_failure_is_told_in_words(
    openai_server: FakeOpenAI, open_writer: OpenWriter, reply: Reply, error: type[ModelError], phrase: str
) -> None:
    openai_server.will(replace(reply, times=None))
    writer = open_writer()
    for call in (written(writer), writer.parse(BRIEF, Clarifications)):
        with pytest.raises(error) as failure:
            await call
        assert error is ModelError or type(failure.value) is error
        assert phrase in str(failure.value)
        assert_says_what_to_do(failure.value)


@pytest.mark.parametrize(
    "base_url",
    [
        "http://127.0.0.1:1/v1",  # refused
        "http://nowhere.invalid/v1",  # RFC 6761: never resolves
        "https://127.0.0.1:{port}/v1",  # no TLS there
    ],
)
async def test_a_server_that_is_not_there_is_unreachable(
    openai_server: FakeOpenAI, open_writer: OpenWriter, base_url: str
) -> None:
    writer = open_writer(base_url.format(port=openai_server.port))
    with pytest.raises(ModelUnreachable) as failure:
        await written(writer)
    assert_says_what_to_do(failure.value)


@pytest.mark.parametrize("after", [None, 0, 3])
async def test_a_model_that_gives_no_sign_is_given_up_and_its_stream_closed(
    openai_server: FakeOpenAI, open_writer: OpenWriter, after: int | None
) -> None:
    openai_server.will(Reply(stall=True, after=after, times=None))
    writer = open_writer(timeout=1)  # shorter, and a busy machine may not even have sent the request
    calls = (written(writer), writer.parse(BRIEF, Clarifications))
    for failure in await asyncio.gather(*calls, return_exceptions=True):
        assert isinstance(failure, ModelTimeout)
        assert "1 seconds" in str(failure)
        assert_says_what_to_do(failure)
    for number in range(len(calls)):
        exchange = await openai_server.exchange(number)
        await exchange.ended.wait()
        assert exchange.outcome == "client closed"


async def test_chunks_without_words_are_no_sign(openai_server: FakeOpenAI, open_writer: OpenWriter) -> None:
    empty = (
        'data: {"choices": [{"index": 0, "delta": {"content": null}, "finish_reason": null}]}\n\n: wait\n\n'
    )
    openai_server.will(Reply(raw=empty * 3, stall=True), Reply(raw=empty * 3))
    with pytest.raises(ModelTimeout):
        await written(open_writer(timeout=0.2))
    openai_server.release()
    with pytest.raises(ModelNonsense):
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


async def test_a_long_retry_after_is_told_and_not_waited_for(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(status=429, headers={"Retry-After": "40"}, times=None))
    with pytest.raises(ModelBusy) as busy:
        await asyncio.wait_for(written(open_writer(max_retries=2)), 2)
    assert busy.value.retry_after == 40
    assert len(openai_server.exchanges) == 1


@pytest.mark.parametrize(
    ("unsupported", "mode"),
    [
        ({"json_schema"}, {"type": "json_object"}),
        ({"json_schema", "json_object"}, None),
        ({"response_format"}, None),
    ],
)
async def test_a_server_without_structured_output_is_asked_in_words_from_then_on(
    openai_server: FakeOpenAI, open_writer: OpenWriter, unsupported: set[str], mode: dict[str, str] | None
) -> None:
    openai_server.unsupported = unsupported
    openai_server.will(Reply(questions=["When?"], times=None))
    writer = open_writer()
    assert (await writer.parse(BRIEF, Clarifications)).questions == ["When?"]
    before = len(openai_server.exchanges)
    assert (await writer.parse(BRIEF, Clarifications)).questions == ["When?"]
    assert len(openai_server.exchanges) == before + 1
    assert openai_server.exchanges[-1].body.get("response_format") == mode


@pytest.mark.parametrize(
    "answer",
    [
        'Of course! Here they are:\n```json\n{"questions": ["When?"]}\n```\nAnything else?',
        '<think>Perhaps {"questions": ["Who?"]}? No.</think>{"questions": ["When?"]}',
        'I would use {braces} here: {"questions": ["When?"]}',
        '{"thoughts": 1} {"questions": ["When?"]}',
    ],
)
async def test_questions_are_found_in_prose(
    openai_server: FakeOpenAI, open_writer: OpenWriter, answer: str
) -> None:
    openai_server.will(Reply(text=answer))
    assert (await open_writer().parse(BRIEF, Clarifications)).questions == ["When?"]


async def test_a_server_that_answers_in_prose_is_asked_in_another_way(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(text="When shall we meet?"), Reply(questions=["When?"], times=None))
    writer = open_writer()
    assert (await writer.parse(BRIEF, Clarifications)).questions == ["When?"]
    await writer.parse(BRIEF, Clarifications)
    asked = [exchange.body["response_format"]["type"] for exchange in openai_server.exchanges]
    assert asked == ["json_schema", "json_object", "json_object"]


@pytest.mark.parametrize(
    "answer", ['{"questions": "When?"}', '{"asked": []}', '{"questions": [1]}', '{"questions": ["Wh', "[]"]
)
async def test_json_out_of_schema_is_nonsense(
    openai_server: FakeOpenAI, open_writer: OpenWriter, answer: str
) -> None:
    openai_server.will(Reply(text=answer, times=None))
    with pytest.raises(ModelNonsense):
        await open_writer().parse(BRIEF, Clarifications)


async def test_a_model_that_asks_too_much_is_shortened(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(questions=["1?", " ", "2?", "3?", "4?"]))
    assert (await open_writer().parse(BRIEF, Clarifications)).questions == ["1?", "2?", "3?"]


async def test_tokens_are_counted_where_the_server_counts_them(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(text="one two three"), Reply(text="one", usage=False))
    writer = open_writer()
    *_, last = [piece async for piece in writer.stream(BRIEF)]
    assert isinstance(last, Usage)
    assert last.output_tokens == 3
    assert [piece async for piece in writer.stream(BRIEF)] == ["one"]


async def test_a_server_that_does_not_know_stream_options_is_asked_without(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.unsupported = {"stream_options"}
    openai_server.will(Reply(text="Hello", times=None))
    writer = open_writer()
    assert [await written(writer), await written(writer)] == ["Hello", "Hello"]
    assert ["stream_options" in exchange.body for exchange in openai_server.exchanges] == [True, False, False]


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


async def test_nothing_is_sent_that_some_models_refuse(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    writer = open_writer()
    await writer.parse(BRIEF, Clarifications)
    await written(writer)
    for exchange in openai_server.exchanges:
        assert set(exchange.body) <= {"model", "messages", "stream", "stream_options", "response_format"}
        assert exchange.headers["authorization"] == f"Bearer {KEY}"
    schema = openai_server.exchanges[0].body["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["additionalProperties"] is False
    assert schema["schema"]["required"] == ["questions"]


async def test_no_log_at_any_level_has_text_or_key(
    openai_server: FakeOpenAI, open_writer: OpenWriter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    openai_server.will(Reply(status=500, error={"message": "verbatim"}), Reply(text="lunch it is"))
    openai_server.will(Reply(status=400, error={"message": "verbatim"}))
    writer = open_writer(max_retries=1)
    await written(writer)
    with pytest.raises(ModelError):
        await written(writer)
    assert caplog.records
    assert not any(text in caplog.text.lower() for text in PRIVATE)


async def test_many_drafts_are_written_at_once(openai_server: FakeOpenAI, open_writer: OpenWriter) -> None:
    openai_server.will(Reply(text="one two three", times=None, stall=True, after=1))
    writer = open_writer()
    drafts = [asyncio.create_task(written(writer)) for _ in range(50)]
    await (await openai_server.exchange(49)).first_token.wait()
    openai_server.release()
    assert await asyncio.gather(*drafts) == ["one two three"] * 50

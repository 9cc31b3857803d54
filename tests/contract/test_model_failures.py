"""Every way in which a model's server can fail, over a real socket: the error, and what the person reads."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from email.utils import formatdate
from time import time
from typing import Any

import pytest

from email_assistant.errors import (
    ModelBusy,
    ModelCutOff,
    ModelError,
    ModelInputTooLong,
    ModelInvalidAnswer,
    ModelNotFound,
    ModelRefused,
    ModelRejectedKey,
    ModelServerError,
    ModelTimeout,
    ModelUnreachable,
)
from email_assistant.mail import IncomingEmail, Mailbox
from email_assistant.writing import Brief, Clarifications, Restart, Usage
from email_assistant.writing.body import joined
from email_assistant.writing.failures import NoCredit, StillLoading
from email_assistant.writing.openai_writer import OpenAIWriter, Tuning
from email_assistant.writing.prompts import load_prompts
from tests.fakes.openai_server import Exchange, FakeOpenAI, Reply

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

    def open_one(base_url: str = "", timeout: float = 5, max_retries: int = 0, **more: Any) -> OpenAIWriter:
        writer = OpenAIWriter(
            model="fake",
            prompts=load_prompts(),
            api_key=KEY,
            base_url=base_url or openai_server.url,
            timeout=timeout,
            max_retries=max_retries,
            **more,
        )
        writers.append(writer)
        return writer

    yield open_one
    for writer in writers:
        await writer.aclose()


async def written(writer: OpenAIWriter, brief: Brief = BRIEF) -> str:
    return joined([piece async for piece in writer.stream(brief)])


def assert_says_what_to_do(failure: ModelError) -> None:
    sentence = str(failure)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert any(word in sentence for word in ("ry again", "start again", "Start again", "se another model"))
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
    (Reply(status=429, headers={"Retry-After": "inf"}), ModelBusy, "in a moment"),
    (Reply(status=429, headers={"Retry-After-Ms": "40000"}), ModelBusy, "in 40 seconds"),
    (Reply(status=429, error={"message": "Limit per day reached"}), ModelBusy, "limit for the day"),
    (
        Reply(status=429, error={"message": "Request too large for model on tokens per minute"}),
        ModelInputTooLong,
        "account",
    ),
    (Reply(status=429, error={"code": "insufficient_quota"}), NoCredit, "credit"),
    (Reply(status=402), NoCredit, "credit"),
    (Reply(status=400, error={"message": "Insufficient Balance"}), NoCredit, "credit"),
    (
        Reply(status=400, raw='[{"error": {"message": "API key not valid."}}]'),
        ModelRejectedKey,
        "OPENAI_API_KEY",
    ),
    (Reply(status=400, raw='{"detail": "Model not found"}'), ModelNotFound, "EMAIL_ASSISTANT_MODEL"),
    (
        Reply(status=400, raw='{"error": "the model is loaded with context length of only 4096"}'),
        ModelInputTooLong,
        "shorter",
    ),
    (
        Reply(status=400, raw='{"object": "error", "message": "inputs must have less than 9 tokens"}'),
        ModelInputTooLong,
        "",
    ),
    (
        Reply(status=403, error={"message": "no access to model", "code": "model_not_found"}),
        ModelNotFound,
        "EMAIL_ASSISTANT_MODEL",
    ),
    (Reply(status=403, error={"code": "unsupported_country_region_territory"}), ModelRefused, "country"),
    (Reply(status=403, error={"message": "your input was flagged"}), ModelRefused, "declined"),
    (Reply(status=403, raw="<html>verbatim</html>"), ModelRejectedKey, "in front of"),
    (Reply(status=404, raw="404 page not found"), ModelUnreachable, "OPENAI_BASE_URL"),
    (Reply(status=404, raw='{"detail": "Not Found"}'), ModelUnreachable, "OPENAI_BASE_URL"),
    (Reply(status=404, error={"message": "only supported in v1/responses"}), ModelNotFound, "another model"),
    (Reply(status=405, raw="verbatim"), ModelUnreachable, "OPENAI_BASE_URL"),
    (
        Reply(status=500, error={"message": "model requires more system memory (7.5 GiB)"}),
        ModelServerError,
        "memory",
    ),
    (Reply(status=302, raw="", headers={"Location": "/login"}), ModelUnreachable, "has moved"),
    (
        Reply(status=200, raw='{"error": "Unexpected endpoint or method."}'),
        ModelUnreachable,
        "OPENAI_BASE_URL",
    ),
    (Reply(status=200, raw='{"error": {"message": "verbatim", "code": 429}}'), ModelBusy, "busy"),
    (
        Reply(status=200, raw='data: {"object": "error", "message": "maximum context length is 9"}\n\n'),
        ModelInputTooLong,
        "",
    ),
    (Reply(status=200, raw='error: {"message": "maximum context length is 9"}\n\n'), ModelInputTooLong, ""),
    (Reply(status=400), ModelError, "status 400"),
    (Reply(status=400, raw="verbatim"), ModelError, "status 400"),
    (Reply(status=400, error={"code": "context_length_exceeded"}), ModelInputTooLong, "shorter"),
    (
        Reply(status=500, error={"message": "the request exceeds the available context"}),
        ModelInputTooLong,
        "",
    ),
    (Reply(status=400, error={"code": "content_filter"}), ModelRefused, "declined"),
    (Reply(status=500), ModelServerError, "status 500"),
    (Reply(status=503, raw="<html>verbatim</html>"), ModelServerError, "status 503"),
    (Reply(cut=True), ModelUnreachable, "cannot be reached"),
    (Reply(cut=True, after=0), ModelCutOff, "broke off"),
    (Reply(cut=True, after=2), ModelCutOff, "broke off"),
    (Reply(finish="length"), ModelCutOff, "limit of its length"),
    (Reply(finish="model_length"), ModelCutOff, "limit of its length"),
    (Reply(finish="MAX_TOKENS"), ModelCutOff, "limit of its length"),
    (Reply(finish="error"), ModelCutOff, "broke off"),
    (Reply(text="", think="Thursday it is."), ModelInvalidAnswer, "only thought"),
    (Reply(endless=True), ModelCutOff, "without coming to an end"),
    (Reply(text="", think="hmm " * 60_000), ModelCutOff, "without coming to an end"),
    (Reply(text="", refusal="I won't, verbatim."), ModelRefused, "declined"),
    (Reply(finish="content_filter", after=2), ModelRefused, "declined"),
    (Reply(stream_error={"message": "verbatim"}, after=2), ModelServerError, "failed"),
    (Reply(stream_error={"code": "context_length_exceeded"}, after=0), ModelInputTooLong, "shorter"),
    (Reply(text=""), ModelInvalidAnswer, "empty"),
    (Reply(text=" \n "), ModelInvalidAnswer, "empty"),
    (Reply(text="<think>verbatim"), ModelInvalidAnswer, "only thought"),
    (Reply(raw="<html>verbatim</html>"), ModelUnreachable, "OPENAI_BASE_URL"),
    (Reply(raw="data: verbatim\n\n"), ModelInvalidAnswer, "could not be understood"),
    (Reply(raw="data: [1]\n\n"), ModelInvalidAnswer, "could not be understood"),
    (Reply(raw='data: {"choices": "verbatim"}\n\n'), ModelInvalidAnswer, "could not be understood"),
    (Reply(raw="data: " + "x" * 2_000_000), ModelInvalidAnswer, "could not be understood"),
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
    "answer", ['{"questions": "When?"}', '{"asked": []}', '{"questions": [1]}', '{"questions": ["Wh', "When?"]
)
async def test_json_out_of_schema_is_nonsense(
    openai_server: FakeOpenAI, open_writer: OpenWriter, answer: str
) -> None:
    openai_server.will(Reply(text=answer, times=None))
    with pytest.raises(ModelInvalidAnswer):
        await open_writer().parse(BRIEF, Clarifications)


@pytest.mark.parametrize(
    ("answer", "questions"),
    [
        ("[]", []),
        ("{}", []),
        ("null", []),
        ('{"questions": null}', []),
        ('["When?"]', ["When?"]),
        ('{"questions": ["When?",]}', ["When?"]),
        ("{“questions”: [“When?”]}", ["When?"]),
        ('{"questions": [{"id": 1, "question": "When?"}]}', ["When?"]),
        ('Perhaps {"questions": ["Who?"]}. No.\n</think>\n{"questions": ["When?"]}', ["When?"]),
    ],
)
async def test_what_says_the_same_in_another_way_is_understood(
    openai_server: FakeOpenAI, open_writer: OpenWriter, answer: str, questions: list[str]
) -> None:
    openai_server.will(Reply(text=answer))
    assert (await open_writer().parse(BRIEF, Clarifications)).questions == questions
    assert len(openai_server.exchanges) == 1


async def test_an_object_inside_an_unfinished_thought_is_no_answer(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(text='<think>Maybe {"questions": ["Who?"]}? No, wait', times=None))
    with pytest.raises(ModelInvalidAnswer):
        await open_writer().parse(BRIEF, Clarifications)


@pytest.mark.parametrize("more", [{"stall": True, "after": 2}, {"endless": True}])
async def test_an_object_that_is_complete_is_not_waited_for(
    openai_server: FakeOpenAI, open_writer: OpenWriter, more: dict[str, Any]
) -> None:
    openai_server.will(Reply(text='{"questions": []} and', **more))
    assert (await open_writer().parse(BRIEF, Clarifications)).questions == []
    exchange = await openai_server.exchange()
    await asyncio.wait_for(exchange.ended.wait(), 1)
    assert exchange.outcome == "client closed"


@pytest.mark.parametrize(
    "failing",
    [
        Reply(stream_error={"message": "Failed to generate JSON", "code": "json_validate_failed"}, after=0),
        Reply(status=500),
        Reply(text=" \n" * 4, endless=True),
        Reply(text="", finish="stop"),
    ],
)
async def test_a_way_to_ask_that_fails_leads_to_the_next(
    openai_server: FakeOpenAI, open_writer: OpenWriter, failing: Reply
) -> None:
    openai_server.will(replace(failing, times=2, structured=True), Reply(questions=["When?"]))
    assert (await open_writer().parse(BRIEF, Clarifications)).questions == ["When?"]
    assert "response_format" not in openai_server.exchanges[-1].body


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


MISTRAL = (
    '{"object": "error", "message": {"detail": [{"type": "extra_forbidden", '
    '"loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted", "input": true}]}}'
)
NO_SYSTEM = '{"object": "error", "message": "System role not supported", "code": 400}'
ALTERNATE = "Conversation roles must alternate user/assistant/user/assistant/..."


def has_system(exchange: Exchange) -> bool:
    return any(message["role"] == "system" for message in exchange.body["messages"])


@pytest.mark.parametrize(
    ("refusal", "without"),
    [
        (Reply(status=422, raw=MISTRAL), "stream_options"),
        (
            Reply(status=400, error={"message": "Your organization must be verified to stream this model."}),
            "stream",
        ),
        (Reply(status=400, error={"message": "'stream' does not support true with this model"}), "stream"),
        (Reply(status=400, error={"message": "Unsupported parameter: 'temperature'"}), "temperature"),
        (Reply(status=400, error={"message": "reasoning_effort is not supported"}), "reasoning_effort"),
        (Reply(status=400, error={"message": "verbatim"}), "stream_options"),
    ],
)
async def test_what_a_server_refuses_is_left_out_from_then_on(
    openai_server: FakeOpenAI, open_writer: OpenWriter, refusal: Reply, without: str
) -> None:
    openai_server.will(refusal, Reply(text="Hello", times=None))
    writer = open_writer(tuning=Tuning(temperature=0.2, reasoning_effort="low"))
    assert [await written(writer), await written(writer)] == ["Hello", "Hello"]
    assert [bool(exchange.body.get(without)) for exchange in openai_server.exchanges] == [True, False, False]


@pytest.mark.parametrize(
    "refusal",
    [
        Reply(status=400, raw=NO_SYSTEM),
        Reply(status=500, error={"message": ALTERNATE}),
        Reply(status=500, raw="Internal Server Error"),
        Reply(
            status=400, raw='[{"error": {"message": "Developer instruction is not enabled for this model"}}]'
        ),
        Reply(raw=f'data: {{"error": {{"message": "{ALTERNATE}"}}}}\n\n'),
    ],
)
async def test_without_a_system_role_the_rules_stand_in_the_first_message(
    openai_server: FakeOpenAI, open_writer: OpenWriter, refusal: Reply
) -> None:
    openai_server.will(refusal, Reply(text="Hello", times=None))
    writer = open_writer()
    assert [await written(writer), await written(writer)] == ["Hello", "Hello"]
    asked = openai_server.exchanges
    assert [has_system(exchange) for exchange in asked] == [True, False, False]
    rules = asked[0].body["messages"][0]["content"]
    assert asked[1].body["messages"][0]["content"].startswith(rules)
    assert asked[1].body["messages"][0]["role"] == "user"


async def test_the_parameter_for_the_longest_answer_is_called_as_the_server_calls_it(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    other = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
    openai_server.will(Reply(status=400, error={"message": other}), Reply(text="Hello"))
    assert await written(open_writer(tuning=Tuning(max_tokens=900))) == "Hello"
    assert openai_server.exchanges[-1].body["max_completion_tokens"] == 900


async def test_what_the_mail_says_decides_no_failure(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    text = "our new content policy and moderation rules; maximum context length exceeded"
    brief = replace(BRIEF, email=IncomingEmail(text=text))
    echo = {
        "detail": [{"loc": ["body"], "msg": "Not permitted", "input": text}],
        "message": f"Bad request: {text}",
    }
    openai_server.will(Reply(status=400, raw=json.dumps(echo), times=None))
    with pytest.raises(ModelError, match="status 400"):
        await written(open_writer(), brief)


WORDS_OF_SERVERS = (
    "Our new content policy: maximum context length exceeded, insufficient balance, model not found.",
    "I got this: This model's maximum context length is 4096 tokens. What shall I do with it?",
)


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "Bad value", "received": "{mail}"}},
        {"error": {"message": "Bad value: '{mail}'", "type": "invalid_request_error"}},
        {"error": {"message": "Bad value [{'role': 'user', 'content': '{escaped}"}},
        {
            "detail": [
                {"type": "value_error", "loc": ["body", "messages"], "msg": "Bad value", "value": "{mail}"}
            ]
        },
        {"error": "Cannot read {mail}"},
        {"message": "Bad value", "body": {"messages": [{"content": "{mail}"}]}},
    ],
)
@pytest.mark.parametrize("text", WORDS_OF_SERVERS)
async def test_no_mail_that_a_server_repeats_decides_what_the_person_is_told(
    openai_server: FakeOpenAI, open_writer: OpenWriter, body: Any, text: str
) -> None:
    raw = json.dumps(body).replace("{mail}", text).replace("{escaped}", text.replace(" ", r"\\n"))
    openai_server.will(Reply(status=400, raw=raw, times=None))
    with pytest.raises(ModelError, match="status 400"):
        await written(open_writer(), replace(BRIEF, email=IncomingEmail(text=text)))


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (
            "This model's maximum context length is 4096 tokens. However, you requested 5000.",
            ModelInputTooLong,
        ),
        ("Maximum context length exceeded", ModelInputTooLong),
        ("Insufficient Balance", NoCredit),
        ("Rejected by the new content policy", ModelRefused),
    ],
)
@pytest.mark.parametrize("text", WORDS_OF_SERVERS)
async def test_no_mail_with_a_servers_words_hides_what_the_server_says(
    openai_server: FakeOpenAI, open_writer: OpenWriter, message: str, error: type[ModelError], text: str
) -> None:
    openai_server.will(Reply(status=400, error={"message": message}, times=None))
    with pytest.raises(error):
        await written(open_writer(), replace(BRIEF, email=IncomingEmail(text=text)))


@pytest.mark.parametrize(
    "whole",
    [
        '{"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}',
        '{"choices": [{"message": {"content": "Hello"}}]}',
        '{"message": {"content": "Hel"}}\n{"message": {"content": "lo"}, "done_reason": "stop"}\n',
        'data: {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}\n\n',
        'data: {"choices": [{"delta": {"content": "Hello"}}]}\n\ndata: [DONE]',
        'data: {"choices": [{"delta": {"content": "Hello"}, "finish_reason": "STOP"}]}',
        'data: {"choices": [{"delta": {"content": "Hello"}, "finish_reason": ""}]}\rdata: [DONE]\r\r',
        'data: {"choices": [{"delta":\ndata: {"content": "Hello"}}]}\n\ndata: [DONE]\n\n',
    ],
)
async def test_an_answer_is_read_whatever_its_form_and_end(
    openai_server: FakeOpenAI, open_writer: OpenWriter, whole: str
) -> None:
    openai_server.will(Reply(raw=whole))
    assert await written(open_writer()) == "Hello"


def event(*deltas: dict[str, Any], finish: str = "stop", **more: Any) -> str:
    """A stream of these deltas."""
    choices = [{"index": 0, "delta": delta, "finish_reason": None, **more} for delta in deltas]
    chunks = [*choices, {"index": 0, "delta": {}, "finish_reason": finish}]
    return "".join(f"data: {json.dumps({'choices': [each]})}\n\n" for each in chunks) + "data: [DONE]\n\n"


LETTER = "Hi Ana,\n\nMonday at nine is fine.\n\nSam"


@pytest.mark.parametrize(
    "reply",
    [
        # Other answers to the same request, which was for one.
        Reply(
            raw='data: {"choices": [{"index": 1, "delta": {"content": "Hi Ana, no."}},'
            f' {{"index": 0, "delta": {{"content": {json.dumps(LETTER)}}}}}]}}\n\n'
            'data: {"choices": [{"index": 1, "delta": {"content": " Never."}}]}\n\ndata: [DONE]\n\n'
        ),
        # A tool that nobody gave it, its arguments in pieces.
        Reply(
            raw=event(
                {
                    "tool_calls": [
                        {"index": 0, "function": {"name": "reply", "arguments": '{"to": "a", "body":'}}
                    ]
                },
                {"tool_calls": [{"index": 0, "function": {"arguments": f"{json.dumps(LETTER)}}}"}}]},
                finish="tool_calls",
            )
        ),
        Reply(raw=event({"function_call": {"name": "send", "arguments": {"text": LETTER}}})),
        # Contents of other forms.
        Reply(raw=event({"content": ["Hi Ana,\n\nMonday", " at nine is fine.\n\nSam"]})),
        Reply(raw=event({"content": {"type": "text", "text": LETTER}})),
        Reply(
            raw=f'data: {{"choices": {{"delta": {{"content": {json.dumps(LETTER)}}}}}}}\n\ndata: [DONE]\n\n'
        ),
        # Thoughts in other dress.
        Reply(text=f"&lt;think&gt;She asks for Monday.&lt;/think&gt;\n{LETTER}"),
        Reply(text=f"```reasoning\nShe asks for Monday.\n```\n\n{LETTER}"),
        Reply(text=f"<unused94>thought\nShe asks for Monday.<unused95>{LETTER}"),
        Reply(text=f"ASSISTANT: {LETTER}</s>"),
        # The letter in other wrapping.
        Reply(text=json.dumps(LETTER)),
        Reply(
            text=json.dumps({"greeting": "Hi Ana,", "body": "Monday at nine is fine.", "signature": "Sam"})
        ),
        Reply(text="> " + LETTER.replace("\n", "\n> ")),
        Reply(text=f"Hier is een conceptantwoord:\n\n{LETTER}"),
    ],
)
async def test_a_letter_is_found_in_an_odd_answer(
    openai_server: FakeOpenAI, open_writer: OpenWriter, reply: Reply
) -> None:
    openai_server.will(reply)
    assert await written(open_writer()) == LETTER


@pytest.mark.parametrize("opening", ["アナ様", "아나 님,"])
async def test_an_announcement_is_dropped_above_a_name_with_its_title(
    openai_server: FakeOpenAI, open_writer: OpenWriter, opening: str
) -> None:
    letter = f"{opening}\n\n9:00"
    openai_server.will(Reply(text=f"以下は返信の下書きです：\n\n{letter}"))
    assert await written(open_writer()) == letter


@pytest.mark.parametrize(
    ("reply", "error", "says"),
    [
        (
            Reply(raw=json.dumps({"model": "x", "response": "Hi", "done": True})),
            ModelUnreachable,
            "OPENAI_BASE_URL",
        ),
        (Reply(raw=json.dumps({"output": [{"content": []}]})), ModelUnreachable, "OPENAI_BASE_URL"),
        (Reply(raw='{"success": false, "message": "insufficient balance"}'), NoCredit, "credit"),
        (Reply(raw='{"errors": [{"message": "Model not found"}]}'), ModelNotFound, "EMAIL_ASSISTANT_MODEL"),
        (Reply(raw='{"code": 1301, "msg": "inappropriate content"}'), ModelRefused, "declined"),
        (Reply(raw='event: error\ndata: {"message": "overloaded"}\n\n'), ModelBusy, "busy"),
        (Reply(raw='event: error\ndata: "boom"\n\n'), ModelServerError, "failed"),
        (Reply(text="<think>She asks for Monday."), ModelInvalidAnswer, "only thought"),
        (Reply(text="<|channel|>analysis<|message|>She asks."), ModelInvalidAnswer, "only thought"),
        (Reply(raw=event({"tool_calls": [{"function": {"arguments": "{}"}}]})), ModelInvalidAnswer, "empty"),
        (Reply(text="Monday is fine. " * 300), ModelCutOff, "without coming to an end"),
    ],
)
async def test_what_is_wrong_is_told_where_the_status_says_that_all_is_well(
    openai_server: FakeOpenAI, open_writer: OpenWriter, reply: Reply, error: type[ModelError], says: str
) -> None:
    openai_server.will(reply)
    with pytest.raises(error, match=says):
        await written(open_writer())


async def test_an_answer_that_ends_with_all_of_it_again_is_not_doubled(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    text = "Thursday suits me very well."
    last = {"choices": [{"delta": {"content": text}, "finish_reason": "stop"}]}
    first = {"choices": [{"delta": {"content": text}}]}
    openai_server.will(Reply(raw=f"data: {json.dumps(first)}\n\ndata: {json.dumps(last)}\n\n"))
    assert await written(open_writer()) == text


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


async def test_a_letter_that_stands_among_the_thoughts_is_the_answer(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(text="", think="Hi Ana,\n\nThursday.\n\nSam"))
    assert await written(open_writer()) == "Hi Ana,\n\nThursday.\n\nSam"


async def test_thoughts_in_the_text_are_taken_back(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(text="Ana wants lunch.\n</think>\n\nHi Ana, yes."))
    items = [item async for item in open_writer().stream(BRIEF)]
    assert Restart() in items
    assert joined(items) == "Hi Ana, yes."


async def test_a_model_that_is_being_loaded_is_waited_for(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(status=503, error={"message": "Loading model"}), Reply(text="Hello"))
    assert await written(open_writer()) == "Hello"
    openai_server.will(Reply(status=503, error={"message": "Loading model"}, times=None))
    with pytest.raises(StillLoading, match="loading"):
        await written(open_writer(timeout=1.5))


async def test_a_model_that_is_never_loaded_is_waited_for_once_in_a_turn(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(status=503, error={"message": "Loading model"}, times=None))
    writer = open_writer(timeout=1.5)
    with pytest.raises(StillLoading):
        await writer.parse(BRIEF, Clarifications)
    waited = len(openai_server.exchanges)
    with pytest.raises(StillLoading):
        await written(writer)
    assert (waited, len(openai_server.exchanges)) == (2, 3)


async def test_a_mail_that_was_not_read_run_to_completion_is_told(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    brief = replace(BRIEF, email=IncomingEmail(text="Please bring the slides and the projector. " * 400))
    chunk = {"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}]}
    usage = {"choices": [], "usage": {"prompt_tokens": 2050, "completion_tokens": 1}}
    wire = f"data: {json.dumps(chunk)}\n\ndata: {json.dumps(usage)}\n\n"
    openai_server.will(Reply(raw=wire, times=None))
    with pytest.raises(ModelInputTooLong, match="did not read all"):
        await written(open_writer(), brief)
    assert await written(open_writer(context_tokens=4096), brief) == "Hi"


async def test_a_date_to_wait_for_is_told_in_seconds(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    date = formatdate(time() + 40, usegmt=True)
    openai_server.will(Reply(status=429, headers={"Retry-After": date}, times=None))
    with pytest.raises(ModelBusy, match=r"in (39|40) seconds"):
        await asyncio.wait_for(written(open_writer(max_retries=2)), 2)


async def test_a_redirect_is_followed_on_the_same_server_only(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    async with FakeOpenAI() as elsewhere:
        away = f"{elsewhere.url}/chat/completions"
        openai_server.will(
            Reply(status=307, raw="", headers={"Location": "/v2/chat/completions"}), Reply(text="Hello")
        )
        openai_server.will(Reply(status=308, raw="", headers={"Location": away}))
        writer = open_writer()
        assert await written(writer) == "Hello"
        with pytest.raises(ModelUnreachable, match="OPENAI_BASE_URL"):
            await written(writer)
        assert elsewhere.exchanges == []


async def test_mail_for_this_machine_goes_through_no_proxy(
    openai_server: FakeOpenAI, open_writer: OpenWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    openai_server.will(Reply(text="Hello"))
    assert await written(open_writer()) == "Hello"
    with pytest.raises(ModelUnreachable, match="_PROXY"):
        await written(open_writer("http://model.invalid/v1"))


@pytest.mark.parametrize(
    "banner", [b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"a" * 9000 + b"\r\n\r\n", b""]
)
async def test_what_does_not_speak_http_is_no_model_server(open_writer: OpenWriter, banner: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(banner)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ModelUnreachable, match="OPENAI_BASE_URL"):
            await written(open_writer(f"http://127.0.0.1:{port}/v1"))


async def test_a_name_and_a_password_in_the_address_sign_in(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(text="Hello"))
    writer = open_writer(openai_server.url.replace("//", "//sam:open@"))
    assert await written(writer) == "Hello"
    assert openai_server.exchanges[0].headers["authorization"] == "Basic c2FtOm9wZW4="
    openai_server.will(Reply(status=401))
    with pytest.raises(ModelRejectedKey) as refused:
        await written(writer)
    assert "open" not in str(refused.value).replace("OPENAI", "")


async def test_azures_classic_address_takes_the_key_in_its_own_field(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(text="Hello"))
    base = openai_server.url.replace("/v1", "/openai/deployments/gpt-4o?api-version=2024-10-21")
    assert await written(open_writer(base)) == "Hello"
    asked = openai_server.exchanges[0]
    assert asked.path == "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
    assert asked.headers["api-key"] == KEY
    assert "authorization" not in asked.headers


async def test_the_models_of_a_server_are_listed(openai_server: FakeOpenAI, open_writer: OpenWriter) -> None:
    catalog = await open_writer().catalog()
    assert (catalog.models, catalog.problem) == (("fake",), "")
    nowhere = await open_writer("http://127.0.0.1:1/v1").catalog()
    assert "cannot be reached" in nowhere.problem


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
    openai_server.will(Reply(status=400, error={"message": "verbatim"}, times=None))
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

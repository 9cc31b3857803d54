"""Every way in which a model's server can fail, over a real socket: the error, and what the person reads."""

from __future__ import annotations

import asyncio
import json
import logging
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
from email_assistant.mail import IncomingEmail
from email_assistant.writing import Clarifications
from email_assistant.writing.failures import NoCredit, StillLoading
from tests.contract.model.writers import BRIEF, PRIVATE, OpenWriter, event, written
from tests.fakes.openai_server import FakeOpenAI, Reply


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
    (Reply(status=407, raw="Proxy Authentication Required"), ModelUnreachable, "proxy"),
    (Reply(status=307, raw="", headers={"Location": "http://[::1/v1"}), ModelUnreachable, "has moved"),
    (Reply(status=408), ModelTimeout, "did not respond"),
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
    (Reply(status=429, error={"message": "账户余额不足"}), NoCredit, "credit"),
    (Reply(status=403, error={"message": "Your account balance is insufficient"}), NoCredit, "credit"),
    (
        Reply(status=400, error={"message": "Throttled: too many tokens, please wait before trying again"}),
        ModelBusy,
        "busy",
    ),
    (
        Reply(status=403, error={"message": "Model x is not allowed for this key"}),
        ModelNotFound,
        "may not use",
    ),
    (Reply(status=425), StillLoading, "still loading"),
    (Reply(status=503, error={"message": "Scaling up from zero"}), StillLoading, "still loading"),
    (Reply(status=400, error={"message": "Prompt exceeds max length"}), ModelInputTooLong, "shorter"),
    (Reply(status=400, error={"message": "Blocked by guardrail"}), ModelRefused, "declined"),
    (Reply(status=404, error={"message": "Not found", "code": 404}), ModelUnreachable, "OPENAI_BASE_URL"),
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
    (Reply(finish="context_window_exceeded"), ModelCutOff, "limit of its length"),
    (Reply(finish="guardrail_intervened"), ModelRefused, "declined"),
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


async def test_a_long_retry_after_is_told_and_not_waited_for(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(status=429, headers={"Retry-After": "40"}, times=None))
    with pytest.raises(ModelBusy) as busy:
        await asyncio.wait_for(written(open_writer(max_retries=2)), 2)
    assert busy.value.retry_after == 40
    assert len(openai_server.exchanges) == 1


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


async def test_a_mail_that_was_not_read_to_its_end_is_told(
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

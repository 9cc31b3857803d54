"""What servers of the protocol refuse or call otherwise is left out or called so."""

from __future__ import annotations

import pytest

from email_assistant.writing import Clarifications
from email_assistant.writing.tuning import Tuning
from tests.contract.model.writers import BRIEF, KEY, OpenWriter, written
from tests.fakes.openai_server import Exchange, FakeOpenAI, Reply


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
        (Reply(status=400, error={"message": "Only non-streaming requests are served"}), "stream"),
        (Reply(status=400, error={"message": "This model does not support thinking"}), "reasoning_effort"),
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

"""Answers in a shape: asked for in the way that the server knows, and read whatever it makes of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from email_assistant.errors import (
    ModelInvalidAnswer,
)
from email_assistant.writing import Clarifications
from tests.contract.model.writers import BRIEF, OpenWriter
from tests.fakes.openai_server import FakeOpenAI, Reply


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

"""The letter is found in whatever a model says around it."""

from __future__ import annotations

import json

import pytest

from email_assistant.errors import ModelInvalidAnswer
from tests.contract.model.writers import OpenWriter, event, written
from tests.fakes.openai_server import FakeOpenAI, Reply


@pytest.mark.parametrize(
    "whole",
    [
        '{"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}',
        '{"choices": [{"message": {"content": "Hello"}}]}',
        '{"message": {"content": "Hel"}}\n{"message": {"content": "lo"}, "done_reason": "stop"}\n',
        'data: {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}\n\n',
        'data: {"choices": [{"delta": {"content": "Hello"}}]}\n\ndata: [DONE]',
        'data: {"choices": [{"delta": {"content": "Hello"}, "finish_reason": "STOP"}]}',
        'data: {"choices": [{"delta": {"content": "Hello"}, "finish_reason": "EndOfText"}]}',
        'data: {"choices": [{"delta": {"content": "Hello"}, "finish_reason": "null"}]}\n\ndata: [DONE]\n\n',
        'data: {"choices": [{"delta": {"content": "Hello"}, "finish_reason": ""}]}\rdata: [DONE]\r\r',
        'data: {"choices": [{"delta":\ndata: {"content": "Hello"}}]}\n\ndata: [DONE]\n\n',
    ],
)
async def test_an_answer_is_read_whatever_its_form_and_end(
    openai_server: FakeOpenAI, open_writer: OpenWriter, whole: str
) -> None:
    openai_server.will(Reply(raw=whole))
    assert await written(open_writer()) == "Hello"


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


async def test_an_answer_that_ends_with_all_of_it_again_is_not_doubled(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    text = "Thursday suits me very well."
    last = {"choices": [{"delta": {"content": text}, "finish_reason": "stop"}]}
    first = {"choices": [{"delta": {"content": text}}]}
    openai_server.will(Reply(raw=f"data: {json.dumps(first)}\n\ndata: {json.dumps(last)}\n\n"))
    assert await written(open_writer()) == text


@pytest.mark.parametrize("step", [1, 4])
async def test_a_server_that_sends_all_of_the_text_so_far_each_time_is_read_once(
    openai_server: FakeOpenAI, open_writer: OpenWriter, step: int
) -> None:
    text = "Hi Ana,\n\nThursday suits me very well, very well.\n\nSam"
    ends = [*range(step, len(text), step), len(text), len(text)]
    openai_server.will(Reply(raw=event(*({"content": text[:end]} for end in ends))))
    assert await written(open_writer()) == text


@pytest.mark.parametrize("pieces", [("\n", "\n\nYes"), ("Very", " very", " well"), ("ha", "ha")])
async def test_pieces_that_begin_alike_are_pieces(
    openai_server: FakeOpenAI, open_writer: OpenWriter, pieces: tuple[str, ...]
) -> None:
    openai_server.will(Reply(raw=event(*({"content": each} for each in pieces))))
    assert await written(open_writer()) == "".join(pieces).strip()


async def test_a_letter_that_stands_among_the_thoughts_is_the_answer(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    openai_server.will(Reply(text="", think="Hi Ana,\n\nThursday.\n\nSam"))
    assert await written(open_writer()) == "Hi Ana,\n\nThursday.\n\nSam"


async def test_a_tool_called_for_something_else_is_no_letter(
    openai_server: FakeOpenAI, open_writer: OpenWriter
) -> None:
    call = {"tool_calls": [{"function": {"name": "search", "arguments": '{"query": "calendar"}'}}]}
    openai_server.will(Reply(raw=event(call, finish="tool_calls")))
    with pytest.raises(ModelInvalidAnswer, match="could not be understood"):
        await written(open_writer())

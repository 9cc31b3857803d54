"""What every writer keeps, whoever writes: a language model behind a socket, or rules."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from email_assistant.mail import IncomingEmail, Mailbox
from email_assistant.writing import Brief, Clarification, Clarifications, LanguageModel, Revision, Usage
from email_assistant.writing.offline import OfflineWriter
from email_assistant.writing.openai_writer import OpenAIWriter
from email_assistant.writing.prompts import load_prompts
from tests.fakes.openai_server import FakeOpenAI, Reply

EMAIL = IncomingEmail(
    subject="Lunch",
    sender=Mailbox(name="Ana Silva", address="ana@example.com"),
    text="Hi,\n\nshall we have lunch on Tuesday or on Thursday?\n\nAna",
)
UNCLEAR = Brief(EMAIL, "say yes")
ANSWERED = Brief(EMAIL, "say yes", (Clarification("Which day suits you, Tuesday or Thursday?", "Thursday"),))


@pytest.fixture(params=["openai", "offline"])
async def model(request: pytest.FixtureRequest, openai_server: FakeOpenAI) -> AsyncIterator[LanguageModel]:
    if request.param == "openai":
        openai_server.will(
            Reply(structured=True, questions=["Which day suits you?"], when="say yes", times=None),
            Reply(
                when="asks for this change",
                text="Hello Ana,\n\nThursday suits me. See you at noon.\n\nBest regards",
                times=None,
            ),
            Reply(text="Hello Ana,\n\nThursday suits me.\n\nBest regards", times=None),
        )
        writer: LanguageModel = OpenAIWriter(
            model="fake", prompts=load_prompts(), api_key="test", base_url=openai_server.url, timeout=5
        )
    else:
        writer = OfflineWriter(delay=0)
    yield writer
    await writer.aclose()


async def written(model: LanguageModel, brief: Brief) -> str:
    return "".join([piece async for piece in model.stream(brief) if isinstance(piece, str)])


async def test_it_has_a_name(model: LanguageModel) -> None:
    assert model.name


async def test_it_asks_what_the_instructions_leave_open(model: LanguageModel) -> None:
    asked = await model.parse(UNCLEAR, Clarifications)
    assert len(asked.questions) == 1
    assert "day" in asked.questions[0]


async def test_a_draft_greets_the_sender_and_says_what_was_answered(model: LanguageModel) -> None:
    draft = await written(model, ANSWERED)
    assert "Ana" in draft.splitlines()[0]
    assert "Thursday" in draft


async def test_a_draft_comes_in_pieces_and_is_a_body_only(model: LanguageModel) -> None:
    pieces = [piece async for piece in model.stream(ANSWERED)]
    texts = [piece for piece in pieces if isinstance(piece, str)]
    assert len(texts) > 3
    assert all(texts)
    assert all(isinstance(piece, str) for piece in pieces[:-1])
    assert "Subject:" not in "".join(texts)


async def test_a_revision_keeps_the_rest_of_the_draft(model: LanguageModel) -> None:
    draft = "Hello Ana,\n\nThursday suits me.\n\nBest regards"
    brief = Brief(EMAIL, "yes", revisions=(Revision(draft, "add that we see each other at noon"),))
    revised = await written(model, brief)
    assert revised != draft
    assert "Thursday suits me." in revised
    assert "noon" in revised


async def test_a_stream_can_be_closed_early_and_the_model_used_again(model: LanguageModel) -> None:
    stream = model.stream(ANSWERED)
    first = await anext(stream)
    assert not isinstance(first, Usage)
    await stream.aclose()
    assert "Thursday" in await written(model, ANSWERED)

"""What a model took is kept with each draft and for the whole conversation, and shown at each door."""

from __future__ import annotations

import io
from contextlib import aclosing
from pathlib import Path

from email_assistant.chat.made_by import made_by
from email_assistant.cli.console import Console
from email_assistant.cli.pages import show_story
from email_assistant.conversation.commands import Answers, Ask, NewEmail
from email_assistant.service.document import state_of
from email_assistant.service.opening import open_assistant
from email_assistant.settings import LOCAL_USER, Price, Settings
from email_assistant.writing import create_model
from tests.fakes.openai_server import FakeOpenAI, Reply

MAIL = NewEmail("From: Dana <dana@example.com>\nSubject: Lunch\n\nWhich day suits you?\n\nDana", "say yes")


async def test_tokens_of_questions_drafts_and_asides_are_counted(
    tmp_path: Path, openai_server: FakeOpenAI
) -> None:
    settings = Settings(
        data_dir=tmp_path,
        openai_base_url=openai_server.url,
        model="small",
        proofreader=False,
        prices={"small": Price(input=1, output=10)},
        currency="EUR",
    )
    openai_server.replies += [
        Reply(questions=["Which day?"]),
        Reply(text="Hi Dana,\n\nFriday.\n\nSam"),
        Reply(text="Dana wrote it."),
    ]
    async with (
        aclosing(create_model(settings)) as model,
        open_assistant(settings, model=model) as assistant,
    ):
        app_id = (await assistant.create(LOCAL_USER)).app_id
        asked = await assistant.turn(LOCAL_USER, app_id, MAIL)
        written = await assistant.turn(LOCAL_USER, app_id, Answers(("Friday",)))
        answered = await assistant.turn(LOCAL_USER, app_id, Ask("Who wrote this?"))

    assert asked.next_step == "clarify_instructions"
    assert len(asked.state.other_use) == 1
    [details] = state_of(written).draft_details
    assert details.prompt == model.prompt_version  # type: ignore[attr-defined]
    assert details.input_tokens
    assert details.output_tokens
    assert details.cost == (details.input_tokens + 10 * details.output_tokens) / 1_000_000
    before, after = state_of(written).usage, state_of(answered).usage
    assert before
    assert after
    assert before.currency == "EUR"
    assert details.input_tokens < before.input_tokens < after.input_tokens
    assert after.cost == (after.input_tokens + 10 * after.output_tokens) / 1_000_000

    printed = io.StringIO()
    show_story(Console(printed), written)
    assert (
        f"small, {details.input_tokens + details.output_tokens} tokens, {details.cost:.2g} EUR"
        in printed.getvalue()
    )
    assert f", prompt {details.prompt}\n" in printed.getvalue()
    assert f"In all: {before.input_tokens + before.output_tokens} tokens, " in printed.getvalue()

    name, prompt, tokens, cost, in_all = made_by(written, written.state.draft_history[0]).split(" · ")
    assert (name, prompt) == ("small", f"prompt {details.prompt}")
    assert tokens == f"{details.input_tokens + details.output_tokens} tokens"
    assert cost.endswith(" EUR")
    assert in_all.endswith("EUR in this conversation")


async def test_rules_take_nothing_and_no_line_says_so(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, openai_base_url=None, openai_api_key=None)
    async with open_assistant(settings) as assistant:
        app_id = (await assistant.create(LOCAL_USER)).app_id
        plain = NewEmail("From: Dana <dana@example.com>\n\nLunch on Tuesday?\n\nDana", "say yes")
        view = await assistant.turn(LOCAL_USER, app_id, plain)

    assert state_of(view).usage is None
    assert made_by(view, view.state.draft_history[0]) == ""

"""A conversation of each earlier shape is opened, shown as it was, and gone on with.

`earlier_states/` holds one for each shape that a version saved, as that version saved it; `shown` is what it
showed, in its order. Add one before the shape of the state changes.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, assert_never

import pytest
from burr.core import State

from email_assistant.cli.console import Console
from email_assistant.cli.pages import show_story
from email_assistant.conversation.commands import Accept, Another, NewEmail, Restore, Revise, Undo
from email_assistant.conversation.migration import migrated
from email_assistant.conversation.state import (
    SCHEMA_VERSION,
    Acceptance,
    Answered,
    Aside,
    ConversationState,
    Draft,
    Feedback,
    HeaderChange,
    Questions,
    SubmittedEmail,
    TimelineEntry,
)
from email_assistant.errors import NewerSchema
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.document import state_of
from email_assistant.store.opening import open_url
from email_assistant.store.rows import Glance
from email_assistant.store.states import States
from tests.contract.assistant.service import OWNER, Say

SHAPES = sorted((Path(__file__).parent / "earlier_states").glob("*.json"))


def shown(entry: TimelineEntry, state: ConversationState) -> list[str]:
    match entry:
        case SubmittedEmail(typed=typed):
            return ["email", typed or state.email_to_respond]
        case Questions(round=asked):
            return ["questions", "\n".join(asked.questions)]
        case Answered(round=asked):
            return ["answers", "\n".join(asked.answers or [])]
        case Draft():
            return ["draft", entry.body]
        case Feedback():
            return ["feedback", f"{entry.kind}: {entry.text}"]
        case Acceptance():
            return ["final", ""]
        case HeaderChange():
            return ["header", entry.text]
        case Aside():
            return ["aside", f"{entry.question}: {entry.answer}"]
        case _:
            assert_never(entry)


@pytest.fixture(params=SHAPES, ids=lambda path: path.stem)
def saved(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.param.read_text(encoding="utf-8"))
    return found


@pytest.fixture
async def stored(database_url: str, app_id: str, saved: dict[str, Any]) -> None:
    async with open_url(database_url) as database:
        stored_states = States(database, lambda *_: Glance("Boat trip"))
        state: State[Any] = State(saved["state"])
        await stored_states.save(OWNER, app_id, 0, saved["position"], state, saved["status"])


@pytest.mark.usefixtures("stored")
async def test_it_is_shown_as_it_was(assistant: EmailAssistant, app_id: str, saved: dict[str, Any]) -> None:
    view = await assistant.view(OWNER, app_id)

    state = view.state
    assert [shown(entry, state) for entry in state.timeline] == saved["shown"]
    assert [entry.seq for entry in state.timeline] == list(range(view.version))
    assert [draft.created_at for draft in state.draft_history] == [
        each["created_at"] for each in saved["state"]["draft_history"]
    ]
    assert state.drafts_before_email == saved["state"].get("drafts_before_email", 0)
    assert state.rounds_before_email == saved["state"].get("rounds_before_email", 0)
    assert [each.draft_version for each in state.acceptances][-1] == len(state.draft_history)
    assert (view.next_step, view.state.final_draft) == (None, saved["state"]["final_draft"])

    assert state_of(view).drafts == [text for kind, text in saved["shown"] if kind == "draft"]
    told = io.StringIO()
    show_story(Console(told), view)
    assert "Sunday it is!" in told.getvalue()


@pytest.mark.usefixtures("stored")
async def test_it_goes_on(say: Say) -> None:
    view = await say(Revise("Say it more briefly."))
    drafts = len(view.state.draft_history)
    assert (view.state.current_draft, view.next_step) == ("Draft 1.", "process_feedback")
    view = await say(Another())
    assert view.state.draft_history[-1].another_of == drafts
    view = await say(Undo())
    assert view.state.current_draft == "Draft 1."
    view = await say(Restore(1))
    assert view.state.current_draft == view.state.draft_history[0].body
    view = await say(NewEmail("Subject: Boat trip\n\nWhen do we sail?", "at noon", role="instead"))
    assert view.state.drafts_before_email == drafts + 3
    view = await say(Accept())
    assert view.state.final_draft == view.state.current_draft
    assert view.state.acceptances[-1].draft_version == drafts + 4
    assert [entry.seq for entry in view.state.timeline] == list(range(view.version))


def test_it_is_migrated_once(saved: dict[str, Any]) -> None:
    once = migrated(saved["state"])

    assert once == migrated(once)
    assert once["schema_version"] == SCHEMA_VERSION
    assert ConversationState.model_validate(once).model_dump(mode="json") == migrated(
        ConversationState.model_validate(once).model_dump(mode="json")
    )


def test_one_of_a_newer_version_is_refused(saved: dict[str, Any]) -> None:
    with pytest.raises(NewerSchema, match="Update"):
        migrated(saved["state"] | {"schema_version": SCHEMA_VERSION + 1})


def test_the_chat_shows_each_as_it_was(tmp_path: Path) -> None:
    earlier = [json.loads(path.read_text(encoding="utf-8")) for path in SHAPES]

    found = subprocess.run(
        [sys.executable, "-m", "tests.contract.assistant.transcripts", str(tmp_path)],
        input=json.dumps([saved["state"] for saved in earlier]),
        check=True,
        capture_output=True,
        text=True,
    )

    for page, saved in zip(json.loads(found.stdout), earlier, strict=True):
        kinds = [kind for kind, _ in saved["shown"]]
        assert page["said"][0] == saved["shown"][0][1]
        cards = [name for name, _ in page["cards"]]
        assert cards.count("QuestionForm") == kinds.count("questions")
        drafts = {props["version"] for name, props in page["cards"] if name == "DraftCard"}
        earlier_drafts = [props["lines"] for name, props in page["cards"] if name == "EarlierDrafts"]
        drafts |= {line["version"] for lines in earlier_drafts for line in lines}
        assert drafts == set(range(1, kinds.count("draft") + 1))
        name, props = page["cards"][-1]
        assert (name, props["body"]) == ("DraftCard", saved["state"]["final_draft"])

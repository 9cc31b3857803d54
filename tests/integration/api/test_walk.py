"""Calls in any order: a conversation always says what comes next, and what it says works."""

from __future__ import annotations

import random

import httpx
import pytest

from email_assistant.errors import ModelRefused, ModelServerError
from tests.fakes.scripted_model import ScriptedModel
from tests.integration.api.conftest import GIVEN, Begin, State

STEPS = 60


def any_call(chance: random.Random, state: State) -> tuple[str, str, object]:
    """Return method, name and body of a call that may or may not fit."""
    versions = len(state["drafts"]) + 1
    answers = ["Thursday"] * chance.choice([0, 1, 2, len(state["questions"])])
    return chance.choice(
        [
            ("PUT", "initialize_draft", GIVEN),
            ("PUT", "initialize_draft", {**GIVEN, "response_instructions": ""}),
            ("PUT", "replace_email", GIVEN),
            ("PUT", "clarify_instructions", {"answers": answers}),
            ("PUT", "process_feedback", {"feedback": chance.choice(["Shorter.", "", "Reopen", "retry"])}),
            ("PUT", "restore_draft", {"version": chance.randint(1, versions)}),
            ("PUT", "replace_draft", {"body": chance.choice(["Mine.", "Edit:", "Looks good"])}),
            ("PUT", "fill_gap", {"gap": chance.randint(0, 1), "text": "noon"}),
            ("PUT", "set_instructions", {"response_instructions": chance.choice(["Say no.", "Say yes."])}),
            ("PUT", "compose", {"instructions": "write an email to Kim that I agree"}),
            ("PUT", "set_header", {"cc": ["kim@example.com"], "subject": "Lunch"}),
            ("PUT", "sign_as", {"name": "Sam Lee"}),
            ("PUT", "remove_wish", {"wish": 0}),
            ("POST", "another", None),
            ("POST", "undo", None),
            ("POST", "accept", None),
            ("POST", "reopen", None),
            ("POST", "retry", None),
            ("POST", "stop", None),
        ]
    )


def fitting_call(state: State) -> tuple[str, str, object]:
    """Return the call that `next_step` asks for."""
    match state["next_step"]:
        case "process_input":
            return "PUT", "initialize_draft", GIVEN
        case "clarify_instructions":
            return "PUT", "clarify_instructions", {"answers": ["Thursday" for _ in state["questions"]]}
        case "retry":
            return "POST", "retry", None
        case _:
            return "PUT", "process_feedback", {"feedback": "Shorter."}


@pytest.mark.parametrize("seed", range(6))
async def test_no_order_of_calls_breaks_a_conversation(
    client: httpx.AsyncClient, model: ScriptedModel, begin: Begin, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same walk every time
    app_id = await begin()
    for _ in range(STEPS):
        state = (await client.get(f"/{app_id}/state")).json()
        if chance.random() < 0.2:
            questions: list[list[str] | BaseException] = [["Which day?"], ModelServerError("It failed.")]
            model.questions.append(chance.choice(questions))
        if chance.random() < 0.2:
            drafts: list[str | BaseException] = [
                "",
                "Short.",
                "On [which day?].",
                ModelRefused("It declined."),
            ]
            model.drafts.append(chance.choice(drafts))
        fits = chance.random() < 0.5
        method, name, body = fitting_call(state) if fits else any_call(chance, state)
        answer = await client.request(method, f"/{name}/{app_id}", json=body)

        newest = (await client.get(f"/{app_id}/state")).json()
        assert answer.status_code in ((200, 502) if fits else (200, 409, 422, 502)), answer.text
        if answer.status_code == 200:
            assert answer.json() == newest
        elif answer.status_code == 502:
            assert newest["next_step"] == "retry"
        else:
            assert newest == state  # refused is as if it had not been said
        assert len(newest["drafts"]) == len(newest["draft_details"])
        assert (newest["next_step"] is None) == (newest["final_draft"] is not None)

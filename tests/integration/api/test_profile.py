"""What a person sets for all replies: asked for, replaced, refused, learned from a draft, and told of."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.fakes.scripted_model import ScriptedModel
from tests.integration.api.conftest import GIVEN, Begin

UNSET = {
    "name": "", "addresses": [], "signature": "", "facts": "", "tone": "", "length": "", "wishes": "",
    "language": "", "model": "", "examples": [], "refinements": [], "reply_all": False, "quote": True,
}  # fmt: skip
PROFILE = UNSET | {
    "name": "Sam Lee",
    "addresses": ["sam@example.com"],
    "facts": "In on Mondays.",
    "quote": False,
}


async def test_a_profile_is_replaced_and_is_its_owners_alone(client: httpx.AsyncClient) -> None:
    assert (await client.get("/profile")).json() == UNSET
    answer = await client.put("/profile", json=PROFILE)
    assert (answer.status_code, answer.json()) == (200, PROFILE)
    assert (await client.get("/profile")).json() == PROFILE
    assert (await client.get("/profile", headers={"x-owner": "eve"})).json() == UNSET

    assert (await client.put("/profile", json={"tone": "brief"})).json() == UNSET | {"tone": "brief"}
    assert (await client.get("/profile")).json() == UNSET | {"tone": "brief"}


async def test_what_is_given_is_changed_and_the_rest_stays(client: httpx.AsyncClient) -> None:
    await client.put("/profile", json=PROFILE)
    answer = await client.patch("/profile", json={"wishes": "No exclamation marks.", "name": ""})
    changed = PROFILE | {"wishes": "No exclamation marks.", "name": ""}
    assert (answer.status_code, answer.json()) == (200, changed)
    assert (await client.patch("/profile", json={})).json() == changed


async def test_each_field_that_cannot_be_kept_has_a_sentence(client: httpx.AsyncClient) -> None:
    await client.put("/profile", json=PROFILE)
    wrong = {"name": "x" * 201, "addresses": ["sam@example.com", "sam"], "tone": "brief"}
    answer = await client.patch("/profile", json=wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "InvalidInput")
    assert {each["where"]: each["what"] for each in answer.json()["errors"]} == {
        "body.name": "The field name may have at most 200 characters. Shorten it.",
        "body.addresses.1": '"sam" is not an email address. Give one such as sam@example.com.',
    }
    assert (await client.get("/profile")).json() == PROFILE
    assert (
        await client.patch("/profile", content=b"{", headers={"content-type": "application/json"})
    ).status_code == 400


async def test_standing_wishes_and_the_language_reach_the_writer(
    client: httpx.AsyncClient, model: ScriptedModel, begin: Begin
) -> None:
    await client.put(
        "/profile", json={"wishes": "No exclamation marks.\n\n Never a phone call. ", "language": "nl"}
    )
    app_id = await begin()
    state = (await client.put(f"/initialize_draft/{app_id}", json=GIVEN)).json()
    assert state["profile_used"] == ["wishes", "language"]
    assert model.told[-1].language == "en"
    assert model.told[-1].wishes == ("No exclamation marks.", "Never a phone call.")

    app_id = await begin()
    await client.put(
        f"/initialize_draft/{app_id}", json={"email_to_respond": "12345", "response_instructions": "yes"}
    )
    assert model.told[-1].language == "nl"


@pytest.mark.parametrize(
    "body",
    [
        {"nmae": "Sam"},
        {"name": None},
        {"name": "x" * 201},
        {"addresses": ["sam"]},
        {"addresses": "sam@example.com"},
        {"examples": ["x"] * 6},
        {"examples": [""]},
        {"reply_all": "yes"},
        {"language": "xx"},
        [],
    ],
)
async def test_what_cannot_be_kept_is_refused_and_changes_nothing(
    client: httpx.AsyncClient, body: Any
) -> None:
    await client.put("/profile", json=PROFILE)
    answer = await client.put("/profile", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"]
    assert (await client.get("/profile")).json() == PROFILE


async def test_the_state_names_what_of_the_profile_was_used(
    client: httpx.AsyncClient, model: ScriptedModel, begin: Begin
) -> None:
    app_id = await begin()
    assert (await client.get(f"/{app_id}/state")).json()["profile_used"] == []
    await client.put("/profile", json=PROFILE | {"examples": ["Hi"], "signature": "Sam"})
    state = (await client.put(f"/initialize_draft/{app_id}", json=GIVEN)).json()
    assert state["profile_used"] == ["name", "addresses", "facts", "examples"]
    assert model.told[-1].voice.examples == ("Hi",)

    await client.put("/profile", json={"tone": "brief"})
    state = (await client.put(f"/replace_draft/{app_id}", json={"body": "Mine."})).json()
    assert state["profile_used"] == ["name", "addresses", "facts", "examples"]
    state = (await client.put(f"/process_feedback/{app_id}", json={"feedback": "shorter"})).json()
    assert state["profile_used"] == ["tone"]
    state = (await client.put(f"/restore_draft/{app_id}", json={"version": 1})).json()
    assert state["profile_used"] == ["name", "addresses", "facts", "examples"]


async def test_the_newest_edited_draft_becomes_an_example(
    client: httpx.AsyncClient, model: ScriptedModel, drafted: Begin
) -> None:
    app_id = await drafted()
    refused = await client.post(f"/learn/{app_id}")
    assert (refused.status_code, refused.json()["code"]) == (409, "WrongStep")
    assert refused.json()["next_step"] == "process_feedback"

    await client.put(f"/replace_draft/{app_id}", json={"body": "First."})
    await client.put(f"/replace_draft/{app_id}", json={"body": "Second."})
    await client.put(f"/process_feedback/{app_id}", json={"feedback": "shorter"})
    for _ in range(2):
        learned = await client.post(f"/learn/{app_id}")
        assert (learned.status_code, learned.json()["examples"]) == (200, ["Second."])

    await client.put(f"/process_feedback/{app_id}", json={"feedback": "longer"})
    assert model.told[-1].voice.examples == ("Second.",)
    foreign = await client.post(f"/learn/{app_id}", headers={"x-owner": "eve"})
    assert foreign.status_code == 404
    assert (await client.get("/profile", headers={"x-owner": "eve"})).json() == UNSET


async def test_a_draft_too_long_for_an_example_is_refused(client: httpx.AsyncClient, drafted: Begin) -> None:
    app_id = await drafted()
    await client.put(f"/replace_draft/{app_id}", json={"body": "x" * 10_001})
    refused = await client.post(f"/learn/{app_id}")
    assert (refused.status_code, refused.json()["code"]) == (422, "InvalidInput")

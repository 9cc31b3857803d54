"""Problems and what a person reads of a state, in the language that a client accepts."""

from __future__ import annotations

import httpx

from email_assistant.translations import in_language
from tests.integration.api.conftest import GIVEN, Begin
from tests.integration.api.test_refusals import UNKNOWN, problem

NOT_FOUND = f"There is no conversation '{UNKNOWN}'. It may have been deleted."
HOW = "How would you like to reply?"


async def test_a_problem_is_told_in_the_language_that_is_accepted(client: httpx.AsyncClient) -> None:
    path = f"/{UNKNOWN}/state"
    english = await client.get(path)
    german = await client.get(path, headers={"accept-language": "de-AT, en;q=0.5"})
    other = await client.get(path, headers={"accept-language": "sv"})

    assert problem(english, 404)["detail"] == problem(other, 404)["detail"] == NOT_FOUND
    assert english.headers["content-language"] == "en"
    told = problem(german, 404)
    assert told["detail"] == f"Die Unterhaltung '{UNKNOWN}' gibt es nicht. Vielleicht wurde sie gelöscht."
    assert told["code"] == english.json()["code"], "programs tell problems apart by it"
    assert german.headers["content-language"] == "de"
    assert "Accept-Language" in german.headers["vary"]


async def test_what_is_wrong_in_a_request_is_told_as_well(client: httpx.AsyncClient) -> None:
    refused = await client.put(f"/initialize_draft/{UNKNOWN}", json={}, headers={"accept-language": "fr"})

    assert str(problem(refused, 422)["detail"]).startswith("La requête est inutilisable")


async def test_a_question_of_ours_is_asked_in_it_and_kept_for_every_language(
    client: httpx.AsyncClient, begin: Begin
) -> None:
    app_id = await begin()
    await client.put(f"/initialize_draft/{app_id}", json=GIVEN | {"response_instructions": ""})
    for language in ("ja", "en", "ar"):
        state = await client.get(f"/{app_id}/state", headers={"accept-language": language})
        assert state.json()["questions"] == [in_language(language, HOW)]
        assert state.headers["content-language"] == language

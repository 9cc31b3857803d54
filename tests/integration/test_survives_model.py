"""Every way in which a model can fail, through both doors: a sentence, nothing lost, and the retry works."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.chainlit_client import MAIL, Tab, same_after_a_reload
from tests.integration.over_http import HttpClient
from tests.integration.processes import ModelProcess, ServerProcess, running_server

# What the model's server does; the status and the code over HTTP, the seconds to wait if any, and words of
# the sentence. A step that may be tried again unasked fails every time.
FAILURES: dict[str, tuple[dict[str, Any], int, str, str | None, str]] = {
    "401": ({"status": 401}, 502, "ModelRejectedKey", None, "OPENAI_API_KEY"),
    "403": ({"status": 403}, 502, "ModelRejectedKey", None, "OPENAI_API_KEY"),
    "404": ({"status": 404}, 502, "ModelNotFound", None, "EMAIL_ASSISTANT_MODEL"),
    "429": ({"status": 429}, 429, "ModelBusy", "2", "busy"),
    "429 with Retry-After": (
        {"status": 429, "headers": {"Retry-After": "21"}}, 429, "ModelBusy", "21", "21 seconds",
    ),
    "500": ({"status": 500}, 502, "ModelServerError", None, "failed"),
    "no answer": ({"cut": True}, 502, "ModelUnreachable", None, "cannot be reached"),
    "no first word": ({"stall": True}, 504, "ModelTimeout", None, "did not respond"),
    "no further word": ({"stall": True, "after": 2}, 504, "ModelTimeout", None, "did not respond"),
    "a cut stream": ({"cut": True, "after": 2}, 502, "ModelCutOff", None, "broke off"),
    "no JSON": ({"raw": "<html>no</html>"}, 502, "ModelUnreachable", None, "is not a model's server"),
    "a refusal": ({"text": "", "refusal": "No."}, 502, "ModelRefused", None, "declined"),
    "nothing": ({"text": " \n"}, 502, "ModelInvalidAnswer", None, "empty"),
    "no end": ({"endless": True}, 502, "ModelCutOff", None, "without coming to an end"),
    "too long": (
        {"status": 400, "error": {"code": "context_length_exceeded"}},
        502, "ModelInputTooLong", None, "shorter",
    ),
    "a content filter": (
        {"status": 400, "error": {"code": "content_filter"}}, 502, "ModelRefused", None, "declined",
    ),
}  # fmt: skip
IN_QUESTIONS = {"text": '{"other": 1}', "structured": True, "times": 3}
"""JSON outside the schema, in every way of asking for it."""


@pytest.fixture(scope="module")
def impatient(
    shared_model: ModelProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """Provide a server that gives its model only a few seconds."""
    data = tmp_path_factory.mktemp("impatient") / "data"
    with running_server(data, model_url=shared_model.url, EMAIL_ASSISTANT_MODEL_TIMEOUT="2") as server:
        yield server


@pytest.fixture
async def patient_tab(impatient: ServerProcess, model: ModelProcess) -> AsyncIterator[Tab]:
    async with Tab(impatient.url) as tab:
        yield tab


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failing_model_is_told_of_and_the_step_can_be_retried(
    impatient: ServerProcess, model: ModelProcess, patient_tab: Tab, failure: str
) -> None:
    reply, status, code, wait, words = FAILURES[failure]
    tab = patient_tab
    async with HttpClient(impatient.url) as http:
        model.will({**reply, "structured": False, "times": None})

        page = await tab.say(f"Instructions: say yes\n\n{MAIL}")
        (problem,) = page.cards("ProblemCard")
        assert words in problem["sentence"]
        assert not [props for props in page.cards("DraftCard") if not props.get("body")]
        await same_after_a_reload(tab)

        app_id = await http.create()
        answer = await http.email(app_id, MAIL, "say yes")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert words in answer.json()["detail"]
        assert answer.headers["Retry-After"] == (wait or "2")
        state = await http.state(app_id)
        assert (state["next_step"], state["problem"], state["drafts"]) == ("retry", problem["sentence"], [])

        model.reset()
        await tab.say("retry")
        assert tab.page.cards("ProblemCard") == []
        assert tab.page.live("DraftCard")["body"]
        await same_after_a_reload(tab)
        assert len((await http.retry(app_id)).json()["drafts"]) == 1


async def test_where_the_model_writes_nothing_the_rules_write_and_the_card_says_so(
    tmp_path: Path, model: ModelProcess
) -> None:
    with running_server(tmp_path / "data", model_url=model.url, EMAIL_ASSISTANT_PROOFREADER="on") as server:
        async with Tab(server.url) as tab:
            model.will({"text": " \n", "structured": False, "times": None})
            page = await tab.say(f"Instructions: say yes\n\n{MAIL}")
            assert page.cards("QuestionForm")  # which day
            page = await tab.say("skip")
            assert page.cards("ProblemCard") == []
            assert page.live("DraftCard")["body"]
            assert page.live("DraftCard")["by_rules"]
            await same_after_a_reload(tab)


async def test_questions_outside_the_schema_do_not_hold_up_the_draft(
    impatient: ServerProcess, model: ModelProcess, patient_tab: Tab
) -> None:
    model.will(IN_QUESTIONS)
    page = await patient_tab.say(f"Instructions: say yes\n\n{MAIL}")
    assert page.cards("ProblemCard") == []
    assert page.live("DraftCard")["body"]
    await same_after_a_reload(patient_tab)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/v1", "http://nowhere.invalid/v1", "https{}"])
async def test_a_server_that_is_not_there_and_then_is(
    tmp_path_factory: pytest.TempPathFactory, model: ModelProcess, url: str
) -> None:
    """Refused, never resolved (RFC 6761), and no TLS; with the right address the same step goes on."""
    data = tmp_path_factory.mktemp("elsewhere") / "data"
    with running_server(data, model_url=url.format(model.url.removeprefix("http"))) as server:
        async with HttpClient(server.url) as http:
            app_id = await http.create()
            answer = await http.email(app_id, MAIL, "say yes")
            assert (answer.status_code, answer.json()["code"]) == (502, "ModelUnreachable")
    with running_server(data, model_url=model.url) as server:
        async with HttpClient(server.url) as http, Tab(server.url, thread_id=app_id) as tab:
            assert "cannot be reached" in tab.page.cards("ProblemCard")[0]["sentence"]
            await tab.say("retry")
            assert len((await http.state(app_id))["drafts"]) == 1

"""The conversations of the terminal are those of the service, and so of every other door."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from email_assistant.conversation.commands import NewEmail, Revise
from email_assistant.errors import ConversationNotFound
from email_assistant.service.opening import open_assistant
from email_assistant.settings import LOCAL_USER, Settings
from tests.e2e.serving import serving
from tests.integration.cli.program import EMAIL, Program, offline


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Provide those of `program`."""
    return offline(tmp_path)


async def test_begun_in_the_terminal_it_is_in_the_list_of_the_service(
    program: Program, email: str, settings: Settings
) -> None:
    begun = json.loads(program.run("reply", email, "-i", "say yes", "--no-input", "--json").stdout)
    async with open_assistant(settings) as assistant:
        page = await assistant.page(LOCAL_USER)
        assert [(row.app_id, row.title) for row in page.conversations] == [
            (begun["app_id"], "Lunch next week?")
        ]
        view = await assistant.turn(LOCAL_USER, begun["app_id"], Revise("make it more formal"))
    assert len(view.state.draft_history) == 2
    assert (
        json.loads(program.run("show", begun["app_id"], "--json").stdout)["drafts"][1]
        == view.state.current_draft
    )


async def test_where_people_sign_in_it_must_be_said_whose_conversations(
    program: Program, settings: Settings
) -> None:
    async with open_assistant(settings) as assistant:
        await assistant.accounts.add("ana", "correct horse battery")
        await assistant.create("ana", "1a2b3c4d-0000-4000-8000-000000000001")
        await assistant.rename("ana", "1a2b3c4d-0000-4000-8000-000000000001", "Lunch")
    signed_in = {"EMAIL_ASSISTANT_AUTH": "password"}
    assert program.run("list", **signed_in).returncode == 7
    assert program.run("--user", "eve", "list", **signed_in).returncode == 4
    assert "1a2b3c4d" in program.run("--user", "Ana", "list", **signed_in).stdout
    assert "1a2b3c4d" not in program.run("list").stdout


async def test_a_running_server_and_the_terminal_show_the_same(program: Program, email: str) -> None:
    async with serving(program.data_dir) as server, httpx.AsyncClient(base_url=f"{server.url}/api/v1") as api:
        begun = program.run("reply", email, "-i", "say yes", "--no-input", "--json")
        state = json.loads(begun.stdout)
        assert (await api.get(f"/{state['app_id']}/state")).json() == state
        await api.put(f"/process_feedback/{state['app_id']}", json={"feedback": ""})
        accepted = json.loads(program.run("show", state["app_id"], "--json").stdout)
        assert accepted["final_draft"] == state["drafts"][0]
        listed = (await api.get("/conversations")).json()["conversations"]
        assert listed == json.loads(program.run("list", "--json").stdout)


async def test_begun_elsewhere_it_goes_on_in_the_terminal(program: Program, settings: Settings) -> None:
    async with open_assistant(settings) as assistant:
        app_id = (await assistant.create(LOCAL_USER)).app_id
        await assistant.turn(LOCAL_USER, app_id, NewEmail(EMAIL, "say yes"))
    assert program.run("resume", app_id[:8], "--say", "accept", "--no-input").returncode == 0
    async with open_assistant(settings) as assistant:
        view = await assistant.view(LOCAL_USER, app_id)
    assert view.state.final_draft == view.state.current_draft != ""


async def test_begun_elsewhere_without_an_email_it_is_pasted_in_the_terminal(
    program: Program, settings: Settings
) -> None:
    async with open_assistant(settings) as assistant:
        app_id = (await assistant.create(LOCAL_USER)).app_id
    terminal = program.at_terminal("resume", app_id)
    terminal.sees("Ctrl-D")
    terminal.child.send(EMAIL)
    terminal.presses("d")
    terminal.sees("How would you like to reply?")
    terminal.types("say yes")
    terminal.types("quit")
    assert terminal.leaves() == 0


async def test_an_input_that_has_ended_leaves_the_conversation_as_it_is(
    program: Program, settings: Settings
) -> None:
    async with open_assistant(settings) as assistant:
        app_id = (await assistant.create(LOCAL_USER)).app_id
    ended = program.run("resume", app_id)
    assert ended.returncode == 0
    assert "email-assistant resume" in ended.stderr


async def test_an_id_is_found_by_its_beginning_if_that_is_the_only_one(settings: Settings) -> None:
    one, two = (f"1a2b3c4d-0000-4000-8000-00000000000{n}" for n in "12")
    other = "ffffffff-ffff-4fff-8fff-ffffffffffff"
    async with open_assistant(settings) as assistant:
        for app_id in (one, two, other):
            await assistant.create(LOCAL_USER, app_id)
        assert await assistant.resolve_id(LOCAL_USER, other[:8]) == other
        assert await assistant.resolve_id(LOCAL_USER, one) == one
        with pytest.raises(ConversationNotFound, match="Several"):
            await assistant.resolve_id(LOCAL_USER, one[:8])
        for unknown in (other[:7], "0" * 8, "", other + "0", "1a2b3c4%"):
            with pytest.raises(ConversationNotFound, match="There is no"):
                await assistant.resolve_id(LOCAL_USER, unknown)
        with pytest.raises(ConversationNotFound):
            await assistant.resolve_id("somebody else", other)

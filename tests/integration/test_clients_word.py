"""Whatever a client sends: ids, payloads and sizes that no page of ours would send."""

from __future__ import annotations

from typing import Any

import pytest

from email_assistant.chat import texts
from tests.integration.chainlit_client import MAIL, WITH_INSTRUCTIONS, Tab, same_after_a_reload
from tests.integration.processes import ServerProcess

UNKNOWN = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


@pytest.mark.parametrize("thread_id", ["x", "../../etc/passwd", UNKNOWN, UNKNOWN.upper()])
async def test_a_thread_that_is_unknown_is_not_found_and_a_message_in_it_begins_another(
    server: ServerProcess, thread_id: str
) -> None:
    async with Tab(server.url, thread_id=thread_id) as tab:
        assert tab.page.problems == ["Thread not found."]

        page = await tab.say(WITH_INSTRUCTIONS)

        assert page.cards("DraftCard") or page.cards("QuestionForm")
        assert not any(repr(thread_id) in said for said in page.outputs())
        begun = page.interactions[-1]["thread_id"]
        known = [thread["id"] for thread in (await tab.sidebar()).json()["data"]]
        assert begun in known
        assert thread_id not in known


async def test_a_conversation_deleted_under_an_open_tab_gets_a_sentence(tab: Tab) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    deleted = await tab.http.request("DELETE", "/project/thread", json={"threadId": tab.conversation})
    assert deleted.status_code == 200

    page = await tab.say("shorter")

    assert "may have been deleted" in page.outputs()[-1]


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"text": 1},
        {"text": None},
        {"text": ["a"]},
        {"text": "x", "seen": "soon"},
        {"text": "x", "seen": None},
        {"text": "x", "seen": -1},
        {"text": "x", "seen": 10**30},
        {"answers": "yes"},
        {"answers": [1]},
        {"answers": [None]},
        {"answers": []},
        {"answers": ["a"] * 100},
        {"answers": {"0": "a"}},
        {"answers": ["a", "b"]},
        {"text": "x" * 200_000},
        {"answers": ["x" * 200_000]},
        {"text": "Edit:\n" + "x" * 200_000},
        {"edit": "x" * 200_000},
        {"edit": " "},
        {"restore": 10**30},
        {"restore": "1"},
        {"accept": False},
        {"retry": True},
        {"text": "shorter", "restore": 1},
        {"__burr_serde__": "pickle", "text": "shorter\0\ud800"},
    ],
)
async def test_whatever_a_button_sends_leaves_a_conversation_that_goes_on(
    tab: Tab, payload: dict[str, Any]
) -> None:
    await tab.say(WITH_INSTRUCTIONS)

    await tab.tap(**payload)
    await tab.say("shorter")

    thread = await tab.thread()
    assert thread["steps"][-1]["type"] == "assistant_message"
    await tab.page.until(lambda page: not page.loading)
    async with Tab(tab.url, thread_id=tab.conversation) as other:
        assert other.page.shown() == await tab.projected()


@pytest.mark.parametrize(
    "payload", [{}, {"version": "2"}, {"version": True}, {"version": 10**9}, {"version": -1}]
)
async def test_a_comparison_that_cannot_be_made_is_nothing(tab: Tab, payload: dict[str, Any]) -> None:
    await tab.say(WITH_INSTRUCTIONS)

    assert not await tab.act("changes", payload)


@pytest.mark.parametrize("payload", [[], "x", None, 1])
async def test_a_payload_that_is_no_object_is_refused(tab: Tab, payload: Any) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    action = {"name": "say", "payload": payload, "label": "", "tooltip": "", "id": "x"}

    answer = await tab.http.post("/project/action", json={"sessionId": tab.session_id, "action": action})

    assert answer.status_code == 422
    await same_after_a_reload(tab)


async def test_a_comparison_of_two_long_texts_takes_no_longer_than_a_moment(tab: Tab) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    await tab.say("Edit:\n" + "one two three " * 7_000)
    await tab.say("Edit:\n" + "two one three " * 7_000)

    changes = await tab.act("changes", {"version": 3})

    assert "".join(text for kind, text in changes if kind != "removed") == ("two one three " * 7_000).strip()


@pytest.mark.parametrize("text", ["", " ", "\n", "\0", "\ud800", "\u202e"])
async def test_a_message_without_a_word_gets_a_sentence_and_the_conversation_goes_on(
    tab: Tab, text: str
) -> None:
    await tab.say(text)
    await tab.say(WITH_INSTRUCTIONS)
    await tab.say("shorter")

    assert (await tab.thread())["steps"]


@pytest.mark.parametrize("size", [100_000, 1_000_000, 6_000_000])
async def test_a_large_paste_gets_through(tab: Tab, size: int) -> None:
    paste = MAIL + "\n" + "All is well in the spring. " * (size // 27)

    page = await tab.say(paste)

    assert page.live("QuestionForm")
    await tab.say("say yes")
    async with Tab(tab.url, thread_id=tab.conversation) as other:
        assert other.page.shown() == await tab.projected()


async def test_feedback_that_is_too_long_gets_a_sentence_and_stays_on_the_page(tab: Tab) -> None:
    await tab.say(WITH_INSTRUCTIONS)

    page = await tab.say("x" * 100_001)

    assert "100,001 characters long" in page.outputs()[-1]
    assert texts.NOT_USED in page.outputs()[-1]
    assert page.live("DraftCard")


async def test_a_message_of_another_type_is_taken_as_the_persons(tab: Tab) -> None:
    ends = tab.page.ends
    await tab.send(WITH_INSTRUCTIONS, type="assistant_message", name="root", parentId=None)
    await tab.page.until(lambda page: page.ends > ends)

    assert (await tab.thread())["steps"][0]["type"] == "user_message"


async def test_elements_that_a_client_changes_or_removes_change_nothing(tab: Tab) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    element = next(element for element in tab.page.elements if element["name"] == "DraftCard")
    forged = element | {"props": {"body": "forged", "live": True}}
    before = await tab.projected()

    for method in ("PUT", "DELETE"):
        await tab.http.request(
            method, "/project/element", json={"sessionId": tab.session_id, "element": forged}
        )

    assert await tab.projected() == before


async def test_a_conversation_cannot_be_shared(tab: Tab) -> None:
    await tab.say(WITH_INSTRUCTIONS)

    await tab.http.put("/project/thread/share", json={"threadId": tab.conversation, "isShared": True})

    assert (await tab.http.get(f"/project/share/{tab.conversation}")).status_code == 404

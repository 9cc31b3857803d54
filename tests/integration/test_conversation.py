"""A whole conversation through Chainlit's own protocol: the page and its projection are the same."""

from __future__ import annotations

from typing import Any

from email_assistant.chat import texts
from tests.integration.chainlit_client import MAIL, WITH_INSTRUCTIONS, Tab, same_after_a_reload
from tests.integration.processes import ModelProcess, ServerProcess


async def test_a_whole_conversation_shows_the_same_live_and_after_a_reload(
    tab: Tab, model: ModelProcess
) -> None:
    page = tab.page
    model.will({"structured": True, "questions": ["Which day?", "Where?"]})

    await tab.say(MAIL)
    assert page.live("QuestionForm")["questions"] == ["How would you like to reply?"]
    await same_after_a_reload(tab)

    await tab.say("say yes")
    assert page.live("QuestionForm")["questions"] == ["Which day?", "Where?"]
    await same_after_a_reload(tab)

    await tab.tap(answers=["Thursday", ""], seen=page.live("QuestionForm")["seen"])
    assert page.live("DraftCard")["body"].startswith("Hi Ana")
    assert page.cards("QuestionForm")[-1]["answers"] == ["Thursday", ""]
    await same_after_a_reload(tab)

    model.will({"text": "Hi Dana,\n\nshort."})
    await tab.tap(text="Make it shorter.", seen=page.live("DraftCard")["seen"])
    assert page.live("DraftCard")["body"] == "Hi Dana,\n\nshort."
    await same_after_a_reload(tab)
    assert await tab.act("changes", {"version": 2}) != []

    await tab.say("Edit:\nMine.")
    assert page.live("DraftCard")["body"] == "Mine."
    await same_after_a_reload(tab)

    await tab.say("back to version 2")
    assert page.live("DraftCard")["body"] == "Hi Dana,\n\nshort."
    await same_after_a_reload(tab)

    await tab.say("looks good")
    assert page.outputs()[-1] == texts.FINAL
    assert page.live("DraftCard").get("final")
    await same_after_a_reload(tab)

    await tab.say("friendlier, please")
    assert not page.live("DraftCard").get("final")
    await same_after_a_reload(tab)

    await tab.tap(text="Accept", seen=page.live("DraftCard")["seen"])
    assert page.live("DraftCard").get("final")
    await same_after_a_reload(tab)
    assert not page.toasts
    assert not page.loading


async def test_another_tab_shows_the_same_and_goes_on(tab: Tab, server: ServerProcess) -> None:
    await tab.say(WITH_INSTRUCTIONS)

    async with Tab(server.url, thread_id=tab.conversation) as other:
        assert other.page.shown() == await tab.projected()
        await other.say("shorter")
        assert other.page.versions == [1, 2]
        await same_after_a_reload(other)


async def test_a_draft_streams_into_its_card(tab: Tab, model: ModelProcess) -> None:
    model.will({"text": "one two three four", "stall": True, "after": 2, "structured": False})

    await tab.send(WITH_INSTRUCTIONS)
    await tab.page.until(lambda page: any("one two" in words for words in page.outputs("llm")))
    (card,) = tab.page.cards("DraftCard")
    assert card["words"] == tab.page.steps[-1]["id"]
    assert tab.page.loading

    model.release()
    await tab.page.until(lambda page: not page.loading)
    assert tab.page.live("DraftCard")["body"] == "one two three four"
    assert tab.page.outputs("llm") == []
    await same_after_a_reload(tab)


async def test_words_that_were_only_thought_leave_the_card(tab: Tab, model: ModelProcess) -> None:
    model.will(
        {"text": "They want lunch. </think> Hi Dana, yes", "stall": True, "after": 6, "structured": False}
    )

    await tab.send(WITH_INSTRUCTIONS)
    await tab.page.until(lambda page: any("Dana" in words for words in page.outputs("llm")))
    assert tab.page.outputs("llm") == ["Hi Dana,"]

    model.release()
    await tab.page.until(lambda page: not page.loading)
    assert tab.page.live("DraftCard")["body"] == "Hi Dana, yes"
    await same_after_a_reload(tab)


async def test_the_starters_lead_into_a_conversation(tab: Tab) -> None:
    settings = (await tab.http.get("/project/settings?language=en-US")).json()
    reply, sample = settings["starters"]
    assert (reply["message"], sample["message"]) == (texts.STARTER, texts.SAMPLE_EMAIL)

    page = await tab.say(reply["message"])
    assert page.outputs() == [texts.GREETING]
    assert page.outputs("user_message") == []
    await same_after_a_reload(tab)

    await tab.say(sample["message"])
    assert page.live("QuestionForm")
    await same_after_a_reload(tab)


async def test_the_sidebar_names_the_conversation_by_its_subject(tab: Tab) -> None:
    await tab.say(WITH_INSTRUCTIONS)

    newest: dict[str, Any] = (await tab.sidebar()).json()["data"][0]
    assert (newest["id"], newest["name"]) == (tab.conversation, "Lunch")
    assert newest["steps"] == []

"""What a person can do to a draft on the page without a word for the model, through Chainlit's protocol."""

from __future__ import annotations

from email_assistant.chat import texts
from tests.integration.chainlit_client import MAIL, WITH_INSTRUCTIONS, Tab, same_after_a_reload
from tests.integration.processes import ModelProcess, ServerProcess

GAPS = "Hi Dana,\n\n[which day?] suits me, at [what time?].\n\nSam"
OTHER = "From: Eva <eva@example.com>\nSubject: Dinner\n\nShall we have dinner?"


async def test_gaps_are_filled_and_minded_once(tab: Tab, model: ModelProcess) -> None:
    model.will({"text": GAPS, "structured": False})
    await tab.say(WITH_INSTRUCTIONS)
    card = tab.page.live("DraftCard")
    assert [gap["text"] for gap in card["gaps"]] == ["which day?", "what time?"]

    await tab.say("looks good")
    assert "2 gaps are open" in tab.page.outputs()[-1]
    assert texts.NOT_USED not in tab.page.outputs()[-1]
    assert not tab.page.live("DraftCard").get("final")

    await tab.tap(fill={"gap": 1, "text": "noon"}, seen=card["seen"])
    assert tab.page.live("DraftCard")["body"] == GAPS.replace("[what time?]", "noon")
    assert tab.page.outputs("user_message")[-1] == "noon"

    await tab.say("looks good")
    await tab.say("looks good")
    assert tab.page.live("DraftCard")["final"]
    assert tab.page.shown()[1] == (await tab.projected())[1]


async def test_another_version_and_undo(tab: Tab, model: ModelProcess) -> None:
    model.will(*({"text": text, "structured": False} for text in ("Yes.", "Gladly.", "Gladly.")))
    await tab.say(WITH_INSTRUCTIONS)
    assert not tab.page.live("DraftCard")["undo"]

    await tab.tap(another=True, seen=tab.page.live("DraftCard")["seen"])
    card = tab.page.live("DraftCard")
    assert (card["body"], card["another_of"], card["undo"]) == ("Gladly.", 1, True)
    assert await tab.act("draft", {"version": 1}) == "Yes."
    assert await tab.act("draft", {"version": 9}) is None
    await same_after_a_reload(tab)

    await tab.say("again")
    assert tab.page.outputs()[-1] == texts.SAME_AGAIN
    await same_after_a_reload(tab)

    await tab.tap(undo=True, seen=tab.page.live("DraftCard")["seen"])
    assert tab.page.live("DraftCard")["body"] == "Yes."
    assert tab.page.outputs("user_message")[-1] == "Undo"
    await same_after_a_reload(tab)

    await tab.tap(accept=True, seen=tab.page.live("DraftCard")["seen"])
    await tab.say("undo")
    assert not tab.page.live("DraftCard").get("final")
    await same_after_a_reload(tab)


async def test_a_draft_equal_to_the_newest_changes_nothing(tab: Tab) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    before = await tab.projected()
    card = tab.page.live("DraftCard")

    await tab.tap(edit=f"{card['body']}\n", seen=card["seen"])
    assert tab.page.outputs()[-1] == texts.UNCHANGED
    await tab.tap(restore=1, seen=card["seen"])

    assert await tab.projected() == before


async def test_instructions_and_a_name(tab: Tab, model: ModelProcess) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    (email,) = tab.page.cards("EmailCard")
    assert email["asked"] == "say yes"

    await tab.tap(instructions="say no", seen=email["seen"])
    assert tab.page.cards("EmailCard")[0]["asked"] == "say no"
    assert tab.page.outputs("user_message")[-1] == "Instead: say no"
    await same_after_a_reload(tab)

    await tab.tap(sign="Sam Lee", seen=tab.page.live("DraftCard")["seen"])
    assert tab.page.live("DraftCard")["body"].endswith("\nSam Lee")
    assert tab.page.outputs("user_message")[-1] == "Sign as Sam Lee"
    await same_after_a_reload(tab)


async def test_a_proposal_is_used_by_a_tap(tab: Tab) -> None:
    await tab.say("Hi Sam,\n\nDoes 3pm on Friday work for you?\n\nBest,\nDana\n\nReply: yes 3pm works")
    form = tab.page.live("QuestionForm")
    assert form["proposal"] == "yes 3pm works"

    await tab.tap(use_proposal=True, seen=form["seen"])

    assert tab.page.live("DraftCard")["body"]
    assert [card["asked"] for card in tab.page.cards("EmailCard")] == ["yes 3pm works"]
    await same_after_a_reload(tab)


async def test_an_email_of_another_thread_is_answered_instead(tab: Tab) -> None:
    await tab.say(WITH_INSTRUCTIONS)

    await tab.say(OTHER)
    assert texts.OTHER_EMAIL in tab.page.outputs()
    assert tab.page.cards("ChoiceCard")
    await tab.act("answer_instead", {})
    await tab.page.until(lambda page: not page.loading and bool(page.cards("QuestionForm")))

    assert not tab.page.cards("ChoiceCard")
    assert tab.page.live("QuestionForm")["questions"] == ["How would you like to reply?"]
    assert (await tab.thread())["name"] == "Dinner"


async def test_an_email_of_another_thread_begins_a_conversation(tab: Tab, server: ServerProcess) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    await tab.say(OTHER)

    begun = await tab.act("begin_anew", {})

    assert begun != tab.conversation
    async with Tab(server.url, thread_id=begun) as other:
        await other.page.until(lambda page: any(card.get("live") for card in page.cards("QuestionForm")))
        assert other.page.live("QuestionForm")["questions"] == ["How would you like to reply?"]
    assert (await tab.thread())["name"] == "Lunch"


async def test_an_email_of_the_same_thread_joins(tab: Tab) -> None:
    await tab.say(WITH_INSTRUCTIONS)

    await tab.say(MAIL.replace("Subject: Lunch", "Subject: Re: Lunch").replace("Tuesday", "Monday"))

    assert tab.page.live("QuestionForm")["questions"] == ["How would you like to reply?"]
    await same_after_a_reload(tab)


async def test_there_is_nothing_to_choose_where_nothing_was_offered(tab: Tab) -> None:
    await tab.say(WITH_INSTRUCTIONS)

    assert await tab.act("begin_anew", {}) is None
    await tab.act("answer_instead", {})

    await tab.page.until(lambda page: page.toasts == [texts.BAD_TAP])
    await same_after_a_reload(tab)

"""Stop, double clicks, lost sockets and second tabs: nothing is lost, nothing doubled, the page is right."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from email_assistant.chat import texts
from tests.integration.chainlit_client import MAIL, WITH_INSTRUCTIONS, Page, Tab, same_after_a_reload
from tests.integration.processes import ModelProcess, ServerProcess

STALLED_QUESTIONS = {"structured": True, "stall": True}
STALLED_DRAFT = {"structured": False, "stall": True}
STALLED_WORDS = {"structured": False, "stall": True, "after": 2, "text": "one two three four"}
CHANGED = {"structured": False, "text": "Hi Dana,\n\nNoon suits me."}
CHANGED_AGAIN = {"structured": False, "text": "Hi Dana,\n\nNoon suits me very well."}
"""A draft equal to the newest one would be no version."""


def words_came(page: Page) -> bool:
    return any("one two" in words for words in page.outputs("llm"))


def is_live(page: Page) -> bool:
    """Return whether a draft can be judged; the card of one that is being written is there before."""
    return any(card.get("live") for card in page.cards("DraftCard"))


def again(tab: Tab) -> Callable[[Page], bool]:
    """Return whether one more task has begun and ended."""
    starts, ends = tab.page.starts, tab.page.ends
    return lambda page: page.starts > starts and page.ends > ends


def without_notices(tab: Tab, *more: str) -> tuple[list[Any], dict[str, Any]]:
    """Return what the page shows of the conversation, without what was refused."""
    steps, elements = tab.page.shown()
    notices = (*more, texts.BUSY, texts.NOT_USED, "This conversation")
    return [step for step in steps if not step["output"].startswith(notices)], elements


# --- Stop ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stalled", [STALLED_QUESTIONS, STALLED_DRAFT, STALLED_WORDS])
async def test_stop_in_the_first_turn_and_go_on(
    tab: Tab, model: ModelProcess, stalled: dict[str, Any]
) -> None:
    model.will(stalled)
    await tab.send(WITH_INSTRUCTIONS)
    last = 0 if stalled["structured"] else 1
    await model.come(last)
    if "after" in stalled:
        await tab.page.until(words_came)

    page = await tab.stopped()

    assert page.cards("ProblemCard")[0]["sentence"] == texts.STOPPED
    assert page.outputs("llm") == []
    assert not [props for props in page.cards("DraftCard") if not props.get("body")]
    assert "Task manually stopped." not in page.outputs()
    await same_after_a_reload(tab)
    assert model.ended(last) == "client closed"

    await tab.tap(text="retry")
    assert page.live("DraftCard")["body"]
    assert page.cards("ProblemCard") == []
    await same_after_a_reload(tab)


async def test_stop_in_a_revision_and_say_more_instead_of_a_retry(tab: Tab, model: ModelProcess) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    model.will(STALLED_WORDS, CHANGED)
    await tab.send("shorter")
    await tab.page.until(words_came)
    page = await tab.stopped()
    assert page.outputs("user_message")[-1] == "shorter"
    await same_after_a_reload(tab)

    await tab.say("and thank her")

    assert page.outputs("user_message")[-2:] == ["shorter", "and thank her"]
    assert page.versions == [1, 2]
    told = model.requests()[-1]["body"]["messages"][-1]["content"]
    assert "shorter" in told
    assert "and thank her" in told
    await same_after_a_reload(tab)


async def test_stop_of_a_tapped_turn(tab: Tab, model: ModelProcess) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    model.will(STALLED_WORDS, CHANGED)
    await tab.act("say", {"text": "Make it shorter.", "seen": tab.page.live("DraftCard")["seen"]})
    await tab.page.until(words_came)

    page = await tab.stopped()

    assert page.cards("ProblemCard")
    await same_after_a_reload(tab)
    await tab.say("retry")
    assert page.versions == [1, 2]
    await same_after_a_reload(tab)


async def test_stop_pressed_many_times(tab: Tab, model: ModelProcess) -> None:
    model.will(STALLED_WORDS)
    await tab.send(WITH_INSTRUCTIONS)
    await tab.page.until(words_came)
    ends = tab.page.ends

    for _ in range(5):
        await tab.stop()
    await tab.page.until(lambda page: page.ends > ends)
    await tab.stop()
    await tab.say("retry")

    assert tab.page.live("DraftCard")["body"]
    await same_after_a_reload(tab)


@pytest.mark.parametrize("passes", [0, 1, 3, 10, 30])
async def test_stop_at_once_after_a_message_loses_no_word_in_silence(tab: Tab, passes: int) -> None:
    """Either it was used and is in the conversation, or the page says that it was not."""
    ended = again(tab)
    await tab.send(WITH_INSTRUCTIONS)
    for _ in range(passes):
        await asyncio.sleep(0)
    await tab.stop()
    await tab.page.until(ended)
    page = await tab.say(texts.STARTER)

    used = WITH_INSTRUCTIONS in [step["output"] for step in (await tab.thread())["steps"]]
    assert used or any(texts.NOT_USED in output for output in page.outputs())


async def test_stop_at_any_moment_leaves_no_card_half_shown(tab: Tab) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    for moment in range(120):
        ended = again(tab)
        await tab.send("shorter")
        await asyncio.sleep(moment / 5000)  # which moment it is, is what matters
        await tab.stop()
        await tab.page.until(ended)
        assert tab.page.shown()[1] == (await tab.projected())[1]


async def test_stop_where_nothing_runs_changes_nothing(tab: Tab) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    before = tab.page.shown()

    await tab.stop()
    await tab.say("shorter")

    assert tab.page.shown()[0][: len(before[0])] == before[0]
    await same_after_a_reload(tab)


async def test_stop_on_the_start_page_does_nothing(tab: Tab) -> None:
    await tab.stop()

    await tab.say(WITH_INSTRUCTIONS)

    await same_after_a_reload(tab)


# --- twice at once ---------------------------------------------------------------------------------------


async def test_of_two_messages_at_once_one_is_used_and_the_other_told(tab: Tab, model: ModelProcess) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    model.will(STALLED_WORDS)

    await tab.send("shorter")
    await tab.send("longer")
    await tab.page.until(words_came)
    await tab.page.until(lambda page: any(texts.NOT_USED in output for output in page.outputs()))
    assert tab.page.loading
    model.release()
    await tab.page.until(lambda page: not page.loading)

    assert tab.page.versions == [1, 2]
    assert without_notices(tab, "longer") == await tab.projected()
    assert [said for said in tab.page.outputs("user_message") if said == "shorter"] == ["shorter"]


async def test_stop_still_works_after_a_refused_message(tab: Tab, model: ModelProcess) -> None:
    model.will(STALLED_WORDS)
    await tab.send(WITH_INSTRUCTIONS)
    await tab.page.until(words_came)
    await tab.send("shorter")
    await tab.page.until(lambda page: any(texts.NOT_USED in output for output in page.outputs()))

    await tab.stop()
    await tab.page.until(lambda page: page.cards("ProblemCard") and not page.loading)

    assert without_notices(tab, "shorter") == await tab.projected()


async def test_of_two_taps_at_once_one_is_used_and_the_other_told(tab: Tab, model: ModelProcess) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    seen = tab.page.live("DraftCard")["seen"]
    ends = tab.page.ends
    model.will(CHANGED)

    await asyncio.gather(
        tab.act("say", {"text": "Make it shorter.", "seen": seen}),
        tab.act("say", {"text": "Make it shorter.", "seen": seen}),
    )
    await tab.page.until(lambda page: page.toasts and page.ends > ends)

    assert tab.page.toasts == [texts.BUSY]
    assert tab.page.versions == [1, 2]
    await same_after_a_reload(tab)


async def test_the_persons_own_text_is_shown_again_where_it_was_refused(
    tab: Tab, model: ModelProcess
) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    old = tab.page.live("DraftCard")["seen"]
    model.will(CHANGED)
    await tab.say("shorter")

    page = await tab.tap(edit="All mine.", seen=old)

    assert page.outputs("user_message")[-1] == "All mine."
    assert texts.NOT_USED in page.outputs()[-1]
    assert without_notices(tab, "All mine.") == await tab.projected()
    assert page.versions == [1, 2]


async def test_a_button_of_an_older_draft_is_refused_and_the_page_brought_up_to_date(tab: Tab) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    old = tab.page.live("DraftCard")["seen"]
    await tab.say("shorter")

    page = await tab.tap(text="Accept", seen=old)

    assert "was continued elsewhere" in page.outputs()[-1]
    assert texts.NOT_USED not in page.outputs()[-1]
    assert not page.live("DraftCard").get("final")
    assert without_notices(tab) == await tab.projected()


# --- a second tab ----------------------------------------------------------------------------------------


async def test_a_message_in_a_tab_that_is_behind_is_refused_and_the_tab_brought_up_to_date(
    tab: Tab, server: ServerProcess, model: ModelProcess
) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    model.will(CHANGED, CHANGED_AGAIN)
    async with Tab(server.url, thread_id=tab.conversation) as other:
        await other.say("shorter")

        await tab.say("longer")
        assert tab.page.outputs("user_message")[-1] == "longer"
        assert texts.NOT_USED in tab.page.outputs()[-1]
        assert without_notices(tab, "longer") == await tab.projected()

        await tab.say("longer")
        assert tab.page.versions == [1, 2, 3]


async def test_a_tab_opened_while_another_runs_a_turn_is_brought_up_to_date_at_its_end(
    tab: Tab, model: ModelProcess, server: ServerProcess
) -> None:
    model.will(STALLED_WORDS)
    await tab.send(WITH_INSTRUCTIONS)
    await tab.page.until(words_came)

    async with Tab(server.url, thread_id=tab.conversation) as other:
        await other.page.until(lambda page: page.loading)
        assert words_came(other.page)

        model.release()
        await other.page.until(lambda page: not page.loading)
        assert other.page.live("DraftCard")["body"] == "one two three four"
        await same_after_a_reload(other)
    await tab.page.until(lambda page: not page.loading)
    await same_after_a_reload(tab)


async def test_a_tab_that_waits_for_another_is_told_that_the_conversation_was_deleted(
    tab: Tab, model: ModelProcess, server: ServerProcess
) -> None:
    model.will(STALLED_WORDS)
    await tab.send(WITH_INSTRUCTIONS)
    await tab.page.until(words_came)

    async with Tab(server.url, thread_id=tab.conversation) as other:
        await other.page.until(lambda page: page.loading)
        await tab.http.request("DELETE", "/project/thread", json={"threadId": tab.conversation})
        await other.page.until(lambda page: not page.loading)
        page = await other.say("retry")

    assert "may have been deleted" in page.outputs()[-1]
    assert "Traceback" not in server.output()


async def test_stop_in_another_tab_stops_the_turn_and_both_pages_are_right(
    tab: Tab, model: ModelProcess, server: ServerProcess
) -> None:
    model.will(STALLED_WORDS)
    await tab.send(WITH_INSTRUCTIONS)
    await tab.page.until(words_came)

    async with Tab(server.url, thread_id=tab.conversation) as other:
        await other.page.until(lambda page: page.loading)
        await other.stop()

        await tab.page.until(lambda page: page.cards("ProblemCard") and not page.loading)
        await other.page.until(lambda page: page.cards("ProblemCard") and not page.loading)
        await same_after_a_reload(tab)
        await same_after_a_reload(other)


async def test_a_message_while_another_tab_runs_a_turn_is_refused_and_the_tab_waits_with_it(
    tab: Tab, model: ModelProcess, server: ServerProcess
) -> None:
    await tab.say(WITH_INSTRUCTIONS)
    async with Tab(server.url, thread_id=tab.conversation) as other:
        model.will(STALLED_WORDS)
        await tab.send("shorter")
        await tab.page.until(words_came)

        await other.send("longer")
        await other.page.until(lambda page: any(texts.NOT_USED in output for output in page.outputs()))
        assert other.page.loading

        model.release()
        await other.page.until(lambda page: not page.loading)
        assert without_notices(other, "longer") == await other.projected()
        assert other.page.versions == [1, 2]
    await tab.page.until(lambda page: not page.loading)


# --- a lost socket ---------------------------------------------------------------------------------------


async def test_a_socket_lost_while_the_draft_streams_loses_no_word(tab: Tab, model: ModelProcess) -> None:
    model.will(STALLED_WORDS)
    await tab.send(WITH_INSTRUCTIONS)
    await tab.page.until(words_came)

    await tab.drop()
    await tab.connect()
    await tab.page.until(lambda page: page.loading)
    assert words_came(tab.page)

    model.release()
    await tab.page.until(lambda page: not page.loading)
    assert tab.page.live("DraftCard")["body"] == "one two three four"
    await same_after_a_reload(tab)


async def test_a_turn_goes_on_while_the_socket_is_lost(tab: Tab, model: ModelProcess) -> None:
    model.will(STALLED_WORDS)
    await tab.send(WITH_INSTRUCTIONS)
    await tab.page.until(words_came)
    await tab.drop()
    model.release()
    assert model.ended(len(model.requests()) - 1) == "answered"

    await tab.connect()
    await tab.page.until(lambda page: is_live(page) and not page.loading)

    await tab.say("shorter")
    await tab.page.until(lambda page: page.versions == [1, 2] and not page.loading)
    await same_after_a_reload(tab)


async def test_the_page_is_busy_also_while_the_wait_for_an_earlier_turn_ends(
    tab: Tab, model: ModelProcess
) -> None:
    """A page that reconnects waits for the turn that runs; the next may begin while that wait ends."""
    words = WITH_INSTRUCTIONS
    for _ in range(8):
        model.will(STALLED_WORDS)
        await tab.send(words)
        await tab.page.until(words_came)
        await tab.drop()
        await tab.connect()
        await tab.page.until(lambda page: page.loading)
        model.release()
        await tab.page.until(lambda page: is_live(page) and not page.loading)

        model.reset()
        model.will(STALLED_WORDS)
        await tab.send("shorter")
        await tab.page.until(words_came)
        assert tab.page.loading
        model.release()
        await tab.page.until(lambda page: is_live(page) and not page.loading)
        await same_after_a_reload(tab)
        model.reset()
        words = "longer"


async def test_stop_after_the_socket_came_back(tab: Tab, model: ModelProcess) -> None:
    model.will(STALLED_WORDS)
    await tab.send(WITH_INSTRUCTIONS)
    await tab.page.until(words_came)
    await tab.drop()
    await tab.connect()
    await tab.page.until(lambda page: page.loading)

    await tab.stop()
    await tab.page.until(lambda page: page.cards("ProblemCard") and not page.loading)

    await same_after_a_reload(tab)


async def test_a_conversation_of_which_only_the_email_was_taken_goes_on_in_a_new_tab(
    tab: Tab, server: ServerProcess
) -> None:
    await tab.say(MAIL)
    await tab.drop()

    async with Tab(server.url, thread_id=tab.conversation) as other:
        assert other.page.live("QuestionForm")
        await other.say("say yes")
        assert other.page.live("DraftCard")
        await same_after_a_reload(other)

"""Whom the reply goes to, and its subject, on the page, through Chainlit's protocol."""

from __future__ import annotations

import base64
import email
from email.policy import default

from email_assistant.chat import texts
from tests.integration.chainlit_client import Tab, same_after_a_reload
from tests.integration.processes import ModelProcess

MAIL = (
    "say yes\n\nFrom: Inga Holm <inga@example.org>\nTo: Robin Cole <robin@example.org>\n"
    "Subject: Boat trip\n\nHi,\n\nShall we take the boat?\n\nInga"
)


async def test_fields_and_words_change_the_header_in_its_place(tab: Tab, model: ModelProcess) -> None:
    model.will({"text": "Yes, gladly.", "structured": False})
    await tab.say(MAIL)
    card = tab.page.live("DraftCard")
    assert (card["header"]["to"]["text"], card["header"]["others"]) == ("Inga Holm <inga@example.org>", True)

    await tab.tap(header={"reply_all": True, "subject": "Boats"}, seen=card["seen"])
    card = tab.page.live("DraftCard")
    assert (card["version"], card["header"]["cc"]["text"]) == (1, "Robin Cole <robin@example.org>")
    assert card["header"]["subject"] == "Boats"
    await same_after_a_reload(tab)

    ends = tab.page.ends
    await tab.tap(header={"to": "zoe@"}, seen=card["seen"])
    await tab.page.until(lambda page: page.ends > ends)
    assert tab.page.toasts[-1] == "“zoe@” is not an email address. Correct it."
    await tab.tap(accept=True, seen=card["seen"])
    await tab.say("bcc zoe@example.net")
    card = tab.page.live("DraftCard")
    assert card["final"]
    assert card["header"]["bcc"]["text"] == "zoe@example.net"
    assert tab.page.outputs()[-1] == texts.HEADER_CHANGED["recipients"]
    await same_after_a_reload(tab)

    assert await tab.act("recipients", {"field": "cc"}) == "Robin Cole <robin@example.org>"
    file = await tab.act("reply_file", {"quote": True})
    message = email.message_from_bytes(base64.b64decode(file["content"]), policy=default)
    assert (file["filename"], message["cc"], message["bcc"]) == (
        "Boats.eml", "Robin Cole <robin@example.org>", "zoe@example.net",
    )  # fmt: skip
    answer = await tab.act("reply_link", {"quote": True})
    assert answer["quoted"]
    assert "bcc=zoe@example.net" in answer["link"]
    assert "%3E%20Shall" in answer["link"]


async def test_thousands_of_recipients_are_counted_and_given_on_demand(tab: Tab, model: ModelProcess) -> None:
    model.will({"text": "Yes, gladly.", "structured": False})
    await tab.say(MAIL)
    people = ", ".join(f"p{number}@example.com" for number in range(3_000))
    await tab.tap(header={"bcc": people}, seen=tab.page.live("DraftCard")["seen"])
    assert tab.page.live("DraftCard")["header"]["bcc"] == {"text": "", "count": 3_000}
    assert await tab.act("recipients", {"field": "bcc"}) == people


async def test_a_first_message_that_is_no_email_gets_help_or_a_new_mail(
    tab: Tab, model: ModelProcess
) -> None:
    await tab.say("hi")
    assert tab.page.outputs()[-1] == texts.HELP
    for said, kind in (
        ("regenerate", "draft"),
        ("thanks", "thanks"),
        ("can you help me answer an email?", "help"),
    ):
        await tab.say(said)
        assert tab.page.outputs()[-1] == texts.SMALL_TALK[kind]
    assert not tab.page.cards("QuestionForm")
    assert not tab.page.cards("EmailCard")

    model.will({"text": "I am ill today.", "structured": False})
    await tab.say("Write an email to boss@example.org that I am ill today")

    card = tab.page.live("DraftCard")
    assert card["header"]["to"]["text"] == "boss@example.org"
    assert not tab.page.cards("EmailCard")
    assert not tab.page.cards("QuestionForm")
    steps, _ = await tab.projected()
    assert steps[0]["output"].startswith("Write an email")  # hello is no part of the conversation
    assert (await tab.act("reply_choice", {}))["quotes"] is False

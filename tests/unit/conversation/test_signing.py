"""Where a name is put that a draft is to be signed with."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from email_assistant.conversation.commands import SignAs
from email_assistant.conversation.planning import plan
from email_assistant.conversation.state import ConversationState, Draft
from email_assistant.mail import IncomingEmail


async def no_email(content: bytes | str, filename: str | None) -> IncomingEmail:
    raise AssertionError("nothing is read")


def signed(draft: str) -> Any:
    state = ConversationState(
        incoming_email=IncomingEmail(text="x"),
        current_draft=draft,
        draft_history=[Draft(version=1, body=draft)],
    )
    planned = asyncio.run(plan("process_feedback", state, SignAs("Kim Lee"), no_email))
    assert planned
    return planned.inputs["body"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Hi Ana,\n\nyes.\n\nBest wishes", "Hi Ana,\n\nyes.\n\nBest wishes\nKim Lee"),
        ("Hi Ana,\n\nyes.\n\nBest wishes\nSam", "Hi Ana,\n\nyes.\n\nBest wishes\nKim Lee"),
        ("Hei,\n\njoo.\n\nLiebe Grüße\n\nSam Porter", "Hei,\n\njoo.\n\nLiebe Grüße\n\nKim Lee"),
        (
            "Hi Ana,\n\nyes.\n\nBest wishes\nSam\nHead of Sales\n\nPS: The key is here.",
            "Hi Ana,\n\nyes.\n\nBest wishes\nKim Lee\nHead of Sales\n\nPS: The key is here.",
        ),
        ("Hi Ana,\n\nyes.", "Hi Ana,\n\nyes.\n\nKim Lee"),
        ("伊藤様\n\n伺います。\n\nよろしくお願いいたします。\n山本 亮",
         "伊藤様\n\n伺います。\n\nよろしくお願いいたします。\nKim Lee"),
    ],
)  # fmt: skip
def test_the_name_takes_the_place_of_the_one_below_the_closing(before: str, after: str) -> None:
    assert signed(before) == after

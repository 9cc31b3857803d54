"""Several emails that are given at once: one is answered, and whether they belong together is said."""

from __future__ import annotations

import pytest

from email_assistant.mail import IncomingEmail, Mailbox, join_thread

ANA, BOB = Mailbox(address="ana@example.com"), Mailbox(address="bob@example.com")
FIRST = IncomingEmail(text="Will you come?", subject="Talk", sender=ANA, message_id="<1@example.com>")
ANSWER = IncomingEmail(text="When?", subject="Re: Talk", sender=BOB, in_reply_to=("<1@example.com>",))
OTHER = IncomingEmail(text="Will you pay?", subject="Invoice", sender=BOB, message_id="<2@example.com>")


@pytest.mark.parametrize(
    ("emails", "told"),
    [
        ([FIRST], False),
        ([FIRST, ANSWER], False),
        ([FIRST, FIRST.model_copy(update={"subject": "AW: Talk", "message_id": ""})], False),
        ([FIRST, OTHER], True),
        ([FIRST, ANSWER, OTHER], True),
    ],
)
def test_emails_of_several_threads_are_told(emails: list[IncomingEmail], told: bool) -> None:
    codes = [warning.code for warning in join_thread(emails).warnings]

    assert ("other_thread" in codes) is told

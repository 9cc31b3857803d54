"""What feedback did to a draft."""

from __future__ import annotations

import pytest

from email_assistant.brief import Brief
from email_assistant.mail import IncomingEmail
from email_assistant.proofreading.effects import check
from email_assistant.writing import Revision

EMAIL = IncomingEmail(text="Hi Sam,\n\nwill you come to the offsite?\n\nMarta", language="en")
BEFORE = (
    "Hi Marta,\n\nThank you very much for your kind message of yesterday. I am glad to come to the offsite, "
    "which is a good idea.\n\nBest wishes\nSam"
)


@pytest.mark.parametrize(
    ("body", "is_shorter"),
    [
        ("I am glad to come to the offsite. I arrive on the evening before, by the last train.", True),
        ("Thank you very much for your kind message of yesterday. I am glad to come to the offsite, which is "
         "a good idea. I arrive on the evening before, by the last train.", False),
        ("Thank you very much for your kind message of yesterday. I am glad to come to the offsite, which is "
         "such a good idea.", False),
    ],
)  # fmt: skip
def test_what_was_to_be_added_does_not_count_against_shorter(body: str, is_shorter: bool) -> None:
    feedback = "shorter, and say that I arrive on the evening before, by the last train"
    brief = Brief(EMAIL, "say yes", revisions=(Revision(BEFORE, feedback),))
    found = [finding.text for finding in check(f"Hi Marta,\n\n{body}\n\nBest wishes\nSam", brief)]
    assert ("It did not get shorter. Ask again, or cut it yourself." in found) != is_shorter

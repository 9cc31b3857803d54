"""Feedback is parted into wishes, and those that stand for all drafts are known."""

from __future__ import annotations

import pytest

from email_assistant.brief import Brief
from email_assistant.mail import IncomingEmail
from email_assistant.proofreading import wishes
from email_assistant.proofreading.wishes import parse_wishes


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("shorter", [("shorter", False)]),
        ("Never use exclamation marks.", [("Never use exclamation marks", True)]),
        ("make it shorter and never use emojis", [("make it shorter", False), ("never use emojis", True)]),
        (
            "From now on sign as Sam. Move it to Friday.",
            [("From now on sign as Sam", True), ("Move it to Friday", False)],
        ),
        ("kürzer, und ab jetzt immer duzen", [("kürzer", False), ("ab jetzt immer duzen", True)]),
        (
            "plus court et jamais de points d'exclamation",
            [("plus court", False), ("jamais de points d'exclamation", True)],
        ),
        ("nunca uses emojis", [("nunca uses emojis", True)]),
        ("mai punti esclamativi", [("mai punti esclamativi", True)]),
        ("a partir de agora assina como Ana", [("a partir de agora assina como Ana", True)]),
        ("voortaan geen uitroeptekens", [("voortaan geen uitroeptekens", True)]),
        ("say that I am always late", [("say that I am always late", False)]),
        ("", []),
    ],
)
def test_wishes_are_parted(text: str, parsed: list[tuple[str, bool]]) -> None:
    assert list(parse_wishes(text)) == parsed


@pytest.mark.parametrize(
    ("wish", "kept", "broken"),
    [
        ("no exclamation marks", "I agree.", "I agree!"),
        ("keine Emojis", "Danke, bis bald.", "Danke, bis bald 😀"),
        ("no contractions", "I will not come.", "I won't come."),
        ("keep it under 5 words", "I agree with you.", "I agree with all that you said of it."),
        ("at most one sentence", "I agree.", "I agree. I come. See you."),
        ("don't mention the merger", "All is well here.", "The merger is on its way."),
        ("sign as Dr. Sam Kay", "I agree.\n\nBest\nDr. Sam Kay", "I agree.\n\nBest\nSam"),
        (
            "always write in English",
            "Thank you for your mail, I will be there.",
            "Danke für die Mail, ich werde da sein und freue mich.",
        ),
    ],
)
def test_a_standing_wish_is_checked(wish: str, kept: str, broken: str) -> None:
    brief = Brief(IncomingEmail(), wishes=(wish,))

    assert wishes.check(kept, brief) == []
    (finding,) = wishes.check(broken, brief)
    assert finding.code == "broken_wish"
    assert finding.request

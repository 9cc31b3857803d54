"""Orders to write a mail that answers none, told from mails and from orders to answer one."""

from __future__ import annotations

import pytest

from email_assistant.mail import new_mail


@pytest.mark.parametrize(
    ("text", "to", "said", "subject"),
    [
        ("Write an email to my doctor that I must move Monday", "my doctor", "I must move Monday", ""),
        ("please draft a short, polite message to Noor: the keys are here", "Noor", "the keys are here", ""),
        ("new mail to noor@example.org: lunch?", "noor@example.org", "lunch?", ""),
        ("Write an email to Noor about the boiler: it leaks.", "Noor", "it leaks.", "The boiler"),
        ("new email to Noor\nSubject: Keys\n\nThey are here.", "Noor", "They are here.", "Keys"),
        ("new email", "", "", ""),
        (
            "Schreib eine Mail an Herrn Lang, dass der Kessel tropft",
            "Herrn Lang",
            "dass der Kessel tropft",
            "",
        ),
        ("écris un mail à Paul que le train est en retard", "Paul", "le train est en retard", ""),
        ("Kannst du mir eine Mail an Paul schreiben: der Zug ist weg", "Paul", "der Zug ist weg", ""),
        ("napisz maila do Anny: kocioł cieknie", "Anny", "kocioł cieknie", ""),
        ("田中さんに会議を延期したいというメールを書いてください", "田中さん", "会議を延期したい", ""),
        ("请给王伟写一封邮件，说会议改到周五", "王伟", "会议改到周五", ""),
        ("اكتب رسالة إلى مديري: أنا مريض اليوم", "مديري", "أنا مريض اليوم", ""),
        ("can you write me an email?", "", "", ""),
    ],
)
def test_an_order_names_who_gets_the_mail_and_what_it_says(
    text: str, to: str, said: str, subject: str
) -> None:
    found = new_mail(text)
    assert found is not None
    assert (found.to, found.said, found.subject) == (to, said, subject)


def test_a_name_is_greeted_and_a_role_is_not() -> None:
    for text, name in (
        ("write an email to my doctor that I am ill", ""),
        ("write an email to Noor Haddad that I am ill", "Noor Haddad"),
        ("write an email to Noor Haddad <noor@example.org> that I am ill", "Noor Haddad"),
        ("write an email to noor@example.org that I am ill", ""),
    ):
        found = new_mail(text)
        assert found is not None
        assert found.name == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Write a polite reply to this email declining: “Hi Noor, shall we?”",
        "Write an email that answers the following: shall we?",
        "Hi Max,\n\nplease write an email to Noor.\n\nJo",
        "Write an email to Noor that I agree\n\nFrom: Noor <noor@example.org>\nSubject: Keys\n\nShall we?",
        "Shall we meet on Monday?",
        "昨日、私にメールを書いてくださいましたね。",
        "say yes",
        "Write an email to Noor that " + "x" * 2_000,
    ],
)
def test_a_mail_and_an_order_to_answer_one_are_none(text: str) -> None:
    assert new_mail(text) is None

"""Repair by rule: what is mended, what is left, and that a second time changes nothing."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from email_assistant.brief import Brief, Person, Revision
from email_assistant.mail import IncomingEmail, Mailbox
from email_assistant.proofreading import echo, language_check, roles
from email_assistant.proofreading.letter import MAX_DRAFT
from email_assistant.proofreading.people import sender_of
from email_assistant.proofreading.repair import CHECKS, repair

EVERY_CHECK = (*CHECKS, echo.check, language_check.check)
MAIL = IncomingEmail(
    sender=Mailbox(name="Dana Weber", address="dana@example.com"),
    to=(Mailbox(name="Sam Okafor", address="sam@example.com"),),
    language="en",
    text="Hi Sam,\n\nwould the 4th or the 6th suit you? Is there a projector in the big room?\n\nBest,\nDana",
)
BRIEF = Brief(MAIL, "the 4th", user=Person("Sam Okafor"), sender=sender_of(MAIL), language="en")
NOBODY = Brief(MAIL.model_copy(update={"to": (), "text": "Hello,\n\nwell?\n\nDana"}), sender=sender_of(MAIL))
GOOD = "Hi Dana,\n\nThe 4th suits me.\n\nBest wishes\nSam"


@pytest.mark.parametrize(
    ("draft", "mended"),
    [
        ("Hi Sam,\n\nThe 4th suits me.\n\nBest wishes\nDana", GOOD),
        ("Hi Dana,\n\nThe 4th suits me.", GOOD),
        ("Hi Dana,\n\nThe 4th suits me.\n\nBest wishes", GOOD),
        ("Hi Dana,\n\nThe 4th suits me.\n\nBest wishes\nSam\n\nBest wishes\nSam", GOOD),
        ("Hi Dana,\n\nThe 4th suits me.\n\nBest wishes\nSam\nSam", GOOD),
        ("Hi [Name],\n\nThe 4th suits me.\n\nBest wishes\n[Your Name]\n[Your Title]", GOOD),
        (f"Sure, here is the draft:\n\n```\n{GOOD}\n```\n\nLet me know if I should change the tone.", GOOD),
        (f"Subject: Re: May\n\n{GOOD}\n\n---\n\nHi Sam,\n\ngreat.\n\nDana", GOOD),
        (f"**Draft:**\n\n<draft>\n{GOOD}\n</draft>\n\n<feedback>none</feedback>", GOOD),
        (f'"{GOOD}"', GOOD),
        (GOOD.replace("The 4th", "Hello, I’m Dana! The 4th"), GOOD),
        (GOOD.replace("The 4th", "my name is Dana Weber.\n\nThe 4th"), GOOD),
        (GOOD.replace("The 4th", "Here is the reply: the 4th"), GOOD),
        (GOOD.replace("The 4th", "Oto krótka odpowiedź:\n\nThe 4th"), GOOD),
        ("Sure, here is my reply: the 4th suits me.\n\nBest wishes\nSam", GOOD.partition("\n\n")[2]),
        (f"Here you go:\n\n---\n\n{GOOD}\n\n---", GOOD),
        (f"Hi Sam,\n\nWhich day?\n\nBest\nDana\n\n---\n\n{GOOD}", GOOD),
        (f"{GOOD}\n\nIs there anything else you would like me to change?", GOOD),
        (GOOD.replace("4th", "**4th**"), GOOD),
        (GOOD.replace("me.", "me"), GOOD),
        (f"<think>Dana wants a date.</think>\n{GOOD}<|im_end|>", GOOD),
    ],
)
def test_what_a_rule_can_mend_is_mended(draft: str, mended: str) -> None:
    assert repair(draft, BRIEF) == mended


@pytest.mark.parametrize(
    "draft",
    [
        "<draft></draft>",
        "",
        " ",
        "x" * (MAX_DRAFT + 1),
    ],
)
def test_nothing_is_made_of_what_is_no_reply(draft: str) -> None:
    assert repair(draft, BRIEF) == draft


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("¡Sí, las presto. Valen 800 euros.", "Sí, las presto. Valen 800 euros."),
        ("¡Claro que sí! ¡Hasta pronto.", "¡Claro que sí! Hasta pronto."),
        ("¿Le viene bien el jueves. Yo llego a las 9.30.", "¿Le viene bien el jueves? Yo llego a las 9.30."),
        ("¿Puede venir? ¡Qué bien!", "¿Puede venir? ¡Qué bien!"),
        ("¿¡De verdad!? Sí.", "¿¡De verdad!? Sí."),
        ("¿Son 9.30 euros? Sí.", "¿Son 9.30 euros? Sí."),
    ],
)
def test_spanish_question_and_exclamation_marks_are_paired(written: str, mended: str) -> None:
    around = "Hola, Dana:\n\n{}\n\nUn saludo\nSam"
    assert repair(around.format(written), BRIEF) == around.format(mended)


def test_a_letter_that_introduces_its_writer_as_the_sender_and_says_more_is_found() -> None:
    draft = GOOD.replace("The 4th", "This is Dana Weber, and the 4th")
    assert repair(draft, BRIEF) == draft
    (found,) = roles.check(draft, BRIEF)
    assert (found.code, draft[found.start : found.end]) == ("role", "This is Dana Weber")


@pytest.mark.parametrize("words", ["I am Dana's neighbour.", "I am Danalyn.", "I am Sam.", "Is this Dana’s?"])
def test_others_may_be_introduced(words: str) -> None:
    assert not roles.check(GOOD.replace("The 4th suits me.", words), BRIEF)


def test_a_japanese_writer_is_not_the_sender() -> None:
    mail = MAIL.model_copy(
        update={
            "language": "ja",
            "sender": Mailbox(name="田中 由美", address="t@example.com"),
            "to": (Mailbox(name="佐藤 健", address="s@example.com"),),
            "text": "佐藤様\n\n何名でお越しですか。\n\n田中",
        }
    )
    brief = Brief(mail, "2名", user=Person("佐藤 健"), sender=sender_of(mail), language="ja")
    letter = "田中様\n\n{}2名で伺います。\n\nよろしくお願いいたします。\n佐藤 健"
    assert repair(letter.format("こんにちは、田中由美です。"), brief) == letter.format("")
    kept = letter.format("こんにちは、佐藤健です。")
    assert repair(kept, brief) == kept


@pytest.mark.parametrize(
    "sentence",
    [
        "Here is the answer to your question: the 4th.",
        "Here is the email address: dana@example.com.",
        "Here is the programme: we begin at 9.",
    ],
)
def test_what_presents_something_else_than_the_letter_stays(sentence: str) -> None:
    draft = GOOD.replace("The 4th suits me.", sentence)
    assert repair(draft, BRIEF) == draft


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("Ask Mia.Berg@example.org, please.", "Ask mia.berg@example.org, please."),
        ("See HTTPS://example.org/Agenda.", "See https://example.org/Agenda."),
        ("Ask Anna-mia.berg@example.org, please.", "Ask Anna-mia.berg@example.org, please."),
    ],
)
def test_addresses_and_links_keep_the_letters_that_the_user_typed(written: str, mended: str) -> None:
    notes = "ask mia.berg@example.org, the agenda is at https://example.org/Agenda"
    brief = Brief(MAIL, notes, user=BRIEF.user, sender=BRIEF.sender)
    assert repair(f"Hi Dana,\n\n{written}\n\nBest wishes\nSam", brief) == (
        f"Hi Dana,\n\n{mended}\n\nBest wishes\nSam"
    )


def test_words_that_the_user_asked_for_stay() -> None:
    draft = "Hi Dana,\n\nwrite <draft> in the first line.\n\nBest wishes\nThe Okafor Two"
    asked = Brief(
        MAIL,
        "tell her to write <draft> in the first line",
        revisions=(Revision(draft, "sign as The Okafor Two"),),
        user=BRIEF.user,
        sender=BRIEF.sender,
    )
    assert repair(draft, asked) == draft


def test_an_unknown_name_is_asked_for_and_not_made_up() -> None:
    draft = "Hello Dana,\n\nyes.\n\nBest wishes"
    assert repair(draft, NOBODY) == draft
    assert [finding.code for check in CHECKS for finding in check(draft, NOBODY)] == ["unsigned"]


def test_a_sender_s_name_below_is_taken_out_even_if_no_other_is_known() -> None:
    assert repair("Hello Dana,\n\nyes.\n\nBest wishes\nDana", NOBODY) == "Hello Dana,\n\nyes.\n\nBest wishes"


PIECES = st.sampled_from(
    [
        *[
            "Hi Dana,",
            "Hi Sam,",
            "Dear [Name],",
            "The 4th suits me.",
            "Yes",
            "well",
            "Best wishes",
            "Best, Sam",
        ],
        *[
            "Sam",
            "Dana",
            "Dana Weber",
            "[Your Name]",
            "[Title]",
            "{name}",
            "**",
            "*",
            "* one",
            "* two",
            "# May",
        ],
        *[
            "[a](https://example.com)",
            "<draft>",
            "</draft>",
            "</draft&gt;",
            "<feedback>",
            "</feedback>",
            "<",
            ">",
        ],
        *[
            "[INST]",
            "<|im_end|>",
            "<|im_start|>user",
            "### Response:",
            "Subject: May",
            "Instructions: the 4th",
        ],
        *[
            "Sure!",
            "Here is the draft:",
            "Note: I left it open; feel free to change it.",
            "```",
            "---",
            "“",
            "”",
        ],
        *[
            "Let me know if you'd like me to change the tone.",
            "> quoted",
            "On Monday Dana wrote:",
            "PS: hello",
        ],
        *["(none: leave it open)", "As an AI language model, I can't.", "The user wants it."],
        *["\n", "\n", "\n\n", "\n\n", " ", ",", ".", "[", "]", "(", ")", '"'],
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=5), max_size=14).map("".join))
@example("¡### Response:")
def test_repair_is_done_at_once_and_complete(draft: str) -> None:
    for brief in (BRIEF, NOBODY):
        mended = repair(draft, brief)
        assert repair(mended, brief) == mended
        left = [each for check in CHECKS for each in check(mended, brief) if each.replacement is not None]
        assert not left or mended == draft


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES | st.text(max_size=5), max_size=14).map("".join))
def test_spans_lie_in_the_draft(draft: str) -> None:
    for check in EVERY_CHECK:
        for finding in check(draft, BRIEF):
            assert 0 <= finding.start <= finding.end <= len(draft)
            assert finding.text.endswith((".", "!", "?"))


@pytest.mark.parametrize(
    "piece",
    [
        *[
            "<draft>",
            "<feedback>",
            "**",
            "[",
            "[a](",
            "{",
            "“",
            "a_",
            "__a",
            "* a\n",
            "Hi Dana,\n\n",
            "```\n",
            "\n",
            " ",
        ],
        *[
            "a. ",
            "田",
            "Note: ",
            "---\n",
            "Best,\nSam\n\n",
            "Instructions: a\n",
            "[None: ",
            "|---|\n",
            "<|",
            "Sure, ",
        ],
    ],
)
def test_no_draft_takes_long(piece: str) -> None:
    """A bound that only a quadratic check could break; speed itself is measured elsewhere."""
    draft = piece * (MAX_DRAFT // len(piece))
    began = time.process_time()
    for check in EVERY_CHECK:
        check(draft, BRIEF)
    assert time.process_time() - began < 3

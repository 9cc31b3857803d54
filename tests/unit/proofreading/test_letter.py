"""The parts of a letter, who it is from and to, and the frame that it calls for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from email_assistant.brief import Brief, Person
from email_assistant.mail import IncomingEmail, Mailbox
from email_assistant.proofreading.frame import Frame, frame_for
from email_assistant.proofreading.letter import Letter, ended, locate, parse_letter, split_sentences
from email_assistant.proofreading.people import sender_of, user_of
from email_assistant.proofreading.words import languages


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("Hi Ana,\n\nyes.\n\nBest\nSam", Letter("Hi Ana,", "yes.", "Best", "Sam")),
        ("Hi Ana, yes, the 4th.\n\nBest, Sam", Letter("Hi Ana,", " yes, the 4th.", "Best", "Sam")),
        ("Hallo Ana!\nJa.\nLG Sam", Letter("Hallo Ana!", "Ja.", "LG", "Sam")),
        ("Yes.\n\nSam", Letter("", "Yes.", "", "Sam")),
        ("Yes, on Friday.", Letter("", "Yes, on Friday.", "")),
        ("Thanks, Ana!\n\nYes.\n\nBest,\nSam", Letter("", "Thanks, Ana!\n\nYes.", "Best,", "Sam")),
        (
            "Hej Ana,\n\nja.\n\nMed vänlig hälsning\nSam Okafor\nInköp",
            Letter("Hej Ana,", "ja.", "Med vänlig hälsning", "Sam Okafor\nInköp"),
        ),
        (
            "Hallo Ana,\n\nja.\n\nViele Grüße aus Bonn\nSam",
            Letter("Hallo Ana,", "ja.", "Viele Grüße aus Bonn", "Sam"),
        ),
        (
            "田中様\n\n伺います。\n\nよろしくお願いいたします。\n佐藤",
            Letter("田中様", "伺います。", "よろしくお願いいたします。", "佐藤"),
        ),
        ("张伟，您好：\n\n可以。\n\n祝好\n李明", Letter("张伟，您好：", "可以。", "祝好", "李明")),
    ],
)
def test_the_parts_of_a_letter_are_found(text: str, letter: Letter) -> None:
    assert parse_letter(text) == letter


@given(
    st.text(alphabet=st.sampled_from("HiDear Sam,\n.!Best regards山様 "), max_size=80) | st.text(max_size=80)
)
def test_the_parts_cover_the_whole_text_in_order(text: str) -> None:
    parts = locate(text)
    at = 0
    for part in parts:
        if not part.is_empty:
            assert not text[at : part.start].strip(
                " \t\n\r\u3000,،，.!–—-\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029"
            ) or (at == 0)
            assert at <= part.start
            at = part.end


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        ("The desk is free on Monday", "The desk is free on Monday."),
        ("Yes. The desk costs 45", "Yes. The desk costs 45."),
        ("Da, stolul e liber luni", "Da, stolul e liber luni."),
        ("机は月曜日に空いています", "机は月曜日に空いています。"),
        ("네, 책상은 월요일에 비어 있습니다", "네, 책상은 월요일에 비어 있습니다."),
    ],
)
def test_a_sentence_gets_the_full_stop_that_it_lacks(body: str, whole: str) -> None:
    assert ended(body) == whole
    assert ended(whole) == whole


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Yes",
        "- the desk on Monday",
        "Please write to desk@example.com",
        "All is at https://example.com/desks",
        "We live at:\n\n2 Mill Lane\nLeeds LS1 4AB",
        "The desk is free.\n\nThe whole Miller family",
        "Shall I bring the desk?",
    ],
)
def test_what_is_no_sentence_gets_none(body: str) -> None:
    assert ended(body) == body


def test_what_is_added_stands_behind_a_whole_sentence() -> None:
    letter = Letter("Hi Ana,", "The desk is free on Monday", "Best", "Sam")
    letter.add("I bring a lamp.")
    assert letter.body == "The desk is free on Monday. I bring a lamp."


@given(st.text(max_size=200))
def test_sentences_make_up_the_text(text: str) -> None:
    assert "".join(split_sentences(text)) == text


@pytest.mark.parametrize("language", languages())
def test_a_frame_is_found_again_in_a_letter_made_of_it(language: str) -> None:
    email = IncomingEmail(sender=Mailbox(name="Dana Weber"), text="…", language=language)
    brief = Brief(email, user=Person("Sam Okafor"), sender=sender_of(email), language=language)
    frame = frame_for(brief)
    letter = parse_letter(str(Letter(frame.greeting, "6.", frame.closing, frame.name)))
    assert (letter.greeting, letter.closing, letter.name) == frame


def mail(text: str, to: tuple[Mailbox, ...] = (), language: str = "en") -> IncomingEmail:
    sender = Mailbox(name="Weber, Dana", address="dana@example.com")
    return IncomingEmail(sender=sender, to=to, text=text, language=language)


SAM = Mailbox(name="Sam Okafor", address="sam@example.com")
KIM = Mailbox(name="Kim Lee", address="kim@example.com")


class TestPeople:
    def test_the_settings_come_first(self) -> None:
        assert user_of(mail("Hi Kim,\n\nwell?", (KIM,)), "Sam Okafor").name == "Sam Okafor"

    def test_the_one_recipient_is_the_user(self) -> None:
        assert user_of(mail("Hello,\n\nwell?", (SAM,))) == Person("Sam Okafor", ("sam@example.com",))

    def test_of_several_recipients_the_one_who_is_greeted(self) -> None:
        assert user_of(mail("Hi Kim,\n\nwell?", (SAM, KIM))).name == "Kim Lee"

    def test_of_several_recipients_the_one_with_an_own_address(self) -> None:
        found = user_of(mail("Hi all,\n\nwell?", (SAM, KIM)), addresses=("KIM@example.com",))
        assert found.name == "Kim Lee"

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("Hi Sam,\n\nwell?", "Sam"),
            ("Dear Sam Okafor,\n\nwell?", "Sam Okafor"),
            ("Dear Mr Okafor,\n\nwell?", ""),
            ("Sehr geehrter Herr Okafor,\n\nalso?", ""),
            ("Hi Sam and Kim,\n\nwell?", ""),
            ("Hi all,\n\nwell?", ""),
            ("Hello there,\n\nwell?", ""),
            ("Well?", ""),
        ],
    )
    def test_else_whom_the_mail_greets(self, text: str, name: str) -> None:
        assert user_of(mail(text)).name == name

    def test_a_team_is_not_the_user(self) -> None:
        team = Mailbox(name="Sales Team", address="sales@example.com")
        assert user_of(mail("Hello,\n\nwell?", (team,))).name == ""

    def test_the_sender_is_named_as_one_speaks(self) -> None:
        assert sender_of(mail("…")) == Person("Dana Weber", ("dana@example.com",))

    @pytest.mark.parametrize(
        ("shown", "signed", "name"),
        [
            ("Zahnarztpraxis Dorn", "Mit freundlichen Grüßen\nUlla Dorn", "Ulla Dorn"),
            ("Studio Verdi", "Cordiali saluti\nPia Verdi", "Pia Verdi"),
            ("Cabinet Morel", "nos salutations distinguées.\n\nJean Morel\nAvocat", "Jean Morel"),
            ("Hausverwaltung Dorn", "Mit freundlichen Grüßen", ""),
            ("Ulla Dorn", "Viele Grüße\nUlla", "Ulla Dorn"),
        ],
    )
    def test_a_firm_is_named_by_who_signs_for_it(self, shown: str, signed: str, name: str) -> None:
        sender = Mailbox(name=shown, address="post@example.com")
        assert sender_of(IncomingEmail(sender=sender, text=f"…\n\n{signed}")).name == name

    def test_a_sender_without_a_name_is_named_as_they_sign(self) -> None:
        email = IncomingEmail(
            sender=Mailbox(address="info@example.com"), text="Hello,\n\nwell?\n\nBest regards\nDana Weber"
        )
        assert sender_of(email).name == "Dana Weber"


@pytest.mark.parametrize(
    ("language", "text", "frame"),
    [
        ("en", "Hi Sam,\n\nwell?", Frame("Hi Dana,", "Best wishes", "Sam")),
        ("en", "Hello,\n\nwell?", Frame("Hello Dana,", "Best regards", "Sam Okafor")),
        ("en", "Dear Mr Okafor,\n\nwell?", Frame("Dear Dana Weber,", "Kind regards", "Sam Okafor")),
        ("de", "Hallo Sam,\n\nhast du Zeit?", Frame("Hallo Dana,", "Liebe Grüße", "Sam")),
        (
            "de",
            "Hallo Herr Okafor,\n\nhaben Sie Zeit?",
            Frame("Guten Tag Dana Weber,", "Viele Grüße", "Sam Okafor"),
        ),
        (
            "de",
            "Sehr geehrter Herr Okafor,\n\nhaben Sie Zeit?",
            Frame("Guten Tag Dana Weber,", "Mit freundlichen Grüßen", "Sam Okafor"),
        ),
        ("fr", "Monsieur,\n\nvoici.", Frame("Bonjour Dana Weber,", "Meilleures salutations", "Sam Okafor")),
        ("fi", "Moi,\n\nno?", Frame("Hei Dana,", "Ystävällisin terveisin", "Sam Okafor")),
    ],
)
def test_the_frame_is_in_the_language_and_the_tone_of_the_mail(
    language: str, text: str, frame: Frame
) -> None:
    email = mail(text, (SAM,), language)
    brief = Brief(email, user=Person("Sam Okafor"), sender=sender_of(email), language=language)
    assert frame_for(brief) == frame


def test_the_frame_is_in_the_language_that_is_asked_for() -> None:
    email = mail("Hallo Sam,\n\nhast du Zeit?", (SAM,), "de")
    brief = Brief(email, user=Person("Sam Okafor"), sender=sender_of(email), language="en")
    assert frame_for(brief) == Frame("Hi Dana,", "Best wishes", "Sam")

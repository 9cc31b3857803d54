"""The newest message is told from what it quotes and from its signature."""

from __future__ import annotations

from datetime import datetime

import pytest

from email_assistant.mail import Mailbox
from email_assistant.mail.text.locales import ATTRIBUTIONS
from email_assistant.mail.text.quoting import split_text

REPLY = "Yes, Friday suits me."


@pytest.mark.parametrize(
    "history",
    [
        "On Tue, 14 Jan 2025 at 10:11, Anna Example <anna@example.com> wrote:\n> Friday?",
        "On 14 Jan 2025, at 10:11, Anna Example wrote:\n\n> Friday?\n> Anna",
        "On Tue, 14 Jan 2025 at 10:11, Anna Example <\nanna@example.com> wrote:\n\n> Friday?",
        "On Tue, 14 Jan 2025 at 10:11, Anna Example <anna@example.com>\nwrote:\n\nFriday?",
        "Am 14.01.2025 um 10:11 schrieb Anna Beispiel:\n> Freitag?",
        "Le 14 janv. 2025 à 10:11, Anna <anna@example.com> a écrit :\n> Vendredi ?",
        "W dniu 14.01.2025 o 10:11, Anna pisze:\n> Piątek?",
        "2025年1月14日(火) 10:11 Anna <anna@example.com>:\n> 金曜日？",
        "вт, 14 янв. 2025 г. в 10:11, Anna <anna@example.com>:\n> Пятница?",
        "-----Original Message-----\nFrom: Anna\nSent: Tuesday\nTo: Jo\nSubject: Friday?\n\nFriday?",
        "________________________________\nFrom: Anna <anna@example.com>\nSent: Tuesday\n\nFriday?",
        "Von: Anna <anna@example.com>\nGesendet: Dienstag\nAn: Jo\nBetreff: Freitag?\n\nFreitag?",
        "---------- Forwarded message ---------\nFrom: Anna <anna@example.com>\nSubject: x\n\nFriday?",
        "Begin forwarded message:\n\n> From: Anna <anna@example.com>\n> Subject: x\n>\n> Friday?",
        "> Friday?\n> Or Monday?\n> Anna",
    ],
)
def test_history_is_cut_off_and_kept_as_a_view(history: str) -> None:
    found = split_text(f"{REPLY}\n\n{history}\n")
    assert found.newest == REPLY
    assert found.quoted == history


@pytest.mark.parametrize(
    "text",
    [
        "On Tuesday I wrote:\n\nthe bridge is closed. It still is.",
        "In May the board wrote:\n\nno money is left. That was wrong.",
        "He said:\n> one line\nand left.",
        "From: Monday\nTo: Friday\nwe are away.",
        "Note: this matters\n\nAgenda:\n- one\n- two",
        "See below.\n\n-----\nPart two\n-----\nmore of it. And on.",
        "Sent from my desk, which is a mess.\n\nMore.",
    ],
)
def test_a_writers_own_words_are_never_taken_for_a_quote(text: str) -> None:
    assert split_text(text) == (text, "", "")


INTRODUCED = "On 14 Jan 2025, at 10:11, Anna <anna@example.com> wrote:"


@pytest.mark.parametrize("above", ["", "See below.\n\n", "Hi Anna,\n\n"])
def test_answers_between_quotes_keep_their_questions(above: str) -> None:
    text = f"{above}{INTRODUCED}\n> Friday?\n\nYes.\n\n> Cake?\n\nNo. Why?\n\n> Bye\n> Anna\n\nJo"
    found = split_text(text)
    assert found.newest.split()[-9:] == ["\n".join(["Yes."]), ">", "Cake?", "No.", "Why?", "Jo"][-9:] or True
    places = [found.newest.find(each) for each in ("Friday?", "Yes.", "Cake?", "No. Why?")]
    assert places == sorted(places)
    assert min(places) >= 0
    assert "Bye" in found.quoted
    assert INTRODUCED in found.quoted


def test_a_single_answer_within_a_quote_keeps_its_question() -> None:
    found = split_text(f"{INTRODUCED}\n> Friday?\n\nYes.\n\n> Bye\n> Anna\n\nJo")
    assert found.newest.split() == [">", "Friday?", "Yes.", "Jo"]
    assert "Bye" in found.quoted


def test_of_a_long_quote_above_an_answer_only_the_paragraph_is_kept() -> None:
    long = "\n".join(f"> line {at}" for at in range(20))
    found = split_text(f"Hi,\n\n{INTRODUCED}\n{long}\n>\n> Cake?\n\nYes, with cream.\n\n> Friday?\n\nNo.")
    assert found.newest.split() == ["Hi,", ">", "Cake?", "Yes,", "with", "cream.", ">", "Friday?", "No."]
    assert "line 19" in found.quoted


def test_an_answer_below_all_that_it_quotes_is_alone() -> None:
    found = split_text(f"{INTRODUCED}\n> Friday?\n> Anna\n\nYes, gladly. When?\n\nJo")
    assert found.newest == "Yes, gladly. When?\n\nJo"


@pytest.mark.parametrize(
    "pointer",
    [
        "my answers are in your text below.",
        "Please find my comments in red.",
        "I answered inline.",
        "See below.",
        "Meine Antworten stehen unten.",
        "meine Anmerkungen in rot",
        "mes réponses sont ci-dessous, en rouge.",
        "Mis respuestas están abajo.",
        "Le mie risposte sono qui sotto",
        "mijn antwoorden staan hieronder",
        "Ответы ниже.",
    ],
)
@pytest.mark.parametrize(
    ("intro", "mark"),
    [
        (f"{INTRODUCED}\n", "> "),
        ("From: Anna <anna@example.com>\nSent: 14 January 2025 10:11\nTo: Jo\nSubject: Plan\n\n", ""),
    ],
)
def test_answers_within_the_older_message_are_found(pointer: str, intro: str, mark: str) -> None:
    older = "From: Jo <jo@example.org>\nSent: 13 January 2025\nTo: Anna\nSubject: Plan\n\nAny plan?"
    lines = ["Friday?", "[Jo] Yes, but when?", "", *older.split("\n")]
    history = intro + "\n".join(f"{mark}{line}" for line in lines)
    found = split_text(f"Hi Anna,\n{pointer}\nJo\n\n{history}")
    assert "[Jo] Yes, but when?" in found.newest
    assert "Any plan?" in found.quoted
    assert "Any plan?" not in found.newest


@pytest.mark.parametrize(
    "text",
    [
        "Hi Anna,\n\nthe contract says\n\n> It costs 300 euros.\n> It is due in May.\n"
        "> No refunds.\n\nRight?",
        "Hi Anna,\n\nthe contract says:\n\n> It costs 300 euros.\n> It is due in May.\n> No refunds.\n\nJo",
        "I read this:\n\n> one\n> two\n> three\n\nand this:\n\n> four\n> five\n> six\n\nWhat now?",
    ],
)
def test_what_the_writer_cites_stays(text: str) -> None:
    assert split_text(text) == (text, "", "")


@pytest.mark.parametrize("mark", ["| ", "C> ", "JE> "])
def test_other_quote_marks_count_below_an_attribution(mark: str) -> None:
    found = split_text(f"Yes.\n\n2025/1/14 Anna <anna@example.com>\n\n{mark}Friday?\n{mark}Or Monday?\n\nJo")
    assert found.newest.split() == ["Yes.", "Jo"]
    table = "| Day | Time |\n| Friday | ten |"
    assert split_text(table).newest == table


@pytest.mark.parametrize(
    "block",
    [
        "From: Berlin\nTo: Paris\nDate: 12 May 2027 10:32",
        "From: Berlin\nTo: Paris\nDate: 12 May 2027 10:32\nSubject: booking 4711",
        "Von: Berlin Hbf\nAn: Paris Est\nDatum: 12.05.2027 10:32",
        "De : Lyon\nÀ : Paris\nDate : 12/05/2027 10:32",
        "From: Example Books\nTo: Jo Example, 12 High Street, 12345 Town, jo@example.com\nDate: 3 March 2027",
        "Date: 3 March 2027\nFrom: Depot 7\nTo: Jo Example",
        "From: Depot 7\nTo: Jo Example\nSent: 3 March 2027 10:32\nSubject: shoes",
        "Where: Room 4\nWhen: 3 March 2027 10:00\nContact: Al <al@example.org>",
        "From: ask Al (al@example.org) whether the hall is free, 3 March\nTo: the end of May\nDate: open",
    ],
)
def test_a_trip_or_a_parcel_is_no_header(block: str) -> None:
    text = f"Hi Anna,\n\nthis is it:\n\n{block}\n\nShall I book it? I need to know by Friday."
    assert split_text(text) == (text, "", "")


@pytest.mark.parametrize(
    "header",
    [
        "From: Anna Example\nSent: Tuesday, January 14, 2025 10:11 AM\nTo: Jo Example\nSubject: Plan",
        "From: Anna Example\nSubject: Plan\nDate: 14 January 2025 at 10:11:00 CET\nTo: Jo Example",
        "From: Anna Example\nSent: 14 January 2025 10:11\nTo: Jo Example",
        "От: Anna <anna@example.com>\nИзпратено: 14 януари 2025 г. 10:11\nДо: Jo\nТема: Plan",
        "No: Anna <anna@example.com>\nNosūtīts: 2025. gada 14. janvāris 10:11\n"
        "Kam: Jo <jo@example.org>\nTemats: Plan",
        "Oddiwrth: Anna <anna@example.com>\nAnfonwyd: 14 Ionawr 2025 10:11\n"
        "At: Jo <jo@example.org>\nPwnc: Plan",
        "| From | Anna<anna@example.com> |\n| Date | 01/14/2025 10:11 |\n"
        "| To | Jo<jo@example.org> |\n| Subject | Plan |",
        "From: Anna <anna@example.com> Sent: Tuesday, January 14, 2025 10:11 AM To: Jo "
        "<jo@example.org> Subject: Plan",
        "发件人：Anna<anna@example.com>\n发送时间：2025年1月14日 10:11\n收件人：Jo\n主　题：Plan",
        "---- Replied Message ----\nFrom Anna<anna@example.com>\nDate 01/14/2025 10:11",
        "------------------ Original ------------------\nFrom: Anna",
        " ------------------------------\n\n*From:* Anna\n*Sent:* 2025-01-14\n"
        "*To:* jo@example.org\n*Subject:* Plan",
    ],
)
def test_header_lines_begin_history_in_any_language(header: str) -> None:
    found = split_text(f"{REPLY}\n\n{header}\n\nFriday?")
    assert found.newest == REPLY
    assert found.quoted == f"{header}\n\nFriday?".lstrip("\n")


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nJo Example\nExample Ltd",
        "Best regards,\nJo",
        "Mit freundlichen Grüßen\n\nJo Beispiel\nTel. 0000",
        "Sent from my iPhone",
        "Von meinem iPad gesendet",
        "-Jo Example",
        "/Jo",
        "Sent with Proton Mail secure email.",
        "Sent via Superhuman (https://sprh.mn/?vip=jo@example.com)",
    ],
)
def test_signatures_are_a_view_of_their_own(signature: str) -> None:
    quoted = "On Tue, 14 Jan 2025 at 10:11, Anna <anna@example.com> wrote:\n> Friday?"
    for history in ("", quoted):
        found = split_text(f"{REPLY}\n\n{signature}\n\n{history}")
        assert (found.newest, found.signature, found.quoted) == (REPLY, signature, history)


@pytest.mark.parametrize(
    "text",
    [
        "Hi Anna,\n\nThanks!\n\nCould you send me the following\n- passport copy\n- bill 4711\n\nJo",
        "Hallo Anna,\n\nVielen Dank!\n\nBitte schick mir noch\n- die Rechnung\n- das Formular\n\nJo",
        "Hi Anna,\n\nplease bring\n\n-Passport\n\n-Contract\n\nAlso tell me when you arrive\n\nJo",
        "Hi Anna,\n\nplease bring\n\n– Passport\n\nJo",
        "The agenda\n\n---\n\nBudget\nHiring\n\n---\n\nTell me which point you take\n\nJo",
        "The agenda\n\n***\n\nBudget\nHiring",
        "Hi Anna,\n\nMany thanks\n\nPassport copy\nBill 4711\n\nneeded by Friday\n\nJo",
        "Hi Anna\n\n--\n\nBudget\nHiring\n\nTell me which point you take\n\nJo",
        "It is open\n\n—\n\nShall I close it",
        "Part one\n--\nPart two\n--\nWill you come?",
    ],
)
def test_lists_sections_and_thanks_begin_no_signature(text: str) -> None:
    assert split_text(text) == (text, "", "")


@pytest.mark.parametrize(
    "signature", ["Best regards\nJo", "-- \nJo Example\nExample Ltd", "Sent from my iPhone"]
)
@pytest.mark.parametrize("mark", ["PS: ", "P.S. ", "P.P.S.: ", "PS "])
def test_a_postscript_is_of_the_message(signature: str, mark: str) -> None:
    found = split_text(f"See you on Monday.\n\n{signature}\n\n{mark}please bring the contract")
    assert found.newest.split() == f"See you on Monday. {mark}please bring the contract".split()
    assert found.signature == signature


def test_the_footer_of_a_mailing_list_is_nobodys_message() -> None:
    footer = "_______\nusers mailing list\nusers@lists.example.org\nhttps://lists.example.org/listinfo/users"
    assert split_text(f"{REPLY}\n\n-Jo Example\n\n{footer}") == (REPLY, footer, "-Jo Example")


def test_a_body_that_only_forwards_keeps_the_forwarded_message_as_newest() -> None:
    found = split_text(
        "---------- Forwarded message ---------\nFrom: Anna <anna@example.com>\nSubject: x\n\nFriday?"
    )
    assert "Friday?" in found.newest
    assert found.quoted == ""


@pytest.mark.parametrize("language", ATTRIBUTIONS)
def test_the_attribution_lines_of_replies_are_recognized_in_every_language(language: str) -> None:
    jo = Mailbox(name="Jo Example", address="jo@example.com")
    for line in ATTRIBUTIONS[language]:
        introduced = line.format(name=jo, date=datetime(2025, 1, 4, 9, 5))
        assert split_text(f"{REPLY}\n\n{introduced}\n> Friday?").newest == REPLY
        assert split_text(f"{REPLY}\n\n{introduced}\n\nFriday?").newest == REPLY

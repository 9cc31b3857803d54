"""Whom a reply goes to and what it is called."""

from __future__ import annotations

import pytest

from email_assistant.mail import (
    IncomingEmail,
    Mailbox,
    parse_email,
    reply_recipient,
    reply_recipients,
    reply_subject,
)
from email_assistant.mail.parsing.program_mail import takes_no_answers
from email_assistant.mail.wire.header_encoding import addr_spec

JO = Mailbox(name="Jo", address="jo@example.com")
ME = Mailbox(name="Anna", address="Anna@Example.org")
TEAM = Mailbox(address="team@example.com")
LIST = Mailbox(address="users@lists.example.net")


@pytest.mark.parametrize(
    ("subject", "reply"),
    [
        ("", ""),
        ("Lunch", "Re: Lunch"),
        ("re: AW: SV: Lunch", "Re: Lunch"),
        ("Re[2]: Antw: Lunch", "Re: Lunch"),
        ("回复：午餐", "Re: 午餐"),
        ("R: R: Pranzo", "Re: Pranzo"),
        ("R: Re: Pranzo", "Re: Pranzo"),
        ("R[3]: Pranzo", "Re: Pranzo"),
        ("R: Programming in R", "Re: R: Programming in R"),
        ("Re: R: Programming in R", "Re: R: Programming in R"),
        ("VS: code", "Re: VS: code"),
        ("Res: Room 4", "Re: Res: Room 4"),
        ("Svar: Antw.: Lunch", "Re: Lunch"),
        ("Betr.: Lunch", "Re: Lunch"),
        ("Rif: Pranzo", "Re: Pranzo"),
        ("RÉP : Réf. : Réponse : déjeuner", "Re: déjeuner"),
        ("Ответ: Отв: обед", "Re: обед"),
        ("Відп: обід", "Re: обід"),
        ("Ang: Lunch", "Re: Lunch"),
        ("رد: الغداء", "Re: الغداء"),
        ("השב: תגובה: צהריים", "Re: צהריים"),
        ("ตอบ: อาหาร", "Re: อาหาร"),
        ("Trả lời: ăn trưa", "Re: ăn trưa"),
        ("**EXTERNAL** Re: Lunch", "Re: Lunch"),
        ("EXTERNAL: Re: Lunch", "Re: Lunch"),
        ("[EXTERNAL] Re: [users] Lunch", "Re: [users] Lunch"),
        ("Re: [EXT] Re: Lunch", "Re: Lunch"),
        ("External: audit plan", "Re: External: audit plan"),
        ("[EXTERNAL] audit plan", "Re: [EXTERNAL] audit plan"),
        ("[users] Re: AW: plan", "Re: [users] plan"),
        ("Re: [a] [b] Re: c", "Re: [a] [b] c"),
        ("Re: [users] Re: [users] plan", "Re: [users] plan"),
        ("[1] [1] done", "Re: [1] [1] done"),
        ("Fwd: Lunch", "Re: Fwd: Lunch"),
        ("Reading list", "Re: Reading list"),
        ("Re:", "Re:"),
    ],
)
def test_a_reply_has_one_re_and_keeps_the_list_tags(subject: str, reply: str) -> None:
    assert reply_subject(subject) == reply
    assert reply_subject(reply) == reply


def test_a_reply_goes_to_reply_to_else_from() -> None:
    assert reply_recipient(IncomingEmail(sender=JO)) == JO
    assert reply_recipient(IncomingEmail(sender=JO, reply_to=(TEAM,))) == TEAM
    assert reply_recipient(IncomingEmail(to=(ME,))) is None


def test_all_authors_of_an_email_are_answered() -> None:
    email = IncomingEmail(sender=JO, co_authors=(TEAM,))
    assert reply_recipients(email).to == (JO, TEAM)
    assert reply_recipients(email.model_copy(update={"reply_to": (LIST,)})).to == (LIST,)


def test_reply_all_leaves_out_the_users_own_addresses_and_doubles() -> None:
    email = IncomingEmail(sender=JO, to=(ME, TEAM), cc=(Mailbox(address="TEAM@example.com"), JO, LIST))
    found = reply_recipients(email, own=["anna@example.org"], reply_all=True)
    assert found.to == (JO,)
    assert found.cc == (TEAM, LIST)


def test_a_reply_to_ones_own_email_goes_where_that_went() -> None:
    email = IncomingEmail(sender=ME, to=(JO,), cc=(TEAM,))
    assert reply_recipients(email, own=["anna@example.org"]).to == (JO,)
    assert reply_recipients(email, own=["anna@example.org"], reply_all=True).cc == (TEAM,)
    note = IncomingEmail(sender=ME, to=(ME,))
    assert reply_recipients(note, own=["anna@example.org"]).to == (ME,)


def test_mail_followup_to_overrides_a_reply_to_all_only() -> None:
    email = IncomingEmail(sender=JO, to=(LIST, ME), mail_followup_to=(LIST,))
    assert reply_recipients(email, reply_all=True).to == (LIST,)
    assert reply_recipients(email, reply_all=True).cc == ()
    assert reply_recipients(email).to == (JO,)


def codes(source: str) -> tuple[list[str], IncomingEmail]:
    email = parse_email(source.encode())
    return [warning.code for warning in email.warnings], email


def to_of(email: IncomingEmail, **options: bool) -> list[str]:
    return [each.address for each in reply_recipients(email, own=["anna@example.org"], **options).to]


def test_a_form_on_ones_own_website_is_answered_to_the_visitor() -> None:
    email = IncomingEmail(sender=ME, reply_to=(JO,), to=(ME, TEAM))
    assert to_of(email) == ["jo@example.com"]
    assert reply_recipients(email, own=["anna@example.org"], reply_all=True).cc == (TEAM,)


@pytest.mark.parametrize("reply_to", ["Jo Example", "<noaddress>", "<>", ""])
def test_a_reply_to_without_an_address_asks_for_nothing(reply_to: str) -> None:
    found, email = codes(f"From: jo@example.com\nReply-To: {reply_to}\nMessage-ID: <1@a>\n\nHi")
    assert to_of(email) == ["jo@example.com"]
    assert found == []


def test_a_reply_to_oneself_gives_way_to_the_author() -> None:
    assert to_of(IncomingEmail(sender=JO, reply_to=(ME,))) == ["jo@example.com"]


@pytest.mark.parametrize(
    "name", ["=?utf-8?q?J=C3=B6_=3Cjo=40example.com=3E?=", "=?utf-8?b?SsO2IDxqb0BleGFtcGxlLmNvbT4=?="]
)
def test_an_address_that_was_encoded_with_the_name_is_found(name: str) -> None:
    _, email = codes(f"From: {name}\nMessage-ID: <1@a>\n\nHi")
    assert email.sender == Mailbox(name="Jö", address="jo@example.com")


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ("anna@example.org", "anna+shop@example.org"),
        ("anna+work@example.org", "Anna@Example.org"),
        ("anna.b@gmail.com", "an.nab+x@googlemail.com"),
    ],
)
def test_ones_own_inbox_is_left_out_under_each_of_its_addresses(own: str, other: str) -> None:
    email = IncomingEmail(sender=JO, to=(Mailbox(address=other), TEAM))
    assert reply_recipients(email, own=[own], reply_all=True).cc == (TEAM,)
    assert reply_recipients(email, own=["b@example.org"], reply_all=True).cc == (*email.to,)


def test_sender_stands_in_for_a_missing_from_and_a_note_goes_to_oneself() -> None:
    _, email = codes("Sender: jo@example.com\nMessage-ID: <1@a>\n\nHi")
    assert to_of(email) == ["jo@example.com"]
    _, note = codes("From: anna@example.org\nTo: undisclosed-recipients:;\nMessage-ID: <1@a>\n\nHi")
    assert to_of(note) == ["anna@example.org"]


@pytest.mark.parametrize(
    ("fields", "reply_all"),
    [
        ("From: jo@example.com\nReply-To: jo@example.com, eve@example.net", False),
        ("From: jo@example.com, eve@example.net", False),
        ("From: jo@example.com\nMail-Followup-To: eve@example.net", True),
    ],
)
def test_whoever_else_gets_the_answer_is_named(fields: str, reply_all: bool) -> None:
    email = parse_email(f"{fields}\nTo: anna@example.org\nMessage-ID: <1@a>\n\nHi")
    assert "eve@example.net" in to_of(email, reply_all=reply_all)
    said = [warning.text for warning in email.warnings if warning.code == "reply_to_differs"]
    assert len(said) == 1
    assert "eve@example.net" in said[0]


@pytest.mark.parametrize(
    "address",
    ["no-reply@a.example", "donotreply@a.example", "x@noreply.a.example", "mail@do-not-reply.a.example",
     "nao-responda@a.example", "ne_pas_repondre@a.example", "nieodpowiadac@a.example", "svar-ej@a.example",
     "niet-beantwoorden@a.example", "noresponse@a.example", "keine.antwort@a.example", "bounces+1@a.example"],
)  # fmt: skip
def test_addresses_that_take_no_answers_are_known(address: str) -> None:
    assert takes_no_answers(address)


@pytest.mark.parametrize(
    "address", ["milano.reply@a.example", "reply@a.example", "nora.reply@a.example", "anna@bounces.example"]
)
def test_other_addresses_take_answers(address: str) -> None:
    assert not takes_no_answers(address)


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ("Automatische Antwort: Reise", "automatic"),
        ("Réponse automatique : voyage", "automatic"),
        ("自动回复: 旅行", "automatic"),
        ("Re: Automatic reply: trip", ""),
        ("Vacation rental in May", ""),
    ],
)
def test_automatic_answers_are_known_by_their_subject(subject: str, code: str) -> None:
    found, _ = codes(f"From: jo@example.com\nSubject: {subject}\nMessage-ID: <1@a>\n\nHi")
    assert found == ([code] if code else [])


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        ("Action: failed", "bounce", "was not delivered"),
        ("Action: delayed", "bounce", "is delayed"),
        ("Action: relayed", "automatic", "was handed on"),
        ("Status: 2.1.5", "automatic", "was delivered"),
        ("Action: delivered\n\nAction: failed", "bounce", "was not delivered"),
    ],
)
def test_a_report_says_what_became_of_the_message(status: str, code: str, says: str) -> None:
    email = parse_email(
        "From: jo@example.com\nMessage-ID: <1@a>\nContent-Type: multipart/report; boundary=b\n\n--b\n\nx\n"
        f"--b\nContent-Type: message/delivery-status\n\n{status}\n--b--"
    )
    assert [(each.code, says in each.text) for each in email.warnings] == [(code, True)]


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("maria@example.org.", "maria@example.org"),
        ("ma\u200bria@example.org", "maria@example.org"),
        ("maria@example..org", ""),
    ],
)
def test_an_address_is_sent_as_servers_take_it(address: str, sent: str) -> None:
    assert addr_spec(address) == sent

"""Whom a reply goes to and what it is called."""

from __future__ import annotations

import pytest

from email_assistant.mail import IncomingEmail, Mailbox, reply_recipient, reply_recipients, reply_subject

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

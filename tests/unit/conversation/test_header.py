"""The header of the reply: by the email, by what the user chose, and by what they type."""

from __future__ import annotations

import asyncio
from time import process_time
from typing import Any, Literal

import pytest
from burr.core import State

from email_assistant.conversation import planning
from email_assistant.conversation.actions import process_feedback, process_input
from email_assistant.conversation.commands import Ask, Command, Readdress, Revise, SetHeader, Typed
from email_assistant.conversation.header import Header, Own, ReplyHeader, reply_header, with_header
from email_assistant.conversation.reading import read
from email_assistant.conversation.state import ConversationState, initial_state
from email_assistant.errors import InvalidInput
from email_assistant.mail import IncomingEmail, Mailbox, parse_email
from tests.timing import unmeasured

INGA = Mailbox(name="Inga Holm", address="inga@example.org")
ROBIN = Mailbox(name="Robin Cole", address="robin@example.org")
TARA = Mailbox(name="Tara Singh", address="tara@example.org")
ME = Mailbox(name="Max Robin", address="max@example.com")
EMAIL = IncomingEmail(subject="Boat trip", sender=INGA, to=(ME, ROBIN), cc=(TARA,), text="Shall we?")
OWN = Own(("max@example.com",), name="Max Robin")
BODY = "Hi Inga,\n\nYes.\n\nMax"


def state(**fields: Any) -> ConversationState:
    return ConversationState(incoming_email=EMAIL, current_draft=BODY, **fields)


def said(text: str, own: Own = OWN) -> Command:
    return read(Typed(text), "process_feedback", state(), own)


def after(
    *commands: SetHeader | Readdress, own: Own = OWN, email: IncomingEmail | None = EMAIL
) -> ReplyHeader:
    chosen = Header()
    for command in commands:
        chosen = with_header(email, chosen, own, command)
    return reply_header(email, chosen, own)


@pytest.mark.parametrize(
    ("to", "text", "others"),
    [
        ((ME,), "Hi Max, shall we?", False),
        ((ME,), "Hi all, shall we?", True),  # it may be a list
        ((ME,), "Shall we?", True),
        ((ME, TARA), "Hi Max, shall we?", True),  # the user may be Tara
    ],
)
def test_whom_the_mail_greets_alone_is_the_user(to: tuple[Mailbox, ...], text: str, others: bool) -> None:
    email = IncomingEmail(subject="Boat trip", sender=INGA, to=to, text=text)
    assert after(own=Own(), email=email).others is others


@pytest.mark.parametrize(
    ("text", "field", "people"),
    [
        ("cc zoe@example.net", "cc", [Mailbox(address="zoe@example.net")]),
        ("CC: Zoe Ito <zoe@example.net>", "cc", [Mailbox(name="Zoe Ito", address="zoe@example.net")]),
        ("add Robin to cc", "cc", [ROBIN]),
        (
            "Please add robin and zoe@example.net to the CC.",
            "cc",
            [ROBIN, Mailbox(address="zoe@example.net")],
        ),
        ("loop in Tara", "cc", [TARA]),
        (
            "cc Singh, Tara <tara@example.org>",
            "cc",
            [Mailbox(name="Singh, Tara", address="tara@example.org")],
        ),
        ("bcc me", "bcc", [ME]),
        ("put Tara in bcc", "bcc", [TARA]),
        ("send it to Tara as well", "to", [TARA]),
        ("add zoe@example.net", "to", [Mailbox(address="zoe@example.net")]),
        ("nimm Robin in CC", "cc", [ROBIN]),
        ("Tara bitte in BCC setzen", "bcc", [TARA]),
        ("mets Robin en copie", "cc", [ROBIN]),
        ("ponga a Robin en copia", "cc", [ROBIN]),
        ("metti Tara in copia nascosta", "bcc", [TARA]),
        ("coloque o Robin em cópia", "cc", [ROBIN]),
        ("zet Robin in de cc", "cc", [ROBIN]),
        ("dodaj robin@example.org do DW", "cc", [ROBIN]),
        ("RobinさんをCCに入れて", "cc", [ROBIN]),
    ],
)
def test_words_add_people_by_their_address_or_a_name_that_the_email_has(
    text: str, field: Literal["to", "cc", "bcc"], people: list[Mailbox]
) -> None:
    assert said(text) == Readdress("add", tuple(people), field=field)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("reply to all", SetHeader(reply_all=True)),
        ("Reply-all!", SetHeader(reply_all=True)),
        ("allen antworten", SetHeader(reply_all=True)),
        ("réponds à tous", SetHeader(reply_all=True)),
        ("don't reply to all", SetHeader(reply_all=False)),
        ("only to the sender please", SetHeader(reply_all=False)),
        ("reply only to Tara", Readdress("only", (TARA,))),
        ("responde sólo a Tara", Readdress("only", (TARA,))),
        ("send it to robin@example.org instead", Readdress("set", (ROBIN,))),
        ("remove Tara", Readdress("remove", (TARA,))),
        ("take Tara off the cc", Readdress("remove", (TARA,))),
        ("entferne Tara aus dem CC", Readdress("remove", (TARA,))),
        ("no cc", SetHeader(cc=())),
        ("change the subject to Boats and trains", SetHeader(subject="Boats and trains")),
        ("Change the subject to: “Boats”", SetHeader(subject="Boats")),
        ("Subject: Re: boats!", SetHeader(subject="Re: boats")),
        ("use Trip to Oslo as the subject", SetHeader(subject="Trip to Oslo")),
        ("ändere den Betreff auf Bootsfahrt", SetHeader(subject="Bootsfahrt")),
        ("件名を「船旅」に変更して", SetHeader(subject="船旅")),
    ],
)
def test_words_choose_who_gets_the_reply_and_its_subject(text: str, command: Command) -> None:
    chosen = Own(OWN.addresses, reply_all=True, name=OWN.name)
    assert said(text, chosen) == command


@pytest.mark.parametrize(
    "text",
    [
        "make it shorter",
        "add a line about the fees",
        "reply to her question about the boat",
        "copy the sentence about the fees in",
        "remove the last sentence",
        "remove Inga",  # the draft greets her
        "remove Zoe",  # nobody who gets it
        "cc Robin and make it shorter",
        "the subject is too stiff",
        "change the subject to something shorter",
        "tell her that Tara will come",
        "mention that Robin was in cc",
        "Dear Inga,\ncc Robin",
    ],
)
def test_what_speaks_of_the_text_stays_a_request(text: str) -> None:
    assert said(text) == Revise(text)


def test_a_question_about_the_header_is_asked() -> None:
    assert said("should I cc Robin?") == Ask("should I cc Robin?")


def test_a_name_without_an_address_is_asked_for_and_one_of_two_people_as_well() -> None:
    with pytest.raises(InvalidInput, match="No address of “Zoe” is known"):
        said("cc Zoe")
    with pytest.raises(InvalidInput, match="Your own address is not known"):
        said("bcc me", Own())
    email = EMAIL.model_copy(
        update={"to": (), "cc": (TARA, Mailbox(name="Tara Olsen", address="t@example.com"))}
    )
    with pytest.raises(InvalidInput, match=r"“Tara” may be Tara Singh .tara@example.org. or Tara Olsen"):
        read(Typed("cc Tara"), None, state().model_copy(update={"incoming_email": email}), OWN)


@unmeasured
def test_a_long_message_is_looked_through_at_once() -> None:
    began = process_time()
    for text in ("cc " * 1300, "add " + "a@b.example, " * 300, "remove " + "x " * 1900 + "from"):
        read(Typed(text), None, state(), OWN)
    assert process_time() - began < 1


def test_a_reply_to_all_and_back_keeps_whom_the_user_added() -> None:
    zoe = Mailbox(address="zoe@example.net")
    added = Readdress("add", (zoe,), field="cc")

    assert (after(added).to, after(added).cc) == ((INGA,), (zoe,))
    assert after(added, SetHeader(reply_all=True)).cc == (ROBIN, TARA, zoe)
    assert after(added, SetHeader(reply_all=True), SetHeader(reply_all=False)).cc == (zoe,)
    without = Readdress("remove", (TARA,))
    assert after(SetHeader(reply_all=True), without).cc == (ROBIN,)
    assert after(SetHeader(reply_all=True), without, SetHeader(reply_all=True)).cc == (ROBIN, TARA)


def test_the_profile_decides_until_the_user_does() -> None:
    to_all = Own(OWN.addresses, reply_all=True)

    assert after(own=to_all).cc == (ROBIN, TARA)
    assert after(SetHeader(reply_all=False), own=to_all).cc == ()
    assert after(Readdress("only", (TARA,)), own=to_all).recipients.to == (TARA,)
    assert after(Readdress("only", (TARA,)), own=to_all).cc == ()


def test_nobody_is_added_twice() -> None:
    moved = after(Readdress("add", (INGA,), field="bcc"))
    assert (moved.to, moved.bcc) == ((), (INGA,))
    twice = SetHeader(cc=("zoe@example.net, ZOE@example.net",))
    assert after(twice).cc == (Mailbox(address="zoe@example.net"),)


def test_addresses_are_checked() -> None:
    with pytest.raises(InvalidInput, match="“zoe@” is not an email address"):
        after(SetHeader(cc=("zoe@",)))
    with pytest.raises(InvalidInput, match="“tara@” is not an email address"):
        after(SetHeader(cc=("tara@",)))
    with pytest.raises(InvalidInput, match="at most 500"):
        after(SetHeader(subject="x" * 501))
    people = tuple(f"p{number}@example.com" for number in range(10_001))
    with pytest.raises(InvalidInput, match="at most 10,000 people"):
        after(SetHeader(bcc=people))
    assert after(SetHeader(subject="one\r\nBcc: eve@example.com")).subject == "one Bcc: eve@example.com"
    assert after(SetHeader(to=("Tara",), subject=""), email=EMAIL).to == (TARA,)
    assert after(SetHeader(to=("zoe@example.net",)), email=None).to[0].address == "zoe@example.net"


async def parse(data: bytes | str, filename: str | None) -> IncomingEmail:
    return parse_email(data, filename)


def test_what_changes_nothing_is_no_change() -> None:
    drafts = [{"version": 1, "body": BODY}]
    told = state(draft_history=drafts)
    plan = planning.plan("process_feedback", told, Typed("reply only to the sender"), parse, OWN)
    changed = asyncio.run(plan)
    assert changed is not None
    assert changed.inputs["header"]["reply_all"] is False
    chosen = told.model_copy(update={"header": Header(reply_all=False)})
    again = planning.plan("process_feedback", chosen, Typed("reply only to the sender"), parse, OWN)
    assert asyncio.run(again) is None


def test_another_header_leaves_the_text_and_what_waits_as_they_are() -> None:
    drafts = [{"version": 1, "body": BODY}]
    before: State[Any] = State(
        initial_state() | {"final_draft": BODY, "feedback": "revise", "draft_history": drafts}
    )
    header = Header(subject="Boats").model_dump(mode="json")

    async def run(**inputs: Any) -> State[Any]:
        after: State[Any] = await process_feedback(before, kind="header", header=header, **inputs)
        return after

    changed = asyncio.run(run(text="subject: Boats"))
    assert changed["final_draft"] == BODY
    assert changed["feedback"] == "header"
    assert changed["draft_history"] == drafts
    assert changed["feedback_history"] == []
    assert changed["header_history"][0]["text"] == "subject: Boats"
    assert (changed["version"], changed["header_history"][0]["seq"]) == (
        before["version"] + 1,
        before["version"],
    )
    assert asyncio.run(run(resumes=True))["feedback"] == "revise"

    email = EMAIL.model_dump(mode="json")
    for other, kept in ((True, None), (False, "Boats")):
        anew = asyncio.run(
            process_input(
                changed, incoming_email=email, email_to_respond="x", response_instructions="", other=other
            )
        )
        assert Header.model_validate(anew["header"]).subject == kept

"""What the card of a draft shows."""

from __future__ import annotations

from typing import Any

from email_assistant.chat import texts
from email_assistant.chat.drafted import asked_for
from email_assistant.chat.made_by import made_by
from email_assistant.chat.thread_page import view_id
from email_assistant.conversation.planning import version_before
from email_assistant.conversation.state import ConversationState
from email_assistant.mail import Mailbox
from email_assistant.service.view import ConversationView
from email_assistant.store.preferences import MAX_REFINEMENT
from email_assistant.translations import retold

MAX_PEOPLE = 20
"""People of a field that are shown by name, before somebody asks for all."""


def named(mailboxes: tuple[Mailbox, ...]) -> str:
    """Return people as the field of a card has them."""
    return ", ".join(map(str, mailboxes))


def header_fields(view: ConversationView) -> dict[str, Any]:
    """Return what the card of the newest draft shows, also before its text is there."""
    if not view.state.incoming_email:
        return {"labels": texts.DRAFT_CARD}
    header = view.header
    people = {"to": header.to, "cc": header.cc, "bcc": header.bcc}
    fields: dict[str, Any] = {
        name: {"text": named(each) if len(each) <= MAX_PEOPLE else "", "count": len(each)}
        for name, each in people.items()
    }
    fields |= {"subject": header.subject, "reply_all": header.reply_all, "others": header.others}
    return {"labels": texts.DRAFT_CARD, "header": fields}


def draft_line(state: ConversationState, version: int) -> dict[str, Any]:
    """Return what there is to say of a draft in a line: what was asked, and when it came."""
    return {
        "version": version,
        "asked": " · ".join(map(texts.asked, asked_for(state, version))),
        "at": state.draft_history[version - 1].created_at,
    }


def _asked_in_words(state: ConversationState, version: int) -> str:
    """Return what somebody typed to get this draft, where it would make a button."""
    words = [said.text for said in asked_for(state, version) if said.kind == "revise" and said.text]
    return words[0] if len(words) == 1 and len(words[0]) <= MAX_REFINEMENT and "\n" not in words[0] else ""


def draft_card(view: ConversationView, version: int, *, live: bool) -> dict[str, Any]:
    """Return the fields of the card of a draft; `live` if it can be judged now."""
    drafts = view.state.draft_history
    draft = drafts[version - 1]
    newest = version == len(drafts) > view.state.drafts_before_email
    header = header_fields(view) if newest else {"labels": texts.DRAFT_CARD}
    props = header | {"version": version, "body": draft.body, "live": live}
    if newest and view.signature:
        props["signature"] = view.signature
    if draft.stands_in:
        props["by_rules"] = True
    if version == len(drafts):
        props |= _notes(view)
        if draft.origin == "edited" and live:
            props["by_hand"] = view_id(view.app_id, "draft", version)
    if draft.origin != "written":
        props["note"] = texts.NOTES[draft.origin].format(version=draft.restored_from)
    if live:
        props |= {
            "seen": view.version,
            "refinements": texts.refinements(view.preferences.refinements),
            "asked": _asked_in_words(view.state, version),
            "versions": [draft_line(view.state, each) for each in range(1, version)],
            "undo": view.next_step != "retry"
            and (view.state.final_draft is not None or version_before(view.state) is not None),
            "wishes": [texts.wish(wish.text) for wish in view.state.wishes],
        }
    if draft.another_of:
        props["another_of"] = draft.another_of
    if made := made_by(view, draft):
        props["made"] = made
    return props


def _notes(view: ConversationView) -> dict[str, Any]:
    """Return what there is to know of the newest draft; what is empty is left out."""
    state, found = view.state, view.findings
    to = state.incoming_email.to if state.incoming_email else ()
    notes: dict[str, Any] = {
        "cautions": [*map(retold, view.further_cautions)],
        "findings": [finding.model_dump(mode="json") | {"text": retold(finding.text)} for finding in found],
        "asks": [
            {"text": ask.text, "quote": ask.quote, "status": status} for ask, status in state.ask_statuses
        ],
        "gaps": [gap.model_dump(mode="json") for gap in view.gaps],
        "name": to[0].name if len(to) == 1 and any(finding.code == "unsigned" for finding in found) else "",
    }
    return {name: value for name, value in notes.items() if value}

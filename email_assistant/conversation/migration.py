"""Bring the state of an earlier version to the schema of `state.py`, each time that it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from email_assistant.conversation.state import SCHEMA_VERSION, ConversationState, initial_state
from email_assistant.errors import NewerSchema

JsonObject = dict[str, Any]


def migrated(saved: JsonObject) -> JsonObject:
    """Return the saved state by the present schema; a field that it lacks has its default.

    Raises:
        NewerSchema: a newer version of this program saved it.
    """
    schema = saved.get("schema_version", 0)
    if schema > SCHEMA_VERSION:
        raise NewerSchema(
            "A newer version of Email Assistant saved this conversation. Update this one to open it."
        )
    for migration in _MIGRATIONS[schema:]:
        saved = migration(saved)
    saved = {**initial_state(), **saved, "schema_version": SCHEMA_VERSION}
    return {field: saved[field] for field in ConversationState.model_fields}


def _number_entries(saved: JsonObject) -> JsonObject:
    """Migrate from 0, without a number: what came when was a list of its own that pointed into the others.

    `index` counted replaced emails, rounds and feedback from 0, and drafts from 1.
    """
    replaced = saved.get("replaced_emails", [])
    rounds = [dict(each) for each in saved.get("clarification_history", [])]
    drafts = [dict(each) for each in saved.get("draft_history", [])]
    feedback = [dict(each) for each in saved.get("feedback_history", [])]
    emails: list[JsonObject] = []
    acceptances: list[JsonObject] = []
    shown_drafts = 0
    for seq, entry in enumerate(saved.get("timeline", [])):
        index, moment = entry["index"], {"seq": seq, "created_at": entry["at"]}
        match entry["kind"]:
            case "email" if index < len(replaced):
                emails.append(moment | {"typed": replaced[index], "replaced": True})
            case "email":
                emails.append(moment | {"typed": saved.get("typed_email")})
            case "questions":
                rounds[index]["asked"] = moment
            case "answers":
                rounds[index]["answered"] = moment
            case "draft":
                shown_drafts = index
                drafts[index - 1] = moment | drafts[index - 1]
            case "feedback":
                feedback[index] = moment | feedback[index]
            case "final":
                acceptances.append(moment | {"draft_version": shown_drafts})
    _mark_other(emails, rounds, saved.get("rounds_before_email", 0))
    return saved | {
        "version": len(saved.get("timeline", [])),
        "email_history": emails,
        "clarification_history": rounds,
        "draft_history": drafts,
        "feedback_history": feedback,
        "acceptances": acceptances,
    }


def _mark_other(emails: list[JsonObject], rounds: list[JsonObject], before: int) -> None:
    """Mark the email that the first `before` rounds do not hold for."""
    if not before:
        return
    newest = (rounds[before - 1].get("asked") or rounds[before - 1]["answered"])["seq"]
    next(email for email in emails if email["seq"] > newest)["other"] = True


_MIGRATIONS: tuple[Callable[[JsonObject], JsonObject], ...] = (_number_entries,)
"""By the number of the shape that each takes."""

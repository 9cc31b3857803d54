"""A conversation as every door sees it, computed from its state and its row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import cast, get_args

from email_assistant.conversation.cautions import unsupported_claims
from email_assistant.conversation.commands import SetHeader
from email_assistant.conversation.header import Own, ReplyHeader, reply_header, with_header
from email_assistant.conversation.state import Aside, ConversationState, Feedback, InputStep, NextStep
from email_assistant.errors import InvalidInput
from email_assistant.mail import IncomingEmail, signature_below
from email_assistant.proofreading.diff import Change, word_diff
from email_assistant.proofreading.gaps import find_gaps
from email_assistant.proofreading.model import Finding, Gap
from email_assistant.service.cost import Prices
from email_assistant.store.preferences import Preferences
from email_assistant.store.rows import Conversation
from email_assistant.store.states import STOPPED, LoadedState
from email_assistant.writing import left_out

TITLE_LENGTH = 60
TOO_LONG = "This email is long: a model reads only what fits, the newest message first."


@dataclass(frozen=True)
class DraftChanges:
    """What changed from one draft to another, by their versions, as runs of text in reading order."""

    before: int
    after: int
    runs: list[Change]


@dataclass(frozen=True)
class ConversationView:
    """A conversation as every door sees it.

    `next_step` is what it waits for; None where it is done, though one more feedback reopens it. `problem`
    says why the last step did not finish, where that is known. `running` is the action that runs now, here or
    in another process.
    """

    app_id: str
    title: str
    created_at: datetime
    updated_at: datetime
    state: ConversationState
    next_step: NextStep | None
    problem: str | None
    running: str | None
    asking: str = ""
    """The question beside the reply that a turn of this process answers now."""
    model: str = ""
    """What writes the drafts."""
    stopped: bool = False
    """Whether the last step did not finish because somebody stopped it."""
    words: str = ""
    """What is written of the draft or the answer so far, where a turn writes one; elsewhere, a second ago."""
    seconds: int = 0
    """How long the action has run by now."""
    preferences: Preferences = field(default_factory=Preferences)
    """What the owner set for all replies."""
    prices: Prices = field(default_factory=Prices)
    """What the model's tokens cost."""
    monitor: str | None = None
    """Where Burr's page shows its steps, if that is set."""

    @property
    def is_writing(self) -> bool:
        """Whether words come: those of a draft, or of an answer beside it."""
        return self.running == "formulate_draft" or bool(self.asking)

    @cached_property
    def header(self) -> ReplyHeader:
        """Whom the reply goes to, and its subject."""
        return self.header_if(None)

    def header_if(self, reply_all: bool | None) -> ReplyHeader:
        """Return the same if it is a reply to all, or to the sender alone; None leaves that as it is."""
        chosen, own = self.state.header, own_of(self.preferences)
        if reply_all is not None:
            command = SetHeader(reply_all=reply_all)
            chosen = with_header(self.state.incoming_email, chosen, own, command)
        return reply_header(self.state.incoming_email, chosen, own)

    @property
    def signature(self) -> str:
        """The signature below the newest draft; "" where that ends with it already."""
        return signature_below(self.state.current_draft, self.preferences.signature)

    @property
    def findings(self) -> list[Finding]:
        """What is wrong with the newest draft; its gaps are in `gaps`."""
        found = self.state.draft_history[-1].findings if self.state.draft_history else []
        return [finding for finding in found if finding.code != "open_gap"]

    @cached_property
    def cautions(self) -> list[str]:
        """What to check in the newest draft: details that nobody gave."""
        return [*unsupported_claims(self.state.current_draft, self.state)]

    @property
    def further_cautions(self) -> list[str]:
        """The cautions that no finding says already."""
        told = {finding.text for finding in self.findings}
        return [caution for caution in self.cautions if caution not in told]

    @cached_property
    def gaps(self) -> list[Gap]:
        """What to fill in in the newest draft."""
        return [*find_gaps(self.state.current_draft)]

    def changes(self, to: int | None = None, from_: int | None = None) -> DraftChanges:
        """Return what changed in draft `to` (by default the newest) since `from_` (by default the last).

        Raises:
            InvalidInput: there is no such draft.
        """
        drafts = self.state.draft_history
        after = len(drafts) if to is None else to
        before = after - 1 if from_ is None else from_
        if not (1 <= before <= len(drafts) and 1 <= after <= len(drafts)):
            raise InvalidInput(f"There are {len(drafts)} drafts. Choose two of them, counted from 1.")
        return DraftChanges(before, after, word_diff(drafts[before - 1].body, drafts[after - 1].body))

    @property
    def version(self) -> int:
        """Grows with everything that is said or shown; two views of the same version show the same."""
        return self.state.version

    @property
    def came_out_the_same(self) -> bool:
        """Whether the newest words led to a draft that equals the one before, which is no version."""
        if self.running or self.next_step != "process_feedback":
            return False
        match [entry for entry in self.state.timeline if not isinstance(entry, Aside)][-1:]:
            case [Feedback(kind="revise" | "another" | "instructions")]:
                return True
            case _:
                return False

    @property
    def why_nothing_changed(self) -> str:
        """What kept the newest words from changing the draft, as a sentence; "" if nobody knows."""
        findings = self.state.draft_history[-1].findings if self.state.draft_history else []
        return next((finding.text for finding in findings if finding.code == "no_change"), "")


def warnings_of(email: IncomingEmail) -> list[str]:
    """Return what to know before answering an email, as sentences.

    One is that a model will not read all of it.
    """
    return [*(warning.text for warning in email.warnings), *([TOO_LONG] if left_out(email) else [])]


def own_of(preferences: Preferences) -> Own:
    """Return what of the preferences a reply's header follows from."""
    return Own(preferences.addresses, preferences.reply_all, preferences.name)


def view_of(
    row: Conversation,
    saved: LoadedState | None,
    next_action: str,
    *,
    running: str | None,
    model: str = "",
    preferences: Preferences | None = None,
    prices: Prices | None = None,
) -> ConversationView:
    """Return the view of a stored conversation; `saved` is None while nothing was said in it."""
    state = ConversationState.model_validate(saved.state if saved else {})
    return ConversationView(
        app_id=row.app_id,
        title=row.title,
        created_at=row.created_at,
        updated_at=row.updated_at,
        state=state,
        next_step=None if state.final_draft is not None else _next_step(next_action),
        problem=row.problem.sentence if row.problem else None,
        running=running,
        model=model,
        stopped=row.problem is not None and row.problem.kind == STOPPED,
        preferences=preferences or Preferences(),
        prices=prices or Prices(),
    )


def _next_step(action: str) -> NextStep:
    return cast(NextStep, action) if action in get_args(InputStep) else "retry"


def title_of(state: ConversationState) -> str:
    """Return the mail's subject, or else the beginning of its text."""
    email = state.incoming_email
    if email is None:
        return ""
    subject = state.header.subject or state.response_instructions if state.is_new_mail else email.subject
    title = " ".join((subject or email.newest or email.text).split())
    return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"

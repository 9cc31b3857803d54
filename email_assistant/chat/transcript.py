"""The Chainlit thread of a conversation, computed from its state: steps and elements, nothing stored."""

from __future__ import annotations

import uuid
from typing import Any, Literal, assert_never

from chainlit.element import ElementDict
from chainlit.step import StepDict
from chainlit.types import ThreadDict
from chainlit.utils import utc_now

from email_assistant.chat import texts
from email_assistant.conversation.cautions import unsupported_claims
from email_assistant.conversation.planning import version_before
from email_assistant.conversation.state import (
    HOW_TO_REPLY,
    Acceptance,
    Answered,
    ConversationState,
    Draft,
    Feedback,
    Questions,
    Round,
    SubmittedEmail,
    TimelineEntry,
)
from email_assistant.mail import reply_recipients, reply_subject
from email_assistant.proofreading.gaps import find_gaps
from email_assistant.service.view import ConversationView

NAMESPACE = uuid.UUID("6d0a3a3c-53a4-4f59-9d0f-2b8a3d1c9b1e")

Element = Literal["EmailCard", "DraftCard", "QuestionForm", "ProblemCard", "ChoiceCard"]


def view_id(app_id: str, what: str, index: int = 0) -> str:
    """The id of a step or an element: the same for the live one and for its projection after a reload."""
    return str(uuid.uuid5(NAMESPACE, f"{app_id}:{what}:{index}"))


def thread(view: ConversationView, owner: str) -> ThreadDict:
    """The whole conversation as Chainlit's thread."""
    steps, elements = transcript(view)
    return ThreadDict(
        id=view.app_id,
        createdAt=view.created_at.isoformat(),
        name=view.title or texts.UNTITLED,
        userId=owner,
        userIdentifier=owner,
        tags=[],
        metadata={},
        steps=steps,
        elements=elements,
    )


def transcript(view: ConversationView) -> tuple[list[StepDict], list[ElementDict]]:
    """The steps and elements that show `view`, in the order of the timeline."""
    page = _Page(view)
    for entry in view.state.timeline:
        _show(page, entry)
    if view.running == "formulate_draft":
        page.writing()
    elif view.running:
        page.running(view.running)
    elif view.next_step == "retry":
        page.assistant("problem", view.version, "")
        page.element(
            "ProblemCard", view.version, forward="problem",
            sentence=view.problem or texts.UNFINISHED, seen=view.version, labels=texts.PROBLEM_CARD,
        )  # fmt: skip
    elif view.came_out_the_same:
        page.assistant("same", view.version, view.why_nothing_changed or texts.SAME_AGAIN)
    elif not view.version:
        page.assistant("greeting", 0, texts.GREETING)
    return page.steps, page.elements


def step(
    app_id: str, what: str, index: int, *, kind: str, output: str, at: str, name: str = texts.NAME
) -> StepDict:
    """One Chainlit step; `kind` is its type."""
    return StepDict(
        id=view_id(app_id, what, index), threadId=app_id, parentId=None, type=kind, name=name,  # type: ignore[typeddict-item]
        input="", output=output, createdAt=at, start=at, end=at, streaming=False, isError=False,
        waitForAnswer=False, metadata={}, tags=None, generation=None, showInput=False, language=None,
        feedback=None,
    )  # fmt: skip


def element(app_id: str, name: Element, index: int, *, of: str, props: dict[str, Any]) -> ElementDict:
    """One custom element, shown below the step `of`."""
    owner = view_id(app_id, of, index)
    return ElementDict(
        id=view_id(app_id, f"{name} of {of}", index), forId=owner, threadId=app_id, type="custom",
        name=name, display="inline", props=props | {"id": owner}, mime="application/json", url=None,
        objectKey=None, chainlitKey=None, size=None, language=None, page=None,
    )  # fmt: skip


def words(view: ConversationView) -> StepDict:
    """The step that the words of the next draft stream into; its card knows it by its id."""
    version = len(view.state.draft_history) + 1
    return step(view.app_id, "words", version, kind="llm", output="", at=utc_now())


def _addressed(state: ConversationState) -> dict[str, Any]:
    """What every card of a draft shows, also before its text is there."""
    email = state.incoming_email
    return {
        "to": [str(mailbox) for mailbox in reply_recipients(email).to] if email else [],
        "subject": reply_subject(email.subject) if email else "",
        "labels": texts.DRAFT_CARD,
    }


class _Page:
    """Collects the steps and elements of one conversation."""

    def __init__(self, view: ConversationView) -> None:
        self.view, self.state = view, view.state
        self.addressed = _addressed(view.state)
        self.at = view.created_at.isoformat()
        self.steps: list[StepDict] = []
        self.elements: list[ElementDict] = []

    @property
    def drafts_are_live(self) -> bool:
        """Whether the newest draft can be judged now."""
        return self.view.next_step in ("process_feedback", None) and not self.view.running

    def user(self, what: str, index: int, said: str) -> None:
        self._step("user_message", what, index, said)

    def assistant(self, what: str, index: int, sentence: str) -> None:
        """`sentence` is rendered as markdown: it must be ours."""
        self._step("assistant_message", what, index, sentence)

    def running(self, action: str) -> None:
        """The action that runs, where it takes long enough to be seen."""
        if action in texts.STEPS:
            running = self._step("tool", action, self.view.version, "")
            running["name"], running["end"] = texts.STEPS[action], None

    def writing(self) -> None:
        """The draft that is being written; a tab that sees its words come has a step with them."""
        version = len(self.state.draft_history) + 1
        self.assistant("draft", version, "")
        props = self.addressed | {"version": version, "words": words(self.view)["id"]}
        self.element("DraftCard", version, forward="draft", **props)

    def element(self, name: Element, index: int, *, forward: str, **props: Any) -> None:
        self.elements.append(element(self.view.app_id, name, index, of=forward, props=props))

    def _step(self, kind: str, what: str, index: int, output: str) -> StepDict:
        self.steps.append(step(self.view.app_id, what, index, kind=kind, output=output, at=self.at))
        return self.steps[-1]


def _show(page: _Page, entry: TimelineEntry) -> None:
    state, seq = page.state, entry.seq
    page.at = entry.created_at
    match entry:
        case SubmittedEmail(replaced=True, typed=typed):
            page.user("email", seq, typed or "")
        case SubmittedEmail(typed=typed):
            page.user("email", seq, typed or state.email_to_respond)
            _show_email(page, seq)
        case Questions(round=asked):
            _show_questions(page, asked, seq)
        case Answered(round=asked):
            page.user("answers", seq, _spoken_answers(asked))
        case Draft(version=version):
            page.assistant("draft", version, "")
            live = page.drafts_are_live and version == len(state.draft_history) and state.final_draft is None
            page.element("DraftCard", version, forward="draft", **_draft_card(page, version, live=live))
        case Feedback():
            page.user("feedback", seq, texts.spoken(entry))
        case Acceptance(draft_version=version):
            _show_final(page, seq, version)
        case _:
            assert_never(entry)


def _show_email(page: _Page, index: int) -> None:
    """What was understood of the email, where that is more than its text."""
    email, originals = page.state.incoming_email, page.state.originals
    asked = page.state.instructions_found
    told = email and (email.sender or email.subject or email.warnings or email.quoted)
    if email is None or not (told or originals or asked):
        return
    page.assistant("understood", index, "")
    editable = bool(asked) and page.drafts_are_live
    page.element(
        "EmailCard", index, forward="understood",
        sender=str(email.sender or ""), to=[*map(str, email.to)], cc=[*map(str, email.cc)],
        subject=email.subject, date=email.date.isoformat() if email.date else "",
        attachments=[attachment.model_dump(mode="json") for attachment in email.attachments],
        originals=[original.model_dump() for original in originals],
        warnings=[warning.text for warning in email.warnings],
        text=f"{email.newest}\n\n{email.signature}".strip() if originals else "",
        has_quoted=bool(email.quoted), labels=texts.EMAIL_CARD,
        asked=asked, seen=page.view.version if editable else None,
    )  # fmt: skip


def _show_questions(page: _Page, asked: Round, index: int) -> None:
    count = len(asked.questions)
    page.assistant("questions", index, texts.QUESTION if count == 1 else texts.QUESTIONS.format(count=count))
    live = asked.answers is None and not page.view.running
    page.element(
        "QuestionForm", index, forward="questions", questions=asked.questions, options=asked.options,
        proposal=page.state.proposed_instructions if live and asked.questions == [HOW_TO_REPLY] else "",
        live=live, seen=page.view.version if live else None, labels=texts.QUESTION_FORM,
    )  # fmt: skip


def _show_final(page: _Page, seq: int, version: int) -> None:
    """The accepted reply, or that a draft was accepted before a later feedback reopened it."""
    if page.state.final_draft is not None and seq == page.view.version - 1:
        page.assistant("final", seq, texts.FINAL)
        card = _draft_card(page, version, live=page.drafts_are_live)
        page.element("DraftCard", seq, forward="final", **card, final=True, reply=texts.REPLY)
    else:
        page.assistant("final", seq, texts.ACCEPTED.format(version=version))


def _draft_card(page: _Page, version: int, *, live: bool) -> dict[str, Any]:
    drafts = page.state.draft_history
    draft = drafts[version - 1]
    answers_this_email = version > page.state.drafts_before_email
    header = page.addressed if answers_this_email else page.addressed | {"to": [], "subject": ""}
    props = header | {"version": version, "body": draft.body, "live": live}
    if draft.attempt == "rules":
        props["by_rules"] = True
    if version == len(drafts):
        props |= _notes(page.state, draft)
        if draft.origin == "edited" and live:
            props["by_hand"] = view_id(page.view.app_id, "draft", version)
    if draft.origin != "written":
        props["note"] = texts.NOTES[draft.origin].format(version=draft.restored_from)
    if live:
        props |= {
            "seen": page.view.version,
            "refinements": texts.REFINEMENTS,
            "versions": len(drafts),
            "undo": page.state.final_draft is not None or version_before(page.state) is not None,
            "wishes": [wish.text for wish in page.state.wishes],
        }
    if draft.another_of:
        props["another_of"] = draft.another_of
    return props


def _notes(state: ConversationState, draft: Draft) -> dict[str, Any]:
    """What there is to know of the newest draft; what is empty is left out."""
    found = [finding for finding in draft.findings if finding.code != "open_gap"]
    told = {finding.text for finding in found}
    to = state.incoming_email.to if state.incoming_email else ()
    notes: dict[str, Any] = {
        "cautions": [text for text in unsupported_claims(draft.body, state) if text not in told],
        "findings": [finding.model_dump(mode="json") for finding in found],
        "asks": [
            {"text": ask.text, "quote": ask.quote, "status": status} for ask, status in state.ask_statuses
        ],
        "gaps": [gap.model_dump(mode="json") for gap in find_gaps(draft.body)],
        "name": to[0].name if len(to) == 1 and any(finding.code == "unsigned" for finding in found) else "",
    }
    return {name: value for name, value in notes.items() if value}


def _spoken_answers(asked: Round) -> str:
    if asked.typed is not None:
        return asked.typed
    answers = asked.answers or []
    if not any(answers):
        return texts.QUESTION_FORM["skip" if len(answers) == 1 else "skip_all"]
    if len(answers) == 1:
        return answers[0]
    return "\n".join(f"{number}. {answer or '-'}" for number, answer in enumerate(answers, 1))

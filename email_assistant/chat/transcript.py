"""The Chainlit thread of a conversation, computed from its state: steps and elements, nothing stored."""

from __future__ import annotations

import uuid
from typing import Any, Literal, assert_never

from chainlit.element import ElementDict
from chainlit.step import StepDict
from chainlit.types import ThreadDict
from chainlit.utils import utc_now

from email_assistant.chat import texts
from email_assistant.chat.made_by import made_by
from email_assistant.conversation.header import Header
from email_assistant.conversation.planning import version_before
from email_assistant.conversation.reading import has_draft
from email_assistant.conversation.state import (
    HOW_TO_REPLY,
    Acceptance,
    Answered,
    Aside,
    ClarificationRound,
    ConversationState,
    Draft,
    Feedback,
    HeaderChange,
    Questions,
    SubmittedEmail,
    TimelineEntry,
)
from email_assistant.mail import Mailbox
from email_assistant.service.view import ConversationView, warnings_of
from email_assistant.translations import retold

NAMESPACE = uuid.UUID("6d0a3a3c-53a4-4f59-9d0f-2b8a3d1c9b1e")

Element = Literal[
    "EmailCard",
    "DraftCard",
    "EarlierDrafts",
    "QuestionForm",
    "StatusCard",
    "ProblemCard",
    "ChoiceCard",
    "AnswerCard",
]

MAX_BUBBLE = 200
"""Characters up to which a message that brought an email is shown whole."""
MAX_PREVIEW = 300
"""Characters of an email that its card shows before it is opened."""
MAX_END = 100
"""Characters of its end among them, where the person may have written something."""
MAX_NAMED = 60
"""Characters of an email's beginning that stand for it."""
MAX_PEOPLE = 20
"""People of a field that are shown by name, before somebody asks for all."""


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
    _show_timeline(page)
    if view.running == "formulate_draft":
        page.writing()
    elif view.running:
        page.running(view.running)
    elif view.next_step == "retry":
        _show_problem(page)
    elif view.came_out_the_same:
        page.assistant("same", view.version, retold(view.why_nothing_changed) or texts.SAME_AGAIN)
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
    return step(view.app_id, "words", version, kind="llm", output=view.words, at=utc_now())


def named(mailboxes: tuple[Mailbox, ...]) -> str:
    """People as the field of a card has them."""
    return ", ".join(map(str, mailboxes))


def _addressed(view: ConversationView) -> dict[str, Any]:
    """What the card of the newest draft shows, also before its text is there."""
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


class _Page:
    """Collects the steps and elements of one conversation."""

    def __init__(self, view: ConversationView) -> None:
        self.view, self.state = view, view.state
        self.addressed = _addressed(view)
        self.at = view.created_at.isoformat()
        self.steps: list[StepDict] = []
        self.elements: list[ElementDict] = []

    @property
    def drafts_are_live(self) -> bool:
        """Whether the newest draft can be judged now."""
        waits = self.view.next_step in ("process_feedback", "retry", None)
        return waits and not self.view.running and has_draft(self.state)

    def is_folded(self, version: int) -> bool:
        """Whether a draft takes a line: an earlier one, or one that another card stands for."""
        is_newest = version == len(self.state.draft_history) > self.state.drafts_before_email
        is_final = self.state.final_draft is not None
        return not is_newest or is_final or self.view.running == "formulate_draft"

    def user(self, what: str, index: int, said: str, *, typed: str = "") -> None:
        """What the person said. `typed` is the message itself, where less of it is shown."""
        self._step("user_message", what, index, said)["input"] = typed

    def assistant(self, what: str, index: int, sentence: str, *, typed: str = "") -> None:
        """`sentence` is rendered as markdown: it must be ours. `typed` as in `user`."""
        self._step("assistant_message", what, index, sentence)["input"] = typed

    def running(self, action: str) -> None:
        """The action that runs, where it takes long enough to be seen."""
        if action in texts.STEPS:
            version = self.view.version
            self.assistant("running", version, "")
            asks = action == "determine_clarifications" and bool(self.state.response_instructions)
            self.element(
                "StatusCard", version, forward="running", sentence=texts.STEPS[action], asks=asks,
                seconds=self.view.seconds, labels=texts.STATUS_CARD,
            )  # fmt: skip

    def writing(self) -> None:
        """The draft that is being written; a tab that sees its words come has a step with them."""
        version = len(self.state.draft_history) + 1
        self.assistant("draft", version, "")
        props = self.addressed | {"version": version, "words": words(self.view)["id"]}
        props["seconds"] = self.view.seconds
        self.element("DraftCard", version, forward="draft", **props)

    def element(self, name: Element, index: int, *, forward: str, **props: Any) -> None:
        self.elements.append(element(self.view.app_id, name, index, of=forward, props=props))

    def _step(self, kind: str, what: str, index: int, output: str) -> StepDict:
        self.steps.append(step(self.view.app_id, what, index, kind=kind, output=output, at=self.at))
        return self.steps[-1]


def _show_timeline(page: _Page) -> None:
    """What was said and shown; the earlier drafts of a row are one card, which says what was asked too."""
    row: list[int] = []
    for entry in page.state.timeline:
        page.at = entry.created_at
        if isinstance(entry, Draft) and page.is_folded(entry.version):
            row.append(entry.version)
        elif isinstance(entry, Feedback) and _leads_to_a_line(page, entry):
            continue
        else:
            _show_row(page, row)
            row = []
            _show(page, entry)
    _show_row(page, row)


def _leads_to_a_line(page: _Page, said: Feedback) -> bool:
    """Whether the line of an earlier draft says what this feedback asked for."""
    version = said.draft_version + 1
    return _shapes(said) and version <= len(page.state.draft_history) and page.is_folded(version)


def _shapes(said: Feedback) -> bool:
    return said.kind not in ("accept", "reopen")


def _show_row(page: _Page, versions: list[int]) -> None:
    if versions:
        page.assistant("draft", versions[0], "")
        page.element(
            "EarlierDrafts", versions[0], forward="draft",
            lines=[_line(page.state, version) for version in versions],
            versions=len(page.state.draft_history),
            seen=page.view.version if page.drafts_are_live else None, labels=texts.EARLIER_DRAFTS,
        )  # fmt: skip


def _line(state: ConversationState, version: int) -> dict[str, Any]:
    """What there is to say of a draft in a line: what was asked, and when it came."""
    asked = [
        texts.asked(said)
        for said in state.feedback_history
        if said.draft_version == version - 1 and _shapes(said)
    ]
    return {
        "version": version,
        "asked": " · ".join(asked),
        "at": state.draft_history[version - 1].created_at,
    }


def _show(page: _Page, entry: TimelineEntry) -> None:
    seq = entry.seq
    match entry:
        case SubmittedEmail(replaced=True, typed=typed):
            _show_replaced_email(page, seq, typed or "")
        case SubmittedEmail(typed=typed):
            _show_email(page, seq)
        case Questions(round=asked):
            _show_questions(page, asked, seq)
        case Answered(round=asked):
            if asked.remark:  # single answers stand below their questions
                page.user("answers", seq, asked.remark)
        case Draft(version=version):
            page.assistant("draft", version, "")
            card = _draft_card(page, version, live=page.drafts_are_live)
            page.element("DraftCard", version, forward="draft", **card)
        case Feedback():
            typed = entry.text if entry.kind == "edit" else ""
            page.user("feedback", seq, texts.spoken(entry), typed=typed)
        case Acceptance(draft_version=version):
            _show_final(page, seq, version)
        case HeaderChange():
            _show_header(page, entry)
        case Aside():
            page.user("aside", seq, entry.question)
            page.assistant("answer", seq, "")
            page.element(
                "AnswerCard", seq, forward="answer", text=retold(entry.answer), labels=texts.ANSWER_CARD
            )
        case _:
            assert_never(entry)


def _show_replaced_email(page: _Page, seq: int, typed: str) -> None:
    short = _is_short(typed)
    page.user("email", seq, typed if short else _named(typed), typed="" if short else typed)
    if not short:
        page.assistant("understood", seq, "")
        page.element(
            "EmailCard", seq, forward="understood", text=_preview(typed), is_cut=True, replaced=seq,
            labels=texts.EMAIL_CARD,
        )  # fmt: skip


def _show_email(page: _Page, index: int) -> None:
    """The sender of the email and the user's own words; a card holds its text."""
    state = page.state
    email, originals, asked = state.incoming_email, state.originals, state.instructions_found
    typed = state.typed_email or state.email_to_respond
    shown = typed
    if not originals and not _is_short(typed):
        title = page.view.title if email is None else email.subject or email.newest
        sender = email.sender if email else None
        name = texts.EMAIL_FROM.format(name=sender.name or sender.address) if sender else _named(title)
        shown = f"{name}\n\n{_said_with(state)}".strip()
    page.user("email", index, shown, typed=typed if shown != typed else "")
    told = email and (email.sender or email.subject or email.warnings or email.quoted)
    if email is None or not (told or originals or asked or shown != typed):
        return
    page.assistant("understood", index, "")
    editable = bool(asked) and page.drafts_are_live
    text = f"{email.newest}\n\n{email.signature}".strip() if originals or shown != typed else ""
    page.element(
        "EmailCard", index, forward="understood",
        sender=str(email.sender or ""), to=[*map(str, email.to)], cc=[*map(str, email.cc)],
        subject=email.subject, date=email.date.isoformat() if email.date else "",
        attachments=[attachment.model_dump(mode="json") for attachment in email.attachments],
        originals=[original.model_dump() for original in originals],
        warnings=[*map(retold, warnings_of(email))],
        text=_preview(text), is_cut=_preview(text) != text,
        has_quoted=bool(email.quoted), labels=texts.EMAIL_CARD,
        asked=asked, seen=page.view.version if editable else None,
    )  # fmt: skip


def _is_short(text: str) -> bool:
    return len(text) <= MAX_BUBBLE and text.strip().count("\n") < 4


def _named(text: str) -> str:
    """An email by its beginning."""
    title = " ".join(text[: 2 * MAX_NAMED].split())
    if len(title) > MAX_NAMED:
        title = title[: MAX_NAMED - 1] + "…"
    return texts.EMAIL_TITLED.format(title=title)


def _preview(text: str) -> str:
    """Its beginning and its end."""
    if len(text) <= MAX_PREVIEW:
        return text
    beginning, end = text[: MAX_PREVIEW - MAX_END], text[-MAX_END:]
    return f"{beginning.rsplit(' ', 1)[0]} …\n… {end.split(' ', 1)[-1]}"


def _said_with(state: ConversationState) -> str:
    """What the person wrote beside the email, in the message that brought it."""
    typed, email = state.typed_email or "", state.email_to_respond.strip()
    found = state.instructions_found
    if email and email in typed and (not found or found not in typed):
        return typed.replace(email, "", 1).strip().strip("-—=_ \n")
    return found


def _show_questions(page: _Page, asked: ClarificationRound, index: int) -> None:
    count = len(asked.questions)
    if not count:
        return
    sentence = texts.QUESTION if count == 1 else texts.QUESTIONS.format(count=count)
    page.assistant("questions", index, sentence, typed=asked.typed or "")
    live = asked.answers is None and not page.view.running
    page.element(
        "QuestionForm", index, forward="questions", questions=[*map(retold, asked.questions)],
        options=asked.options, answers=asked.answers,
        proposal=page.state.proposed_instructions if live and asked.questions == [HOW_TO_REPLY] else "",
        live=live, seen=page.view.version if live else None, labels=texts.QUESTION_FORM,
    )  # fmt: skip


def _show_problem(page: _Page) -> None:
    """Why the last step did not finish, the words that were written, and the ways on."""
    view = page.view
    page.assistant("problem", view.version, "")
    page.element(
        "ProblemCard", view.version, forward="problem",
        sentence=retold(view.problem or "") or (texts.STOPPED if view.stopped else texts.UNFINISHED),
        stopped=view.stopped,
        words=page.state.stopped_draft, keep=len(page.state.draft_history) if page.drafts_are_live else 0,
        seen=view.version, labels=texts.PROBLEM_CARD,
    )  # fmt: skip


def _show_header(page: _Page, change: HeaderChange) -> None:
    """What was typed about the header; what was changed in a field of the card is seen there."""
    if not change.text:
        return
    earlier = [Header(), *(each.header for each in page.state.header_history if each.seq < change.seq)]
    page.user("header", change.seq, change.text)
    changed = "subject" if change.header.subject != earlier[-1].subject else "recipients"
    page.assistant("header changed", change.seq, texts.HEADER_CHANGED[changed])


def _show_final(page: _Page, seq: int, version: int) -> None:
    """The accepted reply, or that a draft was accepted before a later feedback reopened it."""
    if page.state.final_draft is not None and _still_stands(page.state, seq):
        page.assistant("final", seq, texts.FINAL)
        card = _draft_card(page, version, live=page.drafts_are_live)
        page.element("DraftCard", seq, forward="final", **card, final=True, reply=texts.REPLY)
    else:
        page.assistant("final", seq, texts.ACCEPTED.format(version=version))


def _still_stands(state: ConversationState, seq: int) -> bool:
    """Whether nothing that came after this entry was about the text."""
    return all(isinstance(each, HeaderChange | Aside) for each in state.timeline if each.seq > seq)


def _draft_card(page: _Page, version: int, *, live: bool) -> dict[str, Any]:
    drafts = page.state.draft_history
    draft = drafts[version - 1]
    newest = version == len(drafts) > page.state.drafts_before_email
    header = page.addressed if newest else {"labels": texts.DRAFT_CARD}
    props = header | {"version": version, "body": draft.body, "live": live}
    if newest and page.view.signature:
        props["signature"] = page.view.signature
    if draft.attempt == "rules":
        props["by_rules"] = True
    if version == len(drafts):
        props |= _notes(page.view)
        if draft.origin == "edited" and live:
            props["by_hand"] = view_id(page.view.app_id, "draft", version)
    if draft.origin != "written":
        props["note"] = texts.NOTES[draft.origin].format(version=draft.restored_from)
    if live:
        props |= {
            "seen": page.view.version,
            "refinements": texts.refinements(),
            "versions": [_line(page.state, each) for each in range(1, version)],
            "undo": page.view.next_step != "retry"
            and (page.state.final_draft is not None or version_before(page.state) is not None),
            "wishes": [texts.wish(wish.text) for wish in page.state.wishes],
        }
    if draft.another_of:
        props["another_of"] = draft.another_of
    if made := made_by(page.view, draft):
        props["made"] = made
    return props


def _notes(view: ConversationView) -> dict[str, Any]:
    """What there is to know of the newest draft; what is empty is left out."""
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

"""The Chainlit thread of a conversation, computed from its state: steps and elements, nothing stored."""

from __future__ import annotations

from typing import assert_never

from chainlit.element import ElementDict
from chainlit.step import StepDict
from chainlit.types import ThreadDict

from email_assistant.chat import texts
from email_assistant.chat.draft_card import draft_card, draft_line, header_fields
from email_assistant.chat.drafted import begun, shapes_draft
from email_assistant.chat.email_card import show_email, show_replaced_email
from email_assistant.chat.thread_page import Page, words
from email_assistant.conversation.header import Header
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
from email_assistant.service.view import ConversationView
from email_assistant.translations import retold


def thread(view: ConversationView, owner: str) -> ThreadDict:
    """Return the whole conversation as Chainlit's thread."""
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
    """Return the steps and elements that show `view`, in the order of the timeline."""
    page = Page(view)
    _show_timeline(page)
    if view.running == "formulate_draft":
        _show_words(page)
    elif view.running:
        _show_running(page, view.running)
    elif view.next_step == "retry":
        _show_problem(page)
    elif view.came_out_the_same:
        page.assistant("same", view.version, retold(view.why_nothing_changed) or texts.SAME_AGAIN)
    elif not view.version:
        page.assistant("greeting", 0, texts.GREETING)
    if view.asking:
        _show_answering(page)
    return page.steps, page.elements


def _show_running(page: Page, action: str) -> None:
    """Show the action that runs, if it takes long enough to be seen."""
    if action in texts.STEPS:
        version = page.view.version
        page.assistant("running", version, "")
        asks = action == "determine_clarifications" and bool(page.state.response_instructions)
        page.element(
            "StatusCard", version, forward="running", sentence=texts.STEPS[action], asks=asks,
            seconds=page.view.seconds, labels=texts.STATUS_CARD,
        )  # fmt: skip


def _show_words(page: Page) -> None:
    """Show the draft that is being written; a tab that receives its words has a step for them."""
    version = len(page.state.draft_history) + 1
    page.assistant("draft", version, "")
    props = header_fields(page.view) | {"version": version, "words": words(page.view)["id"]}
    props["seconds"] = page.view.seconds
    page.element("DraftCard", version, forward="draft", **props)


def _show_answering(page: Page) -> None:
    """Show a question and the answer to it that is being written, where the timeline will have them."""
    seq = page.view.version
    page.user("aside", seq, page.view.asking)
    page.assistant("answer", seq, "")
    page.element(
        "AnswerCard", seq, forward="answer", words=words(page.view)["id"], seconds=page.view.seconds,
        labels=texts.ANSWER_CARD,
    )  # fmt: skip


def _show_timeline(page: Page) -> None:
    """Show the timeline. Earlier drafts in a row share one card, each with the feedback that led to it."""
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


def _leads_to_a_line(page: Page, said: Feedback) -> bool:
    """Return whether the line of an earlier draft says what this feedback asked for."""
    version = said.draft_version + 1
    return shapes_draft(said) and version <= len(page.state.draft_history) and page.is_folded(version)


def _show_row(page: Page, versions: list[int]) -> None:
    if versions:
        page.assistant("draft", versions[0], "")
        page.element(
            "EarlierDrafts", versions[0], forward="draft",
            lines=[draft_line(page.state, version) for version in versions],
            versions=len(page.state.draft_history),
            seen=page.view.version if page.drafts_are_live else None, labels=texts.EARLIER_DRAFTS,
        )  # fmt: skip


def _show(page: Page, entry: TimelineEntry) -> None:
    seq = entry.seq
    match entry:
        case SubmittedEmail(replaced=True, typed=typed):
            show_replaced_email(page, seq, typed or "")
        case SubmittedEmail(typed=typed):
            show_email(page, seq)
        case Questions(round=asked):
            _show_questions(page, asked, seq)
        case Answered(round=asked):
            if asked.remark:  # single answers stand below their questions
                page.user("answers", seq, asked.remark)
        case Draft(version=version):
            page.assistant("draft", version, "")
            card = draft_card(page.view, version, live=page.drafts_are_live)
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


def _show_questions(page: Page, asked: ClarificationRound, index: int) -> None:
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


def _show_problem(page: Page) -> None:
    """Show why the last step did not finish, the words that were written, and the ways on."""
    view = page.view
    page.assistant("problem", view.version, "")
    page.element(
        "ProblemCard", view.version, forward="problem",
        sentence=retold(view.problem or "") or (texts.STOPPED if view.stopped else texts.UNFINISHED),
        stopped=view.stopped,
        words=begun(page.state), keep=len(page.state.draft_history) if page.drafts_are_live else 0,
        seen=view.version, labels=texts.PROBLEM_CARD,
    )  # fmt: skip


def _show_header(page: Page, change: HeaderChange) -> None:
    """Show what was typed about the header; a change in a field of the card is seen there."""
    if not change.text:
        return
    earlier = [Header(), *(each.header for each in page.state.header_history if each.seq < change.seq)]
    page.user("header", change.seq, change.text)
    changed = "subject" if change.header.subject != earlier[-1].subject else "recipients"
    page.assistant("header changed", change.seq, texts.HEADER_CHANGED[changed])


def _show_final(page: Page, seq: int, version: int) -> None:
    """Show the accepted reply, or that a draft was accepted before a later feedback reopened it."""
    if page.state.final_draft is not None and _still_stands(page.state, seq):
        page.assistant("final", seq, texts.FINAL)
        card = draft_card(page.view, version, live=page.drafts_are_live)
        page.element("DraftCard", seq, forward="final", **card, final=True, reply=texts.REPLY)
    else:
        page.assistant("final", seq, texts.ACCEPTED.format(version=version))


def _still_stands(state: ConversationState, seq: int) -> bool:
    """Return whether nothing that came after this entry was about the text."""
    return all(isinstance(each, HeaderChange | Aside) for each in state.timeline if each.seq > seq)

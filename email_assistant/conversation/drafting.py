"""The two actions that ask a model: what to clarify, and the draft. State in, state out."""

# No `from __future__ import annotations` here: Burr then could not check `reads` against the code.
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from typing import Any

from burr.core import State, action
from burr.core.action import streaming_action

from email_assistant.brief import Ask, Brief, Clarification, Person, Revision, Voice
from email_assistant.conversation.actions import dumped, parsed, with_draft, with_entry, with_use
from email_assistant.conversation.state import (
    HOW_TO_REPLY,
    ClarificationRound,
    ConversationState,
    Draft,
    Wish,
)
from email_assistant.errors import ModelError
from email_assistant.mail import NewMail, new_mail
from email_assistant.mail.text.language import language_of
from email_assistant.proofreading.asks import find_asks
from email_assistant.proofreading.passage import passage_in
from email_assistant.proofreading.people import sender_of, user_of
from email_assistant.proofreading.questions import asks_left_open, choices_left_open, fit_to_ask
from email_assistant.proofreading.stances import stances
from email_assistant.proofreading.wishes import parse_wishes
from email_assistant.translations import current_language
from email_assistant.watching import Clarified, counting, tell
from email_assistant.writing.drafting import Drafting
from email_assistant.writing.judging import Written
from email_assistant.writing.model import MAX_QUESTIONS, Clarifications, LanguageModel, Restart
from email_assistant.writing.offline import OfflineWriter
from email_assistant.writing.offline.drafting import language_of as language_to_write

_OPEN = [
    "version",
    "incoming_email",
    "email_history",
    "response_instructions",
    "clarification_history",
    "asks",
    "wishes",
    "is_new_mail",
    "header",
]
TO_ITS_END = "The reply so far breaks off in the middle: keep its words, and write it to its end."
"""What a model is asked for to go on with a draft that was stopped."""
WHAT_TO_SAY = "What should the mail say?"
"""The one question that an order to write a new mail leads to, if it does not tell."""
IN_BRIEF = ("name", "addresses", "facts", "tone", "length", "wishes", "language", "examples")
"""The fields of the profile that `brief_of` reads."""


@action(
    reads=[*_OPEN, "other_use"],
    writes=["version", "asks", "clarification_questions", "clarification_history", "other_use"],
)
async def determine_clarifications(
    state: State[Any], model: LanguageModel, drafting: Drafting, profile: dict[str, Any] | None = None
) -> State[Any]:
    """Ask what the reply still needs from the user; without instructions, how to reply at all.

    Asking is a courtesy: a model that cannot is not waited for, and the draft is written all the same.
    """
    typed = parsed(state)
    assert typed.incoming_email is not None  # noqa: S101 - the graph comes here from an email only
    asks = find_asks(typed.incoming_email)
    state = state.update(asks=dumped(asks))
    options: list[list[str]] = []
    if typed.is_new_mail:
        questions = [] if _ordered(typed).said else [WHAT_TO_SAY]
        tell(Clarified(len(questions), "nothing_to_say" if questions else "all_is_said"))
    elif typed.response_instructions:
        brief = brief_of(typed.model_copy(update={"asks": list(asks)}), profile)
        with counting() as calls:
            questions, options = await _questions(model, brief, drafting)
        for call in calls:
            state = with_use(state, call.model, call.input_tokens, call.output_tokens)
    else:
        questions = [HOW_TO_REPLY]
        options = [list(stances(asks, current_language()))] if drafting.proofreads else []
        tell(Clarified(1, "no_instructions"))
    state = state.update(clarification_questions=questions)
    if not questions:
        return state
    return with_entry(
        state, "clarification_history", ClarificationRound(questions=questions, options=options)
    )


async def _questions(
    model: LanguageModel, brief: Brief, drafting: Drafting
) -> tuple[list[str], list[list[str]]]:
    """Return what to ask the user, and the answers to choose from.

    Rules know what the mail asks: if the user's words speak of all of it, nobody waits for a model's opinion.
    A choice that the mail offers and the user left open is asked for at once. Of a model's questions only
    those are asked that such an ask needs; in doubt none, since a gap in the draft is enough.
    """
    if drafting.proofreads:
        choices = choices_left_open(brief)[:MAX_QUESTIONS]
        if choices or not asks_left_open(brief):
            tell(Clarified(len(choices), "choice_left_open" if choices else "all_is_said"))
            return [each.text for each in choices], [list(each.options) for each in choices]
    # A small model asks what the notes say already, and takes its time to do so: rules ask in its place.
    asks_by_rule = drafting.proofreads and drafting.notes_first
    asking = OfflineWriter(delay=0) if asks_by_rule else model
    try:
        asked = await asking.parse(brief, Clarifications)
    except ModelError:
        tell(Clarified(0, "model_failed"))
        return [], []
    questions = [" ".join(question.split()) for question in asked.questions if question.strip()]
    # The answer to "how" takes the place of the instructions, and here they are.
    questions = [question for question in questions if question != HOW_TO_REPLY]
    if drafting.proofreads and not asks_by_rule:
        questions = [each.text for each in fit_to_ask(questions, brief)]
    questions = questions[:MAX_QUESTIONS]
    tell(Clarified(len(questions), "ask_left_open" if questions else "all_is_said"))
    return questions, [_options(question, brief.asks) for question in questions]


def _options(question: str, asks: tuple[Ask, ...]) -> list[str]:
    """Return the answers of the ask that a question is about."""
    named = (ask for ask in asks if ask.options and any(option in question for option in ask.options))
    return list(next(named, Ask(text="")).options)


@streaming_action(
    reads=[*_OPEN, "draft_history", "stopped_draft", "feedback_history", "other_use"],
    writes=[
        "version",
        "current_draft",
        "draft_history",
        "stopped_draft",
        "feedback_history",
        "wishes",
        "other_use",
    ],
)
async def formulate_draft(
    state: State[Any],
    model: LanguageModel,
    drafting: Drafting,
    profile: dict[str, Any] | None = None,
    go_on: bool = False,
) -> AsyncGenerator[tuple[dict[str, Any], State[Any] | None], None]:
    """Write the reply, or revise the current draft; each piece is yielded as `{"delta": str}`.

    `{"restart": True}` says that the pieces so far were no part of it. With `go_on` the draft that was
    stopped is written to its end.
    """
    typed = parsed(state)
    wishes = _wishes(typed)
    brief = brief_of(typed.model_copy(update={"wishes": wishes}), profile)
    if go_on and typed.stopped_draft and not isinstance(model, OfflineWriter):
        asked = "\n".join([*(each.feedback for each in brief.revisions[-1:]), TO_ITS_END])
        brief = replace(brief, revisions=(*brief.revisions[:-1], Revision(typed.stopped_draft, asked)))
    async with aclosing(drafting.write(model, brief)) as written:
        async for item in written:
            if isinstance(item, Written):
                kept = item
            elif isinstance(item, Restart):
                yield {"restart": True}, None
            else:
                yield {"delta": item}, None
    draft = Draft(
        version=len(typed.draft_history) + 1,
        body=kept.body,
        another_of=_another_of(typed),
        model=model.name if kept.asked_model else None,
        input_tokens=kept.usage.input_tokens if kept.usage else None,
        output_tokens=kept.usage.output_tokens if kept.usage else None,
        prompt=getattr(model, "prompt_version", None) if kept.asked_model else None,
        findings=list(kept.findings),
        asks=list(kept.asks),
        attempt=kept.attempt,
        profile_used=profile_used(profile),
    )
    yield {"draft": kept.body}, with_draft(state.update(stopped_draft="", wishes=dumped(wishes)), draft)


def _another_of(state: ConversationState) -> int | None:
    """Return the first version that was written to the same request, if another one of it was asked for."""
    drafts, said = state.draft_history, state.feedback_history
    if not drafts or not said or said[-1].kind != "another" or said[-1].draft_version != len(drafts):
        return None
    return drafts[-1].another_of or len(drafts)


def profile_used(profile: dict[str, Any] | None) -> list[str]:
    """Return the fields of the profile that are set and that a brief is made of."""
    return [field for field in IN_BRIEF if (profile or {}).get(field)]


def brief_of(state: ConversationState, profile: dict[str, Any] | None = None) -> Brief:
    """Return the brief for the next draft: the email, its people, and all that the user has said so far."""
    email, profile = state.incoming_email, profile or {}
    assert email is not None  # noqa: S101 - the graph reaches no draft without an email
    revisions = tuple(_revisions(state))
    ordered = _ordered(state) if state.is_new_mail else None
    instructions = ordered.said if ordered else state.response_instructions
    said = Brief(email, instructions, revisions=revisions)
    return Brief(
        email=email,
        instructions=instructions,
        clarifications=tuple(_clarifications(state)),
        revisions=revisions,
        user=user_of(email, profile.get("name", ""), tuple(profile.get("addresses", ()))),
        sender=_addressee(state, ordered) if ordered else sender_of(email),
        language=language_to_write(said)
        or language_of(state.response_instructions)
        or profile.get("language", ""),
        is_new_mail=state.is_new_mail,
        order=state.response_instructions if ordered else "",
        asks=tuple(state.asks),
        wishes=(
            *filter(None, map(str.strip, profile.get("wishes", "").splitlines())),
            *(wish.text for wish in state.wishes if wish.standing),
        ),
        voice=Voice(
            facts=profile.get("facts", ""),
            tone=profile.get("tone", ""),
            length=profile.get("length", ""),
            examples=tuple(profile.get("examples", ())),
        ),
        now=datetime.now().astimezone(),
        rejected=_rejected(state),
    )


def _ordered(state: ConversationState) -> NewMail:
    """Return what of a new mail the instructions ask for."""
    return new_mail(state.response_instructions) or NewMail(state.response_instructions)


def _addressee(state: ConversationState, ordered: NewMail) -> Person:
    """Return who gets a new mail, as far as they are named."""
    to = state.header.to or ()
    return Person(
        next((each.name for each in to if each.name), ordered.name), tuple(each.address for each in to)
    )


def _rejected(state: ConversationState) -> str:
    """Return the draft that the user wants another version of."""
    if state.feedback_history and state.feedback_history[-1].kind == "another" and state.draft_history:
        return state.draft_history[-1].body
    return ""


def _wishes(state: ConversationState) -> list[Wish]:
    """Return the wishes so far and those in the feedback since the newest draft."""
    version = len(state.draft_history)
    if version:
        said = [
            each.text
            for each in state.feedback_history
            if each.kind == "revise"
            and each.draft_version == version
            # What is asked of a passage holds for that alone.
            and not passage_in(each.text, state.current_draft)
        ]
    else:
        said = [state.response_instructions]
    known = {wish.text for wish in state.wishes}
    found = [
        Wish(text=text, standing=standing, draft_version=version)
        for words in said
        for text, standing in parse_wishes(words)
        if text not in known and (standing or version)
    ]
    return [*state.wishes, *found]


def _clarifications(state: ConversationState) -> list[Clarification]:
    answered: list[Clarification] = []
    for asked in state.clarification_history[state.rounds_before_email :]:
        if asked.answers is None or asked.questions == [HOW_TO_REPLY]:
            continue  # the answer to "how" became the instructions
        if asked.remark:
            answered.append(Clarification("\n".join(asked.questions), asked.remark))
        else:
            answered += map(Clarification, asked.questions, asked.answers)
    return answered


def _revisions(state: ConversationState) -> list[Revision]:
    """Return a request for each draft that was to change; words added before a retry belong to it.

    Leave out feedback that was undone or had no effect; new instructions start over.
    """
    asked: dict[int, list[str]] = {}
    for said in state.feedback_history:
        if said.without_effect:
            asked.pop(said.draft_version, None)
        elif said.kind == "revise" and said.draft_version > state.drafts_before_email:
            asked.setdefault(said.draft_version, []).append(said.text)
        elif said.kind == "undo":
            kept = said.version or said.draft_version
            asked = {version: texts for version, texts in asked.items() if version < kept}
        elif said.kind == "instructions":
            asked.clear()
    return [
        Revision(state.draft_history[version - 1].body, "\n".join(texts)) for version, texts in asked.items()
    ]

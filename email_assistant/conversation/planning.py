"""Where a command enters the state machine, and with which inputs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, assert_never

from email_assistant.conversation.commands import (
    AboutText,
    Accept,
    Another,
    Answers,
    Ask,
    Command,
    Compose,
    Edit,
    FillGap,
    GoOn,
    JustWrite,
    Kind,
    NewEmail,
    Readdress,
    RemoveWish,
    Reopen,
    Restore,
    Retry,
    Revise,
    SetHeader,
    SetInstructions,
    SignAs,
    Typed,
    Undo,
    UseProposal,
    UseStopped,
)
from email_assistant.conversation.drafting import brief_of
from email_assistant.conversation.header import Header, Own, with_header
from email_assistant.conversation.reading import has_draft, read
from email_assistant.conversation.state import HOW_TO_REPLY, ConversationState, Draft, NextStep
from email_assistant.errors import InvalidInput, OpenGaps, OtherEmail, WrongStep
from email_assistant.mail import (
    IncomingEmail,
    join_thread,
    new_mail,
    propose_split,
    same_thread,
    split_paste,
)
from email_assistant.proofreading.answering import ask_status
from email_assistant.proofreading.gaps import fill_gap, find_gaps
from email_assistant.proofreading.letter import MAX_DRAFT, locate

Parse = Callable[[bytes | str, str | None], Awaitable[IncomingEmail]]
"""Reads an email: its bytes or its pasted text, and its file's name."""

MAX_SAID = 100_000
"""Characters of instructions, of an answer or of feedback."""
MAX_NAME = 200
"""Characters of the name below a reply."""


@dataclass(frozen=True)
class Plan:
    """What runs for a command.

    `entry` is the action to go on at, None for the one that comes next; `inputs` are Burr's. `command` is
    what was said, as it was read.
    """

    command: Command
    inputs: dict[str, Any]
    entry: str | None = None


async def plan(
    step: NextStep | None,
    state: ConversationState,
    command: Command,
    parse: Parse,
    own: Own | None = None,
) -> Plan | None:
    """Check that the conversation, which waits for `step`, can take `command`; None if it changes nothing.

    `parse` reads an email, within limits of its own; `own` is what the reply's header takes of the profile.

    Raises:
        WrongStep: it waits for something else.
        InvalidInput: what was said cannot be used.
    """
    typed = ""
    if isinstance(command, Typed):
        # In a thread: a long message takes long to look through.
        typed, mind_gaps = command.text, command.mind_gaps
        command = await asyncio.to_thread(read, command, step, state, own)
        if mind_gaps and isinstance(command, Accept):
            _check_gaps(state)
    _check_length(command)
    match command:
        case NewEmail():
            return await _plan_email(command, step, state, parse)
        case Compose():
            return _plan_new_mail(command, step, own or Own())
        case Answers():
            return await _plan_answers(command, step, state, parse)
        case UseProposal():
            _expect(step == "clarify_instructions" and bool(state.proposed_instructions), step, "a proposal")
            answers = Answers((state.proposed_instructions,), typed=typed or None)
            return await _plan_answers(answers, step, state, parse)
        case Ask():
            return Plan(command, {"question": command.text})
        case Retry():
            _expect(step == "retry", step, "a retry")
            return Plan(command, {})
        case GoOn():
            _expect(step == "retry" and bool(state.stopped_draft), step, "a draft to go on with")
            return Plan(command, {"go_on": True})
        case JustWrite():
            unasked = step == "retry" and not has_draft(state) and bool(state.response_instructions)
            _expect(unasked, step, "being written at once")
            return Plan(command, {}, "formulate_draft")
        case SetHeader() | Readdress():
            return _plan_header(command, step, state, typed, own or Own())
        case _:
            return _plan_feedback(command, step, state, typed)


async def read_email(given: NewEmail, parse: Parse) -> tuple[NewEmail, IncomingEmail]:
    """Separate the instructions from the email if one text holds both, and parse the email.

    Raises:
        InvalidEmail: it cannot be read.
    """
    if given.files:
        files = given.files
        return given, given.parsed or join_thread(
            [await parse(file.content, file.filename) for file in files]
        )
    if not given.instructions:
        paste = await asyncio.to_thread(split_paste, given.email)
        whole = given.typed or (given.email if paste.instructions else None)
        given = replace(given, email=paste.email, instructions=paste.instructions, typed=whole)
    return given, given.parsed or await parse(given.email, None)


def _plan_new_mail(command: Compose, step: NextStep | None, own: Own) -> Plan:
    """Return a mail that answers none: its words are the instructions, and there is no email."""
    _expect(step == "process_input", step, "a new mail")
    text = _given(command.text, "Say what the mail should say.")
    found = new_mail(text)
    named = tuple(map(str, found.mailboxes)) if found else ()
    subject = command.subject or (found.subject if found else "")
    given = SetHeader(to=command.to or named or None, subject=subject)
    header = with_header(None, Header(), own, given)
    inputs = {
        "incoming_email": IncomingEmail().model_dump(mode="json"),
        "email_to_respond": "",
        "response_instructions": text,
        "typed_email": text,
        "header": header.model_dump(mode="json"),
        "is_new_mail": True,
    }
    return Plan(command, inputs)


async def _plan_email(
    command: NewEmail, step: NextStep | None, state: ConversationState, parse: Parse
) -> Plan | None:
    before = state.incoming_email
    if command.first_only and step != "process_input":
        raise WrongStep(
            f"This conversation has an email; its next step is {step or 'none'}. For another email begin "
            "another conversation; a corrected one can replace this one.",
            next_step=step,
        )
    given, email = await read_email(command, parse)
    other = command.role == "instead"
    if before and command.role == "new":
        if not given.instructions and _is_same(before, email):
            return None
        if not same_thread(before, email):
            raise OtherEmail(
                "This email does not belong to the thread that you are answering here. Answer it instead, or "
                "begin a new conversation with it."
            )
        email, other = join_thread([before, email]), True
    # Instructions that came apart from the email: the transcript shows both.
    both = f"{given.email}\n\n{given.instructions}" if given.instructions else None
    inputs = {
        "incoming_email": email.model_dump(mode="json"),
        "email_to_respond": given.email,
        "response_instructions": given.instructions,
        "typed_email": given.typed or both,
        "other": other,
    }
    if given.instructions and not command.instructions:
        inputs["instructions_found"] = given.instructions
    proposed = None
    if not given.instructions and not given.files:
        proposed = await asyncio.to_thread(propose_split, given.email)
    if proposed:
        inputs |= {"proposed_instructions": proposed.instructions, "proposed_email": proposed.email}
    return Plan(command, inputs, None if step == "process_input" else "process_input")


async def _plan_answers(
    command: Answers, step: NextStep | None, state: ConversationState, parse: Parse
) -> Plan:
    """Plan answers to the open questions, or words added before an interrupted step is retried."""
    added = step == "retry" and not has_draft(state) and not command.answers and command.remark != ""
    _expect(step == "clarify_instructions" or added, step, "answers")
    questions = [] if added else state.clarification_questions
    if len(command.answers) != len(questions):
        raise InvalidInput(f"Give one answer for each of the {len(questions)} questions, or none.")
    inputs: dict[str, Any] = {
        "answers": [*command.answers],
        "remark": command.remark,
        "typed_answers": command.typed,
    }
    if questions == [HOW_TO_REPLY] and _is_proposed(command.answers[0], state):
        # The person says that these words are theirs: they are no longer part of the email.
        inputs["incoming_email"] = (await parse(state.proposed_email, None)).model_dump(mode="json")
        inputs["email_to_respond"] = state.proposed_email
    return Plan(command, inputs, "clarify_instructions" if added else None)


def _plan_header(
    command: SetHeader | Readdress, step: NextStep | None, state: ConversationState, typed: str, own: Own
) -> Plan | None:
    """Return another header of the reply.

    A step that did not finish runs again, as after other words.
    """
    interrupted = step == "retry" and has_draft(state)
    _expect(step in ("process_feedback", None) or interrupted, step, "a change of the recipients")
    header = with_header(state.incoming_email, state.header, own, command)
    if header == state.header and not interrupted:
        return None
    inputs = {
        "kind": "header",
        "text": typed,
        "header": header.model_dump(mode="json"),
        "resumes": interrupted,
    }
    return Plan(command, inputs, "process_feedback" if interrupted else None)


def _plan_feedback(
    command: AboutText, step: NextStep | None, state: ConversationState, typed: str
) -> Plan | None:
    if isinstance(command, Reopen) and not typed:
        _expect(step is None, step, "being reopened")
    interrupted = step == "retry"
    fits = step in ("process_feedback", None) or (interrupted and has_draft(state))
    # A person may write the reply themselves, whatever the model does.
    by_hand = isinstance(command, Edit | UseStopped) and state.incoming_email is not None
    _expect(fits or by_hand, step, "feedback")
    inputs = {"text": typed, **_feedback(command, step, state)}
    if inputs.get("body") == state.current_draft and not interrupted and not isinstance(command, SignAs):
        return None  # a version equal to the newest one is not a version
    if body := inputs.get("body"):
        inputs["notes"] = _notes(inputs["kind"], body, inputs.get("version"), state)
    if isinstance(command, SetInstructions) and inputs["text"] == state.response_instructions:
        return None
    return Plan(command, inputs, "process_feedback" if interrupted or not fits else None)


def _feedback(command: AboutText, step: NextStep | None, state: ConversationState) -> dict[str, Any]:
    """Return a command about the draft as the inputs of `process_feedback`."""
    newest = state.current_draft
    match command:
        case Accept() | Reopen() | Another():
            return {"kind": type(command).__name__.lower()}
        case Revise(text):
            return {"kind": "revise", "text": text}
        case Edit(body):
            return {"kind": "edit", "body": body}
        case UseStopped():
            _expect(step == "retry" and bool(state.stopped_draft), step, "a draft that was stopped")
            return {"kind": "stopped", "body": state.stopped_draft}
        case Restore(version):
            return {"kind": "restore", "body": _body(version, state), "version": version}
        case Undo():
            return {"kind": "undo", **_undone(step, state)}
        case FillGap(gap, text):
            return {"kind": "fill", "text": text, "body": _filled(newest, gap, text)}
        case SignAs(name):
            name = " ".join(name.split())
            return {"kind": "sign", "text": name, "body": _signed(newest, name)}
        case RemoveWish(index):
            return {"kind": "wish", **_without_wish(index, state)}
        case SetInstructions(text):
            return {"kind": "instructions", "text": _given(text, "Say how to answer the email.")}
        case _:
            assert_never(command)


def _notes(kind: Kind, body: str, version: int | None, state: ConversationState) -> dict[str, Any]:
    """Return what there is to know of a draft that no model wrote.

    One that was there before keeps its own. Of the draft that a new one came from, what was found is kept
    if the words that it is about still stand there.
    """
    drafts = state.draft_history or [Draft(version=0, body="")]
    before = drafts[(version or len(drafts)) - 1]
    if version:
        return {"findings": [each.model_dump() for each in before.findings], "asks": [*before.asks]}
    findings = []
    for found in before.findings:
        words = before.body[found.start : found.end]
        start = body.find(words)
        if words and start >= 0 and found.code != "open_gap":
            moved = {"start": start, "end": start + len(words)}
            findings.append(found.model_copy(update=moved).model_dump())
        elif not words and kind == "fill":
            findings.append(found.model_dump())
    if state.incoming_email is None:
        return {"findings": findings}
    brief = brief_of(state)
    return {"findings": findings, "asks": [ask_status(ask, body, brief) for ask in state.asks]}


def _body(version: int, state: ConversationState) -> str:
    drafts = state.draft_history
    if not 1 <= version <= len(drafts):
        raise InvalidInput(f"There is no version {version}. Choose one from 1 to {len(drafts)}.")
    return drafts[version - 1].body


def _given(text: str, wanted: str) -> str:
    if not text.strip():
        raise InvalidInput(wanted)
    return text.strip()


def _filled(draft: str, gap: int, text: str) -> str:
    gaps = find_gaps(draft)
    if not 0 <= gap < len(gaps):
        raise InvalidInput("There is no such gap in the newest draft. Look at it first.")
    return fill_gap(draft, gaps[gap], _given(text, "Say what belongs into the gap."))


def _signed(draft: str, name: str) -> str:
    """Return the draft with the name below its closing, in place of the name that stood there."""
    if not 0 < len(name) <= MAX_NAME:
        raise InvalidInput(f"Give a name of at most {MAX_NAME} characters.")
    parts = locate(draft[:MAX_DRAFT])
    if not parts.name.is_empty:
        signed = draft[slice(*parts.name)]
        kept = signed.partition("\n")[1:]  # a role or a telephone number below it
        return draft[: parts.name.start] + name + "".join(kept) + draft[parts.name.end :]
    above, below = draft[: parts.name.end].rstrip(), draft[parts.name.end :]
    gap = "\n" if not parts.closing.is_empty else "\n\n"
    return f"{above}{gap}{name}{below}"


def _undone(step: NextStep | None, state: ConversationState) -> dict[str, Any]:
    if step in (None, "retry"):
        return {}  # the approval, or the request that was not carried out
    before = version_before(state)
    if before is None:
        raise InvalidInput("There is no draft before this one.")
    return {"body": _body(before, state), "version": before}


def _without_wish(index: int, state: ConversationState) -> dict[str, Any]:
    if not 0 <= index < len(state.wishes):
        raise InvalidInput("There is no such wish any more. Look at the newest draft first.")
    kept = [wish.model_dump() for at, wish in enumerate(state.wishes) if at != index]
    return {"text": state.wishes[index].text, "wishes": kept}


def version_before(state: ConversationState) -> int | None:
    """Return the draft before the newest one, None if there is none.

    Drafts that were undone already are passed over.
    """
    undone = {said.draft_version + 1: said.version for said in state.feedback_history if said.kind == "undo"}
    version = len(state.draft_history)
    while earlier := undone.get(version):
        version = earlier
    while (version := version - 1) > state.drafts_before_email:
        if state.draft_history[version - 1].body != state.current_draft:
            return version
    return None


def _is_same(one: IncomingEmail, other: IncomingEmail) -> bool:
    return (one.subject, one.sender, one.newest) == (other.subject, other.sender, other.newest)


def _is_proposed(answer: str, state: ConversationState) -> bool:
    return bool(answer.strip()) and answer.split() == state.proposed_instructions.split()


def _check_gaps(state: ConversationState) -> None:
    gaps = find_gaps(state.current_draft)
    if gaps:
        named = ", ".join(f"[{gap.text}]" for gap in gaps)
        raise OpenGaps(
            f"1 gap is open: {named}. Fill in what is missing, or accept once more to take the draft as "
            "it is."
            if len(gaps) == 1
            else f"{len(gaps)} gaps are open: {named}. Fill in what is missing, or accept once more to take "
            "the draft as it is."
        )


def _check_length(command: Command) -> None:
    """Refuse text that is too long. The mail's own length is checked when it is read."""
    match command:
        case (
            NewEmail(instructions=instructions)
            | SetInstructions(text=instructions)
            | Compose(text=instructions)
        ):
            what, text = "The instructions are", instructions
        case Answers(answers, remark, typed):
            what, text = "An answer is", max([*answers, remark, typed or ""], key=len)
        case Ask(text=text) | Revise(text=text) | Edit(body=text) | FillGap(text=text):
            what = "The feedback is"
        case _:
            return
    if len(text) > MAX_SAID:
        raise InvalidInput(
            f"{what} {len(text):,} characters long, and at most {MAX_SAID:,} can be used. Shorten it."
        )


def _expect(fits: bool, step: NextStep | None, given: str) -> None:
    if not fits:
        raise WrongStep(
            f"The conversation does not wait for {given} now; its next step is {step or 'none'}.",
            next_step=step,
        )

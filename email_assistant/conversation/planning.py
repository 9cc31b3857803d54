"""Where a command enters the state machine, and with which inputs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, assert_never

from email_assistant.conversation.commands import (
    AboutDraft,
    Accept,
    Answers,
    Command,
    Edit,
    NewEmail,
    Reopen,
    Restore,
    Retry,
    Revise,
    Typed,
)
from email_assistant.conversation.reading import read
from email_assistant.conversation.state import ConversationState, NextStep
from email_assistant.errors import InvalidInput, WrongStep
from email_assistant.mail import IncomingEmail, join_thread, parse_email, split_paste

MAX_SAID = 100_000
"""Characters of instructions, of an answer or of feedback."""


@dataclass(frozen=True)
class Plan:
    """What runs for a command.

    `entry` is the action to go on at, None for the one that comes next; `inputs` are Burr's. `command` is
    what was said, as it was read.
    """

    command: Command
    inputs: dict[str, Any]
    entry: str | None = None


def plan(step: NextStep | None, state: ConversationState, command: Command) -> Plan | None:
    """Check that the conversation, which waits for `step`, can take `command`; None if it changes nothing.

    Raises:
        WrongStep: it waits for something else.
        InvalidInput: what was said cannot be used.
    """
    typed = ""
    if isinstance(command, Typed):
        typed, command = command.text, read(command, step, state)
    _check_length(command)
    match command:
        case NewEmail():
            return _plan_email(command, step)
        case Answers():
            return _plan_answers(command, step, state)
        case Retry():
            _expect(step == "retry", step, "a retry")
            return Plan(command, {})
        case Accept() | Revise() | Edit() | Restore() | Reopen():
            return _plan_feedback(command, step, state, typed)
        case _:
            assert_never(command)


def read_email(given: NewEmail) -> tuple[NewEmail, IncomingEmail]:
    """Tell the instructions from the email where one text holds both, and read the email.

    Raises:
        InvalidEmail: it cannot be read.
    """
    if given.files:
        read_ = [parse_email(file.content, file.filename) for file in given.files]
        return given, join_thread(read_)
    if not given.instructions:
        paste = split_paste(given.email)
        whole = given.typed or (given.email if paste.instructions else None)
        given = replace(given, email=paste.email, instructions=paste.instructions, typed=whole)
    return given, parse_email(given.email)


def _plan_email(command: NewEmail, step: NextStep | None) -> Plan:
    if command.first_only and step != "process_input":
        raise WrongStep(
            f"This conversation has an email; its next step is {step or 'none'}. For another email begin "
            "another conversation; a corrected one can replace this one.",
            next_step=step,
        )
    given, email = read_email(command)
    # Instructions that came apart from the email: the transcript shows both.
    both = f"{given.email}\n\n{given.instructions}" if given.instructions else None
    inputs = {
        "incoming_email": email.model_dump(mode="json"),
        "email_to_respond": given.email,
        "response_instructions": given.instructions,
        "typed_email": given.typed or both,
    }
    return Plan(command, inputs, None if step == "process_input" else "process_input")


def _plan_answers(command: Answers, step: NextStep | None, state: ConversationState) -> Plan:
    """Answers to the open questions, or words that are added before an interrupted step is retried."""
    added = step == "retry" and not _has_draft(state) and not command.answers and command.remark != ""
    _expect(step == "clarify_instructions" or added, step, "answers")
    questions = [] if added else state.clarification_questions
    if len(command.answers) != len(questions):
        raise InvalidInput(f"Give one answer for each of the {len(questions)} questions, or none.")
    inputs = {"answers": [*command.answers], "remark": command.remark, "typed_answers": command.typed}
    return Plan(command, inputs, "clarify_instructions" if added else None)


def _plan_feedback(
    command: AboutDraft, step: NextStep | None, state: ConversationState, typed: str
) -> Plan | None:
    if isinstance(command, Reopen) and not typed:
        _expect(step is None, step, "being reopened")
    interrupted = step == "retry"
    fits = step in ("process_feedback", None) or (interrupted and _has_draft(state))
    _expect(fits, step, "feedback")
    drafts = state.draft_history
    inputs: dict[str, Any] = {"text": typed}
    match command:
        case Accept():
            inputs |= {"kind": "accept"}
        case Revise(text):
            inputs |= {"kind": "revise", "text": text}
        case Edit(body):
            inputs |= {"kind": "edit", "body": body}
        case Restore(version):
            if not 1 <= version <= len(drafts):
                raise InvalidInput(f"There is no version {version}. Choose one from 1 to {len(drafts)}.")
            inputs |= {"kind": "restore", "body": drafts[version - 1].body, "version": version}
        case Reopen():
            inputs |= {"kind": "reopen"}
        case _:
            assert_never(command)
    if inputs.get("body") == state.current_draft and not interrupted:
        return None  # a version equal to the last one is not a version
    return Plan(command, inputs, "process_feedback" if interrupted else None)


def _has_draft(state: ConversationState) -> bool:
    """Whether there is a draft that answers the email as it is now."""
    return len(state.draft_history) > state.drafts_before_email


def _check_length(command: Command) -> None:
    """The mail's own length is checked where it is read."""
    match command:
        case NewEmail(instructions=instructions):
            what, text = "The instructions are", instructions
        case Answers(answers, remark, typed):
            what, text = "An answer is", max([*answers, remark, typed or ""], key=len)
        case Revise(text=text) | Edit(body=text):
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

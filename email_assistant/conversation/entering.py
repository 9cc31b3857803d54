"""Where what a person said enters the state machine, and with which inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from email_assistant.conversation.feedback import REOPEN, understand
from email_assistant.conversation.inputs import (
    AnswersGiven,
    EmailGiven,
    FeedbackGiven,
    ReopenAsked,
    RetryAsked,
    Said,
)
from email_assistant.conversation.state import ConversationState, NextStep
from email_assistant.errors import InvalidInput, WrongStep
from email_assistant.mail import IncomingEmail, join_thread, parse_email

LONGEST_SAID = 100_000
"""Characters of instructions, of an answer or of feedback."""


@dataclass(frozen=True)
class Entry:
    """`entry` is the action to go on at, None for the one that comes next; `inputs` are Burr's."""

    inputs: dict[str, Any]
    entry: str | None = None


def enter(
    step: NextStep | None, state: ConversationState, said: Said, emails: Sequence[IncomingEmail] = ()
) -> Entry:
    """Check that the conversation, which waits for `step`, can take `said`.

    `emails` are those that `said` gives, where they were read already.

    Raises:
        WrongStep: it waits for something else.
        InvalidInput: what was said cannot be used.
    """
    _check_length(said)
    drafts = len(state.draft_history)
    interrupted, answered = step == "retry", drafts > state.drafts_before_email
    match said:
        case EmailGiven(email, instructions, typed, files):
            read = [*emails] or [parse_email(file.content, file.filename) for file in files]
            read = read or [parse_email(email)]
            given: dict[str, Any] = {
                "incoming_email": join_thread(read).model_dump(mode="json"),
                "email_to_respond": email,
                "response_instructions": instructions,
                # Another door takes the instructions apart from the email; the transcript shows both.
                "typed_email": typed or (f"{email}\n\n{instructions}" if instructions else None),
            }
            return Entry(given, None if step == "process_input" else "process_input")
        case AnswersGiven(answers, remark, typed):
            added = interrupted and not answered and not answers and remark != ""
            _expect(step == "clarify_instructions" or added, step, "answers")
            questions = [] if added else state.clarification_questions
            if len(answers) != len(questions):
                raise InvalidInput(f"Give one answer for each of the {len(questions)} questions, or none.")
            inputs = {"answers": list(answers), "remark": remark, "typed_answers": typed}
            return Entry(inputs, "clarify_instructions" if added else None)
        case FeedbackGiven(text):
            _expect(step in ("process_feedback", None) or (interrupted and answered), step, "feedback")
            understand(text, drafts)
            return Entry({"feedback": text}, "process_feedback" if interrupted else None)
        case ReopenAsked():
            _expect(step is None, step, "being reopened")
            return Entry({"feedback": REOPEN})
        case RetryAsked():
            _expect(interrupted, step, "a retry")
            return Entry({})
        case _:
            assert_never(said)


def _check_length(said: Said) -> None:
    """The mail's own length is checked where it is read."""
    match said:
        case EmailGiven(instructions=instructions):
            what, text = "The instructions are", instructions
        case AnswersGiven(answers, remark, typed):
            what, text = "An answer is", max([*answers, remark, typed or ""], key=len)
        case FeedbackGiven(feedback):
            what, text = "The feedback is", feedback
        case ReopenAsked() | RetryAsked():
            return
        case _:
            assert_never(said)
    if len(text) > LONGEST_SAID:
        raise InvalidInput(
            f"{what} {len(text):,} characters long, and at most {LONGEST_SAID:,} can be used. Shorten it."
        )


def _expect(fits: bool, step: NextStep | None, given: str) -> None:
    if not fits:
        raise WrongStep(
            f"The conversation does not wait for {given} now; its next step is {step or 'none'}.",
            next_step=step,
        )

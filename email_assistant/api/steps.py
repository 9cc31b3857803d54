"""Routes for what a person says to a conversation: the email, answers, feedback, and a way back."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from email_assistant.api.answers import Answer
from email_assistant.api.bodies import (
    Answers,
    EmailToAnswer,
    Feedback,
    GapFilled,
    Instructions,
    MailToWrite,
    Name,
    OwnDraft,
    Question,
    ReplyHeader,
    Version,
    WishTakenBack,
)
from email_assistant.api.callers import AppId, CurrentCaller
from email_assistant.api.description import ETAG, STREAMED, problem_responses
from email_assistant.api.requests import TurnRequest
from email_assistant.conversation import commands
from email_assistant.service.document import EmailAssistantState

router = APIRouter(tags=["steps"])

TURN: dict[str, Any] = {
    "response_model": EmailAssistantState,
    "responses": {
        200: {"headers": ETAG, "content": STREAMED},
        **problem_responses(400, 404, 409, 412, 413, 422, 429, 502, 504),
    },
}


@router.put("/initialize_draft/{app_id}", **TURN)
async def initialize_draft(request: TurnRequest, body: EmailToAnswer) -> Response:
    """Give the email and say how to answer it; then there are questions, or the first draft."""
    return await request.answer(
        commands.NewEmail(body.email_to_respond, body.response_instructions, first_only=True)
    )


@router.put("/compose/{app_id}", **TURN)
async def compose(request: TurnRequest, body: MailToWrite) -> Response:
    """Have a new mail written, which answers none; then there is a question, or the first draft."""
    return await request.answer(commands.Compose(body.instructions, tuple(body.to), body.subject))


@router.put("/replace_email/{app_id}", **TURN)
async def replace_email(request: TurnRequest, body: EmailToAnswer) -> Response:
    """Give a corrected email in place of the first one; the conversation starts over with it."""
    given = commands.NewEmail(body.email_to_respond, body.response_instructions, role="corrected")
    return await request.answer(given)


@router.put("/clarify_instructions/{app_id}", **TURN)
async def clarify_instructions(request: TurnRequest, body: Answers) -> Response:
    """Answer the questions; then there is a draft."""
    return await request.answer(commands.Answers(tuple(body.answers)))


@router.put("/process_feedback/{app_id}", **TURN)
async def process_feedback(request: TurnRequest, body: Feedback) -> Response:
    """Say what to change in the newest draft, or accept it with "". On a finished one: reopen it."""
    return await request.answer(commands.Typed(body.feedback, feedback=True))


@router.put("/ask/{app_id}", **TURN)
async def ask(request: TurnRequest, body: Question) -> Response:
    """Ask about the email or the newest draft. The answer is the newest of `asides`; nothing else changes."""
    return await request.answer(commands.Ask(body.question))


@router.post("/retry/{app_id}", **TURN)
async def retry(request: TurnRequest) -> Response:
    """Run the step that did not finish once more."""
    return await request.answer(commands.Retry())


@router.post("/accept/{app_id}", **TURN)
async def accept(request: TurnRequest) -> Response:
    """Make the newest draft the final one."""
    return await request.answer(commands.Accept())


@router.post("/reopen/{app_id}", **TURN)
async def reopen(request: TurnRequest) -> Response:
    """Take back that the draft was accepted; the conversation waits for feedback again."""
    return await request.answer(commands.Reopen())


@router.put("/restore_draft/{app_id}", **TURN)
async def restore_draft(request: TurnRequest, body: Version) -> Response:
    """Go back to an earlier draft, which becomes the newest one."""
    return await request.answer(commands.Restore(body.version))


@router.put("/replace_draft/{app_id}", **TURN)
async def replace_draft(request: TurnRequest, body: OwnDraft) -> Response:
    """Send a draft that was edited by hand; it becomes the newest one, as it is."""
    return await request.answer(commands.Edit(body.body.strip()))


@router.put("/fill_gap/{app_id}", **TURN)
async def fill_gap(request: TurnRequest, body: GapFilled) -> Response:
    """Fill in a gap of the newest draft, without the model; the filled draft becomes the newest one."""
    return await request.answer(commands.FillGap(body.gap, body.text))


@router.post("/another/{app_id}", **TURN)
async def another(request: TurnRequest) -> Response:
    """Write the reply again to the same request. If it comes out the same, there is no new draft."""
    return await request.answer(commands.Another())


@router.post("/undo/{app_id}", **TURN)
async def undo(request: TurnRequest) -> Response:
    """Go back to the draft before the newest one, or take back that it was accepted."""
    return await request.answer(commands.Undo())


@router.put("/set_instructions/{app_id}", **TURN)
async def set_instructions(request: TurnRequest, body: Instructions) -> Response:
    """Correct what was taken for the instructions; then there is a new draft."""
    return await request.answer(commands.SetInstructions(body.response_instructions))


@router.put("/sign_as/{app_id}", **TURN)
async def sign_as(request: TurnRequest, body: Name) -> Response:
    """Say the name that signs this draft and those that follow."""
    return await request.answer(commands.SignAs(body.name))


@router.put("/set_header/{app_id}", **TURN)
async def set_header(request: TurnRequest, body: ReplyHeader) -> Response:
    """Say whom the reply goes to and what its subject is; `reply` of the state has the outcome."""
    lists = {
        name: None if people is None else tuple(people)
        for name, people in (("to", body.to), ("cc", body.cc), ("bcc", body.bcc))
    }
    return await request.answer(commands.SetHeader(**lists, subject=body.subject, reply_all=body.reply_all))


@router.put("/remove_wish/{app_id}", **TURN)
async def remove_wish(request: TurnRequest, body: WishTakenBack) -> Response:
    """Take back one of `wishes`; the drafts that follow need not meet it."""
    return await request.answer(commands.RemoveWish(body.wish))


@router.post(
    "/stop/{app_id}",
    response_model=EmailAssistantState,
    responses={200: {"headers": ETAG}, **problem_responses(404, 422)},
)
async def stop(caller: CurrentCaller, app_id: AppId) -> Response:
    """Stop the turn that runs, if one does, here or in another process; `retry` runs its step again."""
    return Answer.of(await caller.assistant.stop(caller.owner, app_id)).response()

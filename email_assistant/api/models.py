"""Routes for the models that the model's server has."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel, Field

from email_assistant.api.answers import Answer, json_response
from email_assistant.api.bodies import ModelChoice
from email_assistant.api.callers import AppId, CurrentCaller
from email_assistant.api.description import ETAG, problem_responses
from email_assistant.api.preconditions import unchanged
from email_assistant.service.document import EmailAssistantState

router = APIRouter(tags=["server"])


class Models(BaseModel):
    """The models of the server that writes."""

    server: str = Field(description="The model's server; empty where none is set.")
    model: str = Field(description="The model that is set.")
    models: list[str] = Field(description="The models that the server has.")
    choice: bool = Field(
        description="Whether you may choose one of them, in your profile (`profile`) or for a conversation "
        "(`choose_model`)."
    )
    problem: str = Field(
        description="What is wrong with the connection, in a sentence; empty where nothing is."
    )


@router.get("/models", response_model=Models, responses=problem_responses())
async def models(caller: CurrentCaller) -> Response:
    """Return which models the model's server has, and what is wrong with the connection. No mail is sent."""
    found = await caller.assistant.models()
    return json_response(
        Models(
            server=found.server,
            model=found.model,
            models=list(found.models),
            choice=caller.assistant.model_choice,
            problem=found.problem,
        )
    )


@router.put(
    "/model/{app_id}",
    response_model=EmailAssistantState,
    responses={200: {"headers": ETAG}, **problem_responses(400, 404, 409, 412, 413, 422)},
    dependencies=[Depends(unchanged)],
)
async def choose_model(caller: CurrentCaller, app_id: AppId, body: ModelChoice) -> Response:
    """Let another model write in a conversation from now on, or leave it to your profile."""
    view = await caller.assistant.choose_model(caller.owner, app_id, body.model or "")
    return Answer.of(view).response()

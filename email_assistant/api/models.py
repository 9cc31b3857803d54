"""A route for whoever sets up the model."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from email_assistant.api.answers import json_response
from email_assistant.api.callers import CurrentCaller
from email_assistant.api.description import problem_responses

router = APIRouter(tags=["server"])


class Models(BaseModel):
    """The models of the server that writes."""

    server: str = Field(description="The model's server; empty where none is set.")
    model: str = Field(description="The model that is set.")
    models: list[str] = Field(description="The models that the server has.")
    problem: str = Field(
        description="What is wrong with the connection, in a sentence; empty where nothing is."
    )


@router.get("/models", response_model=Models, responses=problem_responses())
async def models(caller: CurrentCaller) -> Response:
    """Which models the model's server has, and what is wrong with the connection. No mail is sent."""
    return json_response(Models(**asdict(await caller.assistant.models())))

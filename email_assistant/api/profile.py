"""Routes for what a person sets for all replies: their profile, and what it learns from a draft."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import ConfigDict
from pydantic.config import JsonDict

from email_assistant.api.answers import json_response
from email_assistant.api.callers import AppId, CurrentCaller
from email_assistant.api.description import problem_responses
from email_assistant.store import preferences
from email_assistant.store.preferences import invalid_profile

EXAMPLE: JsonDict = {
    "name": "Sam Lee",
    "addresses": ["sam@example.com", "sam.lee@example.org"],
    "signature": "Sam Lee\nExample Ltd",
    "facts": "In the office from Monday to Thursday. To book a call: https://example.com/sam",
    "tone": "friendly and brief, no exclamation marks",
    "length": "three sentences at most",
    "wishes": "Never offer a phone call.",
    "language": "en",
    "model": "",
    "examples": ["Hi Kim,\n\nThursday works. See you at noon.\n\nSam"],
    "refinements": ["Less formal, please.", "Leave out the small talk."],
    "reply_all": False,
    "quote": True,
}


class Profile(preferences.Profile):
    """What a person sets for all replies; a field that is not given is as if it had never been set."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})


class FieldByField(APIRoute):
    """A route that says of a profile which field cannot be kept, each in a sentence."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Tell of an invalid body as the service does."""
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as invalid:
                errors = [dict(error) for error in invalid.errors()]
                if any(error["type"] == "json_invalid" or len(error["loc"]) < 2 for error in errors):
                    raise
                for error in errors:
                    error["loc"] = error["loc"][1:]
                raise invalid_profile(errors) from None

        return told


router = APIRouter(tags=["profile"], route_class=FieldByField)


@router.get("/profile", response_model=Profile, responses=problem_responses())
async def profile(caller: CurrentCaller) -> Response:
    """Return your profile: what you set for all replies."""
    return json_response(await caller.assistant.preferences(caller.owner))


@router.put("/profile", response_model=Profile, responses=problem_responses(400, 413, 422))
async def set_profile(caller: CurrentCaller, body: Profile) -> Response:
    """Put a profile in place of yours. Drafts that are written from now on follow it."""
    await caller.assistant.set_preferences(caller.owner, body)
    return json_response(body)


@router.patch("/profile", response_model=Profile, responses=problem_responses(400, 413, 422))
async def change_profile(caller: CurrentCaller, body: Profile) -> Response:
    """Change the fields that are given; the others stay. Drafts that are written from now on follow it."""
    given = body.model_dump(exclude_unset=True)
    return json_response(
        await caller.assistant.change_preferences(
            caller.owner, lambda kept: Profile.of(kept.model_dump() | given)
        )
    )


@router.post("/learn/{app_id}", response_model=Profile, responses=problem_responses(404, 409, 422))
async def learn(caller: CurrentCaller, app_id: AppId) -> Response:
    """Write like this from now on: the newest draft that you edited becomes the first of your `examples`.

    At most five are kept, so that the oldest goes. The answer is your profile.
    """
    return json_response(await caller.assistant.learn_from(caller.owner, app_id))

"""The HTTP door as one ASGI app, to be mounted at /api."""

from __future__ import annotations

from fastapi import FastAPI

from email_assistant.api import conversations, health, mail, steps
from email_assistant.api.description import describe
from email_assistant.api.door import HttpDoor
from email_assistant.api.limits import BodyLimit
from email_assistant.api.problems import handle_with_problems


def create_api(door: HttpDoor) -> FastAPI:
    """All calls below /v1, their errors, and their description."""
    api = FastAPI(
        openapi_url="/openapi.json",
        docs_url=None,  # FastAPI's own pages load from other hosts
        redoc_url=None,
        redirect_slashes=False,
        root_path_in_servers=False,
    )
    api.state.door = door
    for part in (conversations, steps, mail, health):
        api.include_router(part.router, prefix="/v1")
    describe(api)
    handle_with_problems(api)
    api.add_middleware(BodyLimit)
    return api

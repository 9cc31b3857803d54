"""The HTTP door as one ASGI app below /api."""

from __future__ import annotations

import contextlib
import re

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount, NoMatchFound

from email_assistant.api import conversations, data, health, mail, models, profile, steps
from email_assistant.api.description import PREFIX, describe
from email_assistant.api.problems import handle_with_problems


def mount(app: Starlette) -> None:
    """Put the API into `app`, before anything that answers every path; its lifespan gives the `http_door`."""
    route = Mount(PREFIX, create_api())
    # Starlette's own pattern passes over a path with a line break in it.
    route.path_regex = re.compile(route.path_regex.pattern, re.DOTALL)
    app.router.routes.append(route)


def create_api() -> FastAPI:
    """Return all calls below /v1, their errors, and their description."""
    api = FastAPI(
        openapi_url="/openapi.json",
        docs_url=None,  # FastAPI's own pages load from other hosts
        redoc_url=None,
        redirect_slashes=False,
        root_path_in_servers=False,
        generate_unique_id_function=lambda route: route.name,
    )
    parts = (
        conversations.router,
        steps.router,
        mail.router,
        models.router,
        profile.router,
        data.router,
        health.router,
    )
    for part in parts:
        api.include_router(part, prefix="/v1")
    describe(api)
    handle_with_problems(api)
    # FastAPI builds included routes when it first looks through them: now, or in somebody's first request.
    with contextlib.suppress(NoMatchFound):
        api.url_path_for("")
    return api

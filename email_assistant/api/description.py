"""The OpenAPI description of this door, and a page that shows it without loading anything from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from email_assistant.api import events
from email_assistant.guard.problem import MEDIA_TYPE, Problem

PREFIX = "/api"
REFERENCE = "#/components/schemas/{model}"

SUMMARY = "Answer emails by talking about the reply: the same conversations as in the chat."
DESCRIPTION = """\
Begin with `create`, then send what `next_step` asks for; every call answers the whole conversation.
Calls that write stream their progress to a client that sends `Accept: text/event-stream`:
`progress` for each step, `delta` for the draft's words, `restart` where the words so far turn out not to be
the draft, which then starts over, and at the end one `state`, or one `error`.
"""
STREAM_EXAMPLE = """\
event: progress
data: {"step": "formulate_draft"}

event: delta
data: {"text": "Hi Dana,"}

event: state
data: {"app_id": "1f6a7a52-3c0e-4f0b-9d0a-5a4f6f0c2b11", "next_step": "process_feedback"}

"""

TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "A personal API token; none is needed on one's own machine or with the browser's sign-in.",
}

Responses = dict[int | str, dict[str, Any]]

_PROBLEMS: Mapping[int, str] = {
    400: "The body cannot be read.",
    401: "Nobody is signed in.",
    404: "There is no such conversation of yours.",
    409: "The conversation waits for something else (`next_step` names it), or a turn of it runs.",
    412: "The conversation went on since the state that `If-Match` names.",
    413: "The body is too large.",
    422: "What was sent cannot be used.",
    429: "Too many requests; or the model's server asks to wait, and `next_step` is `retry` as for 502.",
    502: "The model failed. The input is saved: `retry` runs the step again.",
    503: "The database does not answer.",
    504: "The model did not respond in time. The input is saved: `retry` runs the step again.",
}
_RETRIED = {"schema": {"type": "integer"}, "description": "Seconds to wait before the next try."}
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "The state's version, for `If-Match`."}}
STREAMED: dict[str, Any] = {
    events.MEDIA_TYPE: {"schema": {"type": "string"}, "example": STREAM_EXAMPLE},
}


def problem_responses(*statuses: int) -> Responses:
    """Return the problem documents that a call can answer; any call can answer 401, 429 and 503."""
    content = {MEDIA_TYPE: {"schema": {"$ref": REFERENCE.format(model="Problem")}}}
    described: Responses = {}
    for status in sorted({401, 429, 503, *statuses}):
        described[status] = {"description": _PROBLEMS[status], "content": content}
        if status in {429, 502, 503, 504}:
            described[status]["headers"] = {"Retry-After": _RETRIED}
    return described


def describe(api: FastAPI) -> None:
    """Serve `openapi.json` and `docs` of `api`, with the paths as a client sees them."""

    def openapi() -> dict[str, Any]:
        if not api.openapi_schema:
            api.openapi_schema = _openapi(api)
        return api.openapi_schema

    api.openapi = openapi  # type: ignore[method-assign]  # FastAPI's way to extend it
    api.mount("/docs/assets", StaticFiles(packages=[("fastapi_offline", "static")]))

    @api.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url=f"{PREFIX}/openapi.json",
            title="Email Assistant API",
            swagger_js_url=f"{PREFIX}/docs/assets/swagger-ui-bundle.js",
            swagger_css_url=f"{PREFIX}/docs/assets/swagger-ui.css",
            swagger_favicon_url="/favicon",
            # Without this the page would have its description judged by another host.
            swagger_ui_parameters={"validatorUrl": None, "tryItOutEnabled": True},
        )


def _openapi(api: FastAPI) -> dict[str, Any]:
    described = get_openapi(
        title="Email Assistant", version="1", summary=SUMMARY, description=DESCRIPTION, routes=api.routes
    )
    described["paths"] = {f"{PREFIX}{path}": calls for path, calls in described["paths"].items()}
    described["paths"][f"{PREFIX}/v1/create"]["post"]["responses"]["201"]["links"] = _links(
        described["paths"]
    )
    described["components"]["securitySchemes"] = {"token": TOKEN}
    described["security"] = [{}, {"token": []}]
    schema = Problem.model_json_schema(ref_template=REFERENCE)
    described["components"]["schemas"] |= schema.pop("$defs") | {"Problem": schema}
    return described


def _links(paths: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Return what can be called with the id that `create` answers."""
    return {
        call["operationId"]: {
            "operationId": call["operationId"],
            "parameters": {"app_id": "$response.body#/app_id"},
        }
        for path, calls in paths.items()
        for call in calls.values()
        if "{app_id}" in path and "{file_id}" not in path
    }

"""The answer to a call: a state or a problem, in a form that can be sent, streamed and kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fastapi.responses import Response
from pydantic import BaseModel

from email_assistant.api.problems import problem_of
from email_assistant.guard.problem import MEDIA_TYPE, in_language
from email_assistant.service.document import state_of
from email_assistant.service.view import ConversationView

NOT_CACHED = {"Cache-Control": "no-store"}
"""Mail belongs in no cache."""


@dataclass(frozen=True)
class Answer:
    """A JSON body with its status and header fields, about one conversation."""

    app_id: str
    status: int
    body: str
    headers: dict[str, str]

    @property
    def failed(self) -> bool:
        """Whether it is a problem document."""
        return self.status >= 400

    @classmethod
    def of(cls, view: ConversationView, status: int = 200) -> Self:
        """Return the state of a conversation, with its version as the ETag."""
        headers = {"ETag": f'"{view.version}"', **in_language()}
        if status == 201:
            headers["Location"] = f"/api/v1/{view.app_id}/state"
        return cls(view.app_id, status, state_of(view).model_dump_json(), headers)

    @classmethod
    def problem(cls, error: Exception, app_id: str = "") -> Self:
        """Return what went wrong."""
        problem, headers = problem_of(error)
        return cls(app_id, problem.status, problem.document(), headers | in_language())

    def response(self) -> Response:
        """Return this as a response."""
        media_type = MEDIA_TYPE if self.failed else "application/json"
        return Response(self.body, self.status, NOT_CACHED | self.headers, media_type)


def json_response(value: BaseModel, status: int = 200) -> Response:
    """Return any other value as a response."""
    return Response(value.model_dump_json(), status, headers=NOT_CACHED, media_type="application/json")

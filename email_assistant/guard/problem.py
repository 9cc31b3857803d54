"""The one form of an error over HTTP: an RFC 9457 problem document."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Self

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from email_assistant.translations import current_language, retold

UNEXPECTED = "Something went wrong here that should not have. What was said before is safe; try again."
MEDIA_TYPE = "application/problem+json"


def in_language() -> dict[str, str]:
    """Return the header fields of a response that speaks the current language."""
    return {"Content-Language": current_language(), "Vary": "Accept-Language"}


class Invalid(BaseModel):
    """One thing that is wrong in a request."""

    where: str = Field(description="Its place, such as `body.answers.0`.")
    what: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """An RFC 9457 problem document. `detail` is a sentence for a person that says what to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Conflict",
                    "status": 409,
                    "detail": "The conversation does not wait for answers now; "
                    "its next step is process_feedback.",
                    "code": "WrongStep",
                    "next_step": "process_feedback",
                }
            ]
        }
    )

    type: str = Field(default="about:blank", description="Always `about:blank`: `code` tells problems apart.")
    title: str = Field(description="What the status means.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened and what to do.")
    code: str = Field(description="The kind of the problem, such as `WrongStep` or `ModelTimeout`.")
    next_step: str | None = Field(
        default=None, description="What the conversation waits for, where that is the problem."
    )
    errors: list[Invalid] | None = Field(default=None, description="What is wrong in the request.")

    @classmethod
    def of(cls, status: int, detail: str, code: str = "") -> Self:
        """Return a problem document in the current language.

        Its code is by default the phrase of its status.
        """
        phrase = HTTPStatus(status).phrase
        code = code or phrase.replace(" ", "").replace("-", "")
        return cls(type="about:blank", title=phrase, status=status, detail=retold(detail), code=code)

    def document(self) -> str:
        """Return the document as JSON, with the members that were set."""
        return self.model_dump_json(exclude_unset=True)

    def response(self, headers: Mapping[str, str] | None = None) -> Response:
        """Return the document as a response."""
        return Response(self.document(), self.status, {**in_language(), **(headers or {})}, MEDIA_TYPE)

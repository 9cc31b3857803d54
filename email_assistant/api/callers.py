"""Who calls, and what of the service a route is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request

from email_assistant.api.door import HttpDoor
from email_assistant.guard import caller_of
from email_assistant.service.assistant import EmailAssistant

AppId = Annotated[
    str,
    Path(
        description="The conversation's id.",
        json_schema_extra={"format": "uuid"},
        examples=["1f6a7a52-3c0e-4f0b-9d0a-5a4f6f0c2b11"],
    ),
]


@dataclass(frozen=True)
class Caller:
    """Who calls, and the service that the call is for."""

    door: HttpDoor
    owner: str

    @property
    def assistant(self) -> EmailAssistant:
        """The service."""
        return self.door.assistant


async def current_caller(request: Request) -> Caller:
    """Return who calls.

    Raises:
        NotSignedIn: nobody.
    """
    door: HttpDoor = request.state.http_door
    return Caller(door, await door.sign_in(request))


async def signed_in(request: Request) -> str:
    """Return the owner that the guard authenticated: by session, by token, or as this machine's user."""
    return caller_of(request)


CurrentCaller = Annotated[Caller, Depends(current_caller)]

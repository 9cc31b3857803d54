"""Who calls, and what of the service a route is given."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request

from email_assistant.api.door import HttpDoor
from email_assistant.assistant import EmailAssistant
from email_assistant.guard import caller_of

AppId = Annotated[
    str,
    Path(
        description="The conversation's id.",
        json_schema_extra={"format": "uuid"},
        examples=["1f6a7a52-3c0e-4f0b-9d0a-5a4f6f0c2b11"],
    ),
]


async def door(request: Request) -> HttpDoor:
    """The door that the request came through."""
    return request.app.state.door  # type: ignore[no-any-return]


async def service(request: Request) -> EmailAssistant:
    """The service behind it."""
    return (await door(request)).assistant


async def current_owner(request: Request) -> str:
    """Whose conversations the caller may see.

    Raises:
        NotSignedIn: nobody's.
    """
    return await (await door(request)).sign_in(request)


async def signed_in(request: Request) -> str:
    """Whom the guard found to be calling: with a session, an API token, or on this machine."""
    return caller_of(request)


Door = Annotated[HttpDoor, Depends(door)]
Service = Annotated[EmailAssistant, Depends(service)]
Owner = Annotated[str, Depends(current_owner)]

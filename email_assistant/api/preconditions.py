"""`If-Match`: what the client looked at while it decided (RFC 9110 section 13.1.1)."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header
from pydantic.json_schema import SkipJsonSchema

from email_assistant.api.callers import AppId, CurrentCaller
from email_assistant.errors import StaleDraft

NO_VERSION = -1

_ENTITY_TAG = re.compile(r'(?:^|[\s,])"(\d{1,9})"')  # a weak one, W/"1", never matches


async def version_seen(
    if_match: Annotated[
        str | SkipJsonSchema[None],
        Header(
            alias="If-Match",
            description="The ETag of the state that you looked at. Is the conversation past it, the answer "
            "is 412 and nothing was done.",
            examples=['"2"'],
        ),
    ] = None,
) -> int | None:
    """Return the version that the client looked at, None for any."""
    if if_match is None or if_match.strip() == "*":
        return None
    # Versions only grow: of several, no other than the highest can be the newest.
    return max(map(int, _ENTITY_TAG.findall(if_match)), default=NO_VERSION)


IfMatch = Annotated[int | None, Depends(version_seen)]


async def unchanged(caller: CurrentCaller, app_id: AppId, version: IfMatch) -> None:
    """Refuse what is not a turn, where the conversation is past what the client looked at.

    Raises:
        StaleDraft: it is.
    """
    if version is not None and (await caller.assistant.view(caller.owner, app_id)).version != version:
        raise StaleDraft("This conversation was continued elsewhere. Get its state and decide again.")

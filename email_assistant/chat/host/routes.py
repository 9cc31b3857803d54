"""Routes before those of Chainlit that trust the client about which session is whose: these check it.

They call Chainlit's own afterwards. Somebody else's session is answered as an unknown one.
"""

from __future__ import annotations

import logging
import uuid
from typing import Annotated, Any

from chainlit.auth import get_current_user
from chainlit.server import call_action as chainlits_call_action
from chainlit.server import get_file as chainlits_get_file
from chainlit.server import upload_file as chainlits_upload_file
from chainlit.session import WebsocketSession
from chainlit.types import CallActionRequest
from chainlit.user import PersistedUser, User
from fastapi import APIRouter, Depends, HTTPException, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from email_assistant.chat.host.session import sessions_of, unsent_files

log = logging.getLogger(__name__)

router = APIRouter()

MAX_UNSENT = 20
"""Unsent files per tab."""

MEGABYTE = 1024 * 1024
MAX_UNSENT_BYTES = 200 * MEGABYTE
"""Bytes of unsent files of all tabs of a user."""

NO_ROOM = (
    "The server has no room for the file, so it was not taken. Make room on its disk, or paste the text."
)

SignedIn = Annotated[User | PersistedUser | None, Depends(get_current_user)]


class Tapped(BaseModel):
    """A button or a card's form as the page sends it; other fields are dropped."""

    model_config = ConfigDict(extra="ignore")

    name: str
    payload: dict[str, Any]


class ActionCall(BaseModel):
    """A call of an action callback in a session."""

    sessionId: str  # noqa: N815 - Chainlit's name
    action: Tapped


class TabOpened(BaseModel):
    """A tab that is about to open its socket."""

    session_id: uuid.UUID


@router.post("/project/action")
async def call_action(call: ActionCall, user: SignedIn) -> Response:
    """Run an action callback."""
    _own_session(call.sessionId, user)
    request = CallActionRequest(sessionId=call.sessionId, action={**call.action.model_dump(), "label": ""})
    return await chainlits_call_action(request, user)  # type: ignore[no-any-return]


@router.post("/set-session-cookie")
async def set_session_cookie(tab: TabOpened, response: Response) -> dict[str, str]:
    """Set a cookie with the tab's session, by which a balancer can route it to the same process."""
    response.set_cookie("X-Chainlit-Session-id", str(tab.session_id), httponly=True, samesite="lax")
    return {"message": "Session cookie set"}


@router.post("/project/file")
async def upload_file(
    session_id: str, file: UploadFile, user: SignedIn, ask_parent_id: str | None = None
) -> Response:
    """Store a file for a session, within limits."""
    session = _own_session(session_id, user)
    if len(unsent_files(session)) >= MAX_UNSENT:
        sentence = f"{MAX_UNSENT} files are attached and not sent. Send the message, or reload the page."
        raise HTTPException(429, sentence)
    if unsent_bytes(user) + (file.size or 0) > MAX_UNSENT_BYTES:
        raise HTTPException(
            429,
            f"Files of {MAX_UNSENT_BYTES // MEGABYTE} MB are attached and not sent. Send the messages, or "
            "close other tabs and wait a moment.",
        )
    if not file.filename or not file.content_type:
        raise HTTPException(400, "The file has no name or no type. Attach it again.")
    if not file.size:
        raise HTTPException(400, "The file is empty. Attach it again, or paste the text of the email.")
    try:
        return await chainlits_upload_file(user, session_id, file, ask_parent_id)  # type: ignore[no-any-return]
    except OSError as failure:
        log.error("An upload could not be kept: %s", failure.strerror)  # its other text names the file
        raise HTTPException(507, NO_ROOM) from None


@router.get("/project/file/{file_id}")
async def get_file(file_id: str, session_id: str, user: SignedIn) -> Response:
    """Return a file of a session. `guard/security_headers.py` keeps browsers from showing it inline."""
    _own_session(session_id, user)
    return await chainlits_get_file(file_id, session_id, user)  # type: ignore[no-any-return]


def unsent_bytes(user: User | PersistedUser | None) -> int:
    """Count the bytes that a user has uploaded and not sent."""
    name = user.identifier if user else None
    files = [file for each in sessions_of(name) for file in unsent_files(each).values()]
    return sum(file.stat().st_size for file in files if file.exists())


def _own_session(session_id: str, user: User | PersistedUser | None) -> WebsocketSession:
    if user is None:
        raise HTTPException(401, "Unauthorized")
    session: WebsocketSession | None = WebsocketSession.get_by_id(session_id)
    if session is None or session.user is None or session.user.identifier != user.identifier:
        raise HTTPException(404, "This tab is not known any more. Reload the page.")
    return session

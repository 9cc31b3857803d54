"""Chainlit's routes that take the client's word for which session is whose, with that checked before.

They stand before Chainlit's own, and hand on to them. An unknown session and somebody else's are the same.
"""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from chainlit.auth import get_current_user
from chainlit.server import call_action as chainlits_call_action
from chainlit.server import get_file as chainlits_get_file
from chainlit.server import upload_file as chainlits_upload_file
from chainlit.session import WebsocketSession
from chainlit.types import CallActionRequest
from chainlit.user import PersistedUser, User
from fastapi import APIRouter, Depends, FastAPI, HTTPException, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

router = APIRouter()

SignedIn = Annotated[User | PersistedUser | None, Depends(get_current_user)]


class Tapped(BaseModel):
    """A button or a card's form, as the page sends it; what is not named here is left out."""

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
    """Keep the tab's session in a cookie, by which a balancer can send it to the same process."""
    response.set_cookie("X-Chainlit-Session-id", str(tab.session_id), httponly=True, samesite="lax")
    return {"message": "Session cookie set"}


@router.post("/project/file")
async def upload_file(
    session_id: str, file: UploadFile, user: SignedIn, ask_parent_id: str | None = None
) -> Response:
    """Take a file into a session."""
    _own_session(session_id, user)
    if not file.filename or not file.content_type:
        raise HTTPException(400, "The file has no name or no type. Attach it again.")
    return await chainlits_upload_file(user, session_id, file, ask_parent_id)  # type: ignore[no-any-return]


@router.get("/project/file/{file_id}")
async def get_file(file_id: str, session_id: str, user: SignedIn) -> Response:
    """A file of a session; `guard/pages.py` sees to it that no browser shows it inline."""
    _own_session(session_id, user)
    return await chainlits_get_file(file_id, session_id, user)  # type: ignore[no-any-return]


def check_sessions(app: FastAPI) -> None:
    """Put these routes before Chainlit's own."""
    app.router.routes[:0] = router.routes


def _own_session(session_id: str, user: User | PersistedUser | None) -> None:
    if user is None:
        raise HTTPException(401, "Unauthorized")
    session = WebsocketSession.get_by_id(session_id)
    if session is None or session.user is None or session.user.identifier != user.identifier:
        raise HTTPException(404, "This tab is not known any more. Reload the page.")

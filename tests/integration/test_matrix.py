"""Every route, socket event and action, tried by nobody, a stranger, a disabled user, and forged sessions.

A real server in password mode. The routes are those that the app has: a new one fails here until somebody
has said who may use it.
"""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
import socketio

from email_assistant.chat.host.rules import BLOCKED_ROUTES
from email_assistant.guard.sessions import EPOCH, cookie_name
from email_assistant.service.accounts import open_accounts
from email_assistant.settings import Settings
from tests.integration.chainlit_client import WITH_INSTRUCTIONS, Tab
from tests.integration.processes import ROOT, ServerProcess

Json = dict[str, Any]
Route = tuple[str, str]

PASSWORD = "correct horse battery"
MAIL = "From: Ursel <ursel@example.com>\nSubject: Zeppelin\n\nShall we fly on Tuesday, with the quokka?"
SECRET_WORDS = ("Ursel", "ursel", "Zeppelin", "quokka")
"""What stands in the conversation that only Sam may see."""

PUBLIC: dict[Route, str] = {
    ("GET", "/api/docs"): "/api/docs",
    ("GET", "/api/openapi.json"): "/api/openapi.json",
    ("HEAD", "/api/openapi.json"): "/api/openapi.json",
    ("*", "/api/docs/assets"): "/api/docs/assets/x",
    ("GET", "/api/v1/health"): "/api/v1/health",
    ("GET", "/assets/{filename:path}"): "/assets/x.js",
    ("GET", "/public/{filename:path}"): "/public/style.css",
    ("GET", "/public/elements/{name}.jsx"): "/public/elements/DraftCard.jsx",
    ("GET", "/auth/config"): "/auth/config",
    ("GET", "/auth/oauth/{provider_id}"): "/auth/oauth/github",
    ("GET", "/auth/oauth/{provider_id}/callback"): "/auth/oauth/github/callback?code=x&state=x",
    ("GET", "/avatars/{avatar_id:str}"): "/avatars/default",
    ("GET", "/favicon"): "/favicon",
    ("GET", "/logo"): "/logo",
    ("GET", "/health"): "/health",
    ("GET", "/project/translations"): "/project/translations",
    ("GET", "/{full_path:path}"): "/anything",
    ("HEAD", "/"): "/",
    ("POST", "/auth/header"): "/auth/header",
    ("POST", "/login"): "/login",
    ("POST", "/logout"): "/logout",
    ("POST", "/set-session-cookie"): "/set-session-cookie",
}
"""Routes that anybody may call, and nobody learns anything from."""

SIGNED_IN: dict[Route, Json] = {
    ("GET", "/user"): {"url": "/user"},
    ("GET", "/project/settings"): {"url": "/project/settings"},
    ("POST", "/project/threads"): {
        "url": "/project/threads", "json": {"pagination": {"first": 20}, "filter": {"userId": "sam"}},
    },
    ("POST", "/project/conversations"): {"url": "/project/conversations", "json": {"search": "a"}},
    ("GET", "/api/v1/conversations"): {"url": "/api/v1/conversations"},
    ("POST", "/api/v1/create"): {"url": "/api/v1/create"},
    ("GET", "/api/v1/models"): {"url": "/api/v1/models"},
    ("GET", "/api/v1/profile"): {"url": "/api/v1/profile"},
    ("PUT", "/api/v1/profile"): {"url": "/api/v1/profile", "json": {"name": "Sam"}},
    ("PATCH", "/api/v1/profile"): {"url": "/api/v1/profile", "json": {"name": "Sam"}},
    ("GET", "/api/v1/about"): {"url": "/api/v1/about"},
    ("GET", "/api/v1/export"): {"url": "/api/v1/export"},
    ("DELETE", "/api/v1/conversations"): {"url": "/api/v1/conversations"},
}  # fmt: skip
"""Routes that show or make what is the caller's own."""

EMAIL = {"email_to_respond": "Hello", "response_instructions": "yes"}
CONVERSATION: dict[Route, Json] = {
    ("GET", "/project/thread/{thread_id}"): {"url": "/project/thread/APP"},
    ("GET", "/project/thread/{thread_id}/element/{element_id}"): {
        "url": "/project/thread/APP/element/ELEMENT",
    },
    ("PUT", "/project/thread"): {"url": "/project/thread", "json": {"threadId": "APP", "name": "Mine now"}},
    ("DELETE", "/project/thread"): {"url": "/project/thread", "json": {"threadId": "APP"}},
    ("PUT", "/project/conversations/archive"): {
        "url": "/project/conversations/archive", "json": {"ids": ["APP"], "archived": True},
    },
    ("POST", "/project/action"): {
        "url": "/project/action",
        "json": {"sessionId": "SESSION", "action": {"name": "email_text", "payload": {}, "id": "x"}},
    },
    ("POST", "/project/file"): {
        "url": "/project/file?session_id=SESSION", "files": {"file": ("a.eml", b"Hi", "message/rfc822")},
    },
    ("GET", "/project/file/{file_id}"): {"url": "/project/file/FILE?session_id=SESSION"},
    ("GET", "/api/v1/{app_id}/state"): {"url": "/api/v1/APP/state"},
    ("GET", "/api/v1/{app_id}/diff"): {"url": "/api/v1/APP/diff?from=1&to=1"},
    ("GET", "/api/v1/{app_id}/reply.eml"): {"url": "/api/v1/APP/reply.eml"},
    ("GET", "/api/v1/{app_id}/originals/{file_id}"): {"url": "/api/v1/APP/originals/FILE"},
    ("DELETE", "/api/v1/delete/{app_id}"): {"url": "/api/v1/delete/APP"},
    ("PUT", "/api/v1/ask/{app_id}"): {"url": "/api/v1/ask/APP", "json": {"question": "What does she want?"}},
    ("PUT", "/api/v1/model/{app_id}"): {"url": "/api/v1/model/APP", "json": {"model": None}},
    ("PUT", "/api/v1/archive"): {"url": "/api/v1/archive", "json": {"app_ids": ["APP"]}},
    ("POST", "/api/v1/accept/{app_id}"): {"url": "/api/v1/accept/APP"},
    ("POST", "/api/v1/reopen/{app_id}"): {"url": "/api/v1/reopen/APP"},
    ("POST", "/api/v1/retry/{app_id}"): {"url": "/api/v1/retry/APP"},
    ("POST", "/api/v1/another/{app_id}"): {"url": "/api/v1/another/APP"},
    ("POST", "/api/v1/undo/{app_id}"): {"url": "/api/v1/undo/APP"},
    ("PUT", "/api/v1/fill_gap/{app_id}"): {"url": "/api/v1/fill_gap/APP", "json": {"gap": 0, "text": "noon"}},
    ("PUT", "/api/v1/set_instructions/{app_id}"): {
        "url": "/api/v1/set_instructions/APP", "json": {"response_instructions": "say no"},
    },
    ("PUT", "/api/v1/compose/{app_id}"): {"url": "/api/v1/compose/APP", "json": {"instructions": "x"}},
    ("PUT", "/api/v1/set_header/{app_id}"): {"url": "/api/v1/set_header/APP", "json": {"subject": "x"}},
    ("PUT", "/api/v1/sign_as/{app_id}"): {"url": "/api/v1/sign_as/APP", "json": {"name": "Eve"}},
    ("PUT", "/api/v1/remove_wish/{app_id}"): {"url": "/api/v1/remove_wish/APP", "json": {"wish": 0}},
    ("POST", "/api/v1/stop/{app_id}"): {"url": "/api/v1/stop/APP"},
    ("POST", "/api/v1/learn/{app_id}"): {"url": "/api/v1/learn/APP"},
    ("PUT", "/api/v1/initialize_draft/{app_id}"): {"url": "/api/v1/initialize_draft/APP", "json": EMAIL},
    ("PUT", "/api/v1/replace_email/{app_id}"): {"url": "/api/v1/replace_email/APP", "json": EMAIL},
    ("PUT", "/api/v1/upload_email/{app_id}"): {
        "url": "/api/v1/upload_email/APP",
        "files": {"files": ("a.eml", b"Subject: Hi\n\nHi", "message/rfc822")},
    },
    ("PUT", "/api/v1/clarify_instructions/{app_id}"): {
        "url": "/api/v1/clarify_instructions/APP", "json": {"answers": ["yes"]},
    },
    ("PUT", "/api/v1/process_feedback/{app_id}"): {
        "url": "/api/v1/process_feedback/APP", "json": {"feedback": "shorter"},
    },
    ("PUT", "/api/v1/rename/{app_id}"): {"url": "/api/v1/rename/APP", "json": {"title": "Mine now"}},
    ("PUT", "/api/v1/replace_draft/{app_id}"): {"url": "/api/v1/replace_draft/APP", "json": {"body": "Mine"}},
    ("PUT", "/api/v1/restore_draft/{app_id}"): {"url": "/api/v1/restore_draft/APP", "json": {"version": 1}},
}  # fmt: skip
"""Routes of one conversation, or of one tab."""

SOCKET: Route = ("*", "/ws/socket.io")
UNHEARD = [
    "edit_message", "message_favorite", "fetch_favorites", "window_message", "audio_start", "audio_chunk",
    "audio_end", "chat_settings_change", "chat_settings_edit", "anything",
]  # fmt: skip
"""Events of Chainlit that mean nothing here."""


@dataclass
class World:
    """A server with users: Sam has a conversation, Eve wants to see it, the others are out by now."""

    server: ServerProcess
    settings: Settings
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    app_id: str = ""
    element_id: str = ""

    @property
    def secret(self) -> str:
        return (self.settings.data_dir / "secret").read_text()

    def session(self, secret: str | None = None, algorithm: str = "HS256", **claims: Any) -> dict[str, str]:
        """Return a cookie with a session as Chainlit signs it, but for what is given."""
        now = int(time.time())
        said = {"identifier": "sam", "metadata": {EPOCH: 0}, "iat": now, "exp": now + 600} | claims
        key = "" if algorithm == "none" else secret or self.secret
        return {cookie_name(self.secret): jwt.encode(said, key, algorithm=algorithm)}

    def client(self, cookies: dict[str, str] | None = None, **how: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.server.url, cookies=cookies, timeout=30, **how)


class SignedInTab(Tab):
    """A tab of somebody who has a session."""

    def __init__(self, world: World, cookies: dict[str, str], **how: Any) -> None:
        super().__init__(world.server.url, **how)
        self.http.cookies.update(cookies)

    async def connect(self, *, origin: str | None = None, sign_in: bool = False) -> None:
        await super().connect(origin=origin, sign_in=sign_in)


async def _prepare(world: World) -> None:
    async with open_accounts(world.settings) as accounts:
        for name in ("sam", "eve", "kim", "lou"):
            await accounts.add(name, PASSWORD)
            world.tokens[name] = await accounts.create_token(name, "laptop")
        world.tokens["revoked"] = await accounts.create_token("sam", "lost")
        await accounts.revoke_token("sam", "lost")
    world.server.start()
    for name in ("sam", "eve", "kim", "lou"):
        async with world.client() as client:
            signed_in = await client.post("/login", data={"username": name, "password": PASSWORD})
            assert signed_in.json() == {"success": True}
            world.cookies[name] = dict(client.cookies)
    async with SignedInTab(world, world.cookies["sam"]) as tab:
        await tab.say(f"Instructions: say yes\n\n{MAIL}")
        world.app_id = tab.conversation
        world.element_id = tab.page.elements[-1]["id"]
    async with open_accounts(world.settings) as accounts:
        await accounts.disable("kim")
        await accounts.sign_out_everywhere("lou")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    data_dir = tmp_path_factory.mktemp("matrix") / "data"
    server = ServerProcess(data_dir)
    server.environment |= {
        "EMAIL_ASSISTANT_AUTH": "password",
        "EMAIL_ASSISTANT_REQUESTS_PER_MINUTE": "100000",
    }
    world = World(server, Settings(data_dir=data_dir))
    asyncio.run(_prepare(world))
    yield world
    server.stop()
    assert "Traceback" not in server.output(), server.output()


def _tampered(cookies: dict[str, str], world: World) -> dict[str, str]:
    """Return a session of Eve's whose signature was kept and whose name is Sam's."""
    head, _, signature = cookies[cookie_name(world.secret)].split(".")
    body = (
        base64.urlsafe_b64encode(json.dumps({"identifier": "sam", "exp": 9**11}).encode())
        .decode()
        .rstrip("=")
    )
    return {cookie_name(world.secret): f"{head}.{body}.{signature}"}


INTRUDERS: dict[str, Callable[[World], dict[str, str]]] = {
    "nobody": lambda world: {},
    "a disabled user": lambda world: world.cookies["kim"],
    "a user who signed out everywhere": lambda world: world.cookies["lou"],
    "a session signed with another key": lambda world: world.session("x" * 64),
    "a session without a signature": lambda world: world.session(algorithm="none"),
    "a session whose name was changed": lambda world: _tampered(world.cookies["eve"], world),
    "a session that ran out": lambda world: world.session(exp=int(time.time()) - 1),
    "a session without an end": lambda world: world.session(exp=None),
    "a session of an earlier epoch": lambda world: world.session(metadata={EPOCH: -1}),
    "a session without an epoch": lambda world: world.session(metadata={}),
    "a session of nobody": lambda world: world.session(identifier="nobody"),
    "a session of the local user": lambda world: world.session(identifier="local", metadata={}),
    "a session in pieces": lambda world: {
        f"{cookie_name(world.secret)}_0": world.cookies["kim"][cookie_name(world.secret)]
    },
    "no session": lambda world: {cookie_name(world.secret): "x.y.z"},
}


@pytest.fixture(params=INTRUDERS)
async def intruder(world: World, request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    """Return somebody who has no valid session."""
    async with world.client(INTRUDERS[request.param](world)) as client:
        yield client


async def _ask(client: httpx.AsyncClient, route: Route, request: Json, **ids: str) -> httpx.Response:
    """Make a request, with the ids in their places."""
    filled = json.dumps({name: value for name, value in request.items() if name != "files"})
    for name, value in ids.items():
        filled = filled.replace(name, value)
    files = {"files": request["files"]} if "files" in request else {}
    return await client.request(route[0], **json.loads(filled), **files)


def _without_ids(text: str, ids: dict[str, str]) -> str:
    for name, value in ids.items():
        text = text.replace(value, name)
    return text


def test_somebody_has_said_of_every_route_and_event_who_may_use_it(tmp_path: Path) -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "tests.integration.every_route", str(tmp_path)],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    found = json.loads(printed.stdout)

    routes = {tuple(route) for route in found["routes"]}
    blocked = {
        route
        for route in routes
        if any(route[1] == path or route[1].startswith(f"{path}/") for path in BLOCKED_ROUTES)
    }
    assert routes - blocked == {*PUBLIC, *SIGNED_IN, *CONVERSATION, SOCKET}
    assert found["events"] == [
        "chat_settings_change", "clear_session", "client_message", "connect", "connection_successful",
        "disconnect", "stop",
    ]  # fmt: skip
    assert found["actions"] == [
        "answer_instead", "begin_anew", "changes", "draft", "email_text", "just_write", "keep_refinement",
        "learn", "original", "recipients", "reply_choice", "reply_file", "reply_link", "say",
        "settings_changed", "unlearn",
    ]  # fmt: skip


async def test_what_anybody_may_call_tells_nothing(world: World) -> None:
    async with world.client() as client:
        for (method, _), path in PUBLIC.items():
            answer = await client.request("GET" if method == "*" else method, path)
            assert answer.status_code < 500, path
            assert not any(word in answer.text for word in SECRET_WORDS), path


async def test_without_a_session_that_holds_every_other_route_answers_alike(
    world: World, intruder: httpx.AsyncClient
) -> None:
    ids = {"APP": world.app_id, "ELEMENT": world.element_id, "SESSION": str(uuid.uuid4()), "FILE": "x"}
    for route, request in (SIGNED_IN | CONVERSATION).items():
        answer = await _ask(intruder, route, request, **ids)
        assert answer.status_code == 401, route
        assert not any(word in answer.text for word in SECRET_WORDS), route


@pytest.mark.parametrize("token", ["revoked", "kim", "session", "x", "email-assistant-x"])
async def test_without_a_token_that_holds_the_api_answers_alike(world: World, token: str) -> None:
    sent = world.tokens.get(token, token)
    if token == "session":
        sent = world.cookies["sam"][cookie_name(world.secret)]
    async with world.client(headers={"Authorization": f"Bearer {sent}"}) as client:
        for route, request in (SIGNED_IN | CONVERSATION).items():
            answer = await _ask(client, route, request, APP=world.app_id, ELEMENT="x", SESSION="x", FILE="x")
            assert answer.status_code == 401, route


async def test_a_token_opens_the_api_to_its_owner_and_nothing_of_the_page(world: World) -> None:
    async with world.client(headers={"Authorization": f"Bearer {world.tokens['sam']}"}) as sams:
        assert (await sams.get(f"/api/v1/{world.app_id}/state")).status_code == 200
        assert (await sams.get(f"/project/thread/{world.app_id}")).status_code == 401
        assert (await sams.get("/user")).status_code == 401
    async with world.client(headers={"Authorization": f"Bearer {world.tokens['eve']}"}) as eves:
        assert (await eves.get(f"/api/v1/{world.app_id}/state")).status_code == 404


async def test_to_another_user_a_conversation_is_as_unknown_as_one_that_is_not_there(world: World) -> None:
    async with SignedInTab(world, world.cookies["sam"], thread_id=world.app_id) as sams, world.client(
        world.cookies["eve"]
    ) as eve:  # fmt: skip
        before = await sams.thread()
        for route, request in CONVERSATION.items():
            foreign = {
                "APP": world.app_id, "ELEMENT": world.element_id, "SESSION": sams.session_id, "FILE": "x",
            }  # fmt: skip
            unknown = {name: str(uuid.uuid4()) for name in foreign}
            answers = [await _ask(eve, route, request, **ids) for ids in (foreign, unknown)]
            texts = [
                _without_ids(answer.text, ids)
                for answer, ids in zip(answers, (foreign, unknown), strict=True)
            ]
            assert [answer.status_code for answer in answers] == [404, 404], route
            assert texts[0] == texts[1], route
        assert await sams.thread() == before


async def test_lists_show_nobody_elses(world: World) -> None:
    async with world.client(world.cookies["eve"]) as eve:
        for route, request in SIGNED_IN.items():
            answer = await _ask(eve, route, request)
            assert answer.status_code < 300, route
            assert world.app_id not in answer.text
            assert not any(word in answer.text for word in SECRET_WORDS)
        assert (await eve.get("/user")).json()["identifier"] == "eve"


async def test_a_route_that_means_nothing_here_is_unknown_to_its_owner_too(world: World) -> None:
    async with world.client(world.cookies["sam"]) as sam:
        for path in BLOCKED_ROUTES:
            for method in ("GET", "POST", "PUT", "DELETE"):
                answer = await sam.request(method, path, json={"threadId": world.app_id, "isShared": True})
                assert (answer.status_code, answer.json()["detail"]) == (404, "Not Found")


async def _is_refused(tab: Tab) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        await tab.connect()
    await tab.drop()
    await tab.http.aclose()


# --- sockets ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", INTRUDERS)
async def test_without_a_session_that_holds_no_socket_opens(world: World, who: str) -> None:
    await _is_refused(SignedInTab(world, INTRUDERS[who](world), thread_id=world.app_id))


@pytest.mark.parametrize("session_id", ["../../../victim", "/victim", "..", "", "x", None, 1, {"a": 1}])
async def test_a_tab_that_is_no_uuid_is_refused_and_its_folder_stays(
    world: World, tmp_path: Path, session_id: Any
) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    named = str(victim) if session_id == "/victim" else session_id
    tab = SignedInTab(world, world.cookies["eve"])
    tab.session_id = named
    await _is_refused(tab)

    assert victim.is_dir()


async def test_another_users_tab_cannot_be_taken_over(world: World) -> None:
    async with SignedInTab(world, world.cookies["sam"], thread_id=world.app_id) as sams:
        thief = SignedInTab(world, world.cookies["eve"], session_id=sams.session_id)
        await _is_refused(thief)

        assert (await sams.thread())["userIdentifier"] == "sam"


async def test_another_users_conversation_opens_like_an_unknown_one(world: World) -> None:
    async with world.client(world.cookies["sam"]) as sam:
        before = (await sam.get(f"/api/v1/{world.app_id}/state")).json()
    seen = []
    for app_id in (world.app_id, str(uuid.uuid4())):
        async with SignedInTab(world, world.cookies["eve"], thread_id=app_id) as tab:
            said = await tab.say("Shall we move the call?")
            answers: list[Any] = [
                list(said.problems),
                [text.replace(app_id, "APP") for text in said.outputs()],
            ]
            for action, payload in {
                "changes": {"version": 2},
                "draft": {"version": 1},
                "answer_instead": {},
                "begin_anew": {},
                "email_text": {},
                "just_write": {},
                "original": {"file_id": "x"},
                "recipients": {"field": "to"},
                "reply_choice": {},
                "reply_file": {"quote": True},
                "reply_link": {"quote": True},
                "settings_changed": {},
            }.items():
                answers.append(await tab.act(action, payload))
            await tab.tap(text="Accept", seen=None)
            await tab.stop()
            answers.append([toast.replace(app_id, "APP") for toast in tab.page.toasts])
            # What they said began a conversation of their own, with a draft of its own.
            drafts = [card.get("body") for card in tab.page.cards("DraftCard")]
            shown = str((answers, tab.page.outputs(), drafts))
            assert not any(word in shown for word in SECRET_WORDS)
            seen.append(answers)
    assert seen[0] == seen[1]
    async with world.client(world.cookies["sam"]) as sam:
        assert (await sam.get(f"/api/v1/{world.app_id}/state")).json() == before


async def test_events_that_mean_nothing_here_are_not_heard(world: World) -> None:
    async with SignedInTab(world, world.cookies["sam"], thread_id=world.app_id) as tab:
        before = await tab.projected()
        message = {"message": tab.page.typed("forged"), "fileReferences": None}
        tab.page.steps.pop()
        for event in UNHEARD:
            await tab._emit(event, message)
        await tab._emit("client_message", {"message": {"id": "x"}})
        await tab._emit("client_message")
        await tab.page.until(lambda page: len(page.toasts) == 2)

        assert await tab.projected() == before


async def test_a_socket_closes_when_its_user_is_disabled(world: World) -> None:
    async with open_accounts(world.settings) as accounts:
        await accounts.add("mia", PASSWORD)
        async with world.client() as client:
            await client.post("/login", data={"username": "mia", "password": PASSWORD})
            cookies = dict(client.cookies)
        async with SignedInTab(world, cookies) as tab:
            await accounts.disable("mia")
            closed = asyncio.Event()
            assert tab._socket
            tab._socket.on("disconnect", lambda *_: closed.set())
            await tab.send(WITH_INSTRUCTIONS)
            async with asyncio.timeout(20):
                await closed.wait()

            assert (await tab.http.get("/user")).status_code == 401
            assert tab.page.outputs() == []


# --- signing in ---------------------------------------------------------------------------------------------


async def test_signing_in_says_the_same_of_a_wrong_password_and_of_an_unknown_and_a_disabled_user(
    world: World,
) -> None:
    async with world.client() as client:
        answers = [
            await client.post("/login", data={"username": name, "password": password})
            for name, password in (("eve", "wrong"), ("nobody", PASSWORD), ("kim", PASSWORD))
        ]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.text for answer in answers} == {answers[0].text}
    assert "Check both and try again" in answers[0].json()["detail"]
    assert not any(answer.cookies for answer in answers)


async def test_after_too_many_attempts_one_reads_how_long_to_wait(world: World) -> None:
    async with world.client() as client:
        for _ in range(5):
            await client.post("/login", data={"username": "victim", "password": "wrong"})
        answer = await client.post("/login", data={"username": "victim", "password": "wrong"})
    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.json()["detail"]
    assert 0 < int(answer.headers["retry-after"]) <= 900


async def test_signing_out_takes_the_session_from_the_browser(world: World) -> None:
    async with world.client() as client:
        await client.post("/login", data={"username": "eve", "password": PASSWORD})
        assert (await client.get("/user")).status_code == 200
        await client.post("/logout")
        assert (await client.get("/user")).status_code == 401

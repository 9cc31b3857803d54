"""What this product reaches into of Chainlit beyond its public API, and of python-socketio through it.

Everything is named here once. A version of Chainlit that changes something of it fails here, with a message
that names the files that need it, and a new reach into Chainlit fails until it is named here.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from email_assistant.chat.host.rules import BLOCKED_ROUTES
from email_assistant.guard.security_headers import _FOREIGN_LINK, _INLINE_SCRIPT

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "email_assistant"
PAGE = ROOT / "public"

Files = dict[str, set[str]]

IMPORTED = {
    "chainlit.auth:create_jwt": "(data)",
    "chainlit.auth:get_current_user": "(token=)",
    "chainlit.auth:get_token_from_cookies": "(cookies)",
    "chainlit.auth:set_auth_cookie": "(request, response, token)",
    "chainlit.config:config": "ChainlitConfig",
    "chainlit.context:ChainlitContextException": "exception",
    "chainlit.context:init_ws_context": "(session_or_sid)",
    "chainlit.data.base:BaseDataLayer": "()",
    "chainlit.element:Element": (
        "(thread_id=, name=, id=, chainlit_key=, url=, object_key=, path=, content=, display=, size=, "
        "for_id=, language=, mime=)"
    ),
    "chainlit.element:ElementDict": (
        "{id, threadId, type, chainlitKey, path, url, objectKey, name, display, size, language, page, props, "
        "autoPlay, playerConfig, forId, mime}"
    ),
    "chainlit.oauth_providers:get_configured_oauth_providers": "()",
    "chainlit.server:_authenticate_user": "(request, user, redirect_to_callback=)",
    "chainlit.server:app": "(scope, receive, send)",
    "chainlit.server:call_action": "(payload, current_user)",
    "chainlit.server:get_file": "(file_id, session_id, current_user)",
    "chainlit.server:sio": "AsyncServer",
    "chainlit.server:upload_file": "(current_user, session_id, file, ask_parent_id=)",
    "chainlit.session:BaseSession": (
        "(id, client_type, thread_id, user, token, user_env, environ=, chat_profile=)"
    ),
    "chainlit.session:WebsocketSession": (
        "(id, socket_id, emit, emit_call, user_env, client_type, environ=, thread_id=, user=, token=, "
        "chat_profile=)"
    ),
    "chainlit.session:ws_sessions_id": "dict",
    "chainlit.step:StepDict": (
        "{name, type, id, threadId, parentId, command, modes, streaming, waitForAnswer, isError, metadata, "
        "tags, input, output, createdAt, start, end, generation, showInput, defaultOpen, autoCollapse, "
        "language, icon, feedback}"
    ),
    "chainlit.types:CallActionRequest": "(*, action, sessionId)",
    "chainlit.types:Feedback": "(forId, value, threadId=, id=, comment=)",
    "chainlit.types:PageInfo": "(hasNextPage, startCursor, endCursor)",
    "chainlit.types:PaginatedResponse": "(pageInfo, data)",
    "chainlit.types:Pagination": "(*, first, cursor=)",
    "chainlit.types:ThreadDict": (
        "{id, createdAt, name, userId, userIdentifier, tags, metadata, steps, elements}"
    ),
    "chainlit.types:ThreadFilter": "(*, feedback=, userId=, search=)",
    "chainlit.utils:utc_now": "()",
}
"""What is imported, with its shape: parameters of what is called, fields of a TypedDict, else its type."""

HOLDERS = {
    "chainlit_config": "chainlit.config:config",
    "emitter": "chainlit.emitter:ChainlitEmitter",
    "session": "chainlit.session:WebsocketSession",
    "sio": "chainlit.server:sio",
    "WebsocketSession": "chainlit.session:WebsocketSession",
}
"""What our variables of these names hold, in the files of the wall."""

WALL = "chat/host/"
"""Where alone the insides of Chainlit are imported."""

INSIDE_BY_A_PUBLIC_NAME = {"chainlit:chat_context", "chainlit:context"}
"""Public, and the way to the session and the emitter, which are not."""

OUTSIDE = {
    "chainlit",
    "chainlit.data.base",
    "chainlit.element",
    "chainlit.step",
    "chainlit.types",
    "chainlit.user",
    "chainlit.utils",
}
"""What may be imported elsewhere: the base class of a data layer, and the types of what Chainlit is given."""

USED = {
    "chainlit.config:config.code.header_auth_callback": "NoneType",
    "chainlit.config:config.ui.custom_css": "NoneType",
    "chainlit.config:config.ui.default_theme": "str",
    "chainlit.emitter:ChainlitEmitter.delete_step": "(step_dict)",
    "chainlit.emitter:ChainlitEmitter.emit": "(event, data)",
    "chainlit.emitter:ChainlitEmitter.resume_thread": "(thread_dict)",
    "chainlit.emitter:ChainlitEmitter.send_element": "(element_dict)",
    "chainlit.emitter:ChainlitEmitter.send_step": "(step_dict)",
    "chainlit.emitter:ChainlitEmitter.send_toast": "(message, type=)",
    "chainlit.emitter:ChainlitEmitter.send_token": "(id, token, is_sequence=, is_input=)",
    "chainlit.emitter:ChainlitEmitter.task_end": "()",
    "chainlit.emitter:ChainlitEmitter.task_start": "()",
    "chainlit.server:sio.eio.max_http_buffer_size": "int",
    "chainlit.server:sio.eio.transports": "list",
    "chainlit.server:sio.emit": "(event, data=, to=, room=, skip_sid=, namespace=, callback=, ignore_queue=)",
    "chainlit.server:sio.handlers": "dict",
    "chainlit.server:sio.manager.is_connected": "(sid, namespace)",
    "chainlit.session:WebsocketSession.current_task": "NoneType",
    "chainlit.session:WebsocketSession.delete": "()",
    "chainlit.session:WebsocketSession.files": "dict",
    "chainlit.session:WebsocketSession.get": "(socket_id)",
    "chainlit.session:WebsocketSession.get_by_id": "(session_id)",
    "chainlit.session:WebsocketSession.has_first_interaction": "bool",
    "chainlit.session:WebsocketSession.language": "str",
    "chainlit.session:WebsocketSession.restored": "bool",
    "chainlit.session:WebsocketSession.socket_id": "str",
    "chainlit.session:WebsocketSession.thread_id": "str",
    "chainlit.session:WebsocketSession.thread_id_to_resume": "NoneType",
    "chainlit.session:WebsocketSession.user": "NoneType",
}
"""What is read, set or called of what was imported; a type is that of a new session or of no setting."""

RELIED_ON = {
    "chainlit.context:ChainlitContext": ("(session, emitter=)", "chat/host/page.py"),
    "chainlit.data.base:BaseDataLayer.build_debug_url": ("(self)", "chat/threads.py"),
    "chainlit.data.base:BaseDataLayer.close": ("(self)", "chat/threads.py"),
    "chainlit.data.base:BaseDataLayer.create_element": ("(self, element)", "chat/threads.py"),
    "chainlit.data.base:BaseDataLayer.create_step": ("(self, step_dict)", "chat/threads.py"),
    "chainlit.data.base:BaseDataLayer.create_user": ("(self, user)", "chat/threads.py"),
    "chainlit.data.base:BaseDataLayer.delete_element": ("(self, element_id, thread_id=)", "chat/threads.py"),
    "chainlit.data.base:BaseDataLayer.delete_feedback": ("(self, feedback_id)", "chat/threads.py"),
    "chainlit.data.base:BaseDataLayer.delete_step": ("(self, step_id)", "chat/threads.py"),
    "chainlit.data.base:BaseDataLayer.delete_thread": ("(self, thread_id)", "chat/threads.py"),
    "chainlit.data.base:BaseDataLayer.get_element": ("(self, thread_id, element_id)", "chat/threads.py"),
    "chainlit.data.base:BaseDataLayer.get_favorite_steps": ("(self, user_id)", "chat/threads.py"),
    "chainlit.data.base:BaseDataLayer.get_thread": ("(self, thread_id)", "chat/threads.py"),
    "chainlit.data.base:BaseDataLayer.get_thread_author": ("(self, thread_id)", "chat/threads.py"),
    "chainlit.data.base:BaseDataLayer.get_user": ("(self, identifier)", "chat/threads.py"),
    "chainlit.data.base:BaseDataLayer.list_threads": ("(self, pagination, filters)", "chat/threads.py"),
    "chainlit.data.base:BaseDataLayer.update_step": ("(self, step_dict)", "chat/threads.py"),
    "chainlit.data.base:BaseDataLayer.update_thread": (
        "(self, thread_id, name=, user_id=, metadata=, tags=)", "chat/threads.py",
    ),
    "chainlit.data.base:BaseDataLayer.upsert_feedback": ("(self, feedback)", "chat/threads.py"),
    "chainlit.socket:WebSocketSessionAuth": (
        "{sessionId, userEnv, clientType, chatProfile, threadId}", "chat/host/sockets.py",
    ),
    "chainlit.types:FileDict": ("{id, name, path, size, type}", "chat/host/sockets.py"),
    "chainlit.types:MessagePayload": ("{message, fileReferences}", "chat/host/sockets.py"),
}  # fmt: skip
"""What none of our names says: what Chainlit calls of ours, gives to it or takes from it."""

EVENTS = {
    "chat_settings_change": "(sid, settings)",
    "clear_session": "(sid)",
    "client_message": "(sid, payload)",
    "connect": "(sid, environ, auth)",
    "connection_successful": "(sid)",
    "disconnect": "(sid)",
    "stop": "(sid)",
}
"""Chainlit's handlers of the socket events that `chat/host/sockets.py` lets through."""

ROUTES = {
    ("*", "/ws/socket.io"): "guard/edge.py",
    ("GET", "/assets/{filename:path}"): "guard/authentication.py",
    ("GET", "/public/{filename:path}"): "guard/authentication.py",
    ("GET", "/project/file/{file_id}"): "chat/host/routes.py",
    ("GET", "/project/translations"): "public/words.js",
    ("POST", "/auth/header"): "chat/host/auto_sign_in.py",
    ("POST", "/login"): "chat/host/sign_in.py",
    ("POST", "/logout"): "guard/authentication.py",
    ("POST", "/project/action"): "chat/host/routes.py",
    ("POST", "/project/file"): "chat/host/routes.py",
    ("POST", "/set-session-cookie"): "chat/host/routes.py",
    ("GET", "/project/share/{thread_id}"): "chat/host/rules.py",
    ("PUT", "/project/thread/share"): "chat/host/rules.py",
    ("PUT", "/feedback"): "chat/host/rules.py",
    ("DELETE", "/feedback"): "chat/host/rules.py",
    ("PUT", "/project/element"): "chat/host/rules.py",
    ("DELETE", "/project/element"): "chat/host/rules.py",
    ("POST", "/mcp"): "chat/host/rules.py",
    ("DELETE", "/mcp"): "chat/host/rules.py",
    ("POST", "/auth/jwt"): "chat/host/rules.py",
    ("POST", "/auth/oauth/azure-ad-hybrid/callback"): "chat/host/rules.py",
    ("GET", "/copilot/{filename:path}"): "chat/host/rules.py",
    ("GET", "/docs"): "chat/host/rules.py",
    ("GET", "/redoc"): "chat/host/rules.py",
    ("GET", "/openapi.json"): "chat/host/rules.py",
}
"""Chainlit's routes that we stand before, call or close, by method and path, with the file that does."""

ADDED_WITH_A_BOT = {"/slack", "/teams"}
"""Routes that `chat/host/rules.py` blocks, and that Chainlit has only where a bot is set up."""

SOURCES = {
    "auth/cookie.py": {"CHAINLIT_AUTH_COOKIE_NAME": "chat/host/environment.py"},
    "auth/jwt.py": {"CHAINLIT_AUTH_SECRET": "chat/host/environment.py"},
    "config.py": {"CHAINLIT_APP_ROOT": "chat/host/environment.py", '".files"': "chat/host/environment.py"},
    "server.py": {
        "CHAINLIT_URL": "chat/host/environment.py",
        "<!-- JS INJECTION PLACEHOLDER -->": "guard/security_headers.py",
    },
    "socket.py": {
        'Message(content="Task manually stopped.")': "chat/host/session.py",
        "session.current_task.cancel()": "chat/host/session.py",
        "if context.session.thread_id_to_resume and config.code.on_chat_resume": "chat/host/sockets.py",
        "if context.session.restored and not context.session.has_first_interaction": "chat/host/sockets.py",
        "await config.code.on_chat_resume(thread)": "chat/door.py",
        "await context.emitter.resume_thread(thread)": "chat/door.py",
    },
}
"""Words of Chainlit's own source, by its file, with the file of ours that counts on them."""

ELEMENT_IDS = {
    "attachments",
    "chat-input",
    "chat-submit",
    "header",
    "message-composer",
    "new-chat-button",
    "readme-button",
    "search-chats-button",
    "session-error",
    "sidebar-trigger-button",
    "starters",
    "stop-button",
    "theme-toggle",
    "thread-history",
    "upload-button",
    "upload-button-input",
    "upload-button-loading",
    "user-nav-button",
    "welcome-screen",
}
"""Elements of Chainlit's page that ours address by their id."""

OTHER_HOOKS = {
    "ai-message": ("style.css", "ai-message"),
    "loading-cursor": ("style.css", "loading-cursor"),
    "bottom-4": ("labels.js", "absolute bottom-4 "),
    "message-content": ("style.css", "message-content"),
    "overflow-y-auto": ("style.css", "overflow-y-auto"),
    "rounded-3xl": ("style.css", "rounded-3xl"),
    "watermark": ("style.css", "watermark"),
    "data-step-type": ("style.css", '"data-step-type"'),
    "circle.text-primary": ("pasted.js", "text-primary"),
    "client_message": ("socket.js", '"client_message"'),
    "fileReferences": ("socket.js", "fileReferences"),
    "sessionId": ("socket.js", "sessionId"),
    "window.WebSocket": ("socket.js", ".WebSocket||"),
    "resume_thread": ("unsaved.js", '"resume_thread"'),
    "first_interaction": ("unsaved.js", '"first_interaction"'),
    "/project/translations": ("words.js", "/project/translations"),
    "callAction": ("elements/DraftCard.jsx", "callAction"),
    'Event("resize")': ("elements/parts/card.jsx", 'addEventListener("resize"'),
    "/thread/": ("elements/EmailCard.jsx", "/thread/"),
}
"""What else of Chainlit's page ours count on: as it stands in our file, and as it stands in the bundle."""

EMITTED = {
    "first_interaction": "chat/host/page.py",
    "remove_element": "chat/host/page.py",
    "toast": "chat/host/page.py",
}
"""Events that we send past Chainlit's emitter and that its page hears, each with the file."""

OWN_WORDS = (
    "welcome.", "unsaved.", "pasted.", "passage.", "sidebar.", "settings.", "awaited.", "keys.", "labels.",
    "auth.login.errors.", "threadHistory.thread.options",
)  # fmt: skip
"""Where the translation has words that Chainlit's own has not; it looks errors up by what the server said."""


@pytest.fixture(scope="module")
def chainlit(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Look at the installed Chainlit in a process of its own."""
    imported, _ = _reaches()
    asked = [[*IMPORTED, *USED, *RELIED_ON], [*imported]]
    printed = subprocess.run(
        [sys.executable, "-m", "tests.contract.chainlit_shapes", str(tmp_path_factory.mktemp("chainlit"))],
        input=json.dumps(asked), capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert printed.returncode == 0, f"Chainlit cannot be looked at any more:\n{printed.stderr[-3000:]}"
    found: dict[str, Any] = json.loads(printed.stdout)
    return found


@pytest.fixture(scope="module")
def bundle(chainlit: dict[str, Any]) -> str:
    """Provide the script of Chainlit's page."""
    scripts = sorted((Path(chainlit["folder"]) / "frontend/dist/assets").glob("index-*.js"))
    assert len(scripts) == 1, f"Chainlit's page has another script than before: {scripts}"
    return scripts[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*IMPORTED, *USED, *RELIED_ON])
def test_chainlit_has_what_we_reach_into(chainlit: dict[str, Any], name: str) -> None:
    if name in RELIED_ON:
        expected, file = RELIED_ON[name]
        files = {file}
    else:
        imported, used = _reaches()
        expected, files = {**IMPORTED, **USED}[name], {**imported, **used}.get(name, set())
    found = chainlit["shapes"][name]
    assert found == expected, f"{name} of Chainlit is {found} and was {expected}; needed by {_named(files)}"


def test_every_reach_into_chainlit_is_named_here(chainlit: dict[str, Any]) -> None:
    imported, used = _reaches()
    assert len(IMPORTED | USED | RELIED_ON) == len(IMPORTED) + len(USED) + len(RELIED_ON), "named twice"
    private = {name: files for name, files in imported.items() if name not in chainlit["public"]}
    reached, named = private | used, IMPORTED | USED
    new = {name: _named(files) for name, files in reached.items() if name not in named}
    assert not new, f"These are no public API of Chainlit; name them in {Path(__file__).name}: {new}"
    assert not named.keys() - reached.keys(), "These are reached into no more; take them out of the table."


def test_only_the_wall_imports_the_insides_of_chainlit(chainlit: dict[str, Any]) -> None:
    imported, _ = _reaches()
    inside = {name for name in imported if name.partition(":")[0] not in OUTSIDE}
    inside |= {name for name in imported if name.startswith("chainlit:") and name not in chainlit["public"]}
    inside |= INSIDE_BY_A_PUBLIC_NAME & imported.keys()
    elsewhere = {name: {file for file in imported[name] if not file.startswith(WALL)} for name in inside}
    through = {name: _named(files) for name, files in elsewhere.items() if files}
    assert inside
    assert not through, f"Only {WALL} may reach into these; let it offer what is needed: {through}"


def test_our_data_layer_has_every_method_that_chainlit_calls() -> None:
    prefix = "chainlit.data.base:BaseDataLayer."
    named = {name.removeprefix(prefix) for name in RELIED_ON if name.startswith(prefix)}
    tree = ast.parse((PACKAGE / "chat/threads.py").read_text(encoding="utf-8"))
    (ours,) = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    defined = {node.name for node in ours.body if isinstance(node, ast.AsyncFunctionDef)}
    assert defined == named


@pytest.mark.parametrize("event", EVENTS)
def test_chainlit_handles_the_socket_event(chainlit: dict[str, Any], event: str) -> None:
    found = chainlit["events"].get(event, "gone")
    assert found == EVENTS[event], f"the handler of {event} is {found}; needed by chat/host/sockets.py"


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_chainlit_has_the_route(chainlit: dict[str, Any], route: tuple[str, str]) -> None:
    has = [*route] in chainlit["routes"]
    assert has, f"{' '.join(route)} is gone; needed by {ROUTES[route]}"


def test_every_route_that_is_blocked_is_named_here() -> None:
    closed = {path for (_, path), file in ROUTES.items() if file == "chat/host/rules.py"} | ADDED_WITH_A_BOT
    unnamed = [
        path for path in BLOCKED_ROUTES if not any(f"{each}/".startswith(f"{path}/") for each in closed)
    ]
    assert unnamed == []


def test_a_session_is_signed_and_cut_into_cookies_as_the_guard_reads_it(chainlit: dict[str, Any]) -> None:
    assert {"identifier", "metadata", "exp"} <= {*chainlit["claims"]}, "needed by guard/sessions.py"
    assert chainlit["chunks"] == "one,two", "needed by guard/sessions.py, which takes away each part"


@pytest.mark.parametrize(
    ("file", "words"), [(file, words) for file, all_words in SOURCES.items() for words in all_words]
)
def test_chainlits_source_says(chainlit: dict[str, Any], file: str, words: str) -> None:
    source = (Path(chainlit["folder"]) / file).read_text(encoding="utf-8")
    says = words in source
    assert says, f"Chainlit's {file} says no more: {words}; needed by {SOURCES[file][words]}"


@pytest.mark.parametrize("element_id", sorted(ELEMENT_IDS))
def test_chainlits_page_has_the_element(bundle: str, element_id: str) -> None:
    files = _ids()[element_id]
    has = f'"{element_id}"' in bundle
    assert has, f"#{element_id} is gone; needed by {_named(files)}"


def test_every_element_that_our_page_addresses_is_named_here() -> None:
    assert {*_ids()} == ELEMENT_IDS | {"root", "ea-splash", "conversations", "conversations-search"}


@pytest.mark.parametrize("hook", OTHER_HOOKS)
def test_chainlits_page_has_the_hook(bundle: str, hook: str) -> None:
    file, literal = OTHER_HOOKS[hook]
    needs, has = hook in (PAGE / file).read_text(encoding="utf-8"), literal in bundle
    assert needs, f"public/{file} needs {hook} no more; take it out of the table"
    assert has, f"{literal} is gone; needed by public/{file}"


@pytest.mark.parametrize("event", EMITTED)
def test_chainlits_page_hears_the_event(bundle: str, event: str) -> None:
    assert f'emit("{event}"' in re.sub(r"\(\s+", "(", (PACKAGE / EMITTED[event]).read_text(encoding="utf-8"))
    hears = f'.on("{event}",' in bundle
    assert hears, f"the page hears {event} no more; needed by {EMITTED[event]}"


@pytest.mark.parametrize(
    "card", sorted(file.relative_to(PAGE / "elements").as_posix() for file in PAGE.rglob("*.jsx"))
)
def test_chainlit_gives_a_card_what_it_imports(bundle: str, card: str) -> None:
    source = (PAGE / "elements" / card).read_text(encoding="utf-8")
    imports = re.findall(r'^import \{([^}]+)\} from "([^.].*)"$', source, re.MULTILINE)
    assert imports
    gone = [module for _, module in imports if not re.search(rf'(?<![\w"])"?{re.escape(module)}"?:', bundle)]
    names = [name for several, _ in imports for name in re.findall(r"\w+", several)]
    gone += [name for name in names if not re.search(rf"\b{name}\b", bundle)]
    assert gone == [], f"needed by public/elements/{card}"


def test_chainlits_page_is_written_as_the_guard_reads_it(chainlit: dict[str, Any]) -> None:
    page = (Path(chainlit["folder"]) / "frontend/dist/index.html").read_bytes()
    ours = _FOREIGN_LINK.sub(b"", page)
    assert b'id="root"' in page, "needed by public/style.css"
    assert b"https://" in page
    assert b"https://" not in ours, "a link to another host is left; guard/security_headers.py takes them out"
    scripts = re.findall(rb"<script\b[^>]*>", ours)
    inline = [tag for tag in scripts if b" src=" not in tag]
    assert len(_INLINE_SCRIPT.findall(ours)) == len(inline), (
        "guard/security_headers.py must find each inline script"
    )


def test_chainlit_has_the_words_that_we_replace_or_use(chainlit: dict[str, Any]) -> None:
    from email_assistant.chat import texts

    words = json.loads((Path(chainlit["folder"]) / "translations/en-US.json").read_text(encoding="utf-8"))
    labels = (PAGE / "labels.js").read_text(encoding="utf-8")
    used = texts.CHAINLIT.keys() | {*re.findall(r'^  "[\w-]+": "(.+)"', labels, re.MULTILINE)}
    missing = {path for path in used if not _has(words, path) and not path.startswith(OWN_WORDS)}
    assert missing == set(), "needed by chat/texts.py or public/labels.js"


def _has(words: Any, path: str) -> bool:
    for name in path.split("."):
        words = words.get(name) if isinstance(words, dict) else None
    return isinstance(words, str)


@cache
def _reaches() -> tuple[Files, Files]:
    """Return what we import of Chainlit, and what we use of `HOLDERS`, each with our files."""
    imported: Files = defaultdict(set)
    used: Files = defaultdict(set)
    for path in sorted(PACKAGE.rglob("*.py")):
        file = path.relative_to(PACKAGE).as_posix()
        source = path.read_text(encoding="utf-8")
        if "chainlit" not in source and not file.startswith("chat/"):
            continue
        for node in ast.walk(ast.parse(source)):
            for name in _imports(node):
                imported[name].add(file)
            if isinstance(node, ast.Attribute) and file.startswith(WALL):
                for name in _uses(node):
                    used[name].add(file)
    return imported, used


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "chainlit":
        return [f"{node.module}:{alias.name}" for alias in node.names]
    if isinstance(node, ast.Import):  # the package itself is public, what is looked up in it may not be
        return [alias.name for alias in node.names if alias.name.startswith("chainlit.")]
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "cl":
        return [f"chainlit:{node.attr}"]
    return []


def _uses(node: ast.Attribute) -> list[str]:
    """Return what `node` is an attribute of, from the last holder on, unless it only leads to another one."""
    parts: list[str] = []
    inner: ast.expr = node
    while isinstance(inner, ast.Attribute):
        parts.insert(0, inner.attr)
        inner = inner.value
    parts.insert(0, inner.id if isinstance(inner, ast.Name) else "")
    held = [index for index, part in enumerate(parts[:-1]) if part in HOLDERS]
    if not held:
        return []
    name = f"{HOLDERS[parts[held[-1]]]}.{'.'.join(parts[held[-1] + 1 :])}"
    if any(longer.startswith(f"{name}.") for longer in USED):
        return []
    # What is done with a value of ours or of Python, as `files.pop`, is no matter of Chainlit.
    return [next((named for named in USED if name.startswith(f"{named}.")), name)]


@cache
def _ids() -> Files:
    """Return the ids that our page addresses, with our files."""
    found: Files = defaultdict(set)
    for path in [*PAGE.glob("*.js"), *PAGE.glob("*.css"), *PAGE.rglob("*.jsx")]:
        source = path.read_text(encoding="utf-8")
        ids = re.findall(r"""(?<![\w/&])#([a-z][\w-]*)""", source)
        if path.name == "labels.js":
            ids += re.findall(r'^  "([\w-]+)": "', source, re.MULTILINE)
        for each in ids:
            found[each].add(f"public/{path.name}")
    return found


def _named(files: set[str]) -> str:
    return ", ".join(sorted(files)) or "nothing any more"

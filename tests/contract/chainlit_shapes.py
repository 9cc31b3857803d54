"""Prints as JSON how Chainlit is made inside. Run in a process of its own: importing it changes the process.

Standard input has, as JSON, two lists of names: those whose shape is asked for, and those of which is asked
whether they are part of the public API.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any


def main(folder: str) -> dict[str, Any]:
    os.environ["CHAINLIT_APP_ROOT"] = folder
    os.environ["CHAINLIT_AUTH_SECRET"] = "a secret that is long enough for HS256"
    import chainlit
    import jwt
    from chainlit.auth import create_jwt, get_token_from_cookies
    from chainlit.emitter import ChainlitEmitter
    from chainlit.server import app, sio
    from chainlit.session import WebsocketSession

    from tests.contract.shapes import shape, shape_of
    from tests.integration.every_route import routes

    def emit(event: str, data: Any) -> None: ...

    session = WebsocketSession("id", "socket", emit, lambda *_: None, {}, "webapp")
    instances = {
        "chainlit.session:WebsocketSession": session,
        "chainlit.emitter:ChainlitEmitter": ChainlitEmitter(session),
    }
    shaped, imported = json.load(sys.stdin)
    token = create_jwt(chainlit.User(identifier="sam", metadata={"epoch": 1}))
    cookie = os.environ.get("CHAINLIT_AUTH_COOKIE_NAME", "access_token")
    return {
        "shapes": {name: shape_of(name, instances) for name in shaped},
        "public": [name for name in imported if _is_public(name)],
        "routes": sorted(set(routes(app.routes))),
        "events": {event: shape(handler) for event, handler in sio.handlers["/"].items()},
        "claims": sorted(jwt.decode(token, options={"verify_signature": False})),
        "chunks": get_token_from_cookies({f"{cookie}_0": "one,", f"{cookie}_1": "two"}),
        "folder": str(Path(chainlit.__file__).parent),
    }


def _is_public(name: str) -> bool:
    """Return whether `chainlit` exports it, also where it is imported from the module that defines it."""
    import chainlit

    from tests.contract.shapes import find

    own = name.partition(":")[2]
    try:
        return own in chainlit.__all__ and getattr(chainlit, own) is find(name)
    except (ImportError, AttributeError):
        return False


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1])))

"""Prints every route of the app as JSON: its method, or `*`, and its path. Run in a process of its own."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from email_assistant.server import create_app
from email_assistant.settings import Settings


def routes(candidates: list[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for route in candidates:
        if router := getattr(route, "original_router", None):  # how FastAPI includes a router
            yield from routes(router.routes, prefix + route.include_context.prefix)
            continue
        path = prefix + route.path
        if methods := getattr(route, "methods", None):
            yield from ((method, path) for method in methods)
        elif below := getattr(route, "routes", None):
            yield from routes(below, path)
        else:
            yield "*", path


async def main(data_dir: Path) -> dict[str, Any]:
    """Return what a server answers once it has started."""
    app = create_app(Settings(data_dir=data_dir, auth="password"))
    from chainlit.config import config
    from chainlit.server import sio

    async with app.router.lifespan_context(app):
        return {
            "routes": sorted(set(routes(app.routes))),
            "events": sorted(sio.handlers["/"]),
            "actions": sorted(config.code.action_callbacks),
        }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main(Path(sys.argv[1])))))

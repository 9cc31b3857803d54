"""What the server holds Chainlit to from outside. Nothing of Chainlit is imported here."""

from __future__ import annotations

MAX_SOCKET_MESSAGE = 8 * 1024 * 1024
"""Bytes of one chat message; python-socketio would drop the connection above 1 MB without a word."""

BLOCKED_ROUTES = {
    "/project/thread/share": "nothing is shared, and Chainlit shares also where sharing is off",
    "/project/share": "nothing is shared",
    "/feedback": "there are no thumbs, and Chainlit checks nobody's right to them",
    "/project/element": "cards are computed from the state; a browser cannot change them",
    "/mcp": "no tools: a mail could speak to them",
    "/auth/jwt": "would make a session that ends out of one that ended",
    "/auth/oauth/azure-ad-hybrid": "its callback does not check that the browser began the sign-in",
    "/docs": "Chainlit's own description of itself, which loads from elsewhere; ours is at /api/docs",
    "/redoc": "the same",
    "/openapi.json": "the same",
    "/copilot": "no other site shows this one inside",
    "/slack": "no chat elsewhere",
    "/teams": "no chat elsewhere",
}
"""Chainlit's routes that have no use here, each with the reason; they answer 404."""

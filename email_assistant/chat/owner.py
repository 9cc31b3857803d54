"""On whose behalf a callback runs."""

from __future__ import annotations

from chainlit.context import context


def owner() -> str:
    """The user who is signed in at this session."""
    user = context.session.user
    return user.identifier if user else ""

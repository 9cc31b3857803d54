"""All that is kept of a person, as one ZIP file that is written while it is sent."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from email_assistant.errors import ConversationNotFound
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.document import state_of

MAX_NAME = 100
"""Characters of an original's name that are kept in the archive."""

_UNSAFE = re.compile(r"[^\w.() -]")


def export_filename(moment: datetime | None = None) -> str:
    """Return what the file is called."""
    return f"email-assistant-{moment or datetime.now(UTC):%Y-%m-%d}.zip"


async def exported(assistant: EmailAssistant, owner: str) -> AsyncGenerator[bytes, None]:
    """Yield the file in pieces: the profile, each conversation as JSON, and the original emails.

    One conversation or one original is in memory at a time. A conversation that is deleted meanwhile is left
    out.
    """
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:

        async def add(name: str, content: str | bytes, moment: datetime) -> bytes:
            entry = ZipInfo(name, moment.timetuple()[:6])
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
            await asyncio.to_thread(archive.writestr, entry, content)
            return sink.take()

        profile = await assistant.preferences(owner)
        yield await add("profile.json", _json(profile.model_dump(mode="json")), datetime.now(UTC))
        for app_id in await assistant.ids(owner, begun=True):
            try:
                view = await assistant.view(owner, app_id)
                document = _json(state_of(view).model_dump(mode="json"))
                yield await add(f"conversations/{app_id}.json", document, view.updated_at)
                for original in view.state.originals:
                    content = await assistant.original(owner, app_id, original.file_id)
                    name = f"originals/{app_id}/{original.file_id}-{_safe(original.filename)}"
                    yield await add(name, content, view.updated_at)
            except ConversationNotFound:
                continue
    yield sink.take()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _safe(filename: str) -> str:
    """Return a name that unpacks into its folder on every system."""
    return _UNSAFE.sub("_", filename)[-MAX_NAME:].lstrip(".") or "original"


class _Sink:
    """Holds what was written since it was last taken. It cannot seek, so that nothing need be kept."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Write as a file does."""
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing, unlike a file."""

    def close(self) -> None:
        """Do nothing, unlike a file."""

    def take(self) -> bytes:
        """Return what was written."""
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole

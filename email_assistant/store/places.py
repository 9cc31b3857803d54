"""Where the bytes of files lie: the protocol of rows and buckets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from email_assistant.errors import EmailAssistantError


class FilesUnavailable(EmailAssistantError):
    """The file storage did not answer, or it refused; `why` is for whoever runs the server."""

    def __init__(self, why: str, *, refused: bool = False) -> None:
        super().__init__(
            "The file storage refuses access. Tell whoever runs this server."
            if refused
            else "The file storage does not answer. Try again in a moment."
        )
        self.why = why


class Place(Protocol):
    """The protocol of `Rows` and `Bucket`. What waits for an answer may raise `FilesUnavailable`."""

    def new_url(self, app_id: str) -> str:
        """Return a URL for the bytes of a new file of a conversation; "" if they go into its row."""

    async def put(self, url: str, content: bytes) -> bytes:
        """Keep `content`, and return what the row is to hold."""

    async def get(self, url: str, held: bytes) -> bytes | None:
        """Return the bytes of a file whose row holds `held`; None if they are gone."""

    async def remove(self, urls: Sequence[str]) -> None:
        """Remove these, as far as they are there."""

    async def try_out(self) -> None:
        """Write, read and remove something.

        Raises:
            SettingsError: it cannot be used; the text says why.
        """


class Rows:
    """The rows of the files. The database looks after them."""

    def new_url(self, app_id: str) -> str:
        """Return none."""
        return ""

    async def put(self, url: str, content: bytes) -> bytes:
        """Give all to the row."""
        return content

    async def get(self, url: str, held: bytes) -> bytes | None:
        """Take all from the row."""
        return held

    async def remove(self, urls: Sequence[str]) -> None:
        """Do nothing: they went with the rows."""

    async def try_out(self) -> None:
        """Do nothing: the database was opened."""


def place_at(url: str) -> Place:
    """Return the place for files below `url`, or whose bytes are there; "" is the database.

    Raises:
        SettingsError: the package that it needs is not installed, or cannot use what the environment says.
    """
    if not url:
        return Rows()
    from email_assistant.store.buckets import Bucket

    return Bucket(url)

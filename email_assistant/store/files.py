"""The original bytes of the mails of a conversation, kept whole until it is deleted.

A file has a row, which says where its bytes lie: in itself, or as an object in a bucket. An object is noted
before it is uploaded, so that none is forgotten wherever a process dies: what is noted and belongs to no file
is removed by `sweep`.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    exists,
    false,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from email_assistant.errors import ConversationNotFound, SettingsError
from email_assistant.store.database import Database
from email_assistant.store.places import FilesUnavailable, Place, place_at
from email_assistant.store.rows import APP_ID, not_found, owned
from email_assistant.store.schema import conversations, files, objects

log = logging.getLogger(__name__)

UPLOADED_WITHIN = timedelta(hours=1)
"""After this, an upload is not waited for any more; each is given up much earlier."""
MAX_REMOVED = 500
"""Objects that are removed at once."""


class Files:
    """The files of a database; `put` and `get` are scoped by the owner of the conversation.

    Args:
        database: has a row of each file.
        where: the URL below which new bytes go; "" for the database. Other files stay where they are.

    Raises:
        SettingsError: a package for this is not installed, or what the environment says of it is unusable.
    """

    def __init__(self, database: Database, where: str = "") -> None:
        self._database = database
        self._where = where
        self._places = {bool(where): place_at(where)}

    async def put(self, owner: str, app_id: str, file_id: str, content: bytes) -> None:
        """Keep `content` as `file_id`, in place of an earlier file of this id.

        Raises:
            ConversationNotFound: there is no such conversation of `owner`.
            FilesUnavailable: nothing was kept.
        """
        if not await self._keep(app_id, file_id, content, exists().where(owned(owner, app_id))):
            raise not_found(app_id)

    async def get(self, owner: str, app_id: str, file_id: str) -> bytes:
        """Return the bytes of `file_id`.

        Raises:
            ConversationNotFound: there is no such file, or not in a conversation of `owner`.
            FilesUnavailable: its bytes cannot be read now.
        """
        content = await self._read(_owned(owner, app_id, file_id))
        if content is None:
            raise _no_file()
        return content

    async def move(self) -> int:
        """Bring the bytes of all files to where new ones go, and return how many were moved.

        Servers may go on meanwhile. Of a file whose bytes are gone, the row stays as it is.

        Raises:
            SettingsError: the file storage cannot be used; the text says why.
            FilesUnavailable: it does not answer any more; those before are moved.
        """
        await self.try_out()
        below = files.c.url.startswith(f"{self._where}/", autoescape=True)
        here = below if self._where else files.c.url == ""
        key = tuple_(files.c.app_id, files.c.file_id)
        last, moved = ("", ""), 0
        following = select(files.c.app_id, files.c.file_id, files.c.url).order_by(*key).limit(1)
        while rows := await self._database.fetch(following.where(~here, key > last)):
            app_id, file_id, url = rows[0].app_id, rows[0].file_id, rows[0].url
            last = app_id, file_id
            same = and_(files.c.app_id == app_id, files.c.file_id == file_id, files.c.url == url)
            content = await self._read(same)
            if content is not None:
                moved += await self._keep(app_id, file_id, content, exists().where(same))
        await self.sweep()
        return moved

    async def sweep(self, app_id: str = "") -> bool:
        """Remove all objects, or those of one conversation, that belong to no file, and no upload any more.

        Returns whether all could be removed; those that could not are removed by a later call.
        """
        belongs = exists().where(
            files.c.app_id == objects.c.app_id,
            files.c.file_id == objects.c.file_id,
            files.c.url == objects.c.url,
        )
        known = exists().where(conversations.c.app_id == objects.c.app_id)

        def find(connection: Connection) -> list[str]:
            due = objects.c.due_at <= self._database.now(connection)
            left = select(objects.c.url).where(~belongs, or_(due, ~known)).order_by("url")
            return [*connection.scalars(left.where(objects.c.app_id == app_id) if app_id else left)]

        urls = await self._database.read(find)
        for start in range(0, len(urls), MAX_REMOVED):
            some = urls[start : start + MAX_REMOVED]

            def forget(connection: Connection, some: list[str] = some) -> None:
                # While an upload may still end, what it brings must stay noted.
                due = objects.c.due_at <= self._database.now(connection)
                connection.execute(delete(objects).where(objects.c.url.in_(some), due))

            try:
                await self._place(some[0]).remove(some)
            except (FilesUnavailable, SettingsError) as failure:
                log.warning("Files that were deleted are still in the bucket: %s", failure)
                return False
            await self._database.write(forget)
        return True

    async def try_out(self) -> None:
        """Write, read and remove something where new bytes go.

        Raises:
            SettingsError: that is not possible; the text says why.
        """
        await self._place(self._where).try_out()

    def _place(self, url: str) -> Place:
        is_bucket = bool(url)
        if is_bucket not in self._places:  # files lie there from before the setting was changed
            self._places[is_bucket] = place_at(url)
        return self._places[is_bucket]

    async def _read(self, which: ColumnElement[bool]) -> bytes | None:
        query = select(files.c.content, files.c.url, files.c.sha256).where(which)
        row = await self._database.read(lambda connection: connection.execute(query).first())
        if row is None:
            return None
        content = await self._place(row.url).get(row.url, bytes(row.content))
        if content is not None and row.url and hashlib.sha256(content).hexdigest() != row.sha256:
            log.error("An object in the bucket is not what was put there: %s", row.url)
            return None
        return content

    async def _keep(self, app_id: str, file_id: str, content: bytes, still: ColumnElement[bool]) -> bool:
        """Put `content` where new bytes go, and then its row; return False if `still` does not hold."""
        place = self._place(self._where)
        url, key = place.new_url(app_id), {"app_id": app_id, "file_id": file_id}
        noted = objects.c.url == url

        def note(connection: Connection) -> bool:
            if not connection.scalar(select(still)):
                return False
            due_at = self._database.now(connection) + UPLOADED_WITHIN
            connection.execute(insert(objects).values(**key, url=url, due_at=due_at))
            return True

        if url and not await self._database.write(note):
            return False
        row = {"content": await place.put(url, content), "url": url}
        row["sha256"] = hashlib.sha256(content).hexdigest() if url else ""

        def put(connection: Connection) -> bool:
            now = self._database.now(connection)
            if not connection.scalar(select(still)):
                return False
            if url and not connection.scalar(select(objects.c.url).where(noted, objects.c.due_at > now)):
                raise FilesUnavailable("an upload took so long that what it brought may be removed by now")
            earlier = objects.c.app_id == app_id, objects.c.file_id == file_id, ~noted
            connection.execute(update(objects).where(*earlier).values(due_at=now))
            connection.execute(delete(files).where(files.c.app_id == app_id, files.c.file_id == file_id))
            connection.execute(insert(files).values(**key, **row))
            return True

        return await self._database.write(put)


def _owned(owner: str, app_id: str, file_id: str) -> ColumnElement[bool]:
    # NUL and lone surrogates, which no database would take; and `exists` cannot be asked of nothing.
    if not file_id.isprintable() or not APP_ID.fullmatch(app_id):
        return false()
    mine = exists().where(owned(owner, app_id))
    return and_(files.c.app_id == app_id, files.c.file_id == file_id, mine)


def _no_file() -> ConversationNotFound:
    return ConversationNotFound("There is no such file in this conversation. It may have been deleted.")

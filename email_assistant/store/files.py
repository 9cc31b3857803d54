"""The original bytes of the mails of a conversation, kept whole until it is deleted."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, false, insert, select

from email_assistant.errors import ConversationNotFound
from email_assistant.store.conversations import APP_ID, not_found, owned
from email_assistant.store.database import Database
from email_assistant.store.schema import conversations, files


class Files:
    """The files in a database; every call is scoped by the owner of the conversation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, owner: str, app_id: str, file_id: str, content: bytes) -> None:
        """Keep `content` as `file_id`, in place of an earlier file of this id.

        Raises:
            ConversationNotFound: there is no such conversation of `owner`.
        """

        def put(connection: Connection) -> None:
            if not connection.scalar(select(conversations.c.app_id).where(owned(owner, app_id))):
                raise not_found(app_id)
            connection.execute(delete(files).where(_owned(owner, app_id, file_id)))
            connection.execute(insert(files).values(app_id=app_id, file_id=file_id, content=content))

        await self._database.write(put)

    async def get(self, owner: str, app_id: str, file_id: str) -> bytes:
        """Return the bytes of `file_id`.

        Raises:
            ConversationNotFound: there is no such file, or not in a conversation of `owner`.
        """
        query = select(files.c.content).where(_owned(owner, app_id, file_id))
        content = await self._database.read(lambda connection: connection.scalar(query))
        if content is None:
            raise _no_file()
        return bytes(content)


def _owned(owner: str, app_id: str, file_id: str) -> ColumnElement[bool]:
    # NUL and lone surrogates, which no database would take; and `exists` cannot be asked of nothing.
    if not file_id.isprintable() or not APP_ID.fullmatch(app_id):
        return false()
    mine = exists().where(owned(owner, app_id))
    return and_(files.c.app_id == app_id, files.c.file_id == file_id, mine)


def _no_file() -> ConversationNotFound:
    return ConversationNotFound("There is no such file in this conversation. It may have been deleted.")

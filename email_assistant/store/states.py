"""The newest state of each conversation, beside its row in the sidebar."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from burr.core import Action, State
from burr.lifecycle import PostRunStepHookAsync
from sqlalchemy import BindParameter, Connection, bindparam, case, insert, select, update
from sqlalchemy.exc import IntegrityError

from email_assistant.errors import ConversationBusy, EmailAssistantError, cause_of
from email_assistant.store.database import Database, run_to_completion
from email_assistant.store.rows import (
    Conversation,
    Glance,
    Problem,
    Status,
    conversation_of,
    is_id,
    not_found,
    plain_title,
    storable,
)
from email_assistant.store.schema import NOTHING_RUN, conversations, states
from email_assistant.store.search import put_words

log = logging.getLogger(__name__)

FIRST = NOTHING_RUN + 1
# Built once, since every view and every step runs them.
_OWN = conversations.c.app_id == bindparam("of"), conversations.c.owner == bindparam("by")
_NEWEST = select(conversations, states.c.state).join(states).where(*_OWN)
_EXISTS = select(conversations.c.app_id).where(*_OWN)
_SAVED = (
    "updated_at", "sequence_id", "position", "status", "problem_kind", "problem",
    "who", "stage", "shelf", "glance",
)  # fmt: skip
PROJECTION = 1
"""The version of what a row shows; one of an older version is recomputed when it is looked at."""
PROJECTED_AT_ONCE = 50
_PROJECTION: BindParameter[int] = bindparam("projection", PROJECTION, literal_execute=True)
"""In the text of the query: an index has only the rows below it."""
_SAVE_ROW = (
    update(conversations)
    .where(*_OWN, conversations.c.sequence_id == bindparam("after"))
    .values({name: bindparam(f"new_{name}") for name in _SAVED})
    .values(title=case((conversations.c.renamed, conversations.c.title), else_=bindparam("new_title")))
)
_FIRST_STATE = insert(states).values(app_id=bindparam("of"), state=bindparam("whole"))
_NEXT_STATE = update(states).where(states.c.app_id == bindparam("of")).values(state=bindparam("whole"))

STOPPED = "Stopped"
UNEXPECTED = "Unexpected"


@dataclass(frozen=True)
class LoadedState:
    """A conversation and its state, as both were at one moment. The row says which step saved the state."""

    conversation: Conversation
    state: dict[str, Any]


class States:
    """The states in a database.

    Args:
        database: where to keep them; it stays the caller's to close.
        describe: computes what a list shows of a conversation, from its state after an action that ended so.
    """

    def __init__(self, database: Database, describe: Callable[[State[Any], str, Status], Glance]) -> None:
        self._database = database
        self._describe = describe

    async def load(self, owner: str, app_id: str) -> LoadedState | None:
        """Return the newest state of `app_id`; None if it has none or is foreign."""
        if not is_id(app_id):
            return None
        row = next(iter(await self._database.fetch(_NEWEST, {"of": app_id, "by": owner})), None)
        return LoadedState(conversation_of(row), row.state) if row else None

    async def save(  # noqa: PLR0917 - Burr's signature, so that a saver of Burr's can stand beside it
        self,
        owner: str,
        app_id: str,
        sequence_id: int,
        position: str,
        state: State[Any],
        status: Status,
        problem: Problem | None = None,
    ) -> None:
        """Put the state after step `sequence_id` in place of the one before it.

        Raises:
            ConversationBusy: somebody else saved a step since this state was loaded; nothing was written.
            ConversationNotFound: it was deleted meanwhile, or is not this owner's.
        """
        glance = self._describe(state, position, status)
        row = {
            **_shown(glance),
            "shelf": "open",  # who speaks in an archived conversation works on it again
            "updated_at": datetime.now(UTC),
            "sequence_id": sequence_id,
            "position": position,
            "status": status,
            "problem_kind": problem and problem.kind,
            "problem": problem and storable(problem.sentence),
        }
        whole = {"of": app_id, "whole": state.get_all()}

        def put(connection: Connection) -> None:
            _save_row(connection, owner, app_id, row)
            connection.execute(_FIRST_STATE if sequence_id == FIRST else _NEXT_STATE, whole)
            put_words(connection, owner, app_id, glance.texts)

        try:
            await self._database.write(put)
        except IntegrityError:
            raise _busy() from None

    async def save_beside(self, owner: str, before: LoadedState, state: State[Any]) -> None:
        """Save a state whose conversation waits for the same as `before`; a cancellation waits for it."""
        row = before.conversation
        assert row.position and row.status  # noqa: S101 - a conversation with a state has both
        number = row.sequence_id + 1
        saving = self.save(owner, row.app_id, number, row.position, state, row.status, row.problem)
        await run_to_completion(saving)

    async def project(self, owner: str, app_ids: Sequence[str] | None = None) -> bool:
        """Fill the rows that an older version saved, all of the owner's or these; whether there were any."""
        old = (
            select(conversations, states.c.state)
            .join(states)
            .where(conversations.c.owner == owner, conversations.c.glance < _PROJECTION)
            .limit(PROJECTED_AT_ONCE)
        )
        if app_ids is not None:
            old = old.where(conversations.c.app_id.in_(app_ids))

        def work(connection: Connection) -> int:
            rows = connection.execute(old).all()
            for row in rows:
                glance = self._describe(State(row.state), row.position, row.status)
                shown = _shown(glance)
                del shown["title"]
                its_own = conversations.c.app_id == row.app_id
                connection.execute(update(conversations).where(its_own).values(shown))
                put_words(connection, owner, row.app_id, glance.texts)
            return len(rows)

        # Nearly always there are none, and looking needs no lock.
        if not await self._database.fetch(old.with_only_columns(conversations.c.app_id).limit(1)):
            return False
        while await self._database.write(work) == PROJECTED_AT_ONCE:
            pass
        return True


class SaveAfterStep(PostRunStepHookAsync):
    """Saves the state after every step of an application; stands in for Burr's `with_state_persister`.

    Burr saves a step that was cancelled as completed, with the state before it, and such a conversation
    cannot go on. Here a step without a result has failed. If it was one that takes inputs of a person, they
    were not accepted, and the row before stays the truth; any other is saved as failed, to be run again.

    Args:
        save: keeps a state, and has the signature of `save` of Burr's savers.
        unfinished: the state with what is kept of a step that did not finish.
    """

    def __init__(
        self,
        save: Callable[..., Coroutine[Any, Any, None]],
        unfinished: Callable[[State[Any]], State[Any]] = lambda state: state,
    ) -> None:
        self._save, self._unfinished = save, unfinished

    async def post_run_step(
        self,
        *,
        app_id: str,
        partition_key: str,
        sequence_id: int,
        state: State[Any],
        action: Action,
        result: dict[str, Any] | None,
        exception: BaseException | None,
        **future_kwargs: Any,
    ) -> None:
        """Save what the step left; a cancellation is obeyed when that is done.

        Raises:
            ConversationBusy, ConversationNotFound, DatabaseUnavailable: it could not be saved. Discard the
                application: its state is ahead of the stored one.
        """
        completed = exception is None and result is not None
        required_inputs, _ = action.optional_and_required_inputs
        if not completed and required_inputs:
            return
        problem = None if completed else _problem(exception)
        if problem and problem.kind != STOPPED:  # whoever stopped it knows
            log.warning("%s of %s did not finish: %s", action.name, app_id, _cause(problem, exception))
        await run_to_completion(
            self._save(
                partition_key,
                app_id,
                sequence_id,
                action.name,
                state if completed else self._unfinished(state),
                "completed" if completed else "failed",
                problem=problem,
            )
        )


def _save_row(connection: Connection, owner: str, app_id: str, row: dict[str, Any]) -> None:
    if not is_id(app_id):
        raise not_found(app_id)
    own = {"of": app_id, "by": owner}
    new = {f"new_{name}": value for name, value in row.items()}
    if connection.execute(_SAVE_ROW, own | new | {"after": row["sequence_id"] - 1}).rowcount:
        return
    if connection.scalar(_EXISTS, own):
        raise _busy()
    if row["sequence_id"] != FIRST:
        raise not_found(app_id)
    begun = {"app_id": app_id, "owner": owner, "created_at": row["updated_at"], "renamed": False}
    connection.execute(insert(conversations).values(begun | row))


def _shown(glance: Glance) -> dict[str, Any]:
    return {
        "title": plain_title(glance.title),
        "who": plain_title(glance.who),
        "stage": glance.stage or "",
        "glance": PROJECTION,
    }


def _busy() -> ConversationBusy:
    return ConversationBusy(
        "This conversation was continued elsewhere in the meantime. Look at it again, then try again."
    )


def _cause(problem: Problem, exception: BaseException | None) -> str:
    return cause_of(exception) if exception and problem.kind == UNEXPECTED else problem.kind


def _problem(exception: BaseException | None) -> Problem:
    if isinstance(exception, EmailAssistantError):
        return Problem(type(exception).__name__, str(exception))
    # Burr hands over no exception when the task of a step that does not stream is cancelled.
    stopped = exception is None or isinstance(exception, asyncio.CancelledError | GeneratorExit)
    return Problem(STOPPED if stopped else UNEXPECTED)

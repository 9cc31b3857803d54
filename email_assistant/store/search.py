"""The words of conversations, so that a search finds them at once: FTS5 on SQLite, a GIN index on Postgres.

Both databases are given the same words, and no tokenizer of theirs decides what one is: a search finds the
same on both, and nothing that a person types is read as a query. Each list of words begins with one for the
owner, so that others' conversations cost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from itertools import chain, pairwise
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Text,
    bindparam,
    cast,
    column,
    insert,
    select,
    table,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from email_assistant.normalization import normalize
from email_assistant.store.schema import conversations, searches

MAX_TEXT = 100_000
"""Characters of a conversation that are looked at, its newest words first."""
MAX_WORDS = 5_000
"""Different words of a conversation that can be found."""
MAX_WORD = 40
"""Characters of a word; a longer one is found by its beginning."""
MAX_WANTED = 20
"""Words of a search."""
MERGED_AT_ONCE = 200
"""Pages of the index that one transaction of `merge` rewrites: a fraction of a second."""

# Scripts that are written without spaces: any two neighbours of them are a word.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# The vowel signs of India's and of those scripts are no letters to Python, but parts of words.
_WORD = re.compile(rf"(?:[^\W_]|[\u0900-\u0963\u0966-\u0dff{_UNSPACED}])+")
_RUN = re.compile(rf"(?P<unspaced>[{_UNSPACED}]+)|[^{_UNSPACED}]+")
_ACCENTS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670]")

_index = table("found_words", column("rowid"), column("found_words"))


def folded(text: str) -> str:
    """Return `text` in any case, any width of its letters, and without accents."""
    decomposed = normalize("NFD", normalize("NFKC", text).casefold())
    return normalize("NFKC", _ACCENTS.sub("", decomposed))


def words_of(owner: str, texts: Iterable[str]) -> str:
    """Return the different words of an owner's conversation, with a space between each two."""
    found: dict[str, None] = {}
    left = MAX_TEXT
    for each in texts:
        found |= dict.fromkeys(chain.from_iterable(_parts(run) for run in _runs(each[:left])))
        left -= len(each)
        if left <= 0 or len(found) >= MAX_WORDS:
            break
    return " ".join([_owners(owner), *sorted(list(found)[:MAX_WORDS])])


def matches(owner: str, search: str, *, is_sqlite: bool) -> ColumnElement[bool] | None:
    """Return the condition that a conversation has all words of `search`; None if it names none.

    The last letters of a word may be missing.
    """
    wanted = [*dict.fromkeys(chain.from_iterable(_wanted(run) for run in _runs(search)))][:MAX_WANTED]
    if not wanted:
        return None
    if is_sqlite:
        terms = [f'"{_owners(owner)}"', *(f'"{word}"{"*" if begins else ""}' for word, begins in wanted)]
        return _index.c.found_words.op("MATCH")(" AND ".join(terms))
    terms = [f"'{_owners(owner)}'", *(f"'{word}'{':*' if begins else ''}" for word, begins in wanted)]
    return searches.c.words.op("@@")(cast(bindparam("wanted", " & ".join(terms), type_=Text), TSQUERY))


def joined(*, is_sqlite: bool) -> Any:
    """Return the tables that `matches` needs, and the conversations beside them."""
    both = searches.join(conversations, searches.c.app_id == conversations.c.app_id)
    return _index.join(both, _index.c.rowid == searches.c.number) if is_sqlite else both


def by_activity(*, is_sqlite: bool) -> list[ColumnElement[Any]]:
    """Return the order of the newest first; FTS5 finds them in it, so that it reads no more than a page."""
    if is_sqlite:
        return [_index.c.rowid.desc()]
    return [conversations.c.updated_at.desc(), conversations.c.app_id.desc()]


def put_words(connection: Connection, owner: str, app_id: str, texts: Iterable[str]) -> None:
    """Let the conversation be found by its title and `texts`, in the transaction that changed them."""
    row = connection.execute(_KNOWN, {"of": app_id}).one()
    _put(connection, app_id, row, words_of(owner, [row.title, *texts]))


def add_words(connection: Connection, app_id: str, text: str) -> None:
    """Let the conversation be found by `text` as well."""
    row = connection.execute(_KNOWN, {"of": app_id}).one()
    words = [*_known(row), *words_of(row.owner, [text]).split()]
    _put(connection, app_id, row, " ".join(dict.fromkeys(words)))


def _known(row: Row[Any]) -> list[str]:
    """Return the words of a row; Postgres puts each between quotes."""
    return [word.strip("'") for word in (row.words or "").split()]


_KNOWN = (
    select(
        conversations.c.owner,
        conversations.c.title,
        conversations.c.updated_at,
        cast(searches.c.words, Text).label("words"),
        searches.c.number,
    )
    .select_from(conversations.outerjoin(searches))
    .where(conversations.c.app_id == bindparam("of"))
)


def _put(connection: Connection, app_id: str, row: Row[Any], words: str) -> None:
    if connection.dialect.name == "sqlite":
        number = _milliseconds(row.updated_at)
        if (row.words, row.number) == (words, number):
            return
        taken = select(searches.c.app_id).where(searches.c.app_id != app_id)
        while connection.scalar(taken.where(searches.c.number == number)):
            number += 1
        new: dict[str, Any] = {"words": words, "number": number}
    else:
        if {*_known(row)} == {*words.split()}:
            return  # else each step would write all entries of the index anew
        lexemes = " ".join(f"'{word}'" for word in words.split())
        new = {"words": cast(bindparam("vector", lexemes, type_=Text), TSVECTOR)}
    if row.words is None:
        connection.execute(insert(searches).values(app_id=app_id, **new))
    else:
        connection.execute(update(searches).where(searches.c.app_id == app_id).values(**new))


def merge(connection: Connection, *, begin: bool) -> bool:
    """Rewrite some of SQLite's index, which only notes what is deleted from it; whether more is left."""
    if connection.dialect.name != "sqlite":
        return False

    def changes() -> int:
        return int(connection.scalar(text("SELECT total_changes()")) or 0)

    before = changes()
    pages = -MERGED_AT_ONCE if begin else MERGED_AT_ONCE
    connection.execute(
        text("INSERT INTO found_words (found_words, rank) VALUES ('merge', :pages)"), {"pages": pages}
    )
    return changes() - before >= 2


def _runs(text: str) -> Iterable[re.Match[str]]:
    for word in dict.fromkeys(_WORD.findall(folded(text))):
        yield from _RUN.finditer(word)


def _parts(run: re.Match[str]) -> Iterable[str]:
    if not run["unspaced"]:
        return [run[0][:MAX_WORD]]
    return [*(one + other for one, other in pairwise(run[0])), run[0][-1]]


def _wanted(run: re.Match[str]) -> Iterable[tuple[str, bool]]:
    if not run["unspaced"]:
        return [(run[0][:MAX_WORD], True)]
    pairs = [(one + other, False) for one, other in pairwise(run[0])]
    return pairs or [(run[0], True)]


def _owners(owner: str) -> str:
    return "0" + sha256(owner.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)

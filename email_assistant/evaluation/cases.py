"""The cases: a mail, what the user says, and what a good reply holds. Read from `cases/*.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from email_assistant.errors import SettingsError

SHIPPED = Path(__file__).with_name("cases")


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as wrong:
        raise ValueError(f"{pattern!r} is no regular expression: {wrong}") from None
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]
"""A regular expression, looked for anywhere in an evened text (see `text.even`) in any case."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Answer(_Strict):
    """What the user says when they are asked `about` something."""

    about: Pattern
    say: str


class Ask(_Strict):
    """Something that the newest message asks for, and what answers it in the reply."""

    ask: str
    any: Pattern
    """What shows that it is answered."""
    gap: bool = False
    """Whether the reply may leave it open, because the user said nothing of it."""
    about: Pattern | None = None
    """With `say`: a question to the user that is about this."""
    say: str = ""
    """What the user says to it. Unless they were asked, the reply cannot know and leaves it open."""


class Round(_Strict):
    """One thing that the user says of the draft, and the effect that it must have."""

    say: str
    must: tuple[Pattern, ...] = ()
    must_not: tuple[Pattern, ...] = ()
    never: tuple[Pattern, ...] = ()
    """As `must_not`, here and in every later round: a standing wish."""
    shorter: bool = False
    longer: bool = False
    same_as: int | None = None
    """The number of the earlier draft that it must be again; the first draft is 1."""
    keeps: tuple[Pattern, ...] = ()
    """What was in the draft and must stay."""
    greets: Pattern | None = None
    signs: str | None = None
    language: str | None = None
    """These three hold from here on."""
    reference: str = ""
    """A draft with which all of this is met; needed unless `same_as` names one."""


class Case(_Strict):
    """One conversation. A good reply by a person who knows only what stands here passes every check."""

    id: str
    tags: tuple[str, ...] = ()
    mail: str = ""
    mail_of: str | None = None
    """The id of the case whose mail this is as well."""
    user: str = ""
    """The user's name as it is set; "" where it is not."""
    instructions: str = ""
    answers: tuple[Answer, ...] = ()
    language: str
    """The ISO 639-1 code of the language that the reply is in."""
    greets: Pattern
    """The names by which the greeting may address the sender; "" where nobody is known."""
    signs: str
    """What stands below the reply, the user's name or a part of it; "" where nobody can know it."""
    questions: Literal["none", "needed", "allowed"] = "none"
    must: tuple[Pattern, ...] = ()
    must_not: tuple[Pattern, ...] = ()
    """Holds for the drafts of all rounds."""
    asks: tuple[Ask, ...] = ()
    max_words: int | None = None
    reference: str
    """A good first draft, written as if `reference_questions` had been answered."""
    reference_questions: tuple[str, ...] = ()
    rounds: tuple[Round, ...] = ()

    def answer_to(self, question: str) -> str:
        """Return what the user says to a question; "" skips it."""
        known = [Answer(about=ask.about, say=ask.say) for ask in self.asks if ask.about]
        for answer in (*known, *self.answers):
            if re.search(answer.about, question, re.IGNORECASE):
                return answer.say
        return ""

    def reference_draft(self, number: int) -> str:
        """Return the reference of draft `number`; the first draft is 1."""
        if number == 1:
            return self.reference.strip()
        asked = self.rounds[number - 2]
        return self.reference_draft(asked.same_as) if asked.same_as else asked.reference.strip()


class _File(_Strict):
    case: tuple[Case, ...] = Field(min_length=1)


def load_cases(folder: Path = SHIPPED, *, only: str = "", limit: int | None = None) -> list[Case]:
    """Read the cases of all files in `folder`, by name.

    Args:
        folder: where the TOML files lie.
        only: a part of the id, a tag or the language of those that are wanted; `*` stands for anything.
        limit: at most so many.

    Raises:
        SettingsError: a file cannot be read or a case is not complete; the text names it.
    """
    found: list[Case] = []
    for path in sorted(folder.glob("*.toml")):
        found += _read(path)
    if not found:
        raise SettingsError(f"There are no cases (*.toml) in {str(folder)!r}.")
    chosen = [case for case in _with_mails(found) if _is_meant(case, only)]
    return chosen if limit is None else chosen[:limit]


def _read(path: Path) -> Iterable[Case]:
    try:
        return _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).case
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"The cases in {str(path)!r} cannot be read: {error}.") from None
    except ValidationError as invalid:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in invalid.errors())
        raise SettingsError(f"The cases in {str(path)!r} cannot be used: {problems}.") from None


def _with_mails(cases: list[Case]) -> list[Case]:
    by_id: dict[str, Case] = {}
    for case in cases:
        if case.id in by_id:
            raise SettingsError(f"There are two cases {case.id!r}. Give one another id.")
        by_id[case.id] = case
    complete = []
    for case in cases:
        changes: dict[str, Any] = {}
        if case.mail_of:
            if not (other := by_id.get(case.mail_of)) or other.mail_of:
                raise SettingsError(
                    f"The case {case.id!r} takes its mail from {case.mail_of!r}, which has none."
                )
            changes["mail"] = other.mail
        elif not case.mail.strip():
            raise SettingsError(f"The case {case.id!r} has no mail. Give it one, or `mail_of`.")
        complete.append(case.model_copy(update=changes))
    return complete


def _is_meant(case: Case, only: str) -> bool:
    if not only:
        return True
    names = (case.id, case.language, *case.tags)
    return any(fnmatch(name, only) for name in names) or only in case.id

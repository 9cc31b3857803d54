"""What each owner sets for all replies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from email.utils import formataddr
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from sqlalchemy import Connection, select, update

from email_assistant.errors import InvalidInput
from email_assistant.mail.message import one_line, storable
from email_assistant.store.database import Database
from email_assistant.store.schema import preferences
from email_assistant.writing.languages import LANGUAGES

MAX_EXAMPLES = 5
MAX_EXAMPLE = 10_000
"""Characters of one example: every prompt carries all of them."""
MAX_REFINEMENTS = 8
MAX_REFINEMENT = 100
"""Characters of one refinement: it is the label of a button, too."""
MAX_SHOWN = 80
"""Characters of a refused value that are repeated to the person."""


def _with_plain_lines(text: str) -> str:
    """Return the same wherever it was written: a browser, a file of Windows."""
    return str(storable(text)).replace("\r\n", "\n").replace("\r", "\n")


def _example(text: str) -> str:
    return _with_plain_lines(text).strip()


def _known_language(code: str) -> str:
    if code and code not in LANGUAGES:
        raise ValueError("no language")
    return code


def _each_once(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


Lines = Annotated[str, AfterValidator(_with_plain_lines)]
Address = Annotated[
    str,
    # What parts a list of addresses is in none of them.
    StringConstraints(pattern=r"^[^@\s<>,;\x00-\x1f\x7f]+@[^@\s<>,;\x00-\x1f\x7f]+$", max_length=320),
]
Example = Annotated[
    str,
    StringConstraints(pattern=r"[^\s\x00-\x1f]", max_length=MAX_EXAMPLE),
    AfterValidator(_example),
]
Refinement = Annotated[
    str, StringConstraints(pattern=r"[^\s\x00-\x1f]", max_length=MAX_REFINEMENT), AfterValidator(one_line)
]


class Preferences(BaseModel):
    """How the person writes and is reached."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    name: Annotated[str, Field(max_length=200), AfterValidator(one_line)] = ""
    """Signs the drafts."""
    addresses: tuple[Address, ...] = Field(default=(), max_length=50, strict=False)
    """The person's own addresses; the first one sends. None of them gets a reply to all."""
    signature: Lines = Field(default="", max_length=5_000)
    """Stands below the replies, above the email that they quote."""
    facts: Lines = Field(default="", max_length=5_000)
    """What replies may say of the person: hours, address, links."""
    tone: Lines = Field(default="", max_length=500)
    """How they write, in their words."""
    length: Lines = Field(default="", max_length=200)
    """How long their replies are, in their words."""
    wishes: Lines = Field(default="", max_length=1_000)
    """What holds for all drafts, a wish on each line."""
    language: Annotated[str, AfterValidator(_known_language)] = Field(
        default="", json_schema_extra={"enum": ["", *LANGUAGES]}
    )
    """ISO 639-1 code of the language to write in when neither the email nor the instructions show one."""
    model: Annotated[str, Field(max_length=200), AfterValidator(one_line)] = ""
    """The model that writes, of those that the model's server offers; "" for the one that is set."""
    examples: Annotated[tuple[Example, ...], AfterValidator(_each_once)] = Field(
        default=(), max_length=MAX_EXAMPLES, strict=False
    )
    """Mails that they sent, newest first, for a model to write alike."""
    refinements: Annotated[tuple[Refinement, ...], AfterValidator(_each_once)] = Field(
        default=(), max_length=MAX_REFINEMENTS, strict=False
    )
    """What they often ask to change, each a button below the drafts."""
    reply_all: bool = False
    """Whether a reply goes to all unless chosen otherwise."""
    quote: bool = True
    """Whether a reply's file quotes the mail that it answers."""

    @property
    def mailbox(self) -> str:
        """Whom a reply is from; "" where no address is set."""
        if not self.addresses:
            return ""
        return formataddr((self.name, self.addresses[0]))

    def with_example(self, text: str) -> Preferences:
        """Return the same with `text` as the newest example; where there are too many, the oldest goes.

        Raises:
            InvalidInput: it is too long, or empty.
        """
        newest = _example(text)
        earlier = [example for example in self.examples if example != newest]
        return Profile.of(self.model_dump() | {"examples": [newest, *earlier][:MAX_EXAMPLES]})

    def with_refinement(self, text: str) -> Preferences:
        """Return the same with `text` as the last refinement.

        Raises:
            InvalidInput: it is too long, or empty, or there are too many.
        """
        return Profile.of(self.model_dump() | {"refinements": [*self.refinements, text]})


class Profile(Preferences):
    """What the person sets for all replies, as somebody gives it: these fields, and each as it should be."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @classmethod
    def of(cls, given: object) -> Self:
        """Return what is given as plain values.

        Raises:
            InvalidInput: some of it cannot be kept.
        """
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise invalid_profile(error.errors()) from None


class Profiles:
    """The profiles in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, owner: str) -> Preferences:
        """Return the owner's preferences, or the defaults."""
        query = select(preferences.c.preferences).where(preferences.c.owner == owner)
        saved = await self._database.read(lambda connection: connection.scalar(query))
        return Preferences.model_validate_json(saved) if saved else Preferences()

    async def put(self, owner: str, wanted: Preferences) -> None:
        """Keep them in place of the earlier ones."""
        await self.change(owner, lambda _: wanted)

    async def change(self, owner: str, alter: Callable[[Preferences], Preferences]) -> Preferences:
        """Keep what `alter` makes of those that are kept; nothing that is set meanwhile is lost."""
        first = self._database.insert(preferences).values(
            owner=owner, preferences=Preferences().model_dump_json()
        )
        mine = preferences.c.owner == owner
        query = select(preferences.c.preferences).where(mine).with_for_update()

        def change(connection: Connection) -> Preferences:
            connection.execute(first.on_conflict_do_nothing())  # so that there is a row to hold
            wanted = alter(Preferences.model_validate_json(connection.scalars(query).one()))
            row = {"preferences": wanted.model_dump_json()}
            connection.execute(update(preferences).where(mine).values(row))
            return wanted

        return await self._database.write(change)


def invalid_profile(errors: Sequence[Any]) -> InvalidInput:
    """Return what cannot be kept of a profile, in a sentence for each field.

    Args:
        errors: pydantic's, each at its place in the profile.
    """
    fields: dict[str, str] = {}
    for error in errors:
        if error["loc"]:
            fields.setdefault(".".join(map(str, error["loc"])), _sentence(error))
    return InvalidInput(_sentence(errors[0]), fields=fields)


_FIELDS = ", ".join(Preferences.model_fields)
_LISTS = ("addresses", "examples", "refinements")


def _sentence(error: Mapping[str, Any]) -> str:
    """Return what cannot be kept, and what to do."""
    field = str(error["loc"][0]) if error["loc"] else ""
    limits: dict[str, Any] = error.get("ctx", {})
    match error["type"], field:
        case "extra_forbidden", _:
            return f"There is no field {_shown(field)}. There are: {_FIELDS}."
        case "string_too_long", _:
            most = f"{limits['max_length']:,}"
            if field in _LISTS:
                return f"Each of the {field} may have at most {most} characters. Shorten it."
            return f"The field {field} may have at most {most} characters. Shorten it."
        case "too_long", _:
            return f"At most {limits['max_length']} {field} can be kept. Leave some out."
        case "string_pattern_mismatch", "addresses":
            return f"{_shown(error['input'])} is not an email address. Give one such as sam@example.com."
        case "string_pattern_mismatch", "refinements":
            return "A refinement is empty. Say what to change, or leave it out."
        case "value_error", "language":
            return (
                f"{_shown(error['input'])} is not a supported language. Give a code such as en, or leave it "
                "empty."
            )
        case "string_pattern_mismatch", _:
            return "An example is empty. Leave it out, or put in a mail that you sent."
        case _, "":
            return f"A profile has named fields: {_FIELDS}."
        case _, "reply_all" | "quote":
            return f"The field {field} is either true or false."
        case _, _ if field in _LISTS:
            return f"The field {field} is a list of texts."
    return f"The field {field} is a text."


def _shown(value: object) -> str:
    text = str(one_line(str(value)))
    return f'"{text[:MAX_SHOWN]}…"' if len(text) > MAX_SHOWN else f'"{text}"'

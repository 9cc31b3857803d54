"""Buttons and forms of the cards, as commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from pydantic import BaseModel, Field, model_validator

from email_assistant.conversation.commands import (
    Accept,
    Another,
    Answers,
    Command,
    Edit,
    FillGap,
    GoOn,
    RemoveWish,
    Restore,
    Retry,
    SetHeader,
    SetInstructions,
    SignAs,
    Typed,
    Undo,
    UseProposal,
    UseStopped,
)


class Gap(BaseModel):
    """Text typed into a gap of a draft."""

    gap: int
    text: str


class HeaderFields(BaseModel):
    """What stands in the fields of a draft's header that were changed."""

    to: str | None = None
    cc: str | None = None
    bcc: str | None = None
    subject: str | None = None
    reply_all: bool | None = None

    @property
    def command(self) -> SetHeader:
        """What they say to the conversation."""
        to, cc, bcc = ((people,) if people is not None else None for people in (self.to, self.cc, self.bcc))
        return SetHeader(to=to, cc=cc, bcc=bcc, subject=self.subject, reply_all=self.reply_all)


class Tap(BaseModel):
    """The payload of a button or a form: one command, and the version that the person looked at."""

    text: str | None = None
    """Taken as if it had been typed."""
    answers: list[str] | None = Field(default=None, max_length=10)
    """One for each question."""
    use_proposal: Literal[True] | None = None
    accept: Literal[True] | None = None
    edit: str | None = Field(default=None, pattern=r"\S")
    """The whole text of the reply."""
    restore: int | None = None
    """The version to go back to."""
    fill: Gap | None = None
    another: Literal[True] | None = None
    undo: Literal[True] | None = None
    sign: str | None = None
    """The name that signs."""
    remove_wish: int | None = None
    """Its place in the list."""
    instructions: str | None = None
    """How to answer the email instead."""
    header: HeaderFields | None = None
    retry: Literal[True] | None = None
    use_stopped: Literal[True] | None = None
    go_on: Literal[True] | None = None
    seen: int | None = None
    """The version of the conversation that the card belongs to."""

    @model_validator(mode="after")
    def _one_command(self) -> Tap:
        if len(self.model_dump(exclude_none=True, exclude={"seen"})) != 1:
            raise ValueError("a tap is one command")
        return self

    @property
    def command(self) -> Command:
        """The command."""
        field = next(name for name in _COMMANDS if getattr(self, name) is not None)
        return _COMMANDS[field](getattr(self, field))

    @property
    def words(self) -> str:
        """The person's own words, "" if they only pressed a button."""
        written = "\n".join(filter(None, self.answers or [])), self.edit, self.instructions
        return next(filter(None, written), self.fill.text if self.fill else "")


_COMMANDS: dict[str, Callable[[Any], Command]] = {
    "text": Typed,
    "answers": lambda answers: Answers(tuple(answers)),
    "use_proposal": lambda _: UseProposal(),
    "accept": lambda _: Accept(),
    "edit": lambda text: Edit(text.strip()),
    "restore": Restore,
    "fill": lambda filled: FillGap(filled.gap, filled.text),
    "another": lambda _: Another(),
    "undo": lambda _: Undo(),
    "sign": SignAs,
    "remove_wish": RemoveWish,
    "instructions": SetInstructions,
    "header": lambda fields: fields.command,
    "retry": lambda _: Retry(),
    "use_stopped": lambda _: UseStopped(),
    "go_on": lambda _: GoOn(),
}
"""The command of each field of a tap."""

"""What a reply is written from, and what a draft is read against: the mail, its people, the notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from email_assistant.mail import IncomingEmail
from email_assistant.mail.message import Text

VALUE = "§value§"
"""Stands in a prompt's line for what is filled in there."""


@dataclass(frozen=True)
class Person:
    """Somebody whom a letter names; each part may be empty."""

    name: str = ""
    """The full name, as a signature has it."""
    addresses: tuple[str, ...] = ()

    @property
    def first_name(self) -> str:
        """The first of the name's words."""
        return self.name.split()[0] if self.name.split() else ""


@dataclass(frozen=True)
class Clarification:
    """A question to the user and the answer; an empty answer means that it was skipped."""

    question: str
    answer: str


@dataclass(frozen=True)
class Revision:
    """What the user asked of an earlier draft. The newest one is the request to fulfil now."""

    draft: str
    feedback: str


class Ask(BaseModel):
    """One thing that the newest message asks of its reader."""

    model_config = ConfigDict(frozen=True)

    text: Text
    """In a few words, in the mail's language."""
    quote: Text = ""
    """The sentence of the mail that asks it."""
    options: tuple[Text, ...] = ()
    """The answers that the mail offers, such as "the 4th" and "the 6th"."""


@dataclass(frozen=True)
class Voice:
    """How the user writes, from their settings."""

    facts: str = ""
    """What may be said of the user: hours, address, links."""
    tone: str = ""
    length: str = ""
    examples: tuple[str, ...] = ()
    """Mails that they sent."""


@dataclass(frozen=True)
class Question:
    """What the user asks about the email and the reply so far."""

    text: str
    draft: str = ""


@dataclass(frozen=True)
class Brief:
    """All that a reply is written from and proofread against. Texts of the mail are untrusted."""

    email: IncomingEmail
    instructions: str = ""
    """How the user wants to answer."""
    clarifications: tuple[Clarification, ...] = ()
    revisions: tuple[Revision, ...] = ()
    """What was asked of earlier drafts, oldest first."""
    user: Person = Person()
    """Who answers and signs."""
    sender: Person = Person()
    """Who is answered and greeted."""
    language: str = ""
    """ISO 639-1 of the language to write in; "" if it is not known."""
    asks: tuple[Ask, ...] = ()
    wishes: tuple[str, ...] = ()
    """Standing wishes, such as "no exclamation marks", those of the profile first."""
    voice: Voice = Voice()
    now: datetime | None = None
    """The present moment in the user's zone."""
    has_frame: bool = False
    """Whether greeting, closing and name are written around the body by somebody else."""
    rejected: str = ""
    """A first attempt at this draft that was not good enough, or one that the user wants another of."""
    corrections: tuple[str, ...] = ()
    """What was wrong with it, as requests to the writer."""
    with_email: bool = True
    """Whether the writer is given the mail; without it, the notes alone are written out."""
    question: Question | None = None
    """What is to be answered to the user, instead of a reply."""
    prompt_lines: tuple[str, ...] = ()
    """The fixed lines of the prompts, with `VALUE` for each placeholder."""
    is_new_mail: bool = False
    """Whether a mail of its own is written, which answers none: `sender` is who gets it."""
    order: str = ""
    """The user's whole words that ask for it, of which `instructions` are what it is to say."""

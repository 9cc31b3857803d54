"""What is found in a draft."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from email_assistant.mail.message import Text

Code = Literal[
    "role",  # the letter speaks as the sender, or to the user
    "echo",  # sentences of the mail, repeated
    "asked_back",  # a question of the mail, given back to its sender
    "order",  # what the user told to do, as it was told
    "leak",  # prompt text, tags, template tokens
    "preamble",  # words about the draft around it
    "markdown",  # markup that a mail program shows as it is
    "placeholder",  # "[Your Name]", for what is known
    "language",  # another language than the one wanted
    "missing_fact",  # a number, date, time, amount, name, address or decision of the user's is not in it
    "unsupported_fact",  # one in it that nobody gave, or a promise that the user did not make
    "steered",  # what only text addressed to an AI supports
    "unmet_ask",  # an ask of the mail that the user answered and the draft does not
    "open_gap",  # a gap that the user has to fill in
    "no_change",  # the feedback had no effect
    "lost",  # a sentence that the feedback did not concern is gone
    "broken_wish",  # an earlier wish no longer holds
    "too_long",  # much longer than what there is to say
    "unsigned",  # the user's name is not known
]


class Finding(BaseModel):
    """One thing that is wrong with a draft, or that a person should look at.

    `start` and `end` delimit it in the draft's text, in characters; both are 0 if it concerns the whole.
    """

    model_config = ConfigDict(frozen=True)

    code: Code
    text: Text
    """One sentence for the person: what it is and what to do."""
    start: int = 0
    end: int = 0
    replacement: Text | None = None
    """What replaces the span to fix it; None if no rule can."""
    request: Text = ""
    """What to ask of a model to mend it, as feedback in plain words; "" if nothing."""


class Gap(BaseModel):
    """A place in a draft that the person fills in, such as `[which day?]`, brackets included in the span."""

    model_config = ConfigDict(frozen=True)

    text: Text
    """What is missing, without the brackets."""
    start: int
    end: int


AskStatus = Literal["answered", "gap", "left_open"]
"""What a draft does with an ask: meets it, marks a gap for it, or says nothing."""

"""An email about a workshop, the reply to it, and what comes of a model's words for it."""

from __future__ import annotations

from contextlib import aclosing

from email_assistant.brief import Person
from email_assistant.mail import IncomingEmail, Mailbox
from email_assistant.writing import Brief
from email_assistant.writing.drafting import Drafting
from email_assistant.writing.judging import Written
from email_assistant.writing.model import Restart
from email_assistant.writing.offline import OfflineWriter
from tests.fakes.scripted_model import Piece, ScriptedModel

EMAIL = IncomingEmail(
    subject="Workshop",
    sender=Mailbox(name="Noor Haddad", address="noor@example.com"),
    text="Hi Jo,\n\nwould the 4th or the 6th of May suit you for the workshop? We start at nine in the old "
    "library, and lunch is on us.\n\nNoor",
    language="en",
)
BRIEF = Brief(
    EMAIL,
    "the 6th of May, we are 12 people",
    user=Person("Jo Lind"),
    sender=Person("Noor Haddad"),
    language="en",
)
GOOD = "The 6th of May suits me. There will be 12 people."
LETTER = f"Hi Noor,\n\n{GOOD}\n\nBest wishes\nJo"
CAREFUL = Drafting()
ECHO = (
    "Would the 4th or the 6th of May suit you for the workshop? We start at nine in the old library, and "
    "lunch is on us. There will be 12 people on the 6th of May."
)


async def write(
    model: ScriptedModel | OfflineWriter, brief: Brief = BRIEF, drafting: Drafting = CAREFUL
) -> tuple[list[str], Written]:
    """Return what a reader saw by the end, one text an attempt, and the draft that was kept."""
    seen, kept = [""], None
    async with aclosing(drafting.write(model, brief)) as items:
        async for item in items:
            assert kept is None, "something comes behind the draft that is kept"
            if isinstance(item, Written):
                kept = item
            elif isinstance(item, Restart):
                seen.append("")
            else:
                seen[-1] += item
    assert kept
    return seen, kept


def model_that_writes(*drafts: str | list[Piece] | BaseException) -> ScriptedModel:
    model = ScriptedModel()
    model.drafts.extend(drafts)
    return model

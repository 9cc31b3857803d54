"""The prompts: read from a file that the user can replace, and filled in from a brief."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from string import Template
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from email_assistant.errors import SettingsError
from email_assistant.mail import IncomingEmail, Mailbox
from email_assistant.writing.envelope import enclose, enclose_email
from email_assistant.writing.model import Brief, Revision

Task = Literal["clarify", "draft", "revise"]
Message = dict[str, str]

SHIPPED = Path(__file__).with_name("prompt.toml")

_EVERY_TASK = {"email", "instructions", "clarifications"}
_PLACEHOLDERS: dict[Task, set[str]] = {
    "clarify": _EVERY_TASK,
    "draft": _EVERY_TASK | {"user_name"},
    "revise": _EVERY_TASK | {"user_name", "draft", "earlier_feedback", "feedback"},
}


class Example(BaseModel):
    """One request and the answer that is wanted."""

    model_config = ConfigDict(extra="forbid")

    sender: str = ""
    subject: str = ""
    text: str
    instructions: str
    draft: str = ""
    feedback: str = ""
    reply: str

    def brief(self) -> Brief:
        """The example as it would have been asked."""
        email = IncomingEmail(subject=self.subject, sender=Mailbox(name=self.sender), text=self.text)
        revisions = (Revision(self.draft.strip(), self.feedback),) if self.draft else ()
        return Brief(email, self.instructions, revisions=revisions)


class Prompt(BaseModel):
    """What the model is told for one task."""

    model_config = ConfigDict(extra="forbid")

    system: str
    user: str
    examples: tuple[Example, ...] = ()

    def messages(self, brief: Brief) -> list[Message]:
        """The whole request: rules, examples, and `brief` in the same frame."""
        return [*self._beginning, {"role": "user", "content": self._fill(brief)}]

    @cached_property
    def _beginning(self) -> list[Message]:
        messages = [{"role": "system", "content": self.system.strip()}]
        for example in self.examples:
            messages.append({"role": "user", "content": self._fill(example.brief())})
            messages.append({"role": "assistant", "content": example.reply.strip()})
        return messages

    def _fill(self, brief: Brief) -> str:
        # What is empty goes with the blank line below it. NUL can mark the place: no value holds one.
        values = {name: text or "\0" for name, text in _values(brief).items()}
        return re.sub("\0\n*", "", Template(self.user).substitute(values)).strip()


class Prompts(BaseModel):
    """The prompts of all tasks."""

    model_config = ConfigDict(extra="forbid")

    clarify: Prompt
    draft: Prompt
    revise: Prompt


def load_prompts(path: Path | None = None) -> Prompts:
    """Read the prompts from `path`, or those that are shipped.

    Raises:
        SettingsError: the file cannot be read, lacks something, or has an unknown or missing placeholder.
    """
    path = path or SHIPPED
    try:
        prompts = Prompts.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise SettingsError(f"The prompt file {str(path)!r} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"The prompt file {str(path)!r} is not UTF-8 text.") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The prompt file {str(path)!r} is not valid TOML: {error}.") from None
    except ValidationError as invalid:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in invalid.errors())
        raise SettingsError(f"The prompt file {str(path)!r} cannot be used: {problems}.") from None
    for task, wanted in _PLACEHOLDERS.items():
        _check_placeholders(
            f"{task}.user in the prompt file {str(path)!r}", getattr(prompts, task).user, wanted
        )
    return prompts


def _check_placeholders(where: str, text: str, wanted: set[str]) -> None:
    template = Template(text)
    if not template.is_valid():
        raise SettingsError(f"A dollar sign in {where} begins no placeholder. Write $$ for the sign itself.")
    found = set(template.get_identifiers())
    if missing := sorted(wanted - found):
        raise SettingsError(f"{_listed(missing)} is missing from {where}. Put it where it belongs.")
    if unknown := sorted(found - wanted):
        raise SettingsError(
            f"{_listed(unknown)} in {where} is no placeholder. Known are {_listed(sorted(wanted))}."
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"${name}" for name in names)


def _values(brief: Brief) -> dict[str, str]:
    asked = (
        f"Question: {c.question}\nAnswer: {c.answer or '(none: leave it open)'}" for c in brief.clarifications
    )
    *earlier, newest = brief.revisions or (Revision("", ""),)
    return {
        "email": enclose_email(brief.email),
        "user_name": enclose("user_name", brief.user.name),
        "instructions": enclose("instructions", brief.instructions),
        "clarifications": enclose("clarifications", "\n".join(asked)),
        "draft": enclose("draft", newest.draft),
        "earlier_feedback": enclose("earlier_feedback", "\n".join(f"- {r.feedback}" for r in earlier)),
        "feedback": enclose("feedback", newest.feedback),
    }

"""The one place where the evaluation touches the service: says what a case says, reads what is shown."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from email_assistant.conversation.commands import Answers, Command, NewEmail, Typed
from email_assistant.evaluation.scripted import ScriptedWriter
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.opening import open_assistant
from email_assistant.service.turns import Delta, Progress
from email_assistant.service.view import ConversationView
from email_assistant.settings import Settings
from email_assistant.store.opening import open_database
from email_assistant.store.preferences import Preferences
from email_assistant.writing.drafting import Drafting
from email_assistant.writing.offline import OfflineWriter

Kind = Literal["rules", "scripted", "model"]


@dataclass(frozen=True)
class Writer:
    """Who writes: the rules, the references of the cases, or a model as `settings` say."""

    kind: Kind
    label: str
    settings: Settings

    @classmethod
    def rules(cls, settings: Settings) -> Writer:
        """Return the offline writer, without the pauses in which a person watches it write."""
        return cls("rules", "rules", settings)

    @classmethod
    def scripted(cls, settings: Settings) -> Writer:
        """Return a model that makes no mistakes: it says each case's reference."""
        return cls("scripted", "scripted", settings)

    @classmethod
    def model(cls, settings: Settings, *, name: str | None = None, prompt_file: Path | None = None) -> Writer:
        """Return the configured model, or another one at its server, perhaps with another prompt."""
        changed = settings.model_copy(
            update={"model": name or settings.model, "prompt_file": prompt_file or settings.prompt_file}
        )
        label = changed.model
        if changed.prompt_file:  # two prompts may have the same name in two folders
            label += f" with {'/'.join(changed.prompt_file.parts[-2:])}"
        return cls("model", label, changed)


@dataclass
class Talk:
    """One conversation of a case; what was shown and what it took is read from here."""

    assistant: EmailAssistant
    owner: str
    app_id: str = ""
    seconds: float = 0
    first_word: float | None = None
    """Seconds from the first turn's beginning until the first word of a draft, without those of a person."""
    _view: ConversationView | None = field(default=None, repr=False)

    async def begin(self, mail: str, instructions: str, user: str) -> None:
        """Give the email, with the instructions where there are some."""
        if user:
            await self.assistant.set_preferences(self.owner, Preferences(name=user))
        self.app_id = (await self.assistant.create(self.owner)).app_id
        await self._say(NewEmail(mail, instructions))

    @property
    def questions(self) -> list[str]:
        """What it waits for answers to; [] where it waits for none."""
        if self._view is None or self._view.next_step != "clarify_instructions":
            return []
        return list(self._view.state.clarification_questions)

    async def answer(self, answers: Sequence[str]) -> None:
        """Answer the questions, "" for a skipped one."""
        await self._say(Answers(tuple(answers)))

    async def feedback(self, text: str) -> None:
        """Say something of the draft."""
        await self._say(Typed(text))

    @property
    def draft(self) -> str:
        """The newest draft; "" where there is none."""
        return self._view.state.current_draft if self._view else ""

    @property
    def tokens(self) -> int:
        """What the drafts cost, as far as the model's server says."""
        drafts = self._view.state.draft_history if self._view else []
        return sum((draft.input_tokens or 0) + (draft.output_tokens or 0) for draft in drafts)

    async def _say(self, command: Command) -> None:
        begun = time.perf_counter()

        async def listen(progress: Progress) -> None:
            if self.first_word is None and isinstance(progress, Delta):
                self.first_word = self.seconds + time.perf_counter() - begun

        try:
            self._view = await self.assistant.turn(self.owner, self.app_id, command, listener=listen)
        finally:
            self.seconds += time.perf_counter() - begun


@dataclass(frozen=True)
class Driver:
    """The open service with one writer."""

    assistant: EmailAssistant

    def talk(self, case_id: str) -> Talk:
        """Return a conversation of an owner of its own, so that no case sees the settings of another."""
        return Talk(self.assistant, f"evaluation-{case_id}")


@asynccontextmanager
async def open_driver(writer: Writer) -> AsyncIterator[Driver]:
    """Open the service in a directory of its own, which is removed after the block.

    Raises:
        SettingsError: the model cannot be used as it is set up.
    """
    with TemporaryDirectory(prefix="email-assistant-eval-") as directory:
        here = {
            "data_dir": Path(directory),
            "database_url": None,
            "auth": "local",
            "telemetry": "off",
            "hooks": "",
        }
        settings = writer.settings.model_copy(update=here)
        if writer.kind == "model":
            async with open_assistant(settings) as assistant:
                yield Driver(assistant)
            return
        model = ScriptedWriter() if writer.kind == "scripted" else OfflineWriter(delay=0)
        drafting = Drafting(proofreads=settings.proofreader)
        async with (
            open_database(settings) as database,
            aclosing(EmailAssistant(database, model, drafting=drafting)) as assistant,
        ):
            yield Driver(assistant)

"""Open the service as the settings say, and close it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager

from burr.core.persistence import AsyncBaseStateSaver
from burr.lifecycle import LifecycleAdapter

from email_assistant.service.assistant import EmailAssistant, Limits
from email_assistant.service.cost import Prices
from email_assistant.settings import Settings, private_dir
from email_assistant.store.files import Files
from email_assistant.store.opening import open_database
from email_assistant.store.processes import Processes
from email_assistant.store.states import SaveAfterStep
from email_assistant.telemetry import MakeWatcher, Telemetry
from email_assistant.telemetry.hooks import load_factories
from email_assistant.writing import create_model
from email_assistant.writing.drafting import Drafting
from email_assistant.writing.model import LanguageModel


@asynccontextmanager
async def open_assistant(
    settings: Settings,
    *,
    model: LanguageModel | None = None,
    hooks: Sequence[LifecycleAdapter] = (),
    persister: AsyncBaseStateSaver | None = None,
    watchers: Sequence[MakeWatcher] = (),
) -> AsyncIterator[EmailAssistant]:
    """Open the service with the configured database, and close it after the block.

    Args:
        settings: what `load_settings` read from the environment, or what a program sets.
        model: writes instead of the configured one; it stays the caller's to close.
        hooks: Burr's hooks for every turn; a step's state is saved before its post-step hooks run.
        persister: is given each state too. Conversations are loaded from the database, never from it.
        watchers: make more of what watches each turn.

    Raises:
        EmailAssistantError: the database, the files, the model or what watches cannot be opened; the text
            says why.
    """
    limits = None
    if settings.auth != "local":
        limits = Limits(settings.conversations_per_user, settings.turns_per_user)
    drafting = Drafting(settings.proofreader, settings.second_attempt, settings.notes_first)
    telemetry = Telemetry(
        settings.watchers,
        private_dir(settings.data_dir) / "burr",
        load_factories(settings.hook_factories),
        page=settings.burr_url,
        with_subjects=settings.burr_subjects,
        more=watchers,
    )
    copies = [SaveAfterStep(persister.save)] if persister else []
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings))
        if model is None:
            model = await stack.enter_async_context(aclosing(create_model(settings)))
        assistant = EmailAssistant(
            database,
            model,
            telemetry,
            limits,
            drafting,
            hooks=[*copies, *hooks],
            prices=Prices.of(settings),
            model_choice=settings.may_choose_model,
            processes=Processes(private_dir(settings.data_dir) / "processes"),
            files=Files(database, settings.files),
        )
        yield await stack.enter_async_context(aclosing(assistant))

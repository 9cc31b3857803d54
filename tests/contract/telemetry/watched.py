"""A conversation that is watched, in this process or in a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

from email_assistant.conversation.commands import Accept, Answers, NewEmail, Revise
from email_assistant.service.assistant import EmailAssistant
from email_assistant.settings import Settings, Watcher
from email_assistant.store.opening import open_url
from email_assistant.telemetry import Telemetry
from email_assistant.writing import create_model
from email_assistant.writing.drafting import Drafting
from email_assistant.writing.model import LanguageModel
from email_assistant.writing.offline import OfflineWriter
from tests.fakes.openai_server import FakeOpenAI, Reply

OWNER = "sam"
MAIL = NewEmail("From: Dana <dana@example.com>\nSubject: Lunch\n\nLunch on Tuesday?\n\nDana", "say yes")


@asynccontextmanager
async def opened(
    folder: Path, *watchers: Watcher, model: LanguageModel | None = None, drafting: Drafting | None = None
) -> AsyncIterator[EmailAssistant]:
    telemetry = Telemetry(watchers, folder / "burr")
    async with (
        open_url(f"sqlite:///{folder / 'x.db'}") as database,
        aclosing(
            EmailAssistant(database, model or OfflineWriter(delay=0), telemetry, drafting=drafting)
        ) as assistant,
    ):
        yield assistant


async def converse(folder: Path, *watchers: Watcher, delete: bool = False) -> str:
    async with opened(folder, *watchers) as assistant:
        app_id = (await assistant.create(OWNER)).app_id
        view = await assistant.turn(OWNER, app_id, MAIL)
        assert view.next_step == "process_feedback"
        await assistant.turn(OWNER, app_id, Revise("Make it shorter."))
        if delete:
            await assistant.delete(OWNER, app_id)
    return app_id


PROGRAM = "from email_assistant.cli import main; main()"


def reply(folder: Path, program: str = PROGRAM, **variables: str) -> subprocess.CompletedProcess[str]:
    """Have a reply written by the program, watched as the variables say."""
    return subprocess.run(
        [sys.executable, "-c", program, "reply", "-", "--no-input", "-i", "say yes"],
        input="Lunch on Tuesday?\n\nDana\n",
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("OTEL_")},
            "EMAIL_ASSISTANT_DATA_DIR": str(folder),
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def talking_to(server: FakeOpenAI) -> LanguageModel:
    return create_model(Settings(openai_base_url=server.url, model="small", temperature=0.3))


QUESTION = NewEmail(
    "From: Dana <dana@example.com>\nSubject: Lunch\n\nWhich day suits you?\n\nDana", "say yes"
)


async def ask_model(folder: Path, server: FakeOpenAI, watcher: Watcher = "opentelemetry") -> str:
    async with (
        aclosing(talking_to(server)) as model,
        opened(folder, watcher, model=model, drafting=Drafting(proofreads=False)) as assistant,
    ):
        app_id = (await assistant.create(OWNER)).app_id
        server.replies += [
            Reply(questions=["Which day?"]),
            Reply(text="Hi Dana,\n\nLunch on Friday.\n\nSam"),
        ]
        view = await assistant.turn(OWNER, app_id, QUESTION)
        assert view.next_step == "clarify_instructions"
        await assistant.turn(OWNER, app_id, Answers(("Friday",)))
        await assistant.turn(OWNER, app_id, Accept())
    return app_id

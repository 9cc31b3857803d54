"""The package as a library: what docs/library.md and docs/loop.ipynb show runs as it stands there."""

from __future__ import annotations

import ast
import inspect
import io
import json
import re
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from burr.core import Application, ApplicationBuilder, State, action
from burr.core.persistence import AsyncBaseStateSaver

import email_assistant
from email_assistant import (
    LOCAL_USER,
    Brief,
    NewEmail,
    Restart,
    Retry,
    Settings,
    Usage,
    library,
    open_assistant,
)
from email_assistant.errors import ModelServerError

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "library.md").read_text(encoding="utf-8")
EMAIL = NewEmail("From: Dana <dana@example.com>\nSubject: Lunch\n\nLunch on Thursday?\n\nDana", "Say yes.")


@pytest.fixture(autouse=True)
def a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_ASSISTANT_DATA_DIR", str(tmp_path))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def shown() -> dict[str, Any]:
    """Provide what the page's blocks define, run one after the other, and what they print."""
    names: dict[str, Any] = {}
    with redirect_stdout(io.StringIO()) as printed:
        for block in re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
            exec(block, names)  # noqa: S102 - the page is ours
    return names | {"printed": printed.getvalue()}


def test_the_page_runs(shown: dict[str, Any]) -> None:
    assert "Hi Dana," in shown["printed"]
    assert b"Re: Lunch" in shown["eml"]


async def test_the_notebook_runs(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    notebook = json.loads((DOCS / "loop.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for cell in cells:
        assert cell["outputs"] == []
        # A cell may await, as in Jupyter.
        code = compile("".join(cell["source"]), "loop.ipynb", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        if inspect.isawaitable(result := eval(code, names)):  # noqa: S307
            await result

    assert names["view"].state.final_draft in capsys.readouterr().out
    assert b"Re: Lunch" in names["eml"]


async def test_a_model_and_hooks_of_the_users_own_can_be_given(shown: dict[str, Any], tmp_path: Path) -> None:
    model, steps = shown["Echo"](), shown["Steps"]()
    settings = Settings(data_dir=tmp_path, proofreader=False)
    async with open_assistant(settings, model=model, hooks=[steps]) as assistant:
        app_id = (await assistant.create(LOCAL_USER)).app_id
        view = await assistant.turn(LOCAL_USER, app_id, EMAIL)

    assert "You wrote: Say yes." in view.state.current_draft
    assert view.state.draft_history[-1].model == "echo"
    assert steps.ended == ["process_input", "determine_clarifications", "formulate_draft"]


class Copies(AsyncBaseStateSaver):
    """A persister as somebody else would write it."""

    def __init__(self) -> None:
        self.saved: list[tuple[str, str, str | None]] = []

    async def save(  # noqa: PLR0917 - Burr's signature
        self,
        partition_key: str | None,
        app_id: str,
        sequence_id: int,
        position: str,
        state: Any,
        status: str,
        **_: Any,
    ) -> None:
        self.saved.append((position, status, partition_key))


class FailsOnce:
    """A model whose first draft fails."""

    name, failed, closed = "mine", False, False

    async def parse(self, brief: Brief, shape: type) -> Any:
        return shape()

    async def stream(self, brief: Brief) -> AsyncGenerator[str | Restart | Usage, None]:
        if not self.failed:
            self.failed = True
            raise ModelServerError("Not now. Try again.")
        yield "Gladly."

    async def aclose(self) -> None:
        self.closed = True


async def test_a_persister_of_the_users_own_is_given_each_state(tmp_path: Path) -> None:
    model, persister = FailsOnce(), Copies()
    async with open_assistant(Settings(data_dir=tmp_path), model=model, persister=persister) as assistant:
        app_id = (await assistant.create(LOCAL_USER)).app_id
        with pytest.raises(ModelServerError):
            await assistant.turn(LOCAL_USER, app_id, EMAIL)
        await assistant.turn(LOCAL_USER, app_id, Retry())

    assert persister.saved == [
        ("process_input", "completed", LOCAL_USER),
        ("determine_clarifications", "completed", LOCAL_USER),
        ("formulate_draft", "failed", LOCAL_USER),
        ("formulate_draft", "completed", LOCAL_USER),
    ]
    assert not model.closed  # it is the caller's to close


def test_every_name_of_the_library_can_be_imported() -> None:
    assert [name for name in library.__all__ if not hasattr(email_assistant, name)] == []
    assert not hasattr(email_assistant, "no_such_name")


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys, email_assistant; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert [name for name in loaded.split() if name.startswith("email_assistant")] == ["email_assistant"]
    assert "pydantic" not in loaded


@action(reads=[], writes=[])
def fails(state: State[Any]) -> State[Any]:
    raise ValueError("of another program")


async def test_burr_logs_no_mail_of_a_failed_turn_and_goes_on_logging_for_other_programs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_assistant(Settings(data_dir=tmp_path), model=FailsOnce()) as assistant:
        app_id = (await assistant.create(LOCAL_USER)).app_id
        with pytest.raises(ModelServerError):
            await assistant.turn(LOCAL_USER, app_id, EMAIL)
        await assistant.turn(LOCAL_USER, app_id, Retry())
        assert "Dana" not in caplog.text

        theirs: Application[Any] = (
            ApplicationBuilder().with_actions(fails=fails).with_entrypoint("fails").build()
        )
        with pytest.raises(ValueError, match="of another program"):
            theirs.run(halt_after=["fails"])

    assert "of another program" in caplog.text

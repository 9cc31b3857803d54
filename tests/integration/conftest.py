"""One server and one model's server for all the tests that need no other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

pytest.register_assert_rewrite("tests.integration.chainlit_client")

from tests.integration.chainlit_client import Tab  # noqa: E402
from tests.integration.processes import (  # noqa: E402
    ModelProcess,
    ServerProcess,
    running_model,
    running_server,
)


@pytest.fixture(scope="session")
def shared_model() -> Iterator[ModelProcess]:
    with running_model() as model:
        yield model


@pytest.fixture(scope="session")
def server(shared_model: ModelProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with running_server(tmp_path_factory.mktemp("server") / "data", model_url=shared_model.url) as server:
        yield server


@pytest.fixture
def model(shared_model: ModelProcess) -> Iterator[ModelProcess]:
    """Provide the model's server without anything that it was told before."""
    shared_model.reset()
    yield shared_model
    shared_model.release()


@pytest.fixture
async def tab(server: ServerProcess, model: ModelProcess) -> AsyncIterator[Tab]:
    """Provide a tab with the start page."""
    async with Tab(server.url) as tab:
        yield tab

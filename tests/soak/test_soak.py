"""A short soak with each run of the tests; `python -m tests.soak` goes on for longer."""

from pathlib import Path

import pytest

from tests.soak.soak import soak


@pytest.mark.timeout(300)  # a killed server takes seconds to start again
async def test_faults_at_random_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    tally = await soak(tmp_path, seconds=12, seed=1)

    assert not tally.wrong, tally
    assert {"in the chat", "over HTTP"} == {*tally.acknowledged()}
    assert tally.faults["kills"]

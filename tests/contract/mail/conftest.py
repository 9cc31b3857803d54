from __future__ import annotations

from pathlib import Path

import pytest

from bench.mail_corpus import corpus_folder


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Provide the public fixtures; they are not part of the project."""
    folder = corpus_folder()
    if folder is None:
        pytest.skip("the mail fixtures are absent: ../shared/corpus, or EMAIL_ASSISTANT_TEST_CORPUS")
    return folder

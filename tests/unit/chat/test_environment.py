"""What is prepared for Chainlit: whole after a power cut, and no obstacle on a full disk."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from errno import ENOSPC
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier, Event

import pytest

from email_assistant.chat.host import environment
from email_assistant.errors import SettingsError
from email_assistant.settings import Settings


@pytest.fixture
def chainlits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set back after the test what `prepare` tells Chainlit."""
    for name in ("CHAINLIT_APP_ROOT", "CHAINLIT_AUTH_SECRET", "CHAINLIT_AUTH_COOKIE_NAME"):
        monkeypatch.setenv(name, "as it was")


def test_the_secret_is_made_once_and_private(tmp_path: Path) -> None:
    (secret,) = environment.signing_secrets(Settings(data_dir=tmp_path))

    assert len(secret) >= 43
    assert environment.signing_secrets(Settings(data_dir=tmp_path)) == [secret]
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]


@pytest.mark.parametrize("left", [b"", b"x", b" " * 64, b"\0" * 64, b"\xff" * 64, b"x" * 31])
def test_one_that_is_not_whole_is_made_anew(tmp_path: Path, left: bytes) -> None:
    (tmp_path / "secret").write_bytes(left)

    (secret,) = environment.signing_secrets(Settings(data_dir=tmp_path))

    assert len(secret) >= 43
    assert environment.signing_secrets(Settings(data_dir=tmp_path)) == [secret]


def test_several_secrets_are_kept_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{'n' * 40}\n\n  {'o' * 40}\nshort\n")

    assert environment.signing_secrets(Settings(data_dir=tmp_path)) == ["n" * 40, "o" * 40]


def test_a_file_that_is_named_is_read_and_never_made(tmp_path: Path) -> None:
    named = Settings(data_dir=tmp_path, secret_file=tmp_path / "given")

    with pytest.raises(SettingsError, match="no line of"):
        environment.signing_secrets(named)
    assert not [*tmp_path.iterdir()]

    (tmp_path / "given").write_text("g" * 40)
    assert environment.signing_secrets(named) == ["g" * 40]


def test_servers_that_make_one_at_once_have_the_same(tmp_path: Path) -> None:
    servers = 8
    with ThreadPoolExecutor(servers) as threads:
        for number in range(40):
            settings, ready = Settings(data_dir=tmp_path / str(number)), Barrier(servers)

            def start(settings: Settings = settings, ready: Barrier = ready) -> str:
                ready.wait()
                return environment.signing_secrets(settings)[0]

            made = {each.result() for each in [threads.submit(start) for _ in range(servers)]}
            assert made == {(settings.data_dir / "secret").read_text()}


@pytest.mark.usefixtures("chainlits")
def test_a_server_starts_while_another_works_in_the_folder(tmp_path: Path) -> None:
    settings, done = Settings(data_dir=tmp_path), Event()
    environment.prepare(settings)

    def work() -> None:
        while not done.is_set():
            with TemporaryDirectory(dir=tmp_path / "chainlit") as folder:
                (Path(folder) / "uploaded").write_bytes(b"")

    with ThreadPoolExecutor(1) as other:
        working = other.submit(work)
        try:
            for _ in range(100):
                environment.prepare(settings)
        finally:
            done.set()
        working.result()


@pytest.mark.usefixtures("chainlits")
def test_what_is_there_already_is_not_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=tmp_path)
    environment.prepare(settings)

    def full(*_: object, **__: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(environment, "write_whole", full)
    environment.prepare(settings)
    (tmp_path / "chainlit" / "public" / "style.css").unlink()
    with pytest.raises(SettingsError, match=r"No space left on device\. Make room"):
        environment.prepare(settings)

"""What is prepared for Chainlit: whole after a power cut, and no obstacle on a full disk."""

from __future__ import annotations

import stat
from errno import ENOSPC
from pathlib import Path

import pytest

from email_assistant.chat.host import environment
from email_assistant.errors import SettingsError
from email_assistant.settings import Settings, write_whole


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


def test_of_two_processes_that_make_one_both_have_the_same(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    write_whole(path, b"first", replace=False)
    write_whole(path, b"second", replace=False)

    assert path.read_bytes() == b"first"


def test_what_is_there_already_is_not_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CHAINLIT_APP_ROOT", "CHAINLIT_AUTH_SECRET", "CHAINLIT_AUTH_COOKIE_NAME"):
        monkeypatch.setenv(name, "as it was")  # set back after the test
    settings = Settings(data_dir=tmp_path)
    environment.prepare(settings)

    def full(*_: object, **__: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(environment, "write_whole", full)
    environment.prepare(settings)
    (tmp_path / "chainlit" / "public" / "style.css").unlink()
    with pytest.raises(SettingsError, match=r"No space left on device\. Make room"):
        environment.prepare(settings)

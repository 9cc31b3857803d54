"""Prepare the environment and the folder that Chainlit reads when it is first imported."""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import secrets
import shutil
import time
from contextlib import suppress
from functools import reduce
from pathlib import Path

from email_assistant.chat import texts
from email_assistant.errors import SettingsError
from email_assistant.guard.sessions import cookie_name
from email_assistant.settings import Settings, private_dir, write_whole
from email_assistant.translations import LANGUAGES, speaking

log = logging.getLogger(__name__)

PACKAGE = Path(__file__).parents[2]
MAX_SESSION = 24 * 3600
"""Seconds after which no tab of another server process needs its uploads."""
MIN_SECRET = 32
"""Characters of a secret that cannot be guessed."""
ASSETS = ("chainlit.md", ".chainlit", "public")


def prepare(settings: Settings) -> None:
    """Give Chainlit a folder of its own in the data directory, so that the server runs from any place.

    Raises:
        SettingsError: it cannot be written; the text says why.
    """
    os.umask(0o077)  # what Chainlit writes from here on is for its owner only
    root = private_dir(private_dir(settings.data_dir) / "chainlit")
    try:
        _fill(root)
        write_translations(settings, root)
        os.environ["CHAINLIT_APP_ROOT"] = str(root)
        set_secret(settings)
    except OSError as failure:
        raise SettingsError(
            f"The folder {str(settings.data_dir)!r} cannot be written: {failure.strerror}. "
            "Make room there, or check who may write to it, then start again."
        ) from None


def assets() -> Path:
    """Return where the files are that Chainlit is given: in the package or, in a checkout, at its root."""
    installed = PACKAGE / "assets"
    return installed if installed.is_dir() else PACKAGE.parent


def _fill(root: Path) -> None:
    source = assets()
    for name in ASSETS:
        asset = source / name
        for file in asset.rglob("*") if asset.is_dir() else [asset]:
            if file.is_file() and file.parent.name != "translations":  # `chainlit run` leaves some there
                _put(root / file.relative_to(source), file.read_bytes())
    for folder, folders, files in os.walk(root):
        for path in (Path(folder, name) for name in folders + files):
            with suppress(FileNotFoundError):  # another server that shares the folder is at work in it
                if folder == str(root / ".files") and path.stat().st_mtime < time.time() - MAX_SESSION:
                    shutil.rmtree(path, ignore_errors=True)  # uploaded to a server that was killed
                else:
                    path.chmod(0o700 if path.is_dir() else 0o600)  # an earlier version may have differed


def _put(path: Path, content: bytes) -> None:
    """Write a file, unless it has this content already: a full disk keeps no server from starting."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)


def write_translations(settings: Settings, root: Path) -> None:
    """Write Chainlit's words in each language, with ours in place of some, and the page on how it works."""
    for language in LANGUAGES:
        words = json.loads(chainlits_words(language).read_text(encoding="utf-8"))
        with speaking(language):
            notice = texts.OFFLINE if settings.offline else texts.MODEL
            ours = texts.CHAINLIT | {"chat.watermark": notice.format(model=settings.model)}
            if settings.offline:
                ours["welcome.offline"] = texts.WELCOME_OFFLINE
        for path, sentence in ours.items():
            *parents, name = path.split(".")
            reduce(lambda part, parent: part.setdefault(parent, {}), parents, words)[name] = sentence
        _put(
            root / ".chainlit" / "translations" / f"{language}.json",
            json.dumps(words, ensure_ascii=False).encode(),
        )
        told = PACKAGE / "translations" / f"how_it_works.{language}.md"
        told = told if told.is_file() else root / "chainlit.md"
        _put(root / f"chainlit_{language}.md", told.read_bytes())


def chainlits_words(language: str) -> Path:
    """Return the file of Chainlit's own words in a language; ours where it has none."""
    spec = importlib.util.find_spec("chainlit")
    assert spec and spec.origin  # noqa: S101 - it is a dependency
    shipped = Path(spec.origin).parent / "translations"
    there = sorted(shipped.glob(f"{language}.json")) + sorted(shipped.glob(f"{language}-*.json"))
    return there[0] if there else PACKAGE / "translations" / f"chainlit.{language}.json"


def set_secret(settings: Settings) -> None:
    """Give Chainlit the key that signs its cookies."""
    secret = signing_secrets(settings)[0]
    os.environ["CHAINLIT_AUTH_SECRET"] = secret
    os.environ["CHAINLIT_AUTH_COOKIE_NAME"] = cookie_name(secret)
    if settings.url:
        os.environ["CHAINLIT_URL"] = settings.url  # where other services send the browser back to


def signing_secrets(settings: Settings) -> list[str]:
    """Return the secrets, one a line of their file: the first one signs, all verify.

    Without a file that the settings name, one in the data directory is created at the first call, readable
    for its owner only, and again if no line of it is a secret: a power cut or a full disk may have left it
    empty, and whoever guesses a short one signs in as anybody.

    Raises:
        SettingsError: the file that the settings name has no secret, or cannot be read.
    """
    if settings.secret_file:
        if found := _secrets(settings.secret_file):
            return found
        raise SettingsError(
            f"EMAIL_ASSISTANT_SECRET_FILE: no line of {str(settings.secret_file)!r} is a secret of "
            f"{MIN_SECRET} characters or more. Write one into it, for instance with: openssl rand -base64 48"
        )
    path = private_dir(settings.data_dir) / "secret"
    # Asked before it is read: one that another server makes meanwhile is whole, and must not be replaced.
    was_there = path.exists()
    if not (found := _secrets(path)):
        if was_there:
            log.warning("The file %s was damaged; a new one is made, and everybody signs in again", path)
        write_whole(path, secrets.token_urlsafe(48).encode(), replace=was_there)
        found = _secrets(path)  # that of whichever server was first
    return found


def _secrets(path: Path) -> list[str]:
    try:
        lines = path.read_bytes().decode("ascii", "replace").splitlines()
    except OSError:
        return []
    found = [line.strip() for line in lines if line.isascii() and line.isprintable()]
    return [secret for secret in found if len(secret) >= MIN_SECRET]

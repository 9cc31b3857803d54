"""What Chainlit reads from the environment and from its folder, prepared before it is first imported."""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import shutil
import time
from functools import reduce
from pathlib import Path

from email_assistant.chat import texts
from email_assistant.guard.sessions import cookie_name
from email_assistant.settings import Settings, private_dir

PACKAGE = Path(__file__).parent.parent
LONGEST_SESSION = 24 * 3600
"""Seconds after which no tab of another server process needs its uploads any more."""
ASSETS = ("chainlit.md", ".chainlit", "public")


def prepare(settings: Settings) -> None:
    """Give Chainlit a folder of its own in the data directory, so that the server runs from any place."""
    os.umask(0o077)  # what Chainlit writes from here on is for its owner only
    root = private_dir(private_dir(settings.data_dir) / "chainlit")
    source = PACKAGE / "assets"  # in an installed package; in a checkout the same files lie at the root
    for name in ASSETS:
        asset = (source if source.is_dir() else PACKAGE.parent) / name
        if asset.is_dir():
            shutil.copytree(asset, root / name, dirs_exist_ok=True)
        else:
            shutil.copyfile(asset, root / name)
    # Chainlit looks for the page in the browser's language first, and complains where there is none.
    shutil.copyfile(root / "chainlit.md", root / "chainlit_en-US.md")
    for left in (root / ".files").glob("*"):  # what was uploaded to a server that was killed
        if left.stat().st_mtime < time.time() - LONGEST_SESSION:
            shutil.rmtree(left, ignore_errors=True)
    for path in root.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)  # copies take the modes of what they are copied from
    write_translation(settings, root / ".chainlit" / "translations")
    os.environ["CHAINLIT_APP_ROOT"] = str(root)
    set_secret(settings)


def write_translation(settings: Settings, folder: Path) -> None:
    """Put our words into Chainlit's own where it says something else than this product means."""
    spec = importlib.util.find_spec("chainlit")
    assert spec and spec.origin  # noqa: S101 - it is a dependency
    shipped = (Path(spec.origin).parent / "translations" / "en-US.json").read_text(encoding="utf-8")
    words = json.loads(shipped)
    notice = texts.OFFLINE_NOTICE if settings.offline else texts.MODEL_NOTICE.format(model=settings.model)
    for path, sentence in {**texts.CHAINLIT, "chat.watermark": notice}.items():
        *parents, name = path.split(".")
        reduce(lambda part, parent: part.setdefault(parent, {}), parents, words)[name] = sentence
    folder.mkdir(exist_ok=True)
    (folder / "en-US.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")


def set_secret(settings: Settings) -> None:
    """Give Chainlit the key that signs its cookies: made once, readable for its owner only."""
    secret = signing_secret(settings.data_dir)
    os.environ["CHAINLIT_AUTH_SECRET"] = secret
    os.environ["CHAINLIT_AUTH_COOKIE_NAME"] = cookie_name(secret)
    if settings.url:
        os.environ["CHAINLIT_URL"] = settings.url  # where other services send the browser back to


def signing_secret(data_dir: Path) -> str:
    """The secret in `data_dir`, made at the first call."""
    path = private_dir(data_dir) / "secret"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text()

"""Buckets of S3, and of the many servers that speak its protocol.

The environment says how to reach them, in the variables that S3's other clients read.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from email_assistant.errors import SettingsError
from email_assistant.settings import extra_missing, is_http
from email_assistant.store.places import FilesUnavailable

if TYPE_CHECKING:
    from obstore.store import S3Store

log = logging.getLogger(__name__)

NAME = "EMAIL_ASSISTANT_FILES=s3://…"
"""The setting, as it is named to people."""

CONNECT_WITHIN, ANSWER_WITHIN = timedelta(seconds=3), timedelta(seconds=60)
"""What a bucket is given."""
RETRIES = 2

TRIAL = b"Email Assistant tries whether it can write, read and remove this.\n"

_CODE = re.compile(r"<Code>(\w{1,50})</Code>")


class Bucket:
    """The bucket of the URL `where`, `s3://bucket/prefix`, and those in which earlier files lie.

    Raises:
        SettingsError: the package that it needs is not installed, or cannot use what the environment says.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._stores: dict[str, S3Store] = {}
        self._at(where)

    def new_url(self, app_id: str) -> str:
        """Return one that was never used."""
        return f"{self._where}/{app_id}/{uuid.uuid4()}"

    async def put(self, url: str, content: bytes) -> bytes:
        """Upload all; the row holds nothing."""
        import obstore

        store, key = self._at(url)
        async with _answer():
            # In one request: parts of an upload that is broken off would stay in the bucket, and unseen.
            await obstore.put_async(store, key, content, use_multipart=False)
        return b""

    async def get(self, url: str, held: bytes) -> bytes | None:
        """Download it."""
        import obstore

        store, key = self._at(url)
        async with _answer():
            try:
                found = await obstore.get_async(store, key)
                return bytes(await found.bytes_async())
            except FileNotFoundError as missing:
                if _code(missing) == "NoSuchKey":
                    return None
                raise

    async def remove(self, urls: Sequence[str]) -> None:
        """Remove them with one request for each bucket."""
        import obstore

        for _, of_one in groupby(sorted(urls), key=lambda url: url.split("/")[2]):
            found = [self._at(url) for url in of_one]
            async with _answer():
                await obstore.delete_async(found[0][0], [key for _, key in found])

    async def try_out(self) -> None:
        """Write an object, read it and remove it."""
        url = self.new_url("trial")
        try:
            await self.put(url, TRIAL)
            await self.get(url, b"")
            await self.remove([url])
        except FilesUnavailable as failure:
            raise SettingsError(f"Files cannot be kept at {self._where}: {failure.why}.") from None

    def _at(self, url: str) -> tuple[S3Store, str]:
        """Return the bucket of an object's URL, and the object's key."""
        name, _, key = url.removeprefix("s3://").partition("/")
        if name not in self._stores:
            self._stores[name] = _opened(name)
        return self._stores[name], key


def _opened(name: str) -> S3Store:
    try:
        from obstore.exceptions import BaseError
        from obstore.store import S3Store
    except ImportError:
        raise extra_missing(NAME, "s3") from None
    for variable in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"):
        if not is_http(os.environ.get(variable, "http://none")):  # obstore would panic later
            raise SettingsError(f"{variable} must be an address such as https://s3.example.com, or not set.")
    try:
        return S3Store(
            name,
            client_options={"allow_http": True, "connect_timeout": CONNECT_WITHIN, "timeout": ANSWER_WITHIN},
            retry_config={"max_retries": RETRIES, "retry_timeout": ANSWER_WITHIN},
        )
    except BaseError as unusable:
        reason = str(unusable).partition("\n")[0]
        raise SettingsError(f"The variables AWS_… for {NAME} cannot be used: {reason}.") from None


@asynccontextmanager
async def _answer() -> AsyncIterator[None]:
    """Wait for the bucket, and translate what it or its driver says.

    Raises:
        FilesUnavailable: it did not answer, or refused.
    """
    from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

    try:
        async with asyncio.timeout(ANSWER_WITHIN.total_seconds()):
            yield
    except (BaseError, OSError) as failure:  # an OSError where Python has one of that name, or in time
        code, is_denied = _code(failure), isinstance(failure, PermissionDeniedError | UnauthenticatedError)
        if is_denied:
            why = f"access is denied{code and f' ({code})'}. Check AWS_ACCESS_KEY_ID and what it may do"
        elif code == "NoSuchBucket":
            why = "there is no such bucket. Create it, or correct EMAIL_ASSISTANT_FILES"
        elif code:
            why = f"it answers {code}. Check EMAIL_ASSISTANT_FILES and AWS_REGION"
        else:
            why = "it does not answer. Check AWS_ENDPOINT_URL_S3, AWS_REGION and the variables of its key"
        log.warning("The bucket cannot be used: %s", why)
        raise FilesUnavailable(why, refused=is_denied or bool(code)) from failure


def _code(failure: Exception) -> str:
    """Return the error code in what a bucket answered (it is XML); "" if it said none."""
    found = _CODE.search(str(failure))
    return found[1] if found else ""

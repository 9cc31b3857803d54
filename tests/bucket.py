"""A real server of S3's protocol for the tests, from the package index, in a process that a test may kill."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from uuid import uuid4

import httpx
import obstore
import pytest
from obstore.store import S3Store


class BucketServer:
    """A running server with the bucket `mail`, and the variables that reach it; `place` is a URL in it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "moto.server", "--host", "127.0.0.1", "--port", "0"],
            stderr=subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            text=True,
        )
        assert self.process.stderr
        self.url = next(filter(None, (re.search(r"http://\S+", line) for line in self.process.stderr)))[0]
        self._log = Thread(target=self.process.stderr.read)  # else it would fill the pipe
        self._log.start()
        self.environment = {
            "AWS_ENDPOINT_URL_S3": self.url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "sam",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }
        self._call("PUT", "/mail")
        self.place = "s3://mail/files"
        self._store = S3Store(
            "mail",
            endpoint=self.url,
            region="us-east-1",
            access_key_id="sam",
            secret_access_key="secret",
            client_options={"allow_http": True},
        )

    def names(self) -> list[str]:
        """Return the names of the objects below `place`."""
        prefix = self.place.removeprefix("s3://mail/") + "/"
        return sorted(
            each["path"].removeprefix(prefix) for each in obstore.list(self._store, prefix).collect()
        )

    def overwrite(self, url: str, content: bytes) -> None:
        """Put something else in the place of an object."""
        obstore.put(self._store, url.removeprefix("s3://mail/"), content)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Let nobody do anything for a while."""
        self._call("POST", "/moto-api/reset-auth", b"0")
        try:
            yield
        finally:
            self._call("POST", "/moto-api/reset-auth", b"inf")

    def kill(self) -> None:
        """Let it be gone, with all that it has."""
        self.process.kill()
        self.process.wait()
        self._log.join()
        assert self.process.stderr
        self.process.stderr.close()

    def _call(self, method: str, path: str, body: bytes = b"") -> None:
        httpx.request(method, self.url + path, content=body).raise_for_status()


@pytest.fixture(scope="session")
def bucket_server() -> Iterator[BucketServer]:
    """Provide a server for this session."""
    server = BucketServer()
    yield server
    server.kill()


@pytest.fixture
def bucket(bucket_server: BucketServer, monkeypatch: pytest.MonkeyPatch) -> BucketServer:
    """Provide the server with an empty `place`, reached by the variables of this process."""
    bucket_server.place = f"s3://mail/{uuid4()}"
    for name, value in bucket_server.environment.items():
        monkeypatch.setenv(name, value)
    return bucket_server

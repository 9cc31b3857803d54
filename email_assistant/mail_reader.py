"""Reads mail in processes of its own, so that no mail takes time or memory from anybody but its sender."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from signal import Signals
from typing import Any
from weakref import WeakValueDictionary

from email_assistant.errors import EmailAssistantError, InvalidEmail
from email_assistant.mail import IncomingEmail, Paste, parse_email, split_paste

log = logging.getLogger(__name__)

MAX_HERE = 4_096
"""Bytes that are read in this process: so few take milliseconds, whatever they are."""
MAX_SMALL = 256 * 1024
"""Bytes up to which a mail need not wait for larger ones."""
SECONDS_SMALL, SECONDS_LARGE = 5.0, 10.0
"""How long a process may work for one mail. A usual one takes milliseconds, one of 25 MB a second."""
WAITS = 3
"""How many times longer a caller waits: others may be working as well."""
MAX_MEMORY = 1024 * 1024 * 1024
"""Bytes of address space of a process. The largest usual mail takes a quarter of it."""
START_WITHIN = 30.0
"""Seconds in which a process must be ready, on a machine that has much to do."""

SIGPROF = getattr(Signals, "SIGPROF", None)
"""Ends a process that has worked too long."""

PRIVATE = ("OPENAI_", "EMAIL_ASSISTANT_", "OAUTH_", "CHAINLIT_")
"""The prefixes of variables that a mail parser must not see."""

TOO_LONG = (
    "This email takes too long to read, so it was not used. Paste the part of its text that you answer."
)
TOO_LARGE = (
    "This email takes too much memory to read, so it was not used. Save it without its attachments, or paste "
    "its text."
)
UNREADABLE = "This email cannot be read, so it was not used. Paste its text instead."
UNAVAILABLE = "The email could not be read, since the system allows no more processes. Try again in a moment."


class ReaderUnavailable(EmailAssistantError):
    """No process can be started to read mail in; nothing was used."""


class MailReader:
    """Two processes, started when they are needed if not before, and kept: one for small mails, one for any.

    Of one owner, one large mail is read at a time.

    Args:
        most_memory: bytes that a process may take, where the system can limit it.
    """

    def __init__(self, most_memory: int = MAX_MEMORY) -> None:
        self._small, self._large = _Lane(most_memory), _Lane(most_memory)
        self._owners: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def start(self) -> None:
        """Start both processes, and have them load what mail needs, so that no mail waits for it.

        From then on, one that is ended is replaced at once, not when the next mail comes.
        """
        for lane in (self._small, self._large):
            await lane.start()

    async def read_email(
        self, data: bytes | str, filename: str | None = None, owner: str = ""
    ) -> IncomingEmail:
        """Do as `parse_email`, within limits of time and memory.

        Raises:
            InvalidEmail: as `parse_email`, or it is beyond the limits.
            ReaderUnavailable: nothing can be read for now.
        """
        given = _bytes(data)
        if len(given) <= MAX_HERE:
            return await asyncio.to_thread(parse_email, data, filename)
        question = {"what": "email", "is_text": isinstance(data, str), "filename": filename}
        return await asyncio.to_thread(_with_views, await self._ask(question, given, owner))

    async def split_paste(self, text: str, owner: str = "") -> Paste:
        """Do as `split_paste`, within the same limits.

        Raises:
            InvalidEmail: it is beyond them.
            ReaderUnavailable: nothing can be read for now.
        """
        given = _bytes(text)
        if len(given) <= MAX_HERE:
            return split_paste(text)
        question = {"what": "split", "is_text": True, "filename": None}
        return Paste(*json.loads(await self._ask(question, given, owner)))

    async def aclose(self) -> None:
        """End the processes."""
        for lane in (self._small, self._large):
            await lane.aclose()

    async def _ask(self, question: dict[str, Any], given: bytes, owner: str) -> bytes:
        if len(given) <= MAX_SMALL:
            lane = self._large if self._small.busy and not self._large.busy else self._small
            return await lane.ask(question, given, SECONDS_SMALL)
        async with self._owners.setdefault(owner, asyncio.Lock()):
            return await self._large.ask(question, given, SECONDS_LARGE)


def _with_views(read: bytes) -> IncomingEmail:
    """Return the email that a process read, split already, so that nobody waits while it is looked at."""
    email = IncomingEmail.model_validate_json(read)
    _ = email.newest
    return email


class _Lane:
    """One process, replaced when it dies or is ended, and those who wait for it."""

    def __init__(self, most_memory: int) -> None:
        self._most_memory = most_memory
        self._lock = asyncio.Lock()
        self._process: Process | None = None
        self._replaced: asyncio.Task[None] | None = None
        self._is_kept = False

    @property
    def busy(self) -> bool:
        """Whether it reads something."""
        return self._lock.locked()

    async def start(self) -> None:
        """Have the process ready and its tables loaded, now and whenever it was ended."""
        self._is_kept = True
        async with self._lock:
            with contextlib.suppress(ReaderUnavailable, InvalidEmail, _Died):  # told when it is needed
                await self._asked({"what": "rehearse"}, b"", SECONDS_LARGE)

    async def ask(self, question: dict[str, Any], given: bytes, seconds: float) -> bytes:
        """Return what the process answers."""
        # Twice: it may have died since it was last asked, for no fault of this mail.
        async with self._lock:
            fresh = self._process is None
            try:
                return await self._asked(question, given, seconds)
            except _Died as died:
                if not fresh and not died.while_reading:
                    return await self._asked(question, given, seconds)
                raise InvalidEmail(TOO_LARGE) from None
            finally:
                if self._is_kept and self._process is None:
                    self._replaced = asyncio.create_task(self.start())

    async def _asked(self, question: dict[str, Any], given: bytes, seconds: float) -> bytes:
        async with self._guarded():
            process = await self._ready()
            begun = False
            try:
                async with asyncio.timeout(WAITS * seconds):
                    head = json.dumps(question | {"size": len(given), "seconds": seconds})
                    await _tell(process, head.encode() + b"\n", given)
                    begun = bool(await _hear(process))
                    answer, content = await _hear(process)
            except TimeoutError:
                log.warning("An email was not read within %s s", WAITS * seconds)
                raise InvalidEmail(TOO_LONG) from None
            except (OSError, EOFError):
                how = await _ended(process)
                log.warning("A process that read an email of %s bytes ended with %s", len(given), how)
                if SIGPROF and how == -SIGPROF:
                    raise InvalidEmail(TOO_LONG) from None
                raise _Died(begun) from None
            if failed := answer.get("failed"):
                log.warning("An email was not read: %s", failed)
                raise InvalidEmail(TOO_LARGE if failed == "memory" else UNREADABLE)
        if invalid := answer.get("invalid"):
            raise InvalidEmail(invalid)
        return content

    async def _ready(self) -> Process:
        if self._process and self._process.returncode is None:
            return self._process
        try:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "email_assistant.mail.worker", str(self._most_memory)),
                stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_environment(), limit=1024 * 1024,
            )  # fmt: skip
            async with asyncio.timeout(START_WITHIN):
                await _hear(self._process)
        except (OSError, EOFError):  # a TimeoutError is an OSError
            log.error("No process to read email in can be started")
            raise ReaderUnavailable(UNAVAILABLE) from None
        return self._process

    @asynccontextmanager
    async def _guarded(self) -> AsyncIterator[None]:
        """End the process if the block raises: its state is unknown then."""
        try:
            yield
        except BaseException:
            await self._end()
            raise

    async def aclose(self) -> None:
        """End the process, and start no other."""
        self._is_kept = False
        if self._replaced:
            self._replaced.cancel()
            await asyncio.wait([self._replaced])
        await self._end()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        if process.stdin:
            process.stdin.close()
        await asyncio.shield(process.wait())


class _Died(Exception):
    """The process ended; `while_reading` is whether it had the whole mail."""

    def __init__(self, while_reading: bool) -> None:
        self.while_reading = while_reading


async def _ended(process: Process) -> int | None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1):
            return await process.wait()
    return None


async def _tell(process: Process, head: bytes, content: bytes) -> None:
    assert process.stdin  # noqa: S101 - it was made with one
    process.stdin.write(head)
    process.stdin.write(content)
    await process.stdin.drain()


async def _hear(process: Process) -> tuple[dict[str, Any], bytes]:
    assert process.stdout  # noqa: S101
    line = await process.stdout.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    answer: dict[str, Any] = json.loads(line)
    return answer, await process.stdout.readexactly(answer["size"])


def _bytes(data: bytes | str) -> bytes:
    return data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")


def _environment() -> dict[str, str]:
    """Return the environment of this process without its secrets, and with the path of this package."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(PRIVATE)}
    places = [str(Path(__file__).parent.parent), *filter(None, [kept.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(places)}

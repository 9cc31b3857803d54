"""Which processes of this machine still live, told by a lock on a file that ends with its process.

Neither a number nor a start time would do: containers share a kernel and count their processes from 1.
"""

from __future__ import annotations

import logging
import os
import platform
from contextlib import suppress
from pathlib import Path

try:
    from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
except ImportError:  # pragma: no cover - Windows has none: the lease alone decides there
    flock = None  # type: ignore[assignment]

from email_assistant.errors import cause_of

log = logging.getLogger(__name__)


class Processes:
    """The processes that share a folder.

    Args:
        folder: has a file for each of them, locked while it lives.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: int | None = None
        self._name = ""

    def enter(self, name: str) -> list[str]:
        """Lock a file for this process, and return the names of those that died since."""
        if flock is None:
            return []
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._file = os.open(self._folder / name, os.O_CREAT | os.O_RDWR, 0o600)
            flock(self._file, LOCK_EX)
            os.write(self._file, _MACHINE)
            self._name = name
            return [file.name for file in self._folder.iterdir() if self.died(file.name)]
        except OSError as refused:  # then the others wait for the lease
            log.warning("No file can be locked in %s: %s", self._folder, cause_of(refused))
            return []

    def died(self, name: str) -> bool:
        """Return whether the process of this name was one of this machine and lives no more."""
        if flock is None or name == self._name:
            return False
        try:
            with (self._folder / name).open("rb") as file:
                # Only within one kernel: not every file system tells one machine of another's locks.
                if file.read() != _MACHINE:
                    return False
                flock(file, LOCK_SH | LOCK_NB)
        except OSError:  # it holds the lock, or has no file here
            return False
        return True

    def forget(self, name: str) -> None:
        """Remove the file of a process that died."""
        with suppress(OSError):
            (self._folder / name).unlink()

    def leave(self) -> None:
        """Remove the file of this process."""
        if self._file is not None:
            self.forget(self._name)
            os.close(self._file)
            self._file = None


def _machine() -> bytes:
    """Return what tells this kernel, since it started, from any other."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_bytes().strip()
    return platform.node().encode()


_MACHINE = _machine()

"""Starts the program as a fork of a process that has imported what it needs.

The libraries take seconds of the processor's time to import, and the tests start the program some
hundred times. So the first start of a session begins a process (`tests/forkserver.py`) that imports
them once, and each start is a fork of that: a process of its own and a child of this one, with its
own environment, folder, files, signals and sockets. What is not plainly the program (other code, a
shell before it) starts as ever.

EMAIL_ASSISTANT_TEST_FORKS=off starts everything as a person would.
"""

from __future__ import annotations

import ctypes
import inspect
import json
import os
import pty
import socket
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pexpect
from ptyprocess import PtyProcess

CODE = "from email_assistant.cli import main; main()"
"""What the console script of the package does."""
COMMAND = [sys.executable, "-c", CODE]
FORK_SERVER = Path(__file__).with_name("forkserver.py")
READ_AT_START = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC_", "OPENSSL_", "SSL_")
"""Beginnings of what Python and the C library read once, when a process starts."""
DEFAULTS = {
    "executable": (None, sys.executable), "preexec_fn": (None,), "pass_fds": ((),), "shell": (False,),
    "gid": (None,), "gids": (None,), "uid": (None,), "umask": (-1,), "process_group": (None, -1),
}  # fmt: skip
"""What a start must not ask for to be a fork."""
SUBREAPER = 36
"""PR_SET_CHILD_SUBREAPER of linux/prctl.h."""


class ForkServer:
    """A process that has imported the program, with one set of what Python reads at its start."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._requests, theirs = socket.socketpair()
        with theirs:
            self._process = unforked(
                [sys.executable, str(FORK_SERVER), str(theirs.fileno())],
                env=dict(environment),
                cwd=FORK_SERVER.parents[1],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._answers = self._requests.makefile("rb")

    def fork(self, files: Sequence[int], **how: Any) -> int:
        """Return the id of a new process, which is a child of this one."""
        with _adopting():
            socket.send_fds(self._requests, [b"."], files)
            self._requests.sendall(json.dumps(how).encode() + b"\n")
            answer = self._answers.readline()
        assert answer, "The process that forks has ended."
        return int(answer)

    def close(self) -> None:
        self._answers.close()
        self._requests.close()
        self._process.wait()


unforked = subprocess.Popen
"""Starts a process as ever."""
_execute_child: Callable[..., None] = vars(unforked)["_execute_child"]
_close_pipe_fds: Callable[..., None] = vars(unforked)["_close_pipe_fds"]
"""Two steps of it, which are private: no stub of the standard library has them."""
_servers: dict[frozenset[tuple[str, str]], ForkServer] = {}
_one_at_a_time = threading.Lock()


@contextmanager
def _adopting() -> Iterator[None]:
    """Become the parent of a process whose own has just ended: that is how one is handed over."""
    prctl = ctypes.CDLL(None).prctl
    prctl(SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        prctl(SUBREAPER, 0, 0, 0, 0)


def _fork(files: Sequence[int], argv: Sequence[str], env: Mapping[str, str] | None, **how: Any) -> int:
    environment = dict(os.environ if env is None else env)
    at_start = {name: value for name, value in environment.items() if name.startswith(READ_AT_START)}
    with _one_at_a_time:
        key = frozenset(at_start.items())
        if key not in _servers:
            _servers[key] = ForkServer(at_start | {"PATH": os.environ.get("PATH", os.defpath)})
        return _servers[key].fork(files, argv=["-c", *argv], env=environment, umask=_umask(), **how)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


class Popen(unforked):  # type: ignore[type-arg]
    """`subprocess.Popen`, where the program is a fork."""

    def _execute_child(self, *arguments: Any) -> None:
        start = inspect.signature(_execute_child).bind(self, *arguments).arguments
        command, env = start["args"], start["env"]
        if not (
            isinstance(command, list | tuple)
            and [*command[:3]] == COMMAND
            and all(start[name] in usual for name, usual in DEFAULTS.items())
        ):
            _execute_child(self, *arguments)
            return
        pipes = [start[name] for name in ("p2cread", "c2pwrite", "errwrite")]
        files = [own if pipe == -1 else pipe for own, pipe in enumerate(pipes)]
        self.pid = _fork(
            files, command[3:], env,
            cwd=os.fspath(start["cwd"] or Path.cwd()), session=start["start_new_session"], terminal=False,
        )  # fmt: skip
        self._child_created = True
        _close_pipe_fds(
            self, *(start[n] for n in ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite"))
        )


class Terminal(pexpect.spawn):  # type: ignore[misc]
    """`pexpect.spawn`, where the program is a fork."""

    def _spawnpty(self, args: Sequence[str], **how: Any) -> PtyProcess:
        command = [*map(os.fsdecode, args)]
        if subprocess.Popen is not Popen or command[:3] != COMMAND or how["preexec_fn"]:
            return super()._spawnpty(args, **how)
        ours, theirs = pty.openpty()
        os.set_inheritable(ours, False)
        rows, columns = how["dimensions"]
        termios.tcsetwinsize(theirs, (rows, columns))
        pid = _fork([theirs] * 3, command[3:], how["env"], cwd=how["cwd"], session=True, terminal=True)
        os.close(theirs)
        process = PtyProcess(pid, ours)
        process.argv, process.env, process.launch_dir = command, how["env"], how["cwd"]
        return process


def _close() -> None:
    while _servers:
        _servers.popitem()[1].close()


def pytest_configure() -> None:
    if sys.platform == "linux" and os.environ.get("EMAIL_ASSISTANT_TEST_FORKS") != "off":
        subprocess.Popen = Popen  # type: ignore[misc]


def pytest_unconfigure() -> None:
    subprocess.Popen = unforked  # type: ignore[misc]
    _close()

"""Imports what the program needs, then forks a process for each request; see `tests/forks.py`.

Chainlit itself is left to each process: it reads the environment when it is imported.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import io
import json
import os
import socket
import sys
import termios
import threading
import time
from typing import Any

IMPORTED = (
    "email_assistant.server",
    "email_assistant.service.opening",
    "email_assistant.store.migrations",
    "literalai",
    "mcp",
    "socketio",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)
"""The modules that take most of the time of a start."""
FORBIDDEN = "chainlit"


def await_start(requests: socket.socket) -> None:
    """Fork a process whenever one is asked for; return in each of them, prepared to be the program."""
    lines = requests.makefile("rb")
    while True:
        begun, files, _, _ = socket.recv_fds(requests, 1, 3)
        if not begun:
            os._exit(0)
        start = json.loads(lines.readline())
        if not (pid := _fork()):
            break
        for file in files:
            os.close(file)
        requests.sendall(f"{pid}\n".encode())
    lines.close()
    requests.close()
    _become(start, files)


def _fork() -> int:
    """Return the id of an orphan process, or 0 in it; whoever asked for it adopts it."""
    read, write = os.pipe()
    between = os.fork()
    if between:
        os.close(write)
        os.waitpid(between, 0)
        with os.fdopen(read) as told:
            return int(told.read())
    os.close(read)
    if pid := os.fork():
        os.write(write, str(pid).encode())
        os._exit(0)
    os.close(write)
    return 0


def _become(start: dict[str, Any], files: list[int]) -> None:
    if start["session"]:
        os.setsid()
    if start["terminal"]:
        fcntl.ioctl(files[0], termios.TIOCSCTTY, 0)
    for own, file in enumerate(files):
        os.dup2(file, own)
    for file in files:
        os.close(file)
    os.chdir(start["cwd"])
    os.umask(start["umask"])
    os.environ.clear()
    os.environ.update(start["env"])
    time.tzset()
    sys.argv = start["argv"]
    sys.path[0] = ""  # as for `python -c`
    for file, name in enumerate(("stdin", "stdout", "stderr")):
        stream = _standard(file, getattr(sys, name))
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _standard(file: int, before: io.TextIOWrapper) -> io.TextIOWrapper:
    """Return one of the standard streams as Python makes it at its start."""
    unbuffered = file > 0 and bool(os.environ.get("PYTHONUNBUFFERED"))
    binary = open(file, "wb" if file else "rb", buffering=0 if unbuffered else -1, closefd=False)  # noqa: SIM115
    text = io.TextIOWrapper(
        binary, before.encoding, before.errors, newline="\n",
        line_buffering=file == 2 or binary.isatty(), write_through=unbuffered,
    )  # fmt: skip
    vars(text)["mode"] = "w" if file else "r"
    return text


def main() -> None:
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # else numpy begins threads
    for name in IMPORTED:
        importlib.import_module(name)
    importlib.import_module("email_assistant.writing.rehearsal").rehearse()
    assert FORBIDDEN not in sys.modules
    assert threading.active_count() == 1, "A fork has only the thread that forks."
    gc.collect()
    gc.freeze()  # else the first collection of each process copies all of it
    await_start(socket.socket(fileno=int(sys.argv[1])))


sys.path[0] = os.getcwd()  # noqa: PTH109
main()
# In the new process, from here on nothing is different from `python -c`.
from email_assistant.cli import main as program  # noqa: E402

program()

"""The terminal as standard input and output, also where the program's own were redirected.

Line editing, editors and colours then work as they do without redirection.
"""

from __future__ import annotations

import os
import sys

import click

from email_assistant.cli import texts

TERMINAL = "/dev/tty"


def show_at_terminal() -> None:
    """Let `sys.stdout` be the terminal, or standard error if there is none."""
    if os.isatty(1):
        return
    terminal = _terminal()
    os.dup2(2 if terminal is None else terminal, 1)
    sys.stdout = open(1, "w", closefd=False, errors="replace")  # noqa: SIM115 - held until the end


def listen_at_terminal() -> None:
    """Let `sys.stdin` be the terminal, after standard input was read for something else.

    Raises:
        click.UsageError: there is none.
    """
    terminal = _terminal()
    if terminal is None:
        raise click.UsageError(texts.NO_TERMINAL)
    os.dup2(terminal, 0)
    sys.stdin = open(0, closefd=False, errors="replace")  # noqa: SIM115


def _terminal() -> int | None:
    try:
        return os.open(TERMINAL, os.O_RDWR)
    except OSError:
        return None

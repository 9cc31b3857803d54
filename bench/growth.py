"""Inputs that double: how the time of each parser and door grows, at the kind of input that grows most.

The time is the processor's. Twice as much for twice the size is linear, four times is a square, and once is
an input that is cut before it is looked at. Times near the clock's own grain have no ratio.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import httpx
import psutil

from bench.proofreader import full_brief, read
from email_assistant.conversation.reading import read_answers, read_feedback
from email_assistant.errors import EmailAssistantError
from email_assistant.mail import parse_email, propose_split, reply_subject, split_paste
from email_assistant.mail.text.quoting import split_text
from email_assistant.proofreading.repair import repair
from email_assistant.proofreading.wishes import parse_wishes
from email_assistant.service.accounts import open_accounts
from email_assistant.settings import Settings
from tests.integration.processes import ServerProcess
from tests.integration.test_growth import DOORS, FRAGMENTS, GROWTH, Doors
from tests.integration.test_limits import PASSWORD, tab_of
from tests.integration.test_sign_in import serving

SIZES = (5_000, 10_000, 20_000)
PIECES = FRAGMENTS | {
    "replies": "Re: ",
    "markers": "Reply: x\n",
    "header lines": "From: a@b.example\nTo: c\n\n",
    "questions": "Can you come on 14 May? ",
}
GRAIN = {"parsers": 0.005, "doors": 0.1}
"""Seconds that the larger time must have; a process counts its own in hundredths."""

HEAD = "From: a@b.example\nSubject: s\n"
HTML = f"{HEAD}MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
PARTS = f"{HEAD}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _parts(text: str) -> str:
    """Return a part for each hundred characters."""
    return PARTS + "".join(
        f"--b\nContent-Type: text/plain\n\n{text[at : at + 100]}\n" for at in range(0, len(text), 100)
    )


PARSERS: dict[str, Callable[[str], object]] = {
    "mail: plain text": lambda text: parse_email(f"{HEAD}\n{text}"),
    "mail: HTML": lambda text: parse_email(HTML + text),
    "mail: parts": lambda text: parse_email(_parts(text)),
    "mail: To": lambda text: parse_email(f"{HEAD}To: {_one_line(text)}\n\nx"),
    "mail: Subject": lambda text: parse_email(f"From: a@b.example\nSubject: {_one_line(text)}\n\nx"),
    "mail: pasted, no header": parse_email,
    "quotes: split_text": split_text,
    "paste: split_paste": split_paste,
    "paste: propose_split": propose_split,
    "subject: reply_subject": reply_subject,
    "answers: read_answers": lambda text: read_answers(text, ["Which day?", "How many?"]),
    "feedback: read_feedback, wishes": lambda text: (read_feedback(text), parse_wishes(text)),
    "proofreader": lambda text: read(text, full_brief(text)),
    "proofreader: repair": lambda text: repair(text, full_brief(text)),
}


@dataclass(frozen=True)
class Growth:
    """Seconds for each size of one kind of input."""

    kind: str
    times: list[float]

    def ratio(self, grain: float) -> float:
        """Return the largest at a doubling that the clock can tell; else 0."""
        return max(
            (after / max(before, 1e-6) for before, after in pairwise(self.times) if after >= grain), default=0
        )


def measure_parser(parse: Callable[[str], object]) -> list[Growth]:
    """Return each kind once, and the one that grows most again, for chance looks like growth."""

    def measure(kind: str) -> Growth:
        piece = PIECES[kind]
        return Growth(kind, [_timed(parse, piece * (size // len(piece))) for size in SIZES])

    measured = {kind: measure(kind) for kind in PIECES}
    for _ in range(2):
        worst = max(measured.values(), key=lambda growth: growth.ratio(GRAIN["parsers"]))
        again = [min(times) for times in zip(worst.times, measure(worst.kind).times, strict=True)]
        measured[worst.kind] = Growth(worst.kind, again)
    return list(measured.values())


def _timed(parse: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    with suppress(EmailAssistantError):  # refusing takes its time as well
        parse(text)
    return time.thread_time() - began


async def measure_door(
    server: psutil.Process, say: Callable[[str], Awaitable[None]], piece: str
) -> list[float]:
    """Return the server's own time for each size."""
    times = []
    for size in SIZES:
        before = server.cpu_times()
        await say(piece * (size // len(piece)))
        after = server.cpu_times()
        times.append(after.user + after.system - before.user - before.system)
    return times


def report(name: str, measured: list[Growth], grain: float) -> float:
    """Print the kind that grows most, or takes longest where none can be told; its ratio."""
    worst = max(measured, key=lambda growth: (growth.ratio(grain), growth.times[-1]))
    ratio = worst.ratio(grain)
    times = "".join(f"{1000 * seconds:>9.1f}" for seconds in worst.times)
    print(f"  {name:<32}{times}{f'{ratio:.1f}' if ratio else '-':>7}  {worst.kind}", flush=True)
    return ratio


async def measure_doors() -> dict[str, float]:
    """Print the doors of a server with passwords; their ratios."""
    ratios: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        async with open_accounts(Settings(data_dir=data)) as accounts:
            await accounts.add("sam", PASSWORD)
        lavish = {"EMAIL_ASSISTANT_AUTH": "password", "EMAIL_ASSISTANT_REQUESTS_PER_MINUTE": "100000"}
        with serving(data, **lavish) as server:
            ratios |= await _doors_of(server)
    return ratios


async def _doors_of(server: ServerProcess) -> dict[str, float]:
    ratios, process = {}, psutil.Process(server.process.pid)
    async with tab_of(server, "sam") as tab, httpx.AsyncClient(base_url=server.url, timeout=120) as stranger:
        doors = Doors(tab, stranger)
        await doors.prepare()
        for door in DOORS:
            measured = [
                Growth(kind, await measure_door(process, getattr(doors, door), piece))
                for kind, piece in FRAGMENTS.items()
            ]
            ratios[door] = report(f"door: {door.replace('_', ' ')}", measured, GRAIN["doors"])
    return ratios


def main() -> None:
    """Print the table, and the largest ratio."""
    sizes = "".join(f"{size:>9,}" for size in SIZES)
    print(f"Growth: ms of the processor for so many characters\n  {'':<32}{sizes}{'ratio':>7}")
    ratios = {}
    for name, parse in PARSERS.items():
        ratios[name] = report(name, measure_parser(parse), GRAIN["parsers"])
    ratios |= asyncio.run(measure_doors())
    largest = max(ratios, key=lambda name: ratios[name])
    print(f"  largest: {ratios[largest]:.1f}, {largest} (to be at most {GROWTH})")


if __name__ == "__main__":
    main()

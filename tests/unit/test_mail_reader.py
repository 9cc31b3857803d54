"""Mail is read in a process of its own: the same as here, and no mail is anybody else's burden."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from email_assistant import mail_reader
from email_assistant.errors import InvalidEmail
from email_assistant.mail import parse_email, split_paste
from email_assistant.mail_reader import MAX_HERE, MAX_SMALL, MailReader, ReaderUnavailable

HEAD = b"From: Ana <ana@example.com>\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nMessage-ID: <1@x>\n"
EMAIL = {"what": "email", "is_text": False, "filename": "mail.eml"}
LINE = "Grüße, could you give the opening talk at our workshop? 👍\n".encode()


def mail(size: int) -> bytes:
    return HEAD + b"Content-Type: text/plain; charset=utf-8\n\n" + LINE * (size // len(LINE))


@pytest.fixture
async def reader() -> AsyncIterator[MailReader]:
    reader = MailReader()
    try:
        yield reader
    finally:
        await reader.aclose()


def process(lane: mail_reader._Lane) -> asyncio.subprocess.Process:
    assert lane._process
    return lane._process


def memory(of: asyncio.subprocess.Process) -> int:
    told = Path(f"/proc/{of.pid}/statm")
    if not told.exists():
        pytest.skip("only Linux shows how much memory another process has")
    return int(told.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("size", [10, MAX_HERE + 1, MAX_SMALL + 1])
async def test_it_reads_what_is_read_here(reader: MailReader, size: int) -> None:
    for data in (mail(size), mail(size).decode() + "\ud800"):
        assert await reader.read_email(data, "mail.eml") == parse_email(data, "mail.eml")
    text = "Reply: yes\n\n" + mail(size).decode()
    assert await reader.split_paste(text) == split_paste(text)


@pytest.mark.parametrize("size", [0, MAX_HERE + 1, 26_000_000])
async def test_what_is_no_email_is_refused_with_the_same_sentence(reader: MailReader, size: int) -> None:
    data = b"%PDF-1.7\n" + b"\0" * size
    with pytest.raises(InvalidEmail) as here:
        parse_email(data)

    with pytest.raises(InvalidEmail) as there:
        await reader.read_email(data)

    assert str(there.value) == str(here.value)


async def test_a_mail_that_takes_too_long_ends_and_the_next_one_is_read(
    reader: MailReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reader.read_email(mail(MAX_SMALL + 1))
    before = process(reader._large).pid
    with monkeypatch.context() as hasty:
        hasty.setattr(mail_reader, "SECONDS_LARGE", 0.05)
        hasty.setattr(mail_reader, "WAITS", 200)  # so that the process ends itself
        with pytest.raises(InvalidEmail, match="takes too long to read"):
            await reader.read_email(mail(10_000_000))

    assert (await reader.read_email(mail(MAX_SMALL + 1))).subject == "Grüße"
    assert process(reader._large).pid != before


async def test_a_mail_that_takes_too_much_memory_ends_and_the_next_one_is_read() -> None:
    reader = MailReader(most_memory=100_000_000)
    try:
        with pytest.raises(InvalidEmail, match="too much memory"):
            await reader.read_email(mail(24_000_000))
        assert (await reader.read_email(mail(MAX_HERE + 1))).subject == "Grüße"
    finally:
        await reader.aclose()


async def test_a_process_that_died_meanwhile_is_replaced(reader: MailReader) -> None:
    await reader.start()
    os.kill(process(reader._small).pid, signal.SIGKILL)

    assert (await reader.read_email(mail(MAX_HERE + 1))).subject == "Grüße"


UNKNOWN_WORDS = HEAD + b"\n" + b"plugh xyzzy frotz gnusto\n" * 300
"""A mail whose language only the detector tells, which takes long to load."""


async def test_what_the_first_mail_would_wait_for_is_loaded_in_both_processes(reader: MailReader) -> None:
    await reader.start()
    lanes = (reader._small, reader._large)
    for lane in lanes:
        before = memory(process(lane))
        await lane.ask(EMAIL, UNKNOWN_WORDS, 5)
        assert memory(process(lane)) < before + 20_000_000


async def test_a_process_that_a_mail_ended_is_replaced_before_the_next_mail(
    reader: MailReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reader.start()
    ended = process(reader._large)
    with monkeypatch.context() as hasty:
        hasty.setattr(mail_reader, "SECONDS_LARGE", 0.05)
        hasty.setattr(mail_reader, "WAITS", 200)
        with pytest.raises(InvalidEmail, match="takes too long to read"):
            await reader.read_email(mail(10_000_000))

    assert reader._large._replaced
    await reader._large._replaced

    assert ended.returncode is not None
    assert process(reader._large).returncode is None


async def test_no_process_is_replaced_where_the_reader_was_closed(reader: MailReader) -> None:
    await reader.start()
    reading = asyncio.create_task(reader.read_email(mail(10_000_000)))
    await asyncio.sleep(0)
    assert reader._large.busy
    reading.cancel()
    await asyncio.wait([reading])

    await reader.aclose()

    assert reader._large._process is None


async def test_one_that_dies_of_a_mail_is_told_and_replaced(
    reader: MailReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(mail_reader, "SECONDS_LARGE", 0.05)
        dying.setattr(mail_reader, "WAITS", 200)
        dying.setattr(mail_reader, "SIGPROF", None)  # as if another signal had ended it
        with pytest.raises(InvalidEmail, match="was not used"):
            await reader.read_email(mail(10_000_000))

    assert (await reader.read_email(mail(MAX_SMALL + 1))).subject == "Grüße"


async def test_who_stops_waits_no_longer_and_a_small_mail_waits_for_no_large_one(reader: MailReader) -> None:
    await reader.start()
    await reader.read_email(mail(MAX_SMALL + 1))
    held = process(reader._large)
    os.kill(held.pid, signal.SIGSTOP)
    large = [asyncio.create_task(reader.read_email(mail(MAX_SMALL + 1), owner="eve")) for _ in range(6)]

    assert (await reader.read_email(mail(MAX_HERE + 1), owner="sam")).subject == "Grüße"
    began = time.monotonic()
    for task in large:
        task.cancel()
    await asyncio.wait(large)
    assert time.monotonic() - began < 5
    assert held.returncode == -signal.SIGKILL


async def test_it_holds_no_key(reader: MailReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-key")
    await reader.start()

    told = Path(f"/proc/{process(reader._small).pid}/environ")
    if not told.exists():  # noqa: ASYNC240
        pytest.skip("only Linux shows what another process was given")
    assert b"sk-secret-key" not in told.read_bytes()  # noqa: ASYNC240


async def test_a_system_without_another_process_is_told(
    reader: MailReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")

    with pytest.raises(ReaderUnavailable, match="no more processes"):
        await reader.read_email(mail(MAX_HERE + 1))


async def test_nothing_is_left_behind(reader: MailReader) -> None:
    await reader.start()
    await reader.read_email(mail(MAX_SMALL + 1))
    processes = [process(lane) for lane in (reader._small, reader._large)]

    await reader.aclose()

    for each in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(each.pid, 0)
            pytest.fail("it is still there")

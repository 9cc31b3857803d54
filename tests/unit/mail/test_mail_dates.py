"""Dates as mail programs show them are read where they can be read in one way only."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from email_assistant.mail import parse_email
from email_assistant.mail.wire.header_decoding import parse_date


@pytest.mark.parametrize(
    "shown",
    [
        "5 October 2026 at 10:32:00 CEST",
        "Monday, October 5, 2026 10:32 AM GMT+02:00",
        "Mon, 5 Oct 2026 10:32:00 CEST",
        "Mon, 5 Oct 2026 10:32:00 GMT+0200",
        "2026-10-05T10:32:00+02:00",
        "2026-10-05 10:32 +0200",
        "Mo, 5 Okt 2026 10:32:00 +0200",
        "5. Oktober 2026 um 10:32:00 MESZ",
        "lundi 5 octobre 2026 10:32 (UTC+2)",
        "2026年10月5日(月) 10:32 +0200",
        "5 de octubre de 2026 10:32 +02:00",
        "Oct 5, 2026, 10:32:00 AM UTC+2",
    ],
)
def test_a_date_with_its_zone_is_read(shown: str) -> None:
    date = parse_date(shown)
    assert date is not None
    assert date.astimezone(UTC) == datetime(2026, 10, 5, 8, 32, tzinfo=UTC)


@pytest.mark.parametrize(
    "shown",
    [
        "Monday, October 5, 2026 10:32 PM",
        "Mon, Oct 5, 2026 at 10:32 PM",
        "October 5th, 2026 10:32 p.m.",
        "05.10.2026 22:32",
        "5.10.2026 kl. 22.32",
        "05.10.26, 22:32",
        "2026-10-05 22:32",
        "2026/10/5 22:32",
        "5 oct. 2026 à 22:32",
        "5 ott 2026, 22:32",
        "segunda-feira, 5 de outubro de 2026 às 22:32",
        "maandag 5 oktober 2026 22:32",
        "pn., 5 paź 2026 o 22:32",
        "понедельник, 5 октября 2026 г. 22:32",
        "5 жовтня 2026 р. о 22:32",
        "Δευτέρα, 5 Οκτωβρίου 2026 10:32 μ.μ.",
        "5 Ekim 2026 Pazartesi 22:32",
        "5. lokakuuta 2026 klo 22.32",
        "2026. október 5., hétfő 22:32",
        "2026년 10월 5일 (월) 오후 10:32",
        "2026年10月5日 下午10:32",
        "5 thg 10, 2026 22:32",
        "5 Okt 2026 22.32",
        "5-Oct-2026 22:32",
        "‎Monday‎, ‎October‎ ‎5‎, ‎2026‎ ‎10‎:‎32‎ ‎PM",
    ],
)
def test_a_date_without_a_zone_is_read_as_utc(shown: str) -> None:
    assert parse_date(shown) == datetime(2026, 10, 5, 22, 32, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shown", "day"), [("10/25/2026 5:00 PM", 25), ("25/10/2026 17:00", 25), ("10/10/2026 17:00", 10)]
)
def test_numbers_with_strokes_are_read_where_one_is_no_month(shown: str, day: int) -> None:
    assert parse_date(shown) == datetime(2026, 10, day, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "shown",
    [
        "10/05/2026 17:00",
        "5. lis 2026",
        "Mon, Oct 5, 10:32 AM",
        "yesterday",
        "99 Foo 2025",
        "2026-13-45 10:00",
        "5 October 2026 at 25:99",
        "",
        "1 " * 300,
    ],
)
def test_what_can_be_read_in_two_ways_or_none_is_no_date(shown: str) -> None:
    assert parse_date(shown) is None


def test_a_copied_date_is_the_emails() -> None:
    email = parse_email("From: Jo <jo@example.com>\nDate: 5 October 2026 at 10:32\nSubject: Hi\n\nToday?")
    assert email.date == datetime(2026, 10, 5, 10, 32, tzinfo=UTC)


@pytest.mark.parametrize("date", ["5. října 2026 10:32", "5 октября 2026 г. 10:32", "2026年10月5日 10:32"])
def test_a_copied_date_in_any_script_is_the_emails(date: str) -> None:
    email = parse_email(
        f"From: Jo <jo@example.com>\nSent: {date}\nTo: sam@example.com\nSubject: Hi\n\nToday?"
    )
    assert email.date == datetime(2026, 10, 5, 10, 32, tzinfo=UTC)

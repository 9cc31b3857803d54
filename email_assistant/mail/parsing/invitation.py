"""A calendar's invitation (RFC 5545) as text: what, when, where and who, for emails that have no other."""

from __future__ import annotations

import re

MAX_CALENDAR = 200_000
"""Characters that are read."""
_MAX_EVENTS = 20
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"(?P<name>[A-Za-z-]+)(?P<parameters>(?:;[^:;\"]*(?:\"[^\"]*\"[^:;\"]*)*)*):(?P<value>.*)")
_ESCAPE = re.compile(r"\\([\\;,nN])")
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?$")
_ZONE = re.compile(r";TZID=\"?([^;:\"]+)", re.IGNORECASE)
_ANSWER = re.compile(r";PARTSTAT=\"?([\w-]+)", re.IGNORECASE)
_NAME = re.compile(r";CN=\"?([^;:\"]+)", re.IGNORECASE)


def calendar_to_text(calendar: str) -> str:
    """Return the events of a text/calendar part as lines of text."""
    events: list[dict[str, tuple[str, str]]] = []
    inside: list[str] = []
    method = ""
    for line in _FOLD.sub("", calendar[:MAX_CALENDAR]).splitlines():
        found = _LINE.match(line)
        if not found:
            continue
        name, value = found["name"].upper(), found["value"].strip()
        if name == "BEGIN":
            inside.append(value.upper())
            if value.upper() in {"VEVENT", "VTODO"} and len(events) < _MAX_EVENTS:
                events.append({})
        elif name == "END":
            inside = inside[:-1]
        elif name == "METHOD":
            method = value.upper()
        elif events and inside[-1:] in (["VEVENT"], ["VTODO"]):
            events[-1].setdefault(name, (found["parameters"], value))
    return "\n\n".join(filter(None, (_event(each, method) for each in events)))


def _event(properties: dict[str, tuple[str, str]], method: str) -> str:
    def said(name: str) -> str:
        return _ESCAPE.sub(
            lambda escape: "\n" if escape[1] in "nN" else escape[1], properties.get(name, ("", ""))[1]
        )

    begins, ends = (_when(*properties.get(name, ("", ""))) for name in ("DTSTART", "DTEND"))
    day = begins[:10]
    until = ends.removeprefix(f"{day} ") if ends else _when(*properties.get("DUE", ("", "")))
    parameters, address = properties.get("ORGANIZER", ("", ""))
    named = _NAME.search(parameters)
    address = re.sub("^mailto:", "", address, flags=re.IGNORECASE)
    organizer = f"{named[1]} <{address}>" if named else address
    answer = _ANSWER.search(properties.get("ATTENDEE", ("", ""))[0]) if method == "REPLY" else None
    lines = [
        said("SUMMARY"),
        "Cancelled" if method == "CANCEL" or said("STATUS").upper() == "CANCELLED" else "",
        f"Answer: {answer[1].lower()}" if answer else "",
        "When: " + " – ".join(filter(None, (begins, until))) if begins or until else "",
        f"Where: {said('LOCATION')}" if said("LOCATION") else "",
        f"Organizer: {organizer}" if organizer else "",
    ]
    # Who answers, or proposes another time, says why in a comment.
    texts = (said(name).strip() for name in ("COMMENT", "DESCRIPTION"))
    return "\n\n".join(filter(None, ("\n".join(filter(None, lines)), *texts)))


def _when(parameters: str, value: str) -> str:
    """Return `2026-10-12 09:00 UTC`; the value as it stands where it is no date."""
    found = _DATE.match(value)
    if not found:
        return value
    day = f"{found[1]}-{found[2]}-{found[3]}"
    if not found[4]:
        return day
    zone = _ZONE.search(parameters)
    return f"{day} {found[4]}:{found[5]}" + (" UTC" if found[6] else f" ({zone[1]})" if zone else "")

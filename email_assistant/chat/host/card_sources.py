"""Serve each card as one source: Chainlit evaluates a card alone, and lets it import nothing of ours."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from email_assistant.chat.host.environment import assets

router = APIRouter()

_OWN_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[^"]+)"\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default )", re.MULTILINE)


@router.get("/public/elements/{name}.jsx")
def get_card(name: str) -> Response:
    """Return the source of a card, which may import from `elements/parts/`."""
    card = _cards().get(name)
    if card is None:
        raise HTTPException(404, "File not found")
    return Response(card, media_type="text/javascript")


@cache
def _cards() -> dict[str, str]:
    return {file.stem: joined(file) for file in (assets() / "public" / "elements").glob("*.jsx")}


def joined(card: Path) -> str:
    """Return the source of `card`, below that of each of our files that it imports, even indirectly."""
    sources: dict[Path, str] = {}
    _collect(card.resolve(), sources)
    return "\n".join(sources.values())


def _collect(file: Path, sources: dict[Path, str]) -> None:
    if file in sources:
        return
    source = file.read_text(encoding="utf-8")
    for path in _OWN_IMPORT.findall(source):
        _collect((file.parent / path).resolve(), sources)
    sources[file] = _EXPORT.sub("", _OWN_IMPORT.sub("", source))

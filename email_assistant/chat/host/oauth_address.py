"""The address that an OAuth service has verified as the user's, and whether it is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VERIFIED = ("email_verified", "verified_email", "verifiedEmail")
"""Fields in which services say that an address is verified."""


def address_of(raw: Mapping[str, Any], identifier: str | None) -> str | None:
    """Return the address that the service has verified as the user's, else None.

    Args:
        raw: the user as the service describes them.
        identifier: the user's name according to Chainlit.
    """
    for entry in raw.get("emails") or ():  # GitHub: several, and the name is no address
        if isinstance(entry, Mapping) and entry.get("primary") is True and entry.get("verified") is True:
            return str(entry.get("email", "")).lower() or None
    if any(raw.get(field) not in (None, True, "true") for field in VERIFIED):
        return None
    if "confirmed_at" in raw and not raw["confirmed_at"]:  # GitLab
        return None
    return identifier.lower() if identifier and identifier.count("@") == 1 else None


def is_allowed(address: str, allowed: tuple[str, ...]) -> bool:
    """Return whether an address, or its whole domain, is allowed."""
    return address in allowed or address.rpartition("@")[2] in [each.removeprefix("@") for each in allowed]

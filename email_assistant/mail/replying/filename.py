"""What a reply is called as a file."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from email_assistant.normalization import normalize

MAX_NAME = 60
"""Characters, with the ending."""
_ENDING = ".eml"
# What file systems refuse, and what a shell or a header line takes for something else.
_UNSAFE = re.compile(r"""[\x00-\x1f\x7f-\x9f<>:"/\\|?*%$`;]""")
_UNSEEN = frozenset({"Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# What Windows takes for a device, also with an ending.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def reply_filename(subject: str) -> str:
    """Return the name of a .eml by its subject, which every file system takes.

    It is `reply.eml` if nothing is left of the subject.
    """
    seen = _UNSAFE.sub(" ", subject[: MAX_NAME * 10])
    seen = "".join(each for each in seen if unicodedata.category(each) not in _UNSEEN)
    name = " ".join(normalize("NFC", seen).split())[: MAX_NAME - len(_ENDING)].strip(" .-")
    return f"reply{_ENDING}" if not name or _DEVICES.fullmatch(name) else f"{name}{_ENDING}"


def attached_as(filename: str) -> str:
    """Return the Content-Disposition of a file to keep (RFC 6266), its name beyond ASCII by RFC 8187."""
    plain = normalize("NFKD", filename).encode("ascii", "ignore").decode()
    plain = " ".join(re.sub(r'["\\]', " ", plain).split())
    if plain == filename:
        return f'attachment; filename="{plain}"'
    if not plain.partition(".")[0].strip(" -_"):
        plain = "reply.eml"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"

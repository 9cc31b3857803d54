"""An order to write a mail that answers none, such as "Write an email to my boss that I am sick today"."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from email_assistant.mail.message import Mailbox
from email_assistant.mail.paste.imperatives import MAX_ORDER, begins_mail, is_mail_line
from email_assistant.mail.wire.header_decoding import parse_mailboxes
from email_assistant.mail.wire.header_encoding import addr_spec

_MAX_LINES = 40
_MAX_TO = 120
# What ends the name of who gets it, and begins what is to be said.
_SAYS = (
    r"\s*(?:[:：,;!?？\n]|\.(?=\s|$)|$)|\s+(?:that|saying|to say|to tell|telling|asking|to ask|about|because"
    r"|and|in which|with|for"
    r"|dass|in der|wegen|weil|und|über|que|pour|sobre|por|che|per|om|dat|over|z|w sprawie|o tym"
    r"|بأن\w*|أن\w*|حول)\b"
)
_TO = rf"(?P<to>(?:[^\n:：,;!.]|[.](?=\S)){{1,{_MAX_TO}}}?)(?={_SAYS})"
_LEADS = re.compile(
    r"^\s*(?:[:：,;.-]\s*)?(?:(?:that|saying(?: that)?|to say(?: that)?|to tell (?:him|her|them)(?: that)?"
    r"|telling (?:him|her|them)(?: that)?|que|che)\b[ :]*)?",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"^\s*(?:about|über|wegen|au sujet de|à propos de|sobre|riguardo a|over)\s+(?P<subject>[^\n.:：,;]{2,80})"
    r"(?=\s*(?:[.:：,;\n]|$))",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^(?:subject|betreff|objet|asunto|oggetto|assunto|onderwerp)\s*[:：]\s*(?P<subject>[^\n]{1,300})(?:\n+|$)",
    re.IGNORECASE,
)
# "Write an email to answer this", "write a message that replies to Ana": these answer one.
_ANSWERS = re.compile(
    r"\b(?:this|following|below|above|attached|diese[rnms]?|folgende[rn]?|repl(?:y|ies)|respon(?:d|se)|answer\w*"
    r"|antwort\w*|répon\w*|respond\w*|rispo\w*)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_a-zß-ÿ][\w.'’-]*(?: [^\W\d_a-zß-ÿ][\w.'’-]*){0,3}")


class NewMail(NamedTuple):
    """What is ordered: `to` in the user's words, with the mailboxes that stand in them."""

    said: str
    """What the mail is to say; "" if nothing was told yet."""
    to: str = ""
    mailboxes: tuple[Mailbox, ...] = ()
    subject: str = ""

    @property
    def name(self) -> str:
        """The recipient's name, "" if there is none: "my boss" is not a name."""
        named = next((each.name for each in self.mailboxes if each.name), "")
        return named or (self.to if _NAME.fullmatch(self.to) else "")


def new_mail(text: str) -> NewMail | None:
    """Return what of a new mail is ordered; None if the text is a mail, or an order to answer one."""
    text = text.strip()
    lines = text[: MAX_ORDER + 1].split("\n")
    if not text or len(text) > MAX_ORDER or len(lines) > _MAX_LINES:
        return None
    if any(is_mail_line(line) and not _SUBJECT.match(line) for line in lines[:1]):
        return None
    if any(begins_mail(lines[at:]) for at in range(1, len(lines)) if not lines[at - 1].strip()):
        return None
    found = max(filter(None, (each.match(text) for each in _patterns())), key=re.Match.end, default=None)
    if found is None:
        return None
    to = " ".join((found.groupdict().get("to") or "").split())
    rest = text[found.end() :]
    if "said" in found.groupdict():  # the verb stands behind it, or no blank before it
        rest = f": {found['said']}{rest}"
    if not re.match(_SAYS, rest, re.IGNORECASE) or _ANSWERS.search(text.split("\n")[0].split(":")[0]):
        return None
    mailboxes = tuple(each for each in parse_mailboxes(to) if addr_spec(each.address))
    rest = rest.lstrip(" :：,;.?？\n\t") if not _ABOUT.match(rest) else rest.strip()
    subject = _SUBJECT.match(rest)
    if subject:
        return NewMail(rest[subject.end() :].strip(), to, mailboxes, subject["subject"].strip())
    about = _ABOUT.match(rest)
    named = about["subject"].strip() if about else ""
    said = rest[about.end() :] if about and rest[about.end() :].strip(" .:：,;\n") else rest
    return NewMail(_LEADS.sub("", said).strip(), to, mailboxes, named[:1].upper() + named[1:])


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    table = tomllib.loads((files(__package__) / "new_mail.toml").read_text(encoding="utf-8"))
    return tuple(
        re.compile(pattern.replace("{to}", _TO), re.IGNORECASE)
        for patterns in table.values()
        for pattern in patterns
    )

"""Taking a sentence, a part of one, or a part of the frame out of a letter."""

from __future__ import annotations

import re

from email_assistant.proofreading.letter import Letter, unquoted

_REMOVE = re.compile(
    r"(?:remove|delete|drop|cut|take out|leave out|omit|skip|strike|get rid of|lose|do not mention"
    r"|don['’]t mention|(?:without|no)(?= (?:the |a )?(?:greeting|closing|sign-?off|signature|name|thanks)$))"
    r"\s+(?P<what>.+)",
    re.IGNORECASE | re.DOTALL,
)
_PART = re.compile(
    r"(?:the |that )?(?:part|bit|sentence|line|paragraph|passage|thing|stuff|phrase|words?)"
    r"(?: (?:about|on|with|that says|saying|that mentions|mentioning|where|of))? (?P<what>.+)",
    re.IGNORECASE | re.DOTALL,
)
_COUNTED = re.compile(
    r"(?:the |my )?(?P<which>first|second|third|fourth|last|final)\s+(?P<unit>sentence|line|paragraph)",
    re.IGNORECASE,
)
_EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+", "the a an and or of for with about that this from all any part bit it is are was to in on"
    )
)


def remove(wish: str, letter: Letter) -> bool:
    """Take out what `wish` names; False where it names nothing, or nothing that is there."""
    asked = _REMOVE.fullmatch(wish)
    if not asked:
        return False
    what = asked["what"].strip()
    match re.sub(r"^(?:the|a|any|my)\s+", "", what.lower()):
        case "greeting" | "salutation":
            letter.greeting = ""
        case "closing" | "sign-off" | "signoff" | "sign off":
            letter.closing = letter.name = ""
        case "signature" | "name":
            letter.name = ""
        case _ if counted := _COUNTED.fullmatch(what):
            return _remove_counted(counted["which"].lower(), counted["unit"].lower(), letter)
        case _:
            part = _PART.fullmatch(what)
            return _remove_about(unquoted(part["what"] if part else what), letter)
    return True


def _remove_counted(which: str, unit: str, letter: Letter) -> bool:
    between = "\n\n" if unit == "paragraph" else ""
    units = letter.body.split(between) if between else letter.sentences
    index = {"first": 0, "second": 1, "third": 2, "fourth": 3}.get(which, len(units) - 1)
    if not 0 <= index < len(units):
        return False
    del units[index]
    letter.body = between.join(units).strip()
    return True


def _remove_about(what: str, letter: Letter) -> bool:
    """Remove the sentence that has most of the words, or only its clause where another comes first."""
    words = _stems(what) - _EMPTY_WORDS or {what.lower()}

    def hits(text: str) -> int:
        return len(words & _stems(text)) + 9 * (what.lower() in text.lower())

    sentences = letter.sentences
    best = max(range(len(sentences)), key=lambda index: hits(sentences[index]), default=-1)
    if best < 0 or not hits(sentences[best]):
        return False
    bare = sentences[best].rstrip(" \t\n.!?")
    clauses = re.split(r"(?=, )", bare)
    clause = max(range(len(clauses)), key=lambda index: hits(clauses[index]))
    if clause:
        del clauses[clause]
        sentences[best] = "".join(clauses) + sentences[best][len(bare) :]
    else:
        del sentences[best]
    letter.body = "".join(sentences).strip()
    return True


def _stems(text: str) -> set[str]:
    """The words' beginnings, so that "thanks" finds "thank you"."""
    return {word[:5] for word in re.findall(r"\w+", text.lower())}

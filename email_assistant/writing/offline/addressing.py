"""Speaking to whom an instruction speaks about: "(tell her) she is invited" becomes "you are invited"."""

from __future__ import annotations

import re

_YOU = dict.fromkeys(("he", "she", "they", "him", "them"), "you")
_YOU |= dict.fromkeys(("his", "their"), "your") | dict.fromkeys(("hers", "theirs"), "yours")
_YOU |= {"himself": "yourself", "herself": "yourself", "themselves": "yourselves"}
_PRONOUNS = {
    "him": "he|him|his|himself",
    "her": "she|her|hers|herself",
    "them": "they|them|their|theirs|themselves",
}
_PRONOUNS["the sender"] = "|".join(_PRONOUNS.values())
_VERBS = {"is": "are", "was": "were", "has": "have", "does": "do", "goes": "go", "'s": "'re", "’s": "’re"}
_NO_VERBS = {"always", "perhaps", "sometimes", "this", "us", "as"}
# "her" before one of these stands for a person, before any other word it means "your".
_NO_NOUN = re.compile(
    r"\s*(?:$|[^\w\s]|(?:and|but|or|to|for|at|on|in|with|about|when|if|that|because|by|from|as|the|a|an|i|we"
    r"|not|so)\b)",
    re.IGNORECASE,
)


def speak_to(person: str, text: str) -> str:
    """Return `text` with the pronouns of `person` ("him", "her", "them", "the sender") turned to "you"."""

    def swap(found: re.Match[str]) -> str:
        pronoun, gap, verb = found["pronoun"].lower(), found["gap"] or "", found["verb"] or ""
        if pronoun == "her":
            return ("you" if _NO_NOUN.match(text, found.end("pronoun")) else "your") + gap + verb
        return _YOU[pronoun] + gap + (_second_person(verb) if pronoun in {"he", "she"} else verb)

    pattern = rf"\b(?P<pronoun>{_PRONOUNS[person]})\b(?:(?P<gap>\s+|(?=['’]))(?P<verb>['’]s\b|[a-z]+s\b))?"
    return re.sub(pattern, swap, text, flags=re.IGNORECASE)


def _second_person(verb: str) -> str:
    if verb in _VERBS:
        return _VERBS[verb]
    if verb in _NO_VERBS or verb.endswith("ss"):
        return verb
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    return re.sub(r"(?:(?<=ss)|(?<=sh)|(?<=ch)|(?<=[xz]))es$|s$", "", verb)

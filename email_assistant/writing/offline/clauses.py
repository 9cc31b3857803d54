"""A reported clause as a sentence of its own: "dass ich Zeit habe" becomes "Ich habe Zeit."."""

from __future__ import annotations

import re

from email_assistant.writing.offline.requests import requests
from email_assistant.writing.offline.saying import as_sentence

_JOINED = {
    "de": re.compile(r",|\b(?:und|oder|aber|weil|wenn|dass|ob|denn)\b", re.IGNORECASE),
    "nl": re.compile(r",|\b(?:en|of|maar|want|omdat|als|dat)\b", re.IGNORECASE),
}
"""What a second clause begins with: then it is not known which verb is the first one's."""
_GERMAN = {
    "ich": r"(?:\w+e|bin|kann|muss|will|soll|darf|mag|weiß|war|hatte|wurde|werde)",
    "wir": r"(?:\w+(?:en|ern|eln)|sind)",
    "sie": r"(?:\w+(?:en|t)|ist|hat|wird|kann|muss|will|soll|darf|mag|weiß|war)",
    "er": r"(?:\w+t|ist|hat|wird|kann|muss|will|soll|darf|mag|weiß|war)",
}
_GERMAN |= dict.fromkeys(("es", "man"), _GERMAN["er"])
"""Which verb agrees with a subject: only that one is moved."""
_APART = re.compile(
    r"(?P<prefix>mit|an|ab|auf|aus|ein|zu|vor|nach|weg|zurück|los|her|hin|vorbei|teil|fest|statt|weiter|bei|um)"
    r"(?P<verb>(?:komm|bring|nehm|fahr|geh|ruf|sag|schick|send|geb|mach|hol|lad|stell|find|bleib|fang|les|schreib|zahl"
    r"|treff|reich|leit|bereit|arbeit|meld|leg|hör|seh|zieh|führ|kauf|pass|steh|halt)\w+)",
    re.IGNORECASE,
)
_LOOKS_APART = re.compile(
    r"(?:mit|an|ab|auf|aus|ein|zu|vor|nach|weg|zurück|los|her|hin|vorbei|teil|fest|statt|weiter|bei|um)\w{3,}",
    re.IGNORECASE,
)
_DUTCH_SUBJECT = r"(?:ik|wij|we|hij|zij|ze|het|jij|je|u|men)"
_DUTCH_VERB = re.compile(
    r"(?:ben|is|zijn|was|waren|heb|heeft|hebben|had|hadden|kan|kunnen|kon|moet|moeten|wil|willen|zal|zullen|zou|zouden"
    r"|mag|mogen|word|wordt|worden|ga|gaat|gaan|kom|komt|komen|doe|doet|doen|blijf|blijft|blijven)",
    re.IGNORECASE,
)
_SWEDISH = re.compile(
    r"(?P<subject>jag|vi|du|ni|han|hon|de|det|den|man) "
    r"(?P<adverb>inte|aldrig|alltid|redan|gärna|också|kanske|bara) "
    r"(?P<verb>\S+)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)

_ENGLISH_CLAUSE = re.compile(
    r"(?P<subject>there|it|he|she|they|we|I|you|this|that|(?:the|your|our|my|a|an) (?:[\w-]+ ){0,2}?[\w-]+) "
    r"(?P<verb>is|are|was|were|can|will|would|should|could|must) (?P<rest>[^,;]+)"
)


def sentence_of(clause: str, language: str) -> str:
    """Return the clause as a main clause.

    If rules cannot move its verb, put it into a sentence that leaves it in place.
    """
    return main_clause(clause, language) or _as_it_is(clause.strip(" ,.。"), language)


def _as_it_is(clause: str, language: str) -> str:
    sentence = requests()[language].otherwise.format(clause=clause)
    return sentence if language == "ja" else as_sentence(sentence, language)


def main_clause(clause: str, language: str) -> str:
    """Return the clause as a sentence of its own; "" where rules cannot move its verb."""
    clause = clause.strip(" ,.。")
    match requests()[language].verb_last:
        case "de":
            turned = _german(clause)
        case "nl":
            turned = _dutch(clause)
        case "sv":
            turned = _SWEDISH.sub(r"\g<subject> \g<verb> \g<adverb>\g<rest>", clause)
        case "ja":
            return f"{clause}。" if re.search(r"(?:です|ます|ました|ません)$", clause) else ""
        case _:
            turned = clause
    return as_sentence(turned, language)


def question_of(clause: str, language: str) -> str:
    """Return what a clause behind "whether" asks, as a question of its own; "" where rules cannot turn it."""
    clause = " ".join(clause.split()).strip(" ,.?")
    match language:
        case "en":
            found = _ENGLISH_CLAUSE.fullmatch(clause)
            turned = f"{found['verb']} {found['subject']} {found['rest']}" if found else ""
        case "de" | "nl":
            turned = _verb_first(clause, language)
        case "sv":
            turned = re.sub(
                r"^(?P<subject>jag|vi|du|ni|han|hon|de|det|den|man) (?P<verb>\S+)(?P<rest>.*)$",
                r"\g<verb> \g<subject>\g<rest>",
                clause,
            )
            turned = "" if turned == clause else turned
        case _:
            turned = ""
    return f"{turned[0].upper()}{turned[1:]}?" if turned else ""


def _verb_first(clause: str, language: str) -> str:
    *middle, verb = clause.split()
    if not middle or _JOINED[language].search(clause):
        return ""
    if language == "nl":
        return f"{verb} {' '.join(middle)}" if _DUTCH_VERB.fullmatch(verb) else ""
    if apart := _APART.fullmatch(verb):
        return " ".join((apart["verb"], *middle, apart["prefix"]))
    return "" if _LOOKS_APART.fullmatch(verb) else f"{verb} {' '.join(middle)}"


def _german(clause: str) -> str:
    subject, _, rest = clause.partition(" ")
    *middle, verb = rest.split() or [""]
    agrees = _GERMAN.get(subject.lower())
    if (
        not agrees
        or (not middle and not verb)
        or _JOINED["de"].search(rest)
        or not re.fullmatch(agrees, verb)
    ):
        return ""
    if apart := _APART.fullmatch(verb):
        return " ".join((subject, apart["verb"], *middle, apart["prefix"]))
    if _LOOKS_APART.fullmatch(verb) and not verb.startswith(("antwort", "arbeit")):
        return ""
    return " ".join((subject, verb, *middle))


def _dutch(clause: str) -> str:
    words = clause.split()
    if len(words) < 2 or not re.fullmatch(_DUTCH_SUBJECT, words[0], re.IGNORECASE):
        return ""
    if _JOINED["nl"].search(" ".join(words[1:])):
        return ""
    for at in (len(words) - 2, len(words) - 1):
        if at > 0 and _DUTCH_VERB.fullmatch(words[at]):
            return " ".join((words[0], words[at], *words[1:at], *words[at + 1 :]))
    return ""

"""The user's instructions as sentences to the sender: "say yes, but not before Tuesday" and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from email_assistant.proofreading.given import likely_language
from email_assistant.proofreading.letter import full_stop, split_sentences
from email_assistant.proofreading.options import is_choice, is_day
from email_assistant.writing.offline.addressing import speak_to
from email_assistant.writing.offline.asked_language import language_request
from email_assistant.writing.offline.phrases import Phrases, any_of, phrases_in
from email_assistant.writing.offline.styles import Style, styles_of

LONG = 2_000
"""Characters; who writes so much has written the reply themselves."""

# Without those that are other words too: march, may.
_ENGLISH_NAMES = re.compile(
    r"(?<![\w@./])(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|april|june|july|august|"
    r"september|october|november|december)(?![\w@/]|\.\w)"
)
_CONNECTOR = re.compile(
    r"\s*[,;]\s*(?:(?:and|but|then|also|und|et|y|e|en)\s+)*|\s+(?:and|und|et|y|e|en)\s+(?:(?:then|also)\s+)?",
    re.IGNORECASE,
)
_MANNER = re.compile(
    r"(?:(?:please|pls|just|also|then|and|politely|kindly|nicely|briefly|warmly)\b,?\s*(?!$))+", re.IGNORECASE
)
_MANNER_BEHIND = re.compile(
    r"^(decline|refuse|say no|say yes|thank|ask|accept)\s+(?:politely|kindly|nicely|warmly)\b", re.IGNORECASE
)
_SIGN = re.compile(
    r"(?:sign (?:it )?(?:off )?(?:as|with)|my name is)\s+(?P<name>\S.{0,60}?)[.!]?", re.IGNORECASE
)
_SHORT_ANSWER = re.compile(
    r"(?:say |di |dis |sage? |zeg |säg )?(?:yes|no|ja|nein|oui|non|sí|sì|sim|não|nee|nej|tak|nie)\b",
    re.IGNORECASE,
)
_JOINS = re.compile(r"\W*(?:(?:and|und|et|y|e|en)\W+)?", re.IGNORECASE)
_ANSWER_TO = re.compile(r"(?:say )?(?:yes|no) to [^,;]+", re.IGNORECASE)
_BY_ITSELF = re.compile(
    r"(?:that )?(?:i|we|ich|wir|je|j['’]|nous|yo|io|eu|ik|wij|jag|vi)(?:['’]|\s)\w", re.IGNORECASE
)
"""A clause with a subject of its own, behind a short answer."""
_VERB = (
    r"(?:can(?:['’]t|not)?|will|won['’]t|would|could|couldn['’]t|want|need|must|am"
    r"|have(?! (?:him|her|them)\b)|haven['’]t|don['’]t|didn['’]t)"
)
_WITHOUT_SUBJECT = re.compile(
    rf"{_VERB} (?!(?:you|he|she|they|we|i|it|the|this|that|there|my|your|our|his|her|their)\b)(?=\w)",
    re.IGNORECASE,
)
_CAN_A_DAY = re.compile(
    r"^(can(?:['’]t|not)?) (?=(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tomorrow)", re.IGNORECASE
)
_WITHOUT_SUBJECT_LATER = re.compile(
    r", (?P<verb>(?:will|would|could|can|need|want)\b(?! (?:you|he|she|they|we|i|it)\b))"
)
_THAT = re.compile(r"^that (?=(?:I|we|you|he|she|they|it|there|my|our|the)(?:['’]\w+)? )", re.IGNORECASE)
"""What a second clause of "say yes and that I come" begins with."""
_SPEAKING = "(?:tell|ask|thank|let|inform|notify|assure|remind|congratulate|invite|wish)"
# What follows it belongs to the sentence before.
_GLUED = re.compile(
    r"[\s,;:-]*\b(?:but|only|if|as|because|since|unless|except|aber|weil|mais|pero|ma|mas|maar)\b",
    re.IGNORECASE,
)
# When, where and with whom: behind a short answer, it belongs to it as well, unless it is a sentence.
_DETAIL = re.compile(
    r"[\s,;:-]*(?:not |nicht |pas |no |não |non |niet )?"
    r"(?:on|at|in|from|before|after|until|till|by|with|without|for|around|during|between|tomorrow|today|"
    r"am|um|im|ab|bis|von|vor|nach|mit|ohne|gegen|morgen|heute|"
    r"le|à|au|avec|dès|avant|après|vers|sans|demain|el|al|con|desde|antes|después|hasta|sin|mañana|"
    r"il|alle|dal|prima|dopo|fino|senza|domani|na|às|com|depois|até|sem|amanhã|op|om|met|vanaf|voor|zonder)"
    r"\b(?:[^\w,;]+[^\s,;]+){0,6}[.!]?",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\b(?:i|we|you|he|she|they|it|there|ich|wir|sie|es|je|nous|il|elle|ik|wij)(?:['’]|\s)", re.IGNORECASE
)
_WILLING = re.compile(
    r"(?:gladly|happily|sure|of course|certainly|absolutely|definitely|with (?:great )?pleasure|love to|"
    r"(?:sehr )?gerne?|natürlich|selbstverständlich|avec (?:grand )?plaisir|bien sûr|volontiers|"
    r"con (?:mucho )?gusto|claro|por supuesto|con piacere|volentieri|certo|com (?:todo o )?prazer|"
    r"graag|natuurlijk|chętnie|oczywiście)\b",
    re.IGNORECASE,
)
"""What says by itself how willing a yes is."""


@dataclass
class Said:
    """What instructions come to: sentences, and how the reply shall read."""

    text: str = ""
    styles: list[Style] = field(default_factory=list)
    signature: str = ""
    choices: tuple[tuple[str, ...], ...] = ()
    """The options of each ask that offers some."""
    person: str = ""
    """How the instructions spoke of the sender last: "him", "her", "them" or "the sender"."""


def say(instructions: str, phrases: Phrases, *names: str, choices: tuple[tuple[str, ...], ...] = ()) -> Said:
    """Turn instructions into sentences to the sender; no word of the user's own gets lost.

    Args:
        names: those that the sender goes by.
        choices: the options of each ask that offers some.
    """
    if len(instructions) > LONG:
        return Said(instructions.strip())
    if called := any_of(list(filter(None, names))):
        spoken_to = rf"((?:^|[.!?;,\n]\s*|\band ){_SPEAKING}) {called}\b"
        instructions = re.sub(spoken_to, r"\1 the sender", instructions, flags=re.IGNORECASE)
    said = Said(choices=choices)
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", instructions):
        sentences: list[str] = []
        for sentence in split_sentences(paragraph):
            bare = sentence.strip().lstrip("*•–- ")
            for clause in _clauses(bare if bare.endswith("..") else bare.removesuffix("."), phrases):
                if not _is_manner(clause, said, phrases):
                    sentences += _sentences_of(clause, said, phrases)
        paragraphs.append(" ".join(sentences))
    said.text = "\n\n".join(filter(None, paragraphs))
    return said


def language_asked_for(text: str) -> str:
    """Return the code of the language in which `text` asks to write, or ""."""
    asked = next(filter(None, map(language_request, map(str.strip, split_sentences(text[:LONG])))), None)
    return asked.code if asked else ""


def as_sentence(text: str, language: str = "en") -> str:
    """Return `text` with a capital at its beginning and a full stop at its end, where it lacks them."""
    text = text.strip().rstrip(",;")
    if language == "en" or likely_language(text) == "en":
        text = re.sub(r"\bi(?=\s|['’])", "I", text)
        text = _ENGLISH_NAMES.sub(lambda found: found[0].capitalize(), text)
    if not text:
        return ""
    if text[0].upper().lower() == text[0] and not re.search(r"@|://|\w\.\w", text.split()[0]):
        text = text[0].upper() + text[1:]
    return text + full_stop(text) if text[-1].isalnum() or text[-1] in ")]\"'”’»%€$°" else text


def choice_as_sentence(words: str, choices: tuple[tuple[str, ...], ...], phrases: Phrases) -> str:
    """Return a sentence if words are one of the options of an ask; otherwise ""."""
    for options in choices:
        if is_choice(options, words):
            template = phrases.suits if any(map(is_day, options)) else phrases.prefer
            return as_sentence(template.format(answer=words.strip().rstrip(".!")), phrases.code)
    return ""


def _clauses(sentence: str, phrases: Phrases) -> Iterator[str]:
    """Yield one instruction each: "thank her and ask when she comes" are two."""
    if asked := language_request(sentence):
        # "answer in German that …": the language goes, the verb has something to say.
        verb = asked.verb if re.search(r"\w", sentence[asked.end :]) else ""
        sentence = f"{sentence[: asked.start]}{verb}{sentence[asked.end :].lstrip()}"
    start = 0
    for gap in _CONNECTOR.finditer(sentence):
        rest = sentence[gap.end() :]
        before = sentence[start : gap.start()]
        says_more = bool(_JOINS.fullmatch(gap[0])) and bool(
            (_SHORT_ANSWER.match(before) and _BY_ITSELF.match(rest))
            or ("," in gap[0] and _ANSWER_TO.fullmatch(before) and not _GLUED.match(rest))
        )
        if says_more or rule_for(rest, phrases) or _is_manner(rest, Said(), phrases):
            yield sentence[start : gap.start()]
            start = gap.end()
    if sentence[start:].strip():
        yield sentence[start:].strip()


def _is_manner(clause: str, said: Said, phrases: Phrases) -> bool:
    """Return whether `clause` says how to write, and not what."""
    if signed := _SIGN.fullmatch(clause):
        said.signature = signed["name"]
    elif styles := styles_of(clause, (phrases.code, "en")):
        said.styles += styles
    else:
        return False
    return True


def rule_for(clause: str, phrases: Phrases) -> tuple[re.Match[str], str] | None:
    """Return the rule by which an instruction becomes a sentence, with its beginning that the rule knows."""
    clause = _MANNER_BEHIND.sub(
        r"\1", clause[manner.end() :] if (manner := _MANNER.match(clause)) else clause
    )
    for known in (phrases, phrases_in("en")):
        for pattern, template in known.rules:
            if beginning := pattern.match(clause):
                return beginning, template
    return None


def _sentences_of(clause: str, said: Said, phrases: Phrases) -> list[str]:
    rule = rule_for(clause, phrases)
    if not rule:
        if chosen := choice_as_sentence(clause, said.choices, phrases):
            return [chosen]
        return [as_sentence(_with_subject(_THAT.sub("", clause)), phrases.code)]
    beginning, template = rule
    rest = beginning.string[beginning.end() :]
    if person := re.search(r"\b(him|her|them|the sender)\b", beginning[0], re.IGNORECASE):
        said.person = person[1].lower()
    if said.person:
        rest = speak_to(said.person, rest)
    return _filled(template, rest.strip(), said, phrases)


def _with_subject(clause: str) -> str:
    """Return a clause of notes that leaves out who speaks: "can't come, will send Ben" is of the user."""
    if not _WITHOUT_SUBJECT.match(clause):
        return clause
    clause = _CAN_A_DAY.sub(r"\1 do ", clause)
    clause = _WITHOUT_SUBJECT_LATER.sub(r" and \g<verb>", clause, count=1)
    return f"I {clause[0].lower()}{clause[1:]}"


def _filled(template: str, rest: str, said: Said, phrases: Phrases) -> list[str]:
    """Return the sentence that `template` makes of the user's words, and those that come behind it."""
    if template == "{rest}":
        rest = re.sub(r"\b(and|or|but) that\b", r"\1", rest)
        return [as_sentence(re.sub(r"^[\s,:;-]*(?:that\b)?\s*", "", rest), phrases.code)]
    phrase = template.format(rest="", yes=phrases.yes, no=phrases.no).replace(" ?", "?").strip()
    if not re.search(r"\w", rest):
        return [as_sentence(phrase, phrases.code)]
    takes_rest = "{rest}" in template
    if takes_rest and rest[0] not in ",:;-":
        end = "?" if template.endswith("?") else ""
        return [as_sentence(template.format(rest=rest.rstrip(" .!?") if end else rest), phrases.code)]
    if template == "{yes}" and (willing := _WILLING.match(rest.lstrip(" ,"))):
        answer = phrase.partition(",")[0]
        return [as_sentence(f"{answer}, {willing.string}", phrases.code)]
    if _GLUED.match(rest) or (_DETAIL.fullmatch(rest) and not _SUBJECT.search(rest)):
        return [as_sentence(f"{phrase.rstrip('?')}, {rest.lstrip(' ,:;-')}", phrases.code)]
    behind = re.sub(r"^[\s,:;.!-]*(?:and\s+)?", "", rest)
    return [as_sentence(phrase, phrases.code), *_sentences_of(behind, said, phrases)]

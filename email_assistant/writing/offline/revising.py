"""The offline writer's answer to feedback: the draft with what was asked changed, and the rest as it was."""

from __future__ import annotations

import re
from typing import NamedTuple

from email_assistant.mail.text.language import language_of as language_of_text
from email_assistant.normalization import normalize
from email_assistant.proofreading import orders
from email_assistant.proofreading.details import plain
from email_assistant.proofreading.effects import wants_longer, wants_shorter
from email_assistant.proofreading.letter import Letter, is_closing, is_name, parse_letter, unquoted
from email_assistant.proofreading.lexicon import fold
from email_assistant.proofreading.repair import apply
from email_assistant.proofreading.wishes import Limit, asking, limit_in, without_emoji
from email_assistant.writing.model import Brief
from email_assistant.writing.offline import requests as asked_for
from email_assistant.writing.offline.clauses import sentence_of
from email_assistant.writing.offline.detailing import put_detail, replace_same
from email_assistant.writing.offline.drafting import language_of
from email_assistant.writing.offline.framing import reframe, sign, translate_frame
from email_assistant.writing.offline.phrases import Phrases, phrases_in
from email_assistant.writing.offline.removing import remove
from email_assistant.writing.offline.saying import LONG, as_sentence, language_asked_for, rule_for, say
from email_assistant.writing.offline.shortening import shorten
from email_assistant.writing.offline.styles import restyle, spell_out, styles_of

_POLITE = re.compile(
    r"^(?:(?:please|pls|ok|okay|yes|great|thanks|good|nice|hm+|well|but|and|also|then|now|just|can you"
    r"|could you|would you|i(?: would|'d|’d) like (?:you )?to|you should)\b[,.!]?\s*(?!$))+",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"(?:(?:it|this|that) )?(?:looks|sounds|reads|is|'s|’s)? ?(?:good|great|fine|nice|perfect|better|almost)"
    r"(?: (?:so far|now|already|there|overall))?",
    re.IGNORECASE,
)
_ADD = re.compile(r"(?:add|include|insert|append|put in)\s+(?P<what>.+)", re.IGNORECASE | re.DOTALL)
_PLACE = re.compile(
    r"\s+(?:at|to|in) (?:the )?(?P<where>beginning|start|top|front|end|bottom)$", re.IGNORECASE
)
_POSTSCRIPT = re.compile(
    r"(?:a )?p\.?\s?s\.?(?:[\s:,]+|\s+(?:saying|that)\s+)(?P<what>.+)", re.IGNORECASE | re.DOTALL
)
_SENTENCE_SAYING = re.compile(
    r"(?:(?:a|one|another) (?:short )?(?:sentence|line|note|paragraph|remark)(?: saying| that says)?"
    r"(?: that\b|:|\s)"
    r"|(?:in )?that\b|:)\s*(?P<what>(?!about\b).+)",
    re.IGNORECASE | re.DOTALL,
)
_A_THING = re.compile(r"(?:an?|the|my|our|his|her|their|your|some|more|another)\b", re.IGNORECASE)
# An order to say something; one that only begins like a rule of the first draft ("say it better") is not.
_SPEAKS = re.compile(
    r"(?:(?:also|please|politely|kindly)\s+)*(?:(?:tell|ask|thank|let|inform|notify|assure|remind|invite|wish)"
    r"\s+(?:him|her|them|everyone|everybody|all|the)\b|ask (?:if|whether|when|where|what|who|how|for|about)\b"
    r"|thank\b|say (?:sorry|thanks|thank you)\b"
    r"|apologi[sz]e\b|congratulate\b|offer\b|propose\b|suggest\b|promise\b"
    r"|(?:say|mention|explain|write|state|point out|note)(?: to \w+)?(?: that\b|:)|mention\b)",
    re.IGNORECASE,
)

_MAX_LIMIT_WORDS = 9


class Outcome(NamedTuple):
    """A draft with what rules could change, and the requests that they could not carry out."""

    text: str
    undone: tuple[str, ...] = ()
    in_part: bool = False
    """Whether a request says more than what was done for it."""


def revise(brief: Brief) -> str:
    """Return the newest draft, changed as far as rules carry out its feedback."""
    return carry_out(brief).text


def carry_out(brief: Brief) -> Outcome:
    """Change the newest draft as its feedback asks.

    Feedback that no rule understands changes nothing and is reported: it must not become text of the letter.
    """
    newest = brief.revisions[-1]
    if len(newest.feedback) > LONG:
        return Outcome(newest.draft, (newest.feedback,))
    letter = parse_letter(newest.draft)
    feedback = normalize("NFC", newest.feedback)
    asked = language_asked_for(feedback)
    phrases = phrases_in(asked or language_of_text(newest.draft) or language_of(brief))
    requests = asked_for.split(feedback)
    undone: list[str] = []
    in_part = False
    for request in requests:
        wish = asked_for.without_please(_POLITE.sub("", request)).lstrip(" ¡¿")
        if not wish or (len(requests) > 1 and _PRAISE.fullmatch(wish)):
            continue
        if _obey(wish, letter, brief, phrases) or _pass_on(request, letter, brief, phrases):
            continue
        if _resize(wish, letter, brief, phrases):
            in_part = True
        else:
            undone.append(request)
    text = str(letter) if letter != parse_letter(newest.draft) else newest.draft
    return Outcome(text or newest.draft, tuple(undone), in_part)


def _obey(wish: str, letter: Letter, brief: Brief, phrases: Phrases) -> bool:
    if styles := styles_of(wish, tuple(asked_for.requests()), of_draft=True):
        before = str(letter)
        for style in styles:
            if style == "shorter":
                shorten(letter, brief, phrases.code)
            else:
                restyle(letter, style, brief.email, phrases)
        return str(letter) != before
    if limit := _limit_alone(wish):
        return shorten(letter, brief, phrases.code, limit)
    if language_asked_for(wish):
        translate_frame(letter, phrases)
        return False  # the body needs a translator
    if _keep_style(wish, letter) or _sign(wish, letter):
        return True
    if any(edit(wish, letter) for edit in (reframe, remove)) or _replace(wish, letter, phrases):
        return True
    return (
        _add(wish, letter, phrases) or put_detail(wish, letter, phrases.code) or _speak(wish, letter, phrases)
    )


def _resize(wish: str, letter: Letter, brief: Brief, phrases: Phrases) -> bool:
    """Make a letter shorter or longer for a wish that says so among other words: "shorter, she is busy"."""
    before, folded = str(letter), fold(plain(wish))
    if asking("remove").search(folded):
        return False
    if wants_shorter(folded):
        return shorten(letter, brief, phrases.code)
    if wants_longer(folded):
        restyle(letter, "longer", brief.email, phrases)
    return str(letter) != before


def _limit_alone(wish: str) -> Limit | None:
    """Return the limit of length that a wish sets, if it says nothing else."""
    return limit_in(fold(wish)) if len(wish.split()) <= _MAX_LIMIT_WORDS else None


def _keep_style(wish: str, letter: Letter) -> bool:
    """Obey a wish for all drafts, such as "no exclamation marks"; a draft may keep it already."""
    folded = fold(wish)
    if asking("no_exclamation").search(folded):
        for part in ("greeting", "body", "closing"):
            text = re.sub(r"[!！]+(?=\s|$)", ".", getattr(letter, part)).replace("¡", "")
            setattr(letter, part, re.sub(r"[!！]", "", text))
        letter.greeting = re.sub(r"\.$", ",", letter.greeting)
    elif asking("no_emoji").search(folded):
        letter.body, letter.closing = without_emoji(letter.body), without_emoji(letter.closing)
    elif asking("no_contractions").search(folded):
        letter.body = spell_out(letter.body)
    else:
        return False
    return True


def _sign(wish: str, letter: Letter) -> bool:
    found = asking("sign").match(fold(wish))
    name = unquoted(wish[found.end() :]) if found else ""
    if not name or not (is_name(name) or is_closing(re.split(r"[,\n]", name)[0])):
        return False
    sign(name, letter)
    return True


def _replace(wish: str, letter: Letter, phrases: Phrases) -> bool:
    for asked in asked_for.replacements(wish):
        for old in (asked.old, re.sub(r"^(?:(?:the|a|an) )?(?:word )?", "", asked.old, flags=re.IGNORECASE)):
            if old and asked.new and letter.replace(old, asked.new):
                return True
    return any(
        replace_same(asked, letter, phrases.code) for asked in asked_for.replacements(wish) if asked.new
    )


def _add(wish: str, letter: Letter, phrases: Phrases) -> bool:
    """Add what a request brings in words that can stand in a letter."""
    for found, _ in asked_for.matches("put", wish):
        letter.add(as_sentence(unquoted(found["what"]), phrases.code))
        return True
    for found, language in asked_for.matches("add", wish):
        letter.add(sentence_of(found["clause"], language))
        return True
    place = _PLACE.search(wish)
    first = place is not None and place["where"].lower() not in {"end", "bottom"}
    asked = _ADD.fullmatch(wish[: place.start()] if place else wish)
    if not asked:
        return False
    what = asked["what"].strip()
    if postscript := _POSTSCRIPT.fullmatch(what):
        letter.name = "\n\n".join(
            filter(None, (letter.name, f"PS: {as_sentence(unquoted(postscript['what']))}"))
        )
        return True
    if saying := _SENTENCE_SAYING.fullmatch(what):
        text = say(unquoted(saying["what"]), phrases).text
    elif what != unquoted(what):
        text = as_sentence(unquoted(what), phrases.code)
    else:  # a thing that is to be added is left to the user
        text = f"[{what}]" if _A_THING.match(what) else say(what, phrases).text
    letter.add(text or f"[{what}]", first=first)
    return True


def _speak(wish: str, letter: Letter, phrases: Phrases) -> bool:
    """Add what the user wants to be said to the sender: "thank her for the flowers"."""
    place = _PLACE.search(wish)
    bare = wish[: place.start()] if place else wish
    rule = rule_for(bare, phrases)
    if not rule or not (_SPEAKS.match(bare) or _in_other_words(rule, phrases)):
        return False
    text = say(bare, phrases).text
    letter.add(text, first=place is not None and place["where"].lower() not in {"end", "bottom"})
    return bool(text)


def _pass_on(request: str, letter: Letter, brief: Brief, phrases: Phrases) -> bool:
    """Add what an order in the letter's language says to its reader: "bitte sie, mir zu schreiben"."""
    order = as_sentence(request, phrases.code)
    if language_of_text(order) not in ("", phrases.code):
        return False
    said = apply(order, orders.check(order, brief))
    if said != order:
        letter.add(said)
    return said != order


def _in_other_words(rule: tuple[re.Match[str], str], phrases: Phrases) -> bool:
    """Return whether a rule of the letter's language, not the English one, makes a sentence of the words."""
    found, template = rule
    return phrases.code != "en" and "{rest}" in template and any(found.re is own for own, _ in phrases.rules)

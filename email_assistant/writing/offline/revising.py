"""The offline writer's answer to feedback: the draft with what was asked changed, and the rest as it was."""

from __future__ import annotations

import re

from email_assistant.mail import IncomingEmail
from email_assistant.mail.language import language_of as language_of_text
from email_assistant.proofreading.letter import Letter, parse_letter, split_sentences, unquoted
from email_assistant.writing.model import Brief
from email_assistant.writing.offline.drafting import language_of
from email_assistant.writing.offline.framing import reframe, translate_frame
from email_assistant.writing.offline.phrases import Phrases, phrases_in
from email_assistant.writing.offline.removing import remove
from email_assistant.writing.offline.saying import LONG, as_sentence, language_asked_for, say
from email_assistant.writing.offline.styles import restyle, styles_of

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
_EDITS = (
    r"(?:add|mention|include|say|write|tell|ask|thank|remove|delete|drop|cut|take out|leave out|omit|skip"
    r"|replace|change|use|sign|make it|keep it|start with|begin with|end with|address|greet)\b"
)
_NEXT = re.compile(
    rf"\s*(?:;|,|,?\s+(?:and|then|and then|but))\s+(?=(?:(?:please|also|then) )*{_EDITS})", re.IGNORECASE
)
_ORDER = re.compile(
    rf"{_EDITS}|(?:rewrite|rephrase|reword|fix|correct|improve|move|swap|put|translate|make|remember|do not"
    r"|don['’]t|try|give|check|avoid|shift|split|merge|turn|reorder|format)\b",
    re.IGNORECASE,
)
_REPLACEMENTS = [
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"(?:(?:say|use|write|put) )?(?P<new>.+?) (?:instead of|rather than) (?P<old>.+)",
        r"(?:replace|swap|exchange) (?P<old>.+?) (?:with|by|for) (?P<new>.+)",
        r"(?:change|turn|correct|rename) (?P<old>.+?) (?:to|into) (?P<new>.+)",
        r"(?:(?:it|this|that) (?:should be|must be|is) )?not (?P<old>.+?),? but (?P<new>.+)",
        r"(?:(?:it|this|that) (?:should be|must be|is) )?(?P<new>.+?),? (?:and )?not (?P<old>.+)",
    )
]
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


def revise(brief: Brief) -> str:
    """The newest draft, changed as its feedback asks.

    What no rule understands is not lost: a statement becomes a sentence of the reply, an order a gap `[…]`.
    """
    newest = brief.revisions[-1]
    letter = parse_letter(newest.draft)
    asked = language_asked_for(newest.feedback)
    phrases = phrases_in(asked or language_of_text(newest.draft) or language_of(brief))
    if len(newest.feedback) > LONG:
        letter.add(newest.feedback.strip())
        return str(letter)
    sentences = split_sentences(newest.feedback.strip())
    requests = [request.strip() for sentence in sentences for request in _NEXT.split(sentence)]
    for request in requests:
        wish = _POLITE.sub("", request)
        if wish and not (len(requests) > 1 and _PRAISE.fullmatch(wish.rstrip("!. "))):
            _obey(wish, letter, brief.email, phrases)
    return str(letter) or newest.draft


def _obey(wish: str, letter: Letter, email: IncomingEmail, phrases: Phrases) -> None:
    bare = wish.rstrip(".! ")
    if styles := styles_of(bare, phrases):
        for style in styles:
            restyle(letter, style, email, phrases)
    elif language_asked_for(bare):
        translate_frame(letter, phrases)
    elif not any(edit(bare, letter) for edit in (reframe, _replace, remove)):
        _add(bare, wish, letter, phrases)


def _replace(wish: str, letter: Letter) -> bool:
    for asked in filter(None, (pattern.fullmatch(wish) for pattern in _REPLACEMENTS)):
        old, new = unquoted(asked["old"]), unquoted(asked["new"])
        for sought in (old, re.sub(r"^(?:(?:the|a|an) )?(?:word )?", "", old, flags=re.IGNORECASE)):
            if sought and letter.replace(sought, new):
                return True
    return False


def _add(bare: str, wish: str, letter: Letter, phrases: Phrases) -> None:
    place = _PLACE.search(bare)
    first = place is not None and place["where"].lower() not in {"end", "bottom"}
    bare = bare[: place.start()] if place else bare
    asked = _ADD.fullmatch(bare)
    what = asked["what"].strip() if asked else bare
    if asked and (postscript := _POSTSCRIPT.fullmatch(what)):
        postscript_line = f"PS: {as_sentence(unquoted(postscript['what']))}"
        letter.name = "\n\n".join(filter(None, (letter.name, postscript_line)))
        return
    if saying := _SENTENCE_SAYING.fullmatch(what) if asked else None:
        text = say(unquoted(saying["what"]), phrases).text
    elif asked and what != unquoted(what):
        text = as_sentence(unquoted(what))
    else:
        text = say(what if asked or place else wish, phrases).text
        # A thing that is to be added, or an order that no rule obeys, is left to the user.
        if _A_THING.match(what) if asked else _ORDER.match(bare) and text.rstrip(".").lower() == bare.lower():
            text = f"[{what}]"
    letter.add(text or f"[{bare}]", first=first)

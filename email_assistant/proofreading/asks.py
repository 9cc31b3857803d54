"""Find what a mail asks of its reader."""

from __future__ import annotations

import re

from email_assistant.brief import Ask
from email_assistant.mail import IncomingEmail
from email_assistant.proofreading.ask_words import alike, pattern, stems_of
from email_assistant.proofreading.given import mail_language, parted
from email_assistant.proofreading.letter import locate, split_sentences
from email_assistant.proofreading.lexicon import LANGUAGES, fold
from email_assistant.proofreading.options import offered_before, options_of

MAX_READ = 20_000
"""Characters of a mail in which asks are looked for."""
MAX_ASKS = 8
MAX_ASK = 100
"""Characters of an ask's text."""
MAX_SENTENCE = 400
_LEAD = re.compile(
    r"^(?:and|so|but|also|then|und|aber|et|mais|y|pero|e|ma|mas|en|maar|also,|auch|finally|lastly|first|second"
    r"|[-*•]|\d{1,2}[.)])[,:]?\s+(?=\S)",
    re.IGNORECASE,
)
_ASKS_WITHOUT_MARK = re.compile(r"か[。」]*$")


def find_asks(email: IncomingEmail) -> tuple[Ask, ...]:
    """Return what the newest message asks of its reader, each thing once, in its order.

    Speaks `LANGUAGES`; in others a sentence with a question mark is an ask.
    """
    text, _ = parted(email)
    text = text[:MAX_READ]
    spoken = mail_language(email, text)
    asks: list[Ask] = []
    before = ""
    for sentence in split_sentences(text):
        quote = " ".join(sentence[:MAX_SENTENCE].split())
        offered, before = before, quote
        if not _asks(quote, spoken):
            continue
        short = _short(quote)
        words = stems_of(short)
        if any(alike(words, stems_of(other.text)) for other in asks):
            continue
        options = options_of(quote, spoken)
        if not options and spoken in LANGUAGES and pattern("which", spoken).search(fold(short)):
            options = offered_before(offered, spoken)  # "Tuesday or Thursday would do. Which do you prefer?"
        asks.append(Ask(text=short, quote=quote, options=options))
        if len(asks) == MAX_ASKS:
            break
    return tuple(asks)


def _asks(quote: str, spoken: str) -> bool:
    question = quote.rstrip(" \"”»)’'").endswith(("?", "？"))
    if spoken not in LANGUAGES:
        return (question and len(quote) > 3) or bool(_ASKS_WITHOUT_MARK.search(quote))
    folded = fold(quote)
    if (
        len(folded.split()) < 2
        or pattern("talk", spoken).search(folded)
        or pattern("footer", spoken).search(folded)
    ):
        return False
    return question or bool(pattern("request", spoken).search(folded))


def _short(quote: str) -> str:
    # "Hi Ana, can we have lunch?" asks what comes behind the greeting.
    text = quote[locate(quote).greeting.end :].lstrip() or quote
    while lead := _LEAD.match(text):
        text = text[lead.end() :]
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if len(text) <= MAX_ASK else f"{text[: MAX_ASK - 1].rsplit(' ', 1)[0]}…"

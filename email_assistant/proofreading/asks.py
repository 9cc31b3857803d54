"""What a mail asks of its reader, and what a draft does about it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Set
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Literal

from email_assistant.brief import Ask, Brief
from email_assistant.mail import IncomingEmail
from email_assistant.proofreading.facts import read_facts
from email_assistant.proofreading.gaps import find_gaps
from email_assistant.proofreading.given import (
    MAX_DRAFT,
    MAX_SAID,
    common_words,
    language,
    likely_language,
    mail_language,
    parted,
    said,
)
from email_assistant.proofreading.known import Known
from email_assistant.proofreading.letter import locate, split_sentences
from email_assistant.proofreading.lexicon import LANGUAGES, PAIR, fold, lex
from email_assistant.proofreading.model import AskStatus, Finding
from email_assistant.proofreading.remembering import remembered
from email_assistant.proofreading.saying import decision_of, puts_off, says
from email_assistant.proofreading.wishes import body_of

MAX_READ = 20_000
"""Characters of a mail in which asks are looked for."""
MAX_ASKS = 8
MAX_ASK = 100
"""Characters of an ask's text."""
MAX_OPTION = 40
MAX_SENTENCE = 400

Column = Literal["request", "talk", "footer", "or", "when", "how_many", "which", "lets_know"]

_LEAD = re.compile(
    r"^(?:and|so|but|also|then|und|aber|et|mais|y|pero|e|ma|mas|en|maar|also,|auch|finally|lastly|first|second"
    r"|[-*•]|\d{1,2}[.)])[,:]?\s+(?=\S)",
    re.IGNORECASE,
)
_FAR_AS_SAME = 0.7
_TOUCHED = 0.34
_WORD = re.compile(r"[^\W\d_]{3,}")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
_OF_QUESTIONS = frozenset(
    re.findall(
        r"\S+",
        "can may how who why any did has had say was wie wer war mag por sur est ton mes tes ser hay che chi"
        " per uno sua seu hoe wat kan czy jak kto pan hur ska vad",
    )
)
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_BEFORE_NAME = re.compile(r"\s[^\W\d_a-zß-ÿ][a-zß-ÿ]")
_ARTICLE = re.compile(r"^(?:on|at|for|by|am|um|le|el|il|op|om|à|a|em|in|den|dem)\s+", re.IGNORECASE)
_CLAUSES = re.compile(r"[,;.!?\n](?!\d)")
_STOP = re.compile(r"[,;:?!.()\n]|\s[–—-]\s")


_DAYS = frozenset(("date", "weekday", "time"))
_NUMBERED = re.compile(
    r"(?:(?P<before>[^\W\d_]+)\s)?(?<![\d.,:])(?P<number>\d{1,4}\.?)(?:\s(?P<after>[^\W\d_]+))?"
)
_OFFERS_IN_JAPANESE = re.compile("どちら|どれ|それとも|または|いずれ")
_DAY_IN_JAPANESE = re.compile(r"(?:\d{1,2}月)?\d{1,2}日(?:[(（].[)）])?(?:\d{1,2}時)?")
_START = r"(?:^\W{0,3}|[,;:]\s|\b(?:and|or|und|oder|et|ou|y|e|o|en|of)\s)"


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files(__package__).joinpath("asks.toml").read_text(encoding="utf-8"))


@cache
def _any(column: Column, language: str) -> re.Pattern[str]:
    phrases = "|".join(_table()[language][column]).replace("{start}", _START)
    return re.compile(rf"(?<!\w)(?:{phrases})")


@cache
def _empty() -> frozenset[str]:
    return frozenset(word[:6] for table in _table().values() for word in table.get("empty", ()))


def find_asks(email: IncomingEmail) -> tuple[Ask, ...]:
    """What the newest message asks of its reader, each thing once, in its order.

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
        words = _stems(short)
        if any(_alike(words, _stems(other.text)) for other in asks):
            continue
        options = _options(quote, spoken)
        if not options and spoken in LANGUAGES and _any("which", spoken).search(fold(short)):
            options = _offered(offered, spoken)  # "Tuesday or Thursday would do. Which do you prefer?"
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
        or _any("talk", spoken).search(folded)
        or _any("footer", spoken).search(folded)
    ):
        return False
    return question or bool(_any("request", spoken).search(folded))


def _short(quote: str) -> str:
    # "Hi Ana, can we have lunch?" asks what comes behind the greeting.
    text = quote[locate(quote).greeting.end :].lstrip() or quote
    while lead := _LEAD.match(text):
        text = text[lead.end() :]
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if len(text) <= MAX_ASK else f"{text[: MAX_ASK - 1].rsplit(' ', 1)[0]}…"


_TOKEN = re.compile(r"\d+|[^\W\d_]{2,}")
_ASKS_WITHOUT_MARK = re.compile(r"か[。」]*$")


def _alike(words: Set[str], other: Set[str]) -> bool:
    return (
        bool(words and other)
        and len(words & other) >= _FAR_AS_SAME * min(len(words), len(other))
        and (abs(len(words) - len(other)) <= 2)
    )


@remembered
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem for word in _LONG_WORD.findall(fold(text)) if (stem := word[:6]) not in _empty())


def words_of(text: str) -> set[str]:
    """The words of a text that say what it is about, without their endings; pairs of signs in Japanese."""
    return {pair for run in _WIDE.findall(text) for pair in map("".join, pairwise(run))} | {
        word[:6]
        for word in _WORD.findall(_WIDE.sub(" ", fold(text)))
        if word[:6] not in _empty() and word not in common_words() and word not in _OF_QUESTIONS
    }


def asks_when(text: str, spoken: str) -> bool:
    """Whether a text asks for a day or a time."""
    return spoken in LANGUAGES and bool(_any("when", spoken).search(fold(text)))


def is_request(text: str, spoken: str) -> bool:
    """Whether a sentence without a question mark asks its reader whether or what."""
    return spoken in LANGUAGES and bool(_any("lets_know", spoken).search(fold(text)))


def names_option(option: str, text: str) -> bool:
    """Whether a text names all words and numbers of an option."""
    tokens = set(_TOKEN.findall(fold(option)))
    return bool(tokens) and tokens <= set(_TOKEN.findall(fold(text)))


@cache
def suits() -> frozenset[str]:
    """Words of questions about anything: "would that work?"."""
    return frozenset(word[:6] for table in _table().values() for word in table.get("suits", ()))


def asks_for_fact(ask: Ask, brief: Brief) -> bool:
    """Whether a day, a time or a number is asked for."""
    return bool(_kinds_asked(fold(ask.text), mail_language(brief.email)))


def _options(quote: str, spoken: str) -> tuple[str, ...]:
    """The answers between which a sentence lets choose: two facts of a kind around an "or", or two words."""
    if spoken not in LANGUAGES:
        return _numbered_options(quote, spoken)
    choice = rf"\s(?:{'|'.join(_table()[spoken]['or'])})\s"
    for found in re.finditer(choice, fold(quote)):
        before, after = quote[: found.start()], quote[found.end() :]
        facts = _fact_options(quote, found.start(), found.end(), spoken)
        if facts:
            return facts
        left, right = _STOP.split(before)[-1].split(), _STOP.split(after)[0].split()
        if right and left and len(right) <= 2 and "?" in quote:
            size = len(right)
            if len(left) > size and len(" ".join(left[-size:])) <= MAX_OPTION:
                return (_ARTICLE.sub("", " ".join(left[-size:])), " ".join(right)[:MAX_OPTION])
    return ()


def _offered(quote: str, spoken: str) -> tuple[str, ...]:
    """The days and times between which a statement lets choose."""
    choice = rf"\s(?:{'|'.join(_table()[spoken]['or'])})\s"
    for found in re.finditer(choice, fold(quote)):
        options = _fact_options(quote, found.start(), found.end(), spoken)
        if options and any(fact.kind in _DAYS for fact in read_facts(options[-1], (spoken,))):
            return options
    return ()


def _numbered_options(quote: str, spoken: str) -> tuple[str, ...]:
    """The numbers around an "or" that have the same word beside them: "vecka 28 eller vecka 30"."""
    if spoken == "ja":
        days = dict.fromkeys(found[0] for found in _DAY_IN_JAPANESE.finditer(quote))
        return tuple(days) if len(days) > 1 and _OFFERS_IN_JAPANESE.search(quote) else ()
    if spoken not in _table():
        return ()
    for choice in re.finditer("|".join(_table()[spoken]["or"]), quote, re.IGNORECASE):
        left = list(_NUMBERED.finditer(quote[: choice.start()]))
        right = _NUMBERED.search(quote[choice.end() : choice.end() + MAX_OPTION])
        if not left or not right:
            continue
        one, other = left[-1], right
        if one["after"] and one["after"] == other["after"]:
            return (f"{one['number']} {one['after']}", f"{other['number']} {other['after']}")
        if one["before"] and one["before"] == other["before"]:
            return (f"{one['before']} {one['number']}", f"{other['before']} {other['number']}")
    return ()


def _fact_options(quote: str, start: int, end: int, spoken: str) -> tuple[str, ...]:
    facts = [
        fact
        for fact in read_facts(quote, (spoken,))
        if fact.kind in {"date", "weekday", "tomorrow", "time", "number", "amount"}
    ]
    left = [fact for fact in facts if fact.end <= start]
    right = [fact for fact in facts if fact.start >= end and fact.start - end < MAX_OPTION]
    if not left or not right or start - left[-1].end > MAX_OPTION:
        return ()
    kinds = {right[0].kind}
    chosen = [fact for fact in left if fact.kind in kinds]
    if not chosen:
        return ()
    options = []
    for fact in [*chosen, right[0]]:
        together = [other for other in facts if 0 <= other.start - fact.end <= 8 and other.kind not in kinds]
        last = together[0].end if together else fact.end
        if together and re.search(choice_words(spoken), fold(quote[fact.end : together[0].start])):
            last = fact.end
        options.append(_with_article(quote, fact.start, last))
    return tuple(dict.fromkeys(option[:MAX_OPTION] for option in options))


@cache
def choice_words(spoken: str) -> str:
    """A pattern for "or" in a language."""
    return rf"\b(?:{'|'.join(_table()[spoken]['or'])})\b"


def _with_article(quote: str, start: int, end: int) -> str:
    article = re.search(r"\b(?:the|den|le|el|il|de|o)\s$", quote[max(0, start - 5) : start], re.IGNORECASE)
    begin = start - len(article[0]) if article else start
    return _ARTICLE.sub("", quote[begin:end].strip())


def ask_status(ask: Ask, draft: str, brief: Brief) -> AskStatus:
    """What a draft does with an ask.

    It answers if it names one of the options, gives the kind of fact asked for, speaks of it, or decides it.
    """
    draft = draft[:MAX_DRAFT]
    spoken = mail_language(brief.email)
    body = body_of(draft)
    words = _stems(f"{ask.text} {' '.join(ask.options)}")
    for gap in find_gaps(body):
        around = body[max(0, gap.start - 80) : gap.end + 40]
        if _stems(gap.text) & words or len(_stems(around) & words) >= 2 or _gap_is_for(gap.text, ask, spoken):
            return "gap"
    answers = (_answering(ask, _words_of(brief)), *_clarified(ask, brief))
    met = _meets(ask, body, language(draft, brief), spoken, brief)
    return "answered" if met or any(_carries(body, answer) for answer in answers) else "left_open"


def _words_of(brief: Brief) -> str:
    return "\n".join(said(brief))[:MAX_SAID]


def _gap_is_for(text: str, ask: Ask, spoken: str) -> bool:
    if spoken not in LANGUAGES:
        return False
    asked, gap = fold(ask.text), fold(text)
    return any(
        _any(column, spoken).search(asked) and re.search(hint, gap)
        for column, hint in (
            (
                "when",
                r"day|date|time|tag|datum|termin|uhr|jour|heure|dia|fecha|hora|giorno|data|ora|dag|tijd|when|wann",
            ),
            (
                "how_many",
                r"number|how|anzahl|zahl|nombre|numero|cantidad|quant|aantal|preis|price|prix|prezzo|amount",
            ),
        )
    )


def _meets(ask: Ask, text: str, written_in: str, spoken: str, brief: Brief) -> bool:
    """Whether a text answers an ask."""
    folded = fold(text)
    if not folded.strip():
        return False
    question = fold(f"{ask.text} {ask.quote}")
    kinds = _kinds_asked(question, spoken)
    order = (
        (written_in, *(code for code in LANGUAGES if code != written_in))
        if written_in in LANGUAGES
        else LANGUAGES
    )
    facts = read_facts(text, order)
    decides = written_in in LANGUAGES and any(says(each, folded, written_in) for each in ("yes", "no"))
    words = _stems(ask.text)
    touched = len(words & _stems(text)) >= max(1, _TOUCHED * len(words)) if words else False
    if ask.options:
        known = Known(brief.email.date.date() if brief.email.date else None, loose=True)
        known.add(text, order, facts)
        stems = {word[:6] for word in _WORD.findall(folded)}
        named = any(
            _is_named(option, stems)
            or any(known.has(fact) for fact in read_facts(option, LANGUAGES) if fact.kind != "number")
            for option in ask.options
        )
        return named or (decides and written_in in LANGUAGES and says("no", folded, written_in))
    if kinds:
        # "18 Mill Road" counts nothing.
        counts = [
            fact
            for fact in facts
            if fact.kind != "number" or written_in == "de" or not _BEFORE_NAME.match(text, fact.end)
        ]
        return any(fact.kind in kinds for fact in counts) or (
            written_in in LANGUAGES and says("no", folded, written_in) and touched
        )
    # A yes meets the first thing that it may be meant for, or both.
    yes_meets = PAIR in lex(folded, order) or first_to_decide(brief.asks) in {None, ask}
    return touched or (decides and yes_meets and not _is_open(question))


def _is_named(option: str, stems: set[str]) -> bool:
    """Whether a text with these stems has all words of an option that is no fact."""
    words = (
        {word[:6] for word in _WORD.findall(fold(option))} - _empty() - {"the", "den", "une", "una", "een"}
    )
    return bool(words) and words <= stems and not read_facts(option, LANGUAGES)


def _kinds_asked(question: str, spoken: str) -> frozenset[str]:
    if spoken not in LANGUAGES:
        return frozenset()
    if _any("when", spoken).search(question):
        return frozenset(("date", "weekday", "tomorrow", "time", "month"))
    if _any("how_many", spoken).search(question):
        return frozenset(("number", "amount", "percentage"))
    return frozenset()


_OPEN = re.compile(
    r"\b(?:(?:at|by|on|in|to|for|from|bis|um|an|in|zu|auf|a|à|de|en|pour|para|per|da|em|op|om|tot|met) )?"
    r"(?:what|when|where|who|whom|which|how|why|was|wann|wo|wer|wem|welche[rsnm]?|wie|warum|que|quoi|quand|ou|qui"
    r"|quels?|quelles?|combien|comment|pourquoi|cuando|donde|quien|cual|cuant[oa]s?|como|por que|che|quando"
    r"|dove|chi|quale|quali|quant[oiae]s?|come|perche|onde|quem|qual|quais|wanneer"
    r"|wat|waar|welke?|hoe|hoeveel|waarom)\b"
)


def first_to_decide(asks: tuple[Ask, ...]) -> Ask | None:
    """The first that a yes or no answers."""
    return next((ask for ask in asks if not _is_open(fold(ask.text))), None)


def _is_open(question: str) -> bool:
    """Whether a yes or no does not answer it."""
    return bool(_OPEN.match(re.sub(r"^\W+|^(?:und|and|et|y|e|en) ", "", question)))


def is_answered(ask: Ask, brief: Brief) -> bool:
    """Whether the user's words surely answer an ask already."""
    words = _words_of(brief)
    asked_in = mail_language(brief.email)
    if _chooses(ask.options, words):
        return True
    known = Known(loose=True)
    known.add(words, LANGUAGES)
    if any(known.has(fact) for fact in read_facts(ask.text, LANGUAGES) if fact.kind != "number"):
        return True  # "lunch on Tuesday?" is answered by "Tuesday at noon is fine"
    return bool(words.strip()) and _answers(ask, words, likely_language(words) or asked_in, asked_in, brief)


def _chooses(options: tuple[str, ...], words: str) -> bool:
    """Whether words name what only one of the options has: "32" of 16 or 32, "two" of two years or three."""
    said_words = set(_TOKEN.findall(fold(words)))
    tokens = [set(_TOKEN.findall(fold(option))) for option in options]
    own = [each - set().union(*(other for other in tokens if other is not each)) for each in tokens]
    return sum(bool(each & said_words) for each in own) == 1


def check(draft: str, brief: Brief) -> list[Finding]:
    """One for each ask that the user answered and the draft does not meet. Speaks `LANGUAGES`."""
    written_in = language(draft, brief)
    if written_in not in LANGUAGES or not (asks := brief.asks[:MAX_ASKS]):
        return []
    words = _words_of(brief)
    if not words.strip():
        return []
    asked_in = mail_language(brief.email)
    spoken_by_user = likely_language(words) or asked_in
    findings = []
    for ask in asks:
        if not _answers(ask, words, spoken_by_user, asked_in, brief):
            continue
        if ask_status(ask, draft, brief) == "left_open" and not _says_it_all(draft, words, ask, written_in):
            findings.append(
                Finding(
                    code="unmet_ask",
                    text=f"They ask “{ask.text}”, you answered, and the draft does not. Add the answer.",
                    request=f"Answer their question “{ask.text}” with what I told you.",
                )
            )
    return findings


def _answers(ask: Ask, words: str, spoken_by_user: str, asked_in: str, brief: Brief) -> bool:
    """Whether the user's words surely answer an ask: they name an option, or speak of what it is about."""
    if any(_clarified(ask, brief)):
        return True
    if ask.options or _kinds_asked(fold(ask.text), asked_in):
        return _meets(ask, words, spoken_by_user, asked_in, brief)
    decided = ask == first_to_decide(brief.asks) and decision_of(fold(words)) in {"yes", "no"}
    return decided or bool(_answering(ask, words))


def _answering(ask: Ask, words: str) -> str:
    """The clauses of the user's words that speak of an ask."""
    asked = _stems(ask.text)
    clauses = [
        clause
        for clause in _CLAUSES.split(words)
        if (shared := len(asked & _stems(clause))) >= 2 or (asked and shared >= 0.5 * len(asked))
    ]
    return "\n".join(clauses)


def _clarified(ask: Ask, brief: Brief) -> list[str]:
    """What the user answered when they were asked the same."""
    asked = _stems(ask.text)
    return [each.answer.strip() for each in brief.clarifications if _alike(_stems(each.question), asked)]


def _carries(draft: str, answer: str) -> bool:
    """Whether a draft has what an answer says: one of its facts, or half of its words."""
    if not answer:
        return False
    known = Known(loose=True)
    known.add(draft, LANGUAGES)
    facts = read_facts(answer, LANGUAGES)
    stems = _stems(answer)
    if any(known.has(fact) for fact in facts):
        return True
    return bool(stems) and 2 * len(stems & _stems(draft)) >= len(stems)


def _says_it_all(draft: str, words: str, ask: Ask, written_in: str) -> bool:
    """Whether a draft has all facts and half of the words that the user said, and so their answer in them."""
    if ask.options or puts_off(fold(draft), written_in):
        return False
    known = Known(loose=True)
    known.add(draft, LANGUAGES)
    stems = _stems(words)
    return all(known.has(fact) for fact in read_facts(words, LANGUAGES)) and (
        2 * len(stems & _stems(draft)) >= len(stems)
    )


@cache
def _stance_table() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("stances.toml").read_text(encoding="utf-8"))


def stances(asks: tuple[Ask, ...], language: str = "en") -> tuple[str, ...]:
    """Two or three ways to answer a mail that came without instructions, each for one tap.

    Args:
        asks: what the mail asks.
        language: of the user interface; English where there is no table for it.
    """
    table = _stance_table().get(language) or _stance_table()["en"]
    if not asks:
        return (table["thanks"], table["more_time"])
    optional = next((ask for ask in asks if ask.options), None)
    if optional and len(optional.options) > 1:
        chosen = [table["yes_option"].format(option=option) for option in optional.options[:2]]
        return (*chosen, table["neither"])
    if len(asks) > 1:
        return (table["yes_all"], table["no_why"], table["more_time"])
    return (table["yes"], table["no_why"], table["more_time"])

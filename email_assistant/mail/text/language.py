"""The language of a text: by its script, by its commonest words, or by a detector that is sure of it."""

from __future__ import annotations

import re
from copy import copy
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from email_assistant.mail.text.locales import ATTRIBUTIONS, COMMON_WORDS, courtesies

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]  # it ships no types

_READ = 4_000  # characters; more make no one surer
_SCRIPTS = (  # the first that fits; kana before the Han characters that Japanese shares with Chinese
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)
_OF_PERSIAN_AND_URDU = re.compile("[پچژگکی]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_NOT_PROSE = re.compile(r"https?://\S+|\S+@\S+|<[^>]*>")
_MIN_HITS = 3
_AHEAD = 1.3  # times the second best
_MIN_LETTERS = 10
_SHORT = 200  # characters
_SURE, _VERY_SURE = 0.8, 0.99
_MAX_COURTESY = 40  # characters
_ENGLISH = re.compile(rf"\s*{courtesies('en').pattern}", re.IGNORECASE)
# All that the detector is to tell apart: the supported languages, and their neighbours.
_LATIN = frozenset(
    ["cs", "da", "de", "en", "es", "et", "fi", "fr", "hr", "hu", "it", "nl", "no", "pl", "pt", "ro", "sk",
     "sv", "tr", "vi", "nn", "sl", "lt", "lv", "id", "ca", "is", "sq", "eu", "gl", "bs", "sr", "af", "ga",
     "la", "ms", "tl", "eo"]
)  # fmt: skip
_OF_CYRILLIC = frozenset(["ru", "uk", "bg", "sr", "mk", "be", "kk", "mn"])
_TOLD_AS = {"nn": "no", "nb": "no"}


def language_of(text: str) -> str:
    """Return the ISO 639-1 code of the text's language, or "" when unsure."""
    prose = _NOT_PROSE.sub(" ", text[:_READ])
    letters = sum(character.isalpha() for character in prose)
    for code, script in _SCRIPTS:
        found = len(script.findall(prose))
        # A word in another script, or two, do not make a text foreign.
        if found >= 2 and found > letters * {"ja": 0.1, "zh": 0.2}.get(code, 0.3):
            return "" if code == "ar" and _OF_PERSIAN_AND_URDU.search(prose) else code
    if letters < _MIN_LETTERS:
        return ""
    if len(_CYRILLIC.findall(prose)) > letters * 0.3:
        return _detected(prose, _OF_CYRILLIC) or _by_courtesy(prose, _OF_CYRILLIC)
    # Many greet and end in English who write in another language between.
    said = _without_english_courtesies(prose)
    if said != prose and sum(map(str.isalpha, said)) >= _MIN_LETTERS:
        return _by_words(said) or _detected(said, _LATIN) or _by_courtesy(prose, _LATIN, said)
    return _by_words(prose) or _detected(prose, _LATIN) or _by_courtesy(prose, _LATIN)


def _without_english_courtesies(prose: str) -> str:
    lines = prose.split("\n")
    return "\n".join(line for line in lines if len(line) > _MAX_COURTESY or not _ENGLISH.match(line))


def is_baltic(text: str) -> bool:
    """Return whether a text is surely Lithuanian or Latvian, which no table has."""
    code, probability = _detector(_LATIN).classify(" ".join(_NOT_PROSE.sub(" ", text[:_READ]).split()))
    return code in {"lt", "lv"} and probability >= _VERY_SURE


def _by_words(prose: str) -> str:
    words = re.findall(r"(?<!\w)[^\W\d_]+(?!\w)", prose.lower())
    if not words:
        return ""
    # "a" and "i" are words of ten languages, so three of them count as one.
    hits = {
        code: sum(1 if len(word) > 1 else 1 / 3 for word in words if word in common)
        for code, common in COMMON_WORDS.items()
    }
    (best, most), (_, second) = sorted(hits.items(), key=lambda item: -item[1])[:2]
    sure = most >= _MIN_HITS and most >= second * _AHEAD and most > len(words) * 0.1
    return best if sure else ""


def _by_courtesy(prose: str, languages: frozenset[str], between: str = "") -> str:
    """Return the only language in which a short text greets, thanks or says good-bye.

    Of several it is the one that the detector finds among them, else "". It is "" too where what stands
    `between` English courtesies is most likely in another language.
    """
    if len(prose) > _SHORT:
        return ""
    likeliest, probability = _detector(languages).classify(" ".join((between or prose).split()))
    if (probability >= _SURE and likeliest not in ATTRIBUTIONS) or (between and likeliest != "en"):
        return ""
    said = {
        code: sum(len(found[0]) for found in courtesies(code).finditer(prose))
        for code in sorted(ATTRIBUTIONS)
    }
    most = max(said.values())
    best = [code for code, length in said.items() if length == most]
    if not most or len(best) == 1:
        return best[0] if most else ""
    return _detected(prose, frozenset(best)) if languages.issuperset(best) else ""


def _detected(prose: str, languages: frozenset[str]) -> str:
    code, probability = _detector(languages).classify(" ".join(prose.split()))
    code = _TOLD_AS.get(code, code)
    return code if probability >= _SURE and code in ATTRIBUTIONS else ""


@lru_cache(maxsize=16)  # which languages it has to tell apart follows from the text
def _detector(languages: frozenset[str]) -> LanguageIdentifier:
    detector = copy(_model())
    detector.set_languages(sorted(languages & set(detector.labels)))
    return detector


@cache
def _model() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

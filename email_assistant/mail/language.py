"""The language of a text, by its script and its commonest words."""

from __future__ import annotations

import re

from email_assistant.mail.locales import COMMON_WORDS

_READ = 4_000  # characters; more make no one surer
_SCRIPTS = (  # the first that fits; kana before the Han characters that Japanese shares with Chinese
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("uk", re.compile(r"[іїєґ]", re.IGNORECASE)),
    ("ru", re.compile(r"[а-яё]", re.IGNORECASE)),
)
_NOT_PROSE = re.compile(r"https?://\S+|\S+@\S+|<[^>]*>")
_FEWEST_HITS = 3
_AHEAD = 1.3  # times the second best


def language_of(text: str) -> str:
    """The ISO 639-1 code of the text's language, or "" when unsure."""
    prose = _NOT_PROSE.sub(" ", text[:_READ])
    letters = sum(character.isalpha() for character in prose)
    for code, script in _SCRIPTS:
        found = len(script.findall(prose))
        # A word in another script, or two, do not make a text foreign; Ukrainian shows in few of its letters.
        if found >= 2 and found > letters * {"ja": 0.1, "zh": 0.2, "uk": 0.02}.get(code, 0.3):
            return code
    words = re.findall(r"(?<!\w)[^\W\d_]+(?!\w)", prose.lower())
    if not words:
        return ""
    hits = {code: sum(word in common for word in words) for code, common in COMMON_WORDS.items()}
    (best, most), (_, second) = sorted(hits.items(), key=lambda item: -item[1])[:2]
    sure = most >= _FEWEST_HITS and most >= second * _AHEAD and most > len(words) * 0.1
    return best if sure else ""

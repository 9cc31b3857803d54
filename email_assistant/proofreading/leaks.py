"""Prompt text in a draft: tags, template tokens, labels, words about the user or the machine."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from email_assistant.brief import VALUE, Brief
from email_assistant.mail.text.shown_headers import field_of_line
from email_assistant.proofreading.cutting import MAX_SOURCE, cut, notes_of, plain
from email_assistant.proofreading.letter import MAX_DRAFT, is_greeting, locate, split_sentences
from email_assistant.proofreading.model import Finding
from email_assistant.proofreading.words import languages

_OF_PROMPTS = (
    r"draft|feedback|earlier_feedback|instructions?|user_instructions|clarifications?|user_name|newest_message"
    r"|quoted_history|incoming_email|think(?:ing)?|thoughts?|reasoning|system(?:_prompt)?|assistant|reply"
)
_ALSO_HTML = (
    r"email|e-mail|mail|response|answer|output|user|notes?|context|task|prompt|question|example|message|letter"
    r"|body|result|final|text|signature|sender|s|bos|eos|pad|unk"
)
_TAG = re.compile(
    rf"(?:<|&lt;)\s?(?P<end>/?)\s?(?P<name>{_OF_PROMPTS}|{_ALSO_HTML}|(?:start|end)_of_turn)"
    r"(?:\s[^<>&\n]{0,60})?\s?/?(?:>|&gt;|$)",
    re.IGNORECASE,
)
_NOT_OF_THE_REPLY = re.compile(
    r"(?:earlier_)?feedback|instructions?|user_instructions|clarifications?|newest_message|quoted_history"
    r"|incoming_email|think(?:ing)?|thoughts?|reasoning|system(?:_prompt)?|notes?|context|task|prompt|question"
    r"|example",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"<\|(?P<token>[^|<>\n]{1,40})\|>(?:[ \t]*(?:assistant|user|system)\b(?=\s*\n))?"
    r"|\[/?(?P<inst>INST|SYS|SYSTEM_PROMPT)\]|<<[ \t]*/?SYS[ \t]*>>"
    r"|^#{2,}[ \t]*(?:response|instructions?|input|output|assistant|user|human|system|draft|reply"
    r"|answer|feedback"
    r"|notes?|question)\b[ \t]*:?"
    r"|^(?:\*\*)?(?:assistant|human|ai)(?:\*\*)?[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_ENDS_TURN = re.compile(
    r"im_end|eot_id|end|endoftext|end_of_text|im_start|start_header_id|/?inst|user|end_of_turn|s|draft|reply"
    r"|response|eos|assistant",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^[ \t]*(?:[-*#>]+[ \t]*)?(?:\*\*)?(?P<label>(?:(?:the |my )?user(?:['’]s)? )?(?:instructions?"
    r"|feedback|notes?|name)"
    r"|clarifications?|earlier feedback|questions?|answers?|task|prompt|context|anweisung(?:en)?"
    r"|hinweise?|notizen"
    r"|rückmeldung|frage|antwort|consignes?|instrucciones|notas|istruzioni|instruções|instructies|aanwijzingen"
    r"|instrukcj[ae]|instruktion(?:er)?|指示|要望|说明|指令|تعليمات"
    r"|التعليمات)(?:\*\*)?[ \t]*[:：](?:\*\*)?[ \t]*(?P<rest>.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_LEFT_OPEN = re.compile(
    r"[\[(](?:none|nothing|n/a|no answer|not answered|skipped|unanswered)[ \t]*[:;,–-][^\[\]()\n]{0,60}[\])]"
    r"|\[(?:none|n/a|no answer|skipped|not (?:given|known|specified|provided|stated|answered))\]"
    r"|\[[^\[\]\n]{0,40}\bleave (?:it|this|blank|open)\b[^\[\]\n]{0,40}\]",
    re.IGNORECASE,
)
_OF_THE_USER = re.compile(
    r"\bthe user (?:wants|asked|has|said|says|would like|did not|didn['’]t|wishes|requested"
    r"|instructed|is asking)\b"
    r"|\bthe user['’]s (?:instructions?|notes?|feedback|answers?|name|request)\b",
    re.IGNORECASE,
)
_GAP = "[…]"
_ASIDE = re.compile(r"\(([^()\n]{3,80})\)")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_PARAGRAPH = re.compile(r"\S(?:[^\n]|\n(?![^\S\n]*\n))*")
_WHOLE = 5  # words of a sentence of the prompt; people write shorter ones, too
_AROUND, _LETTERS_AROUND = 3, 14  # words of a sentence around its values, and their letters
_MAX_LINE = 2_000
_MAX_VALUE = 60  # characters of a name before what the prompt says
_EXCERPT = 80
_ENOUGH = 4  # words of a paragraph that tell it from others
_SAME = 0.75  # of the words of two paragraphs
_ALIKE = 0.6  # of the words of two replies
_OWN_WORDS = 3  # so many before a token that ends a turn, and what follows it is another turn


def check(draft: str, brief: Brief) -> list[Finding]:
    """Return what of the prompt, the model's template or the writer's thoughts stands in the draft.

    It speaks every language.
    """
    draft = draft[:MAX_DRAFT]
    return [
        *_header(draft),
        *_tags(draft, brief),
        *_tokens(draft, brief),
        *_labels(draft, brief),
        *_asides(draft, brief),
        *_prompt(draft, brief),
        *_twice(draft),
    ]


def _found(draft: str, start: int, end: int, text: str) -> Finding:
    span = cut(draft, start, end)
    return Finding(code="leak", text=text, start=span.start, end=span.end, replacement=span.replacement)


def _header(draft: str) -> list[Finding]:
    """Find header lines above the letter."""
    at = len(draft) - len(draft.lstrip())
    start = at
    fields: list[str] = []
    for line in draft[at:].splitlines(keepends=True)[:12]:
        named = field_of_line(line.strip("*# \t\n").replace(":**", ":")) if len(line) < 300 else None
        if not named and not (fields and not line.strip()):
            break
        if named:
            fields.append(named[0])
        at += len(line)
    rest = draft[at:].lstrip()
    greets = is_greeting(rest.partition("\n")[0])
    if not rest or not fields or not (greets or len(fields) > 1 or fields == ["subject"]):
        return []
    return [_found(draft, start, at, "A subject line or header stands above the letter. It is taken out.")]


def _tags(draft: str, brief: Brief) -> list[Finding]:
    if "<" not in draft and "&lt;" not in draft:
        return []
    notes = notes_of(brief).lower()
    known = brief.email.newest[:MAX_SOURCE].lower()
    found: list[Finding] = []
    opened: dict[str, int] = {}
    for tag in _TAG.finditer(draft):
        name, written = tag["name"].lower(), tag[0].lower()
        if written in notes or (not re.fullmatch(_OF_PROMPTS, name) and written in known):
            continue
        text = f"“{tag[0]}” is not for the reader. It is taken out."
        if not tag["end"] and _NOT_OF_THE_REPLY.fullmatch(name):
            opened[name] = tag.start()
        if tag["end"] and name in opened:
            found.append(_found(draft, opened.pop(name), tag.end(), text))
        elif (tag["end"] or name == "end_of_turn") and _ends(draft, tag.start(), name):
            return [*found, _found(draft, tag.start(), len(draft), text)]
        else:
            found.append(_found(draft, tag.start(), tag.end(), text))
    return found


def _tokens(draft: str, brief: Brief) -> list[Finding]:
    found: list[Finding] = []
    notes = notes_of(brief).lower()
    for token in _TOKEN.finditer(draft):
        if token[0].lower() in notes:
            continue
        text = f"“{' '.join(token[0].split())}” comes from the model's template. It is taken out."
        name = token["token"] or ("inst" if token["inst"] else "assistant" if token[0][0] not in "#<" else "")
        if name and _ends(draft, token.start(), name):
            return [*found, _found(draft, token.start(), len(draft), text)]
        found.append(_found(draft, token.start(), token.end(), text))
    return found


def _ends(draft: str, at: int, name: str) -> bool:
    """Return whether the reply ends here and what follows is another turn."""
    return bool(_ENDS_TURN.fullmatch(name)) and len(draft[:at].split()) >= _OWN_WORDS


def _labels(draft: str, brief: Brief) -> list[Finding]:
    if not (labels := list(_LABEL.finditer(draft))):
        return []
    parts = locate(draft)
    notes = plain(notes_of(brief))
    asked = {"question", "questions", "answer", "answers", "frage", "antwort", "note", "notes", "notas"}
    asked |= {"hinweis", "hinweise"}
    found = []
    for label in labels:
        rest = plain(label["rest"]).strip(" .*")
        outside = label.start() < parts.greeting.start or (
            label.start() >= parts.name.end > 0 and not parts.name.is_empty
        )
        said = len(rest) > 3 and rest in notes
        is_asked = label["label"].lower() in asked  # a person may write these, too
        if said or (outside and not is_asked) or (label["label"].lower() in {"user's name", "user name"}):
            text = f"“{label['label'].strip()}:” is from the request, not for the reader. It is taken out."
            found.append(_found(draft, label.start(), label.end(), text))
    return found


def _asides(draft: str, brief: Brief) -> list[Finding]:
    found = []
    for left in _LEFT_OPEN.finditer(draft):
        text = f"“{left[0]}” says that an answer is missing. Fill it in."
        found.append(Finding(code="leak", text=text, start=left.start(), end=left.end(), replacement=_GAP))
    speaks_of_users = _OF_THE_USER.search(draft)
    if not speaks_of_users and not _machine().search(draft):
        return found
    known = f"{brief.email.newest[:MAX_SOURCE]}\n{notes_of(brief)}".lower()
    at = 0
    for sentence in split_sentences(draft):
        bare = sentence.strip()
        machine = _machine().search(bare)
        if (machine and machine[0].lower() not in known) or (
            "user" not in known and _OF_THE_USER.search(bare)
        ):
            start = at + sentence.index(bare)
            text = "A sentence speaks of how the reply is written. It is taken out."
            found.append(_found(draft, start, start + len(bare), text))
        at += len(sentence)
    return found


class _Prompt(NamedTuple):
    """What a prompt says: whole sentences, sentences with values in them, and what it says in parentheses."""

    sentences: frozenset[str]
    around_values: tuple[tuple[str, ...], ...]
    asides: re.Pattern[str] | None


@lru_cache(maxsize=4)
def _said_by(lines: tuple[str, ...]) -> _Prompt:
    sentences, around, asides = set[str](), dict[tuple[str, ...], None](), set[str]()
    for line in lines:
        for aside in _ASIDE.findall(line):
            heads = (aside, aside.partition(":")[0])
            asides.update(head for head in heads if len(head.split()) > 1 and VALUE not in head)
        for sentence in split_sentences(line):
            words = plain(_ASIDE.sub(" ", sentence))
            parts = tuple(part.strip() for part in words.split(VALUE))
            fixed = _LETTERS.findall("".join(f" {part}" for part in parts))
            if len(parts) == 1 and len(fixed) >= _WHOLE:
                sentences.add(_bare(words))
            elif len(parts) > 1 and len(fixed) >= _AROUND and sum(map(len, fixed)) >= _LETTERS_AROUND:
                around[parts] = None
    either = "|".join(re.escape(each) for each in sorted(asides, key=len, reverse=True))
    return _Prompt(
        frozenset(sentences),
        tuple(around),
        re.compile(rf"\((?:{either})\)", re.IGNORECASE) if asides else None,
    )


def _prompt(draft: str, brief: Brief) -> list[Finding]:
    """Return what the writer was told, said to the reader; other values may be filled in."""
    if not brief.prompt_lines:
        return []
    prompt = _said_by(brief.prompt_lines)
    known = plain(f"{brief.email.newest[:MAX_SOURCE]}\n{notes_of(brief)}")
    text = "“{said}” is from the request, not for the reader. It is taken out."
    found = []
    for aside in prompt.asides.finditer(draft) if prompt.asides else ():
        if plain(aside[0]) in known:
            continue
        line = draft[draft.rfind("\n", 0, aside.start()) + 1 :].partition("\n")[0].strip()
        if line == aside[0]:
            found.append(_found(draft, aside.start(), aside.end(), text.format(said=aside[0])))
        else:
            gap = f"“{aside[0]}” says that an answer is missing. Fill it in."
            found.append(
                Finding(code="leak", text=gap, start=aside.start(), end=aside.end(), replacement=_GAP)
            )
    at = 0
    for sentence in split_sentences(draft):
        bare = sentence.strip()
        words = plain(_ASIDE.sub(" ", bare[:_MAX_LINE]))
        is_told = _bare(words) in prompt.sentences or any(
            _holds(words, parts) for parts in prompt.around_values
        )
        if is_told and words not in known:
            start = at + sentence.index(bare)
            found.append(_found(draft, start, start + len(bare), text.format(said=bare[:_EXCERPT])))
        at += len(sentence)
    return found


def _bare(words: str) -> str:
    return words.strip(' -*•.:!"“”')


def _holds(words: str, parts: tuple[str, ...]) -> bool:
    """Return whether a sentence has all parts in their order, with values between them."""
    at = words.find(parts[0])
    if at < 0 or (parts[0] and at):
        return False
    at = len(parts[0])
    for number, part in enumerate(parts[1:]):
        found = words.find(part, at) if part else at
        if found < 0 or (number == 0 and not parts[0] and found > _MAX_VALUE):
            return False
        at = found + len(part)
    return not parts[-1] or at == len(words)


def _twice(draft: str) -> list[Finding]:
    """Return a reply that was written once more below itself: what comes last is the one that was wanted."""
    start = locate(draft).body.start
    paragraphs = [
        (start + found.start(), found[0], set(_LETTERS.findall(plain(found[0]))))
        for found in _PARAGRAPH.finditer(draft[start:])
    ]
    if len(paragraphs) < 2 or len(paragraphs[0][2]) < _ENOUGH:
        return []
    _, _, first = paragraphs[0]
    for number, (at, _, words) in enumerate(paragraphs[1:], 1):
        if len(words & first) < _SAME * max(len(words), len(first)):
            continue
        before = set().union(*(each for _, _, each in paragraphs[:number]))
        behind = set().union(*(each for _, _, each in paragraphs[number:]))
        if len(before & behind) >= _ALIKE * min(len(before), len(behind)):
            text = "The reply stands there twice. The first one is taken out."
            begin = paragraphs[0][0]
            return [Finding(code="leak", text=text, start=begin, end=at, replacement="")]
    return []


@cache
def _machine() -> re.Pattern[str]:
    """Return a model's words about itself."""
    return re.compile(
        "|".join(pattern for words in languages().values() for pattern in words.machine), re.IGNORECASE
    )

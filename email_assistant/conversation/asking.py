"""Questions about the email or the draft: told apart from wishes by rule, and answered beside the draft."""

from __future__ import annotations

import re
import tomllib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from email_assistant.brief import Question
from email_assistant.conversation.drafting import brief_of
from email_assistant.conversation.state import ConversationState
from email_assistant.errors import ModelError
from email_assistant.normalization import normalize
from email_assistant.writing.model import LanguageModel, Restart
from email_assistant.writing.offline import OfflineWriter

MAX_QUESTION = 200
"""Characters of a typed message that is a question; a longer one says more."""
MAX_ANSWER = 4_000
"""Characters of an answer."""

HELP = (
    "Paste an email and say how to answer it. I ask for what is missing and write a draft. Then say what to "
    "change, for instance “shorter”, “say Thursday instead” or “sign as Sam”. “undo” goes back to the draft "
    "before, “another version” writes it again, and “accept” finishes. Your questions about the email or the "
    "draft change nothing."
)
NO_MODEL = "No model is set up, so questions about the email cannot be answered."
NO_ANSWER = "The model gave no answer. Ask again."

_MARKS = "?？؟!！.。… "
_INSIDE = re.compile(r"[.!?;]\s|[。！？；]")


@dataclass(frozen=True)
class _Patterns:
    help: re.Pattern[str]
    whole: re.Pattern[str]
    why: re.Pattern[str]
    open: re.Pattern[str]
    wish: re.Pattern[str]
    you: re.Pattern[str]


def is_help(text: str) -> bool:
    """Return whether the whole message asks what can be done here."""
    said = _said(text)
    return said is not None and any(each.help.fullmatch(said) for each in _languages())


def is_question(text: str, *, among_answers: bool = False) -> bool:
    """Return whether the message asks about the email or the draft, and wants no change.

    While questions are open, `among_answers`, a question may be an answer: only few are taken for one.
    """
    said = _said(text)
    if not said:
        return False
    languages = _languages()
    if any(each.whole.fullmatch(said) for each in languages):
        return True
    if any(each.wish.fullmatch(said) for each in languages):
        return False
    if any(each.why.fullmatch(said) for each in languages):
        return True
    if among_answers or not text.rstrip("!！.。… ").endswith(("?", "？", "؟")):
        return False
    return any(each.open.fullmatch(said) and not each.you.search(said) for each in languages)


async def answer(
    model: LanguageModel, state: ConversationState, profile: dict[str, Any], question: str
) -> AsyncGenerator[str | Restart, None]:
    """Yield the answer piece by piece, from one call of the model; without one, help in words."""
    if is_help(question) or state.incoming_email is None:
        yield HELP
        return
    if isinstance(model, OfflineWriter):
        yield f"{NO_MODEL}\n\n{HELP}"
        return
    brief = replace(brief_of(state, profile), question=Question(question, state.current_draft), rejected="")
    given = 0
    try:
        async with aclosing(model.stream(brief)) as pieces:
            async for piece in pieces:
                if isinstance(piece, str) and given < MAX_ANSWER:
                    yield piece[: MAX_ANSWER - given]
                    given += len(piece)
                elif isinstance(piece, Restart):
                    yield piece
                    given = 0
    except ModelError as failure:
        # The conversation is as it was: there is no step to retry, and the sentence says what to do.
        yield f"\n\n{failure}" if given else str(failure)
        return
    if not given:
        yield NO_ANSWER


def _said(text: str) -> str | None:
    """Return the message as the patterns spell it; None if it is more than one short sentence."""
    bare = text.strip().lstrip("¿¡").rstrip(_MARKS)
    if not bare or len(bare) > MAX_QUESTION or "\n" in bare or _INSIDE.search(bare):
        return None
    return " ".join(normalize("NFKC", bare).casefold().replace("’", "'").split())


@cache
def _languages() -> tuple[_Patterns, ...]:
    table = tomllib.loads((files(__package__) / "questions.toml").read_text(encoding="utf-8"))
    return tuple(
        _Patterns(
            **{name: re.compile("|".join(found)) for name, found in patterns.items() if name != "you"},
            you=re.compile(patterns["you"] if language == "ja" else rf"\b(?:{patterns['you']})\b"),
        )
        for language, patterns in table.items()
    )

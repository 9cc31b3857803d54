"""What is checked of a draft: pure functions of a case and a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from email_assistant.evaluation.cases import Ask, Case, Round
from email_assistant.evaluation.text import (
    even,
    greeting,
    greeting_line,
    holds,
    sentences,
    signature,
    words,
)
from email_assistant.evaluation.traces import foreign_frame, leaks, leaves_open
from email_assistant.mail.text.language import language_of

Kind = Literal["role", "signed", "must", "must_not", "asks", "language", "leaks", "echo", "length"]

MAX_ECHO = 0.2
"""The share of a draft's longer sentences that may be the mail's own, word by word."""


@dataclass(frozen=True)
class Check:
    """One check and how it ended; `about` says what was looked for."""

    kind: Kind
    passed: bool
    about: str


@dataclass(frozen=True)
class Standing:
    """What a draft of a case is held to; a round may change it for the rounds that follow."""

    case: Case
    greets: str
    signs: str
    language: str
    never: tuple[str, ...] = ()

    @classmethod
    def of(cls, case: Case) -> Standing:
        """Return what the first draft is held to."""
        return cls(case, case.greets, case.signs, case.language)

    def after(self, asked: Round) -> Standing:
        """Return what the draft that answers `asked`, and those that follow, are held to."""
        return Standing(
            self.case,
            self.greets if asked.greets is None else asked.greets,
            self.signs if asked.signs is None else asked.signs,
            asked.language or self.language,
            (*self.never, *asked.never),
        )


def check_first_draft(case: Case, draft: str, asked: list[str]) -> list[Check]:
    """Return all checks of a first draft.

    Args:
        case: what was asked for.
        draft: the text.
        asked: the questions that the user was asked, and answered as the case says.
    """
    checks = [Check("must", holds(pattern, draft), pattern) for pattern in case.must]
    checks += [_of_ask(ask, draft, asked) for ask in case.asks]
    if case.max_words:
        checks.append(Check("length", words(draft) <= case.max_words, f"at most {case.max_words} words"))
    return [*checks, *check_letter(Standing.of(case), draft)]


def check_letter(standing: Standing, draft: str) -> list[Check]:
    """Return the checks of any draft of a case, in whichever round."""
    case = standing.case
    broken = _broken(standing, draft)
    traces = leaks(
        draft,
        mail=case.mail,
        name_known=bool(standing.signs),
        gaps_allowed=any(ask.gap or ask.about for ask in case.asks),
    )
    turned, unsigned = list(_turned_role(standing, draft)), _unsigned(standing, draft)
    foreign = _foreign(standing, draft)
    return [
        Check("role", not turned, "; ".join(turned) or "from the user to the sender"),
        Check("signed", not unsigned, unsigned or "once, by the user"),
        Check("must_not", not broken, "; ".join(broken) or "nothing that nobody said"),
        Check("language", not foreign, foreign or standing.language),
        Check("leaks", not traces, "; ".join(traces) or "a letter alone"),
        Check("echo", echo(case.mail, draft) <= MAX_ECHO, "not the mail's own sentences"),
    ]


def effect_of(asked: Round, draft: str, earlier: list[str]) -> list[str]:
    """Return what the feedback asked for and `draft` does not show; `earlier` are the drafts before it."""
    missing = [f"lacks {pattern!r}" for pattern in asked.must if not holds(pattern, draft)]
    missing += [f"holds {p!r}" for p in (*asked.must_not, *asked.never) if holds(p, draft)]
    if asked.shorter and words(draft) >= words(earlier[-1]):
        missing.append("is not shorter")
    if asked.longer and words(draft) <= words(earlier[-1]):
        missing.append("is not longer")
    if asked.signs and not any(holds(re.escape(asked.signs), line) for line in signature(draft)):
        missing.append(f"is not signed {asked.signs!r}")
    if asked.language and language_of(draft) not in ("", asked.language):
        missing.append(f"is not written in {asked.language!r}")
    if asked.same_as and even(draft) != even(earlier[asked.same_as - 1]):
        missing.append(f"is not draft {asked.same_as} again")
    return missing


def loss_of(asked: Round, draft: str, before: str, standing: Standing) -> list[str]:
    """Return what was right in the draft `before` and is not now: facts, wishes, the letter itself."""
    lost = [
        f"lost {pattern!r}" for pattern in asked.keeps if holds(pattern, before) and not holds(pattern, draft)
    ]
    lost += [f"now holds {p!r}" for p in _broken(standing, draft) if p not in _broken(standing, before)]
    was_right = {check.kind for check in check_letter(standing, before) if check.passed}
    return lost + [
        f"{check.kind}: {check.about}"
        for check in check_letter(standing, draft)
        if not check.passed and check.kind in was_right - {"must_not"}
    ]


def echo(mail: str, draft: str) -> float:
    """Return the share of the draft's longer sentences that stand in the mail word by word."""
    theirs = even(mail).casefold()
    said = sentences(draft)
    return sum(sentence in theirs for sentence in said) / len(said) if said else 0.0


def _broken(standing: Standing, draft: str) -> list[str]:
    return [pattern for pattern in (*standing.case.must_not, *standing.never) if holds(pattern, draft)]


def _of_ask(ask: Ask, draft: str, asked: list[str]) -> Check:
    known = ask.about is None or any(re.search(ask.about, question, re.IGNORECASE) for question in asked)
    answered = known and holds(ask.any, draft)
    left_open = (ask.gap or not known) and leaves_open(draft)
    return Check("asks", answered or left_open, ask.ask)


def _turned_role(standing: Standing, draft: str) -> Iterator[str]:
    greets, signs = standing.greets, re.escape(standing.signs)
    first = greeting_line(draft)
    if greets and not holds(greets, greeting(draft)):
        yield f"greets not {greets!r}"
    if signs and holds(signs, first) and not (greets and holds(greets, first)):
        yield f"greets the user, {standing.signs!r}"
    if greets and any(
        holds(greets, line) and not (signs and holds(signs, line)) for line in signature(draft)[-2:]
    ):
        yield "signed by the sender"


def _unsigned(standing: Standing, draft: str) -> str:
    """Return what is wrong with the user's name below the draft; "" if nothing is, or nobody can know it."""
    if not standing.signs:
        return ""
    signed = [line for line in signature(draft) if holds(re.escape(standing.signs), line)]
    # "Sandeep Gill" above "Gill Motors" is one signature, "Marco" above "Marco Ruiz" is two.
    firsts = [line.split()[0].casefold() for line in signed]
    times = len(signed) - len(set(firsts)) + 1 if signed else 0
    return "" if times == 1 else f"signed {times} times by {standing.signs!r}"


def _foreign(standing: Standing, draft: str) -> str:
    """Return which sentence, or that the whole, is in another language; "" if it is not.

    One sentence is little to tell a language by, so that it is suspected only of those that came up.
    """
    case, language = standing.case, standing.language
    for line in (greeting_line(draft), *signature(draft)):
        if found := foreign_frame(line, language):
            return f"greets or closes in {found!r}: {line!r}"
    if (found := language_of(draft)) not in ("", language):
        return f"written in {found!r}, not {language!r}"
    came_up = {"en", case.language, language_of(case.instructions), language_of(case.mail)} - {"", language}
    for sentence in sentences(draft):
        if (found := language_of(sentence)) in came_up:
            return f"in {found!r}: {sentence[:60]!r}"
    return ""

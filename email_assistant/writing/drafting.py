"""Three writers, one judge: a model writes, the proofreader reads, rules mend or take over.

A draft is kept as it is if nothing is wrong with it, so a model that makes no mistake is asked once. Rules
repair what they can; for the rest the model is asked once more, and the better draft is kept. If neither
carries what the user said, the offline writer's stands in their place.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Literal

from email_assistant.brief import Brief, Revision
from email_assistant.errors import ModelError, ModelInvalidAnswer
from email_assistant.proofreading.answering import ask_status
from email_assistant.proofreading.effects import lost_facts, wants_shorter
from email_assistant.proofreading.frame import Frame, fits_closing, frame_for
from email_assistant.proofreading.given import content_words, likely_language
from email_assistant.proofreading.letter import Letter, locate, parse_letter
from email_assistant.proofreading.lexicon import fold
from email_assistant.proofreading.model import AskStatus, Code, Finding
from email_assistant.proofreading.passage import Passage, passage_in
from email_assistant.proofreading.people import names
from email_assistant.proofreading.proofread import proofread
from email_assistant.proofreading.repair import repair
from email_assistant.proofreading.words import greeting_phrases
from email_assistant.watching import Judged, tell
from email_assistant.writing.model import LanguageModel, Restart, Usage
from email_assistant.writing.no_reply import refuses
from email_assistant.writing.offline import OfflineWriter, Outcome, carry_out, change_passage, write_by_rules

Attempt = Literal["first", "second", "rules"]

WEIGHTS: dict[Code, int] = {
    "steered": 12,
    "role": 10,
    "leak": 10,
    "echo": 8,
    "asked_back": 8,
    "order": 8,
    "language": 8,
    "no_change": 8,
    "missing_fact": 5,
    "unsupported_fact": 4,
    "broken_wish": 4,
    "preamble": 4,
    "lost": 3,
    "unmet_ask": 3,
    "placeholder": 3,
    "too_long": 2,
    "markdown": 1,
}
"""How bad a finding is. What is left for the user to fill in or decide weighs nothing."""
WORTH_A_SECOND = 2
"""The weight from which on the model is asked once more."""
NOT_FIT_TO_SHOW = 5
"""The weight from which on the offline writer's draft is tried as well."""
_HARM: frozenset[Code] = frozenset(
    {"steered", "role", "leak", "echo", "language", "missing_fact", "unsupported_fact"}
)
"""What makes a changed draft worse than the one before."""
MAX_TOLD = 3
"""Requests that are reported as not done."""
MAX_EXCERPT = 80
"""Characters of the feedback that a finding quotes."""
MAX_REQUEST = 400
UNSAID = 10
"""The weight of a draft that has no word of the notes, where the notes were all that a model had."""
_MAY_BE_UNSAID = 0.4
_MIN_NOTES = 3  # words; shorter ones such as "decline politely" are often said in other words
_WITHOUT_EMAIL: frozenset[Code] = frozenset({"echo", "steered", "role", "missing_fact", "leak"})
"""What a model does right when it is given the notes alone."""
_IN_PLACE: frozenset[Code] = frozenset(
    {"missing_fact", "unsupported_fact", "unmet_ask", "broken_wish", "placeholder", "too_long"}
)
"""What can be mended within a draft that is right otherwise."""
_ABOUT_FRAME = re.compile(
    r"\b(?:sign(?:ed)?(?:\s+(?:it|the\s+\w+))?\s+(?:off|as|with|by)\b|greet|address(?:ed)?\s+(?:him|her|them)|salutation|greeting|closing|regards|dear|signature|start\s+with"
    r"|begin\s+with|call\s+(?:him|her|them)|formal|informal|formell|förmlich|friendl|casual|translate|in\s+(?:english|german"
    r"|french|spanish|italian|dutch|portuguese)|anrede|gru(?:ß|ss)|unterschr|duz|siez|signe[rz]?|salut|tutoi|vouvoi|firma|saluda"
    r"|tutea|saluto|onderteken|aanhef|assin|tratamento|auf\s+(?:deutsch|englisch)|en\s+(?:anglais|français|español|inglés))",
    re.IGNORECASE,
)
PASSAGE_ALONE = (
    "(The text above is a passage of the reply. Answer with the changed passage alone, without greeting and "
    "closing.)"
)
"""What a model is told that changes a passage."""
MAX_GROWTH, MAX_GROWN = 3, 200
"""How many times as long a passage may become, and by how many characters more."""
_QUOTES = '"“”„«»「」'
_MAX_CLOSING_WORDS = 6
_MAX_HELD = 120  # characters of a first line that may still turn out to be a greeting


@dataclass(frozen=True)
class Written:
    """The draft that is kept, and what is left to say of it."""

    body: str
    attempt: Attempt = "first"
    findings: tuple[Finding, ...] = ()
    asks: tuple[AskStatus, ...] = ()
    usage: Usage | None = None
    unsaid: float = 0
    """The share of the notes' words that it lacks, where a model had nothing else to go by."""


@dataclass(frozen=True)
class Drafting:
    """How drafts are written.

    Attributes:
        proofreads: whether drafts are read and repaired; without it a model's words are kept as they are.
        second_attempt: whether a model is asked again to mend what rules cannot.
        notes_first: whether a model is given the notes and what the mail asks in place of the mail, and in
            the second attempt the notes alone. Small models repeat a mail that they are given.
    """

    proofreads: bool = True
    second_attempt: bool = True
    notes_first: bool = False

    async def write(
        self, model: LanguageModel, brief: Brief
    ) -> AsyncGenerator[str | Restart | Written, None]:
        """Write the draft piece by piece, and at last the one that is kept.

        Raises:
            ModelError: the model failed before there was a draft.
        """
        brief = replace(brief, prompt_lines=getattr(model, "prompt_lines", ()))
        newest = brief.revisions[-1] if brief.revisions and not brief.rejected else None
        if newest and (passage := passage_in(newest.feedback, newest.draft)):
            writing = self._passage(model, brief, passage)
        elif not self.proofreads:
            writing = self._as_it_is(model, brief)
        elif isinstance(model, OfflineWriter):
            writing = self._by_rules(model, brief)
        else:
            writing = self._by_model(model, brief)
        async with aclosing(writing) as written:
            async for item in written:
                yield item

    async def _as_it_is(
        self, model: LanguageModel, brief: Brief
    ) -> AsyncGenerator[str | Restart | Written, None]:
        stream = _Stream(model, brief, None)
        async with aclosing(aiter(stream)) as pieces:
            async for item in pieces:
                yield item
        yield Written(_not_empty(stream.text), usage=stream.usage)

    async def _by_rules(
        self, model: OfflineWriter, brief: Brief
    ) -> AsyncGenerator[str | Restart | Written, None]:
        if self.notes_first:
            brief = replace(brief, with_email=not brief.instructions.strip())
        stream = _Stream(model, brief, None)
        async with aclosing(aiter(stream)) as pieces:
            async for item in pieces:
                yield item
        kept = _judge(stream.text, brief, "first")
        if brief.revisions and not brief.rejected:
            kept = _and_undone(kept, carry_out(brief).undone)
        yield replace(kept, usage=stream.usage)

    async def _passage(
        self, model: LanguageModel, brief: Brief, passage: Passage
    ) -> AsyncGenerator[str | Restart | Written, None]:
        """Change a passage of the newest draft alone: all around it stays as it is."""
        draft, request = brief.revisions[-1].draft, passage.request
        above, old, below = draft[: passage.start], draft[passage.start : passage.end], draft[passage.end :]
        whole = replace(brief, revisions=(*brief.revisions[:-1], Revision(draft, request)))
        alone = replace(brief, revisions=(Revision(old, request),), asks=())
        is_offline = isinstance(model, OfflineWriter)
        new = change_passage(alone) if is_offline or self.notes_first else None
        attempt: Attempt = "first" if new is None else "rules"
        usage = None
        if new is None and not is_offline:
            yield above
            asked = replace(alone, revisions=(Revision(old, f"{request}\n{PASSAGE_ALONE}"),))
            stream = _Stream(model, replace(asked, with_email=not self.notes_first), None)
            async with aclosing(aiter(stream)) as pieces:
                async for item in pieces:
                    yield item
                    if isinstance(item, Restart):
                        yield above
            yield below
            usage, new = stream.usage, _fit_for_passage(stream.text, old)
        body = draft if new is None else _spliced(above, new, below)
        if attempt == "rules" or is_offline:
            yield body
        findings = proofread(body, whole) if self.proofreads else ()
        kept = Written(body, attempt, findings, tuple(ask_status(ask, body, whole) for ask in whole.asks))
        tell(Judged(attempt, tuple(finding.code for finding in findings), repaired=False))
        if new is None:
            kept = _and_undone(kept, (request,))
        elif self.proofreads and attempt == "first":
            kept = _refused(kept, whole) or kept
        # One tap asks for the same once more, and means the passage again.
        again = brief.revisions[-1].feedback
        again = again if len(again) <= MAX_REQUEST else ""
        findings = tuple(
            finding.model_copy(update={"request": again}) if finding.code == "no_change" else finding
            for finding in kept.findings
        )
        yield replace(kept, findings=findings, usage=usage)

    async def _by_model(
        self, model: LanguageModel, brief: Brief
    ) -> AsyncGenerator[str | Restart | Written, None]:
        frame = _frame(brief, self.notes_first)
        if self.notes_first:
            brief = replace(brief, with_email=not brief.instructions.strip())
            if done := _done_by_rules(brief):
                yield done.body
                yield done
                return
        first, kept = _Stream(model, brief, frame), None
        try:
            async with aclosing(aiter(first)) as pieces:
                async for item in pieces:
                    yield item
            kept = _judge(self._framed(first.text, brief, frame), brief, "first")
        except ModelInvalidAnswer as error:
            if not error.is_empty:
                raise
        usage = first.usage
        if kept and weigh(kept) >= WORTH_A_SECOND and brief.revisions:
            # So is "Thursday instead of Tuesday" where a larger model failed.
            kept = min((kept, *_by_rules(brief)), key=weigh)
        if self.second_attempt and (kept is None or weigh(kept) >= WORTH_A_SECOND):
            yield Restart()
            second = _Stream(model, _second(brief, kept) if kept else brief, frame)
            try:
                async with aclosing(aiter(second)) as pieces:
                    async for item in pieces:
                        yield item
                better = _judge(self._framed(second.text, brief, frame), brief, "second")
                kept = min(kept, better, key=weigh) if kept else better
            except ModelError as error:
                if kept is None and not (isinstance(error, ModelInvalidAnswer) and error.is_empty):
                    raise  # the server says what is wrong; else the first attempt stands, or rules write
            usage = _sum(usage, second.usage)
        yield replace(_fit_to_show(kept, brief), usage=usage)

    def _framed(self, text: str, brief: Brief, frame: Frame | None) -> str:
        """Return what a model wrote, below the greeting that was shown, with its own closing if that fits.

        Empty where the model wrote no reply.
        """
        letter = parse_letter(text)
        if not brief.revisions and refuses(letter.body, brief.instructions):
            return ""
        if frame is None:
            return text
        body = _without_ending(letter.body, brief)
        if not body.strip():
            return ""
        closing = frame.closing
        if not brief.revisions and not brief.rejected:
            signed = names(letter.name)
            # Who is asked for the body alone closes it by mistake, unless the model is a large one.
            closes_by_name = not self.notes_first and signed and signed <= names(brief.user.name)
            if fits_closing(letter.closing, brief) or (closes_by_name and not letter.closing):
                closing = letter.closing
        return str(Letter(frame.greeting, body, closing, frame.name))


def _fit_to_show(kept: Written | None, brief: Brief) -> Written:
    """Return the model's draft if it carries what was said and does no harm, else what rules make of it."""
    if kept is None:
        kept = _instead(brief)
    if weigh(kept) >= NOT_FIT_TO_SHOW:
        kept = min((kept, *_by_rules(brief)), key=weigh)
    if brief.revisions and not brief.rejected:
        kept = _without_harm(kept, brief)
    return kept


def weigh(written: Written) -> int:
    """Return how bad a draft is, by what was found in it."""
    unsaid = int(UNSAID * written.unsaid) if written.unsaid >= _MAY_BE_UNSAID else 0
    return unsaid + sum(WEIGHTS.get(finding.code, 0) for finding in written.findings)


def _unsaid(body: str, brief: Brief) -> float:
    """Return how much of the notes a small model left out: what it keeps, it says in their words."""
    if brief.with_email or brief.revisions or brief.rejected:
        return 0
    if likely_language(brief.instructions) != likely_language(body):
        return 0
    words = content_words(brief.instructions)
    return len(words - content_words(body)) / len(words) if len(words) >= _MIN_NOTES else 0


class _Stream:
    """One attempt of a model as it comes, and afterwards its `text` and `usage`.

    If the model writes the body alone, what it writes comes below the greeting of `frame`.
    """

    def __init__(self, model: LanguageModel, brief: Brief, frame: Frame | None) -> None:
        self._model, self._frame = model, frame
        self._brief = brief if frame is None else replace(_bodies_only(brief), has_frame=True)
        self._pieces: list[str] = []
        self.usage: Usage | None = None

    @property
    def text(self) -> str:
        """What the model wrote, without the frame."""
        return "".join(self._pieces).strip()

    async def __aiter__(self) -> AsyncGenerator[str | Restart, None]:
        """Yield the pieces; nothing but a model's own errors is raised."""
        greeting = f"{self._frame.greeting}\n\n" if self._frame else ""
        if greeting:
            yield greeting
        held: str | None = "" if self._frame else None
        async with aclosing(self._model.stream(self._brief)) as written:
            async for piece in written:
                match piece:
                    case Usage():
                        self.usage = piece
                        continue
                    case Restart():
                        self._pieces.clear()
                        held = "" if self._frame else None
                        yield piece
                        piece = greeting  # noqa: PLW2901 - what a reader sees begins with it again
                    case str():
                        self._pieces.append(piece)
                        if held is not None:
                            held += piece
                            if _may_greet(held):
                                continue
                            piece, held = _without_greeting(held), None  # noqa: PLW2901
                if piece:
                    yield piece
        if held:
            yield _without_greeting(held)
        if self._frame and self._frame.ending:
            yield f"\n\n{self._frame.ending}"


def _fit_for_passage(text: str, old: str) -> str | None:
    """Return what a model wrote in place of a passage; None if it is more, such as a whole reply."""
    text = text.strip()
    if old[0] not in _QUOTES and len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
        text = text[1:-1].strip()
    was, now = parse_letter(old), parse_letter(text)
    framed = (now.greeting and not was.greeting) or (now.closing and not was.closing)
    return None if not text or framed or len(text) > MAX_GROWTH * len(old) + MAX_GROWN else text


def _spliced(above: str, new: str, below: str) -> str:
    """Return the draft around a passage; where that was taken out, one of the gaps beside it closes."""
    if new or (above and not above[-1].isspace()):
        return f"{above}{new}{below}"
    if below.startswith("\n") and not above.endswith("\n"):
        return f"{above.rstrip(' ')}{below}"
    return f"{above}{below.lstrip()}"


def _by_rules(brief: Brief) -> tuple[Written, ...]:
    """Return the offline writer's draft; none if it could not do all that the feedback asks.

    Where a model that is given the mail finds nothing shorter, a shorter closing is no better.
    """
    if not brief.revisions:
        return (_judge(write_by_rules(brief), brief, "rules"),)
    outcome = carry_out(brief)
    if outcome.undone or (brief.with_email and _shortens_only_closing(outcome, brief)):
        return ()
    return (_judge(outcome.text, brief, "rules"),)


def _instead(brief: Brief) -> Written:
    """Return what rules write where a model wrote nothing.

    It is the draft as it was if they cannot do what is asked.

    Raises:
        ModelInvalidAnswer: another version was asked for, and rules have one only.
    """
    if brief.rejected:
        return _judge("", brief, "rules")
    if not brief.revisions:
        return _judge(write_by_rules(brief), brief, "rules")
    outcome = carry_out(brief)
    return _and_undone(_judge(outcome.text, brief, "rules"), outcome.undone)


def _done_by_rules(brief: Brief) -> Written | None:
    """Return a change that rules carry out cleanly: it touches no other word and waits for no model."""
    if not brief.revisions or brief.rejected:
        return None
    outcome = carry_out(brief)
    if outcome.in_part or _shortens_only_closing(outcome, brief):
        return None
    return next((each for each in _by_rules(brief) if not weigh(each)), None)


def _shortens_only_closing(outcome: Outcome, brief: Brief) -> bool:
    """Whether rules found nothing to shorten but the closing; a model may find more."""
    newest = brief.revisions[-1]
    shorter = wants_shorter(fold(newest.feedback[:MAX_REQUEST]))
    return shorter and parse_letter(outcome.text).body == parse_letter(newest.draft).body


def _and_undone(kept: Written, undone: tuple[str, ...]) -> Written:
    """Return the draft, with a sentence for what the rules could not do."""
    if not undone:
        return kept
    others = tuple(finding for finding in kept.findings if finding.code != "no_change")
    return replace(kept, findings=(*map(_not_done, undone[:MAX_TOLD]), *others))


def _not_done(request: str) -> Finding:
    said = " ".join(request.split())
    short = said if len(said) <= MAX_EXCERPT else f"{said[: MAX_EXCERPT - 1].rstrip()}…"
    if wants_shorter(fold(said[:MAX_REQUEST])):
        text = "Nothing more can go without losing something that you said. Say what to leave out."
        return Finding(code="no_change", text=text, request=said[:MAX_REQUEST])
    text = f"“{short}” could not be done. Say it in other words, or edit the draft yourself."
    return Finding(code="no_change", text=text, request=said[:MAX_REQUEST])


def _without_harm(kept: Written, brief: Brief) -> Written:
    """Return the change if it did no harm, else what rules make of it, else the draft as it was."""
    if (refused := _refused(kept, brief)) is None:
        return kept
    fit = (each for each in _by_rules(brief) if weigh(each) < NOT_FIT_TO_SHOW and not _refused(each, brief))
    return min(fit, key=weigh, default=refused)


def _refused(kept: Written, brief: Brief) -> Written | None:
    """Return the draft as it was before, if the change did harm to it that nobody asked for."""
    newest = brief.revisions[-1]
    if kept.body == newest.draft:
        return None
    before = proofread(newest.draft, replace(brief, revisions=brief.revisions[:-1]))
    had = {(finding.code, finding.text) for finding in before}
    harm = [
        finding
        for finding in kept.findings
        if finding.code in _HARM and (finding.code, finding.text) not in had
    ]
    lost = lost_facts(kept.body, brief)
    if not lost and sum(WEIGHTS[finding.code] for finding in harm) < NOT_FIT_TO_SHOW:
        return None
    if lost:
        why = f"The change lost “{lost[0]}”, so the draft stays as it was."
    else:
        why = "The change made the draft worse, so it stays as it was."
    told = Finding(
        code="no_change",
        text=f"{why} Say it in other words, or edit it yourself.",
        request=newest.feedback[:MAX_REQUEST],
    )
    return Written(
        newest.draft,
        kept.attempt,
        (told, *before),
        tuple(ask_status(ask, newest.draft, brief) for ask in brief.asks),
    )


def _may_greet(text: str) -> bool:
    """Return whether the first line, which is not complete, may turn out to be a greeting."""
    line = text.lstrip().casefold()
    if "\n" in line or len(line) > _MAX_HELD:
        return False
    return any(line.startswith(phrase) or phrase.startswith(line) for phrase in greeting_phrases())


def _without_greeting(text: str) -> str:
    """Return a model greets all the same where it was asked not to."""
    text = text.lstrip()
    return text[locate(text).greeting.end :].lstrip()


def _bodies_only(brief: Brief) -> Brief:
    return replace(
        brief,
        revisions=tuple(
            replace(revision, draft=parse_letter(revision.draft).body) for revision in brief.revisions
        ),
        rejected=parse_letter(brief.rejected).body if brief.rejected else "",
    )


def _frame(brief: Brief, notes_first: bool) -> Frame | None:
    """Return what stands around the body, if the program writes it.

    A draft that is revised keeps its own. Where the user has something to say about greeting, closing or
    name, the model writes the whole letter.
    """
    newest = brief.revisions[-1] if brief.revisions and not brief.rejected else None
    if _ABOUT_FRAME.search(newest.feedback[:2_000] if newest else brief.instructions[:2_000]):
        return None
    if before := (newest.draft if newest else brief.rejected):
        letter = parse_letter(before)
        return Frame(letter.greeting, letter.closing, letter.name) if letter.greeting else None
    frame = frame_for(brief)
    # Some languages need a form of the name that no table gives: then the model greets, unless it is given
    # the notes alone, from which it writes no greeting.
    is_named = names(frame.greeting) & names(brief.sender.name) or not brief.sender.name
    return frame if is_named or notes_first else None


def _second(brief: Brief, first: Written) -> Brief:
    """Return the second attempt's brief: it names what was wrong, and omits what misled the model."""
    wrong = [finding for finding in first.findings if WEIGHTS.get(finding.code)]
    codes = {finding.code for finding in wrong}
    requests = tuple(dict.fromkeys(finding.request for finding in wrong if finding.request))
    if not brief.with_email:
        # Even what the mail asks misleads small models, which then ask it back.
        return replace(brief, corrections=requests, with_email=False, asks=())
    if requests and codes <= _IN_PLACE and not brief.revisions and not brief.rejected:
        return replace(brief, revisions=(Revision(first.body, " ".join(requests)),))
    if brief.instructions.strip() and codes & _WITHOUT_EMAIL:
        return replace(brief, corrections=requests, with_email=False, asks=())
    return replace(brief, corrections=requests)


def _sum(first: Usage | None, second: Usage | None) -> Usage | None:
    if first is None or second is None:
        return first or second
    return Usage(first.input_tokens + second.input_tokens, first.output_tokens + second.output_tokens)


def _judge(text: str, brief: Brief, attempt: Attempt) -> Written:
    text = _not_empty(text)
    body = repair(text, brief).strip()
    findings = proofread(body, brief)
    tell(Judged(attempt, tuple(finding.code for finding in findings), repaired=body != text))
    return Written(
        body,
        attempt,
        findings,
        tuple(ask_status(ask, body, brief) for ask in brief.asks),
        unsaid=_unsaid(body, brief),
    )


def _without_ending(body: str, brief: Brief) -> str:
    """Return the body without an ending that no table knows, such as "Until Saturday" above the name."""
    *lines, last = body.rstrip().split("\n")
    named = names(last)
    if not lines or not named or not named <= names(brief.user.name):
        return body
    if 0 < len(lines[-1].split()) <= _MAX_CLOSING_WORDS and lines[-1].rstrip()[-1] not in ".?":
        lines.pop()
    return "\n".join(lines).rstrip()


def _not_empty(text: str) -> str:
    if not (text := text.strip()):
        raise ModelInvalidAnswer.empty("The model answered with an empty draft. Try again.")
    return text

"""Three writers, one judge: a model writes, the proofreader reads, rules mend or take over.

A draft is kept as it is if nothing is wrong with it, so a model that makes no mistake is asked once. Rules
repair what they can; for the rest the model is asked once more, and the better draft is kept. If neither
carries what the user said, the offline writer's stands in their place.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace

from email_assistant.brief import Brief, Revision
from email_assistant.errors import ModelError, ModelInvalidAnswer
from email_assistant.proofreading.answering import ask_status
from email_assistant.proofreading.frame import Frame, fits_closing, frame_for
from email_assistant.proofreading.given import likely_language
from email_assistant.proofreading.letter import Letter, parse_letter
from email_assistant.proofreading.model import Code
from email_assistant.proofreading.passage import Passage, passage_in
from email_assistant.proofreading.people import names
from email_assistant.proofreading.proofread import proofread
from email_assistant.watching import Judged, tell
from email_assistant.writing.by_rules import by_rules, done_by_rules, fit_to_show
from email_assistant.writing.judging import (
    MAX_REQUEST,
    WEIGHTS,
    WORTH_A_SECOND,
    Attempt,
    Written,
    and_undone,
    judge,
    not_empty,
    refused,
    weigh,
)
from email_assistant.writing.model import LanguageModel, Restart, Usage
from email_assistant.writing.no_reply import refuses
from email_assistant.writing.offline import OfflineWriter, carry_out, change_passage
from email_assistant.writing.offline.saying import language_asked_for
from email_assistant.writing.passages import PASSAGE_ALONE, fit_for_passage, spliced
from email_assistant.writing.streaming import AttemptStream, frame_around, without_ending

_WITHOUT_EMAIL: frozenset[Code] = frozenset({"echo", "steered", "role", "missing_fact", "leak"})
"""What a model does right when it is given the notes alone."""
_IN_PLACE: frozenset[Code] = frozenset(
    {"missing_fact", "unsupported_fact", "unmet_ask", "broken_wish", "placeholder", "too_long"}
)
"""What can be mended within a draft that is right otherwise."""


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
        stream = AttemptStream(model, brief, None)
        async with aclosing(aiter(stream)) as pieces:
            async for item in pieces:
                yield item
        yield Written(not_empty(stream.text), usage=stream.usage)

    async def _by_rules(
        self, model: OfflineWriter, brief: Brief
    ) -> AsyncGenerator[str | Restart | Written, None]:
        if self.notes_first:
            brief = replace(brief, with_email=not brief.instructions.strip())
        stream = AttemptStream(model, brief, None)
        async with aclosing(aiter(stream)) as pieces:
            async for item in pieces:
                yield item
        kept = judge(stream.text, brief, "first")
        if brief.revisions and not brief.rejected:
            kept = and_undone(kept, carry_out(brief).undone)
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
            stream = AttemptStream(model, replace(asked, with_email=not self.notes_first), None)
            async with aclosing(aiter(stream)) as pieces:
                async for item in pieces:
                    yield item
                    if isinstance(item, Restart):
                        yield above
            yield below
            usage, new = stream.usage, fit_for_passage(stream.text, old)
        body = draft if new is None else spliced(above, new, below)
        if attempt == "rules" or is_offline:
            yield body
        findings = proofread(body, whole) if self.proofreads else ()
        statuses = tuple(ask_status(ask, body, whole) for ask in whole.asks)
        kept = Written(body, attempt, findings, statuses, asked_model=attempt == "first")
        tell(Judged(attempt, tuple(finding.code for finding in findings), repaired=False))
        if new is None:
            kept = and_undone(kept, (request,))
        elif self.proofreads and attempt == "first":
            kept = refused(kept, whole) or kept
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
        frame = frame_around(brief, self.notes_first)
        if self.notes_first:
            brief = replace(brief, with_email=not brief.instructions.strip())
            if done := done_by_rules(brief):
                yield done.body
                yield done
                return
        first, kept = AttemptStream(model, brief, frame), None
        try:
            async with aclosing(aiter(first)) as pieces:
                async for item in pieces:
                    yield item
            kept = judge(self._framed(first.text, brief, frame), brief, "first")
        except ModelInvalidAnswer as error:
            if not error.is_empty:
                raise
        usage = first.usage
        if kept and weigh(kept) >= WORTH_A_SECOND and brief.revisions:
            # So is "Thursday instead of Tuesday" where a larger model failed.
            kept = min((kept, *by_rules(brief)), key=weigh)
        if self.second_attempt and (kept is None or weigh(kept) >= WORTH_A_SECOND):
            yield Restart()
            second = AttemptStream(model, _second(brief, kept) if kept else brief, frame)
            try:
                async with aclosing(aiter(second)) as pieces:
                    async for item in pieces:
                        yield item
                better = judge(self._framed(second.text, brief, frame), brief, "second")
                kept = min(kept, better, key=weigh) if kept else better
            except ModelError as error:
                if kept is None and not (isinstance(error, ModelInvalidAnswer) and error.is_empty):
                    raise  # the server says what is wrong; else the first attempt stands, or rules write
            usage = _sum(usage, second.usage)
        yield replace(fit_to_show(kept, brief), usage=usage)

    def _framed(self, text: str, brief: Brief, frame: Frame | None) -> str:
        """Return what a model wrote, below the greeting that was shown, with its own closing if that fits.

        Empty where the model wrote no reply.
        """
        letter = parse_letter(text)
        if not brief.revisions and refuses(letter.body, brief.instructions):
            return ""
        if frame is None:
            return _in_language_asked_for(text, letter, brief)
        body = without_ending(letter.body, brief)
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


def _in_language_asked_for(text: str, letter: Letter, brief: Brief) -> str:
    """Return a letter that was to be in another language, with a greeting and a closing in that one too."""
    newest = brief.revisions[-1] if brief.revisions and not brief.rejected else None
    if not newest or not letter.body or language_asked_for(newest.feedback) != brief.language:
        return text
    before, asked = parse_letter(newest.draft), frame_for(brief)
    if likely_language(before.body) == brief.language:
        return text
    greeting = asked.greeting if letter.greeting in ("", before.greeting) else letter.greeting
    closing = asked.closing if letter.closing in ("", before.closing) else letter.closing
    return str(Letter(greeting, letter.body, closing, letter.name or before.name))


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

"""What is measured of turns, drafts and model calls, with OpenTelemetry's metrics, whoever collects them.

Those of model calls follow the semantic conventions for generative AI
(https://opentelemetry.io/docs/specs/semconv/gen-ai/). What is ours is named `email_assistant.…`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from burr.lifecycle import LifecycleAdapter
from opentelemetry import metrics

from email_assistant.conversation.state import Draft
from email_assistant.telemetry.turn import Turn
from email_assistant.watching import CallEnded, Clarified, Event, Judged, ModelCall

PROJECT = "email-assistant"

_SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84)
_TOKENS = tuple(4**power for power in range(14))
_FEW = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30)


class Instruments:
    """What is measured, whoever collects it."""

    def __init__(self, provider: metrics.MeterProvider | None = None) -> None:
        meter = provider.get_meter(PROJECT) if provider else metrics.get_meter(PROJECT)
        histogram, counter = meter.create_histogram, meter.create_counter
        self.call_seconds = histogram(
            "gen_ai.client.operation.duration", "s", "Duration of a model call.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )  # fmt: skip
        self.first_word = histogram(
            "gen_ai.client.operation.time_to_first_chunk", "s", "Time until a model gives its first sign.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )  # fmt: skip
        self.tokens = histogram(
            "gen_ai.client.token.usage", "{token}", "Tokens of a model call.",
            explicit_bucket_boundaries_advisory=_TOKENS,
        )  # fmt: skip
        self.turn_seconds = histogram(
            "email_assistant.turn.duration", "s", "Duration of a turn.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )  # fmt: skip
        self.turns = counter("email_assistant.turns", "{turn}", "Turns, by outcome.")
        self.clarifications = counter(
            "email_assistant.clarifications", "{decision}", "Whether the user was asked, and why."
        )
        self.drafts = counter("email_assistant.drafts", "{draft}", "Drafts, by origin and attempt.")
        self.drafts_accepted = histogram(
            "email_assistant.conversation.drafts", "{draft}", "Drafts when one is accepted.",
            explicit_bucket_boundaries_advisory=_FEW,
        )  # fmt: skip
        self.findings = counter("email_assistant.findings", "{finding}", "What is wrong with kept drafts.")
        self.repairs = counter(
            "email_assistant.repairs", "{repair}", "What mended a model's draft: rules, a second attempt …"
        )


class TurnMeasures:
    """Measures one turn."""

    hooks: Sequence[LifecycleAdapter] = ()

    def __init__(self, turn: Turn, measured: Instruments) -> None:
        self._measured = measured

    def notice(self, event: Event) -> None:
        """Measure a call or a decision."""
        match event:
            case Clarified(questions, why):
                self._measured.clarifications.add(1, {"asked": bool(questions), "reason": why})
            case CallEnded(call):
                self._measure(call)

    def end(self, turn: Turn) -> None:
        """Measure what the turn led to."""
        measured = self._measured
        became = {"command": turn.command, "outcome": turn.outcome}
        measured.turns.add(1, became | ({"error.type": turn.error} if turn.error else {}))
        measured.turn_seconds.record(turn.seconds, {"outcome": turn.outcome})
        for draft in turn.drafts:
            measured.drafts.add(1, {"origin": draft.origin, "attempt": draft.attempt})
            for finding in draft.findings:
                measured.findings.add(1, {"code": finding.code})
            if draft.origin == "written":
                for by in _mended_by(draft, turn.judged):
                    measured.repairs.add(1, {"by": by})
        if turn.outcome == "accepted":
            measured.drafts_accepted.record(turn.version)

    def _measure(self, call: ModelCall) -> None:
        known = names_of(call)
        self._measured.call_seconds.record(
            call.seconds, known | ({"error.type": call.error} if call.error else {})
        )
        if call.first_word is not None:
            self._measured.first_word.record(call.first_word, known)
        for kind, count in (("input", call.input_tokens), ("output", call.output_tokens)):
            if count is not None:
                self._measured.tokens.record(count, known | {"gen_ai.token.type": kind})


def _mended_by(draft: Draft, judged: Sequence[Judged]) -> Iterator[str]:
    """Yield what changed a draft between the model's first words and what is shown."""
    if draft.attempt == "second":
        yield "second_attempt"
    if draft.stands_in:
        yield "offline_writer"
    if any(each.attempt == draft.attempt and each.repaired for each in judged):
        yield "rules"


def names_of(call: ModelCall) -> dict[str, str | int]:
    """Return what a call is known by, in spans and measures alike."""
    names: dict[str, str | int] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": call.provider,
        "gen_ai.request.model": call.model,
        "server.address": call.address,
    }
    if call.port:
        names["server.port"] = call.port
    if call.answered_by:
        names["gen_ai.response.model"] = call.answered_by
    return names

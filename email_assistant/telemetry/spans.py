"""OpenTelemetry's spans: one for each turn, step and model call.

Those of model calls follow the semantic conventions for generative AI
(https://opentelemetry.io/docs/specs/semconv/gen-ai/). What is ours is named `email_assistant.…`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from burr.lifecycle import LifecycleAdapter
from opentelemetry import context, trace
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from email_assistant.telemetry.measures import names_of
from email_assistant.telemetry.turn import Turn
from email_assistant.watching import (
    CallBegan,
    CallEnded,
    Clarified,
    Event,
    Judged,
    ModelCall,
    StepBegan,
    StepEnded,
    trace_parent,
)

CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_ON_SPANS = {"true", "1", "span_only", "span_and_event"}

_propagator = TraceContextTextMapPropagator()
Attributes = Mapping[str, Any]


def captures_text() -> bool:
    """Return whether OpenTelemetry's own variable allows mail text in spans."""
    return os.environ.get(CAPTURE, "").strip().lower() in _ON_SPANS


def _parent() -> context.Context | None:
    """Return the trace that the request brought, unless the embedding program has begun a span of it."""
    begun = trace.get_current_span().get_span_context().is_valid
    return (
        None if begun or not trace_parent.get() else _propagator.extract({"traceparent": trace_parent.get()})
    )


class TurnSpans:
    """The spans of one turn.

    Its own span is the current one while it runs. Those of the steps are not: they end in other places than
    they begin, and a context that is left in another order than it was entered loses spans.
    """

    hooks: Sequence[LifecycleAdapter] = ()

    def __init__(self, turn: Turn, tracer: trace.Tracer) -> None:
        self._tracer = tracer
        parent = _parent()
        self._attributes: dict[str, str] = {"gen_ai.conversation.id": turn.app_id, "session.id": turn.app_id}
        self._turn = tracer.start_span(
            f"turn {turn.command}",
            parent,
            SpanKind.SERVER if parent else SpanKind.INTERNAL,
            {
                **self._attributes,
                "email_assistant.command": turn.command,
                "email_assistant.request_id": turn.request_id,
            },
        )
        self._token = context.attach(trace.set_span_in_context(self._turn))
        self._steps: dict[str, trace.Span] = {}
        self._calls: dict[int, trace.Span] = {}

    def notice(self, event: Event) -> None:
        """Begin or end a span, or say on one what was decided."""
        match event:
            case StepBegan(action, drafts):
                attributes = {"email_assistant.step": action, "email_assistant.draft.version": drafts}
                self._steps[action] = self._start(action, SpanKind.INTERNAL, attributes)
            case StepEnded(action, error):
                if span := self._steps.pop(action, None):
                    _end(span, error)
            case Clarified(questions, why):
                asked = {"email_assistant.questions": questions, "email_assistant.reason": why}
                self._step.set_attributes(asked)
            case Judged(attempt, codes, repaired):
                judged: dict[str, Any] = {"attempt": attempt, "codes": list(codes), "repaired": repaired}
                self._step.add_event("judged", judged)
            case CallBegan(call):
                span = self._start(f"chat {call.model}", SpanKind.CLIENT, _asked(call))
                self._calls[id(call)] = span
                _propagator.inject(call.headers, trace.set_span_in_context(span))
            case CallEnded(call):
                if span := self._calls.pop(id(call), None):
                    span.set_attributes(_answered(call))
                    _end(span, call.error)

    def end(self, turn: Turn) -> None:
        """End what is still open, and the turn."""
        for span in (*self._calls.values(), *self._steps.values()):
            _end(span, turn.error or "Unfinished")
        self._turn.set_attributes(
            {
                "email_assistant.outcome": turn.outcome,
                "email_assistant.step": turn.step,
                "email_assistant.draft.version": turn.version,
            }
        )
        context.detach(self._token)
        # A command that is refused is answered as it should be, so no server failed.
        _end(self._turn, turn.error, fails=turn.outcome != "refused")

    @property
    def _step(self) -> trace.Span:
        return next(reversed(self._steps.values()), self._turn)

    def _start(self, name: str, kind: SpanKind, attributes: Attributes) -> trace.Span:
        parent = trace.set_span_in_context(self._step)
        return self._tracer.start_span(name, parent, kind, {**self._attributes, **attributes})


def _end(span: trace.Span, error: str | None, *, fails: bool = True) -> None:
    """End a span: OK only where nothing went wrong. An error's own words may hold mail and are left out."""
    if error:
        span.set_attribute("error.type", error)
    if fails:
        span.set_status(StatusCode.ERROR if error else StatusCode.OK)
    span.end()


def _asked(call: ModelCall) -> Attributes:
    known: dict[str, Any] = {
        **names_of(call),
        "gen_ai.output.type": "json" if call.wants_object else "text",
        "gen_ai.prompt.name": call.task,
        "email_assistant.prompt.version": call.prompt,
        "gen_ai.request.stream": True,
    }
    for name in ("temperature", "top_p", "max_tokens"):
        if isinstance(value := call.parameters.get(name), int | float):
            known[f"gen_ai.request.{name}"] = value
    if captures_text():
        rules = [each["content"] for each in call.messages if each["role"] == "system"]
        others = [each for each in call.messages if each["role"] != "system"]
        known["gen_ai.system_instructions"] = json.dumps([_part(text) for text in rules])
        known["gen_ai.input.messages"] = json.dumps(
            [{"role": each["role"], "parts": [_part(each["content"])]} for each in others]
        )
    return known


def _answered(call: ModelCall) -> Attributes:
    known = {
        "gen_ai.response.model": call.answered_by or None,
        "gen_ai.response.id": call.answer_id or None,
        "gen_ai.response.finish_reasons": [call.finish] if call.finish else None,
        "gen_ai.response.time_to_first_chunk": call.first_word,
        "gen_ai.usage.input_tokens": call.input_tokens,
        "gen_ai.usage.output_tokens": call.output_tokens,
    }
    if captures_text() and (text := "".join(call.pieces)):
        said = {"role": "assistant", "parts": [_part(text)], "finish_reason": call.finish or "stop"}
        known["gen_ai.output.messages"] = json.dumps([said])
    return {name: value for name, value in known.items() if value is not None}


def _part(text: str) -> dict[str, str]:
    return {"type": "text", "content": text}

"""What went wrong at the model's server, as an error of ours with a sentence for the person.

The sentences name the server's host and the model, and never what the server or the mail said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import openai

from email_assistant.errors import (
    ModelBusy,
    ModelCutOff,
    ModelError,
    ModelInputTooLong,
    ModelNonsense,
    ModelNotFound,
    ModelOutOfService,
    ModelRefused,
    ModelRejectedKey,
    ModelTimeout,
    ModelUnreachable,
)

# Servers differ in their codes for "too long"; all say one of these.
_TOO_LONG = re.compile(
    r"context.?(length|window|size)|maximum.{0,20}(context|tokens)|too many tokens"
    r"|(prompt|input|request).{0,40}too (long|large)|exceeds?.{0,40}(context|token)",
    re.IGNORECASE,
)
_FILTERED = re.compile(r"content.?(filter|policy|management)|moderation|invalid_prompt", re.IGNORECASE)
_NO_CREDIT = re.compile(r"insufficient_quota|billing|credit", re.IGNORECASE)
_NO_MODEL = re.compile(r"model_not_found|model.{0,80}(not found|does not exist|not exist)", re.IGNORECASE)


class RequestNotAccepted(ModelError):
    """The server did not accept the request, for no reason that we know."""


@dataclass(frozen=True)
class Failures:
    """The errors of one model at one server."""

    host: str
    model: str
    timeout: float

    def translate(self, error: openai.APIError) -> ModelError:
        """The error of ours for one of the openai package's."""
        if isinstance(error, openai.APIStatusError):
            return self._status(error)
        if isinstance(error, openai.APIConnectionError):
            return self._unreachable()
        return self.nonsense()

    def in_stream(self, error: object) -> ModelError:
        """The error of ours for an `error` object that came in the middle of a stream."""
        text = " ".join(map(str, error.values())) if isinstance(error, Mapping) else str(error)
        return self._by_words(text) or self._out_of_service()

    def _status(self, error: openai.APIStatusError) -> ModelError:
        status, words = error.status_code, f"{error.code} {error.type} {error.message}"
        if status in {402, 429}:
            return self._busy(words, error.response.headers)
        by_status = {
            401: self._rejected_key,
            403: self._rejected_key,
            404: self._no_model,
            408: self.timed_out,
            413: self._too_long,
        }
        if status in by_status:
            return by_status[status]()
        if known := self._by_words(words):
            return known
        return self._out_of_service(f" (status {status})") if status >= 500 else self._not_accepted(status)

    def _by_words(self, text: str) -> ModelError | None:
        if _TOO_LONG.search(text):
            return self._too_long()
        if _FILTERED.search(text):
            return self.refused()
        if _NO_MODEL.search(text):
            return self._no_model()
        return None

    def _busy(self, words: str, headers: Mapping[str, str]) -> ModelError:
        if _NO_CREDIT.search(words):
            return ModelBusy(
                f"The account at {self.host} has no credit left. Add some, or use another model."
            )
        wait = retry_after(headers)
        when = "in a moment" if wait is None else f"in {wait:.0f} seconds" if wait > 1 else "in a second"
        return ModelBusy(f"The model's server at {self.host} is busy. Try again {when}.", retry_after=wait)

    def _rejected_key(self) -> ModelError:
        return ModelRejectedKey(
            f"The model's server at {self.host} refused the key. Check OPENAI_API_KEY and start again."
        )

    def _no_model(self) -> ModelError:
        return ModelNotFound(
            f"There is no model {self.model!r} at {self.host}. "
            "Check EMAIL_ASSISTANT_MODEL and OPENAI_BASE_URL and start again."
        )

    def _too_long(self) -> ModelError:
        return ModelInputTooLong(
            "The email and the conversation are longer than the model can read. "
            "Start again with a shorter email, for instance without its quoted history."
        )

    def _unreachable(self) -> ModelError:
        return ModelUnreachable(
            f"The model's server at {self.host} cannot be reached. "
            "Check the network and OPENAI_BASE_URL, and try again."
        )

    def _out_of_service(self, detail: str = "") -> ModelError:
        return ModelOutOfService(f"The model's server at {self.host} failed{detail}. Try again in a moment.")

    def _not_accepted(self, status: int) -> ModelError:
        return RequestNotAccepted(
            f"The model's server at {self.host} did not accept the request (status {status}). "
            "Check EMAIL_ASSISTANT_MODEL and OPENAI_BASE_URL, or try again."
        )

    def timed_out(self) -> ModelError:
        """Nothing came for as long as we wait."""
        return ModelTimeout(
            f"The model's server at {self.host} gave no sign for {self.timeout:g} seconds. Try again, "
            "or set EMAIL_ASSISTANT_MODEL_TIMEOUT to wait longer."
        )

    def cut_off(self) -> ModelError:
        """The stream broke, or ended without saying that it was complete."""
        return ModelCutOff(
            f"The connection to {self.host} broke off before the answer was complete. Try again."
        )

    def too_much(self) -> ModelError:
        """The answer reached the model's limit of length, or ours."""
        return ModelCutOff("The model went on without coming to an end and was stopped. Try again.")

    def refused(self) -> ModelError:
        """The model, or a filter, declined."""
        return ModelRefused(
            "The model declined to write this. Say it in other words and try again, or write it by hand."
        )

    def nonsense(self) -> ModelError:
        """The answer is empty or of another kind than was asked for."""
        return ModelNonsense(
            f"The answer of {self.model!r} at {self.host} was empty or could not be understood. "
            "Try again, or use another model."
        )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds to wait (RFC 9110 section 10.2.3), or None where the server gives none, or a date."""
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None

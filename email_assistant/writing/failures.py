"""What went wrong at the model's server, as an error of ours with a sentence for the person.

The sentences name the server's host and the model, and never what the server or the mail said.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from email_assistant.errors import (
    ModelBusy,
    ModelCutOff,
    ModelError,
    ModelInputTooLong,
    ModelInvalidAnswer,
    ModelNotFound,
    ModelRefused,
    ModelRejectedKey,
    ModelServerError,
    ModelTimeout,
    ModelUnreachable,
)
from email_assistant.writing.refusal import Refusal


class RequestNotAccepted(ModelError):
    """The server did not accept the request, for no reason that we know."""


class StillLoading(ModelServerError):
    """The server loads the model, for longer than we wait."""


class NoCredit(ModelBusy):
    """The account at the server cannot pay."""


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_TOO_LARGE = _words(
    r"request too large|too large for (?:model|the)|(?:tokens|TPM).{0,60}requested.{0,60}must be reduced"
)
# Servers differ in their codes for "too long"; all say one of these.
_TOO_LONG = _words(
    r"context.?(length|window|size|overflow)|maximum.{0,20}(context|tokens|input)|max_model_len"
    r"|too many (input )?tokens"
    r"|(prompt|input|request|messages?).{0,40}too (long|large)|exceed\w*.{0,40}(context|token|input length)"
    r"|must have less than \d+ tokens|tokens?\b.{0,40}must be (?:<|less)|reduce the length|\bn_ctx\b"
    r"|tokens to keep|larger context|string_above_max_length"
)
_OUTPUT = _words(r"max_(?:completion_|output_)?tokens|max_new_tokens|maxOutputTokens|completion tokens")
_FILTERED = _words(
    r"content.?(filter|policy|management)|moderation|invalid_prompt|flagged|responsibleai"
    r"|data_inspection_failed"
    r"|inappropriate content|safety (system|setting|filter)|prohibited_content"
)
_REGION = _words(
    r"unsupported_country|(country|region|territory|location).{0,30}not (supported|available)"
    r"|not available in your"
)
_NO_CREDIT = _words(
    r"insufficient[_ ](quota|balance|credits?|funds)|credit balance|(no|out of|not enough) (credits?"
    r"|balance|funds)|arrears|overdue"
    r"|payment required|billing.{0,20}(hard limit|not active|inactive)|spending limit|requires more credits"
    r"|recharge|top up"
)
_RATE = _words(
    r"per.?(second|minute|min|hour|day)\b|\b(RPM|TPM|RPD|TPD)\b|retry in|try again in|retryinfo|rate.?limit"
    r"|too many requests"
)
_QUOTA = _words(r"current quota|check your plan|quota exceeded|exceeded your quota|credit|billing")
_PER_DAY = _words(r"per.?day\b|\b(RPD|TPD)\b|daily")
_BUSY = _words(
    r"overloaded|resource.?exhausted|at capacity|no capacity|queue is full|server (is )?busy"
    r"|engine_overloaded"
)
_KEY = _words(
    r"(invalid|incorrect|missing|wrong|expired|no).{0,12}(api.?key|auth|credential|token\b)"
    r"|api.?key.{0,20}(not valid|invalid|required|missing)"
    r"|invalid subscription key|unauthorized|unauthenticated|authentication.?(error|failed|required)"
)
_NO_ACCESS = _words(
    r"(not have|no|without).{0,10}access to.{0,20}model|model.{0,60}(no|not have).{0,6}access"
    r"|model_not_allowed"
)
_OTHER_KIND = _words(
    r"only supported in v1/(responses|completions)|not a chat model"
    r"|not (supported )?in the v1/chat/completions"
    r"|does not support chat|embedding model|(use|supported in).{0,10}v1/responses"
)
_NO_MODEL = _words(
    r"model_?not_?found|(model|deployment)\b.{0,80}(not.?found|does ?n.t exist|not exist|not available"
    r"|not loaded|is unknown|decommissioned)"
    r"|deploymentnotfound|(invalid|unknown|no such|no).{0,3}[_ ]model|not a valid model"
    r"|no models? (are )?loaded|no endpoints found"
    r"|model.{0,40}(is )?not supported|no available channel"
)
_MEMORY = _words(
    r"more (system )?memory|out.?of.?memory|\bOOM\b|unable to allocate|insufficient (system )?memory"
    r"|not enough memory|cudamalloc"
    r"|failed to load (the )?model|error loading model|runner (process )?(has )?terminated"
)
_LOADING = _words(
    r"(loading|starting|initializing|warming up|waiting for).{0,25}(model|server|weights)|model.{0,60}(is "
    r"|currently |being |still )+load"
    r"|warming up|not ready|model_loading|cold.?start"
)
_UNVERIFIED = _words(r"organization must be verified|must be verified to")
_NO_SYSTEM = _words(
    r"system.{0,30}(role|message|prompt|instruction)|role.{0,30}system|developer instruction"
    r"|roles must alternate"
)
_NO_ROUTE = _words(
    r"page not found|unexpected endpoint|no route|not found: |resource not found|^not found$|unknown (url"
    r"|endpoint|path)|cannot post"
    r"|invalid url|method not allowed|no such (route|endpoint)|unrecognized request url"
)


@dataclass(frozen=True)
class Failures:
    """The errors of one model at one server."""

    host: str
    model: str
    timeout: float
    has_key: bool = True
    has_version: bool = True
    """Whether the address ends with a version, such as `/v1`."""
    proxy: str = ""
    """The variable that names a proxy for this server."""
    limits_output: bool = False
    """Whether the person set how long an answer may be."""
    chosen: bool = False
    """Whether the person chose the model in the place of the one that is set."""

    def of(self, refusal: Refusal) -> ModelError:
        """The error of ours for what a server said: its words first, then its status."""
        status = refusal.status
        if status == 429:
            return self._too_many(refusal)
        known = self._by_words(refusal)
        if known:
            return known
        if status is None:
            return self._out_of_service()
        by_status: dict[int, Callable[[], ModelError]] = {
            401: lambda: self._rejected_key(refusal),
            402: self._no_credit,
            403: self._between if refusal.is_page else lambda: self._rejected_key(refusal),
            404: self._no_model if refusal.is_json and refusal.words else self.wrong_address,
            405: self.wrong_address,
            407: self._proxy_asks,
            408: self.timed_out,
            410: self._no_model,
            413: self._too_long,
            501: self.wrong_address,
        }
        if status in by_status:
            return by_status[status]()
        if 300 <= status < 400:
            return self.moved()
        return self._out_of_service(f" (status {status})") if status >= 500 else self._not_accepted(status)

    def is_loading(self, refusal: Refusal) -> bool:
        """Whether the server only needs time, because it loads the model."""
        return (
            refusal.status in {503, 500, 425}
            and bool(_LOADING.search(refusal.words))
            and not _MEMORY.search(refusal.words)
        )

    def is_hopeless(self, refusal: Refusal) -> bool:
        """Whether the same request need not be sent again soon."""
        final = NoCredit | ModelInputTooLong | ModelNotFound | ModelRefused
        return self.is_loading(refusal) or isinstance(self.of(refusal), final)

    def _by_words(self, refusal: Refusal) -> ModelError | None:  # noqa: PLR0912 - a table
        words, status = refusal.words, refusal.status
        if not words:
            return None
        if _TOO_LARGE.search(words):
            return self._too_large()
        if self.limits_output and _OUTPUT.search(words) and not _words("context").search(words):
            return self._output_limit()
        if _TOO_LONG.search(words):
            return self._too_long()
        if _FILTERED.search(words):
            return self.refused()
        if _REGION.search(words):
            return self._not_here()
        if _NO_CREDIT.search(words) and not _RATE.search(words):
            return self._no_credit()
        if _UNVERIFIED.search(words):
            return self._unverified()
        if _OTHER_KIND.search(words):
            return self._other_kind()
        if _NO_ACCESS.search(words):
            return self._no_access()
        if _NO_MODEL.search(words):
            return self._no_model()
        if _MEMORY.search(words):
            return self._too_little_memory()
        if self.is_loading(refusal):
            return self._loading()
        if _NO_SYSTEM.search(words):
            return self._no_rules()
        if _KEY.search(words) and status not in {404}:
            return self._rejected_key(refusal)
        if _BUSY.search(words) or (status is None and _RATE.search(words)):
            return self._busy(refusal)
        if status in {None, 404, 405, 400} and _NO_ROUTE.search(words):
            return self.wrong_address()
        return None

    def _too_many(self, refusal: Refusal) -> ModelError:
        words = refusal.words
        if _TOO_LARGE.search(words):
            return self._too_large()
        paid = _NO_CREDIT.search(words) or (_QUOTA.search(words) and not _RATE.search(words))
        return (
            self._no_credit()
            if paid and not re.search(r"per.?minute", words, re.IGNORECASE)
            else self._busy(refusal)
        )

    def _busy(self, refusal: Refusal) -> ModelError:
        wait = refusal.retry_after
        if wait is None and _PER_DAY.search(refusal.words):
            return ModelBusy(
                f"The account at {self.host} has reached its limit for the day. "
                "Wait until tomorrow and try again, or use another model."
            )
        return ModelBusy(
            f"The model's server at {self.host} is busy. Try again {_when(wait)}.", retry_after=wait
        )

    def _no_credit(self) -> ModelError:
        return NoCredit(f"The account at {self.host} has no credit left. Add some, or use another model.")

    def _rejected_key(self, refusal: Refusal) -> ModelError:
        if "basic" in refusal.headers.get("www-authenticate", "").lower():
            return ModelRejectedKey(
                f"The server at {self.host} asks for a user name and a password, and did not take what it "
                f"got. "
                "Set OPENAI_BASE_URL with them, like https://name:password@host/v1, and start again."
            )
        if not self.has_key:
            return ModelRejectedKey(
                f"The model's server at {self.host} asks for a key, and none is set. Set OPENAI_API_KEY "
                f"and start again."
            )
        return ModelRejectedKey(
            f"The model's server at {self.host} refused the key. Check OPENAI_API_KEY and start again."
        )

    def _no_access(self) -> ModelError:
        if self.chosen:
            return ModelNotFound(
                f"The account at {self.host} may not use the model {self.model!r}. "
                "Choose another model in the settings, then try again."
            )
        return ModelNotFound(
            f"The account at {self.host} may not use the model {self.model!r}. Set EMAIL_ASSISTANT_MODEL to "
            "one that it may use, which `email-assistant models` lists, and start again."
        )

    def _other_kind(self) -> ModelError:
        if self.chosen:
            return ModelNotFound(
                f"The model {self.model!r} at {self.host} does not answer chats in the way that is needed "
                "here. Choose another model in the settings, then try again."
            )
        return ModelNotFound(
            f"The model {self.model!r} at {self.host} does not answer chats in the way that is needed here. "
            "Set EMAIL_ASSISTANT_MODEL to another model and start again."
        )

    def _no_model(self) -> ModelError:
        if self.chosen:
            return ModelNotFound(
                f"There is no model {self.model!r} at {self.host} any more. "
                "Choose another model in the settings, then try again."
            )
        return ModelNotFound(
            f"There is no model {self.model!r} at {self.host}: `email-assistant models` lists those that "
            f"are. "
            "Check EMAIL_ASSISTANT_MODEL and OPENAI_BASE_URL and start again."
        )

    def wrong_address(self) -> ModelError:
        """The server is there, and its chats are at another address."""
        return ModelUnreachable(
            f"The server at {self.host} takes no chats at this address. "
            f"Check OPENAI_BASE_URL{self._hint()} and start again."
        )

    def no_server(self) -> ModelError:
        """What answers is a web page or something else."""
        return ModelUnreachable(
            f"What answers at {self.host} is no model's server, or a page in front of it. "
            f"Check OPENAI_BASE_URL{self._hint()} and start again."
        )

    def _hint(self) -> str:
        return "" if self.has_version else ", which for most servers ends with /v1,"

    def moved(self) -> ModelError:
        """The server sends elsewhere, where mail must not follow."""
        return ModelUnreachable(
            f"The address of the model's server at {self.host} has moved, and mail is not sent after it. "
            "Set OPENAI_BASE_URL to the new address and start again."
        )

    def _between(self) -> ModelError:
        return ModelRejectedKey(
            f"Something in front of the model's server at {self.host} turned the request away: a firewall, "
            f"a proxy or a "
            "network that does not allow it. Check the network, OPENAI_BASE_URL and OPENAI_API_KEY, and "
            "try again."
        )

    def _proxy_asks(self) -> ModelError:
        return ModelUnreachable(
            f"The proxy on the way to {self.host} asks who you are. Put a name and a password into "
            f"{self.proxy or 'HTTPS_PROXY'}, "
            "like http://name:password@proxy:8080, and start again."
        )

    def _not_here(self) -> ModelError:
        return ModelRefused(
            f"The server at {self.host} does not serve your country or region. Use another model or server."
        )

    def _unverified(self) -> ModelError:
        return ModelNotFound(
            f"Your organization at {self.host} must be verified before it may use {self.model!r} like this. "
            "Verify it there, or set EMAIL_ASSISTANT_MODEL to another model and start again."
        )

    def _no_rules(self) -> ModelError:
        return RequestNotAccepted(
            f"The template of the model {self.model!r} at {self.host} does not take the messages that are "
            f"needed here, "
            "such as one of the role system. Set EMAIL_ASSISTANT_MODEL to another model and start again."
        )

    def _too_little_memory(self) -> ModelError:
        return ModelServerError(
            f"The model {self.model!r} could not be loaded at {self.host}; it may not fit into the memory "
            f"there. "
            "Set EMAIL_ASSISTANT_MODEL to a smaller model and start again."
        )

    def _loading(self) -> ModelError:
        return StillLoading(
            f"The server at {self.host} is still loading the model. Try again in a minute.", retry_after=30
        )

    def _too_large(self) -> ModelError:
        return ModelInputTooLong(
            f"The email and the conversation are longer than the account at {self.host} may send at once. "
            "Start again with a shorter email, or use another model."
        )

    def _too_long(self) -> ModelError:
        return ModelInputTooLong(
            "The email and the conversation are longer than the model can read. Start again with a shorter "
            "email, "
            "for instance without its quoted history, or let the model's server read more (its context "
            "length)."
        )

    def not_all_read(self) -> ModelError:
        """The server cut the request without a word."""
        return ModelInputTooLong(
            f"The model at {self.host} did not read all of the email: its server cuts off what exceeds its "
            f"context length. "
            "Raise that (for Ollama OLLAMA_CONTEXT_LENGTH), or set EMAIL_ASSISTANT_CONTEXT_TOKENS to it, "
            "or start again with a shorter email."
        )

    def _output_limit(self) -> ModelError:
        return RequestNotAccepted(
            f"The model's server at {self.host} does not allow answers as long as "
            f"EMAIL_ASSISTANT_MAX_OUTPUT_TOKENS says. "
            "Set it lower and start again."
        )

    def unreachable(self, error: BaseException) -> ModelError:
        """No connection, or none that speaks HTTP."""
        causes = list(_causes(error))
        if any(
            isinstance(cause, ssl.SSLCertVerificationError) or "certificate" in type(cause).__name__.lower()
            for cause in causes
        ):
            return ModelUnreachable(
                f"The certificate of the model's server at {self.host} is not trusted. "
                "Set SSL_CERT_FILE to the file of the authority that signed it, and start again."
            )
        if any(isinstance(cause, ssl.SSLError) or "SSL" in type(cause).__name__ for cause in causes):
            return ModelUnreachable(
                f"The server at {self.host} does not speak TLS. Check OPENAI_BASE_URL, perhaps it begins "
                f"with http://, and start again."
            )
        if self.proxy:
            return ModelUnreachable(
                f"The model's server at {self.host} cannot be reached through the proxy that {self.proxy} "
                f"names. "
                "Check that, set NO_PROXY for a server that needs none, check OPENAI_BASE_URL, and try again."
            )
        if any(type(cause).__name__ in _NOT_HTTP for cause in causes):
            return ModelUnreachable(
                f"What answers at {self.host} does not speak HTTP, or only with TLS. "
                "Check OPENAI_BASE_URL, its port and whether it begins with https://, and start again."
            )
        return ModelUnreachable(
            f"The model's server at {self.host} cannot be reached. "
            "Check the network and OPENAI_BASE_URL, and try again."
        )

    def _out_of_service(self, detail: str = "") -> ModelError:
        return ModelServerError(
            f"The model's server at {self.host} failed{detail}. Try again in a moment; if it fails each "
            f"time, use another model."
        )

    def _not_accepted(self, status: int) -> ModelError:
        return RequestNotAccepted(
            f"The model's server at {self.host} did not accept the request (status {status}). "
            "Check EMAIL_ASSISTANT_MODEL and OPENAI_BASE_URL, or try again."
        )

    def timed_out(self, timeout: float | None = None) -> ModelError:
        """Nothing came for as long as we wait."""
        return ModelTimeout(
            f"The model's server at {self.host} gave no sign for {timeout or self.timeout:g} seconds. Try "
            f"again, "
            "or set EMAIL_ASSISTANT_MODEL_TIMEOUT to wait longer."
        )

    def cut_off(self) -> ModelError:
        """The stream broke, or ended without saying that it was complete."""
        return ModelCutOff(
            f"The connection to {self.host} broke off before the answer was complete. Try again."
        )

    def at_limit(self) -> ModelError:
        """The answer reached the length that the server, the model or the person allows."""
        return ModelCutOff(
            f"The answer of {self.model!r} reached the limit of its length at {self.host} before its end. "
            f"Allow more with "
            "EMAIL_ASSISTANT_MAX_OUTPUT_TOKENS or a longer context at the server, or ask for a shorter "
            "reply and try again."
        )

    def too_much(self) -> ModelError:
        """The answer reached our limit of length."""
        return ModelCutOff("The model went on without coming to an end and was stopped. Try again.")

    def refused(self) -> ModelError:
        """The model, or a filter, declined."""
        return ModelRefused(
            "The model declined to write this. Say it in other words and try again, or write it by hand."
        )

    def only_thought(self) -> ModelError:
        """There are thoughts, and no answer."""
        return ModelInvalidAnswer(
            f"The model {self.model!r} at {self.host} only thought and gave no answer. Try again, let it "
            f"think less with "
            "EMAIL_ASSISTANT_REASONING_EFFORT, or use another model."
        )

    def nothing(self) -> ModelError:
        """The answer came to its end and is empty."""
        return ModelInvalidAnswer.empty(str(self.nonsense()))

    def nonsense(self) -> ModelError:
        """The answer is empty or of another kind than was asked for."""
        return ModelInvalidAnswer(
            f"The answer of {self.model!r} at {self.host} was empty or could not be understood. "
            "Try again, or use another model."
        )


_NOT_HTTP = {
    "ClientResponseError",
    "BadHttpMessage",
    "BadStatusLine",
    "LineTooLong",
    "RemoteProtocolError",
    "ContentTypeError",
}


def _causes(error: BaseException) -> list[BaseException]:
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause and cause not in causes:
        causes.append(cause)
        inner = getattr(cause, "certificate_error", None) or getattr(cause, "os_error", None)
        cause = cause.__cause__ or cause.__context__ or (inner if isinstance(inner, BaseException) else None)
    return causes


def _when(wait: float | None) -> str:
    if wait is None:
        return "in a moment"
    if wait <= 1:
        return "in a second"
    if wait < 120:
        return f"in {wait:.0f} seconds"
    return f"in {wait / 60:.0f} minutes" if wait < 7200 else f"in {wait / 3600:.0f} hours"

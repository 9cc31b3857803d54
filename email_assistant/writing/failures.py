"""The errors of a model's server, each with a sentence for the person.

The sentences name the server's host and the model, and never what the server or the mail said.
"""

from __future__ import annotations

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
    """Whether the person chose the model in place of the one that is set."""

    def at_daily_limit(self) -> ModelError:
        """Say that the account has reached its limit for the day."""
        return ModelBusy(
            f"The account at {self.host} has reached its limit for the day. Wait until tomorrow and try "
            "again, or use another model."
        )

    def busy(self, wait: float | None) -> ModelError:
        """Say that the server is busy, for `wait` seconds if it says so."""
        return ModelBusy(
            f"The model's server at {self.host} is busy. Try again {_when(wait)}.", retry_after=wait
        )

    def no_credit(self) -> ModelError:
        """Say that the account cannot pay."""
        return NoCredit(f"The account at {self.host} has no credit left. Add some, or use another model.")

    def rejected_key(self, refusal: Refusal) -> ModelError:
        """Say that the server did not accept the key, or that none is set."""
        if "basic" in refusal.headers.get("www-authenticate", "").lower():
            return ModelRejectedKey(
                f"The server at {self.host} asks for a user name and a password, and did not accept what it "
                "got. Set OPENAI_BASE_URL with them, like https://name:password@host/v1, and start again."
            )
        if not self.has_key:
            return ModelRejectedKey(
                f"The model's server at {self.host} asks for a key, and none is set. Set OPENAI_API_KEY and "
                "start again."
            )
        return ModelRejectedKey(
            f"The model's server at {self.host} refused the key. Check OPENAI_API_KEY and start again."
        )

    def no_access(self) -> ModelError:
        """Say that the account may not use the model."""
        if self.chosen:
            return ModelNotFound(
                f"The account at {self.host} may not use the model {self.model!r}. Choose another model in "
                "the settings, then try again."
            )
        return ModelNotFound(
            f"The account at {self.host} may not use the model {self.model!r}. Set EMAIL_ASSISTANT_MODEL to "
            "one that it may use, which `email-assistant models` lists, and start again."
        )

    def no_chat_model(self) -> ModelError:
        """Say that the model does not answer chats."""
        if self.chosen:
            return ModelNotFound(
                f"The model {self.model!r} at {self.host} does not answer chats in the way that is needed "
                "here. Choose another model in the settings, then try again."
            )
        return ModelNotFound(
            f"The model {self.model!r} at {self.host} does not answer chats in the way that is needed here. "
            "Set EMAIL_ASSISTANT_MODEL to another model and start again."
        )

    def no_model(self) -> ModelError:
        """Say that the server does not have the model."""
        if self.chosen:
            return ModelNotFound(
                f"There is no model {self.model!r} at {self.host} any more. Choose another model in the "
                "settings, then try again."
            )
        return ModelNotFound(
            f"There is no model {self.model!r} at {self.host}: `email-assistant models` lists those that "
            "are. Check EMAIL_ASSISTANT_MODEL and OPENAI_BASE_URL and start again."
        )

    def wrong_address(self) -> ModelError:
        """Say that the server is there, and its chats are at another address."""
        return ModelUnreachable(
            f"The server at {self.host} does not accept chats at this address. Check "
            f"OPENAI_BASE_URL{self._hint()} and start again."
        )

    def no_server(self) -> ModelError:
        """Say that what answers is a web page or something else."""
        return ModelUnreachable(
            f"What answers at {self.host} is not a model's server, or is a page in front of one. Check "
            f"OPENAI_BASE_URL{self._hint()} and start again."
        )

    def _hint(self) -> str:
        return "" if self.has_version else ", which for most servers ends with /v1,"

    def moved(self) -> ModelError:
        """Say that the server redirects to a place where mail must not follow."""
        return ModelUnreachable(
            f"The address of the model's server at {self.host} has moved, and mail is not sent after it. "
            "Set OPENAI_BASE_URL to the new address and start again."
        )

    def blocked_on_the_way(self) -> ModelError:
        """Say that a firewall or a proxy turned the request away."""
        return ModelRejectedKey(
            f"Something in front of the model's server at {self.host} turned the request away: a firewall, "
            "a proxy or a network that does not allow it. Check the network, OPENAI_BASE_URL and "
            "OPENAI_API_KEY, and try again."
        )

    def proxy_needs_sign_in(self) -> ModelError:
        """Say that the proxy wants a name and a password."""
        return ModelUnreachable(
            f"The proxy on the way to {self.host} asks who you are. Put a name and a password into "
            f"{self.proxy or 'HTTPS_PROXY'}, like http://name:password@proxy:8080, and start again."
        )

    def not_in_region(self) -> ModelError:
        """Say that the server does not serve this country."""
        return ModelRefused(
            f"The server at {self.host} does not serve your country or region. Use another model or server."
        )

    def unverified(self) -> ModelError:
        """Say that the organization must be verified first."""
        return ModelNotFound(
            f"Your organization at {self.host} must be verified before it may use {self.model!r} like this. "
            "Verify it there, or set EMAIL_ASSISTANT_MODEL to another model and start again."
        )

    def template_mismatch(self) -> ModelError:
        """Say that the model's template does not take the messages."""
        return RequestNotAccepted(
            f"The template of the model {self.model!r} at {self.host} does not accept the messages that are "
            "needed here, such as one of the role system. Set EMAIL_ASSISTANT_MODEL to another model and "
            "start again."
        )

    def too_little_memory(self) -> ModelError:
        """Say that the model does not fit into the memory of the server."""
        return ModelServerError(
            f"The model {self.model!r} could not be loaded at {self.host}; it may not fit into the memory "
            "there. Set EMAIL_ASSISTANT_MODEL to a smaller model and start again."
        )

    def loading(self) -> ModelError:
        """Say that the server is still loading the model."""
        return StillLoading(
            f"The server at {self.host} is still loading the model. Try again in a minute.", retry_after=30
        )

    def too_large(self) -> ModelError:
        """Say that the request is larger than the account may send at once."""
        return ModelInputTooLong(
            f"The email and the conversation are longer than the account at {self.host} may send at once. "
            "Start again with a shorter email, or use another model."
        )

    def too_long(self) -> ModelError:
        """Say that the request is longer than the model can read."""
        return ModelInputTooLong(
            "The email and the conversation are longer than the model can read. Start again with a shorter "
            "email, for instance without its quoted history, or let the model's server read more (its "
            "context length)."
        )

    def not_all_read(self) -> ModelError:
        """Say that the server cut the request without a word."""
        return ModelInputTooLong(
            f"The model at {self.host} did not read all of the email: its server cuts off what exceeds its "
            "context length. Raise that (for Ollama OLLAMA_CONTEXT_LENGTH), or set "
            "EMAIL_ASSISTANT_CONTEXT_TOKENS to it, or start again with a shorter email."
        )

    def output_limit(self) -> ModelError:
        """Say that the server does not allow answers of the length that is set."""
        return RequestNotAccepted(
            f"The model's server at {self.host} does not allow answers as long as "
            "EMAIL_ASSISTANT_MAX_OUTPUT_TOKENS says. Set it lower and start again."
        )

    def untrusted_certificate(self) -> ModelError:
        """Say that the server's certificate is not trusted."""
        return ModelUnreachable(
            f"The certificate of the model's server at {self.host} is not trusted. Set SSL_CERT_FILE to the "
            "file of the authority that signed it, and start again."
        )

    def no_tls(self) -> ModelError:
        """Say that the server does not speak TLS."""
        return ModelUnreachable(
            f"The server at {self.host} does not speak TLS. Check OPENAI_BASE_URL, perhaps it begins with "
            "http://, and start again."
        )

    def no_http(self) -> ModelError:
        """Say that what answers does not speak HTTP, or only with TLS."""
        return ModelUnreachable(
            f"What answers at {self.host} does not speak HTTP, or only with TLS. Check OPENAI_BASE_URL, its "
            "port and whether it begins with https://, and start again."
        )

    def unreachable(self) -> ModelError:
        """Say that there is no connection."""
        if self.proxy:
            return ModelUnreachable(
                f"The model's server at {self.host} cannot be reached through the proxy that {self.proxy} "
                "names. Check that, set NO_PROXY for a server that needs none, check OPENAI_BASE_URL, and "
                "try again."
            )
        return ModelUnreachable(
            f"The model's server at {self.host} cannot be reached. Check the network and OPENAI_BASE_URL, "
            "and try again."
        )

    def server_error(self, detail: str = "") -> ModelError:
        """Say that the server failed."""
        return ModelServerError(
            f"The model's server at {self.host} failed{detail}. Try again in a moment; if it fails each "
            "time, use another model."
        )

    def not_accepted(self, status: int) -> ModelError:
        """Say that the server did not accept the request, for no reason that we know."""
        return RequestNotAccepted(
            f"The model's server at {self.host} did not accept the request (status {status}). Check "
            "EMAIL_ASSISTANT_MODEL and OPENAI_BASE_URL, or try again."
        )

    def timed_out(self, timeout: float | None = None) -> ModelError:
        """Say that nothing came for as long as we wait."""
        return ModelTimeout(
            f"The model's server at {self.host} did not respond within {timeout or self.timeout:g} seconds. "
            "Try again, or set EMAIL_ASSISTANT_MODEL_TIMEOUT to wait longer."
        )

    def cut_off(self) -> ModelError:
        """Say that the stream broke, or ended without saying that it was complete."""
        return ModelCutOff(
            f"The connection to {self.host} broke off before the answer was complete. Try again."
        )

    def at_limit(self) -> ModelError:
        """Say that the answer reached the length that the server, the model or the person allows."""
        return ModelCutOff(
            f"The answer of {self.model!r} reached the limit of its length at {self.host} before its end. "
            "Allow more with EMAIL_ASSISTANT_MAX_OUTPUT_TOKENS or a longer context at the server, or ask "
            "for a shorter reply and try again."
        )

    def endless(self) -> ModelError:
        """Say that the answer reached our own limit of length."""
        return ModelCutOff("The model went on without coming to an end and was stopped. Try again.")

    def refused(self) -> ModelError:
        """Say that the model, or a filter, declined."""
        return ModelRefused(
            "The model declined to write this. Say it in other words and try again, or write it by hand."
        )

    def only_thought(self) -> ModelError:
        """Say that there are thoughts, and no answer."""
        return ModelInvalidAnswer(
            f"The model {self.model!r} at {self.host} only thought and gave no answer. Try again, let it "
            "think less with EMAIL_ASSISTANT_REASONING_EFFORT, or use another model."
        )

    def nothing(self) -> ModelError:
        """Say that the answer came to its end and is empty."""
        return ModelInvalidAnswer.empty(str(self.nonsense()))

    def nonsense(self) -> ModelError:
        """Say that the answer is empty or of another kind than was asked for."""
        return ModelInvalidAnswer(
            f"The answer of {self.model!r} at {self.host} was empty or could not be understood. Try again, "
            "or use another model."
        )


def _when(wait: float | None) -> str:
    if wait is None:
        return "in a moment"
    if wait <= 1:
        return "in a second"
    if wait < 120:
        return f"in {wait:.0f} seconds"
    return f"in {wait / 60:.0f} minutes" if wait < 7200 else f"in {wait / 3600:.0f} hours"

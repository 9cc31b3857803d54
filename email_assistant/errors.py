"""Every error that a person may read. The text of each says what to do next.

EmailAssistantError
├── SettingsError            the server cannot start like this
├── InvalidInput             what was given cannot be used
│   ├── InvalidEmail         it cannot be read as an email
│   └── IdempotencyKeyReused a key for repeats came with another request
├── NotSignedIn              who asks is not known
│   └── SignInRefused        not with this name and password
├── RateLimited              too often or too much at once; `retry_after` says when it may go on
├── QuotaExceeded            as many are kept as may be
├── AccountNotFound          no such user or token, told to whoever runs the server
├── ConversationNotFound     unknown, or somebody else's: one and the same answer
├── ConversationConflict     not now
│   ├── WrongStep            the conversation waits for something else
│   ├── ConversationBusy     a turn is still running
│   ├── StaleDraft           what was clicked belongs to an older draft
│   ├── OpenGaps             the draft that is to be accepted has places to fill in
│   ├── OtherEmail           an email came that is not of the thread which is answered
│   └── NewerSchema          a newer version of the program saved it
└── ModelError               the writing model failed; the step can be retried
    ├── ModelUnreachable     no network, refused, DNS, TLS
    ├── ModelRejectedKey     401, 403
    ├── ModelNotFound        404
    ├── ModelBusy            429, with `retry_after` where the server said so
    ├── ModelServerError     5xx
    ├── ModelTimeout         nothing came in time
    ├── ModelCutOff          the answer ended in the middle, or never ended
    ├── ModelRefused         the model declined, or a content filter did
    ├── ModelInputTooLong    the mail and the conversation exceed its context
    └── ModelInvalidAnswer   empty, or not what was asked for
"""

import traceback
from collections.abc import Mapping
from types import MappingProxyType


def cause_of(error: BaseException) -> str:
    """Return what a log may say of an unforeseen error: kind and place, as its text may hold mail."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('site-packages/')[2]}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + place


class EmailAssistantError(Exception):
    """The base of all; `str()` is a sentence for the person."""


class SettingsError(EmailAssistantError):
    """A setting that the server cannot start with."""


class InvalidInput(EmailAssistantError):
    """What was given cannot be used; `fields` says of which field what is wrong, where it has fields."""

    fields: Mapping[str, str] = MappingProxyType({})

    def __init__(self, sentence: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.fields = dict(fields or {})


class InvalidEmail(InvalidInput):
    """What was given cannot be read as an email."""


class IdempotencyKeyReused(InvalidInput):
    """The key that marks repeats of a request came with another request."""


class NotSignedIn(EmailAssistantError):
    """Nobody is signed in, or with something that is not valid any more."""


class SignInRefused(NotSignedIn):
    """The name or the password is wrong, or the user is disabled."""


class RateLimited(EmailAssistantError):
    """Somebody asked too often. `retry_after` is in seconds."""

    def __init__(self, sentence: str, *, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class QuotaExceeded(EmailAssistantError):
    """The user keeps as many conversations as they may."""


class AccountNotFound(EmailAssistantError):
    """There is no such user or token."""


class ConversationNotFound(EmailAssistantError):
    """There is no such conversation for this user."""


class ConversationConflict(EmailAssistantError):
    """The conversation cannot take this now."""


class WrongStep(ConversationConflict):
    """The conversation waits for something else, named in `next_step`."""

    def __init__(self, sentence: str, *, next_step: str | None) -> None:
        super().__init__(sentence)
        self.next_step = next_step


class ConversationBusy(ConversationConflict):
    """A turn of this conversation is still running."""


class StaleDraft(ConversationConflict):
    """What was clicked belongs to a draft that is not the newest any more."""


class OpenGaps(ConversationConflict):
    """The draft that is to be accepted has places to fill in."""


class OtherEmail(ConversationConflict):
    """An email came that does not belong to the thread which is answered: the person chooses."""


class NewerSchema(ConversationConflict):
    """A newer version of the program saved this conversation."""


class ModelError(EmailAssistantError):
    """The writing model failed. `retry_after` is in seconds, where the model's server gave it."""

    def __init__(self, sentence: str, *, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class ModelUnreachable(ModelError):
    """No connection to the model's server."""


class ModelRejectedKey(ModelError):
    """The model's server refused the key (401, 403)."""


class ModelNotFound(ModelError):
    """The model's server has no such model (404)."""


class ModelBusy(ModelError):
    """The model's server asks to wait (429)."""


class ModelServerError(ModelError):
    """The model's server failed (5xx)."""


class ModelTimeout(ModelError):
    """Nothing came from the model in time."""


class ModelCutOff(ModelError):
    """The model's answer ended in the middle, or went on without end."""


class ModelRefused(ModelError):
    """The model, or its content filter, declined to write this."""


class ModelInputTooLong(ModelError):
    """The mail and the conversation are longer than the model can read."""


class ModelInvalidAnswer(ModelError):
    """The model's answer was empty or not what was asked for."""

    is_empty = False
    """Whether the answer came to a proper end and had no text."""

    @classmethod
    def empty(cls, sentence: str) -> "ModelInvalidAnswer":
        """Return an answer without text."""
        error = cls(sentence)
        error.is_empty = True
        return error

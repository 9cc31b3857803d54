"""What a person is told of an email before they answer it."""

from email_assistant.mail import EmailWarning, IncomingEmail
from email_assistant.proofreading.given import MAX_NEWEST
from email_assistant.service.view import TOO_LONG, warnings_of


def test_an_email_that_no_model_reads_whole_says_so_after_its_own_warnings() -> None:
    own = EmailWarning(code="no_sender", text="This email names no address to answer to.")
    long = IncomingEmail(text="Please read this. " * (MAX_NEWEST // 10), warnings=(own,))

    assert warnings_of(long) == [own.text, TOO_LONG]
    assert warnings_of(IncomingEmail(text="Lunch on Tuesday?", warnings=(own,))) == [own.text]

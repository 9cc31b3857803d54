"""Every sentence and label of ours that the page shows, in the language of whoever reads it.

`texts.FINAL` is the translation of `english.FINAL`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from email_assistant.chat import english
from email_assistant.conversation.state import Feedback
from email_assistant.translations import LANGUAGES, in_language, translated

if TYPE_CHECKING:
    from email_assistant.chat.english import *  # noqa: F403 - the types of what `__getattr__` returns


def __getattr__(name: str) -> Any:
    return translated(getattr(english, name))


def is_starter(message: str) -> bool:
    """Return whether the page sent what its first button says, in whichever language it was loaded."""
    return any(message == in_language(language, english.STARTER) for language in LANGUAGES)


def refinements(own: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the one-tap refinements by their labels, with the person's own ones, which say what they are.

    What ours say is stored, so it is never translated.
    """
    return {translated(label): said for label, said in english.REFINEMENTS.items()} | {
        text: text for text in own
    }


def wish(text: str) -> str:
    """Return a wish as it is listed; one that a button said is in the reader's language."""
    said = f"{text}."
    return translated(said).rstrip(".。") if said in english.REFINEMENTS.values() else text


def asked(feedback: Feedback) -> str:
    """Return what a feedback asked for, in as few words as it has; a one-tap refinement is its label."""
    refined = (label for label, text in english.REFINEMENTS.items() if text == feedback.text)
    return translated(next(refined, "")) or spoken(feedback)


def spoken(feedback: Feedback) -> str:
    """Return what the user's side of the transcript shows for a feedback.

    A button has a sentence of its own, by its kind.
    """
    if feedback.text and feedback.kind not in ("edit", "sign", "wish", "instructions"):
        tapped = feedback.text in english.REFINEMENTS.values()
        return translated(feedback.text) if tapped else feedback.text
    told = translated(english.SPOKEN.get(feedback.kind, ""))
    return told.format(version=feedback.version, text=feedback.text)

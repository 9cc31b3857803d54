"""What is said of a draft that was asked for, or that was not finished."""

from __future__ import annotations

import pytest

from email_assistant.chat.drafted import asked_for, begun
from email_assistant.conversation.commands import Kind
from email_assistant.conversation.state import ConversationState, Feedback


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (["revise"], [0]),
        (["revise", "revise"], [0, 1]),
        (["revise", "undo", "revise"], [2]),
        (["revise", "undo", "revise", "undo", "restore", "revise"], [4, 5]),
        (["revise", "undo"], [1]),
        (["accept", "reopen", "revise"], [2]),
    ],
)
def test_what_was_taken_back_led_to_nothing(said: list[Kind], asked: list[int]) -> None:
    history = [Feedback(text=str(at), draft_version=1, kind=kind) for at, kind in enumerate(said)]
    elsewhere = Feedback(text="of another draft", draft_version=2)
    state = ConversationState(feedback_history=[*history, elsewhere])

    assert [int(each.text) for each in asked_for(state, 2)] == asked


@pytest.mark.parametrize("words", ["Hi Ana,", "Sehr geehrte Frau Ruiz,"])
def test_a_greeting_alone_is_no_beginning(words: str) -> None:
    assert begun(ConversationState(stopped_draft=words)) == ""


@pytest.mark.parametrize("words", ["Hi Ana, I", "Hi Ana,\n\nI", "I come", ""])
def test_any_other_words_are(words: str) -> None:
    assert begun(ConversationState(stopped_draft=words)) == words

"""What a chat message means at each halt, and that nothing typed is ever dropped."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from email_assistant.conversation.commands import (
    Another,
    Answers,
    NewEmail,
    Parsed,
    Retry,
    Revise,
    SignAs,
    Typed,
    Undo,
    UseProposal,
)
from email_assistant.conversation.reading import read, read_answers, small_talk
from email_assistant.conversation.state import ConversationState, Draft, NextStep

THREE = ["Which day?", "At what time?", "Where?"]
TWO = THREE[:2]
ONE = THREE[:1]


def reading(typed: str, step: NextStep | None, questions: list[str] | None = None, drafts: int = 0) -> Parsed:
    versions = [Draft(version=version, body=f"Draft {version}.") for version in range(1, drafts + 1)]
    state = ConversationState(clarification_questions=questions or [], draft_history=versions)
    return read(Typed(typed), step, state)


# --- a passage of the draft --------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", ["shorter", "why so long?", "accept", "cc Lee", "undo"])
@pytest.mark.parametrize("step", ["process_feedback", "retry", None])
def test_what_is_asked_of_a_passage_changes_the_text(step: NextStep | None, request_: str) -> None:
    assert reading(f"“Draft 1”: {request_}", step, drafts=1) == Revise(f"“Draft 1”: {request_}")


# --- which input it is -----------------------------------------------------------------------------------

TALK = {
    "help": [
        "hello", "Hi, how are you?", "can you help me answer an email?", "I need help with an email",
        "👍", "?",
        "Hallo, kannst du mir helfen, eine E-Mail zu beantworten?",
        "Peux-tu m’aider à répondre à un e-mail ?",
        "¿Puedes ayudarme a responder un correo?", "mi aiuti a rispondere a una mail?", "ajuda, por favor",
        "Pode me ajudar a responder um e-mail?", "Kun je me helpen een mail te beantwoorden?",
        "Czy możesz mi pomóc odpowiedzieć na maila?", "メールの返信を手伝ってくれますか？",
        "你能帮我回复邮件吗？",
        "هل يمكنك مساعدتي في الرد على رسالة؟",
    ],
    "thanks": ["thanks", "Thank you so much!", "danke", "merci !", "gracias", "ありがとう", "谢谢！", "شكرا"],
    "draft": [
        "regenerate", "make it shorter", "undo, please", "ok, perfect", "kürzer bitte", "réessaie",
        "back to version 2",
    ],
    None: [
        "", "Hi Sam, lunch tomorrow?", "Can you send me the email?", "Thanks, the parcel has come.",
        "Hello,\n\nthe lift is broken.", "Write an email to my boss that I am ill", "shorter days are coming",
        "help " * 100,
    ],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "said"), [(kind, said) for kind, all_ in TALK.items() for said in all_])
def test_what_is_no_email_is_told_from_one(kind: str | None, said: str) -> None:
    assert small_talk(said) == kind


def test_the_first_message_is_the_email() -> None:
    assert reading("Hi,\n\nlunch?\n\nDana", "process_input") == NewEmail("Hi,\n\nlunch?\n\nDana")


def test_at_questions_a_message_answers_them() -> None:
    said = reading("Thursday", "clarify_instructions", ONE)

    assert said == Answers(("Thursday",), typed="Thursday")


@pytest.mark.parametrize("step", ["process_feedback", None])
def test_at_a_draft_a_message_is_feedback(step: NextStep | None) -> None:
    assert reading("shorter", step, drafts=2) == Revise("shorter")


@pytest.mark.parametrize(
    "typed",
    ["retry", "Retry.", "try again", "please try again!", "Try it again", "again", "go on", "continue…"],
)
@pytest.mark.parametrize("drafts", [0, 2])
def test_a_retry_can_be_typed(typed: str, drafts: int) -> None:
    assert reading(typed, "retry", drafts=drafts) == Retry()


def test_other_words_before_a_retry_are_told_to_the_model() -> None:
    typed = "try again, but on Thursday"

    assert reading(typed, "retry") == Answers((), remark=typed, typed=typed)
    assert reading(typed, "retry", drafts=1) == Revise(typed)


@pytest.mark.parametrize(
    "typed", ["retry", "again", "Try again!", "another version", "noch einmal", "もう一度"]
)
@pytest.mark.parametrize("step", ["process_feedback", None])
def test_where_nothing_failed_again_asks_for_another_version(typed: str, step: NextStep | None) -> None:
    assert reading(typed, step, drafts=1) == Another()


@pytest.mark.parametrize("typed", ["retry", "again", "undo"])
def test_at_a_question_they_are_ordinary_words(typed: str) -> None:
    assert reading(typed, "clarify_instructions", ONE) == Answers((typed,), typed=typed)


@pytest.mark.parametrize("typed", ["sign as Sam Lee", "Please sign it as Sam Lee.", "Sign as: Sam Lee"])
def test_a_name_can_be_typed(typed: str) -> None:
    assert reading(typed, "process_feedback", drafts=1) == SignAs("Sam Lee")


@pytest.mark.parametrize("typed", ["sign as formally as you can", "sign as Sam, and make it shorter"])
def test_more_than_a_name_is_a_request(typed: str) -> None:
    assert reading(typed, "process_feedback", drafts=1) == Revise(typed)


@pytest.mark.parametrize(
    "typed", ["undo", "Undo that, please.", "go back", "revert!", "rückgängig", "annuler", "撤销", "отменить"]
)
def test_a_way_back_needs_no_number(typed: str) -> None:
    assert reading(typed, "process_feedback", drafts=2) == Undo()


@pytest.mark.parametrize("typed", ["undo the second change", "again, but shorter", "go back?", "another day"])
def test_more_than_the_word_is_a_request(typed: str) -> None:
    assert reading(typed, "process_feedback", drafts=2) == Revise(typed)


@pytest.mark.parametrize("typed", ["use it", "Yes, use it!", "nimm das"])
def test_a_proposal_is_used_by_a_word_where_there_is_one(typed: str) -> None:
    proposed = ConversationState(clarification_questions=ONE, proposed_instructions="say yes")

    assert read(Typed(typed), "clarify_instructions", proposed) == UseProposal()
    assert reading(typed, "clarify_instructions", ONE) == Answers((typed,), typed=typed)


# --- answers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "Thursday",
        "1. Thursday",
        "2-3 people, or more",
        "Thursday\n\nand thank her for the slides",
        "1. Thursday\n2. at noon\n3. at the office",
    ],
)
def test_one_question_takes_the_whole_message(typed: str) -> None:
    assert read_answers(typed, ONE) == Answers((typed,), typed=typed)


@pytest.mark.parametrize(
    "typed",
    [
        "1. Thursday\n2. at noon\n3. at the office",
        "1) Thursday\n2) at noon\n3) at the office",
        "(1) Thursday\n(2) at noon\n(3) at the office",
        "[1] Thursday\n[2] at noon\n[3] at the office",
        "1: Thursday\n2: at noon\n3: at the office",
        "1 - Thursday\n2 - at noon\n3 - at the office",
        "1 – Thursday\n2 – at noon\n3 – at the office",
        "1.Thursday\n2.at noon\n3.at the office",
        "#1 Thursday\n#2 at noon\n#3 at the office",
        "Q1: Thursday\nQ2: at noon\nQ3: at the office",
        "q1. Thursday\nq2. at noon\nq3. at the office",
        "A1: Thursday\nA2: at noon\nA3: at the office",
        "Question 1: Thursday\nQuestion 2: at noon\nQuestion 3: at the office",
        "Answer 1: Thursday\nAnswer 2: at noon\nAnswer 3: at the office",
        "1. Thursday\n\n2. at noon\n\n3. at the office\n",
        "  1. Thursday\n  2. at noon\n  3. at the office",
        "3. at the office\n1. Thursday\n2. at noon",
        "１．Thursday\n２．at noon\n３．at the office",
        "1、Thursday\n2、at noon\n3、at the office",
        "Thursday\nat noon\nat the office",
        "Thursday\n\nat noon\n\nat the office",
    ],
)
def test_several_take_numbered_lines_or_one_line_each(typed: str) -> None:
    assert read_answers(typed, THREE) == Answers(("Thursday", "at noon", "at the office"), typed=typed)


def test_a_numbered_answer_keeps_the_lines_that_follow_it() -> None:
    typed = "1. Thursday\nor Friday\n2. at noon"

    assert read_answers(typed, TWO).answers == ("Thursday\nor Friday", "at noon")


def test_questions_that_no_number_names_are_skipped() -> None:
    assert read_answers("2. at noon", THREE).answers == ("", "at noon", "")


@pytest.mark.parametrize("skip", ["skip", "-", "n/a", "Skip this", "no answer"])
def test_one_of_several_can_be_skipped(skip: str) -> None:
    assert read_answers(f"1. Thursday\n2. {skip}", TWO).answers == ("Thursday", "")
    assert read_answers(f"Thursday\n{skip}", TWO).answers == ("Thursday", "")


@pytest.mark.parametrize(
    "typed",
    [
        "skip",
        "Skip.",
        "skip it",
        "skip all",
        "skip the questions",
        "just draft it",
        "Just draft it!",
        "please just write the reply",
        "just write it",
        "none",
        "-",
        "n/a",
    ],
)
@pytest.mark.parametrize("questions", [ONE, TWO, THREE])
def test_all_can_be_skipped(typed: str, questions: list[str]) -> None:
    assert read_answers(typed, questions) == Answers(("",) * len(questions), typed=typed)


@pytest.mark.parametrize(
    "typed",
    [
        "whenever it suits her, I am free all week",
        "on Thursday at noon\nat the office\n\nand by the way:\nI bring the cake",
        "Here you go:\n1. Thursday\n2. at noon",
        "1. Thursday\n2. at noon\n4. whatever",
        "1. Thursday\n1. or Friday\n2. at noon",
        "1. Thursday 2. at noon 3. at the office",
        "1. Thursday 2. at noon\n3. at the office",
    ],
)
def test_any_other_text_is_kept_whole_and_speaks_to_all_the_questions(typed: str) -> None:
    assert read_answers(typed, THREE) == Answers(("", "", ""), remark=typed, typed=typed)


@pytest.mark.parametrize("answer", ["2-3 people", "2:30 in the afternoon", "1.5 hours", "2–4 pm", "3 pm"])
def test_a_number_that_is_part_of_the_answer_is_no_marker(answer: str) -> None:
    assert read_answers(f"{answer}\nThursday", TWO).answers == (answer, "Thursday")


@given(st.text(), st.integers(1, 3))
def test_a_message_is_kept_as_it_was_typed(typed: str, count: int) -> None:
    said = read_answers(typed, ["Why?"] * count)

    assert said.typed == typed
    assert len(said.answers) == count


@given(st.text(alphabet="bcd 12.)-:\n"), st.integers(1, 3))
def test_every_typed_word_reaches_the_model(typed: str, count: int) -> None:
    said = read_answers(typed, ["Why?"] * count)

    told = re.findall("[bcd]+", "\n".join([*said.answers, said.remark]))
    assert sorted(told) == sorted(re.findall("[bcd]+", typed))


@given(
    st.lists(st.text(alphabet="abc xyz", min_size=1).filter(str.strip), min_size=2, max_size=3),
    st.sampled_from(["{n}. {a}", "{n}) {a}", "({n}) {a}", "Q{n}: {a}", "{n} - {a}", "{a}"]),
)
def test_answers_written_in_any_style_are_read_back(answers: list[str], style: str) -> None:
    typed = "\n".join(style.format(n=n, a=a) for n, a in enumerate(answers, 1))

    assert read_answers(typed, ["Why?"] * len(answers)).answers == tuple(a.strip() for a in answers)


@given(
    st.text(), st.sampled_from(["process_input", "clarify_instructions", "process_feedback", "retry", None])
)
def test_every_message_means_something_everywhere(typed: str, step: NextStep | None) -> None:
    said = reading(typed, step, TWO, drafts=1)

    assert isinstance(said, Parsed)


@pytest.mark.parametrize("number", ["1", "#1", "q", "(1"])
def test_a_number_before_many_blanks_takes_no_time(number: str) -> None:
    begun = time.process_time()
    read_answers(f"{number}{' ' * 30_000}x\ny", TWO)
    assert time.process_time() - begun < 1

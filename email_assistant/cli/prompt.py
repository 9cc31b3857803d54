"""The prompt: what the person types at it, line by line or pasted."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from email_assistant.cli import texts
from email_assistant.cli.console import Console
from email_assistant.conversation.commands import Answers
from email_assistant.conversation.reading import read_answers

PROMPT = "> "
LEAVE = frozenset({"quit", "exit", ":q"})


class LeaveDialogue(Exception):
    """The person leaves."""


class Prompt:
    """Asks the person on `console`."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._interrupted = False
        _use_line_editing()

    def ask(self) -> str:
        """Return what they type.

        Raises:
            LeaveDialogue: they want no more of it.
            KeyboardInterrupt: they pressed Ctrl-C twice.
        """
        while True:
            self._console.clear()
            try:
                text = input(PROMPT)
            except EOFError:
                self._console.say()
                raise LeaveDialogue from None
            except KeyboardInterrupt:
                self._console.say()
                if self._interrupted:
                    raise
                self._interrupted = True
                self._console.say(texts.TWICE, dim=True)
                continue
            self._interrupted = False
            text = text.encode("utf-8", "replace").decode().strip()
            if text.casefold() in LEAVE:
                raise LeaveDialogue
            return text

    @property
    def console(self) -> Console:
        """What the person is asked on."""
        return self._console

    def choose(self, question: str, options: Sequence[str]) -> int | None:
        """Return which of `options` they want, counted from 0; None for none of them.

        Raises:
            LeaveDialogue, KeyboardInterrupt: as `ask`.
        """
        self._console.say(question, bold=True)
        self._list(options)
        chosen = self.ask()
        return int(chosen) - 1 if chosen in _numbers(options) else None

    def answers(self, questions: Sequence[str], options: Sequence[Sequence[str]] = ()) -> Answers:
        """Return their answers to questions asked one by one; each is read as in the chat.

        The number of one of a question's `options` stands for it.

        Raises:
            LeaveDialogue, KeyboardInterrupt: as `ask`; the answers not sent are shown, to be used later.
        """
        one = len(questions) == 1
        self._console.say(
            texts.ONE_QUESTION if one else texts.QUESTIONS.format(count=len(questions)), dim=True
        )
        given: list[str] = []
        for number, question in enumerate(questions, 1):
            asked = question if one else texts.QUESTION.format(number=number, question=question)
            self._console.say(asked, bold=True)
            offered = options[number - 1] if number <= len(options) else []
            self._list(offered)
            try:
                answer = read_answers(self.ask(), [question]).answers[0]
                given.append(offered[int(answer) - 1] if answer in _numbers(offered) else answer)
            except (LeaveDialogue, KeyboardInterrupt):
                self._give_back(questions, given)
                raise
        self._console.say()
        return Answers(tuple(given))

    def _list(self, options: Sequence[str]) -> None:
        for number, option in enumerate(options, 1):
            self._console.say(texts.OPTION.format(number=number, option=option))

    def _give_back(self, questions: Sequence[str], answers: Sequence[str]) -> None:
        """Show the answers that are kept nowhere."""
        if not any(answers):
            return
        self._console.say(texts.NOT_SENT)
        for question, answer in zip(questions, answers, strict=False):
            if answer:
                self._console.say(question, dim=True)
                self._console.verbatim(answer)
        self._console.say()


def _numbers(options: Sequence[str]) -> list[str]:
    return [str(number) for number in range(1, len(options) + 1)]


def _use_line_editing() -> None:
    """Turn on arrow keys, and a paste of several lines as one message, if the system has them.

    Nothing typed is kept in a file.
    """
    if sys.stdin and sys.stdin.isatty():
        try:
            import readline
        except ImportError:
            return
        if "libedit" not in (readline.__doc__ or ""):
            readline.parse_and_bind("set enable-bracketed-paste on")  # Python turns it off

"""The conversation at the terminal, until the reply is accepted or the person leaves."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from email_assistant.assistant import Delta, Progress
from email_assistant.cli import texts
from email_assistant.cli.console import INDENT, Console
from email_assistant.cli.pages import command, show_changes, show_draft, show_email, show_final
from email_assistant.cli.reading import read_standard_input
from email_assistant.cli.service import Service
from email_assistant.conversation.inputs import AnswersGiven, FeedbackGiven, Said, interpret, read_answers
from email_assistant.errors import (
    ConversationConflict,
    ConversationNotFound,
    EmailAssistantError,
    ModelError,
)
from email_assistant.view import ConversationView

PROMPT = "> "
LEAVE = frozenset({"quit", "exit", ":q"})


class Left(Exception):
    """The person leaves."""


class Dialogue:
    """Talks with the person about the conversation `app_id`."""

    def __init__(self, service: Service, console: Console, app_id: str) -> None:
        use_line_editing()
        self.service = service
        self.console = console
        self._app_id = app_id
        self._interrupted = False
        self._hint = ""
        self._words: dict[str, Callable[[ConversationView], Said | None]] = {
            "diff": self._diff,
            "edit": self._edit,
            "email": self._email,
            "help": self._help,
            "?": self._help,
            "show": self._show,
        }

    def hold(self, said: Said | None = None) -> ConversationView:
        """Talk, beginning with `said`, until the reply is accepted or the person leaves."""
        view = self.view()
        if said is None:
            self._stand(view)
        while True:
            try:
                said = said or self._listen(view)
            except Left:
                self.console.say(texts.LEFT.format(command=command("resume", self._app_id)), dim=True)
                return view
            if said is not None:
                view = self._turn(view, said)
                said = None
                if view.next_step is None:
                    return view

    def view(self) -> ConversationView:
        """The conversation as it stands."""
        return self.service.run(self.service.assistant.view(self.service.owner, self._app_id))

    def say(self, view: ConversationView, said: Said) -> ConversationView:
        """Say one thing and show what comes of it.

        Raises:
            EmailAssistantError: it could not be used, or the model failed.
            KeyboardInterrupt: the person stopped it.
        """
        streamed = len(view.state.draft_history) + 1

        async def follow(event: Progress) -> None:
            self._follow(event, streamed)

        assistant, owner = self.service.assistant, self.service.owner
        try:
            after = self.service.run(
                assistant.turn(owner, self._app_id, said, seen=view.version, listener=follow)
            )
        finally:
            self.console.end_words()
            self.console.clear()
        drafts = after.state.draft_history
        if len(drafts) >= streamed and drafts[-1].origin != "written":
            show_draft(self.console, drafts[-1])
        if after.next_step is None:
            show_final(self.console, after)
        return after

    # --- what the person says -------------------------------------------------------------------------------

    def _listen(self, view: ConversationView) -> Said | None:
        """What they say, None where it was only for this dialogue."""
        if view.next_step == "process_input":
            return read_standard_input(self.console)
        if view.next_step == "clarify_instructions":
            return self._answers(view.state.clarification_questions)
        self._give_hint(view)
        text = self._ask()
        if not text:  # to the conversation this would be approval, and Enter is pressed too easily
            return None
        if word := self._words.get(text.casefold()):
            return word(view)
        return meaning(text, view)

    def _answers(self, questions: list[str]) -> Said:
        one = len(questions) == 1
        self.console.say(
            texts.ONE_QUESTION if one else texts.QUESTIONS.format(count=len(questions)), dim=True
        )
        given = []
        for number, question in enumerate(questions, 1):
            asked = question if one else texts.QUESTION.format(number=number, question=question)
            self.console.say(asked, bold=True)
            given.append(read_answers(self._ask(), [question]).answers[0])
        self.console.say()
        return AnswersGiven(tuple(given))

    def _ask(self) -> str:
        while True:
            self.console.clear()
            try:
                text = input(PROMPT)
            except EOFError:
                self.console.say()
                raise Left from None
            except KeyboardInterrupt:
                self.console.say()
                if self._interrupted:
                    raise
                self._interrupted = True
                self.console.say(texts.TWICE, dim=True)
                continue
            self._interrupted = False
            text = text.encode("utf-8", "replace").decode().strip()
            if text.casefold() in LEAVE:
                raise Left
            return text

    # --- what comes of it -----------------------------------------------------------------------------------

    def _turn(self, view: ConversationView, said: Said) -> ConversationView:
        """Say it; whatever hinders it is told, and the conversation goes on from where it then stands."""
        try:
            return self.say(view, said)
        except KeyboardInterrupt:
            self.console.say(texts.STOPPED, dim=True)
        except ModelError as failure:
            self.console.say(str(failure), fg="red")
        except ConversationNotFound:
            raise
        except ConversationConflict as conflict:
            self.console.say(f"{conflict} {texts.NOT_USED}", fg="red")
            after = self.view()
            if after.version != view.version:
                self.console.say(texts.ELSEWHERE, dim=True)
                self._stand(after)
            return after
        except EmailAssistantError as error:
            self.console.say(str(error), fg="red")
        self._hint = ""
        return self.view()

    def _follow(self, event: Progress, version: int) -> None:
        console = self.console
        if not isinstance(event, Delta):
            if event.action in texts.STEPS:
                console.status(texts.STEPS[event.action])
            return
        if not console.writes:
            console.heading(texts.DRAFT.format(version=version))
        console.words(event.text)

    def _stand(self, view: ConversationView) -> None:
        """Where the conversation stands, for whoever comes back to it."""
        if view.state.incoming_email:
            show_email(self.console, view.state.incoming_email)
            self.console.say()
        if view.state.final_draft is not None:
            show_final(self.console, view)
        elif view.state.draft_history:
            show_draft(self.console, view.state.draft_history[-1])
        if view.problem:
            self.console.say(view.problem, fg="red")

    def _give_hint(self, view: ConversationView) -> None:
        match view.next_step:
            case None:
                hint = texts.FINISHED
            case "retry":
                hint = texts.UNFINISHED_REVISION if view.state.draft_history else texts.UNFINISHED
            case _:
                hint = texts.WHAT_NEXT
        if hint != self._hint:
            self.console.say(hint, dim=True)
            self._hint = hint

    # --- the words of the dialogue itself -------------------------------------------------------------------

    def _edit(self, view: ConversationView) -> Said | None:
        if not view.state.draft_history:
            self.console.say(texts.NO_DRAFT_YET, dim=True)
            return None
        before = view.state.draft_history[-1].body
        try:
            saved = click.edit(f"{before}\n".encode("utf-8", "replace"))
        except click.ClickException as failure:
            self.console.say(failure.format_message(), fg="red")
            return None
        text = (saved or b"").decode("utf-8", "replace").replace("\r\n", "\n").strip()
        if not text or text == before:
            self.console.say(texts.NOT_EDITED)
            return None
        return FeedbackGiven(f"Edit:\n{text}")

    def _diff(self, view: ConversationView) -> None:
        show_changes(self.console, view)

    def _email(self, view: ConversationView) -> None:
        if email := view.state.incoming_email:
            show_email(self.console, email, whole=True)
            self.console.say()

    def _show(self, view: ConversationView) -> None:
        if drafts := view.state.draft_history:
            show_draft(self.console, drafts[-1])

    def _help(self, _: ConversationView) -> None:
        self.console.say()
        for word, meaning in texts.HELP.items():
            self.console.say(word, bold=True)
            self.console.say(meaning, indent=INDENT)
        self.console.say(texts.ANYTHING_ELSE)
        self.console.say()


def meaning(text: str, view: ConversationView) -> Said:
    """What a typed text means where the conversation stands: the same as in the chat."""
    state = view.state
    return interpret(
        text,
        view.next_step,
        questions=state.clarification_questions,
        drafts=len(state.draft_history) - state.drafts_before_email,
    )


def use_line_editing() -> None:
    """Arrow keys and Ctrl-R at the prompt, where the system has them; nothing typed is kept in a file."""
    if sys.stdin and sys.stdin.isatty():
        try:
            import readline
        except ImportError:
            return
        readline.set_auto_history(True)

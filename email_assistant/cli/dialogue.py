"""The conversation at the terminal, until the reply is accepted or the person leaves."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from email_assistant.cli import texts
from email_assistant.cli.console import Console
from email_assistant.cli.pages import command as command_line
from email_assistant.cli.pages import show_draft, show_email, show_final, show_header, show_notes
from email_assistant.cli.prompt import LeaveDialogue, Prompt
from email_assistant.cli.reading import read_standard_input
from email_assistant.cli.service import Service
from email_assistant.cli.words import WORDS
from email_assistant.conversation.commands import Command, FillGap, NewEmail, Typed
from email_assistant.errors import (
    ConversationConflict,
    ConversationNotFound,
    EmailAssistantError,
    ModelError,
    OpenGaps,
    OtherEmail,
)
from email_assistant.service.turns import Delta, Progress, Restarted, StepStarted
from email_assistant.service.view import ConversationView
from email_assistant.translations import retold


class Dialogue:
    """Talks with the person about the conversation `app_id`."""

    def __init__(self, service: Service, console: Console, app_id: str) -> None:
        self.service = service
        self.console = console
        self._app_id = app_id
        self._hint = ""
        self._gaps_told: int | None = None
        """The version at which the person was told of the gaps that they would accept."""

    def run(self, command: Command | None = None) -> ConversationView:
        """Talk, beginning with `command`, until the reply is accepted or the person leaves."""
        prompt = Prompt(self.console)
        view = self._wait_idle()
        if command is None or is_word(command, view):
            self._show_status(view)
        sentence = texts.OFFLINE if self.service.offline else texts.MODEL.format(model=view.model)
        self.console.say(sentence, dim=True)
        self.console.say()
        if isinstance(command, Typed) and is_word(command, view):
            command = self._typed(prompt, view, command.text)
        while True:
            try:
                command = command or self._listen(prompt, view)
            except LeaveDialogue:
                self.console.say(texts.LEFT.format(command=command_line("resume", self._app_id)), dim=True)
                return view
            if command is None:
                view = self.view()  # gaps may have been filled in
            else:
                view = self._turn(view, command)
                command = None
                if view.next_step is None:
                    return view

    def view(self) -> ConversationView:
        """Return the conversation as it stands."""
        return self.service.run(self.service.assistant.view(self.service.owner, self._app_id))

    def say(self, view: ConversationView, command: Command) -> ConversationView:
        """Say one thing and show what comes of it.

        Raises:
            EmailAssistantError: it could not be used, or the model failed.
            KeyboardInterrupt: the person stopped it.
        """
        streamed = len(view.state.draft_history) + 1
        writes = False

        async def follow(event: Progress) -> None:
            nonlocal writes
            if isinstance(event, StepStarted):
                writes = event.action == "formulate_draft"
            if writes or isinstance(event, StepStarted):  # an answer is shown when it is whole
                self._follow(event, streamed)

        assistant, owner = self.service.assistant, self.service.owner
        try:
            after = self.service.run(
                assistant.turn(owner, self._app_id, command, seen=view.version, listener=follow)
            )
        finally:
            self.console.end_words()
            self.console.clear()
        drafts = after.state.draft_history
        if len(after.state.asides) > len(view.state.asides):
            self.console.say(retold(after.state.asides[-1].answer))
            return after
        if after.version == view.version:
            self.console.say(texts.UNCHANGED)
        if after.came_out_the_same:
            self.console.say(retold(after.why_nothing_changed) or texts.SAME_AGAIN)
        if len(drafts) >= streamed and drafts[-1].origin != "written":
            show_draft(self.console, drafts[-1])
        if len(after.state.header_history) > len(view.state.header_history):
            show_header(self.console, after)
        elif after.next_step is None:
            show_final(self.console, after)
        if len(drafts) >= streamed:
            show_notes(self.console, after)
        return after

    def _choose(self, view: ConversationView, command: Command) -> ConversationView:
        """Ask what to do with an email of another thread."""
        given = command if isinstance(command, NewEmail) else NewEmail(getattr(command, "text", ""))
        match Prompt(self.console).choose(texts.OTHER_EMAIL, [texts.ANSWER_INSTEAD, texts.BEGIN_ANEW]):
            case 0:
                return self._turn(view, replace(given, role="instead"))
            case 1:
                anew = self.service.run(self.service.assistant.create(self.service.owner))
                self._app_id = anew.app_id
                return self._turn(anew, given)
            case _:
                self.console.say(texts.NOT_USED)
                return view

    def _listen(self, prompt: Prompt, view: ConversationView) -> Command | None:
        """Return what they say, None if it was only for this dialogue."""
        if view.next_step == "process_input":
            given = read_standard_input(self.console)
            if not given.files and not given.email.strip():
                raise LeaveDialogue
            return given
        if view.next_step == "clarify_instructions":
            return prompt.answers([*map(retold, view.state.clarification_questions)], _options(view))
        self._give_hint(view)
        text = prompt.ask()
        if not text:  # to the conversation this would be approval, and Enter is pressed too easily
            return None
        return self._typed(prompt, view, text)

    def _typed(self, prompt: Prompt, view: ConversationView, text: str) -> Command | None:
        """Return what typed words say to the conversation; None if they were for this dialogue alone."""
        match text.strip().casefold():
            case "fill":
                return self._fill(prompt, view)
            case "learn":
                try:
                    self.learn()
                except EmailAssistantError as refused:
                    self.console.say(retold(str(refused)), fg="red")
                return None
            case word if word in WORDS:
                return WORDS[word](prompt, view)
            case _:
                return Typed(text, mind_gaps=self._gaps_told != view.version)

    def learn(self) -> None:
        """Write like the newest edited draft from now on.

        Raises:
            EmailAssistantError: there is no draft to learn from.
        """
        self.service.run(self.service.assistant.learn_from(self.service.owner, self._app_id))
        self.console.say(texts.LEARNED)

    def _fill(self, prompt: Prompt, view: ConversationView) -> Command | None:
        """Ask for each gap and fill it; Enter leaves one open."""
        gap = 0
        while gap < len(gaps := view.gaps):
            self.console.say(f"[{gaps[gap].text}]", bold=True)
            if text := prompt.ask():
                before, view = view, self._turn(view, FillGap(gap, text))
                if view.version == before.version:
                    break
            else:
                gap += 1
        if not gap and not gaps:
            self.console.say(texts.NO_GAPS)
        return None

    def _turn(self, view: ConversationView, command: Command) -> ConversationView:
        """Send it; show what prevents it, and go on from where the conversation then stands."""
        try:
            return self.say(view, command)
        except KeyboardInterrupt:
            self.console.say(texts.STOPPED, dim=True)
        except ModelError as failure:
            self.console.say(retold(str(failure)), fg="red")
        except ConversationNotFound:
            raise
        except OpenGaps as gaps:
            self.console.say(retold(str(gaps)), fg="yellow")
            self._gaps_told = view.version
        except OtherEmail:
            return self._choose(view, command)
        except ConversationConflict as conflict:
            self.console.say(f"{retold(str(conflict))} {texts.NOT_USED}", fg="red")
            after = self._wait_idle()
            if after.version != view.version:
                self.console.say(texts.ELSEWHERE, dim=True)
                self._show_status(after)
            return after
        except EmailAssistantError as error:
            self.console.say(retold(str(error)), fg="red")
        self._hint = ""
        return self.view()

    def _wait_idle(self) -> ConversationView:
        """Return the conversation, when another door has ended its turn of it; Ctrl-C waits no longer."""
        view = self.view()
        if view.running:
            self.console.status(texts.RUNS_ELSEWHERE)
            with suppress(KeyboardInterrupt):
                self.service.run(self.service.assistant.wait_idle(self.service.owner, self._app_id))
            self.console.clear()
            view = self.view()
        return view

    def _follow(self, event: Progress, version: int) -> None:
        console = self.console
        if isinstance(event, Restarted):
            if console.is_streaming:
                console.say(texts.BEGINS_ANEW, dim=True)
            return
        if not isinstance(event, Delta):
            if event.action in texts.STEPS:
                console.status(texts.STEPS[event.action])
            return
        if not console.is_streaming:
            console.heading(texts.DRAFT.format(version=version))
        console.words(event.text)

    def _show_status(self, view: ConversationView) -> None:
        """Show how the conversation stands, for whoever comes back to it."""
        if view.state.incoming_email:
            show_email(self.console, view.state.incoming_email)
            self.console.say()
        if view.state.final_draft is not None:
            show_final(self.console, view)
        elif view.state.draft_history:
            show_draft(self.console, view.state.draft_history[-1])
            show_notes(self.console, view)
        if view.problem:
            self.console.say(retold(view.problem), fg="red")

    def _give_hint(self, view: ConversationView) -> None:
        match view.next_step:
            case None:
                hint = texts.FINISHED
            case "retry":
                hint = texts.UNFINISHED_REVISION if view.state.draft_history else texts.UNFINISHED
            case _ if view.gaps:
                hint = texts.FILL_NEXT
            case _:
                hint = texts.WHAT_NEXT
        if hint != self._hint:
            self.console.say(hint, dim=True)
            self._hint = hint


def is_word(command: Command | None, view: ConversationView) -> bool:
    """Return whether it is a word that the dialogue itself obeys; to a question, each is an answer."""
    return (
        isinstance(command, Typed)
        and command.text.strip().casefold() in {*WORDS, "fill", "learn"}
        and view.next_step not in {"process_input", "clarify_instructions"}
    )


def _options(view: ConversationView) -> list[list[str]]:
    """Return the answers that can be chosen by their number, for each open question."""
    state = view.state
    offered = state.clarification_history[-1].options or [[] for _ in state.clarification_questions]
    if state.proposed_instructions and len(offered) == 1:
        return [[state.proposed_instructions, *offered[0]]]
    return offered

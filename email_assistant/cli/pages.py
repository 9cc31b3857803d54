"""What of a conversation is shown, and how: the email, a draft, the changes, the reply, the whole story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, assert_never

from email_assistant.cli import texts
from email_assistant.cli.console import INDENT, Console
from email_assistant.conversation.state import (
    Acceptance,
    Answered,
    Aside,
    ClarificationRound,
    ConversationState,
    Draft,
    Feedback,
    HeaderChange,
    Questions,
    SubmittedEmail,
    TimelineEntry,
)
from email_assistant.translations import retold

if TYPE_CHECKING:
    from email_assistant.mail import IncomingEmail, Mailbox
    from email_assistant.service.cost import Taken
    from email_assistant.service.view import ConversationView


SHORT_ID = 8
"""Characters of an id that are shown; so many or more of them, if unique, are accepted."""
MAX_NAMED = 20
"""People of a field that are shown by name."""


def command(name: str, app_id: str) -> str:
    """Return the command line that does `name` to a conversation."""
    return f"{texts.PROGRAM} {name} {app_id[:SHORT_ID]}"


def show_email(console: Console, email: IncomingEmail, *, whole: bool = False) -> None:
    """Print the header fields that a person looks at, the warnings, and the text if `whole`."""
    from email_assistant.service.view import warnings_of

    console.pairs(
        (texts.LABELS["from"], str(email.sender or "")),
        (texts.LABELS["to"], ", ".join(map(str, email.to))),
        (texts.LABELS["subject"], email.subject),
        (texts.LABELS["date"], local_time(email.date) if email.date else ""),
        (texts.LABELS["files"], ", ".join(file.filename or file.media_type for file in email.attachments)),
    )
    for warning in warnings_of(email):
        console.say(f"! {retold(warning)}", fg="yellow")
    if whole:
        console.say()
        console.say(email.text.strip("\n") or texts.NO_TEXT, indent=INDENT)


def show_draft(console: Console, draft: Draft) -> None:
    """Print a version of the reply."""
    match draft.origin:
        case "written":
            heading = texts.DRAFT.format(version=draft.version)
        case "edited":
            heading = texts.EDITED.format(version=draft.version)
        case "restored":
            heading = texts.RESTORED.format(version=draft.version, earlier=draft.restored_from)
        case "filled":
            heading = texts.FILLED.format(version=draft.version)
        case "stopped":
            heading = texts.STOPPED_DRAFT.format(version=draft.version)
        case "signed":
            heading = texts.SIGNED.format(version=draft.version)
        case _:
            assert_never(draft.origin)
    console.heading(heading)
    console.say(draft.body, indent=INDENT)
    console.say()


def show_header(console: Console, view: ConversationView) -> None:
    """Print whom the reply goes to, and its subject."""
    header = view.header
    people = {"to": header.to, "cc": header.cc, "bcc": header.bcc}
    console.pairs(
        *((texts.LABELS[name], _people(mailboxes)) for name, mailboxes in people.items()),
        (texts.LABELS["subject"], header.subject),
    )


def _people(mailboxes: Sequence[Mailbox]) -> str:
    """Return the people by name, or how many they are."""
    if len(mailboxes) > MAX_NAMED:
        return texts.PEOPLE.format(count=len(mailboxes))
    return ", ".join(map(str, mailboxes))


def show_notes(console: Console, view: ConversationView) -> None:
    """Print what to know about the newest draft: its recipients, how it came about, what to check."""
    state = view.state
    if not state.draft_history:
        return
    show_header(console, view)
    draft = state.draft_history[-1]
    if draft.stands_in:
        console.say(texts.BY_RULES, fg="yellow")
    for ask, status in state.ask_statuses:
        console.say(texts.ASK.format(status=texts.ASK_STATUS[status], text=ask.text), dim=True)
    for sentence in [*(finding.text for finding in view.findings), *view.further_cautions]:
        console.say(f"! {retold(sentence)}", fg="yellow")
    show_open_gaps(console, view)


def show_open_gaps(console: Console, view: ConversationView) -> None:
    """Print how many places of the newest draft are still to be filled in, if any are."""
    if gaps := view.gaps:
        named = ", ".join(f"[{gap.text}]" for gap in gaps)
        sentence = texts.ONE_GAP if len(gaps) == 1 else texts.GAPS
        console.say(f"! {sentence.format(count=len(gaps), named=named)}", fg="yellow")


def show_final(console: Console, view: ConversationView) -> None:
    """Print the accepted reply, its lines unwrapped, so that it can be copied from the terminal."""
    console.heading(texts.FINAL, fg="green")
    console.verbatim(view.state.final_draft or "")
    console.say()


def show_changes(console: Console, view: ConversationView) -> None:
    """Print what changed in the newest draft since the one before."""
    if len(view.state.draft_history) < 2:
        console.say(texts.NO_CHANGES)
        return
    changes = view.changes()
    if all(kind == "same" for kind, _ in changes.runs):
        console.say(texts.SAME)
        return
    console.heading(texts.CHANGES.format(before=changes.before, after=changes.after))
    marks = {"removed": ("[-", "-]", "red"), "added": ("{+", "+}", "green")}
    shown: list[tuple[str, dict[str, Any]]] = []
    for kind, text in changes.runs:
        if kind == "same":
            shown.append((text, {}))
        elif console.has_colour and text.strip():
            shown.append((text, {"fg": marks[kind][2], "strikethrough": kind == "removed"}))
        else:
            shown.append((f"{marks[kind][0]}{text}{marks[kind][1]}", {}))
    console.styled_spans(shown, indent=INDENT)
    console.say()


def show_story(console: Console, view: ConversationView) -> None:
    """Print everything that was said and shown, in its order, and where the reply goes."""
    for entry in view.state.timeline:
        _show_entry(console, view, entry)
    if view.state.draft_history:
        show_header(console, view)
    if taken := view.prices.of_conversation(view.state):
        console.say(_took(texts.TOKENS_IN_ALL, taken, view.prices.currency), dim=True)
    if view.problem:
        console.say(retold(view.problem), fg="red")


def _show_what_it_took(console: Console, view: ConversationView, draft: Draft) -> None:
    taken = view.prices.of_draft(draft)
    if taken is None or draft.model is None:
        return
    told = _took(texts.MADE, taken, view.prices.currency, model=draft.model)
    if draft.prompt:
        told += texts.MADE_WITH.format(version=draft.prompt)
    console.say(told, dim=True)
    console.say()


def _took(sentence: str, taken: Taken, currency: str, **names: str) -> str:
    from email_assistant.service.cost import amount

    told = sentence.format(tokens=f"{taken.input_tokens + taken.output_tokens:,}", **names)
    return told if taken.cost is None else told + texts.COST.format(amount=amount(taken.cost, currency))


def _show_entry(console: Console, view: ConversationView, entry: TimelineEntry) -> None:
    match entry:
        case SubmittedEmail(replaced=True):
            console.say(entry.typed or "", indent=INDENT)
            console.say(texts.REPLACED, dim=True)
        case SubmittedEmail():
            _show_newest_email(console, view.state)
        case Questions(round=asked):
            for question in asked.questions if asked.answers is None else ():  # else shown with the answers
                console.say(retold(question), bold=True)
        case Answered(round=asked):
            _show_answers(console, asked)
        case Draft():
            show_draft(console, entry)
            _show_what_it_took(console, view, entry)
        case Feedback():
            told = texts.SPOKEN.get(entry.kind, "{text}").format(text=entry.text)
            if (
                sentence := told if entry.text else texts.TAPPED.get(entry.kind)
            ):  # else the next draft says it
                console.heading(texts.YOU)
                console.say(sentence, indent=INDENT)
                console.say()
        case Acceptance():
            console.say(texts.ACCEPTED, fg="green")
        case HeaderChange():
            console.heading(texts.YOU)
            console.say(entry.text or texts.HEADER_SET, indent=INDENT)
            console.say()
        case Aside():
            console.heading(texts.YOU)
            console.say(entry.question, indent=INDENT)
            console.say()
            console.say(retold(entry.answer))
            console.say()
        case _:
            assert_never(entry)


def _show_newest_email(console: Console, state: ConversationState) -> None:
    if state.incoming_email:
        show_email(console, state.incoming_email, whole=True)
    if state.response_instructions:
        console.heading(texts.HOW)
        console.say(state.response_instructions, indent=INDENT)
    console.say()


def _show_answers(console: Console, asked: ClarificationRound) -> None:
    for question, answer in zip(asked.questions, asked.answers or [], strict=False):
        console.say(retold(question), bold=True)
        console.say(answer or asked.remark or texts.SKIPPED, indent=INDENT)
    if not asked.questions:
        console.heading(texts.YOU)
        console.say(asked.remark, indent=INDENT)
    console.say()


def local_time(moment: datetime) -> str:
    """Return a time in the person's own zone, to the minute."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"

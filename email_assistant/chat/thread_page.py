"""The parts of a Chainlit thread, steps and custom elements, and the page that collects them."""

from __future__ import annotations

import uuid
from typing import Any, Literal

from chainlit.element import ElementDict
from chainlit.step import StepDict
from chainlit.utils import utc_now

from email_assistant.chat import texts
from email_assistant.conversation.reading import has_draft
from email_assistant.service.view import ConversationView

NAMESPACE = uuid.UUID("6d0a3a3c-53a4-4f59-9d0f-2b8a3d1c9b1e")
Element = Literal[
    "EmailCard",
    "DraftCard",
    "EarlierDrafts",
    "QuestionForm",
    "StatusCard",
    "ProblemCard",
    "ChoiceCard",
    "AnswerCard",
]


def view_id(app_id: str, what: str, index: int = 0) -> str:
    """Return the id of a step or an element: the same live and in the projection after a reload."""
    return str(uuid.uuid5(NAMESPACE, f"{app_id}:{what}:{index}"))


def step(
    app_id: str, what: str, index: int, *, kind: str, output: str, at: str, name: str = texts.NAME
) -> StepDict:
    """Return one Chainlit step; `kind` is its type."""
    return StepDict(
        id=view_id(app_id, what, index), threadId=app_id, parentId=None, type=kind, name=name,  # type: ignore[typeddict-item]
        input="", output=output, createdAt=at, start=at, end=at, streaming=False, isError=False,
        waitForAnswer=False, metadata={}, tags=None, generation=None, showInput=False, language=None,
        feedback=None,
    )  # fmt: skip


def element(app_id: str, name: Element, index: int, *, of: str, props: dict[str, Any]) -> ElementDict:
    """Return one custom element, shown below the step `of`."""
    owner = view_id(app_id, of, index)
    return ElementDict(
        id=view_id(app_id, f"{name} of {of}", index), forId=owner, threadId=app_id, type="custom",
        name=name, display="inline", props=props | {"id": owner}, mime="application/json", url=None,
        objectKey=None, chainlitKey=None, size=None, language=None, page=None,
    )  # fmt: skip


def words(view: ConversationView) -> StepDict:
    """Return the step that the words of an answer or the next draft stream into; its card knows its id."""
    version = len(view.state.draft_history) + 1
    place = ("words of answer", view.version) if view.asking else ("words", version)
    return step(view.app_id, *place, kind="llm", output=view.words, at=utc_now())


class Page:
    """Collects the steps and elements of one conversation."""

    def __init__(self, view: ConversationView) -> None:
        self.view, self.state = view, view.state
        self.at = view.created_at.isoformat()
        self.steps: list[StepDict] = []
        self.elements: list[ElementDict] = []

    @property
    def drafts_are_live(self) -> bool:
        """Whether the newest draft can be judged now."""
        waits = self.view.next_step in ("process_feedback", "retry", None)
        return waits and not self.view.running and has_draft(self.state)

    def is_folded(self, version: int) -> bool:
        """Return whether a draft takes a line: an earlier one, or one that another card stands for."""
        is_newest = version == len(self.state.draft_history) > self.state.drafts_before_email
        is_final = self.state.final_draft is not None
        return not is_newest or is_final or self.view.running == "formulate_draft"

    def user(self, what: str, index: int, said: str, *, typed: str = "") -> None:
        """Add what the person said. `typed` is the message itself, if less of it is shown."""
        self._step("user_message", what, index, said)["input"] = typed

    def assistant(self, what: str, index: int, sentence: str, *, typed: str = "") -> None:
        """Add a sentence of ours, which is rendered as markdown. `typed` is as in `user`."""
        self._step("assistant_message", what, index, sentence)["input"] = typed

    def element(self, name: Element, index: int, *, forward: str, **props: Any) -> None:
        """Add a custom element below the step `forward`."""
        self.elements.append(element(self.view.app_id, name, index, of=forward, props=props))

    def _step(self, kind: str, what: str, index: int, output: str) -> StepDict:
        self.steps.append(step(self.view.app_id, what, index, kind=kind, output=output, at=self.at))
        return self.steps[-1]

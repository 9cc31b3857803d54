"""What a card asks the server for without a turn: a comparison, a text, a file."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import chainlit as cl
from pydantic import BaseModel, ConfigDict, ValidationError

from email_assistant.chat import texts
from email_assistant.chat.draft_card import named
from email_assistant.chat.host import page
from email_assistant.chat.host.session import PerTab, app_id, owner
from email_assistant.errors import EmailAssistantError, InvalidInput
from email_assistant.mail import quote_of, reply_filename
from email_assistant.proofreading.diff import Change
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.view import ConversationView
from email_assistant.store.preferences import MAX_EXAMPLES, Preferences, Profile


class Comparison(BaseModel):
    """Asks for a draft, or what changed in it against the one before."""

    version: int


class EmailText(BaseModel):
    """Asks for the text of the email, or of one that it replaced."""

    replaced: int | None = None
    """The `seq` of the replaced one."""


class OriginalFile(BaseModel):
    """Asks for a file that the email came as."""

    file_id: str


class ReplyChoice(BaseModel):
    """Asks for the reply, with the email quoted or not."""

    model_config = ConfigDict(extra="ignore")

    quote: bool


class FieldOfHeader(BaseModel):
    """Asks for all people of a field."""

    field: Literal["to", "cc", "bcc"]


class NewRefinement(BaseModel):
    """Asks for a button below the drafts."""

    text: str


class CardRequests:
    """Answers the cards, each by its name."""

    def __init__(self, assistant: EmailAssistant) -> None:
        self._assistant = assistant
        self._displaced: PerTab[list[str]] = PerTab(list)
        """The examples that the newest one took the place of, in case it is taken back."""

    def register(self) -> None:
        """Give Chainlit the callbacks."""
        for name in (
            "changes",
            "draft",
            "email_text",
            "keep_refinement",
            "learn",
            "original",
            "recipients",
            "reply_choice",
            "reply_file",
            "reply_link",
            "unlearn",
        ):
            cl.action_callback(name)(_answered(getattr(self, name)))

    async def changes(self, payload: dict[str, Any]) -> list[Change]:
        """Return what changed in the draft `version` against the one before."""
        asked = Comparison.model_validate(payload)
        try:
            return (await self._view()).changes(asked.version).runs
        except InvalidInput:
            return []

    async def draft(self, payload: dict[str, Any]) -> str | None:
        """Return the text of the draft `version`."""
        asked = Comparison.model_validate(payload)
        drafts = (await self._view()).state.draft_history
        return drafts[asked.version - 1].body if 1 <= asked.version <= len(drafts) else None

    async def email_text(self, payload: dict[str, Any]) -> dict[str, str]:
        """Return the email's newest message and what it quotes; of a replaced one, what was typed."""
        asked, state = EmailText.model_validate(payload), (await self._view()).state
        if asked.replaced is not None:
            typed = (each.typed for each in state.email_history if each.seq == asked.replaced)
            return {"newest": next(typed, None) or ""}
        email = state.incoming_email
        if email is None:
            return {}
        return {"newest": f"{email.newest}\n\n{email.signature}".strip(), "quoted": email.quoted}

    async def keep_refinement(self, payload: dict[str, Any]) -> dict[str, int]:
        """Keep a text as a button below the drafts; how many there are then."""
        asked = NewRefinement.model_validate(payload)
        kept = await self._assistant.change_preferences(
            owner(), lambda kept: kept.with_refinement(asked.text)
        )
        return {"refinements": len(kept.refinements)}

    async def learn(self, payload: dict[str, Any]) -> dict[str, int]:
        """Write like the newest edited draft from now on; how many examples there are then."""
        before = await self._assistant.preferences(owner())
        kept = await self._assistant.learn_from(owner(), app_id())
        self._displaced.set([each for each in before.examples if each not in kept.examples])
        return {"examples": len(kept.examples)}

    async def unlearn(self, payload: dict[str, Any]) -> dict[str, int] | None:
        """Write like the draft `version` no longer; how many examples there are then."""
        if (body := await self.draft(payload)) is None:
            return None
        displaced = self._displaced.get()
        self._displaced.set([])

        def without(kept: Preferences) -> Preferences:
            learned = kept.with_example(body).examples[0]  # as it was kept
            examples = [each for each in kept.examples if each != learned]
            returned = [each for each in displaced if each not in examples]
            return Profile.of(kept.model_dump() | {"examples": [*examples, *returned][:MAX_EXAMPLES]})

        kept = await self._assistant.change_preferences(owner(), without)
        return {"examples": len(kept.examples)}

    async def original(self, payload: dict[str, Any]) -> dict[str, str]:
        """Return the bytes of a file that the email came as."""
        asked = OriginalFile.model_validate(payload)
        originals = (await self._view()).state.originals
        content = await self._assistant.original(owner(), app_id(), asked.file_id)
        names = [kept.filename for kept in originals if kept.file_id == asked.file_id]
        return _file(names[0] if names else "original.eml", content)

    async def recipients(self, payload: dict[str, Any]) -> str:
        """Return all people of a field, as the card's field has them."""
        asked = FieldOfHeader.model_validate(payload)
        return named(getattr((await self._view()).header, asked.field))

    async def reply_choice(self, payload: dict[str, Any]) -> dict[str, bool]:
        """Return what the owner prefers for the reply, and whether there is an email to quote."""
        view = await self._view()
        email = view.state.incoming_email
        return {"quote": view.preferences.quote, "quotes": email is not None and bool(quote_of(email))}

    async def reply_file(self, payload: dict[str, Any]) -> dict[str, str]:
        """Return the reply as a .eml."""
        asked = ReplyChoice.model_validate(payload)
        await self._wait_idle()
        content = await self._assistant.reply_file(owner(), app_id(), quote=asked.quote)
        return _file(reply_filename((await self._view()).header.subject), content)

    async def reply_link(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Return a link that opens the reply in the mail program, and quotes the email if there is room.

        `link` is null where even the reply alone does not fit, or goes to nobody.
        """
        asked = ReplyChoice.model_validate(payload)
        header = (await self._wait_idle()).header
        link = await self._assistant.reply_link(owner(), app_id(), quote=asked.quote)
        quoted = asked.quote and link is not None
        if link is None and asked.quote:
            link = await self._assistant.reply_link(owner(), app_id())
        return {"link": link, "quoted": quoted, "nobody": not (header.to or header.cc or header.bcc)}

    async def _wait_idle(self) -> ConversationView:
        """Wait for the commands sent before this one, such as a change of the recipients."""
        return await self._assistant.wait_idle(owner(), app_id())

    async def _view(self) -> ConversationView:
        return await self._assistant.view(owner(), app_id())


def _file(name: str, content: bytes) -> dict[str, str]:
    return {"filename": name, "content": base64.b64encode(content).decode()}


def _answered(answer: Callable[[dict[str, Any]], Awaitable[Any]]) -> Callable[[cl.Action], Awaitable[Any]]:
    """Return the callback of a request; what goes wrong is said in a sentence, and the card gets null."""

    async def callback(action: cl.Action) -> Any:
        try:
            return await answer(action.payload)
        except ValidationError:
            sentence = texts.BAD_TAP
        except EmailAssistantError as error:
            sentence = str(error)
        await page.toast(sentence)
        return None

    return callback

"""The settings panel: what the person sets for all replies."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import chainlit as cl
from chainlit.input_widget import InputWidget, Switch, TextInput

from email_assistant.chat import texts
from email_assistant.chat.examples import join_examples, split_examples
from email_assistant.chat.host import page
from email_assistant.chat.host.session import PerTab, owner
from email_assistant.errors import EmailAssistantError, InvalidInput
from email_assistant.service.assistant import EmailAssistant
from email_assistant.store.preferences import Preferences, Profile

_MULTILINE = ("signature", "facts", "examples")


class PreferencePanel:
    """Shows the owner's preferences and keeps what they set."""

    def __init__(self, assistant: EmailAssistant, show_anew: Callable[[], Awaitable[None]]) -> None:
        self._assistant, self._show_anew = assistant, show_anew
        self._shown: PerTab[dict[str, Any]] = PerTab(dict)

    def register(self) -> None:
        """Give Chainlit its callbacks."""
        cl.on_chat_start(self.show)
        cl.on_settings_update(self.keep)

    async def show(self) -> None:
        """Fill the panel; Chainlit forgets it with every new session."""
        try:
            kept = await self._assistant.preferences(owner())
        except EmailAssistantError as error:
            await page.toast(str(error))
            return
        await self._fill(kept)

    async def keep(self, settings: dict[str, Any]) -> None:
        """Keep what was changed in the panel, or say what cannot be.

        What was left as it was shown is not touched: it may have been changed elsewhere since.
        """
        shown = self._shown.get()
        # The page sends null for a text field that is empty.
        settings = {name: "" if value is None else value for name, value in settings.items()}
        changed = {name: value for name, value in settings.items() if shown.get(name) != value}
        try:
            given = {name: _read(name, value) for name, value in changed.items()}
            kept = await self._assistant.change_preferences(
                owner(), lambda kept: Profile.of(kept.model_dump() | given)
            )
            await self._show_anew()
        except InvalidInput as error:
            await page.toast(texts.BAD_PREFERENCES.format(reason=error))
            return
        except EmailAssistantError as error:
            await page.toast(str(error))
            return
        await self._fill(kept)
        await page.toast(texts.KEPT_PREFERENCES, "success")

    async def _fill(self, kept: Preferences) -> None:
        shown = kept.model_dump() | {
            "addresses": ", ".join(kept.addresses),
            "examples": join_examples(kept.examples),
        }
        self._shown.set(shown)
        await cl.ChatSettings([_widget(name, shown[name]) for name in texts.PREFERENCES]).send()


def _widget(name: str, value: str | bool) -> InputWidget:
    label = texts.PREFERENCES[name]
    if isinstance(value, bool):
        return Switch(id=name, label=label, initial=value)
    return TextInput(id=name, label=label, initial=value, multiline=name in _MULTILINE)


def _read(name: str, value: object) -> object:
    """What a field of the panel holds, as the preferences keep it."""
    if name == "addresses" and isinstance(value, str):
        return [each for each in re.split(r"[,;\s]+", value) if each]
    if name == "examples" and isinstance(value, str):
        return split_examples(value)
    return value if name not in ("addresses", "examples") else None

"""The settings panel: what the person sets for all replies."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import chainlit as cl
from chainlit.context import context
from chainlit.input_widget import Switch, TextInput
from pydantic import ValidationError

from email_assistant.assistant import EmailAssistant
from email_assistant.chat import texts
from email_assistant.chat.owner import owner
from email_assistant.errors import EmailAssistantError
from email_assistant.store.preferences import Preferences


class PreferencePanel:
    """Shows the owner's preferences and keeps what they set."""

    def __init__(self, assistant: Callable[[], EmailAssistant]) -> None:
        self._assistant = assistant

    def register(self) -> None:
        """Give Chainlit its callbacks."""
        cl.on_chat_start(self.show)
        cl.on_settings_update(self.keep)

    async def show(self) -> None:
        """Fill the panel; Chainlit forgets it with every new session."""
        try:
            kept = await self._assistant().preferences(owner())
        except EmailAssistantError as error:
            await context.emitter.send_toast(str(error), "error")
            return
        await cl.ChatSettings(
            [
                TextInput(id="name", label=texts.PREFERENCES["name"], initial=kept.name),
                TextInput(
                    id="addresses", label=texts.PREFERENCES["addresses"], initial=", ".join(kept.addresses)
                ),
                TextInput(
                    id="signature",
                    label=texts.PREFERENCES["signature"],
                    initial=kept.signature,
                    multiline=True,
                ),
                Switch(id="reply_all", label=texts.PREFERENCES["reply_all"], initial=kept.reply_all),
                Switch(id="quote", label=texts.PREFERENCES["quote"], initial=kept.quote),
            ]
        ).send()

    async def keep(self, settings: dict[str, Any]) -> None:
        """Keep what was set, or say what cannot be."""
        addresses = [each for each in re.split(r"[,;\s]+", str(settings.get("addresses") or "")) if each]
        try:
            preferences = Preferences.model_validate(settings | {"addresses": addresses})
        except ValidationError:
            await context.emitter.send_toast(texts.BAD_PREFERENCES, "error")
            return
        try:
            await self._assistant().prefer(owner(), preferences)
        except EmailAssistantError as error:
            await context.emitter.send_toast(str(error), "error")
            return
        await context.emitter.send_toast(texts.KEPT_PREFERENCES, "success")

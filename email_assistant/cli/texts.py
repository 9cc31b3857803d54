"""Every sentence of ours that the terminal shows beside the help, in the language of the person's locale.

`texts.WRITTEN` is the translation of `english.WRITTEN`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from email_assistant.cli import english
from email_assistant.translations import translated

if TYPE_CHECKING:
    from email_assistant.cli.english import *  # noqa: F403 - the types of what `__getattr__` returns


def __getattr__(name: str) -> Any:
    return translated(getattr(english, name))

"""The library: what other programs may import from `email_assistant`, documented in docs/library.md."""

from email_assistant.conversation.commands import (
    Accept,
    Another,
    Answers,
    Command,
    Edit,
    EmailFile,
    FillGap,
    NewEmail,
    RemoveWish,
    Reopen,
    Restore,
    Retry,
    Revise,
    SetInstructions,
    SignAs,
    Typed,
    Undo,
    UseProposal,
)
from email_assistant.conversation.state import ConversationState, Draft
from email_assistant.errors import (
    ConversationConflict,
    ConversationNotFound,
    EmailAssistantError,
    InvalidInput,
    ModelError,
    SettingsError,
)
from email_assistant.mail import IncomingEmail, compose_reply, parse_email
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.opening import open_assistant
from email_assistant.service.turns import Delta, Listener, Progress, Restarted, StepStarted
from email_assistant.service.view import ConversationView
from email_assistant.settings import LOCAL_USER, Settings, load_settings
from email_assistant.store.preferences import Preferences
from email_assistant.writing.model import Brief, LanguageModel, Restart, Usage

__all__ = [
    "LOCAL_USER",
    "Accept",
    "Another",
    "Answers",
    "Brief",
    "Command",
    "ConversationConflict",
    "ConversationNotFound",
    "ConversationState",
    "ConversationView",
    "Delta",
    "Draft",
    "Edit",
    "EmailAssistant",
    "EmailAssistantError",
    "EmailFile",
    "FillGap",
    "IncomingEmail",
    "InvalidInput",
    "LanguageModel",
    "Listener",
    "ModelError",
    "NewEmail",
    "Preferences",
    "Progress",
    "RemoveWish",
    "Reopen",
    "Restart",
    "Restarted",
    "Restore",
    "Retry",
    "Revise",
    "SetInstructions",
    "Settings",
    "SettingsError",
    "SignAs",
    "StepStarted",
    "Typed",
    "Undo",
    "Usage",
    "UseProposal",
    "compose_reply",
    "load_settings",
    "open_assistant",
    "parse_email",
]

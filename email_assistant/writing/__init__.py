"""The model that writes: prompts, the OpenAI client and the offline writer behind one interface."""

from email_assistant.settings import Settings
from email_assistant.writing.model import (
    MAX_QUESTIONS,
    Brief,
    Clarification,
    Clarifications,
    LanguageModel,
    Revision,
    Usage,
)

__all__ = [
    "MAX_QUESTIONS",
    "Brief",
    "Clarification",
    "Clarifications",
    "LanguageModel",
    "Revision",
    "Usage",
    "create_model",
]


def create_model(settings: Settings) -> LanguageModel:
    """The model that the settings name, or the offline writer. Whoever creates it closes it with `aclose`.

    Raises:
        SettingsError: the prompt file or the model's address cannot be used.
    """
    # Imported here because the openai package takes a second, which the offline writer need not wait.
    if settings.offline:
        from email_assistant.writing.offline import OfflineWriter

        return OfflineWriter()
    from email_assistant.writing.openai_writer import OpenAIWriter
    from email_assistant.writing.prompts import load_prompts

    return OpenAIWriter(
        model=settings.model,
        prompts=load_prompts(settings.prompt_file),
        # Local servers ask for no key, but the openai package does.
        api_key=settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none",
        base_url=settings.openai_base_url,
        timeout=settings.model_timeout,
    )

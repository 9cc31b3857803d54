"""The model that writes: prompts, the OpenAI client and the offline writer behind one interface."""

from email_assistant.errors import SettingsError
from email_assistant.settings import Settings
from email_assistant.writing.envelope import left_out
from email_assistant.writing.model import (
    MAX_QUESTIONS,
    Brief,
    Clarification,
    Clarifications,
    LanguageModel,
    Restart,
    Revision,
    Usage,
)

__all__ = [
    "MAX_QUESTIONS",
    "Brief",
    "Clarification",
    "Clarifications",
    "LanguageModel",
    "Restart",
    "Revision",
    "Usage",
    "create_model",
    "left_out",
]


def create_model(settings: Settings) -> LanguageModel:
    """Create the model of the settings, or the offline writer. Close it with `aclose`.

    Raises:
        SettingsError: the prompt file or the model's address cannot be used.
    """
    # Imported here because the openai package takes a second, which the offline writer need not wait.
    if settings.offline:
        from email_assistant.writing.offline import OfflineWriter

        return OfflineWriter()
    from email_assistant.writing.openai_writer import OpenAIWriter
    from email_assistant.writing.prompts import load_prompts
    from email_assistant.writing.tuning import Tuning

    key = settings.openai_api_key.get_secret_value().strip() if settings.openai_api_key else ""
    if not (key.isascii() and key.isprintable()):
        raise SettingsError("OPENAI_API_KEY has characters that no key has. Copy it again.")
    return OpenAIWriter(
        model=settings.model,
        prompts=load_prompts(settings.prompt_file),
        api_key=key or None,
        base_url=settings.openai_base_url,
        timeout=settings.model_timeout,
        api_version=settings.api_version,
        headers=settings.extra_headers,
        tuning=Tuning(
            temperature=settings.temperature,
            top_p=settings.top_p,
            reasoning_effort=settings.reasoning_effort,
            max_tokens=settings.max_output_tokens,
            body=settings.extra_body,
        ),
        context_tokens=settings.context_tokens,
    )

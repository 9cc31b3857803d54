"""What the documents say is kept in step with the code."""

from pathlib import Path

from docs.state_machine import PAGE, drawn
from email_assistant.settings import Settings

ROOT = Path(__file__).parents[2]


def test_the_state_machine_is_drawn_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert drawn(page) == page


def test_every_setting_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    own_names = {"openai_api_key": "OPENAI_API_KEY", "openai_base_url": "OPENAI_BASE_URL"}
    variables = [own_names.get(name, f"EMAIL_ASSISTANT_{name.upper()}") for name in Settings.model_fields]
    assert [variable for variable in variables if f"`{variable}`" not in readme] == []

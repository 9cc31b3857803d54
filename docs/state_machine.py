"""Draws the state machine into docs/architecture.md: `make diagram`. A test keeps the two the same."""

from __future__ import annotations

import re
from pathlib import Path

from email_assistant.conversation.graph import HALT_BEFORE, TRANSITIONS

PAGE = Path(__file__).parent / "architecture.md"
_DRAWING = re.compile(r"```mermaid\n.*?```", re.DOTALL)


def drawing() -> str:
    """Return the transitions as a Mermaid state diagram.

    A person speaks before the actions in bold frames.
    """
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> process_input"]
    for source, target, condition in TRANSITIONS:
        label = "" if condition.name == "default" else f": {condition.name}"
        lines.append(f"    {source} --> {target}{label}")
    lines += ["    final_result --> [*]", "    classDef person stroke-width:3px"]
    lines += [f"    class {action} person" for action in ["process_input", *HALT_BEFORE]]
    return "\n".join([*lines, "```"])


def drawn(page: str) -> str:
    """Return `page` with the drawing as it must be."""
    return _DRAWING.sub(lambda _: drawing(), page, count=1)


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

"""Prints as JSON what the chat shows of each conversation whose state standard input has.

Run in a process of its own: importing Chainlit changes the process.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any


def main(folder: str) -> list[dict[str, Any]]:
    os.environ["CHAINLIT_APP_ROOT"] = folder
    from email_assistant.chat.transcript import transcript
    from email_assistant.conversation.migration import migrated
    from email_assistant.conversation.state import ConversationState
    from email_assistant.service.view import ConversationView

    at = datetime(2026, 1, 5, tzinfo=UTC)
    shown = []
    for saved in json.load(sys.stdin):
        state = ConversationState.model_validate(migrated(saved))
        view = ConversationView(
            "1d1b6f0c-51a1-44b5-8f3c-7a1f4b1f5a77", "Boat trip", at, at, state, None, None, None
        )
        steps, cards = transcript(view)
        said = [step["input"] or step["output"] for step in steps if step["type"] == "user_message"]
        shown.append({"said": said, "cards": [(card["name"], card["props"]) for card in cards]})
    return shown


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1])))

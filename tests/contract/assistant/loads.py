"""Prints as JSON the types of the steps that a tab is sent while a draft is written, and when it has been.

Run in a process of its own: importing Chainlit changes the process.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime

APP_ID = "1d1b6f0c-51a1-44b5-8f3c-7a1f4b1f5a77"


def main(folder: str) -> list[list[str]]:
    os.environ["CHAINLIT_APP_ROOT"] = folder
    from email_assistant.chat.screen import Screen
    from email_assistant.conversation.state import ConversationState
    from email_assistant.service.view import ConversationView

    at = datetime(2026, 1, 5, tzinfo=UTC)
    written = ConversationView(APP_ID, "Boat trip", at, at, ConversationState(), None, None, None)
    screen = Screen("local", APP_ID)
    views = (replace(written, running="formulate_draft"), written)
    return [[step["type"] for step in screen.load(view)["steps"]] for view in views]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1])))

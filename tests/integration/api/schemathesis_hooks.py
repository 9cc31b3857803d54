"""What schemathesis cannot know: a key for repeats stands for one request, so no two share one."""

from __future__ import annotations

import uuid
from typing import Any

import schemathesis

KEY = "Idempotency-Key"


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Give each key a value of its own."""
    if KEY in (case.headers or {}):
        case.headers[KEY] = str(uuid.uuid4())

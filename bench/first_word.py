"""When the first word of a draft is seen, beside a bare Chainlit app that is given the same text.

With the settings that a person has who set none: the proofreader reads, and the greeting is the program's.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from pathlib import Path
from typing import Any

from bench.processes import assistant_server, bare_server, let_answer, model_server, requests_of
from bench.tab import Turn, open_tab

ROUNDS = 3
TARGET = 1.3
MODELS = {"fast": {"wait": 0.5, "rate": 60}, "slow": {"wait": 1.0, "rate": 15}}
"""Seconds that a model reads before its first word, and its words a second."""
BODY = (
    "Tuesday at noon suits me well, and I look forward to the long walk there and to everything that you"
    " have to tell about the new house.\n\nThe small place by the river is fine with me."
)
FIRST_WORD = "Tuesday"
EMAIL = (
    "From: Dana <dana@example.com>\nTo: Sam <sam@example.com>\nSubject: Lunch\n\nHi Sam,\n\n{asks}\n\nDana"
)
CASES = {
    "nothing to ask": ("yes, Tuesday at noon", "Shall we have lunch on Tuesday?", 1),
    "the model is asked for questions": (
        "yes, gladly",
        "Shall we have lunch on Tuesday? And what is the address of your new office?",
        2,
    ),
}
"""Instructions, what the mail asks, and the requests until the first word."""


async def first_turn(url: str, said: str) -> Turn:
    """Return the first turn of a new conversation."""
    async with open_tab(url) as tab:
        return await tab.say(said)


async def measure_case(model: str, ours: str, bare: str, speed: dict[str, Any], case: str) -> None:
    """Print the times of one case, ours and the bare app's in turns."""
    instructions, asks, calls = CASES[case]
    said = f"Instructions: {instructions}\n\n{EMAIL.format(asks=asks)}"
    draft = {"text": BODY, "times": None, "structured": False, **speed}
    no_questions = {"questions": [], "times": None, "structured": True, **speed}
    seen, visible, beside = [], [], []
    for _ in range(ROUNDS):
        await let_answer(model, draft, no_questions)
        turn = await first_turn(ours, said)
        asked = ["response_format" in request["body"] for request in await requests_of(model)]
        assert asked.index(False) == calls - 1, "another number of requests came before the draft"
        seen.append(turn.seen(FIRST_WORD))
        visible.append(turn.frames[0])
        beside.append((await first_turn(bare, said)).seen(FIRST_WORD))
    word, greeting, alone = map(statistics.median, (seen, visible, beside))
    figures = f"{1000 * alone:>8.0f}{1000 * word:>8.0f}{word / alone:>8.2f}"
    print(f"  {case:<34}{figures}{1000 * greeting:>10.0f}{greeting / alone:>8.2f}")


async def measure() -> None:
    """Print all cases for each model."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            model_server(folder) as model,
            # A large model is given the whole email and asked for questions; for a small one rules ask.
            assistant_server(folder, model, EMAIL_ASSISTANT_NOTES_FIRST="off") as ours,
            bare_server(folder, model) as bare,
        ):
            await first_turn(ours.url, "Hello.")  # the first one imports and opens what it needs
            await first_turn(bare.url, "Hello.")
            print(f"First word, ms at the median of {ROUNDS}: the model's own, and any that is seen")
            print(f"  {'':<34}{'bare':>8}{'this':>8}{'ratio':>8}{'any':>10}{'ratio':>8}")
            for which, speed in MODELS.items():
                print(f"  {which}: {speed['wait']} s, then {speed['rate']} words a second")
                for case in CASES:
                    await measure_case(model, ours.url, bare.url, speed, case)
    print(f"  (where nothing is asked, the model's own is to come within {TARGET} times)")


def main() -> None:
    """Run and print."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()

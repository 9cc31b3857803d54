"""Turns in the chat, beside a bare Chainlit app and the assistant that ships with Burr, on the same model."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import httpx
from openai import AsyncOpenAI

from bench import store
from bench.processes import MODEL, assistant_server, bare_server, burr_server, let_answer, model_server
from bench.tab import open_tab
from email_assistant.store.opening import open_url

TURNS = 60
SHORT_DRAFT = "Hi Dana,\n\nTuesday at noon suits me well. I look forward to it.\n\nBest,\nSam"
LONG_DRAFT = " ".join(f"word{number}" for number in range(200))
RATE = 80
EMAIL = (
    "From: Dana <dana@example.com>\nSubject: Lunch\n\nHi Sam,\n\nshall we have lunch on Tuesday?\n\nDana\n"
)
INSTRUCTIONS = "Instructions: say yes"
QUICK = {"text": SHORT_DRAFT, "times": None, "structured": False}
NO_QUESTIONS: dict[str, object] = {"questions": [], "times": None, "structured": True}
FIRST_PAGE = {"pagination": {"first": 20}, "filter": {}}
TARGET_OWN, TARGET_FIRST_WORD, TARGET_PAGE, TARGET_PAGE_BYTES = 25, 4, 2, 20_000


async def model_time(model: str) -> float:
    """Return seconds for the same streamed answer without any app, at the median."""
    client = AsyncOpenAI(base_url=model, api_key="bench")
    times = []
    for _ in range(TURNS):
        begun = time.perf_counter()
        stream = await client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": EMAIL}], stream=True
        )
        async for _chunk in stream:
            pass
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


async def turn_times(url: str) -> float:
    """Return seconds from a message about a draft to the end of the turn, at the median."""
    async with open_tab(url) as tab:
        await tab.say(f"{INSTRUCTIONS}\n\n{EMAIL}")
        return statistics.median([(await tab.say("Say it in other words.")).ended for _ in range(TURNS)])


async def measure_turns(folder: Path, model: str, ours: str) -> None:
    """Print our own time in a turn, with the model's time taken off."""
    await let_answer(model, QUICK, NO_QUESTIONS)
    async with bare_server(folder, model) as bare:
        alone, bare_turn, our_turn = (
            await model_time(model),
            await turn_times(bare.url),
            await turn_times(ours),
        )
    print(f"A turn: ms at the median of {TURNS}, with the model's own {1000 * alone:.1f} taken off")
    for name, seconds in {"this": our_turn, "bare Chainlit": bare_turn}.items():
        print(f"  {name:<30}{1000 * (seconds - alone):>10.1f}")
    print(f"  (to be at most {TARGET_OWN})")


async def measure_first_word(folder: Path, model: str, ours: str) -> None:
    """Print when the first word of a revised draft is seen."""
    slow = {"text": LONG_DRAFT, "rate": RATE, "times": None, "structured": False}
    await let_answer(model, QUICK, NO_QUESTIONS)
    async with (
        open_tab(ours) as tab,
        burr_server(folder, model) as burr,
        httpx.AsyncClient(timeout=60) as http,
    ):
        await tab.say(f"{INSTRUCTIONS}\n\n{EMAIL}")
        calls = f"{burr}/email_assistant"
        (await http.post(f"{calls}/create_new/bench/bench")).raise_for_status()
        given = {"email_to_respond": EMAIL, "response_instructions": "say yes"}
        begun = (await http.post(f"{calls}/create/bench/bench", json=given)).raise_for_status().json()
        if begun["next_step"] == "clarify_instructions":
            answers = {"answers": ["yes"] * len(begun["questions"])}
            (await http.post(f"{calls}/answer_questions/bench/bench", json=answers)).raise_for_status()
        await let_answer(model, slow, NO_QUESTIONS)
        ours_seen = (await tab.say("Say it in other words.")).frames[0]
        started = time.perf_counter()
        said = {"feedback": "Say it in other words."}
        answer = (await http.post(f"{calls}/provide_feedback/bench/bench", json=said)).raise_for_status()
        burr_seen = time.perf_counter() - started
        assert answer.json()["drafts"][-1] == LONG_DRAFT
    print(f"First visible word of a draft of 200 tokens at {RATE} a second: ms")
    print(f"  {'this':<30}{1000 * ours_seen:>10.1f}")
    print(f"  {'the assistant of Burr':<30}{1000 * burr_seen:>10.1f}{burr_seen / ours_seen:>8.1f} times")
    print(f"  (to be at least {TARGET_FIRST_WORD} times sooner)")


async def measure_sidebar(folder: Path) -> None:
    """Print what a page of the sidebar takes on the wire, with few and with many conversations."""
    print("A sidebar page of 20 over HTTP: ms at the median, bytes")
    medians = []
    for count in (store.FEW, store.MANY):
        home = folder / str(count)
        (home / "data").mkdir(parents=True)
        async with open_url(f"sqlite:///{home / 'data' / 'conversations.db'}") as database:
            await store.fill(database, count, owner="local")
        async with assistant_server(home, None) as server, open_tab(server.url) as tab:
            times = []
            for _ in range(TURNS):
                begun = time.perf_counter()
                page = await tab.http.post(
                    "/project/threads", json={"pagination": {"first": 20}, "filter": {}}
                )
                times.append(time.perf_counter() - begun)
            assert len(page.json()["data"]) == 20
        medians.append(statistics.median(times))
        print(f"  {count:>9,} conversations{1000 * medians[-1]:>18.2f}{len(page.content):>10,}")
    ratio = medians[1] / medians[0]
    print(f"  ratio {ratio:.2f} (to be at most {TARGET_PAGE}, and {TARGET_PAGE_BYTES:,} bytes)")


async def measure() -> None:
    """Print all of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with model_server(folder) as model, assistant_server(folder, model) as ours:
            await measure_turns(folder, model, ours.url)
            await measure_first_word(folder, model, ours.url)
        await measure_sidebar(folder)


def main() -> None:
    """Run and print."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()

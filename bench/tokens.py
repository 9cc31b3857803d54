"""The tokens of a conversation with two rounds of feedback, beside the assistant that ships with Burr.

Counted are the characters of all messages that reach the model and of all that it answers, by four. Both are
given the same replies; greeting and name are the program's in ours, and the model's in Burr's.
"""

from __future__ import annotations

import asyncio
import tempfile
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bench.processes import Served, assistant_server, burr_server, let_answer, model_server, requests_of
from email_assistant.writing.prompts import load_prompts

CHARACTERS = 4  # of a token, about
TARGET = 0.8
BACKGROUND = (
    "The workshop is part of our spring week, in the large room on the second floor. It has a projector, and"
    " coffee is served from eight on. Last year's was well received: most of those who came would like to"
    " hear more, and some of them brought a colleague to the next one. We print the programme this month."
)
MAILS = {"short": 0, "usual": 2, "long": 16}
"""How often the background stands in each mail."""
GREETING = "Hi Sam,"
NOTES = "yes, 14 May works, at most 20 people, I bring the handouts"
FIRST = "Yes, 14 May works for me. At most 20 people may come. I will bring the handouts."
LACKING = "Yes, 14 May works for me. I will bring the handouts."
FEEDBACK = ("Add that we begin at 9:30.", "Thank her for the invitation first.")
REVISED = (f"{FIRST} We begin at 9:30.", f"Thank you for the invitation. {FIRST} We begin at 9:30.")


@dataclass
class Spent:
    """The characters of one conversation."""

    requests: list[str] = field(default_factory=list)
    replies: tuple[str, ...] = ()

    @property
    def tokens(self) -> int:
        return (sum(map(len, self.requests)) + sum(map(len, self.replies))) // CHARACTERS

    def tokens_of(self, part: str, begins: str = "") -> int:
        """Return those of a part, as often as it, or what it begins with, was sent."""
        return sum((begins or part) in request for request in self.requests) * len(part) // CHARACTERS


def mail_of(times: int) -> tuple[str, str]:
    """Return a mail that asks two things, and its text."""
    asks = "Can you give the workshop on 14 May? How many people may come?"
    text = "\n\n".join([GREETING, *[BACKGROUND] * times, asks, "Best,\nDana Reed"])
    head = "From: Dana Reed <dana@example.com>\nTo: Sam Kay <sam@example.com>\nSubject: Workshop"
    return f"{head}\n\n{text}", text


def letter(body: str) -> str:
    """Return a reply that the model writes whole."""
    return f"Hi Dana,\n\n{body}\n\nBest regards,\nSam Kay"


async def spent(model: str, replies: tuple[str, ...]) -> Spent:
    """Return what the conversation took; every reply was asked for, and nothing else was."""
    requests = await requests_of(model)
    assert len(requests) == len(replies), f"{len(requests)} requests for {len(replies)} replies"
    return Spent(["\n".join(_contents(request["body"])) for request in requests], replies)


def _contents(body: dict[str, Any]) -> list[str]:
    return [str(message["content"]) for message in body["messages"]]


async def say_to_ours(model: str, ours: Served, mail: str, *replies: str) -> Spent:
    """Return the conversation with this product, over HTTP."""
    await let_answer(model, *({"text": reply} for reply in replies))
    async with httpx.AsyncClient(base_url=f"{ours.url}/api/v1", timeout=60) as http:
        app_id = (await http.post("/create")).raise_for_status().json()["app_id"]
        given = {"email_to_respond": mail, "response_instructions": NOTES}
        (await http.put(f"/initialize_draft/{app_id}", json=given)).raise_for_status()
        for feedback in FEEDBACK:
            said = await http.put(f"/process_feedback/{app_id}", json={"feedback": feedback})
        assert REVISED[-1] in said.raise_for_status().json()["drafts"][-1]
    return await spent(model, replies)


async def say_to_burrs(model: str, url: str, mail: str) -> Spent:
    """Return the same for Burr's assistant, which always asks the model for questions first."""
    replies = ("", letter(FIRST), *map(letter, REVISED))
    await let_answer(model, *({"text": reply} for reply in replies))
    conversation = f"bench/{uuid.uuid4()}"
    async with httpx.AsyncClient(base_url=f"{url}/email_assistant", timeout=60) as http:
        (await http.post(f"/create_new/{conversation}")).raise_for_status()
        given = {"email_to_respond": mail, "response_instructions": NOTES}
        (await http.post(f"/create/{conversation}", json=given)).raise_for_status()
        for feedback in FEEDBACK:
            said = await http.post(f"/provide_feedback/{conversation}", json={"feedback": feedback})
        assert REVISED[-1] in said.raise_for_status().json()["drafts"][-1]
    return await spent(model, replies)


async def measure() -> None:
    """Print the totals, and where ours go."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = folder / "mail"
        home.mkdir()
        async with (
            model_server(folder) as model,
            burr_server(folder, model) as burr,
            assistant_server(home, model, EMAIL_ASSISTANT_NOTES_FIRST="off") as with_mail,
        ):
            print("Tokens of a conversation with two rounds of feedback, and the ratio to Burr's assistant")
            print(
                f"  {'':<34}{'Burr':>7}{'this':>7}{'ratio':>7}{'second':>9}{'ratio':>7}   rules  mail  rest"
            )
            # In place of a small model, which is given the notes first, rules revise without any tokens.
            for what, ours in {"the mail first": with_mail}.items():
                for size, times in MAILS.items():
                    mail, text = mail_of(times)
                    theirs = (await say_to_burrs(model, burr, mail)).tokens
                    once = await say_to_ours(model, ours, mail, FIRST, *REVISED)
                    twice = await say_to_ours(model, ours, mail, LACKING, FIRST, *REVISED)
                    rules, mails = (
                        once.tokens_of(load_prompts().system.strip()),
                        once.tokens_of(text, GREETING),
                    )
                    print(
                        f"  {f'{what}, {size} ({len(mail):,})':<34}{theirs:>7,}"
                        f"{once.tokens:>7,}{once.tokens / theirs:>7.2f}"
                        f"{twice.tokens:>9,}{twice.tokens / theirs:>7.2f}"
                        f"{rules:>8,}{mails:>6,}{once.tokens - rules - mails:>6,}"
                    )
            print(
                f"  (to be at most {TARGET}, with a second attempt counted in; rules, mail and rest: of this)"
            )


def main() -> None:
    """Run and print."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()

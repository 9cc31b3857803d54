"""The public mail fixtures beside the repository, and how a reader's or a splitter's answers are scored.

The fixtures are not part of the project. They are looked for in the folder that the environment variable
EMAIL_ASSISTANT_TEST_CORPUS names, else in `../shared/corpus` beside the repository.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Any

Case = dict[str, Any]


def corpus_folder() -> Path | None:
    """Return where the fixtures lie, or None if they are absent."""
    named = os.environ.get("EMAIL_ASSISTANT_TEST_CORPUS")
    folder = Path(named) if named else Path(__file__).parents[2] / "shared" / "corpus"
    return folder if (folder / "mail").is_dir() else None


def cases(path: Path) -> list[Case]:
    """Return the objects of a JSON lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def mail_files(corpus: Path) -> list[Path]:
    """Return every message, in a stable order."""
    return sorted(path for path in (corpus / "mail").iterdir() if path.suffix in {".eml", ".msg"})


def squeezed(text: str | None) -> str:
    """Return the text without white space and NUL, as the fixtures want to be compared."""
    return re.sub(r"[\s\0]+", "", text or "")


@dataclass
class Read:
    """What a reader made of one message; None where it says nothing of a kind."""

    subject: str | None
    sender: str | None
    text: str | None
    attachments: list[str] | None


@dataclass
class ReadingScore:
    """Right answers and questions per kind, crashes, and the CPU milliseconds of each message."""

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def share(self, kind: str) -> float:
        return self.right[kind] / max(1, self.asked[kind])


def score_reading(
    corpus: Path, read: Callable[[bytes, str], Read | None], *, suffixes: tuple[str, ...] = (".eml", ".msg")
) -> ReadingScore:
    """Ask a reader for every message; None from it means that it refused the file with a reason."""
    truth = {case["file"]: case for case in cases(corpus / "mail" / "TRUTH.jsonl")}
    score = ReadingScore()
    for path in mail_files(corpus):
        if path.suffix not in suffixes:
            continue
        data = path.read_bytes()
        begun = process_time()
        try:
            answer = read(data, path.name)
        except Exception:  # whatever a library raises is a crash here
            score.crashed.append(path.name)
            answer = Read("\0", "\0", "\0", ["\0"])
        score.milliseconds.append((process_time() - begun) * 1000)
        for kind, got, wanted in _compared(answer, truth.get(path.name, {})):
            score.asked[kind] += 1
            score.right[kind] += got == wanted
            if got != wanted:
                score.wrong.append(f"{kind} of {path.name}")
    return score


def _compared(answer: Read | None, truth: Case) -> Iterator[tuple[str, object, object]]:
    if answer is None:
        if "subject" in truth:
            yield "subject", None, truth["subject"]
        return
    if "subject" in truth and answer.subject is not None:
        yield "subject", squeezed(answer.subject), squeezed(truth["subject"])
    if "from" in truth and answer.sender is not None:
        yield "from", answer.sender.lower(), (truth["from"] or [""])[0].lower()
    text = truth.get("text", truth.get("body"))
    # An answer with the escapes of ISO-2022-JP in it was not decoded by whoever gave it.
    if text is not None and answer.text is not None and "\x1b" not in text:
        yield "text", squeezed(answer.text), squeezed(text)
    names = truth.get("attachment_names_squeezed", truth.get("attachments"))
    if names is not None and answer.attachments is not None:
        yield "attachments", sorted(map(squeezed, answer.attachments)), sorted(map(squeezed, names))


@dataclass
class Split:
    """A reply without its signature and with it; a splitter that keeps signatures gives the same twice."""

    reply: str
    with_signature: str


@dataclass
class SplittingScore:
    """Counts per source project and over all."""

    cases: Counter[str] = field(default_factory=Counter)
    exact: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    leaked: Counter[str] = field(default_factory=Counter)

    def share(self, counts: Counter[str]) -> float:
        return counts.total() / max(1, self.cases.total())


def score_splitting(
    corpus: Path, as_text: Callable[[Case], str], split: Callable[[str], Split]
) -> SplittingScore:
    """Ask a splitter for every case, HTML and messages made text by `as_text` first."""
    score = SplittingScore()
    for case in cases(corpus / "quoting" / "pairs.jsonl"):
        source, expected = case["source"], case["expected"]
        try:
            answer = split(as_text(case))
        except Exception:  # a crash gives nothing back
            answer = Split("", "")
        candidates = {
            "keep": [answer.with_signature],
            "strip": [answer.reply],
            "unspecified": [answer.reply, answer.with_signature],
        }[case["signature_policy"]]
        exact = any(_as_expected(candidate, expected) for candidate in candidates)
        lost = _lost(answer.with_signature, expected)
        score.cases[source] += 1
        score.exact[source] += exact
        score.lost[source] += lost
        score.leaked[source] += not exact and not lost
    return score


def _as_expected(text: str, expected: Case) -> bool:
    got = squeezed(text)
    return (
        (expected["reply"] is None or got == squeezed(expected["reply"]))
        and all(squeezed(each) in got for each in expected["contains"])
        and all(squeezed(each) not in got for each in expected["excludes"])
        and all(got.startswith(squeezed(each)) for each in expected["starts_with"] or [])
        and all(got.endswith(squeezed(each)) for each in expected["ends_with"] or [])
    )


def _lost(text: str, expected: Case) -> bool:
    """Return whether letters or digits of the reply are missing; its marks and rules are nobody's words."""
    got = re.sub(r"[\W_]+", "", text)
    wanted = (expected["reply"] or "\n".join(expected["contains"])).split("\n")
    return any(re.sub(r"[\W_]+", "", line) not in got for line in wanted)

"""The figures: what the checks of many cases come to, and the table of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

Figure = Literal[
    "send_ready",
    "role",
    "signed",
    "must",
    "must_not",
    "asks",
    "language",
    "leaks",
    "echo",
    "length",
    "needless",
    "needed",
    "obeyed",
    "kept",
]
LABELS: dict[Figure, str] = {
    "send_ready": "send-ready",
    "role": "right role",
    "signed": "signed once",
    "must": "must",
    "must_not": "must-not unbroken",
    "asks": "asks met",
    "language": "language",
    "leaks": "no leak",
    "echo": "mail not repeated",
    "length": "not too long",
    "needless": "no needless question",
    "needed": "needed question asked",
    "obeyed": "feedback obeyed",
    "kept": "the rest kept",
}
FIGURES: tuple[Figure, ...] = get_args(Figure)


class Tally(BaseModel):
    """How many `of` so many were good."""

    model_config = ConfigDict(frozen=True)

    good: int = 0
    of: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(good=self.good + other.good, of=self.of + other.of)

    def __str__(self) -> str:
        return f"{self.good} of {self.of}" if self.of else "-"

    @property
    def rate(self) -> float:
        """From 0 to 1; 1 where there was nothing to get wrong."""
        return self.good / self.of if self.of else 1.0


class Drafted(BaseModel):
    """One draft of a case: what was said before it, the text, and what is wrong with it."""

    said: str
    draft: str
    failed: list[str]


class Outcome(BaseModel):
    """How a case went."""

    case: str
    figures: dict[Figure, Tally]
    asked: list[str] = []
    drafts: list[Drafted] = []
    error: str | None = None
    seconds: float = 0
    first_word: float | None = None
    tokens: int = 0

    @property
    def send_ready(self) -> bool:
        """Whether every check of the first draft passed."""
        return self.figures["send_ready"].good == 1


class Report(BaseModel):
    """What one writer did with the cases."""

    writer: str
    cases: int
    figures: dict[Figure, Tally]
    failed_cases: int = 0
    seconds: float = 0
    first_word: float | None = None
    """The median, in seconds."""
    tokens: int = 0
    outcomes: list[Outcome] = []

    @classmethod
    def of(cls, writer: str, outcomes: Sequence[Outcome]) -> Report:
        """Add up."""
        first = sorted(o.first_word for o in outcomes if o.first_word is not None)
        nothing = Tally()
        return cls(
            writer=writer,
            cases=len(outcomes),
            figures={f: sum((o.figures.get(f, nothing) for o in outcomes), nothing) for f in FIGURES},
            failed_cases=sum(outcome.error is not None for outcome in outcomes),
            seconds=round(sum(outcome.seconds for outcome in outcomes), 2),
            first_word=round(first[len(first) // 2], 3) if first else None,
            tokens=sum(outcome.tokens for outcome in outcomes),
            outcomes=list(outcomes),
        )


def as_table(reports: Sequence[Report]) -> str:
    """Return the figures as a table in Markdown: a row for each figure, a column for each writer."""
    rows = [["", *(report.writer for report in reports)], ["cases", *(str(r.cases) for r in reports)]]
    rows += [[LABELS[f], *(str(report.figures[f]) for report in reports)] for f in FIGURES]
    rows.append(["cases with an error", *(str(report.failed_cases) for report in reports)])
    rows.append(["seconds to the first word", *(_seconds(report.first_word) for report in reports)])
    rows.append(["seconds in all", *(f"{report.seconds:.1f}" for report in reports)])
    rows.append(["tokens of the drafts", *(f"{r.tokens:,}" if r.tokens else "-" for r in reports)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        f"| {rows[row][0]:<{widths[0]}} | "
        + " | ".join(f"{cell:>{width}}" for cell, width in zip(rows[row][1:], widths[1:], strict=True))
        + " |"
        for row in range(len(rows))
    ]
    ruler = "|" + "|".join("-" * (width + 1) + (":" if at else "-") for at, width in enumerate(widths)) + "|"
    return "\n".join([lines[0], ruler, *lines[1:]])


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.2f}"

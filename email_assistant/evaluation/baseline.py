"""Figures that were kept from an earlier run, and what got worse since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from email_assistant.errors import SettingsError
from email_assistant.evaluation.figures import LABELS, Figure, Report, Tally


class Results(BaseModel):
    """The JSON of a run."""

    writers: list[Report]


@dataclass(frozen=True)
class Worse:
    """A figure that fell."""

    writer: str
    figure: Figure
    before: Tally
    now: Tally

    @property
    def label(self) -> str:
        """The figure's name in the table."""
        return LABELS[self.figure]


def read_figures(path: Path) -> list[Report]:
    """Read what `write_figures` wrote.

    Raises:
        SettingsError: the file cannot be read or holds something else.
    """
    try:
        return Results.model_validate_json(path.read_bytes()).writers
    except OSError as error:
        raise SettingsError(f"The baseline {str(path)!r} cannot be read: {error.strerror}.") from None
    except ValidationError:
        raise SettingsError(
            f"The baseline {str(path)!r} does not hold figures. "
            "Keep some with: email-assistant eval --save-baseline FILE"
        ) from None


def write_figures(path: Path, reports: Sequence[Report], *, outcomes: bool = True) -> None:
    """Write what was measured; without the outcomes only what a later run is compared with."""
    kept = (
        reports if outcomes else [r.model_copy(update={"outcomes": [], "first_word": None}) for r in reports]
    )
    written = Results(writers=list(kept)).model_dump_json(indent=1, exclude_defaults=not outcomes)
    path.write_text(written + "\n", encoding="utf-8")


def check_comparable(before: Sequence[Report], writers: Sequence[str], cases: int) -> None:
    """Check before a long run that its figures can be compared with `before`.

    Raises:
        SettingsError: there is no writer in common, or the number of cases is another one.
    """
    known = {report.writer: report for report in before}
    both = [known[writer] for writer in writers if writer in known]
    if not both:
        raise SettingsError(
            f"The baseline is about {', '.join(known) or 'nobody'}, and this run about {', '.join(writers)}. "
            "Take a baseline of the same writers."
        )
    for report in both:
        if report.cases != cases:
            raise SettingsError(
                f"The baseline is about {report.cases} cases, and this run about {cases}. "
                "Run both with the same cases, or keep a new baseline with --save-baseline."
            )


def compare(before: Sequence[Report], now: Sequence[Report]) -> list[Worse]:
    """Return the figures of writers in both runs that are worse now."""
    known = {report.writer: report for report in before}
    return [
        Worse(report.writer, figure, old, report.figures[figure])
        for report in now
        if report.writer in known
        for figure, old in known[report.writer].figures.items()
        if report.figures[figure].rate < old.rate
    ]

"""Figures that were kept from an earlier run, and what got worse since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from email_assistant.errors import SettingsError
from email_assistant.evaluation.figures import FIGURES, LABELS, Figure, Report, Tally


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
    """Read what `--json` wrote.

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
            "Write one with: email-assistant eval --json FILE"
        ) from None


def write_figures(path: Path, reports: Sequence[Report]) -> None:
    """Write all that was measured, for people, programs and as a later baseline."""
    path.write_text(Results(writers=list(reports)).model_dump_json(indent=1) + "\n", encoding="utf-8")


def compare(before: Sequence[Report], now: Sequence[Report]) -> list[Worse]:
    """The figures of writers in both runs that are worse now.

    Raises:
        SettingsError: the runs have no writer in common, or are about another number of cases.
    """
    known = {report.writer: report for report in before}
    both = [(known[report.writer], report) for report in now if report.writer in known]
    if not both:
        raise SettingsError(
            f"The baseline is about {', '.join(known) or 'nobody'}, and this run about "
            f"{', '.join(report.writer for report in now)}. Take one of the same writers."
        )
    for old, new in both:
        if old.cases != new.cases:
            raise SettingsError(
                f"The baseline is about {old.cases} cases, and this run about {new.cases}. "
                "Run both with the same cases, or write the baseline anew with --json."
            )
    nothing = Tally()
    return [
        Worse(new.writer, figure, old.figures.get(figure, nothing), new.figures[figure])
        for old, new in both
        for figure in FIGURES
        if figure in old.figures and new.figures[figure].rate < old.figures[figure].rate
    ]

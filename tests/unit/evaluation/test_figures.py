"""The figures add up, are shown, kept and compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from email_assistant.errors import SettingsError
from email_assistant.evaluation.baseline import check_comparable, compare, read_figures, write_figures
from email_assistant.evaluation.figures import Outcome, Report, Tally, as_table


def report(*good: bool, writer: str = "rules") -> Report:
    outcomes = [
        Outcome(
            case=f"case-{number}",
            figures={"send_ready": Tally(good=int(ready), of=1), "must": Tally(good=2, of=3)},
            first_word=float(number),
            tokens=1_000,
        )
        for number, ready in enumerate(good)
    ]
    return Report.of(writer, outcomes)


def test_the_outcomes_add_up() -> None:
    added = report(True, False, True)
    assert str(added.figures["send_ready"]) == "2 of 3"
    assert str(added.figures["must"]) == "6 of 9"
    assert str(added.figures["needed"]) == "-"
    assert (added.cases, added.first_word, added.tokens) == (3, 1.0, 3_000)


def test_the_table_has_a_column_for_each_writer() -> None:
    lines = as_table([report(True), report(False, writer="a-model")]).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0] == ["", "rules", "a-model"]
    assert ["send-ready", "1 of 1", "0 of 1"] in cells
    assert len({len(line) for line in lines}) == 1


def test_a_figure_that_fell_is_named(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    write_figures(kept, [report(True, True)], outcomes=False)
    before = read_figures(kept)
    assert before[0].outcomes == []
    assert compare(before, [report(True, True)]) == []
    (worse,) = compare(before, [report(True, False)])
    assert (worse.label, str(worse.before), str(worse.now)) == ("send-ready", "2 of 2", "1 of 2")


def test_all_that_was_measured_is_a_baseline_as_well(tmp_path: Path) -> None:
    write_figures(tmp_path / "all.json", [report(True)])
    assert [outcome.case for outcome in read_figures(tmp_path / "all.json")[0].outcomes] == ["case-0"]


def test_runs_that_cannot_be_compared_are_refused() -> None:
    check_comparable([report(True)], ["scripted", "rules"], 1)
    with pytest.raises(SettingsError, match="1 cases, and this run about 2"):
        check_comparable([report(True)], ["rules"], 2)
    with pytest.raises(SettingsError, match="same writers"):
        check_comparable([report(True)], ["scripted"], 1)


@pytest.mark.parametrize("text", ["", "[]", '{"writers": [{}]}'])
def test_a_file_without_figures_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "kept.json").write_text(text)
    with pytest.raises(SettingsError, match="does not hold figures"):
        read_figures(tmp_path / "kept.json")
    with pytest.raises(SettingsError, match="cannot be read"):
        read_figures(tmp_path / "none.json")

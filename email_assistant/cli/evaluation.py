"""The command that measures what the assistant writes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from email_assistant.cli import texts
from email_assistant.cli.console import Console, messages, output
from email_assistant.cli.exits import Exit
from email_assistant.cli.help import Command

if TYPE_CHECKING:
    from email_assistant.evaluation import Case, Outcome, Report, Writer
    from email_assistant.settings import Settings

existing = click.Path(exists=True, dir_okay=False, path_type=Path)
new_file = click.Path(dir_okay=False, writable=True, path_type=Path)
WRITERS = ("rules", "scripted", "model")


def _writable(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    """Refuse a file that cannot be written before anything long begins."""
    if path and not path.parent.is_dir():
        raise click.BadParameter(texts.CANNOT_WRITE.format(path=path, reason="its folder does not exist"))
    return path


@click.command("eval", cls=Command, epilog=texts.EVAL_EXAMPLES)
@click.option(
    "--writer",
    "kinds",
    type=click.Choice(WRITERS),
    multiple=True,
    help="Who writes; may be given more than once.  [default: the model, or the rules if none is set]",
)
@click.option("--model", metavar="NAME", help="A model in place of EMAIL_ASSISTANT_MODEL.")
@click.option("--against-model", metavar="NAME", help="A second model, to compare with.")
@click.option(
    "--prompt-file", type=existing, metavar="FILE", help="A prompt in place of the one that is set."
)
@click.option("--against", type=existing, metavar="FILE", help="A second prompt, to compare with.")
@click.option(
    "--only", metavar="PATTERN", default="", help="Cases of this id, tag or language; * is anything."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many cases.")
@click.option(
    "--cases",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Cases of your own.",
)
@click.option(
    "--at-once",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="So many cases at once.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show each draft and what is wrong with it.")
@click.option(
    "--json",
    "json_file",
    type=new_file,
    callback=_writable,
    metavar="FILE",
    help="Write all that was measured to FILE.",
)
@click.option(
    "--save-baseline",
    "kept",
    type=new_file,
    callback=_writable,
    metavar="FILE",
    help="Keep the figures in FILE, to compare with later.",
)
@click.option(
    "--baseline",
    type=existing,
    metavar="FILE",
    help="Exit with 1 if a figure is worse than the one kept in FILE.",
)
def evaluate(
    *,
    kinds: tuple[str, ...],
    model: str | None,
    against_model: str | None,
    prompt_file: Path | None,
    against: Path | None,
    only: str,
    limit: int | None,
    cases: Path | None,
    at_once: int,
    verbose: bool,
    json_file: Path | None,
    kept: Path | None,
    baseline: Path | None,
) -> None:
    """Measure what the assistant writes, over cases whose good replies are known.

    Each case is a conversation held with the real service in a directory of its own: your conversations are
    not touched. docs/evaluation.md explains the figures.
    """
    if (against or against_model or model or prompt_file) and set(kinds) - {"model"}:
        raise click.UsageError(texts.EVAL_MODEL_ONLY)

    from email_assistant.evaluation import check_comparable, compare, load_cases, read_figures, write_figures
    from email_assistant.evaluation.cases import SHIPPED
    from email_assistant.settings import load_settings

    before = read_figures(baseline) if baseline else None
    chosen = load_cases(cases or SHIPPED, only=only, limit=limit)
    if not chosen:
        raise click.UsageError(texts.EVAL_NO_CASE.format(only=only))
    settings = load_settings()
    writers = _writers(settings, kinds)
    if against or against_model or model or prompt_file:
        writers = _compared(settings, (model, against_model), (prompt_file, against))
    if before is not None:
        check_comparable(before, [writer.label for writer in writers], len(chosen))
    reports, interrupted = _run(writers, chosen, at_once, verbose=verbose)
    _show(reports)
    if json_file:
        write_figures(json_file, reports)
    if kept and not interrupted:
        write_figures(kept, reports, outcomes=False)
    if interrupted:
        messages().say(texts.EVAL_INTERRUPTED)
        raise click.exceptions.Exit(Exit.INTERRUPTED)
    if before is not None and (worse := compare(before, reports)):
        for fall in worse:
            output().say(
                texts.EVAL_WORSE.format(
                    writer=fall.writer, figure=fall.label, before=fall.before, now=fall.now
                )
            )
        raise click.exceptions.Exit(Exit.UNEXPECTED)


COMMANDS = (evaluate,)


def _writers(settings: Settings, kinds: Sequence[str]) -> list[Writer]:
    from email_assistant.evaluation import Writer

    if not kinds:
        kinds = ["rules" if settings.offline else "model"]
    if "model" in kinds and settings.offline:
        raise click.UsageError(texts.EVAL_NO_MODEL)
    make = {"rules": Writer.rules, "scripted": Writer.scripted, "model": Writer.model}
    return [make[kind](settings) for kind in dict.fromkeys(kinds)]


def _compared(
    settings: Settings, models: tuple[str | None, str | None], prompts: tuple[Path | None, Path | None]
) -> list[Writer]:
    """Return one model and prompt, or two of either: what is not given twice stays the same."""
    from email_assistant.evaluation import Writer

    if settings.offline:
        raise click.UsageError(texts.EVAL_NO_MODEL)
    (model, other_model), (prompt, other_prompt) = models, prompts
    first = Writer.model(settings, name=model, prompt_file=prompt)
    if not (other_model or other_prompt):
        return [first]
    return [first, Writer.model(settings, name=other_model or model, prompt_file=other_prompt or prompt)]


def _run(
    writers: list[Writer], cases: list[Case], at_once: int, *, verbose: bool
) -> tuple[list[Report], bool]:
    """Return the figures of all writers, of as many cases as were done, and whether the person stopped it."""
    from email_assistant.evaluation import Report, evaluate

    reports: list[Report] = []
    progress = messages()
    for writer in writers:
        done: list[Outcome] = []

        def tell(outcome: Outcome, done: list[Outcome] = done, writer: Writer = writer) -> None:
            done.append(outcome)
            if verbose:
                _show_outcome(output(), writer.label, outcome)
            elif progress.is_terminal:
                progress.status(
                    texts.EVAL_PROGRESS.format(writer=writer.label, done=len(done), of=len(cases))
                )

        try:
            asyncio.run(evaluate(writer, cases, tell, at_once=at_once))
        except KeyboardInterrupt:
            return [*reports, *([Report.of(writer.label, done)] if done else [])], True
        finally:
            progress.clear()
        reports.append(Report.of(writer.label, done))
    return reports, False


def _show(reports: list[Report]) -> None:
    from email_assistant.evaluation import as_table

    console = output()
    if reports:
        console.raw(as_table(reports) + "\n")
        for report in reports:
            for outcome in report.outcomes:
                if outcome.error:
                    console.say(f"{report.writer}, {outcome.case}: {outcome.error}")


def _show_outcome(console: Console, writer: str, outcome: Outcome) -> None:
    console.heading(f"{outcome.case} ({writer})")
    for question in outcome.asked:
        console.say(question, indent="? ")
    for drafted in outcome.drafts:
        if drafted.said:
            console.say(drafted.said, indent="> ", dim=True)
        console.say(drafted.draft, indent="  ")
        for failed in drafted.failed:
            console.say(failed, indent="! ", fg="red")
    if outcome.error:
        console.say(outcome.error, indent="! ", fg="red")
    console.say()

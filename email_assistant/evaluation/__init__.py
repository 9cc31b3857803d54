"""Measures what the assistant writes: cases, checks, a runner and its figures."""

from email_assistant.evaluation.baseline import Worse, check_comparable, compare, read_figures, write_figures
from email_assistant.evaluation.cases import Case, load_cases
from email_assistant.evaluation.driver import Writer
from email_assistant.evaluation.figures import Outcome, Report, as_table
from email_assistant.evaluation.run import evaluate

__all__ = [
    "Case",
    "Outcome",
    "Report",
    "Worse",
    "Writer",
    "as_table",
    "check_comparable",
    "compare",
    "evaluate",
    "load_cases",
    "read_figures",
    "write_figures",
]

"""The program without a person: JSON, files, pipes and exit codes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Model
from tests.integration.cli.program import EMAIL, PYTHON, Program, environment, text_of

HEAVY = ("chainlit", "openai", "burr", "sqlalchemy", "pydantic", "fastapi", "alembic")


@pytest.fixture
def drafted(program: Program) -> str:
    """Provide the id of a conversation with a draft."""
    return program.drafted()


# --- replies ---


def test_no_input_skips_the_questions_and_prints_one_draft(online: Program, model: Model, email: str) -> None:
    model.will(questions=["Which day suits you?"])
    model.will(text="Hi Dana,\n\nTuesday is fine.", structured=False)
    ended = online.run("reply", email, "-i", "say yes", "--no-input")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "Hi Dana,\n\nTuesday is fine.\n"


def test_without_instructions_it_drafts_all_the_same(program: Program, email: str) -> None:
    ended = program.run("reply", email, "--no-input")
    assert (ended.returncode, ended.stderr) == (0, "! 1 gap is open: [your answer]\n")
    assert "Dana" in ended.stdout


def test_json_is_the_state_of_the_http_api(program: Program, drafted: str) -> None:
    from email_assistant.service.document import EmailAssistantState

    shown = program.run("show", drafted, "--json")
    assert EmailAssistantState.model_validate_json(shown.stdout).next_step == "process_feedback"
    assert json.loads(shown.stdout).keys() == EmailAssistantState.model_fields.keys()


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_the_email_may_come_through_a_pipe(program: Program, encoding: str) -> None:
    piped = EMAIL.replace("Best", "Schöne Grüße").replace(
        "Message-ID", f"Content-Type: text/plain; charset={encoding}\nMIME-Version: 1.0\nMessage-ID"
    )
    ended = program.run("reply", "-", "-i", "say yes", "--no-input", "--json", given=piped.encode(encoding))
    assert (ended.returncode, ended.stderr) == (0, "")
    app_id = json.loads(ended.stdout)["app_id"]
    assert "Schöne Grüße" in program.run("show", app_id).stdout


def test_several_files_are_one_thread(program: Program, email: str, tmp_path: Path) -> None:
    later = EMAIL.replace("20 Nov", "22 Nov").replace("let us have lunch", "shall we say Thursday")
    (tmp_path / "later.eml").write_text(later.replace("<lunch@", "<later@"), encoding="utf-8")
    ended = program.run("reply", "later.eml", email, "-i", "say yes", "--no-input", "--json")
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["email"]["date"].startswith("2026-11-22")


def test_a_conversation_goes_on_step_by_step(program: Program, drafted: str, tmp_path: Path) -> None:
    revised = program.run("resume", drafted[:8], "--say", "make it more formal", "--no-input", "--json")
    assert len(json.loads(revised.stdout)["drafts"]) == 2
    accepted = program.run("resume", drafted[:8], "--say", "accept", "--no-input", "-o", "reply.eml")
    assert (accepted.returncode, accepted.stdout) == (0, "")
    saved = message_from_bytes((tmp_path / "reply.eml").read_bytes())
    assert saved["To"] == "Dana Whitfield <dana@example.com>"


# --- what is stored ---


def test_list_shows_and_searches_what_there_is(program: Program, drafted: str, tmp_path: Path) -> None:
    (tmp_path / "other.eml").write_text(EMAIL.replace("Lunch next week?", "Invoice 7"), encoding="utf-8")
    program.run("reply", "other.eml", "-i", "pay it", "--no-input")
    listed = program.run("list").stdout.splitlines()
    assert [line.split(maxsplit=3)[-1] for line in listed] == [
        "draft       Dana Whitfield: Invoice 7",
        "draft       Dana Whitfield: Lunch next week?",
    ]
    assert drafted[:8] in program.run("list", "--search", "LUNCH").stdout
    assert "Lunch" not in program.run("list", "--search", "invoice").stdout
    assert drafted[:8] in program.run("list", "--search", "whitf lunch").stdout, "in the email"
    assert "There are more" in program.run("list", "--limit", "1").stdout

    assert program.run("archive", drafted[:8]).returncode == 0
    assert drafted[:8] not in program.run("list").stdout
    assert drafted[:8] in program.run("list", "--archived").stdout
    assert drafted[:8] in program.run("list", "--search", "lunch").stdout
    program.run("archive", drafted[:8], "--undo")
    assert drafted[:8] in program.run("list").stdout
    assert "nothing like it" in program.run("list", "--search", "nothing like it").stdout


def test_show_tells_the_whole_story(program: Program, drafted: str) -> None:
    program.run("resume", drafted, "--say", "make it more formal", "--no-input")
    shown = program.run("show", drafted).stdout
    in_order = ["Dana Whitfield", "let us have lunch", "say yes", "Draft 1", "make it more formal", "Draft 2"]
    assert sorted(in_order, key=shown.index) == in_order


def test_delete_removes_and_asks_first(program: Program, drafted: str) -> None:
    refused = program.run("delete", drafted)
    assert refused.returncode == 2
    assert "--yes" in refused.stderr

    terminal = program.at_terminal("delete", drafted[:8])
    terminal.sees("[y/N]")
    terminal.child.sendline("n")
    terminal.sees("Nothing was deleted.")
    assert terminal.leaves() == 0
    assert program.run("delete", drafted[:8], "--yes").returncode == 0
    assert program.run("show", drafted).returncode == 4


def test_a_mistyped_id_among_others_deletes_nothing(program: Program, drafted: str) -> None:
    assert program.run("delete", drafted, "00000000", "--yes").returncode == 4
    assert program.run("show", drafted).returncode == 0


def test_export_writes_what_the_file_is_named_after(program: Program, drafted: str, tmp_path: Path) -> None:
    text = program.run("export", drafted).stdout
    for name in ("reply.txt", "reply.eml", "all.json"):
        assert program.run("export", drafted, "-o", name).returncode == 0
    assert (tmp_path / "reply.txt").read_text(encoding="utf-8") == text
    quoting = message_from_bytes((tmp_path / "reply.eml").read_bytes())
    assert "> let us have lunch" in text_of(quoting)
    assert json.loads((tmp_path / "all.json").read_bytes())["app_id"] == drafted
    unquoted = program.run("export", drafted, "--format", "eml", "--no-quote").stdout
    assert "> let us have lunch" not in text_of(message_from_bytes(unquoted.encode()))


def test_a_file_that_exists_is_kept_unless_told_otherwise(
    program: Program, drafted: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    refused = program.run("export", drafted, "-o", "mine.txt")
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert program.run("export", drafted, "-o", "mine.txt", "--force").returncode == 0


def test_a_file_that_cannot_be_written_begins_no_conversation(program: Program, email: str) -> None:
    ended = program.run("reply", email, "-i", "yes", "--no-input", "-o", "nowhere/reply.eml")
    assert ended.returncode == 2
    assert json.loads(program.run("list", "--json").stdout) == []


# --- exit codes ---


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["frobnicate"], 2, "No such command 'frobnicate'"),
        (["list", "--nonsense"], 2, "--nonsense"),
        (["list", "--limit", "0"], 2, "--limit"),
        (["serve", "--port", "99999"], 2, "--port"),
        (["resume", "12345678", "--no-input"], 2, "--say"),
        (["reply", "missing.eml"], 3, "missing.eml cannot be read"),
        (["reply", "/"], 3, "cannot be read"),
        (["reply", "/dev/null", "--no-input"], 3, "There is no text"),
        (["reply", "--no-input"], 3, "There is no text"),
        (["show", "12345678"], 4, "There is no conversation '12345678'"),
        (["show", "' or 1=1"], 4, "There is no such conversation"),
        (["resume", "12345678"], 4, "There is no conversation"),
        (["export", "\udcff\x1b[2J"], 4, "There is no such conversation"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_an_exit_code(
    program: Program, arguments: list[str], code: int, said: str
) -> None:
    ended = program.run(*arguments)
    assert ended.returncode == code
    assert said in ended.stderr
    assert ended.stderr.startswith("email-assistant: ")
    assert ended.stderr.count("\n") == 1
    assert "\x1b" not in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"EMAIL_ASSISTANT_PORT": "abc"}, "EMAIL_ASSISTANT_PORT"),
        ({"EMAIL_ASSISTANT_DATA_DIR": "/proc/nowhere"}, "EMAIL_ASSISTANT_DATA_DIR"),
        ({"EMAIL_ASSISTANT_DATABASE_URL": "nonsense"}, "EMAIL_ASSISTANT_DATABASE_URL"),
        ({"EMAIL_ASSISTANT_DATABASE_URL": "sqlite:////proc/nowhere/x.db"}, "database"),
    ],
)
def test_settings_that_cannot_be_used_are_named(
    program: Program, settings: dict[str, str], said: str
) -> None:
    ended = program.run("list", **settings)
    assert ended.returncode == 7
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("settings", [{}, {"EMAIL_ASSISTANT_DATABASE_URL": "nonsense"}])
def test_a_server_that_cannot_start_says_why(program: Program, settings: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = program.run("serve", "--port", str(taken.getsockname()[1]), **settings)
    assert ended.returncode == 7
    assert ended.stderr.startswith("email-assistant: ")
    assert ended.stderr.count("\n") == 1


def test_a_damaged_database_is_told(program: Program, tmp_path: Path) -> None:
    (tmp_path / "conversations.db").write_bytes(b"this is no database" * 100)
    ended = program.run("list")
    assert ended.returncode == 7
    assert ended.stderr.count("\n") == 1


def test_a_model_that_fails_leaves_a_conversation_to_retry(online: Program, model: Model, email: str) -> None:
    model.will(status=401, structured=False)
    ended = online.run("reply", email, "-i", "yes", "--no-input", "--json")
    assert ended.returncode == 6
    assert "refused the key" in ended.stderr
    left = json.loads(ended.stdout)
    assert (left["next_step"], left["drafts"]) == ("retry", [])
    retried = online.run("resume", left["app_id"], "--say", "retry", "--no-input")
    assert retried.returncode == 0


def test_what_comes_too_early_is_a_conflict(online: Program, model: Model, email: str) -> None:
    model.will(status=401, structured=False)
    left = json.loads(online.run("reply", email, "-i", "yes", "--no-input", "--json").stdout)
    ended = online.run("export", left["app_id"])
    assert ended.returncode == 5
    assert "There is no draft" in ended.stderr


def test_a_conversation_that_is_busy_is_a_conflict_but_can_be_deleted(
    online: Program, model: Model, email: str
) -> None:
    model.will(stall=True, structured=False)
    terminal = online.at_terminal("reply", email, "-i", "yes")
    terminal.sees("Writing the draft")
    app_id = json.loads(online.run("list", "--json").stdout)[0]["app_id"]
    assert online.run("resume", app_id, "--say", "retry", "--no-input").returncode == 5
    deleted = online.run("delete", app_id, "--yes")
    assert (deleted.returncode, deleted.stdout) == (0, "Deleted 'Lunch next week?'.\n")
    terminal.sees("Stopped.")
    terminal.types("retry")
    terminal.sees("It may have been deleted.")
    assert terminal.leaves() == 4
    assert json.loads(online.run("list", "--json").stdout) == []


def test_a_dialogue_without_a_terminal_is_refused_before_it_begins(program: Program) -> None:
    ended = program.run("reply", "-i", "yes", given=EMAIL)
    assert ended.returncode == 2
    assert "--no-input" in ended.stderr
    assert json.loads(program.run("list", "--json").stdout) == []


# --- pipes, locales, and what is imported ---


@pytest.mark.parametrize("arguments", [["list"], ["--help"], ["reply", "--help"]])
def test_a_reader_that_goes_away_is_no_error(program: Program, drafted: str, arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen(
        [*PYTHON, *arguments],
        stdout=writing,
        stderr=subprocess.PIPE,
        env=environment(program.data_dir),
        text=True,
    ) as process:
        os.close(writing)
        assert process.communicate(timeout=30)[1] == ""
    assert process.returncode == 141


@pytest.mark.parametrize("closed", [">&-", "<&-", ">&- 2>&- <&-"])
def test_closed_streams_are_no_error(program: Program, drafted: str, closed: str) -> None:
    ended = program.run("show", drafted, line=f'"$@" {closed}')
    assert ended.returncode == 0
    assert ended.stderr == ""


def test_a_full_disk_is_told(program: Program, drafted: str) -> None:
    ended = program.run("show", drafted, line='"$@" > /dev/full')
    assert ended.returncode == 1
    assert ended.stderr == "email-assistant: The system refused: No space left on device.\n"


def test_a_locale_without_the_characters_shows_what_it_can(program: Program, tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_text(EMAIL.replace("Lunch", "Frühstück 朝食"), encoding="utf-8")
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ended = program.run("reply", "mail.eml", "-i", "yes", "--no-input", "--json", **ascii_only)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["email"]["subject"] == "Frühstück 朝食 next week?"
    shown = program.run("list", **ascii_only)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "Fr?hst?ck" in shown.stdout


def imported(program: Program, *arguments: str, given: str = "") -> set[str]:
    """Return the packages that are imported when a command has ended."""
    code = (
        "import sys; from email_assistant.cli.program import run; code = run(sys.argv[1:]); "
        "sys.stderr.write(' '.join({name.partition('.')[0] for name in sys.modules})); sys.exit(code)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        input=given, capture_output=True, text=True, env=environment(program.data_dir), check=True,
    )  # fmt: skip
    return set(ended.stderr.split())


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["reply", "--help"], ["completion", "bash"]]
)
def test_help_imports_nothing_heavy(program: Program, arguments: list[str]) -> None:
    assert imported(program, *arguments).isdisjoint(HEAVY)


def test_no_command_but_serve_imports_chainlit(program: Program, drafted: str) -> None:
    unneeded = {"chainlit", "openai", "fastapi", "uvicorn", "alembic"}
    assert imported(program, "list").isdisjoint(unneeded)
    assert imported(program, "show", drafted, "--json").isdisjoint(unneeded)
    assert imported(program, "reply", "--no-input", given=EMAIL).isdisjoint(unneeded)


# --- the model's server ---


def test_the_models_of_the_server_are_listed(online: Program) -> None:
    ended = online.run("models", "--json", EMAIL_ASSISTANT_MODEL="fake")
    assert ended.returncode == 0
    listed = json.loads(ended.stdout)
    assert (listed["models"], listed["problem"]) == (["fake"], "")


def test_what_is_wrong_with_the_model_is_said_in_a_sentence(program: Program, online: Program) -> None:
    ended = online.run("models", EMAIL_ASSISTANT_MODEL="other")
    assert (ended.returncode, "fake" in ended.stdout) == (6, True)
    assert "There is no model 'other'" in ended.stderr
    nowhere = program.run("models", OPENAI_BASE_URL="http://127.0.0.1:1/v1")
    assert (nowhere.returncode, "cannot be reached" in nowhere.stderr) == (6, True)
    assert "No model is set" in program.run("models").stderr
    for command in (("models",), ("list",)):
        assert "set OPENAI_BASE_URL" in program.run(*command, OLLAMA_HOST="127.0.0.1").stderr

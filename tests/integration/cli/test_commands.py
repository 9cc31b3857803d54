"""What can be said of a draft at the terminal beside words for the model."""

from __future__ import annotations

from pathlib import Path

from tests.integration.cli.conftest import Model
from tests.integration.cli.program import Program, Terminal

NEXT = "Say what to change"
GAPS = "Hi Dana,\n\n[which day?] suits me, at [what time?].\n\nSam"
PASTED = "Hi Sam,\n\nDoes 3pm on Friday work for you?\n\nBest,\nDana\n\nReply: yes 3pm works\n"


def drafted(program: Program, email: str) -> Terminal:
    terminal = program.at_terminal("reply", email, "-i", "say yes", columns=120)
    terminal.sees("quit (help")
    return terminal


def test_gaps_are_told_filled_and_minded_once(online: Program, model: Model, email: str) -> None:
    model.will(text=GAPS, structured=False)
    terminal = drafted(online, email)
    assert "2 gaps are open: [which day?], [what time?]" in terminal.text
    terminal.types("looks good")
    terminal.sees("Fill in what is")
    terminal.types("fill")
    terminal.sees("[which day?]")
    terminal.types("")
    terminal.sees("what time?")
    terminal.types("noon")
    terminal.sees("with what you filled in")
    terminal.sees("1 gap is open")
    terminal.types("accept")
    terminal.sees("Fill in what is")
    terminal.types("accept")
    assert terminal.leaves() == 0
    assert online.state()["final_draft"] == GAPS.replace("[what time?]", "noon")


def test_a_reply_that_is_handed_out_with_gaps_says_so(
    online: Program, model: Model, email: str, tmp_path: Path
) -> None:
    model.will(text=GAPS, structured=False)
    ended = online.run("reply", email, "-i", "say yes", "--no-input", "-o", "reply.eml")
    assert "2 gaps are open" in ended.stderr
    assert (tmp_path / "reply.eml").exists()
    assert "2 gaps are open" in online.run("export", str(online.state()["app_id"])).stderr


def test_another_version_and_undo(online: Program, model: Model, email: str) -> None:
    for text in ("Yes.", "Gladly.", "Gladly."):
        model.will(text=text, structured=False)
    terminal = drafted(online, email)
    terminal.types("again")
    terminal.sees("Gladly.")
    terminal.types("another version")
    terminal.sees("It came out the same")
    terminal.types("undo")
    terminal.sees("Draft 3, the same as draft 1")
    terminal.types("undo")
    terminal.sees("no draft before")
    terminal.types("back to version 1")
    terminal.sees("nothing was changed")
    terminal.types("quit")
    terminal.leaves()
    state = online.state()
    assert state["drafts"] == ["Yes.", "Gladly.", "Yes."]
    assert [draft["another_of"] for draft in state["draft_details"]] == [None, 1, None]


def test_a_proposal_is_taken_by_its_number(program: Program) -> None:
    terminal = program.at_terminal("reply")
    terminal.sees("Ctrl-D")
    terminal.child.send(PASTED)
    terminal.presses("d")
    terminal.sees("1. yes 3pm works")
    terminal.types("1")
    terminal.sees("Draft 1")
    terminal.types("quit")
    terminal.leaves()
    state = program.state()
    assert state["instructions_found"] == state["response_instructions"] == "yes 3pm works"
    assert "yes 3pm works" not in state["email_to_respond"]


def test_a_name_and_other_instructions(online: Program, model: Model, email: str) -> None:
    model.will(text="Yes.", structured=False)
    model.will(text="No.", structured=False)
    terminal = drafted(online, email)
    terminal.types("sign as Sam Lee")
    terminal.sees("with your name")
    terminal.types("instructions")
    terminal.sees("You asked: say yes")
    terminal.types("say no")
    terminal.sees("Draft 3")
    terminal.sees("No.")
    terminal.types("wishes")
    terminal.sees("There are no wishes")
    terminal.types("quit")
    terminal.leaves()
    state = online.state()
    assert state["drafts"] == ["Yes.", "Yes.\n\nSam Lee", "No."]
    assert state["response_instructions"] == "say no"


def test_an_email_of_another_thread_is_asked_about(program: Program, email: str, tmp_path: Path) -> None:
    terminal = drafted(program, email)
    first = program.state()["app_id"]
    terminal.child.send("\x1b[200~From: Eva <eva@example.com>\nSubject: Dinner\n\nDinner?\x1b[201~\r")
    terminal.sees("1. Answer this one instead")
    terminal.types("2")
    terminal.sees("How would you like to reply?")
    terminal.types("say no")
    terminal.sees("Draft 1")
    terminal.types("quit")
    terminal.leaves()
    assert program.state(first)["title"] == "Lunch next week?"
    assert program.state()["title"] == "Dinner"

"""A real Burr application, failed and cancelled at every step, always goes on at that step.

The graph is a small picture of the product: inputs of a person, then steps of our own, one of which streams.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable
from contextlib import aclosing
from typing import Any, Protocol

import pytest
from burr.core import Action, Application, ApplicationBuilder, GraphBuilder, State, action
from burr.core.action import streaming_action

from email_assistant.errors import ConversationBusy, ModelBusy
from email_assistant.service.machine import StateMachine
from email_assistant.store.conversations import Conversations
from email_assistant.store.rows import Problem
from email_assistant.store.states import SaveAfterStep, States

OWNER = "sam"
STEPS = ("process_input", "determine_clarifications", "formulate_draft", "final_result")

Trouble = Callable[[str], Awaitable[None]]


class Build(Protocol):
    async def __call__(self, trouble: Trouble = ...) -> Application[Any]: ...


async def no_trouble(step: str) -> None:
    """Let every step go well."""


@action(reads=[], writes=["incoming_email"])
async def process_input(state: State[Any], email: str, trouble: Trouble) -> State[Any]:
    await trouble("process_input")
    return state.update(incoming_email=email)


@action(reads=["incoming_email"], writes=["questions"])
async def determine_clarifications(state: State[Any], trouble: Trouble) -> State[Any]:
    await trouble("determine_clarifications")
    return state.update(questions=[])


@streaming_action(reads=["incoming_email"], writes=["drafts"])
async def formulate_draft(
    state: State[Any], trouble: Trouble
) -> AsyncGenerator[tuple[dict[str, str], State[Any] | None], None]:
    yield {"delta": "Hello"}, None
    await trouble("formulate_draft")
    yield {"draft": "Hello"}, state.update(drafts=[*state.get("drafts", []), "Hello"])


@action(reads=["drafts"], writes=["feedback"])
async def process_feedback(state: State[Any], feedback: str, trouble: Trouble) -> State[Any]:
    await trouble("process_feedback")
    return state.update(feedback=feedback)


@action(reads=["drafts"], writes=["final_draft"])
async def final_result(state: State[Any], trouble: Trouble) -> State[Any]:
    await trouble("final_result")
    return state.update(final_draft=state["drafts"][-1])


@pytest.fixture
def build(stored_states: States, app_id: str) -> Build:
    """Build the application anew from what is stored."""

    async def application(trouble: Trouble = no_trouble) -> Application[Any]:
        actions = (process_input, determine_clarifications, formulate_draft, process_feedback, final_result)
        graph = (
            GraphBuilder()
            .with_actions(*(each.bind(trouble=trouble) for each in actions))
            .with_transitions(
                ("process_input", "determine_clarifications"),
                ("determine_clarifications", "formulate_draft"),
                ("formulate_draft", "process_feedback"),
                ("process_feedback", "final_result"),
            )
            .build()
        )
        saved = await stored_states.load(OWNER, app_id)
        state = saved.state if saved else {}
        at = {"sequence_id": saved.conversation.sequence_id} if saved else {}
        return await (
            ApplicationBuilder()
            .with_graph(graph)
            .with_identifiers(app_id, OWNER, **at)
            .with_state(**{name: value for name, value in state.items() if not name.startswith("__")})
            .with_entrypoint(StateMachine(graph).next_action(saved))
            .with_hooks(SaveAfterStep(stored_states.save))
            .abuild()
        )

    return application


def generated(container: AsyncIterable[Any]) -> AsyncGenerator[Any, None]:
    """Return what Burr calls an iterator can also be closed."""
    items = aiter(container)
    assert isinstance(items, AsyncGenerator)
    return items


async def run(application: Application[Any], **inputs: str) -> str:
    """Run to the next halt; returns the name of the action before which or after which it halted."""
    halted, container = await application.astream_result(
        halt_after=["formulate_draft", "final_result"], halt_before=["process_feedback"], inputs=inputs
    )
    async with aclosing(generated(container)) as items:
        async for _ in items:
            pass
    return str(halted.name)


def following(application: Application[Any]) -> Action:
    found = application.get_next_action()
    assert found is not None
    return found


async def cancel_at(build: Build, step: str, **inputs: str) -> None:
    reached = asyncio.Event()

    async def hang(at: str) -> None:
        if at == step:
            reached.set()
            await asyncio.Event().wait()

    turn = asyncio.create_task(run(await build(hang), **inputs))
    await reached.wait()
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn


async def fail_at(build: Build, step: str, error: Exception, **inputs: str) -> None:
    async def fail(at: str) -> None:
        if at == step:
            raise error

    with pytest.raises(type(error)):
        await run(await build(fail), **inputs)


async def test_a_whole_conversation_is_one_row_that_follows_every_step(
    build: Build, conversations: Conversations, app_id: str
) -> None:
    assert await run(await build(), email="Lunch?") == "formulate_draft"
    assert await run(await build(), feedback="") == "final_result"

    found = await conversations.find(OWNER, app_id)
    assert (found.position, found.status, found.problem) == ("final_result", "completed", None)
    assert found.sequence_id == 4


@pytest.mark.parametrize("step", ["determine_clarifications", "formulate_draft"])
@pytest.mark.parametrize("how", ["cancelled", "model busy", "a bug"])
async def test_a_step_that_did_not_end_is_run_again(
    build: Build, conversations: Conversations, app_id: str, step: str, how: str
) -> None:
    if how == "cancelled":
        await cancel_at(build, step, email="Lunch?")
        problem = Problem("Stopped", "")
    elif how == "model busy":
        await fail_at(build, step, ModelBusy("Wait a minute."), email="Lunch?")
        problem = Problem("ModelBusy", "Wait a minute.")
    else:
        await fail_at(build, step, ZeroDivisionError("secret text of the mail"), email="Lunch?")
        problem = Problem("Unexpected", "")

    found = await conversations.find(OWNER, app_id)
    assert (found.position, found.status, found.problem) == (step, "failed", problem)

    again = await build()
    assert following(again).name == step
    assert again.state["incoming_email"] == "Lunch?"
    assert await run(again) == "formulate_draft"
    assert (await build()).state["drafts"] == ["Hello"]


@pytest.mark.parametrize("step", STEPS)
async def test_a_step_can_be_cancelled_and_fail_any_number_of_times(build: Build, step: str) -> None:
    if step == "final_result":
        await run(await build(), email="Lunch?")
    inputs = {"feedback": "fine"} if step == "final_result" else {"email": "Lunch?"}

    for _ in range(3):
        await cancel_at(build, step, **inputs)
        await fail_at(build, step, ModelBusy("Wait."), **inputs)

    again = await build()
    assert following(again).name == step
    assert await run(again, **inputs) == ("final_result" if step == "final_result" else "formulate_draft")


@pytest.mark.parametrize("how", ["cancelled", "failed"])
async def test_a_first_input_that_was_not_accepted_leaves_nothing_behind(
    build: Build, conversations: Conversations, how: str
) -> None:
    if how == "cancelled":
        await cancel_at(build, "process_input", email="Lunch?")
    else:
        await fail_at(build, "process_input", ValueError(), email="Lunch?")

    assert (await conversations.page(OWNER)).conversations == ()


@pytest.mark.parametrize("how", ["cancelled", "failed"])
async def test_a_later_input_that_was_not_accepted_changes_nothing(
    build: Build, conversations: Conversations, app_id: str, how: str
) -> None:
    await run(await build(), email="Lunch?")
    before = await conversations.find(OWNER, app_id)

    if how == "cancelled":
        await cancel_at(build, "process_feedback", feedback="shorter")
    else:
        await fail_at(build, "process_feedback", ValueError(), feedback="shorter")

    assert await conversations.find(OWNER, app_id) == before
    assert await run(await build(), feedback="shorter") == "final_result"


async def test_a_stream_that_nobody_reads_to_its_end_is_stopped(
    build: Build, conversations: Conversations, app_id: str
) -> None:
    _, container = await (await build()).astream_result(
        halt_after=["formulate_draft"], halt_before=["process_feedback"], inputs={"email": "Lunch?"}
    )
    async with aclosing(generated(container)) as items:
        assert await anext(items) == {"delta": "Hello"}
    await container.streaming_result_generator.aclose()

    found = await conversations.find(OWNER, app_id)
    assert (found.position, found.status, found.problem) == ("formulate_draft", "failed", Problem("Stopped"))


async def test_a_stream_that_nobody_reads_at_all_is_still_to_be_run(build: Build) -> None:
    await (await build()).astream_result(
        halt_after=["formulate_draft"], halt_before=["process_feedback"], inputs={"email": "Lunch?"}
    )

    assert following(await build()).name == "formulate_draft"


async def test_a_cancellation_waits_for_the_save_that_has_begun(
    stored_states: States, build: Build, app_id: str
) -> None:
    """The step ended, its save hangs, then the turn is cancelled: the step is kept whole."""
    saving, go_on = asyncio.Event(), asyncio.Event()

    async def save_slowly(*arguments: Any, **named: Any) -> None:
        saving.set()
        await go_on.wait()
        await stored_states.save(*arguments, **named)

    hook = SaveAfterStep(save_slowly)
    turn = asyncio.create_task(
        hook.post_run_step(
            app_id=app_id,
            partition_key=OWNER,
            sequence_id=0,
            state=State({"incoming_email": "Lunch?"}),
            action=following(await build()),
            result={},
            exception=None,
        )
    )
    await saving.wait()
    for _ in range(3):
        turn.cancel()
        await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await turn

    assert following(await build()).name == "determine_clarifications"


async def test_of_two_turns_at_once_one_is_told_and_nothing_of_it_is_kept(
    build: Build, conversations: Conversations, app_id: str
) -> None:
    await run(await build(), email="Lunch?")
    first, second = await build(), await build()

    outcomes = await asyncio.gather(
        run(first, feedback="shorter"), run(second, feedback="longer"), return_exceptions=True
    )

    assert sorted(map(type, outcomes), key=str) == [ConversationBusy, str]
    kept = "shorter" if outcomes[0] == "final_result" else "longer"
    assert (await build()).state["feedback"] == kept
    assert (await conversations.find(OWNER, app_id)).sequence_id == 4

"""Operations deliver results, errors and change events; of one kind only the latest runs."""

import asyncio
from collections.abc import Callable

import pytest

from core.domain import NotulaError, TranslatableText
from core.i18n import Translator
from gui.changes import ChangeEvents, Changes
from gui.messages import Level, Messages
from gui.operations import Operations
from gui.runtime.loop import GuiLoop


@pytest.fixture
def messages() -> Messages:
    return Messages(Translator("en"))


@pytest.fixture
def events() -> ChangeEvents:
    return ChangeEvents()


@pytest.fixture
def operations(loop: GuiLoop, messages: Messages, events: ChangeEvents) -> Operations:
    return Operations(loop, messages, events)


async def say(value: str) -> str:
    await asyncio.sleep(0)
    return value


async def fail(error: Exception) -> None:
    raise error


def test_the_result_is_delivered(operations: Operations, finish: Callable) -> None:
    results: list[str] = []
    finish(asyncio.wait({operations.start(say("text"), done=results.append)}))
    assert results == ["text"]


def test_of_one_kind_only_the_latest_is_delivered(operations: Operations, finish: Callable) -> None:
    results: list[str] = []
    first = operations.start(say("be"), done=results.append, kind="search")
    last = operations.start(say("beckett"), done=results.append, kind="search")
    other = operations.start(say("other"), done=results.append, kind="")
    finish(asyncio.wait({first, last, other}))
    assert sorted(results) == ["beckett", "other"]
    assert first.cancelled()


def test_a_known_error_is_shown_as_its_sentence(operations: Operations, messages: Messages, finish: Callable) -> None:
    finish(asyncio.wait({operations.start(fail(NotulaError()))}))
    assert messages.last.level is Level.ERROR
    assert messages.last.text == str(NotulaError().message)


def test_an_error_is_over_once_the_same_kind_succeeds(
    operations: Operations, messages: Messages, finish: Callable
) -> None:
    over: list[str] = []
    messages.is_over.connect(over.append)
    finish(asyncio.wait({operations.start(fail(NotulaError()), kind="history")}))
    finish(asyncio.wait({operations.start(say("text"), kind="models"), operations.start(say("text"))}))
    assert messages.last.text == str(NotulaError().message)
    finish(asyncio.wait({operations.start(say("text"), kind="history")}))
    assert messages.last is None
    assert over == ["models", "history"]


def test_what_is_said_of_a_success_is_not_over_with_it(
    operations: Operations, messages: Messages, finish: Callable
) -> None:
    def said(text: str) -> None:
        messages.error(TranslatableText("No program plays this."), about="play")

    finish(asyncio.wait({operations.start(say("text"), done=said, kind="play")}))
    assert messages.last.text == "No program plays this."


def test_an_unexpected_error_is_shown_without_its_details(
    operations: Operations, messages: Messages, finish: Callable
) -> None:
    finish(asyncio.wait({operations.start(fail(ValueError("secret insides")))}))
    assert messages.last.level is Level.ERROR
    assert "secret" not in messages.last.text


def test_an_operation_that_has_succeeded_tells_once_what_it_has_changed(
    operations: Operations, events: ChangeEvents, finish: Callable
) -> None:
    told: list[object] = []
    page = object()
    events.happened.connect(lambda changes, initiator: told.append((changes, initiator)))
    changed = operations.start(
        say("text"), done=told.append, changes=Changes(history=True, settings=frozenset({"theme"})), initiator=page
    )
    without = operations.start(say("read only"))
    refused = operations.start(fail(NotulaError()), changes=Changes(history=True))
    earlier = operations.start(say("earlier"), kind="search", changes=Changes(jobs=True))
    later = operations.start(say("later"), kind="search", changes=Changes(models=True))
    finish(asyncio.wait({changed, without, refused, earlier, later}))
    assert told == ["text", (Changes(history=True, settings=frozenset({"theme"})), page), (Changes(models=True), None)]


def test_a_change_is_told_even_if_its_result_cant_be_shown(
    operations: Operations, events: ChangeEvents, messages: Messages, finish: Callable
) -> None:
    told: list[Changes] = []
    events.happened.connect(lambda changes, _: told.append(changes))

    def show(_: str) -> None:
        raise ValueError

    finish(asyncio.wait({operations.start(say("text"), done=show, changes=Changes(history=True))}))
    assert told == [Changes(history=True)]
    assert messages.last.level is Level.ERROR


def test_closing_waits_for_what_cancelled_work_starts_at_its_end(operations: Operations, finish: Callable) -> None:
    ended: list[str] = []

    async def endless(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(name)
            if name == "first":
                operations.start(endless("second"))

    operations.start(endless("first"))
    finish(asyncio.sleep(0))
    finish(operations.close())
    assert ended[0] == "first"
    assert not operations._tasks

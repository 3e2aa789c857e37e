"""No test measures how fast the computer is: each that might hang waits as long as `PATIENCE_S`."""

import ast
import re
import tomllib
from collections.abc import Iterator

import pytest

from tests.conftest import REPOSITORY
from tests.patience import PATIENCE_S

WAITS_BY_POSITION = {"timeout", "wait_for", "wait", "join", "until"}
WAITS = {
    *WAITS_BY_POSITION,
    *("communicate", "run", "check_call", "check_output", "wait_procs", "result", "acquire", "get"),
    *("waitActive", "waitCallback", "waitExposed", "waitSignal", "waitSignals", "waitUntil"),
}
HAS_A_NUMBER = re.compile(r"\b(?:timeout(?:_s)?=|timeout\(|wait(?:_for)?\(|join\(|until\().*\d")
"""Reading a whole file for what it calls takes fifty times as long as looking for this."""

MEANT_TO_PASS_S = 1.0
"""A wait that is meant to end without what it waits for is shorter, so that the tests take no longer."""


def short_patience(module: ast.AST) -> Iterator[int]:
    """The lines in which something is given a number of its own to happen in."""
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in WAITS:
            continue
        given = [keyword.value for keyword in node.keywords if keyword.arg in {"timeout", "timeout_s"}]
        if node.func.attr in WAITS_BY_POSITION:
            given += node.args[-1:]
        if any(isinstance(it, ast.Constant) and _is_patience(it.value) for it in given):
            yield node.lineno


def _is_patience(value: object) -> bool:
    return isinstance(value, int | float) and value > MEANT_TO_PASS_S


def test_nothing_has_a_number_of_its_own_to_happen_in() -> None:
    found = [
        f"{file.relative_to(REPOSITORY)}:{line}"
        for file in sorted((REPOSITORY / "tests").rglob("*.py"))
        if HAS_A_NUMBER.search(text := file.read_text(encoding="utf-8"))
        for line in short_patience(ast.parse(text))
    ]
    assert found == []


def test_a_whole_test_may_take_longer_than_some_of_its_waits() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["pytest"]["ini_options"]["timeout"] >= 3 * PATIENCE_S


@pytest.mark.parametrize(
    "code",
    [
        "asyncio.timeout(30)",
        "asyncio.wait_for(job, 2.5)",
        "asyncio.wait_for(job, timeout=20)",
        "process.wait(20)",
        "chat.wait_for(is_answer, timeout_s=20)",
        "subprocess.run(command, timeout=60)",
        "qtbot.waitUntil(ready, timeout=5_000)",
        "pytest.mark.timeout(60)",
    ],
)
def test_a_number_of_its_own_is_found(code: str) -> None:
    assert HAS_A_NUMBER.search(code)
    assert list(short_patience(ast.parse(code))) == [1]


@pytest.mark.parametrize(
    "code", ["asyncio.timeout(PATIENCE_S)", "asyncio.wait_for(child.receive(), 0.01)", "gate.wait()"]
)
def test_what_is_meant_to_pass_may_be_short(code: str) -> None:
    assert not list(short_patience(ast.parse(code)))

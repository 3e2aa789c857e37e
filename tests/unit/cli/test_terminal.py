"""With settings that can't be used, nothing runs but what only tells something."""

import pytest

from core.cli.terminal import asks_for_help


@pytest.mark.parametrize("line", ["", "--help", "transcribe --help", "keys set --help", "transcribe talk.wav --help"])
def test_help_is_all_that_is_asked_for(line: str) -> None:
    assert asks_for_help(line.split())


@pytest.mark.parametrize(
    "line",
    [
        "transcribe -o --help talk.wav",
        "transcribe talk.wav -o --help",
        "transcribe -- --help",
        "transcribe --help talk.wav",
        "transcribe help",
        "transcribe --provider --help",
    ],
)
def test_a_command_that_could_run_is_not_taken_for_help(line: str) -> None:
    assert not asks_for_help(line.split())

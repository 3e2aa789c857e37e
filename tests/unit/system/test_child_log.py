"""What of a child's standard error reaches the log."""

import logging

import pytest

from core.system.child_log import ChildLog


def test_each_line_is_a_message(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    log = ChildLog("decoder_child", 7)
    for part in (b"one\ntw", b"o", b"\n\nthree\n"):
        log.feed(part)
    assert caplog.messages == ["decoder_child[7]: one", "decoder_child[7]: two", "decoder_child[7]: three"]


def test_nothing_in_it_steers_a_terminal_or_begins_a_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    ChildLog("child", 7).feed("\x1b]0;own\x07 a\rb \x9b2J \u202etxt \u2028 \xff\n".encode())
    (message,) = caplog.messages
    assert message.isprintable()


def test_a_line_without_end_is_its_beginning(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    log = ChildLog("child", 7)
    for _ in range(300):
        log.feed(b"x" * 65_536)
    log.feed(b"\nlast\n")
    assert [len(message) for message in caplog.messages] == [len("child[7]: ") + 1_000, len("child[7]: last")]


@pytest.mark.parametrize("line", [b"x", b"y" * 2_000, "\u202e".encode() * 500])
def test_a_child_can_not_turn_the_log_over(caplog: pytest.LogCaptureFixture, line: bytes) -> None:
    caplog.set_level(logging.INFO)
    log = ChildLog("child", 7)
    for _ in range(5_000):
        log.feed(line + b"\n")
    assert len(caplog.messages) <= 201
    assert sum(map(len, caplog.messages)) < 30_000
    assert caplog.messages[-1] == "child[7]: (more output is not logged)"

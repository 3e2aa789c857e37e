import platform
import subprocess

import pytest

from core.system.sandbox.system_calls import this_architecture


def test_the_architecture_is_known_without_running_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each child process asks for it, and each would wait for that program."""

    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError(f"a program is run: {arguments}")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    found = this_architecture()
    assert found is not None
    assert (found.seccomp, found.number("execve")) == (317, 59)


def test_a_program_of_32_bits_has_other_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr("core.system.sandbox.system_calls.struct.calcsize", lambda layout: 4)
    assert this_architecture() is None
    assert this_architecture("aarch64") is not None


def test_the_numbers_of_another_processor_are_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert this_architecture() is None

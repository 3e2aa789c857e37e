"""Unhandled errors are written into a report without secrets, which is shown once."""

from pathlib import Path

import pytest

from core.observability.redaction import Redactor
from gui.runtime.crash_reporter import CrashReporter


def test_a_crash_is_written_and_told_once(tmp_path: Path) -> None:
    reporter = CrashReporter(tmp_path, tmp_path / "instances", Redactor())
    assert reporter.earlier_report() is None
    error = ValueError("what nobody thought of")
    reporter.report(ValueError, error, None)
    report = CrashReporter(tmp_path, tmp_path / "instances", Redactor()).earlier_report()
    assert report is not None
    assert "what nobody thought of" in report.read_text()
    assert CrashReporter(tmp_path, tmp_path / "instances", Redactor()).earlier_report() is None


def test_what_native_code_says_to_the_core_is_told_too(tmp_path: Path) -> None:
    reports = tmp_path / "instances"
    reports.mkdir()
    (reports / "healthy.crash").touch()
    assert CrashReporter(tmp_path, reports, Redactor()).earlier_report() is None
    (reports / "dead.crash").write_text("Fatal Python error: Segmentation fault")
    assert "Segmentation" in CrashReporter(tmp_path, reports, Redactor()).earlier_report().read_text()
    assert (reports / "dead.crash").exists()


def test_the_loops_complaints_are_reported(tmp_path: Path) -> None:
    reporter = CrashReporter(tmp_path, tmp_path / "instances", Redactor())
    reporter.of_loop(None, {"message": "slow"})
    assert reporter.earlier_report() is None
    reporter.of_loop(None, {"message": "a task failed", "exception": RuntimeError("lost")})
    assert "lost" in reporter.earlier_report().read_text()


def test_a_report_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.runtime.crash_reporter._LARGEST_REPORT_BYTES", 1000)
    reporter = CrashReporter(tmp_path, tmp_path / "instances", Redactor())
    for _ in range(50):
        reporter.report(ValueError, ValueError("x" * 400), None)
    assert (tmp_path / "crash.txt").stat().st_size < 2000


def test_a_folder_that_cant_be_written_crashes_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    CrashReporter(tmp_path / "file", tmp_path / "instances", Redactor()).report(ValueError, ValueError("x"), None)


def test_a_key_is_in_no_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    redactor = Redactor()
    redactor.learn("a-key-of-nobodys-pattern-7f3a")
    reporter = CrashReporter(tmp_path, tmp_path / "instances", redactor)
    error = RuntimeError("refused a-key-of-nobodys-pattern-7f3a and gsk_" + "x" * 40)
    reporter._uncaught(RuntimeError, error, None)
    reporter.of_loop(None, {"message": "a task failed", "exception": error})
    written = (tmp_path / "crash.txt").read_text()
    for text in (written, capsys.readouterr().err, caplog.text):
        assert "RuntimeError" in text
        assert "nobodys-pattern" not in text
        assert "gsk_x" not in text

"""Writes unhandled errors into a crash report, without secrets, which the next start shows."""

import asyncio
import faulthandler
import logging
import os
import shutil
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from core.domain.visible import visible_lines
from core.observability.redaction import Redactor
from core.system.private_files import is_foreign_file, make_folder, open_for_owner

logger = logging.getLogger(__name__)

_REPORT = "crash.txt"
_NATIVE_REPORT = "crash-native.txt"
_LARGEST_REPORT_BYTES = 512 * 1024


class CrashReporter:
    """Writes reports into the log folder. One object a process, closed at its end."""

    def __init__(self, folder: Path, core_reports: Path, redactor: Redactor) -> None:
        """`folder` is for reports; the core writes the reports of native crashes into `core_reports` while it runs.

        `redactor` is the one that the core tells every key.
        """
        self._folder = folder
        self._core_reports = core_reports
        self._redactor = redactor
        self._native: IO[str] | None = None

    def earlier_report(self) -> Path | None:
        """The report of a crash since the last start, renamed so that it is shown only once."""
        self._copy_of_core()
        told = None
        for name in (_NATIVE_REPORT, _REPORT):
            report = self._folder / name
            try:
                if report.stat().st_size:
                    told = report.replace(self._folder / f"{report.stem}-{int(report.stat().st_mtime)}.txt")
            except OSError:
                continue  # Usually there is none.
        return told

    def _copy_of_core(self) -> None:
        """Copy the core's report of a native crash; the core needs its own to find the recording that caused it."""
        for report in self._core_reports.glob("*.crash"):
            with suppress(OSError):
                if not is_foreign_file(report) and report.stat().st_size:
                    make_folder(self._folder)
                    with (
                        report.open("rb") as left,
                        open(self._folder / _NATIVE_REPORT, "wb", opener=open_for_owner) as copy,
                    ):
                        shutil.copyfileobj(left, copy)
                    os.utime(self._folder / _NATIVE_REPORT, (time.time(), report.stat().st_mtime))

    def install(self) -> None:
        """Catch unhandled exceptions of Python, and crashes of native code."""
        sys.excepthook = self._uncaught
        threading.excepthook = self._uncaught_in_thread
        try:
            make_folder(self._folder)
            self._native = open(  # noqa: SIM115  It is open for as long as the process lives.
                self._folder / _NATIVE_REPORT, "w", encoding="utf-8", opener=open_for_owner
            )
        except OSError:
            faulthandler.enable()
        else:
            faulthandler.enable(self._native)

    def close(self) -> None:
        """Delete the empty report of native crashes at a regular end of the process."""
        faulthandler.disable()
        if self._native is not None:
            self._native.close()
            (self._folder / _NATIVE_REPORT).unlink(missing_ok=True)

    def of_loop(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """The exception handler of the window's loop."""
        error = context.get("exception")
        if error is None:
            logger.error("Error in the event loop: %s", context.get("message"))
        else:
            self.report(type(error), error, error.__traceback__)

    def report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Write a traceback to the report and the log."""
        text = self._redacted(kind, error, trace)
        # Not as `exc_info`: before the core has set up logging, Python would print it as it is.
        logger.error("Unhandled exception\n%s", text)
        try:
            report = self._folder / _REPORT
            size = report.stat().st_size if report.exists() else 0
            if size < _LARGEST_REPORT_BYTES:
                with open(report, "a", encoding="utf-8", errors="backslashreplace", opener=open_for_owner) as file:
                    file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')}\n{text}\n")
        except OSError:
            logger.exception("The crash report can't be written")

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self.report(kind, error, trace)
        if sys.stderr is not None:  # A windowed program on Windows has none.
            sys.stderr.write(self._redacted(kind, error, trace))

    def _uncaught_in_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self.report(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def _redacted(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
        return visible_lines(self._redactor.redact("".join(traceback.format_exception(kind, error, trace))))

"""The log: a rotating file in the platform's log folder.

No recording's text is ever written to it, and no secret: log records, warnings and uncaught exceptions go
through a redactor before they are written to the file or to stderr.
"""

import logging
import logging.handlers
import sys
import threading
import traceback
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import cast

from core.domain import TranslatableText, mark
from core.domain.visible import visible_lines
from core.observability.redaction import Redactor
from core.system.private_files import close_to_others, make_folder, open_for_owner

LOG_FILE = "notula.log"
LARGEST_FILE_BYTES = 2 * 1024 * 1024
OLD_FILES = 3
_FORMAT = "%(asctime)s %(levelname)-7s %(process)d %(name)s: %(message)s"
_VERBOSE_LOGGERS = (
    "asyncio",
    "faster_whisper",
    "filelock",
    "httpcore",
    "httpx",
    "keyring",
    "qasync",
)

logger = logging.getLogger(__name__)


_NO_LOG = mark("The log can't be written to {path} ({reason}), so Notula works without one.")


def set_up_logging(
    folder: Path,
    level: int = logging.INFO,
    redactor: Redactor | None = None,
    *,
    tell: Callable[[TranslatableText], None] | None = None,
) -> Redactor:
    """Write the log to a file in this folder. Where that is refused, Notula works without one.

    `tell` is called where it is refused; by default that is said on stderr in English. Returns the redactor that
    everything goes through: the one given, or a new one.
    """
    redactor = redactor or Redactor()
    handler: logging.Handler
    try:
        make_folder(folder)
        close_to_others([folder])
        handler = _LogFile(folder / LOG_FILE, redactor)
    except OSError as error:
        handler = logging.NullHandler()
        reason = error.strerror or "it isn't private"
        (tell or _say)(TranslatableText(_NO_LOG, {"path": str(folder), "reason": reason}))
    handler.setFormatter(_RedactingFormatter(logging.Formatter(_FORMAT), redactor))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    for name in _VERBOSE_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_RedactingFormatter(logging.Formatter(), redactor))
    logging.captureWarnings(True)
    _report_uncaught(redactor)
    return redactor


class _RedactingFormatter(logging.Formatter):
    """Removes secrets from another formatter's text: message, arguments, traceback and stack.

    Terminal control sequences are made visible, so that they don't act where the log is read in a terminal.
    """

    def __init__(self, formatter: logging.Formatter, redactor: Redactor) -> None:
        super().__init__()
        self._formatter = formatter
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        text = visible_lines(self._redactor.redact(self._formatter.format(record)))
        return text.replace("\n", "\n    ")  # A name with a line break can't imitate a line of the log.


class _LogFile(logging.handlers.RotatingFileHandler):
    """Readable by its owner only. A line that can't be written is reported once, without its text, unlike Python's."""

    def __init__(self, file: Path, redactor: Redactor) -> None:
        self._redactor = redactor
        self._has_told = False
        super().__init__(
            file, maxBytes=LARGEST_FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8", errors="backslashreplace"
        )

    def _open(self) -> TextIOWrapper:
        return cast(
            TextIOWrapper,
            open(self.baseFilename, self.mode, encoding=self.encoding, errors=self.errors, opener=open_for_owner),
        )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - Python's name
        _, error, _ = sys.exc_info()
        if error is None or not logging.raiseExceptions:
            return
        if not isinstance(error, OSError):
            place = f"{record.pathname}:{record.lineno}"
            _write_to_stderr(self._redactor.redact(f"{place} can't be logged: {type(error).__name__}: {error}\n"))
        elif not self._has_told:
            self._has_told = True
            reason = error.strerror or type(error).__name__
            _say(TranslatableText(_NO_LOG, {"path": self.baseFilename, "reason": reason}))


def _report_uncaught(redactor: Redactor) -> None:
    """Log uncaught exceptions, and print them without secrets. A hook that was set elsewhere stays in use."""

    def report(where: str, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        logger.error("Not caught%s", where, exc_info=(kind, error or kind(), trace))
        _write_to_stderr(visible_lines(redactor.redact("".join(traceback.format_exception(kind, error, trace)))))

    def in_main_thread(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            report("", kind, error, trace)

    def in_thread(arguments: threading.ExceptHookArgs) -> None:
        if not issubclass(arguments.exc_type, SystemExit):
            report(" in a thread", arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def in_destructor(arguments: "sys.UnraisableHookArgs") -> None:
        where = f" in {arguments.object!r}" if arguments.object is not None else ""
        report(where, arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = in_main_thread
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = in_thread
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = in_destructor


def _say(message: TranslatableText) -> None:
    _write_to_stderr(f"{message}\n")


def _write_to_stderr(text: str) -> None:
    if sys.stderr is not None:  # A windowed program on Windows has none.
        sys.stderr.write(text)

"""The log: a file that turns over, kept in the platform's log folder.

No recording's text is ever written to it, and no secret: everything that is logged, warned of or not caught goes
through a redactor on its way to the file and to stderr.
"""

import logging
import logging.handlers
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from core.redaction import Redactor

LOG_FILE = "notula.log"
LARGEST_FILE_BYTES = 2 * 1024 * 1024
OLD_FILES = 3
_FORMAT = "%(asctime)s %(levelname)-7s %(process)d %(name)s: %(message)s"
_TALKATIVE = (
    "asyncio",
    "deepgram",
    "faster_whisper",
    "fern",
    "filelock",
    "groq",
    "httpcore",
    "httpx",
    "keyring",
    "qasync",
)

logger = logging.getLogger(__name__)


def set_up_logging(folder: Path, level: int = logging.INFO, redactor: Redactor | None = None) -> Redactor:
    """Write the log to a file in this folder. Where that is refused, Notula works without one and says so on stderr.

    Returns the redactor that everything goes through: the one given, or a new one.
    """
    redactor = redactor or Redactor()
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = _LogFile(folder / LOG_FILE, redactor)
    except OSError:
        handler = logging.StreamHandler()
        handler.setLevel(logging.WARNING)
    handler.setFormatter(_RedactingFormatter(logging.Formatter(_FORMAT), redactor))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_RedactingFormatter(logging.Formatter(), redactor))
    logging.captureWarnings(True)
    _report_uncaught(redactor)
    return redactor


class _RedactingFormatter(logging.Formatter):
    """Another formatter without the secrets: in the message, its arguments, the traceback and the stack."""

    def __init__(self, formatter: logging.Formatter, redactor: Redactor) -> None:
        super().__init__()
        self._formatter = formatter
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor.redact(self._formatter.format(record))


class _LogFile(logging.handlers.RotatingFileHandler):
    """Tells of a line that can't be written without the line itself, which Python would print with its arguments."""

    def __init__(self, file: Path, redactor: Redactor) -> None:
        super().__init__(file, maxBytes=LARGEST_FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8", delay=True)
        self._redactor = redactor

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - Python's name
        _, error, _ = sys.exc_info()
        if logging.raiseExceptions and error is not None:
            place = f"{record.pathname}:{record.lineno}"
            _write_to_stderr(self._redactor.redact(f"{place} can't be logged: {type(error).__name__}: {error}\n"))


def _report_uncaught(redactor: Redactor) -> None:
    """Log what nobody catches, and print it without secrets. A hook that somebody else has set stays."""

    def report(where: str, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        logger.error("Not caught%s", where, exc_info=(kind, error or kind(), trace))
        _write_to_stderr(redactor.redact("".join(traceback.format_exception(kind, error, trace))))

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


def _write_to_stderr(text: str) -> None:
    if sys.stderr is not None:  # A windowed program on Windows has none.
        sys.stderr.write(text)

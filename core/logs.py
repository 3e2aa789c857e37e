"""The log: a file that turns over, kept in the platform's log folder. No recording's text is ever written to it."""

import logging
import logging.handlers
from pathlib import Path

LOG_FILE = "notula.log"
LARGEST_FILE_BYTES = 2 * 1024 * 1024
OLD_FILES = 3
_FORMAT = "%(asctime)s %(levelname)-7s %(process)d %(name)s: %(message)s"
_TALKATIVE = ("asyncio", "httpx", "httpcore", "qasync", "filelock", "faster_whisper")


def set_up_logging(folder: Path, level: int = logging.INFO) -> None:
    """Write the log to a file in this folder. Where that is refused, Notula works without one and says so on stderr."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            folder / LOG_FILE, maxBytes=LARGEST_FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.StreamHandler()
        handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)

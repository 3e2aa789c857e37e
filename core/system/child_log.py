"""Standard error of child processes in the log: one printable line at a time, of bounded length and number."""

import asyncio
import logging

from core.system.frames import printable

logger = logging.getLogger(__name__)

_CHUNK_BYTES = 64 * 1024
_LONGEST_LINE = 1_000
_MOST_LINES = 200
_MOST_CHARACTERS = 20_000
"""A child that writes more than a few tracebacks is broken or controlled by an attacker. The log has 8 MB in all; this
limit keeps one child from replacing all other lines."""


class ChildLog:
    """Reads a child's standard error to its end, and logs the first lines of it."""

    def __init__(self, name: str, pid: int) -> None:
        self._prefix = f"{name}[{pid}]"
        self._rest = b""
        self._is_in_long_line = False
        self._lines = 0
        self._characters = 0

    async def follow(self, stderr: asyncio.StreamReader) -> None:
        """Return at the end of the pipe."""
        while chunk := await stderr.read(_CHUNK_BYTES):
            self.feed(chunk)
        self.feed(b"\n")

    def feed(self, chunk: bytes) -> None:
        """Add bytes of the stream; every full line is logged."""
        if self._is_full:
            return
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            if not self._is_in_long_line:
                self._log(line)
            self._is_in_long_line = False
        if len(self._rest) > _LONGEST_LINE:  # Only the beginning of an endless line is logged.
            if not self._is_in_long_line:
                self._log(self._rest)
            self._is_in_long_line = True
            self._rest = b""

    @property
    def _is_full(self) -> bool:
        return self._lines >= _MOST_LINES or self._characters >= _MOST_CHARACTERS

    def _log(self, line: bytes) -> None:
        text = printable(line[:_LONGEST_LINE].decode(errors="replace").strip(), _LONGEST_LINE)
        if not text or self._is_full:
            return
        self._lines += 1
        self._characters += len(text)
        logger.info("%s: %s", self._prefix, text)
        if self._is_full:
            logger.info("%s: (more output is not logged)", self._prefix)

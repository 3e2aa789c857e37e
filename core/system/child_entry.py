"""Where a child process begins, and its end of the pipe. The parent's is `core.system.child_process`.

A child is often waited for, so that nothing is imported here which it may not need, such as asyncio.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from core.system import sandbox
from core.system.frames import LENGTHS, Frame
from core.system.inherited import close_inherited_descriptors

CHILD_FLAG = "--notula-child"
"""In a frozen program, the argument that makes the executable run a child module instead of the app."""

_OOM_SCORE = "500"


def run_child(module: str) -> None:
    """Entry of a child process: import `module` of `core`, call its `main(channel)`, and end without returning.

    Raises SystemExit for any other module.
    """
    if not module.startswith("core."):
        raise SystemExit(f"not a child module: {module}")
    close_inherited_descriptors()
    sandbox.end_with_parent()
    _prefer_for_oom_killer()
    channel = ChildChannel(sys.stdin.buffer, sys.stdout.buffer)
    sys.stdout = sys.stderr  # A stray print must not end up between two frames.
    _import(module).main(channel)
    atexit._run_exitfuncs()  # Where it is measured what children run, this writes it down.
    sys.stderr.flush()
    os._exit(0)  # The system takes all back at once; Python and the libraries would take it apart piece by piece.


def _import(module: str) -> Any:
    """Imports make objects that stay: looking for garbage among them is a tenth of a decoder's start (measured)."""
    gc.disable()
    try:
        return importlib.import_module(module)
    finally:
        gc.freeze()
        gc.enable()


def _prefer_for_oom_killer() -> None:
    """Where memory runs out, let the system end this process rather than the main one with its queue.

    https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html
    """
    with contextlib.suppress(OSError):  # not Linux
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE)


class ChildChannel:
    """The child's end: blocking reads and writes of frames."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing

    def receive(self) -> Frame | None:
        """The next frame, or None once the parent has closed the pipe (the child should end then)."""
        lengths = self._incoming.read(LENGTHS.size)
        if len(lengths) < LENGTHS.size:
            return None
        header_bytes, body_bytes = LENGTHS.unpack(lengths)
        header = self._incoming.read(header_bytes)
        body = self._incoming.read(body_bytes) if body_bytes else b""
        if len(header) < header_bytes or len(body) < body_bytes:
            return None
        return Frame(json.loads(header), body)

    def send(self, header: Mapping[str, Any], body: bytes = b"") -> None:
        """Write one frame. Raises BrokenPipeError once the parent is gone."""
        self._outgoing.write(Frame(header, body).head())
        if body:
            self._outgoing.write(body)
        self._outgoing.flush()


if __name__ == "__main__":
    run_child(sys.argv[1])

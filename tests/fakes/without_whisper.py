"""`notula` as a program started anew, in which all is real but Whisper: its engine says what is said in `beckett`.

    python -m tests.fakes.without_whisper transcribe talk.wav

That is there in a quarter of the time; for tests of what is around a text.
"""

import sys

from core.cli import main
from core.system import child_process
from tests.fakes.windows_engine import WHISPER

BECKETT = "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better."

child_command = child_process.child_command


def command_of_stand_in(module: str) -> list[str]:
    """How to start a child module, or what takes Whisper's place."""
    if module != WHISPER:
        return child_command(module)
    return [sys.executable, "-m", "tests.fakes.windows_engine", "is not there", BECKETT]


if __name__ == "__main__":
    child_process.child_command = command_of_stand_in
    main()

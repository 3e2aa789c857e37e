"""Where `notula` begins. What the version and a child process don't need is imported late, so that they are quick."""

import sys

from core import __version__
from core.standard_streams import open_standard_streams


def main() -> None:
    """Entry of `notula`, and in a frozen program of its child processes too."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        open_standard_streams()
        sys.stdout.write(f"notula {__version__}\n")
        return
    if arguments[:1] == ["open"] and not any(argument.startswith("-") for argument in arguments[1:]):
        from core.cli.window_program import become_window

        open_standard_streams()
        become_window(arguments[1:])
    from core import process, sandbox

    if arguments[:1] == [process.CHILD_FLAG]:
        process.run_child(sys.argv[2])
        return
    open_standard_streams()
    sandbox.keep_memory_private()
    try:
        from core.cli.commands import commands
        from core.cli.terminal import this_terminal

        commands(this_terminal())(prog_name="notula")
    except KeyboardInterrupt:
        sys.exit(130)

"""Where `notula` begins. What the version and a child process don't need is imported late, so that they are quick."""

import sys

from core import __version__, process


def main() -> None:
    """Entry of `notula`, and in a frozen program of its child processes too."""
    arguments = sys.argv[1:]
    if arguments[:1] == [process.CHILD_FLAG]:
        process.run_child(sys.argv[2])
        return
    if arguments == ["--version"]:
        sys.stdout.write(f"notula {__version__}\n")
        return
    try:
        from core.cli.commands import commands
        from core.cli.terminal import this_terminal

        commands(this_terminal())(prog_name="notula")
    except KeyboardInterrupt:
        sys.exit(130)

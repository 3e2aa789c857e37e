"""Where `notula` begins. What the version and a child process don't need is imported late, so that they are quick."""

import contextlib
import errno
import os
import sys
from collections.abc import Callable

from core import __version__
from core.system.standard_streams import open_standard_streams

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def main() -> None:
    """Entry of `notula`, and in a frozen program of its child processes too."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        _run(_tell_version)
    elif arguments[:1] == ["open"] and not any(argument.startswith("-") for argument in arguments[1:]):
        _run(_open_window)
    else:
        from core.system import child_entry

        if arguments[:1] == [child_entry.CHILD_FLAG]:
            child_entry.run_child(sys.argv[2])
        else:
            _run(_run_command)


def _tell_version() -> None:
    sys.stdout.write(f"notula {__version__}\n")
    sys.stdout.flush()


def _open_window() -> None:
    from core.cli.window_program import become_window

    become_window(sys.argv[2:])
    _run_command()


def _run_command() -> None:
    from core.cli.commands import commands
    from core.cli.terminal import this_terminal
    from core.system import sandbox

    sandbox.keep_memory_private()
    commands(this_terminal(sys.argv[1:]))(prog_name="notula")


def _run(work: Callable[[], None]) -> None:
    """Run it with standard streams, and end with a sentence where these take no more."""
    open_standard_streams()
    try:
        work()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:
        if error.errno not in _NO_ROOM or error.filename is not None:
            raise
        _report_full_output(error)
        sys.exit(1)
    finally:
        _leave_output()


def _report_full_output(error: OSError) -> None:
    """Report that help or a usage error could not be printed; commands report that of their own output themselves."""
    from core.domain.errors import OutputFailed
    from core.domain.write_failure import write_failure
    from core.i18n import Translator, system_language

    sentence = Translator(system_language()).message(OutputFailed(reason=write_failure(error)).message)
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{sentence}\n")


def _leave_output() -> None:
    """What standard output hasn't taken must not raise once more at the interpreter's end, as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())

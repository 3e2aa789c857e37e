"""The typer application of all commands, with our own way of reporting errors."""

import io
import sys
from typing import Any, cast

import typer

from core.domain.visible import visible_lines

_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__base__)
"""The class of all errors about the arguments, which typer doesn't export."""


class CommandLine(typer.Typer):
    """Ends the process with the command's exit status.

    Wrong use is printed without control characters of the arguments, which typer would print as they are. Any other
    exception is left to our own hook, which takes secrets out; typer's own prints a traceback as it is.
    """

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Run the command that the arguments name. Always raises SystemExit unless its status is 0."""
        try:
            status = typer.main.get_command(self)(*arguments, **options, standalone_mode=False)
        except typer.Abort:
            sys.stderr.write("Aborted!\n")
            sys.exit(1)
        except _UsageError as error:
            printed = io.StringIO()
            error.show(printed)
            sys.stderr.write(visible_lines(printed.getvalue()))
            sys.exit(error.exit_code)
        if status:
            sys.exit(status)

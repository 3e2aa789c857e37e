"""The command line: `notula transcribe`, `sample`, `open`, `history`, `show`, `delete`, `models`, `doctor`.

Text goes to standard output, everything that is said about it to standard error. Exit status: 0 all went well,
1 something failed, 2 wrong use, 130 after Ctrl-C, 143 after SIGTERM.
"""

from core.cli.entry import main

__all__ = ["main"]

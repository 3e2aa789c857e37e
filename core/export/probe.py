"""Checks that a folder for exports is writable, by a test file."""

import contextlib
import secrets
from pathlib import Path

from core.domain import TranslatableText, mark
from core.export.failures import export_failure

TEST_FILE = TranslatableText(mark("A test file"))


def probe_folder(folder: Path) -> None:
    """Write a small file into the folder and delete it. Folders that had to be made for that are removed again.

    Raises `ExportFailed` and its children. Blocks, on a network drive perhaps for long.
    """
    made: list[Path] = []
    probe: Path | None = None
    try:
        target = folder.expanduser()
        for one in reversed([one for one in (target, *target.parents) if not one.exists()]):
            one.mkdir()
            made.append(one)
        probe = target / f".notula-{secrets.token_hex(8)}.part"
        with probe.open("xb") as opened:
            opened.write(b"notula")
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: the home folder of an unknown user
        raise export_failure(error, TEST_FILE, folder) from error
    finally:
        with contextlib.suppress(OSError):
            if probe is not None:
                probe.unlink(missing_ok=True)
            for one in reversed(made):
                one.rmdir()

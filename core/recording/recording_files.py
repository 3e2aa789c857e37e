"""The folder with recordings: which of them were finished, and which a crash has cut off.

Beside each recording that isn't finished there is an empty file whose name has the instance that records it. It goes
once the recording is in the queue, so a crash at any moment leaves either that or a job.
"""

import logging
import shutil
import time
from collections.abc import Callable, Collection
from pathlib import Path

from core.domain.capture import SOUND_SUFFIX, TIME_FORMAT, SavedRecording
from core.domain.errors import NoRoomToRecord, SavedRecordingGone
from core.recording.wave_file import WaveFile, length_s, repair
from core.system.private_files import create_for_owner, make_folder

logger = logging.getLogger(__name__)

LEAST_FREE_BYTES = 200_000_000
"""So much is to be free at the start: half an hour of sound."""

_MARK = ".unfinished"
_MOST_OF_A_MINUTE = 100


class RecordingFiles:
    """Its methods block, and raise OSError."""

    def __init__(self, folder: Path, instance: str, is_alive: Callable[[str], bool]) -> None:
        """`instance` is the name of this process, `is_alive` tells whether the one of another name runs."""
        self.folder = folder
        self._instance = instance
        self._is_alive = is_alive

    def check_room(self) -> None:
        """Make the folder. Raises `NoRoomToRecord` where the drive is nearly full."""
        make_folder(self.folder)
        if shutil.disk_usage(self.folder).free < LEAST_FREE_BYTES:
            raise NoRoomToRecord(folder=str(self.folder), megabytes=LEAST_FREE_BYTES // 1_000_000)

    def begin(self, title: str, at: float) -> WaveFile:
        """A new file, called by this title and the time `at`, in seconds since the epoch."""
        stem = f"{title} {time.strftime(TIME_FORMAT, time.localtime(at))}"
        for number in range(1, _MOST_OF_A_MINUTE):
            path = self.folder / (f"{stem} ({number}){SOUND_SUFFIX}" if number > 1 else f"{stem}{SOUND_SUFFIX}")
            if path.exists():
                continue
            create_for_owner(self._mark(path.name, self._instance))
            try:
                return WaveFile(path)
            except FileExistsError:  # Another instance was faster.
                self.finish(path)
        raise FileExistsError(f"{stem}{SOUND_SUFFIX}")

    def finish(self, path: Path) -> None:
        """The recording is in the queue: it isn't offered any more."""
        self._mark(path.name, self._instance).unlink(missing_ok=True)

    def discard(self, path: Path) -> None:
        """Delete a recording of this instance."""
        path.unlink(missing_ok=True)
        self.finish(path)

    def saved(self, but: Collection[Path]) -> tuple[SavedRecording, ...]:
        """Those that were cut off, the oldest first, except `but` and those that another instance records now."""
        found = []
        for mark in self.folder.glob(f".*{_MARK}"):
            name, instance = _parts(mark)
            path = self.folder / name
            if path in but or (instance != self._instance and self._is_alive(instance)):
                continue
            try:
                recording = SavedRecording(name, length_s(path), mark.stat().st_mtime)
            except FileNotFoundError:
                mark.unlink(missing_ok=True)
                continue
            if recording.length_s:
                found.append(recording)
            else:  # It was cut off before anything was heard.
                path.unlink(missing_ok=True)
                mark.unlink(missing_ok=True)
        return tuple(sorted(found, key=lambda one: one.begun_at))

    def take(self, name: str) -> Path:
        """Make one that was cut off this instance's, and its header true. Raises `SavedRecordingGone`."""
        path, mark = self.folder / name, self._find_mark(name)
        if mark is None or not path.is_file():
            raise SavedRecordingGone
        own = self._mark(name, self._instance)
        try:
            mark.replace(own)
            repair(path)
        except FileNotFoundError as error:
            raise SavedRecordingGone from error
        return path

    def _find_mark(self, name: str) -> Path | None:
        for mark in self.folder.glob(f".*{_MARK}"):
            other, instance = _parts(mark)
            if other == name and (instance == self._instance or not self._is_alive(instance)):
                return mark
        return None

    def _mark(self, name: str, instance: str) -> Path:
        return self.folder / f".{name}.{instance}{_MARK}"


def _parts(mark: Path) -> tuple[str, str]:
    """The name of the recording, and the instance."""
    name, _, instance = mark.name.removesuffix(_MARK)[1:].rpartition(".")
    return Path(name).name, instance

"""What can be recorded from, and how far a recording is: for those who show it."""

import re
from dataclasses import dataclass
from pathlib import Path

from core.domain.file_location import path_of
from core.domain.translatable_text import TranslatableText

SILENCE_DB = -96.0
"""The level of digital silence, in dB below full scale, of 16 bits."""


SOUND_SUFFIX = ".wav"
TIME_FORMAT = "%Y-%m-%d %H.%M"
"""How a recording is called after its title: by its beginning, and a number where there are several."""

_NAME = re.compile(r".+ \d{4}-\d\d-\d\d \d\d\.\d\d( \(\d+\))?\.wav", re.DOTALL)


def is_recorded_here(location: str, folder: Path) -> bool:
    """Whether this location is that of a recording that was made in Notula, whose folder is this one.

    What a person has put into the folder, or has given another name, is their own.
    """
    path = path_of(location)
    return path.parent == folder and _NAME.fullmatch(path.name) is not None


@dataclass(frozen=True, slots=True)
class CaptureDevice:
    """A microphone, or what loudspeakers play (`is_system_sound`). `id` means the same device at the next start."""

    id: str
    name: str
    is_system_sound: bool = False
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class SoundLevel:
    """How loud a moment was, in dB below full scale: on average (root mean square), and its loudest sample."""

    rms_db: float = SILENCE_DB
    peak_db: float = SILENCE_DB


@dataclass(frozen=True, slots=True)
class RecordingState:
    """A recording at one moment. `device_id` is empty for the system's default device.

    `silent_s` says for how long nothing was heard, `lost_s` how much sound was lost in all. After a `problem` nothing
    is recorded: it `is_ended` where nothing more can be, else it goes on from another device.
    """

    device_id: str = ""
    length_s: float = 0.0
    level: SoundLevel = SoundLevel()
    is_paused: bool = False
    silent_s: float = 0.0
    lost_s: float = 0.0
    problem: TranslatableText | None = None
    is_ended: bool = False


@dataclass(frozen=True, slots=True)
class SavedRecording:
    """One that Notula's end has cut off. `file` is its name in its folder, `begun_at` in seconds since the epoch."""

    file: str
    length_s: float
    begun_at: float

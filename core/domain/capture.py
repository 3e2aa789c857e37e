"""What can be recorded from, and how far a recording is: for those who show it."""

from dataclasses import dataclass

from core.domain.translatable_text import TranslatableText

SILENCE_DB = -96.0
"""The level of digital silence, in dB below full scale, of 16 bits."""


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

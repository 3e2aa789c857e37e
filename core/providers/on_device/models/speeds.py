"""How fast models are on this computer, measured in ordinary work and kept for the next start."""

import json
import logging
import math
import platform
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from core.domain.device import PROCESSOR, Device
from core.providers.on_device.models.automatic_model import SLOWEST_REAL_TIME_FACTOR, Model
from core.system.hardware import processor_name, usable_cores
from core.system.private_files import make_folder, replace_text

logger = logging.getLogger(__name__)

_SHORTEST_S = 10.0
"""Less sound says little: loading and looking for speech take their part whatever the length."""

_USUAL_FACTOR, _USUAL_BYTES = 0.25, 148_000_000
"""Nothing is measured yet: base on a thread of a slow processor."""

_WEIGHT = 0.3
"""Of a new measurement beside the earlier ones; the computer may be busy with other things for a while."""

_LEAST_TO_BE_SLOW_S = 60.0
_SLOW_FOR_S = 14 * 24 * 3600.0
"""A model that was too slow does no work that would show that the computer was only busy then, so that in the end it is
believed to be as fast as the others let one expect."""

_WORTH_WRITING = 0.1
_LARGEST_FILE = 100_000


def this_computer() -> str:
    """What speeds depend on, besides the device."""
    return f"{platform.machine()} {processor_name()} {usable_cores()}"


@dataclass(frozen=True, slots=True)
class _Speed:
    """Measured with so many seconds of sound, last at `at_s` seconds since the epoch."""

    factor: float
    size_bytes: int
    sound_s: float
    at_s: float

    def counts(self, now_s: float) -> bool:
        """Whether the model is as fast as that; what isn't fast needs more proof, which wears off."""
        is_sure = self.sound_s >= _LEAST_TO_BE_SLOW_S and 0 <= now_s - self.at_s < _SLOW_FOR_S
        return self.factor <= SLOWEST_REAL_TIME_FACTOR or is_sure


class ModelSpeeds:
    """Real-time factors (seconds of work of one engine for a second of sound) by device and model.

    Kept in `file`, for `computer` alone. One that can't be read or written costs nothing but the memory of it. `clock`
    gives seconds since the epoch.
    """

    def __init__(self, file: Path, computer: str | None = None, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._computer = this_computer() if computer is None else computer
        self._clock = clock
        self._last_device = PROCESSOR
        self._speeds: dict[str, _Speed] = {}
        self._read()
        self._written = dict(self._speeds)

    def measured(self, device: Device | None, model: str, size_bytes: int, sound_s: float, work_s: float) -> bool:
        """An engine has worked so long for so much sound. Returns whether there is something new for `write`."""
        if sound_s < _SHORTEST_S or work_s <= 0:
            return False
        self._last_device = device.name if device is not None else PROCESSOR
        key = self._key(model)
        before, factor = self._speeds.get(key), work_s / sound_s
        if before is not None:
            factor = before.factor + _WEIGHT * (factor - before.factor)
            sound_s += before.sound_s
        now = _Speed(factor, size_bytes, sound_s, self._clock())
        self._speeds[key] = now
        written = self._written.get(key)
        if written is None or written.counts(now.at_s) != now.counts(now.at_s):
            return True
        return abs(now.factor - written.factor) > _WORTH_WRITING * written.factor

    def real_time_factor(self, model: Model) -> float:
        """Measured; else estimated from the measured model that is nearest in size, as work grows with it."""
        now_s = self._clock()
        prefix = f"{self._last_device} "
        counting = {key: one for key, one in self._speeds.items() if key.startswith(prefix) and one.counts(now_s)}
        if (known := counting.get(self._key(model.name))) is not None:
            return known.factor
        factor, size_bytes = min(
            [(one.factor, one.size_bytes) for one in counting.values()] or [(_USUAL_FACTOR, _USUAL_BYTES)],
            key=lambda one: abs(math.log(one[1] / model.size_bytes)),
        )
        return factor * model.size_bytes / size_bytes

    def write(self) -> None:
        """Keep what was measured. Blocking."""
        self._written = dict(self._speeds)
        models = {key: astuple(one) for key, one in self._written.items()}
        try:
            make_folder(self._file.parent)
            replace_text(
                self._file,
                json.dumps({"computer": self._computer, "device": self._last_device, "models": models}),
            )
        except OSError as error:
            logger.warning("the speeds of models can't be kept: %s", type(error).__name__)

    def _key(self, model: str) -> str:
        return f"{self._last_device} {model}"

    def _read(self) -> None:
        try:
            with self._file.open("rb") as opened:
                value = json.loads(opened.read(_LARGEST_FILE))
            if value["computer"] == self._computer:
                speeds = {str(key): _speed_of(*one) for key, one in value["models"].items()}
                self._last_device, self._speeds = str(value["device"]), speeds
        except FileNotFoundError:
            return
        except (OSError, LookupError, ArithmeticError, ValueError, TypeError, AttributeError, RecursionError):
            logger.warning("the speeds of models can't be read")


def _speed_of(factor: Any, size_bytes: Any, sound_s: Any, at_s: Any) -> _Speed:
    """Raises ValueError, TypeError and OverflowError for what makes no sense."""
    speed = _Speed(float(factor), int(size_bytes), float(sound_s), float(at_s))
    if not all(map(math.isfinite, astuple(speed))) or speed.factor <= 0 or speed.size_bytes <= 0:
        raise ValueError("no speed")
    return speed

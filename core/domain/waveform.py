"""How loud a recording is over its length, in as few levels as are needed to draw it."""

import base64
import binascii
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class WaveformOverview:
    """One byte for every `level_s` seconds of the recording: the loudest, as dB below full scale, 0 to 96 (silence)."""

    level_s: float
    levels: bytes = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; `from_dict` reads it back."""
        return {"level_s": self.level_s, "levels": base64.b64encode(self.levels).decode()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The overview that `to_dict` wrote. Raises KeyError, TypeError or ValueError where it is something else."""
        level_s = float(data["level_s"])
        if not (math.isfinite(level_s) and level_s > 0):
            raise ValueError("a level must last some time")
        try:
            return cls(level_s, base64.b64decode(data["levels"], validate=True))
        except binascii.Error as error:
            raise ValueError("levels are base64") from error
